"""The snippet is closed and complete; the variant with assets beside it loses nothing."""

import re

import pytest

from htkgis.errors import ConfigError
from htkgis.maps import load_text, render_quarter_page
from htkgis.maps.embedding import Frame, beside, snippet
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run

DANISH = load_text("da")


def quarter():
    return render_quarter_page(example_profile(), example_layers(), text=DANISH, run=example_run())


def test_a_frame_has_a_title_is_lazy_and_closed_and_has_a_link_beside_it():
    code = snippet(Frame("vest.html", "Vest 2026", "https://example.org/plan/"), text=DANISH)
    assert 'src="https://example.org/plan/vest.html"' in code
    assert 'title="Vest 2026"' in code
    assert 'loading="lazy"' in code
    assert 'sandbox="allow-scripts allow-downloads allow-popups"' in code
    assert "allow-same-origin" not in code
    assert '<a href="https://example.org/plan/vest.html">' in code
    assert "<script" not in code


def test_a_hostile_title_stays_a_title():
    code = snippet(Frame("vest.html", '"><script>alert(1)</script>'), text=DANISH)
    assert "<script" not in code


def test_signs_of_a_file_name_are_escaped_in_its_address():
    assert 'src="%C3%B8st%20by.html"' in snippet(Frame("øst by.html", "Øst"), text=DANISH)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", 'x" onload="1', "file:///etc", "a b"]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ConfigError, match=r"not an address of a folder; allowed: https://"):
        snippet(Frame("vest.html", "Vest", address), text=DANISH)


@pytest.mark.parametrize("address", ["", "/plan", "plan/kort", "http://example.org"])
def test_addresses_and_paths_are_taken(address):
    assert "vest.html" in snippet(Frame("vest.html", "Vest", address), text=DANISH)


def test_scripts_and_styles_beside_a_page_are_those_that_stood_in_it():
    page = quarter()
    outside, assets = beside(page, "vest.html")
    inside = re.findall(r"<(style|script)>\n?(.*?)</\1>", page, flags=re.DOTALL)
    assert sorted(content.decode() for content in assets.values()) == sorted(
        {content for _, content in inside}
    )
    assert not re.search(r"<script>|<style>", outside)
    for name in assets:
        assert name in outside


def test_the_policy_of_a_page_with_assets_beside_allows_its_own_site_and_no_other():
    outside, _ = beside(quarter(), "vest.html")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', outside)[1]
    assert "script-src &#39;self&#39;;" in policy
    assert "sha256" not in policy
    assert "default-src &#39;none&#39;" in policy
    assert "http" not in policy
