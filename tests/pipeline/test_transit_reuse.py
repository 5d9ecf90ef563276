"""Origins of public transport are measured again only where something has changed for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import TravelTimes
from htkgis.network.transit import (
    Connections,
    Journeys,
    answers_of_parts,
    blocks_of_all,
    every_minute,
    of_origins,
    pairs_of,
)
from htkgis.network.transit.stop_profiles import profiles_of
from htkgis.network.transit.windows import whole_periods
from htkgis.pipeline.transit_reuse import (
    SOONEST,
    Ends,
    own_digests,
    shared_digest,
    with_earlier,
)

WINDOW = every_minute(0, 5)
LIMIT_S = 900
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
    table = [[a, b, number, start, start + ride, 3] for start, number, a, b, ride in rows]
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


def measured(journeys, jobs, earlier):
    asked = []
    weights = np.array(jobs, dtype=np.float64).reshape(-1, 1)

    def measure(rows):
        asked.extend(rows.tolist())
        sums, (times,), soonest_s = answers_of_parts(
            of_origins(journeys, rows), blocks_of_all(journeys, WINDOW), weights, (),
            limits_s=[LIMIT_S], percentiles=[50],
        )  # fmt: skip
        found = {"sums": sums, "times": times.percentiles_ds, "share": times.share}
        return found | {SOONEST: soonest_s}

    ends = Ends(journeys, weights, np.array([LIMIT_S, LIMIT_S, journeys.cutoff_s]))
    shared = shared_digest(journeys, WINDOW)
    found = with_earlier(shared, own_digests(journeys), earlier, measure, ends=ends)
    return found, asked


DIRECT = st.lists(st.integers(0, 20000), min_size=ORIGINS, max_size=ORIGINS)
JOBS = st.lists(st.sampled_from([0.0, 0.1, 41.5]), min_size=2, max_size=2)
CASES = st.tuples(WALKS, WALKS, DIRECT, TRIPS, JOBS)


@given(CASES, CASES, st.lists(st.booleans(), min_size=5, max_size=5))
def test_whatever_was_measured_before_every_byte_is_that_of_measuring_all(old, new, kept):
    new = tuple(a if stays else b for a, b, stays in zip(old, new, kept, strict=True))
    earlier, _ = measured(made_of(*old[:4]), old[4], {})
    helped, _ = measured(made_of(*new[:4]), new[4], earlier)
    alone, _ = measured(made_of(*new[:4]), new[4], {})
    assert sorted(helped) == sorted(alone)
    for name, values in alone.items():
        assert values.dtype == helped[name].dtype
        assert values.shape == helped[name].shape
        assert values.tobytes() == helped[name].tobytes()


# by the bus at 300 s from stop 1, whoever walks there is at stop 3 after 500 s, having left at 240
BASE = (
    {(0, 1): 60, (1, 1): 90, (2, 2): 30},
    {(0, 3): 60, (1, 2): 10},
    [9001, 9001, 9001, 9000],
    [(1, 3, 300, 200)],
    [20.0, 5.0],
)


@pytest.mark.parametrize(
    ("part", "value", "asked"),
    [
        (0, BASE[0], []),
        (0, BASE[0] | {(1, 1): 91}, [1]),
        (2, [9001, 9001, 9001, 8990], [3]),
        (1, {(0, 3): 61, (1, 2): 10}, [0, 1]),
        (1, {(0, 3): 60, (1, 2): 11}, []),
        (1, {(0, 3): 60, (1, 3): 640}, [0]),
        (1, {(0, 3): 60, (1, 3): 641}, []),
        (4, [21.0, 5.0], [0, 1, 3]),
        (4, [20.0, 6.0], []),
        (4, [20.0, 9000.0], [0, 1, 2, 3]),
        (3, [(1, 3, 301, 200)], [0, 1, 2, 3]),
        (3, [(1, 3, 300, 200), (1, 3, 241 + 1800, 60)], []),
        (3, [(1, 3, 300, 200), (1, 3, 240 + 1800, 60)], [0, 1, 2, 3]),
    ],
    ids=[
        "nothing",
        "own walk to a stop",
        "way on foot",
        "walk from a stop that who rides is in time at",
        "walk from a stop where nobody gets off",
        "new walk that just ends in time",
        "new walk that ends a second late",
        "jobs where some ride and some walk in time",
        "jobs that nobody is in time at",
        "jobs so many that all sums are rounded to other steps",
        "timetable",
        "trip after the last one may be on the way",
        "trip while the last one may be on the way",
    ],
)
def test_only_origins_are_measured_whose_journeys_could_change(part, value, asked):
    earlier, _ = measured(made_of(*BASE[:4]), BASE[4], {})
    changed = tuple(value if number == part else own for number, own in enumerate(BASE))
    assert measured(made_of(*changed[:4]), changed[4], earlier)[1] == asked


def test_a_place_that_nobody_reaches_can_round_what_others_count_otherwise():
    # a tenth is rounded to 2^-48 where all jobs are below 16, to 2^-40 where they are more
    few, many = ((*BASE[:4], [0.1, jobs]) for jobs in (1.0, 41.5))
    earlier, alone = (measured(made_of(*case[:4]), case[4], {})[0] for case in (few, many))
    helped, _ = measured(made_of(*many[:4]), many[4], earlier)
    assert earlier["sums"].max() != alone["sums"].max()
    assert helped["sums"].tobytes() == alone["sums"].tobytes()


def test_the_soonest_at_a_stop_is_told_of_all_departures_and_of_each_origin():
    found, _ = measured(made_of(*BASE[:4]), BASE[4], {})
    # who leaves at 240 and walks a minute boards at 300 and is there 260 s later; at 180 with 90 s
    assert found[SOONEST][:, 3].tolist() == [260, 320, 65535, 65535]


@given(TRIPS, st.integers(0, 60))
def test_what_runs_is_found_once_for_its_hash_and_for_the_measurement(trips, moved_s):
    later = [(a, b, start + moved_s, ride) for a, b, start, ride in trips]
    own, moved = (
        made_of({(0, 0): 60}, {(0, 1): 60, (2, 3): 0}, [5000] * ORIGINS, runs)
        for runs in (trips, later)
    )
    journeys = own._replace(timetables=own.timetables + moved.timetables)
    runs = whole_periods(journeys.timetables, journeys.footpaths, WINDOW, journeys.cutoff_s)
    known = shared_digest(journeys, WINDOW, periods=runs)
    assert np.array_equal(known, shared_digest(journeys, WINDOW))
    profiles, of_runs = (
        profiles_of(journeys, WINDOW, counted=1, to_stops=True, periods=periods)
        for periods in (None, runs)
    )
    for name in ("starts", "departure_s", "labels"):
        assert np.array_equal(getattr(profiles, name), getattr(of_runs, name))
