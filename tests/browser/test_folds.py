"""What is folded opens by a link, by the button and on paper, with and without script."""

import pytest

from tests.browser.test_pages import quarter

pytestmark = pytest.mark.browser
SEEN = """
(id) => document.getElementById(id).checkVisibility({contentVisibilityAuto: true})
"""
TABLE = "places"


def test_links_the_button_and_paper_open_what_is_folded_and_close_it_again(open_page):
    page = open_page(quarter()).page
    address = page.url
    closed = "document.querySelectorAll('main details:not([open])').length"
    at_first = page.evaluate(closed)
    assert at_first > 15
    assert not page.evaluate(SEEN, TABLE)

    page.goto(f"{address}#places-heading")  # the heading stands on the fold, not inside it
    assert page.evaluate(SEEN, TABLE)
    page.evaluate("document.querySelector('#places-part').closest('details').open = false")

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(closed) == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(closed) == at_first

    page.get_by_role("button", name="Fold alt ud").click()
    assert page.evaluate(closed) == 0
    page.get_by_role("button", name="Fold alt sammen").click()
    assert not page.evaluate(SEEN, TABLE)

    page.get_by_role("link", name="Sådan er tallene lavet").click()
    page.wait_for_function("() => document.querySelector('#method-part').checkVisibility()")
    page.emulate_media(media="print")
    page.wait_for_function(SEEN, arg=TABLE)  # what was just closed shows with the next frame


def test_without_script_a_link_into_a_fold_opens_it(open_page):
    page = open_page(quarter(), wait=False, java_script_enabled=False).page
    assert not page.locator("#places").is_visible()
    page.goto(f"{page.url}#places-part")
    assert page.locator("#places").is_visible()
    assert not page.locator("button[data-unfold]").is_visible()
