"""Sheets hold all of the land at exactly the scale."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import ConfigError
from htkgis.maps.paper.papers import PAPERS, layouts
from htkgis.maps.paper.tiling import CLEAR_MM, OVERLAP_MM, best_layout, frame_size_m, tiles

SCALES = st.sampled_from([6_000, 20_000, 100_000])
ALL_LAYOUTS = [layout for paper in PAPERS for layout in layouts(paper)]
LAND = st.builds(
    lambda x, y, wide, high: (x, y, x + wide, y + high),
    st.floats(690_000, 720_000),
    st.floats(6_160_000, 6_180_000),
    st.floats(50, 30_000),
    st.floats(50, 30_000),
)


@given(LAND, SCALES, st.sampled_from(ALL_LAYOUTS))
def test_each_sheet_shows_its_frame_at_the_scale_to_the_millimetre(land, scale, layout):
    wide, high = frame_size_m(layout.frame, scale)
    found = tiles(land, scale, layout)
    assert found
    for tile in found:
        west, south, east, north = tile.bounds
        assert east - west == pytest.approx(wide, abs=1e-6)
        assert north - south == pytest.approx(high, abs=1e-6)


@given(LAND, SCALES, st.sampled_from(ALL_LAYOUTS))
def test_all_sheets_together_hold_the_land_and_air_around_it(land, scale, layout):
    found = tiles(land, scale, layout)
    west, south, east, north = land
    # sheets begin at whole metres, which takes half a metre of the air
    air = CLEAR_MM * scale / 1000 - 1
    assert min(tile.bounds[0] for tile in found) <= west - air
    assert min(tile.bounds[1] for tile in found) <= south - air
    assert max(tile.bounds[2] for tile in found) >= east + air
    assert max(tile.bounds[3] for tile in found) >= north + air


@given(LAND, SCALES, st.sampled_from(ALL_LAYOUTS))
def test_neighbouring_sheets_share_a_strip_and_are_numbered_by_rows_from_the_north_west(
    land, scale, layout
):
    found = tiles(land, scale, layout)
    assert [tile.number for tile in found] == list(range(1, len(found) + 1))
    assert {tile.of for tile in found} == {len(found)}
    shared = OVERLAP_MM * scale / 1000
    for one, other in pairwise(found):
        if one.number % one.columns:
            assert one.bounds[2] - other.bounds[0] == pytest.approx(shared, abs=1e-6)
            assert one.bounds[3] == other.bounds[3]
        else:
            assert one.bounds[1] + shared == pytest.approx(other.bounds[3], abs=1e-6)


def test_land_that_fills_the_frame_but_for_the_air_takes_one_sheet_and_a_metre_more_takes_two():
    layout = layouts("A3")[0]
    wide, high = frame_size_m(layout.frame, 6_000)
    air = 2 * CLEAR_MM * 6
    exact = (0.0, 0.0, wide - air, high - air)
    assert len(tiles(exact, 6_000, layout)) == 1
    assert len(tiles((0.0, 0.0, wide - air + 1, high - air), 6_000, layout)) == 2


@given(LAND, SCALES, st.sampled_from(list(PAPERS)))
def test_no_layout_of_the_paper_takes_fewer_sheets_than_the_chosen_one(land, scale, paper):
    best = len(tiles(land, scale, best_layout(paper, land, scale)))
    assert best == min(len(tiles(land, scale, layout)) for layout in layouts(paper))


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_nothing_on_a_sheet_lies_over_anything_else_or_leaves_it(layout):
    boxes = [layout.frame, layout.legend, layout.heading, layout.foot]
    for number, one in enumerate(boxes):
        assert one.left >= 0
        assert one.bottom >= 0
        assert one.right <= layout.width_mm
        assert one.top <= layout.height_mm
        for other in boxes[number + 1 :]:
            apart = (
                one.right <= other.left
                or other.right <= one.left
                or one.top <= other.bottom
                or other.top <= one.bottom
            )
            assert apart, (one, other)


def test_an_unknown_paper_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"paper: there is no 'A5'; allowed: A4, A3, A1"):
        layouts("A5")
