"""The pages in Chromium: quiet, drawn, usable by keyboard, whole at 320 pixels, accessible."""

from functools import cache

import pytest

from htkgis.maps import load_text, render_index_page, render_quarter_page
from tests.maps.example_whole import whole_profile
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_run

pytestmark = pytest.mark.browser
AXE = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ]
}
DRAWN = """
() => [...document.querySelectorAll('.plan-map canvas')].reduce((sum, canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4 * 97) {
    if (data[at + 3]) colours.add(data.slice(at, at + 3).join());
  }
  return sum + colours.size;
}, 0)
"""
SPACED = """
* {
  line-height: 1.5 !important;
  letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }
"""
WIDE_PX, NARROW_PX = 9000, 16_000
"""How tall a page may be at 1280 and at 390 pixels while its folds are closed."""
CLIPPED = """
() => [...document.querySelectorAll('body *')].filter((element) => {
  const style = getComputedStyle(element);
  const scrolls = /auto|scroll|hidden|clip/.test(style.overflowX);
  const over = element.scrollWidth > element.clientWidth + 1;
  const map = element.closest('.plan-map, svg, .unseen');
  const reached = element.tabIndex >= 0 && /auto|scroll/.test(style.overflowX);
  return scrolls && over && !map && !reached;
}).map((element) => element.className || element.tagName)
"""


@cache
def quarter(language="da"):
    beside = [(whole_profile(name, language=language), example_layers(name)) for name in QUARTERS]
    return render_quarter_page(
        *beside[0], text=load_text(language), run=example_run(), beside=beside
    )


@cache
def index(language="da"):
    layers = {name: example_layers(name) for name in QUARTERS}
    profiles = [whole_profile(name, language=language) for name in QUARTERS]
    return render_index_page(profiles, layers, text=load_text(language), run=example_run())


