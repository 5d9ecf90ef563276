"""Walks by point: sorted, in whole seconds, from street times of both directions."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network.transit import later, pairs_of, walks_from, walks_to
from htkgis.network.transit.pairs import by_length, whole_seconds
from htkgis.units import UNREACHED

from .days import direct


def listed(pairs):
    return [
        [tuple(walk) for walk in pairs.walks[begin:end].tolist()]
        for begin, end in pairwise(pairs.indptr)
    ]


def test_street_times_are_kept_by_point_from_it_and_to_it():
    times = direct([[0, 601], [UNREACHED, 5]])
    assert listed(walks_from(times)) == [[(0, 0), (1, 61)], [(1, 1)]]
    assert listed(walks_to(times)) == [[(0, 0)], [(0, 61), (1, 1)]]


def test_no_walk_is_no_entry():
    empty = pairs_of([], [], [], points=2)
    assert listed(empty) == [[], []]
    assert listed(later(empty, 60)) == [[], []]
    assert listed(by_length(empty)) == [[], []]
    assert len(empty) == 2


@given(st.integers(0, 10**7))
def test_whole_seconds_are_the_least_that_are_no_less(time_ds):
    assert 0 <= int(whole_seconds(time_ds)) * 10 - time_ds < 10


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 99)), unique=True))
def test_walks_are_by_stop_and_by_length_where_asked(rows):
    point, stop, seconds = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    pairs = pairs_of(point, stop, seconds, points=4)
    assert len(listed(pairs)) == 4
    for number, (own, sorted_own) in enumerate(
        zip(listed(pairs), listed(by_length(pairs)), strict=True)
    ):
        wanted = [(s, t) for p, s, t in rows if p == number]
        assert sorted(own) == sorted(wanted)
        assert [walk[0] for walk in own] == sorted(walk[0] for walk in wanted)
        assert sorted_own == sorted(wanted, key=lambda walk: walk[::-1])
