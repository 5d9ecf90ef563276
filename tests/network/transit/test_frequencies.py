"""Frequencies: even strata each used once, runs by hand, the mean wait of theory."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network.transit import (
    departure_times,
    drawn,
    even_offsets,
    every_minute,
    frequencies_of,
    timetables_of,
    transit_opportunities,
    transit_times,
)
from htkgis.network.transit import journeys as journeys_module
from htkgis.network.transit.connections import connections_of

from .brute_force import ranked
from .days import Day, trip_table, unreached, waits

HEADWAY_S = 1200


def often(*lines, ride_s=600):
    """Lines as (name, headway, start, end) in seconds, each from stop 0 to stop 1."""
    parts = []
    for name, headway_s, start_s, end_s in lines:
        table = trip_table([[]])
        times = [start_s, start_s + ride_s]
        own = pd.DataFrame(
            {
                "trip_id": [name, name],
                "sequence": [0, 1],
                "stop_id": ["0", "1"],
                "arrival_s": times,
                "departure_s": times,
                "pickup": True,
                "drop_off": True,
                "headway_s": headway_s,
                "start_s": start_s,
                "end_s": end_s,
            }
        )
        parts.append(own[[*table.columns, "headway_s", "start_s", "end_s"]])
    return pd.concat(parts, ignore_index=True)


def journeys_of(trip_times, draws):
    """At stop 0 at once, but for a second of slack."""
    day = Day(2, [], waits(2, 1), [{0: 1}], [{1: 0}], unreached(1, 1))
    tables = timetables_of(trip_times, ["0", "1"], draws=draws)
    return day.journeys(cutoff_s=7200, max_rides=1)._replace(timetables=tables)


@given(
    st.lists(st.tuples(st.text(min_size=1), st.integers(1, 7200)), unique_by=lambda x: x[0]),
    st.integers(1, 30),
)
def test_over_the_draws_each_stratum_of_a_headway_is_used_once(lines, draws):
    ids, headways = zip(*lines, strict=True) if lines else ((), ())
    table = pd.DataFrame({"trip_id": ids, "headway_s": np.array(headways, dtype=np.int64)})
    offsets = even_offsets(table, draws)
    assert offsets.shape == (draws, len(lines))
    for own, headway_s in zip(offsets.T, headways, strict=True):
        middles = [(2 * stratum + 1) * headway_s // (2 * draws) for stratum in range(draws)]
        assert sorted(own.tolist()) == middles
        assert 0 <= own.min() <= own.max() < headway_s


def test_lines_that_run_together_in_one_draw_do_not_in_all():
    lines = pd.DataFrame({"trip_id": ["a", "b"], "headway_s": [1200, 1200]})
    apart = np.diff(even_offsets(lines, 20), axis=1)
    assert len(np.unique(apart)) > 5


def test_an_offset_does_not_depend_on_other_lines():
    names = [f"line {number}" for number in range(5)]
    lines = pd.DataFrame({"trip_id": names, "headway_s": 600})
    assert np.array_equal(even_offsets(lines[3:], 7), even_offsets(lines, 7)[:, 3:])


def test_a_day_without_frequencies_is_not_drawn():
    table = often(("t", 0, 0, 0))
    assert len(timetables_of(table, ["0", "1"], draws=5)) == 1
    assert drawn(table, np.array([], dtype=np.int64)) is table


def test_runs_start_at_the_offset_and_before_the_end_of_the_period():
    table = often(("a", 600, 0, 1500), ("b", 500, 1000, 2000), ("c", 0, 0, 0))
    runs = drawn(table, np.array([300, 499]))
    starts = runs[runs["sequence"] == 0].set_index("trip_id")["departure_s"]
    assert starts.to_dict() == {"c": 0, "a@0": 300, "a@1": 900, "b@0": 1499, "b@1": 1999}
    assert (runs["headway_s"] == 0).all()
    assert (
        runs.loc[runs["sequence"] == 1, "arrival_s"].to_numpy() == [600, 900, 1500, 2099, 2599]
    ).all()


def test_an_offset_behind_the_end_of_a_short_period_is_no_run():
    assert drawn(often(("a", 600, 0, 200)), np.array([200])).empty
    assert len(drawn(often(("a", 600, 0, 200)), np.array([199]))) == 2


LINES = st.lists(
    st.tuples(
        st.sampled_from(["a", "a@b", "b", "10", "9"]),
        st.sampled_from([0, 300, 450, 1200]),
        st.integers(0, 900),
        st.integers(0, 3000),
        st.sampled_from([0, 60, 600]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda line: line[0],
)


@given(LINES, st.integers(1, 12))
def test_the_connections_of_a_draw_are_those_cut_from_its_own_table(lines, draws):
    table = pd.concat(
        [
            often((name, headway_s, start_s, start_s + length_s), ride_s=ride_s)
            for name, headway_s, start_s, length_s, ride_s in lines
        ],
        ignore_index=True,
    )
    every = frequencies_of(table)
    assume(len(every))
    stops = pd.Index(["0", "1"])
    found = timetables_of(table, ["0", "1"], draws=draws)
    for own, offset_s in zip(found, even_offsets(every, draws), strict=True):
        cut = connections_of(drawn(table, offset_s), stops)
        assert own.rows.tolist() == cut.rows.tolist()
        assert own.rows.dtype == cut.rows.dtype
        assert own.trips.tolist() == cut.trips.tolist()
        assert own.stops == cut.stops


def test_frequencies_are_listed_once_each():
    table = often(("a", 600, 0, 1500), ("b", 0, 0, 0))
    assert frequencies_of(table).to_dict("records") == [
        {"trip_id": "a", "headway_s": 600, "start_s": 0, "end_s": 1500}
    ]


def test_the_mean_wait_for_one_line_is_half_its_headway():
    # 20 draws, a departure each minute: offsets 30, 90, ... 1170 s, each once per minute
    journeys = journeys_of(often(("t", HEADWAY_S, 0, 40_000)), 20)
    found = transit_times(journeys, every_minute(3599, 20), percentiles=(5, 50, 95, 100))
    assert found.share.tolist() == [[1.0]]
    # a second of slack from a second before the minute: waits are the offsets
    assert found.mean_s.tolist() == [[1 + 600 + HEADWAY_S / 2]]
    # the 5th of 100 waits is the first stratum, the 50th the tenth
    assert (found.percentiles_ds[0, 0] // 10 - 601).tolist() == [30, 570, 1110, 1170]


@pytest.mark.parametrize("departures", [3, 64, 70])
def test_percentiles_are_over_all_departures_of_all_draws(departures):
    journeys = journeys_of(often(("a", 700, 0, 40_000), ("b", 1300, 0, 40_000)), 5)
    window = 3600 + 13 * np.arange(departures)
    times = departure_times(journeys, window, origin=0)
    assert times.shape == (5 * departures, 1)
    percentiles = (0, 1, 33, 50, 90, 100)
    found = transit_times(journeys, window, percentiles=percentiles)
    assert np.array_equal(found.percentiles_ds[0], ranked(times, percentiles))
    assert found.mean_s[0, 0] == pytest.approx(times.mean() / 10)
    # and each draw by itself, in order
    for draw, table in enumerate(journeys.timetables):
        alone = departure_times(journeys._replace(timetables=(table,)), window, origin=0)
        assert np.array_equal(times[draw * departures : (draw + 1) * departures], alone)
    reached = transit_opportunities(journeys, window, np.ones((1, 1)), limits_s=[900])
    assert np.array_equal(reached[0, :, 0, 0], times[:, 0] <= 9000)


@pytest.mark.parametrize("draws", [0, -1])
def test_no_draw_is_refused(draws):
    with pytest.raises(NetworkError, match=rf"draws: {draws} of the frequencies; 1 or more"):
        timetables_of(often(("t", 600, 0, 1200)), ["0", "1"], draws=draws)


CHANGES = {
    "trip_id": ["r", "r"],
    "stop_id": ["1", "0"],
    "arrival_s": [0, 550],
    "departure_s": [30, 600],
    "pickup": [False, True],
    "drop_off": [True, False],
    "headway_s": [660, 660],
    "start_s": [60, 60],
    "end_s": [2400, 2400],
    "stops": ["1", "0"],
    "draws": 3,
}


@pytest.mark.parametrize("changed", CHANGES)
def test_a_timetable_that_was_drawn_before_is_taken_from_there_and_no_other(changed):
    table, asked = often(("t", 600, 0, 1800)), {"stops": ["0", "1"], "draws": 2}
    before = timetables_of(table, asked["stops"], draws=2)
    assert timetables_of(table.copy(), asked["stops"], draws=2) is before
    if changed in asked:
        asked[changed] = CHANGES[changed]
    else:
        table[changed] = CHANGES[changed]
    found = timetables_of(table, asked["stops"], draws=asked["draws"])
    offsets = even_offsets(frequencies_of(table), asked["draws"])
    anew = [connections_of(drawn(table, own), pd.Index(asked["stops"])) for own in offsets]
    assert [own.rows.tolist() for own in found] == [own.rows.tolist() for own in anew]
    assert [own.trips.tolist() for own in found] == [own.trips.tolist() for own in anew]


@pytest.mark.parametrize("most", ["MOST_CALLS_KEPT", "MOST_ROWS_KEPT"])
def test_few_drawn_timetables_are_kept_and_long_ones_are_not(monkeypatch, most):
    kept = range(journeys_module.MOST_KEPT + 1)
    tables = [often(("t", 600 + number, 0, 1800)) for number in kept]
    first, *_ = [timetables_of(table, ["0", "1"], draws=2) for table in tables]
    assert len(journeys_module._DRAWN) == journeys_module.MOST_KEPT
    assert timetables_of(tables[0], ["0", "1"], draws=2) is not first
    monkeypatch.setattr(journeys_module, most, 1)
    table = often(("t", 1000, 0, 1800))
    long = timetables_of(table, ["0", "1"], draws=2)
    assert timetables_of(table, ["0", "1"], draws=2) is not long