def unfold(page):
    """Open all that is folded, for what is closed is neither measured nor checked."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def test_the_example_holds_every_part_of_a_page():
    page, front = quarter(), index()
    for part in ("gaps", "completeness", "fairness", "isolation", "rules", "robust", "transit"):
        words = load_text("da").words
        heading = words.get(f"{part}.heading") or words.get(f"{part}.fold")
        assert heading, part
        assert heading in page, part
    assert load_text("da")("isolation.index_heading") in front


def test_a_quarter_page_is_short_asks_for_nothing_and_says_nothing(open_page):
    found = open_page(quarter())
    assert found.page.evaluate("document.documentElement.scrollHeight") <= WIDE_PX
    assert found.requests == []
    assert found.errors == []


def test_the_index_asks_for_nothing_and_says_nothing(open_page):
    found = open_page(index(), wait=False)
    found.page.wait_for_load_state()
    _sorts_by_keyboard(found.page)
    assert found.requests == []
    assert found.errors == []


def _sorts_by_keyboard(page):
    """All figures: sorted both ways and by theme, said aloud, what is missing always last."""
    table = page.locator("#overview")
    head = table.locator("thead th").nth(1)
    head.locator("button").focus()
    ranks = "(rows) => rows.map((row) => Number(row.cells[1].dataset.rank) || null)"
    for way, words in (("ascending", "stigende"), ("descending", "faldende")):
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == way
        assert table.locator("thead [aria-sort]").count() == 1
        shown = table.locator("tbody tr").evaluate_all(ranks)
        known = [rank for rank in shown if rank is not None]
        assert known == sorted(known, reverse=way == "descending")
        assert shown[: len(known)] == known
        assert len(known) < len(shown)
        assert (
            f"Sorteret efter Kulturkvarteret, {words}."
            in page.locator("[role=status]").inner_text()
        )
    choice = page.get_by_label("Vis emne")
    choice.select_option(label="Planregler")
    names = table.locator("tbody tr:visible td:last-child").all_inner_texts()
    assert set(names) == {"Planregler"}
    assert f"{len(names)} af " in page.locator("[role=status]").inner_text()


MEETING_NAMES = """
() => {
  const map = Object.values(window).find((value) => value instanceof L.Map);
  const frame = map.getContainer().getBoundingClientRect();
  const box = (element) => element.getBoundingClientRect();
  const shown = [...document.querySelectorAll('.leaflet-tooltip.name:not(.crowded)')];
  const names = shown.filter((name) => box(name).width)
    .map((name) => ({text: name.textContent, own: name, ...box(name).toJSON()}));
  const owned = [];
  map.eachLayer((layer) => {
    const own = layer.getRadius && layer.getTooltip() && layer.getTooltip().getElement();
    if (!own) return;
    const {x, y} = map.latLngToContainerPoint(layer.drawnAt ? layer.drawnAt(map)
      : layer.getLatLng());
    const at = {x: x + frame.left, y: y + frame.top}, radius = layer.getRadius();
    owned.push({text: `symbol of ${own.textContent}`, own, left: at.x - radius,
      right: at.x + radius, top: at.y - radius, bottom: at.y + radius});
  });
  const meets = (a, b) => a.own !== b.own && a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const outside = names.filter((name) => name.left < frame.left - 1
    || name.right > frame.right + 1);
  return {shown: names.length, outside: outside.map((name) => name.text),
    met: names.flatMap((name) => [...names, ...owned].filter((other) => meets(name, other))
      .map((other) => `${name.text} / ${other.text}`))};
}
"""


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_name_on_the_map_meets_another_name_or_the_symbol_of_another(open_page, width):
    page = open_page(quarter(), width=width).page
    found = page.evaluate(MEETING_NAMES)
    assert found["shown"] >= 4
    assert (found["outside"], found["met"]) == ([], [])


def test_the_map_is_drawn_with_its_names(open_page):
    page = open_page(quarter()).page
    assert page.evaluate(DRAWN) > 8
    names = page.locator(".leaflet-tooltip.name").all_inner_texts()
    assert {"Taastrup St.", "Taastrupgaard", "Kulturkvarteret", "15 min."} <= set(names)
    region = page.get_by_role("region", name="Kort over Kulturkvarteret")
    assert "står som tal i tabellerne" in region.get_attribute("aria-label")
    assert region.locator("canvas:not([aria-hidden=true])").count() == 0


def test_layers_are_switched_by_keyboard(open_page):
    page = open_page(quarter()).page
    box = page.get_by_role("checkbox", name="Station")
    name = page.locator(".leaflet-tooltip.name", has_text="Taastrup St.")
    box.focus()
    page.keyboard.press("Space")
    assert not box.is_checked()
    name.wait_for(state="detached")
    page.keyboard.press("Space")
    assert box.is_checked()
    name.wait_for()


def test_a_layer_switched_on_again_lies_below_what_it_lay_below(open_page):
    page = open_page(quarter(), height=1800).page
    before = page.screenshot(clip=_map(page))
    box = page.get_by_role("checkbox", name="Veje og stier")
    box.click()
    page.wait_for_timeout(100)
    assert page.screenshot(clip=_map(page)) != before
    box.click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(100)
    assert page.screenshot(clip=_map(page)) == before


def _map(page):
    """Return the part of the map that lies in the window and under no control."""
    box = page.locator(".plan-map").bounding_box()
    return {
        "x": box["x"] + 60,
        "y": box["y"] + 5,
        "width": box["width"] - 70,
        "height": box["height"] - 60,
    }


def test_tab_walks_through_the_map_and_out(open_page):
    page = open_page(quarter()).page
    page.locator(".plan-map").focus()
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.closest('.plan-map, .panel').className"))
    assert "panel" in seen


def test_arrow_keys_move_the_map_and_the_button_brings_it_back(open_page):
    page = open_page(quarter(), reduced_motion="reduce").page
    where = "document.querySelector('.leaflet-map-pane').style.transform"
    page.locator(".plan-map").focus()
    before = page.evaluate(where)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert page.evaluate(where) != before
    page.get_by_role("button", name="Vis hele kvarteret").click()
    page.wait_for_timeout(200)
    assert page.locator(".leaflet-tooltip.name", has_text="Taastrupgaard").is_visible()


def test_controls_speak_the_language_of_the_page(open_page):
    for language, words in (("da", "Zoom ind"), ("en", "Zoom in")):
        page = open_page(quarter(language)).page
        assert page.locator(".leaflet-control-zoom-in").get_attribute("aria-label") == words
        assert page.locator(".leaflet-control-scale-line").inner_text().endswith("m")


def test_a_place_is_shown_from_the_table_and_focus_comes_back(open_page):
    page = open_page(quarter()).page
    page.get_by_role("heading", name="Steder i og ved kvarteret").click()
    button = page.get_by_role("button", name="Vis Selsmoseskolen (lukket eller flyttet) på kortet")
    button.focus()
    page.keyboard.press("Enter")
    card = page.locator(".card")
    assert "lukket eller flyttet" in card.inner_text()
    assert page.evaluate("document.activeElement.className") == "card"
    assert page.locator(".leaflet-popup-close-button").get_attribute("aria-label") == "Luk"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.show") == "place:selsmoseskolen"


def test_a_click_on_a_symbol_opens_what_is_known_of_it(open_page):
    page = open_page(quarter()).page
    name = page.locator(".leaflet-tooltip.name", has_text="Taastrup St.")
    name.scroll_into_view_if_needed()
    page.mouse.wheel(0, 100)
    page.wait_for_timeout(200)
    label = name.bounding_box()
    page.mouse.click(label["x"] + label["width"] / 2, label["y"] + label["height"] + 15)
    assert "Taastrup St." in page.locator(".card-name").inner_text()
    assert "7,9" in page.locator(".card").inner_text()


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("build", [quarter, index], ids=["quarter", "index"])
def test_nothing_is_cut_off_on_a_narrow_screen(open_page, build, language):
    page = open_page(build(language), width=390, wait=build is quarter).page
    assert page.evaluate("document.documentElement.scrollHeight") <= NARROW_PX
    unfold(page)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CLIPPED) == []
    page.add_style_tag(content=SPACED)  # the distances of WCAG 1.4.12
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("build", [quarter, index], ids=["quarter", "index"])
def test_text_at_twice_the_size_fits_a_narrow_screen(open_page, build, language):
    page = open_page(build(language), width=640, wait=build is quarter).page
    unfold(page)
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate(CLIPPED) == []


def test_swatches_keep_their_colours_in_forced_colours(open_page):
    page = open_page(quarter(), forced_colors="active").page
    fill = "getComputedStyle(document.querySelector('.classes .swatch rect')).fill"
    assert page.evaluate(fill) == "rgb(47, 127, 184)"
    kept = "getComputedStyle(document.querySelector('.swatch')).forcedColorAdjust"
    assert page.evaluate(kept) == "none"


def test_without_script_the_fixed_map_stands_in(open_page):
    page = open_page(quarter(), wait=False, java_script_enabled=False).page
    assert page.locator(".fixed-map > svg").is_visible()
    assert not page.locator(".map-block").is_visible()
    assert page.locator("noscript").is_visible()
    assert not page.locator("button.show").first.is_visible()


def test_on_paper_the_fixed_map_stands_in(open_page):
    page = open_page(quarter()).page
    page.emulate_media(media="print")
    assert page.locator(".fixed-map > svg").is_visible()
    assert not page.locator(".plan-map").is_visible()


def test_the_page_works_in_a_sandboxed_frame(open_page, tmp_path):
    frame = quarter().replace("&", "&amp;").replace('"', "&quot;")
    host = f'<iframe sandbox="allow-scripts" width="1200" height="800" srcdoc="{frame}"></iframe>'
    found = open_page(f"<!DOCTYPE html><title>x</title>{host}", wait=False)
    found.page.frames[1].wait_for_selector("html[data-ready]", state="attached")
    assert found.requests == []
    assert found.errors == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("build", [quarter, index], ids=["quarter", "index"])
def test_axe_finds_nothing(open_page, build, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(build(language), wait=build is quarter, bypass_csp=True).page
    # the rows of all figures are built alike, and axe looks at each of a thousand cells
    page.evaluate(
        "document.querySelectorAll('#overview tr:nth-child(n+20)').forEach((e) => e.remove())"
    )
    # folds are the same in both languages; unfolded, every word is looked at
    for state in ("folded", "unfolded") if language == "da" else ("unfolded",):
        if state == "unfolded":
            unfold(page)
        found = axe.run(page, options=AXE).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []
