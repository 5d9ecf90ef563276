"""What axe cannot see: a journey by keyboard, what is focused, how large, and forced colours."""

import pytest

from tests.browser.test_pages import quarter

pytestmark = pytest.mark.browser
LISTEN = """
() => {
  window.stops = [];
  document.addEventListener("focusin", ({target}) => {
    const style = getComputedStyle(target), box = target.getBoundingClientRect();
    const label = target.closest("label");
    const size = (label || target).getBoundingClientRect();
    window.stops.push({
      name: `${target.tagName} ${target.className} ${target.textContent.trim().slice(0, 40)}`,
      outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      width: size.width, height: size.height, top: box.top + scrollY,
      inText: Boolean(target.closest("p, td, li span")) && target.tagName === "A",
      seen: box.width > 0 && box.height > 0 && !target.closest("[hidden]"),
    });
  });
}
"""
LEAST_PX = 24
"""Height and width of what is pressed, WCAG 2.2, 2.5.8."""


def test_a_journey_by_keyboard_goes_down_the_page_and_out_with_the_focus_in_sight(open_page):
    page = open_page(quarter()).page
    page.evaluate(LISTEN)
    for _ in range(250):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    else:
        pytest.fail("the focus never left the page")
    stops = page.evaluate("window.stops")
    assert len(stops) > 60
    assert [stop["name"] for stop in stops if not stop["outline"]] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    tall = [stop for stop in stops if not stop["inText"]]
    small = [s for s in tall if s["height"] < LEAST_PX or s["width"] < LEAST_PX]
    assert [(stop["name"], stop["width"], stop["height"]) for stop in small] == []
    # sections follow each other; inside the map and its list, columns may go up again
    map_top = page.evaluate(
        "document.querySelector('.map-block').getBoundingClientRect().top + scrollY"
    )
    below = [
        s["top"] for s in stops if s["name"].startswith("SUMMARY") and s["top"] > map_top + 700
    ]
    assert below == sorted(below)


def test_with_forced_colours_and_no_motion_all_stays_in_sight_and_still(open_page):
    page = open_page(quarter(), forced_colors="active", reduced_motion="reduce").page
    for name in ("På cykel", "Til fods"):
        page.get_by_role("radio", name=name).check()
    assert page.evaluate("document.getAnimations().length") == 0
    page.evaluate(LISTEN)
    page.keyboard.press("Tab")
    page.locator("details.part > summary").first.focus()
    page.locator(".plan-map").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.getAnimations().length") == 0
    stops = page.evaluate("window.stops")
    assert len(stops) == 3
    assert [stop["name"] for stop in stops if not stop["outline"]] == []
    border = "getComputedStyle(document.querySelector('.figures li')).borderTopStyle"
    assert page.evaluate(border) == "solid"
    fill = "getComputedStyle(document.querySelector('#own')).fill"
    assert page.evaluate(fill) == "rgb(15, 61, 92)"
