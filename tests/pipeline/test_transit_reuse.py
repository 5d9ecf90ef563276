"""Origins of public transport are measured again only where something has changed for them."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from htkgis.network import TravelTimes
from htkgis.network.transit import (
    Connections,
    Journeys,
    answers_of_parts,
    every_minute,
    of_origins,
    pairs_of,
    transit_times,
)
from htkgis.network.transit.quickest import quickest_to_stops
from htkgis.network.transit.stop_profiles import profiles_of
from htkgis.network.transit.windows import whole_periods
from htkgis.pipeline import transit_windows
from htkgis.pipeline.transit_reuse import FIXED, Ends, own_digests, shared_digest, with_earlier
from htkgis.pipeline.transit_reuse import STOPS as OF_STOPS
from htkgis.pipeline.transit_windows import TransitWindow
from htkgis.units import UNREACHED

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


def measured(journeys, jobs, earlier, *, by_stops=False):
    asked = []
    weights = np.array(jobs, dtype=np.float64).reshape(-1, 1)

    def measure(rows):
        asked.extend(rows.tolist())
        some = of_origins(journeys, rows)
        sums, (times,) = answers_of_parts(
            some, window.prepared(some), weights, (), limits_s=[LIMIT_S], percentiles=[50]
        )
        return {"sums": sums, "times": times.percentiles_ds, "share": times.share}

    ends = Ends(journeys, weights, np.array([LIMIT_S, LIMIT_S, journeys.cutoff_s]))
    with mock.patch.object(transit_windows, "profiles_pay", return_value=by_stops):
        window = TransitWindow(journeys, WINDOW, PLACES - 1, ())
        own, led = own_digests(journeys), window.led()
        found = with_earlier(window.shared, own, earlier, measure, ends=ends, led=led)
    return found, asked


DIRECT = st.lists(st.integers(0, 20000), min_size=ORIGINS, max_size=ORIGINS)
JOBS = st.lists(st.sampled_from([0.0, 0.1, 41.5]), min_size=2, max_size=2)
CASES = st.tuples(WALKS, WALKS, DIRECT, TRIPS, JOBS)


@given(CASES, CASES, st.lists(st.booleans(), min_size=5, max_size=5), st.booleans())
def test_whatever_was_measured_before_every_byte_is_that_of_measuring_all(old, new, kept, by_stops):
    new = tuple(a if stays else b for a, b, stays in zip(old, new, kept, strict=True))
    earlier, _ = measured(made_of(*old[:4]), old[4], {}, by_stops=by_stops)
    helped, _ = measured(made_of(*new[:4]), new[4], earlier, by_stops=by_stops)
    alone, _ = measured(made_of(*new[:4]), new[4], {})
    if by_stops:
        paying, _ = measured(made_of(*new[:4]), new[4], {}, by_stops=True)
        alone |= {name: paying[name] for name in (FIXED, OF_STOPS)}
    assert sorted(helped) == sorted(alone)
    for name, values in alone.items():
        assert values.dtype == helped[name].dtype
        assert values.shape == helped[name].shape
        assert values.tobytes() == helped[name].tobytes()


@pytest.mark.parametrize("by_stops", [False, True])
def test_departures_at_other_seconds_are_told_apart_where_the_same_runs(by_stops):
    journeys, later = made_of(*BASE[:4]), every_minute(60, 5)
    with mock.patch.object(transit_windows, "profiles_pay", return_value=by_stops):
        led = [TransitWindow(journeys, each, PLACES - 1, ()).led() for each in (WINDOW, later)]
    assert bytes(led[0].fixed) != bytes(led[1].fixed)


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
        (3, [(1, 3, 301, 200)], [0, 1, 2]),
        (3, [(1, 3, 300, 200), (1, 3, 241 + 1800, 60)], []),
        (3, [(1, 3, 300, 200), (1, 3, 240 + 1800, 60)], [0, 1, 2]),
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
        "timetable, for whoever walks to a stop",
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


TWO_LINES = [*BASE[3], (0, 3, 200, 300), (2, 3, 400, 100), (2, 3, 840, 60)]


@pytest.mark.parametrize(
    ("trips", "asked"),
    [
        (TWO_LINES, []),
        ([(1, 3, 301, 200), *TWO_LINES[1:]], [0, 1]),
        ([*TWO_LINES[:2], (2, 3, 400, 101), *TWO_LINES[3:]], [2]),
        ([*TWO_LINES, (0, 3, 200, 299)], []),
        ([*TWO_LINES, (2, 3, 399, 100)], [2]),
        ([*TWO_LINES[:3], (2, 3, 840, 61)], [2]),
        ([*TWO_LINES, (2, 3, 841, 60)], []),
    ],
    ids=[
        "nothing",
        "a line from a stop that two walk to",
        "a line from a stop that one walks to",
        "a line from a stop that nobody walks to",
        "a line that is there sooner",
        "a line that leaves when the longest walk of the last departure may just be over",
        "a line that leaves when the longest walk of the last departure is over",
    ],
)
def test_another_timetable_concerns_those_who_walk_to_stops_where_it_leads_elsewhere(trips, asked):
    journeys = made_of(*BASE[:3], TWO_LINES)
    earlier, _ = measured(journeys, BASE[4], {}, by_stops=True)
    assert measured(made_of(*BASE[:3], trips), BASE[4], earlier, by_stops=True)[1] == asked
    unknown, _ = measured(journeys, BASE[4], {})
    whoever_rides = [] if trips == TWO_LINES else [0, 1, 2]
    assert measured(made_of(*BASE[:3], trips), BASE[4], unknown)[1] == whoever_rides


@pytest.mark.parametrize("by_stops", [False, True])
def test_what_stops_lead_to_is_told_as_if_alone_where_other_origins_made_it_pay(by_stops):
    # whether it pays rests on the number of origins, which may be another now
    journeys = made_of(*BASE[:4])
    earlier, _ = measured(journeys, BASE[4], {}, by_stops=not by_stops)
    helped, asked = measured(journeys, BASE[4], earlier, by_stops=by_stops)
    alone, _ = measured(journeys, BASE[4], {}, by_stops=by_stops)
    assert asked == []
    assert helped[OF_STOPS].tobytes() == alone[OF_STOPS].tobytes()


@given(WALKS, TRIPS, WALKS)
@example({(0, 0): 60}, [(0, 1, 100, 90), (2, 3, 240, 60)], {(1, 2): 49})
def test_no_journey_is_quicker_than_the_quickest_to_a_stop_is_told_to_be(access, trips, changes):
    # by the first bus everybody may have walked to its stop
    later = [(a, b, start + 400, ride) for a, b, start, ride in trips]
    between = {(stop % STOPS, other): s + 1 for (stop, other), s in changes.items()}
    journeys = made_of(access, {}, [0] * ORIGINS, later)._replace(
        footpaths=walks_of(between, STOPS),
        egress=pairs_of(range(STOPS), range(STOPS), [0] * STOPS, points=STOPS),
        direct=None,
    )
    for rides in (1, 3):
        own = journeys._replace(max_rides=rides)
        times = transit_times(own, np.arange(1400), percentiles=[0]).percentiles_ds[..., 0]
        waited_ds = times - 10 * quickest_to_stops(own)
        # whoever rides once can leave the door for the best bus
        assert (waited_ds[times < UNREACHED] >= 0).all()
        assert rides > 1 or (waited_ds[times < UNREACHED] == 0).all()


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
        profiles_of(journeys, WINDOW, counted=1, periods=periods) for periods in (None, runs)
    )
    for name in ("starts", "departure_s", "labels"):
        assert np.array_equal(getattr(profiles, name), getattr(of_runs, name))
