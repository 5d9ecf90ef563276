"""Numbers of the map stand in a table too: a canvas says nothing to a screen reader."""

import json
import re

import pytest

from htkgis.maps import load_text, render_quarter_page
from tests.maps.example_whole import whole_profile
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_run

LAYER = re.compile(r'htkgis\.layer\([^,]+, "[^"]+", ')
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def layers(page):
    """What the page's script hands to the map, layer by layer."""
    decoder = json.JSONDecoder()
    return [decoder.raw_decode(page, found.end())[0] for found in LAYER.finditer(page)]


def in_tables(page):
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    return set(NUMBER.findall(re.sub(r"<[^>]+>", " ", " ".join(tables))))


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_number_in_a_popup_of_the_map_stands_in_a_table(language):
    page = render_quarter_page(
        whole_profile(language=language),
        example_layers(),
        text=load_text(language),
        run=example_run(),
    )
    shown = [
        value
        for layer in layers(page)
        for _, values in layer.get("rows") or ()
        for value in values
        if value
    ]
    numbers = {number for value in shown for number in NUMBER.findall(value)}
    assert len(numbers) > 5
    assert sorted(numbers - in_tables(page)) == []
