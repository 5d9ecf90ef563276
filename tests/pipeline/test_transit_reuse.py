"""Origins of public transport are measured again only where walks have changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import TravelTimes
from htkgis.network.transit import (
    Connections,
    Journeys,
    every_minute,
    of_origins,
    pairs_of,
    transit_answers,
)
from htkgis.pipeline.transit_reuse import own_digests, shared_digest, with_earlier

WINDOW = every_minute(0, 5)
STOPS, PLACES, ORIGINS = 4, 3, 4
WALKS = st.dictionaries(
    st.tuples(st.integers(0, ORIGINS - 1), st.integers(0, STOPS - 1)), st.integers(0, 400)
)
TRIPS = st.lists(
    st.tuples(
        st.integers(0, STOPS - 1), st.integers(0, STOPS - 1), st.integers(0, 900),
        st.integers(1, 600),
    ),
    max_size=6,
)  # fmt: skip


def walks_of(entries, points):
    owner, stop = zip(*sorted(entries), strict=True) if entries else ((), ())
    seconds = [entries[key] for key in sorted(entries)]
    return pairs_of(owner, stop, seconds, points=points)


def made_of(access, egress, direct, trips):
    rows = sorted((start, number, a, b, ride) for number, (a, b, start, ride) in enumerate(trips))
    table = [[a, b, start, start + ride, number, 3] for start, number, a, b, ride in rows]
    on_foot = TravelTimes(
        np.arange(ORIGINS).astype(str),
        np.arange(PLACES).astype(str),
        np.arange(ORIGINS + 1),
        np.zeros(ORIGINS, dtype=np.int32),
        np.array(direct, dtype=np.int32),
    )
    return Journeys(
        (Connections(np.array(table, dtype=np.int32).reshape(-1, 6), np.array([]), STOPS),),
        pairs_of([], [], [], points=STOPS),
        walks_of(access, ORIGINS),
        walks_of({key: s for key, s in egress.items() if key[0] < PLACES}, PLACES),
        on_foot,
        1800,
        3,
    )


def measured(journeys, earlier):
    asked = []

    def measure(rows):
        asked.extend(rows.tolist())
        sums, times = transit_answers(
            of_origins(journeys, rows), WINDOW, np.ones((2, 1)), limits_s=[900], percentiles=[50]
        )
        return {"sums": sums, "times": times.percentiles_ds, "share": times.share}

    found = with_earlier(shared_digest(journeys), own_digests(journeys), earlier, measure)
    return found, asked


DIRECT = st.lists(st.integers(0, 20000), min_size=ORIGINS, max_size=ORIGINS)
CASES = st.tuples(WALKS, WALKS, DIRECT, TRIPS)


@given(CASES, CASES, st.lists(st.booleans(), min_size=4, max_size=4))
def test_whatever_was_measured_before_every_byte_is_that_of_measuring_all(old, new, kept):
    new = tuple(a if stays else b for a, b, stays in zip(old, new, kept, strict=True))
    earlier, _ = measured(made_of(*old), {})
    helped, _ = measured(made_of(*new), earlier)
    alone, _ = measured(made_of(*new), {})
    assert sorted(helped) == sorted(alone)
    for name, values in alone.items():
        assert values.dtype == helped[name].dtype
        assert values.shape == helped[name].shape
        assert values.tobytes() == helped[name].tobytes()


BASE = ({(0, 1): 60, (1, 1): 90, (2, 2): 30}, {(0, 3): 60}, [9000] * ORIGINS, [(1, 3, 300, 200)])


@pytest.mark.parametrize(
    ("part", "value", "asked"),
    [
        (0, BASE[0], []),
        (0, BASE[0] | {(1, 1): 91}, [1]),
        (2, [9000, 9000, 9000, 8990], [3]),
        (1, {(0, 3): 61}, [0, 1, 2, 3]),
        (3, [(1, 3, 301, 200)], [0, 1, 2, 3]),
    ],
    ids=["nothing", "own walk to a stop", "way on foot", "walk from a stop", "timetable"],
)
def test_only_origins_are_measured_whose_journeys_could_change(part, value, asked):
    earlier, _ = measured(made_of(*BASE), {})
    changed = tuple(value if number == part else own for number, own in enumerate(BASE))
    assert measured(made_of(*changed), earlier)[1] == asked
