"""A background of another host: no trace without it; with it one host, off, said and credited."""

import re
from dataclasses import replace

import folium
import pytest

from htkgis.errors import ConfigError
from htkgis.maps import joint_pages, load_text, render_quarter_page
from htkgis.maps.page import content_policy
from htkgis.maps.plan_map import PlanMap
from tests.maps.joint_example import joint_layers, joint_profiles
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run

BACKGROUND = {
    "kind": "tiles",
    "name": "Skærm <b>kort",
    "address": "https://maps.example.org/{z}/{x}/{y}.png",
    "layers": None,
    "credit": "© Example",
    "max_zoom": 18,
    "origin": "https://maps.example.org",
}

GRID = {"west_m": 120000.0, "north_m": 6500000.0, "resolution_m": 1638.4}


def page(background=None, language="da"):
    return render_quarter_page(
        example_profile(),
        example_layers(),
        text=load_text(language),
        run=example_run() | {"background": background},
    )


def policy(html):
    return re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]


def test_a_page_without_a_background_opens_no_host():
    html = page()
    assert "img-src data: blob:; base-uri" in policy(html)
    assert 'type="checkbox" data-background' not in html


def test_the_pages_of_all_quarters_have_the_background_too():
    layers = replace(joint_layers(), background=BACKGROUND)
    made = list(joint_pages(joint_profiles(), layers, text=load_text("da"), run=example_run()))
    assert len(made) == 3
    for each in made:
        assert "img-src data: blob: https://maps.example.org; base-uri" in policy(each.html)
        assert each.html.count('type="checkbox" data-background') == 1


def test_a_background_opens_pictures_of_its_host_only():
    found = policy(page(BACKGROUND))
    assert "img-src data: blob: https://maps.example.org; base-uri" in found
    assert found.count("https://") == 1
    assert found.startswith("default-src &#39;none&#39;")


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_background_is_off_and_says_whom_it_asks_and_whose_it_is(language):
    html = page(BACKGROUND, language)
    box = re.search(r"<label>(<input[^>]*data-background[^>]*>)<span>(.*?)</span>", html)
    assert "checked" not in box[1]
    assert box[2] == "Skærm &lt;b&gt;kort"
    said = re.search(r'<p id="[^"]*-background">(.*?)</p>', html)[1]
    assert "maps.example.org" in said
    assert "© Example" in said


def test_other_elements_still_ask_nobody():
    plan = PlanMap((12.2, 55.6, 12.4, 55.7), text=load_text("da"), title="x", background=BACKGROUND)
    folium.TileLayer("https://other.example.org/{z}/{x}/{y}.png", attr="x").add_to(plan)
    with pytest.raises(ConfigError, match=r"asks other\.example\.org"):
        plan.page_html()


def test_only_a_page_with_a_background_carries_its_script_and_a_tiling_of_utm_its_ground():
    assert "Krueger" not in page()
    in_utm = page(BACKGROUND | {"crs": "EPSG:25832", "grid": GRID})
    assert "Krueger" in in_utm
    assert '"grid":{"crs":"EPSG:25832","west_m":120000.0,' in in_utm
    assert '"resolution_m":1638.4,"offset":6}' in in_utm
    assert '"grid":null' in page(BACKGROUND)


def test_the_policy_names_hosts_in_their_order():
    assert "img-src data: blob: https://a https://b;" in content_policy(
        (), ("https://a", "https://b")
    )
