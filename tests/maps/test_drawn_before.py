"""Outlines that were drawn in the run before are the same bytes, and are not drawn again."""

import json
from dataclasses import replace

from htkgis.maps import load_text, style
from htkgis.maps.layers import quarter_map
from htkgis.maps.locator import common_extent, locator
from htkgis.maps.picture import Picture
from htkgis.maps.quarter_page import drawn_map
from htkgis.publish.downloads import geojson_bytes
from htkgis.store.memory import Memory, remembering
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile


def all_drawn():
    """Draw what pages show of outlines: the map, fixed maps and the download."""
    layers, profile, text = example_layers(), example_profile(), load_text("da")
    layers.isochrones["geometry"] = layers.isochrones.segmentize(30)
    plan = quarter_map(profile, layers, text=text)
    whole = plan.fragments()
    assert drawn_map(profile, layers, text, None) == json.dumps([whole, plan.images]).encode()
    side = common_extent([layers])
    picture = Picture(layers.municipality.total_bounds)
    picture.add_shape(layers.isochrones.union_all(), style.AREA)
    return [
        *((layer.code, layer.bounds) for layer in plan.layers()),
        plan.settings,
        *(
            locator(profile, layers, text=text, extent_m=side, coarse=coarse)
            for coarse in (False, True)
        ),
        picture.render("a", title="A", description="B", bar_words="{metres} m"),
        geojson_bytes({"isochrones": layers.isochrones}, provenance={"credits": []}),
    ]


class Closed(dict):
    """A memory of earlier runs that notes what it does not know."""

    def get(self, key, default=None):
        assert key in self, "made again"
        return super().get(key, default)


def test_with_and_without_a_memory_pages_draw_the_same():
    plain = all_drawn()
    with remembering(Memory()) as first:
        assert all_drawn() == plain
    assert len(first.used) > 40
    with remembering(Memory(Closed(first.used))) as again:
        assert all_drawn() == plain
    assert again.used == first.used


def test_a_map_is_drawn_anew_where_a_table_of_it_the_profile_the_words_or_the_ground_changed():
    layers, profile, text = example_layers(), example_profile(), load_text("da")
    moved = layers.origins.set_geometry(layers.origins.translate(1, 0))
    places = [row | {"jobs": 12345} for row in profile["places"]]
    background = {
        "kind": "tiles",
        "name": "X",
        "layers": None,
        "credit": "X",
        "max_zoom": 18,
        "address": "https://x.org/{z}/{x}/{y}.png",
        "origin": "https://x.org",
    }
    words = replace(text, words={**text.words, "layer.streets": "Stræder"})
    cases = [
        (profile, replace(layers, origins=moved), text, None),
        (profile, replace(layers, streets=layers.streets[:3]), text, None),
        (profile | {"places": places}, layers, text, None),
        (profile, layers, words, None),
        (profile, layers, load_text("en"), None),
        (profile, layers, text, background),
    ]
    with remembering(Memory()):
        first = drawn_map(profile, layers, text, None)
        drawn = [drawn_map(*case) for case in cases]
    assert drawn == [drawn_map(*case) for case in cases]
    assert all(each != first for each in drawn)
