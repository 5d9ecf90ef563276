"""Bridges and tunnels over a ground they do not follow: by hand, and as laws of cutting."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.loaders.decks import level_decks

CRS = "EPSG:25832"


def network(*rows):
    """Streets as (from, to, length, bridge or tunnel or ground, height of both ends)."""
    kinds = [row[3] for row in rows]
    streets = gpd.GeoDataFrame(
        {
            "from_node": [row[0] for row in rows],
            "to_node": [row[1] for row in rows],
            "bridge": [kind == "bridge" for kind in kinds],
            "tunnel": [kind == "tunnel" for kind in kinds],
        },
        geometry=[
            shapely.LineString([(0, 10 * number), (row[2], 10 * number)])
            for number, row in enumerate(rows)
        ],
        crs=CRS,
    )
    start, end = (np.array([row[place] for row in rows], dtype=float) for place in (4, 5))
    heights = pd.DataFrame(
        {
            "start_m": start,
            "end_m": end,
            "gain_m": np.maximum(end - start, 0),
            "loss_m": np.maximum(start - end, 0),
        }
    )
    return streets, heights


def climbs(*rows):
    found = level_decks(*network(*rows))
    return found[["gain_m", "loss_m"]].to_numpy()


def test_a_cut_over_the_valley_lies_on_the_straight_line_between_the_ends():
    found = climbs(("a", "b", 25, "bridge", 10, 2), ("b", "c", 75, "bridge", 2, 12))
    assert found == pytest.approx(np.array([[0.5, 0], [1.5, 0]]))


def test_a_tunnel_under_a_hill_in_two_pieces_falls_evenly():
    found = climbs(("a", "b", 50, "tunnel", 10, 30), ("b", "c", 50, "tunnel", 30, 4))
    assert found == pytest.approx(np.array([[0, 3], [0, 3]]))


def test_a_node_that_touches_a_street_on_the_ground_is_on_the_ground():
    found = climbs(
        ("a", "b", 50, "bridge", 10, 2),
        ("b", "c", 50, "bridge", 2, 12),
        ("b", "d", 50, "ground", 2, 3),
    )
    assert found == pytest.approx(np.array([[0, 8], [10, 0], [1, 0]]))


def test_a_ramp_joins_the_deck_at_the_height_where_none_of_three_bends():
    # a flat deck from 10 to 10 over 50 + 50 m, and a ramp of 25 m from 2 m: weights 2, 2 and 4
    found = climbs(
        ("a", "b", 50, "bridge", 10, 0),
        ("b", "c", 50, "bridge", 0, 10),
        ("d", "b", 25, "bridge", 2, 0),
    )
    assert found == pytest.approx(np.array([[0, 4], [4, 0], [4, 0]]))


def test_a_bridge_that_goes_on_as_a_tunnel_is_one_deck():
    found = climbs(("a", "b", 50, "bridge", 10, 0), ("b", "c", 50, "tunnel", 0, 20))
    assert found == pytest.approx(np.array([[5, 0], [5, 0]]))


def test_a_dead_end_is_on_the_ground():
    assert climbs(("a", "b", 50, "bridge", 10, 2)) == pytest.approx(np.array([[0, 8]]))


def test_a_ring_that_touches_the_ground_nowhere_keeps_its_heights():
    ring = (("a", "b", 10, "bridge", 1, 2), ("b", "a", 10, "bridge", 2, 1))
    assert climbs(*ring) == pytest.approx(np.array([[1, 0], [0, 1]]))


def test_where_an_end_has_no_height_its_deck_has_none_and_no_other_is_touched():
    found = climbs(
        ("a", "b", 25, "bridge", 10, 2),
        ("b", "c", 75, "bridge", 2, np.nan),
        ("x", "y", 25, "bridge", 1, 9),
        ("y", "z", 75, "bridge", 9, 5),
    )
    assert np.isnan(found[:2]).all()
    assert found[2:] == pytest.approx(np.array([[1, 0], [3, 0]]))


def test_a_cut_without_height_is_none_of_the_ends():
    found = climbs(("a", "b", 25, "bridge", 10, np.nan), ("b", "c", 75, "bridge", np.nan, 12))
    assert found == pytest.approx(np.array([[0.5, 0], [1.5, 0]]))


def test_two_bridges_between_the_same_nodes_are_both_even():
    found = climbs(
        ("g", "a", 9, "ground", 10, 10),
        ("a", "b", 100, "bridge", 10, 12),
        ("a", "b", 200, "bridge", 10, 12),
        ("b", "h", 9, "ground", 12, 12),
    )
    assert found[1:3] == pytest.approx(np.array([[2, 0], [2, 0]]))


def test_without_bridges_and_tunnels_the_heights_are_the_same_table():
    streets, heights = network(("a", "b", 9, "ground", 1, 2))
    assert level_decks(streets, heights) is heights


def test_the_input_is_left_as_it_was():
    streets, heights = network(("a", "b", 25, "bridge", 10, 2), ("b", "c", 75, "bridge", 2, 12))
    before = heights.copy()
    level_decks(streets, heights)
    pd.testing.assert_frame_equal(heights, before)


heights_m = st.floats(-5, 60)
lengths_m = st.lists(st.floats(0.5, 200), min_size=1, max_size=6)


def chain(lengths, first, last, between):
    """A bridge cut into pieces, with any ground below its cuts."""
    levels = [first, *between[: len(lengths) - 1], last]
    return [
        (f"n{i}", f"n{i + 1}", length, "bridge", levels[i], levels[i + 1])
        for i, length in enumerate(lengths)
    ]


@given(lengths_m, heights_m, heights_m, st.lists(heights_m, min_size=5, max_size=5))
def test_a_chain_climbs_as_far_as_the_bridge_in_one_piece(lengths, first, last, between):
    whole = climbs(*chain([sum(lengths)], first, last, []))
    pieces = climbs(*chain(lengths, first, last, between))
    assert pieces.sum(axis=0) == pytest.approx(whole.sum(axis=0), abs=1e-6)
    share = np.array(lengths) / sum(lengths)
    assert pieces == pytest.approx(np.outer(share, whole[0]), abs=1e-6)


@given(lengths_m, heights_m, heights_m, st.lists(heights_m, min_size=5, max_size=5), st.data())
def test_cutting_a_street_changes_the_height_of_no_other(lengths, first, last, between, data):
    others = [
        ("n0", "g", 30, "ground", first, 3.0),
        ("far", "away", 40, "bridge", 7.0, 1.0),
        ("away", "end", 40, "tunnel", 1.0, 9.0),
    ]
    rows = chain(lengths, first, last, between)
    cut = data.draw(st.integers(0, len(rows) - 1))
    start, end, length, kind, low, high = rows[cut]
    ground = data.draw(heights_m)
    parts = [
        (start, "new", length * 0.3, kind, low, ground),
        ("new", end, length * 0.7, kind, ground, high),
    ]
    before = climbs(*others, *rows)
    after = climbs(*others, *rows[:cut], *parts, *rows[cut + 1 :])
    place = len(others) + cut
    assert after[:place] == pytest.approx(before[:place], abs=1e-6)
    assert after[place + 2 :] == pytest.approx(before[place + 1 :], abs=1e-6)
    assert after[place : place + 2].sum(axis=0) == pytest.approx(before[place], abs=1e-6)
