"""Destinations of journeys: entrances joined to places, some left out, stations beyond streets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network.street_times import TravelTimes
from htkgis.network.transit import Journeys, at_places, of_origins, pairs_of, with_walks

NONE = pairs_of([], [], [], points=1)


def journeys(egress, direct=None):
    return Journeys((), NONE, NONE, egress, direct, 3600, 4)


def by_place(pairs):
    owner = np.repeat(np.arange(len(pairs)), np.diff(pairs.indptr))
    return {
        (int(place), int(stop)): int(s) for place, (stop, s) in zip(owner, pairs.walks, strict=True)
    }


def test_the_nearest_entrance_of_a_place_counts_whatever_the_stop():
    egress = pairs_of([0, 0, 1, 1], [3, 4, 3, 4], [60, 90, 70, 20], points=2)
    assert by_place(at_places(journeys(egress), [0, 0], places=1).egress) == {
        (0, 3): 60,
        (0, 4): 20,
    }


def test_the_way_on_foot_is_that_to_the_nearest_entrance():
    direct = TravelTimes(
        np.array(["a", "b"]),
        np.array(["x", "y", "z"]),
        np.array([0, 3, 4]),
        np.array([0, 1, 2, 1]),
        np.array([900, 600, 50, 700]),
    )
    egress = pairs_of([], [], [], points=3)
    found = at_places(journeys(egress, direct), [0, 0, -1], places=2).direct
    assert found.to_table()["travel_time_ds"].tolist() == [600, 700]
    assert found.indptr.tolist() == [0, 1, 2]
    assert len(found.to_ids) == 2


def test_a_place_without_a_destination_is_reached_by_further_walks_only():
    egress = pairs_of([0], [5], [60], points=1)
    made = at_places(journeys(egress), [0], places=2)
    assert made.egress.indptr.tolist() == [0, 1, 1]
    walks = pairs_of([0, 1], [5, 6], [30, 40], points=2)
    assert by_place(with_walks(made, walks).egress) == {(0, 5): 30, (1, 6): 40}


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 5), st.integers(0, 99)),
        unique_by=lambda walk: walk[:2],
    ),
    st.lists(st.integers(-1, 2), min_size=5, max_size=5),
)
def test_of_each_place_and_stop_the_shortest_walk_stays(walks, place_of):
    owner, stop, seconds = zip(*walks, strict=True) if walks else ((), (), ())
    found = at_places(journeys(pairs_of(owner, stop, seconds, points=5)), place_of, places=3)
    expected = {}
    for point, at, time in walks:
        if place_of[point] >= 0:
            key = (place_of[point], at)
            expected[key] = min(time, expected.get(key, time))
    assert by_place(found.egress) == expected


def test_a_range_of_origins_keeps_its_walks_and_ways():
    access = pairs_of([0, 1, 1, 2], [3, 4, 5, 6], [10, 20, 30, 40], points=3)
    direct = TravelTimes(
        np.array(["a", "b", "c"]),
        np.array(["x", "y"]),
        np.array([0, 1, 3, 3]),
        np.array([0, 0, 1]),
        np.array([900, 600, 50]),
    )
    made = journeys(pairs_of([], [], [], points=2), direct)._replace(access=access)
    found = of_origins(made, [1, 2])
    assert by_place(found.access) == {(0, 4): 20, (0, 5): 30, (1, 6): 40}
    assert found.direct.to_table()["from_id"].tolist() == ["b", "b"]
    assert found.direct.indptr.tolist() == [0, 2, 2]
