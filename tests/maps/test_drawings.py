"""What is kept of drawings is what is drawn of all that a page knows."""

import sys
from dataclasses import replace

import pytest

from htkgis.maps import load_text
from htkgis.maps.differences_page import differences_page
from htkgis.maps.drawings import kept_drawings
from htkgis.maps.region_page import region_map, region_page
from htkgis.store.memory import Memory, remembering
from tests.maps.joint_example import joint_layers, joint_profiles

DANISH = load_text("da")


@pytest.mark.parametrize("page", [differences_page, region_page])
def test_of_the_parts_that_drawings_are_kept_by_the_same_is_drawn_as_of_whole_profiles(page):
    profiles, layers = joint_profiles(), joint_layers()
    made = page(profiles, layers, DANISH)
    drawn, groups = sys.modules[page.__module__]._drawings(profiles, layers, DANISH)
    assert made.map.fragments() == drawn.fragments()
    assert [*made.pictures, *made.folded_pictures[1]] == [each for own in groups for each in own]


def test_drawings_are_made_again_where_a_table_or_a_part_of_a_profile_has_changed():
    profiles, layers = joint_profiles(), joint_layers()
    asked = []

    def draw(shown, layers, text):
        asked.append(shown)
        return region_map(profiles, layers, (30, 45, 60), text), []

    moved = layers.streets.assign(geometry=layers.streets.translate(1e-9, 0))
    further = replace(layers, streets=moved)
    with remembering(Memory()):
        for shown, own in ((1, layers), (1, joint_layers()), (2, layers), (1, further)):
            kept_drawings("a", draw, shown, own, DANISH)
    assert asked == [1, 2, 1]
