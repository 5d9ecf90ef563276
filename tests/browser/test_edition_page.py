"""The page on what moved since the edition before, in Chromium: one load for each language."""

import pytest

from htkgis.maps import load_text, render_edition_page
from tests.browser.test_hostile import TOGETHER, poisoned
from tests.browser.test_pages import AXE, CLIPPED
from tests.maps.edition_example import LABELS, edition_report
from tests.maps.profile_example import example_profile, example_run

pytestmark = pytest.mark.browser


def rendered(language, report, labels, profile, run):
    return render_edition_page(report, labels, [profile], text=load_text(language), run=run)


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=AXE).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]


def test_hostile_text_in_layers_decisions_and_names_is_shown_as_text(open_page):
    text = TOGETHER["markup"] + TOGETHER["signs"]
    html = rendered(
        "da",
        edition_report(text),
        [text, *LABELS[1:]],
        poisoned(example_profile(), text),
        poisoned(example_run(), text),
    )
    found = open_page(html, wait=False, bypass_csp=False)
    page = found.page
    assert found.requests == []
    assert found.errors == []
    assert page.evaluate("window.ran") is None
    assert page.locator("#moved tbody th").first.text_content() == text
    assert text in page.locator("#edition-causes tbody td").first.text_content()
    assert text in page.locator("#moved tbody td").nth(5).text_content()
    page.locator("#moved-theme").select_option(index=1)
    page.get_by_role("button", name="Forskel").click()
    assert page.evaluate("window.ran") is None
    assert found.errors == []


def test_the_english_page_is_accessible_and_whole_on_a_narrow_screen(open_page):
    html = rendered("en", edition_report(), LABELS, example_profile(), example_run())
    found = open_page(html, wait=False, bypass_csp=True)
    page = found.page
    assert violations(page) == []
    page.get_by_role("button", name="Before").click()
    assert page.locator("#moved tbody th").first.text_content() != LABELS[0]
    assert violations(page) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CLIPPED) == []
    page.set_viewport_size({"width": 640, "height": 800})
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate(CLIPPED) == []
    assert found.requests == []
    assert found.errors == []
