"""Small multiples: equal squares, the own one marked, light enough to stand on every page."""

import re

from htkgis.maps import load_text
from htkgis.maps.charts import small_multiples
from htkgis.maps.locator import common_extent, locator
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_profile

DANISH = load_text("da")
BESIDE = [(example_profile(name), example_layers(name)) for name in QUARTERS]


def multiples(number=0):
    return small_multiples(BESIDE[number][0], BESIDE, DANISH)


def test_every_quarter_stands_once_and_only_the_others_are_links():
    cards = multiples(1)["cards"]
    assert [card["name"] for card in cards] == [about["name"] for about in QUARTERS.values()]
    first, _, last = QUARTERS
    assert [card["file"] for card in cards] == [f"{first}.html", None, f"{last}.html"]


def test_all_pages_draw_the_same_maps():
    drawn = [[card["map"] for card in multiples(number)["cards"]] for number in range(3)]
    assert drawn[0] == drawn[1] == drawn[2]


def test_all_maps_have_one_scale():
    bars = [re.search(r"M0 -5V0H([\d.]+)", card["map"])[1] for card in multiples()["cards"]]
    assert len(set(bars)) == 1


def test_ids_are_not_those_of_the_large_map():
    large = locator(*BESIDE[0], text=DANISH, extent_m=3000.0)
    small = "".join(card["map"] for card in multiples()["cards"])
    ids = re.findall(r'id="([^"]+)"', str(large) + small)
    assert len(ids) == len(set(ids)) == 8


def test_a_small_drawing_is_lighter_and_keeps_every_band():
    profile, layers = BESIDE[0]
    extent = common_extent([layers])
    large = locator(profile, layers, text=DANISH, extent_m=extent)
    small = locator(profile, layers, text=DANISH, extent_m=extent, coarse=True)
    assert len(small) < len(large)
    assert small.count('fill-rule="evenodd"') == large.count('fill-rule="evenodd"')


def absolute(path):
    """Corners of a path, whether it is written as places or as steps."""
    x = y = 0.0
    for sign, numbers in re.findall(r"([MLl])([^MLlZ]*)", path):
        found = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        for right, down in zip(found[::2], found[1::2], strict=True):
            x, y = (x + right, y + down) if sign == "l" else (right, down)
            yield x, y


def test_steps_of_a_small_drawing_end_where_places_of_a_large_one_do():
    profile, layers = BESIDE[0]
    extent = common_extent([layers])
    drawn = [
        locator(profile, layers, text=DANISH, extent_m=extent, coarse=coarse)
        for coarse in (False, True)
    ]
    outlines = [re.search(r'd="([^"]+)"[^>]*stroke-width="2.6"', each)[1] for each in drawn]
    large, small = (list(absolute(path)) for path in outlines)
    assert large
    assert all(min(abs(x - a) + abs(y - b) for a, b in large) <= 1.1 for x, y in small)


def test_one_quarter_alone_has_nothing_beside_it():
    assert small_multiples(BESIDE[0][0], BESIDE[:1], DANISH) is None
    assert small_multiples(BESIDE[0][0], (), DANISH) is None
