"""The pages of all quarters in Chromium: one load each, for all that the other pages are asked."""

import pytest

from htkgis.maps import joint_pages, load_text
from tests.browser.test_pages import AXE, CLIPPED, DRAWN, unfold
from tests.maps.joint_example import joint_layers, joint_profiles
from tests.maps.profile_example import example_run
from tests.maps.test_comparison_page import page as comparison

pytestmark = pytest.mark.browser
MEETING = """() => {
  const boxes = [...document.querySelectorAll(".plan-map .name")]
    .filter((name) => getComputedStyle(name).visibility === "visible")
    .map((name) => [name.textContent, name.getBoundingClientRect()]).filter(([, box]) => box.width);
  const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5
    && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
  return {
    shown: boxes.map(([name]) => name),
    covering: [...document.querySelectorAll(".plan-map .leaflet-control")].flatMap((control) =>
      boxes.filter(([, box]) => meet(box, control.getBoundingClientRect())).map(([name]) => name)),
    meeting: boxes.flatMap(([one, a], n) =>
      boxes.slice(n + 1).filter(([, b]) => meet(a, b)).map(([other]) => [one, other])),
  };
}"""
"""How many names stand on the map, and which of them lie over another, or below a control."""
CHOICES = {
    "region": "Charlottekvarteret",
    "forskelle": "skole",
    "projekter": None,
    "sammenligning": "bus og tog",
}


@pytest.fixture(scope="module")
def pages():
    made = joint_pages(
        joint_profiles(), joint_layers(), text=load_text("da"), run=example_run(language_links={})
    )
    # two scenarios, of which one has a hostile name
    return {page.file.removesuffix(".html"): page.html for page in made} | {
        "sammenligning": comparison()
    }


@pytest.mark.parametrize("name", list(CHOICES))
def test_a_page_is_quiet_drawn_whole_on_a_narrow_screen_and_accessible(open_page, pages, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = open_page(pages[name], bypass_csp=True)
    page = found.page
    assert page.evaluate(DRAWN) > 4
    if CHOICES[name]:
        _another_choice_is_drawn(page, CHOICES[name])
    else:
        _a_project_is_shown_from_the_table(page)
    unfold(page)
    violations = axe.run(page, options=AXE).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in violations] == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CLIPPED) == []
        page.wait_for_timeout(300)
        names = page.evaluate(MEETING)
        assert {"Aalstrup St.", "Ærø St."} <= set(names["shown"]) or (
            name != "region" and names["shown"]
        )
        assert names["meeting"] == []
        assert names["covering"] == []
    page.set_viewport_size({"width": 640, "height": 800})
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate(CLIPPED) == []
    assert found.requests == []
    assert found.errors == []


def _another_choice_is_drawn(page, words):
    before = page.locator(".plan-map canvas").first.evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_role("radio", name=words).first.focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(100)
    after = page.locator(".plan-map canvas").first.evaluate("(canvas) => canvas.toDataURL()")
    assert after != before


def _a_project_is_shown_from_the_table(page):
    page.get_by_role("button", name="Vis Boliger ved Selsmosen på kortet").first.click()
    card = page.locator(".card").inner_text()
    assert "Boliger ved Selsmosen" in card
    assert "Kulturkvarteret" in card
    # it fades in, and has too little contrast until it is there
    shown = "getComputedStyle(document.querySelector('.leaflet-popup')).opacity === '1'"
    page.wait_for_function(shown)


def test_without_script_and_on_paper_fixed_maps_stand_in(open_page, pages):
    page = open_page(pages["projekter"], wait=False, java_script_enabled=False).page
    assert page.locator(".pictures svg").first.is_visible()
    assert not page.locator(".map-block").is_visible()
    assert page.locator("noscript").is_visible()
