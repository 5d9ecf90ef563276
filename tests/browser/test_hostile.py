"""Hostile text in every field that carries text: shown as it is, nothing runs, map intact."""

import copy

import folium
import geopandas as gpd
import pytest
import shapely

from htkgis.maps import PlanMap, VectorLayer, load_text, render_index_page, render_quarter_page
from htkgis.maps import style as looks
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run

pytestmark = pytest.mark.browser
DANISH = load_text("da")
RAN = "window.ran = (window.ran || 0) + 1"
HOSTILE = {
    "handler": f'<img src=x onerror="{RAN}">',
    "template": "${" + RAN + "}",
    "back-tick": f"`; {RAN}; `",
    "break-out": f"</script><script>{RAN}</script>",
    "comment": "<!--<script>",
    "attribute": f'" onmouseover="{RAN}" x="',
    "jinja": "{{ 7 * 7 }}{% raw %}{#",
    "right to left": "\u202eabc\u200f\u2066def",
    "separators": "a\u2028b\u2029c",
    "long": "æ" * 10_000,
}
LAYERS = ("origins", "places", "projects")
TOGETHER = {
    "markup": "".join(HOSTILE[name] for name in list(HOSTILE)[:6]),
    "signs": "".join(HOSTILE[name] for name in list(HOSTILE)[6:9]),
    "long": HOSTILE["long"],
}
# ids tie tables together, and these others choose words of our own
KEYS = {"id", "key", "function", "kind", "state", "status", "indicator", "operator", "unit", "mode"}
KEYS |= {
    "bound",
    "direction",
    "statistic",
    "crs",
    "language",
    "language_links",
    "da",
    "en",
}
# measures that close an area, and what a timetable states of steps, are keys of words too
KEYS |= {"closed", "step_free"}
# the study has checked these: functions, windows and their times of day
KEYS |= {"beyond", "start", "end", "window", "windows", "first_window", "date"}


def poisoned(value, text):
    """Put ``text`` into every free text of a profile or run; keys of word lists stay."""
    if isinstance(value, dict):
        return {
            name: inner if kept(name, inner) else poisoned(inner, text)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [poisoned(inner, text) for inner in value]
    return text if isinstance(value, str) else value


def kept(name, value):
    """Whether a value is ours; the assumptions of the modes hold texts, the list of them keys."""
    return name in KEYS or name.endswith("_function") or (name == "modes" and type(value) is list)


def hostile_page(text):
    profile = poisoned(copy.deepcopy(example_profile()), text)
    profile["quarter"]["id"] = text
    layers = example_layers()
    for name in LAYERS:
        frame = getattr(layers, name)
        for column in {"name", "note", "phase"} & set(frame.columns):
            frame[column] = text
    run = poisoned(example_run(), text)
    return profile, layers, run


@pytest.mark.parametrize("case", TOGETHER)
def test_hostile_text_is_shown_as_text_on_a_quarter_page(open_page, case):
    text = TOGETHER[case]
    profile, layers, run = hostile_page(text)
    beside = [(profile, layers), (example_profile("videnskvarteret"), example_layers())]
    found = open_page(render_quarter_page(profile, layers, text=DANISH, run=run, beside=beside))
    page = found.page
    assert found.requests == []
    assert found.errors == []
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelector('h1').textContent") == text
    assert page.evaluate("document.querySelector('.multiples h3').textContent").startswith(text)
    assert page.evaluate("document.querySelector('.timeline h4').textContent") == text
    assert page.evaluate("document.querySelector('.spine ul span').textContent").startswith(text)
    assert page.locator(".plan-map canvas").count() == 1
    page.evaluate("document.querySelector('button[data-show^=\"place:\"]').click()")
    shown = page.evaluate("document.querySelector('.card-name').textContent")
    assert shown.startswith(text)
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("case", TOGETHER)
def test_hostile_text_is_shown_as_text_on_the_index(open_page, case):
    text = TOGETHER[case]
    profile, layers, run = hostile_page(text)
    page = render_index_page([profile], {text: layers}, text=DANISH, run=run)
    found = open_page(page, wait=False)
    assert found.requests == []
    assert found.errors == []
    assert found.page.evaluate("document.querySelector('.cards h3').textContent") == text
    assert found.page.evaluate("window.ran") is None


@pytest.mark.parametrize("case", TOGETHER)
def test_hostile_text_is_shown_as_text_by_a_layer_of_its_own(open_page, case):
    text = TOGETHER[case]
    frame = gpd.GeoDataFrame(
        {"id": ["1"], "name": [text], "words": [text]},
        geometry=[shapely.Point(12.295, 55.655)],
        crs="EPSG:4326",
    )
    plan = PlanMap((12.28, 55.65, 12.31, 55.66), text=DANISH, title=text)
    always = looks.Look("point", fill="#c1121f", label="always")
    VectorLayer(
        frame,
        title=text,
        group=text,
        look=always,
        label="name",
        rows=[(text, "words")],
        key="own",
        legend=[(always, text)],
    ).add_to(plan)
    plan.add_sign(always, text)
    found = open_page(plan.page_html())
    page = found.page
    label = page.locator(".leaflet-tooltip.name")
    assert label.evaluate("each => each.textContent").startswith(text[:79])
    page.locator(".plan-map").scroll_into_view_if_needed()
    box = page.locator(".plan-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    shown = page.locator(".card")
    assert shown.locator("dt").evaluate("each => each.textContent") == text
    assert shown.locator("dd").evaluate("each => each.textContent") == text
    assert page.evaluate("document.title.length") > 0
    assert page.evaluate("window.ran") is None
    assert found.requests == []
    assert found.errors == []


def test_plain_folium_elements_work_and_run_nothing(open_page):
    plan = PlanMap((12.28, 55.65, 12.31, 55.66), text=DANISH, title="Kort")
    handler = HOSTILE["handler"].replace("src=x", "src=data:,")
    folium.Marker([55.655, 12.295], popup=handler, tooltip=handler).add_to(plan)
    frame = gpd.GeoDataFrame(
        {"name": [handler]}, geometry=[shapely.box(12.29, 55.65, 12.294, 55.658)], crs="EPSG:4326"
    )
    tip = folium.GeoJsonTooltip(["name"])
    folium.GeoJson(frame.to_json(), name=handler, tooltip=tip).add_to(plan)
    folium.LayerControl(collapsed=False).add_to(plan)
    found = open_page(plan.page_html())
    page = found.page
    page.locator(".leaflet-marker-icon").click()
    assert page.locator(".leaflet-popup").is_visible()
    page.locator(".leaflet-overlay-pane").hover(position={"x": 5, "y": 5}, force=True)
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert found.requests == []
    assert all("Content Security Policy" in error for error in found.errors)
