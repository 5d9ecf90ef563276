"""The explorer in Chromium: the engine's own answers, by pointer and by keyboard, for everybody."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.browser.explorer_study import NEAREST, SUMMARY, ExplorerStudy, compared, settled
from tests.browser.test_hostile import TOGETHER
from tests.browser.test_pages import AXE, CLIPPED

pytestmark = pytest.mark.browser
DATA = os.environ.get("HTKGIS_TEST_DATA")
COLOURS = """() => {
  const canvas = document.querySelector('.leaflet-reach-pane canvas');
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = {};
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) {
      const colour = data.slice(at, at + 3).join();
      seen[colour] = (seen[colour] || 0) + 1;
    }
  }
  return seen;
}"""
TO = "\N{EN DASH}"


@pytest.fixture
def study(explorer_study):
    return explorer_study


def assert_same_answers(study, page, count=100):
    """All travellers, all points: not one decisecond apart."""
    points = study.points(count)
    assert len(points) == count
    for number in range(len(study.travellers)):
        found = compared(study, page, number, points)
        assert found["points"] > count / 2
        assert found["pairs"] > 5 * count
        for part in ("places_ds", "border_ds", "connector_ds"):
            assert np.abs(found[part]).max() <= 1
            assert (found[part] == 0).mean() > 0.998


def test_the_page_answers_as_the_engine_for_a_hundred_points(study, open_page):
    assert_same_answers(study, open_page(study.page()).page)


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
def test_the_real_network_answers_as_the_engine_and_weighs_little(tmp_path_factory, open_page):
    real = ExplorerStudy(tmp_path_factory.mktemp("real"), "catalog-data.toml", Path(DATA))
    html = real.page()
    assert len(html.encode()) <= 2_500_000
    found = open_page(html)
    assert found.requests == []
    assert found.errors == []
    assert_same_answers(real, found.page)


def test_the_starting_points_have_the_minutes_of_the_quarter_pages(study, open_page):
    page = open_page(study.page()).page
    origins = study.results["origins"]
    areas = [quarter.area for quarter in study.study.quarters]
    own = [origins[origins["area_id"] == area] for area in areas]
    for number, area in enumerate(own):
        engine = study.answers(0, area)
        for row in range(len(area)):
            start = sum(map(len, own[:number])) + row
            page.get_by_label("Eller vælg et startpunkt").select_option(str(start))
            station = study.places.index[study.places["function"] == "station"]
            least = engine.places_ds[row][station].min()
            # halves are written away from nought in a browser, to the even digit in Python
            shown = float(page.evaluate(NEAREST)["station"][1].replace(",", "."))
            assert shown == pytest.approx(least / 600, abs=0.0501)


def test_the_page_is_light_quiet_and_the_same_twice(study, open_page):
    html = study.page()
    assert len(html.encode()) <= 600_000
    assert html == study.page()
    found = open_page(html)
    settled(found.page)
    assert found.requests == []
    assert found.errors == []


def test_it_opens_with_an_answer(study, open_page):
    page = settled(open_page(study.page()).page)
    opening = "Fra Taastrupgaard midt når en voksen på 15 minutter til fods frem til 5 af 10"
    assert page.evaluate(SUMMARY).startswith(opening)
    table = page.evaluate(NEAREST)
    assert table["school"] == ["1", "0,6", "Børnekulturhuset"]
    assert len(page.evaluate(COLOURS)) >= 3


def test_a_click_asks_from_where_it_fell(study, open_page):
    page = settled(open_page(study.page()).page)
    before = page.evaluate(NEAREST)
    box = page.locator(".plan-map").bounding_box()
    page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 0.5 * box["height"])
    settled(page)
    assert "Fra det valgte punkt" in page.evaluate(SUMMARY)
    assert page.evaluate(NEAREST) != before
    assert page.get_by_label("Eller vælg et startpunkt").input_value() == ""


def test_more_minutes_reach_no_less(study, open_page):
    page = open_page(study.page()).page
    slider = page.get_by_role("slider", name="Tid")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "5 minutter"
    seen = []
    for _ in range(6):
        settled(page)
        counts = [row[0] for row in page.evaluate(NEAREST).values()]
        pixels = sum(page.evaluate(COLOURS).values())
        seen.append((sum(int(count.split()[-1]) for count in counts), pixels))
        for _ in range(5):
            page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "30 minutter"
    assert seen == sorted(seen)
    assert seen[0][0] < seen[-1][0]
    assert seen[0][1] < seen[-1][1]


def test_the_legend_has_the_classes_up_to_the_minutes(study, open_page):
    page = settled(open_page(study.page(), width=1280).page)
    rows = page.locator("[data-band]:visible")
    first = [f"0{TO}5 min.", f"5{TO}10 min.", f"10{TO}15 min."]
    assert rows.all_inner_texts() == first
    page.get_by_role("slider", name="Tid").focus()
    page.keyboard.press("ArrowRight")
    assert rows.all_inner_texts() == [*first, f"15{TO}16 min."]


def test_by_bike_and_by_a_slower_walker_the_same_start_has_other_minutes(study, open_page):
    page = open_page(study.page()).page
    minutes = lambda: float(page.evaluate(NEAREST)["station"][1].split()[-1].replace(",", "."))  # noqa: E731
    adult = minutes()
    page.get_by_label("Hvem").select_option(label="Ældre (3,2 km/t.)")
    older = minutes()
    page.get_by_label("På cykel").check()
    bike = minutes()
    assert page.get_by_label("Hvem").locator("option").all_inner_texts() == ["Voksen (16 km/t.)"]
    assert bike < adult < older
    assert older / adult == pytest.approx(4.5 / 3.2, rel=0.02)


def test_the_year_decides_which_places_count(study, open_page):
    page = open_page(study.page()).page
    today = page.evaluate(NEAREST)
    page.get_by_label("2017").check()
    settled(page)
    assert page.evaluate(NEAREST) != today
    assert "som de lå i 2017" in page.evaluate(SUMMARY)
    assert page.evaluate(SUMMARY).endswith("er 1 fra 2017 væk i 2026, og 2 er kommet til.")


def test_a_point_outside_is_refused_in_words(study, open_page):
    page = settled(open_page(study.page()).page)
    page.evaluate("window.location.hash = '#at=55.9,12.29'")
    settled(page)
    assert page.evaluate(SUMMARY).startswith("Punktet ligger uden for det vejnet")
    assert {row[0] for row in page.evaluate(NEAREST).values()} == {TO}


def test_beyond_the_border_figures_are_bounds(study, open_page):
    page = open_page(study.page()).page
    page.get_by_label("På cykel").check()
    page.get_by_role("slider", name="Tid").focus()
    page.keyboard.press("End")
    settled(page)
    assert "mindst" in page.evaluate(SUMMARY)
    assert page.locator("[data-ask=bounded]").is_visible()
    assert all(row[0].startswith("mindst") for row in page.evaluate(NEAREST).values())


def test_the_link_brings_the_same_view_back(study, open_page, chromium, tmp_path):
    first = settled(open_page(study.page()).page)
    first.get_by_label("På cykel").check()
    first.get_by_role("slider", name="Tid").focus()
    first.keyboard.press("ArrowLeft")
    first.get_by_label("2017").check()
    settled(first)
    link = first.get_by_role("textbox", name="Link til det viste").input_value()
    assert link == first.evaluate("location.href")
    second = first.context.new_page()
    second.goto(link)
    second.wait_for_selector("html[data-ready]", state="attached")
    settled(second)
    assert second.evaluate(SUMMARY) == first.evaluate(SUMMARY)
    assert second.evaluate(NEAREST) == first.evaluate(NEAREST)
    assert second.evaluate("location.href") == link


NONSENSE = (
    "#at=x,y",
    "#at=",
    "#at=1e9,5",
    "#min=-7&by=plane&who=<b>&year=1800&when=never&with=nothing",
    "#view=91,0,99",
    "#%E0%A4%A",
)


def test_an_address_that_makes_no_sense_opens_the_page_as_it_is(study, open_page):
    found = open_page(study.page())
    page = found.page
    for fragment in NONSENSE:
        page.evaluate("(hash) => { window.location.hash = hash; }", fragment)
        page.reload()
        page.wait_for_selector("html[data-ready]", state="attached")
        assert page.evaluate(SUMMARY).startswith("Fra Taastrupgaard midt når"), fragment
        page.evaluate("(hash) => { window.location.hash = hash; }", fragment)
        settled(page)
        assert page.evaluate(SUMMARY).startswith("Fra Taastrupgaard midt når"), fragment
    assert found.errors == []


def tab_to(page, selector):
    """Press Tab, and nothing else, until the focus is where one wants to be."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no way to {selector} by the tab key")


