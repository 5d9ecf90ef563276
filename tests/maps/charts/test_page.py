"""The figures on a page: in their places, with unique ids, light, and seen by everybody."""

import re
from collections import Counter

import pytest

from htkgis.maps import load_text, render_quarter_page
from htkgis.maps.resources import own
from htkgis.maps.style import contrast
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_profile, example_run

BUDGET_BYTES = 60_000


def page(language="da"):
    beside = [(example_profile(name), example_layers(name)) for name in QUARTERS]
    return render_quarter_page(
        *beside[0], text=load_text(language), run=example_run(), beside=beside
    )


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_same_input_gives_the_same_bytes(language):
    assert page(language) == page(language)


def test_each_figure_stands_before_its_table():
    found = page()
    order = [
        'id="map-heading"',
        'class="multiples',
        'id="numbers"',
        'class="spine"',
        '<table id="comparison">',
        'class="timeline"',
        '<table id="projects">',
    ]
    places = [found.index(each) for each in order]
    assert places == sorted(places)


def test_every_id_is_there_once_and_every_reference_leads_to_one():
    found = page()
    ids = Counter(re.findall(r'\bid="([^"]+)"', found))
    assert [name for name, count in ids.items() if count > 1] == []
    found = re.sub(r"<(script|style)\b.*?</\1>", "", found, flags=re.DOTALL)
    used = set(re.findall(r'href="#([^"]+)"', found))
    used |= set(" ".join(re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', found)).split())
    assert sorted(used - set(ids)) == []


def test_each_drawing_has_a_title_and_a_description_of_its_own():
    drawings = re.findall(r'<svg class="chart"[^>]*role="img"[^>]*>.*?</svg>', page(), re.DOTALL)
    assert len(drawings) == 5 + 5
    assert all("<title" in each and "<desc" in each for each in drawings)


def test_the_figures_are_light():
    found = page()
    parts = [
        re.search(r'<section class="multiples.*?</section>', found, re.DOTALL)[0],
        re.search(r'id="comparison-heading".*?<table id="comparison">', found, re.DOTALL)[0],
        re.search(r'id="timeline-heading".*?<table id="projects">', found, re.DOTALL)[0],
        own("charts.css"),
    ]
    assert sum(len(part.encode()) for part in parts) < BUDGET_BYTES


def test_signs_stand_out_from_paper():
    css = own("charts.css")
    lines = set(re.findall(r"stroke: (#[0-9a-f]{6})", css)) - {"#c9d1d8"}  # lines of the years
    assert len(lines) >= 4
    assert [line for line in lines if contrast(line, "#ffffff") < 3] == []
