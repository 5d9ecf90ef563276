"""The choice of a way of travelling: one mode's bands at a time, by keyboard, then on paper."""

import pytest

from tests.browser.test_pages import quarter

pytestmark = pytest.mark.browser
SHOWN = "document.querySelector('.plan-map').dataset.shown.split(' ')"
CHOICES = (
    "[...document.querySelectorAll('.panel input[type=radio]')].map((box) => box.dataset.layer)"
)
ZOOM = "document.querySelector('.leaflet-control-scale-line').textContent"


def bands(page):
    """Which of the radio buttons' layers are on the map."""
    choices, shown = page.evaluate(CHOICES), page.evaluate(SHOWN)
    return [name in shown for name in choices]


def test_walking_is_shown_at_first(open_page):
    page = open_page(quarter()).page
    assert page.get_by_role("group", name="Vis rækkevidde").is_visible()
    assert page.get_by_role("radio", name="Til fods").is_checked()
    assert bands(page) == [True, False, False, False]


def test_arrow_keys_switch_the_mode_that_is_drawn(open_page):
    found = open_page(quarter())
    page = found.page
    page.get_by_role("radio", name="Til fods").focus()
    seen, pictures = [], set()
    for _ in range(4):
        page.wait_for_timeout(100)
        seen.append(bands(page))
        pictures.add(page.locator(".plan-map").screenshot())
        page.keyboard.press("ArrowDown")
    assert seen == [
        [True, False, False, False],
        [False, True, False, False],
        [False, False, True, False],
        [False, False, False, False],
    ]
    assert len(pictures) == 4
    assert bands(page) == seen[0]
    assert found.errors == []
    assert found.requests == []


def test_only_one_mode_has_its_minutes_named(open_page):
    page = open_page(quarter("en"), reduced_motion="reduce").page
    for name in ("On foot", "By car", "By bike"):
        page.get_by_role("radio", name=name).check()
        assert page.locator(".leaflet-tooltip.name-band").count() == 4
    page.get_by_role("radio", name="None").check()
    assert page.locator(".leaflet-tooltip.name-band").count() == 0


def test_the_map_moves_out_to_the_reach_of_a_mode_and_back(open_page):
    page = open_page(quarter(), reduced_motion="reduce").page
    before = page.evaluate(ZOOM)
    page.get_by_role("radio", name="I bil").check()
    assert page.evaluate(ZOOM) != before
    station = page.locator(".leaflet-tooltip.name", has_text="Taastrup St.")
    assert not station.is_visible()
    page.get_by_role("radio", name="Til fods").check()
    assert page.evaluate(ZOOM) == before
    assert station.is_visible()


def test_a_map_that_the_reader_has_moved_stays_where_it_is(open_page):
    page = open_page(quarter(), reduced_motion="reduce").page
    page.locator(".plan-map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    before = page.evaluate(ZOOM)
    page.get_by_role("radio", name="I bil").check()
    assert page.evaluate(ZOOM) == before
    page.get_by_role("button", name="Vis hele kvarteret").click()
    page.get_by_role("radio", name="På cykel").check()
    assert page.evaluate(ZOOM) != before


def test_a_choice_does_not_touch_the_other_layers(open_page):
    page = open_page(quarter()).page
    page.get_by_role("checkbox", name="Veje og stier").uncheck()
    others = set(page.evaluate(SHOWN)) - set(page.evaluate(CHOICES))
    page.get_by_role("radio", name="På cykel").check()
    assert set(page.evaluate(SHOWN)) - set(page.evaluate(CHOICES)) == others
    assert not page.get_by_role("checkbox", name="Veje og stier").is_checked()


def test_folded_tables_open_by_keyboard_and_fit_a_narrow_screen(open_page):
    page = open_page(quarter(), width=320).page
    summaries = page.locator("summary")
    assert summaries.count() > 5
    for summary in summaries.all():
        if not summary.evaluate("(each) => each.parentElement.open"):
            summary.focus()
            page.keyboard.press("Enter")
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["da", "en"])
def test_axe_finds_nothing_in_folded_tables_and_other_modes(open_page, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(quarter(language), bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.locator(".panel input[type=radio]").nth(2).check()
    found = axe.run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []


def test_downloads_are_relative_links(open_page):
    page = open_page(quarter()).page
    link = page.get_by_role("link", name="GeoPackage")
    assert link.get_attribute("href") == "kulturkvarteret.gpkg"
    assert link.get_attribute("download") == ""