def test_the_whole_journey_is_made_by_keyboard(study, open_page):
    found = open_page(study.page(), reduced_motion="reduce")
    page = found.page
    tab_to(page, "[data-ask=search]")
    page.keyboard.type("hoje-taastrup g")
    assert page.locator(".place-name").all_inner_texts() == ["Høje-Taastrup Gymnasium"]
    page.keyboard.press("Control+a")
    page.keyboard.type("tåstrup te")
    assert page.locator("[data-ask=found-count]").inner_text() == "1 sted fundet"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    assert "Fra Taastrup Teater" in page.evaluate(SUMMARY)
    assert page.evaluate("document.activeElement.id") == "ask-search"
    tab_to(page, "[data-ask=start]")
    page.keyboard.press("ArrowDown")
    settled(page)
    assert "Fra Taastrupgaard" in page.evaluate(SUMMARY)
    tab_to(page, "input[name=mode]")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert "på cykel" in page.evaluate(SUMMARY)
    tab_to(page, "[data-ask=minutes]")
    page.keyboard.press("Home")
    settled(page)
    assert "på 5 minutter" in page.evaluate(SUMMARY)
    tab_to(page, "input[name=year]")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert "2017" in page.evaluate(SUMMARY)
    tab_to(page, ".plan-map")
    centre = page.evaluate("location.hash")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        settled(page)
    assert page.evaluate("location.hash") != centre
    tab_to(page, ".panel input[type=checkbox]")
    page.keyboard.press("Space")
    assert not page.locator(".panel input[type=checkbox]").first.is_checked()
    tab_to(page, "[aria-labelledby=reached-caption]")
    tab_to(page, "[data-ask=copy]")
    page.keyboard.press("Enter")
    # the browser copies in its own time: said when it is done
    page.wait_for_function("() => document.querySelector('[data-ask=copied]').textContent !== ''")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.dataset.ask") == "centre":
            break
    page.keyboard.press("Enter")
    settled(page)
    assert "Fra det valgte punkt" in page.evaluate(SUMMARY)
    assert found.errors == []


