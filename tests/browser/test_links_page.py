"""The page of missing links in Chromium: one load, with names that try to be markup."""

import pytest

from htkgis.maps import load_text
from htkgis.maps.links_page import render_links_page
from htkgis.maps.locate_page import render_locate_page
from tests.browser.test_edition_page import violations
from tests.browser.test_hostile import TOGETHER
from tests.browser.test_pages import CLIPPED
from tests.maps.links_example import example_view
from tests.maps.locate_example import example_view as locate_view
from tests.maps.profile_example import example_run

pytestmark = pytest.mark.browser


def test_the_page_is_accessible_narrow_and_opens_the_map_from_its_table(open_page):
    street = TOGETHER["markup"] + TOGETHER["signs"]
    html = render_links_page(example_view(street), text=load_text("da"), run=example_run())
    found = open_page(html, bypass_csp=True)
    page = found.page
    assert page.locator("#links tbody th span").nth(1).text_content() == f"2. Langs {street}"
    assert violations(page) == []
    page.get_by_role("button", name="Længde (m)").press("Enter")
    page.get_by_role("button", name="Længde (m)").press("Enter")
    assert page.locator("#links tbody th span").first.text_content().startswith("2.")
    page.locator("#links button.show").first.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    assert f"Langs {street}" in popup.text_content()
    assert "nærmere for under 5 beboere" in popup.text_content()
    shown = "getComputedStyle(document.querySelector('.leaflet-popup')).opacity === '1'"
    page.wait_for_function(shown)
    assert violations(page) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CLIPPED) == []
    assert page.evaluate("window.ran") is None
    assert found.requests == []
    assert found.errors == []


def test_the_page_of_sites_is_accessible_and_narrow_too(open_page):
    street = TOGETHER["markup"] + TOGETHER["signs"]
    html = render_locate_page(locate_view(street), text=load_text("da"), run=example_run())
    found = open_page(html, bypass_csp=True)
    page = found.page
    page.locator("#sites button.show").first.press("Enter")
    assert f"1. {street}" in page.locator(".leaflet-popup-content").text_content()
    shown = "getComputedStyle(document.querySelector('.leaflet-popup')).opacity === '1'"
    page.wait_for_function(shown)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate("window.ran") is None
    assert found.requests == []
    assert found.errors == []
