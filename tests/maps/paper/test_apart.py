"""Signs of places at one point stand side by side, and none hides another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from htkgis.maps.paper.apart import GAP_MM, Spot, groups, side_by_side

SPOTS = st.lists(
    st.builds(Spot, st.integers(0, 20), st.integers(0, 20), st.sampled_from([1.0, 2.0])),
    max_size=12,
)


@given(SPOTS)
def test_every_sign_is_in_one_group_and_one_alone_stays_where_it_is(spots):
    found = groups(spots)
    assert sorted(number for group in found for number in group) == list(range(len(spots)))
    moved = side_by_side(spots)
    assert all(moved[group[0]] == spots[group[0]] for group in found if len(group) == 1)


@given(SPOTS)
def test_signs_of_a_group_leave_a_gap_and_keep_their_middle(spots):
    moved = side_by_side(spots)
    for group in groups(spots):
        row = sorted((moved[number] for number in group), key=lambda spot: spot.x_mm)
        for left, right in pairwise(row):
            gap = right.x_mm - right.radius_mm - left.x_mm - left.radius_mm
            assert abs(gap - GAP_MM) < 0.002
            assert left.y_mm == right.y_mm


def test_three_signs_at_one_point_stand_in_a_row_the_last_drawn_at_the_left():
    row = side_by_side([Spot(10, 5, 1)] * 3)
    assert [spot.x_mm for spot in row] == [12.4, 10.0, 7.6]


def test_signs_that_only_touch_stay():
    spots = [Spot(0, 0, 2), Spot(1.5, 0, 2)]
    assert side_by_side(spots) == spots