@pytest.mark.parametrize("case", TOGETHER)
def test_hostile_names_are_shown_as_text(study, open_page, case):
    text = TOGETHER[case]
    places = [place | {"name": text, "name_en": None} for place in study.explorer["places"]]
    starts = [start | {"name": text, "area": text} for start in study.explorer["starts"]]
    transit = study.explorer["transit"]
    named = [stop | {"name": text} for stop in transit["stops"]]
    transit = transit | {"stops": named, "stations": [text for _ in transit["stations"]]}
    projects = [{"id": text, "name": text, "name_en": None}]
    changed = {"starts": starts, "transit": transit, "projects": projects}
    found = open_page(study.page(places=places, **changed))
    page = settled(found.page)
    assert text in page.evaluate(SUMMARY)
    named = page.evaluate(NEAREST)["school"][2]
    assert named == text
    page.get_by_label("Søg efter et sted").fill(text[:3])
    assert page.locator(".place-name").first.evaluate("each => each.textContent") == text
    page.locator("input[name=project]").check()
    settled(page)
    page.locator("input[value=transit]").check()
    settled(page)
    assert text in page.evaluate(SUMMARY)
    for row in ("station", "stop"):
        head = f"tr[data-{row}] th"
        assert page.locator(head).first.evaluate("each => each.textContent") == text
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert found.requests == []
    assert found.errors == []


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_cut_off_on_a_narrow_screen(study, open_page, width):
    page = settled(open_page(study.page(), width=width, height=800).page)
    page.get_by_label("Søg efter et sted").fill("ta")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []


def test_text_at_twice_the_size_fits_a_narrow_screen(study, open_page):
    page = settled(open_page(study.page(), width=640).page)
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate(CLIPPED) == []


def test_the_map_keeps_its_colours_in_forced_colours(study, open_page):
    page = settled(open_page(study.page(), forced_colors="active").page)
    fill = "getComputedStyle(document.querySelector('[data-band] .swatch rect')).fill"
    assert page.evaluate(fill) == "rgb(47, 127, 184)"
    assert "47,127,184" in page.evaluate(COLOURS)


@pytest.mark.parametrize("language", ["da", "en"])
def test_axe_finds_nothing(study, open_page, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = settled(open_page(study.page(language), bypass_csp=True).page)
    page.locator("[data-ask=search]").fill("ta")
    for mode in ("walk", "transit"):
        page.locator(f"input[value={mode}]").check()
        page.evaluate(
            "() => document.querySelectorAll('details').forEach((d) => { d.open = true; })"
        )
        settled(page)
        found = axe.run(page, options=AXE).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []


def test_the_page_works_in_a_sandboxed_frame(study, open_page):
    frame = study.page().replace("&", "&amp;").replace('"', "&quot;")
    host = f'<iframe sandbox="allow-scripts" width="1200" height="800" srcdoc="{frame}"></iframe>'
    found = open_page(f"<!DOCTYPE html><title>x</title>{host}", wait=False)
    inner = found.page.frames[1]
    inner.wait_for_selector("html[data-ready]", state="attached")
    settled(found.page)
    assert inner.evaluate(SUMMARY).startswith("Fra Taastrupgaard midt når")
    assert not inner.locator(".share").is_visible()
    assert found.requests == []
    assert found.errors == []


def test_without_script_the_page_says_where_to_look(study, open_page):
    page = open_page(study.page(), wait=False, java_script_enabled=False).page
    assert page.locator("noscript").is_visible()
    assert not page.locator(".ask").is_visible()
    assert not page.locator("#reached").is_visible()


def test_english_pages_are_english(study, open_page):
    page = settled(open_page(study.page("en")).page)
    opening = "From Taastrupgaard centre, an adult gets in 15 minutes on foot to 5 of 10"
    assert page.evaluate(SUMMARY).startswith(opening)
    assert page.get_by_label("Search for a place").is_visible()
