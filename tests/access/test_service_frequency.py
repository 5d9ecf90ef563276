"""Departures within walking distance: by head, exactly on the limits, and by law."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import sdg_service_level, service_frequency
from htkgis.access.boardings import boardings, runs_from
from htkgis.access.sdg_service_level import SDG_LEVELS

from .transit_day import HOUR, day, hourly, near, run

HOME = pd.Index(["home"])
WINDOW = (7 * HOUR, 9 * HOUR)


def frequency(distances, trips, **options):
    found = service_frequency(distances, trips, origins=HOME, **options)
    return tuple(found.loc["home"])


def level(distances, trips):
    found = service_frequency(distances, trips, origins=HOME)
    return sdg_service_level(found["departures_per_hour"], found["modes"])["home"]


def test_a_departure_on_the_first_second_counts_and_one_on_the_last_does_not():
    for second, count in ((6 * HOUR - 1, 0), (6 * HOUR, 1), (20 * HOUR - 1, 1), (20 * HOUR, 0)):
        hourly_rate, modes = frequency(near(a=0), run("t", ("a", second)))
        assert (round(hourly_rate * 14, 9), modes) == (count, count)


def test_a_stop_exactly_500_m_away_is_within_reach():
    trips = day(*hourly(10))
    assert frequency(near(a=500), trips) == (10, 1)
    assert frequency(near(a=500.1), trips) == (0, 0)


def test_a_run_counts_once_at_however_many_stops_it_can_be_boarded():
    one = run("t", ("a", 7 * HOUR), ("b", 7 * HOUR + 60), ("c", 7 * HOUR + 120))
    assert frequency(near(a=1, b=2, c=3), one, window_s=WINDOW) == (0.5, 1)


def test_a_run_counts_at_each_of_its_stops_where_every_stop_counts():
    one = run("t", ("a", 7 * HOUR), ("b", 7 * HOUR + 60), ("c", 7 * HOUR + 120), ("a", 8 * HOUR))
    near_by = near(a=1, b=2, c=501)
    assert frequency(near_by, one, window_s=WINDOW, every_stop=True) == (1, 1)
    often = run("f", ("a", 6 * HOUR), ("b", 6 * HOUR + 300), every=600, until=10 * HOUR)
    assert frequency(near_by, often, window_s=WINDOW, every_stop=True) == (12, 1)


def test_a_run_counts_if_any_of_its_departures_lies_in_the_window():
    late = run("t", ("a", 9 * HOUR - 60), ("b", 9 * HOUR + 60))
    assert frequency(near(a=1, b=2), late, window_s=WINDOW)[0] == 0.5
    assert frequency(near(b=2), late, window_s=WINDOW)[0] == 0


def test_the_last_call_of_a_run_and_a_call_for_setting_down_are_no_departures():
    ends = run("t", ("a", 7 * HOUR))
    assert frequency(near(end=1), ends, window_s=WINDOW) == (0, 0)
    assert frequency(near(a=1), run("t", ("a", 7 * HOUR), pickup=False), window_s=WINDOW) == (0, 0)


def test_trams_of_two_kinds_are_one_mode_and_buses_with_trolleybuses():
    kinds = [run(str(kind), ("a", 7 * HOUR), kind=kind) for kind in (0, 5, 3, 11, 2)]
    assert frequency(near(a=1), day(*kinds), window_s=WINDOW) == (2.5, 3)


def test_a_frequency_counts_the_runs_to_expect():
    # every ten minutes from 6 to 10, asked from 7 to 9: twelve runs
    often = run("f", ("a", 6 * HOUR), every=600, until=10 * HOUR)
    assert frequency(near(a=1), often, window_s=WINDOW) == (6, 1)
    # its period ends at 8, five minutes later at b: 60 and 65 of 120 minutes
    half = run("f", ("a", 6 * HOUR), ("b", 6 * HOUR + 300), every=600, until=8 * HOUR)
    assert frequency(near(a=1), half, window_s=WINDOW)[0] == 3
    assert frequency(near(b=1), half, window_s=WINDOW)[0] == pytest.approx(3.25)
    # at either of the two it is one bus, boarded at b once it has left a before 7 o'clock
    assert frequency(near(a=1, b=1), half, window_s=WINDOW)[0] == pytest.approx(3.25)


def test_a_frequency_of_another_hour_does_not_count():
    early = run("f", ("a", 4 * HOUR), every=600, until=5 * HOUR)
    assert frequency(near(a=1), early, window_s=WINDOW) == (0, 0)


def test_drawn_runs_of_a_frequency_are_as_many_as_expected_on_average():
    from htkgis.network.transit import drawn

    often = run("f", ("a", 6 * HOUR), ("b", 6 * HOUR + 420), every=660, until=8 * HOUR)
    often["arrival_s"] = often["departure_s"]
    both = near(a=1, b=1)
    expected = frequency(both, often, window_s=WINDOW)[0]
    rates = [
        frequency(both, drawn(often, np.array([offset])), window_s=WINDOW)[0]
        for offset in range(0, 660, 10)
    ]
    assert np.mean(rates) == pytest.approx(expected, rel=0.01)


def test_origins_that_reach_the_same_stops_have_the_same_service():
    trips = day(*hourly(4), *hourly(2, stop="b", kind=2))
    table = pd.concat([near(a=10, b=20), near(a=400, b=10).assign(origin_id="other")])
    found = service_frequency(table, trips, origins=pd.Index(["other", "nobody", "home"]))
    assert found["departures_per_hour"].tolist() == [6, 0, 6]
    assert found["modes"].tolist() == [2, 0, 2]


def test_nothing_near_and_nothing_that_runs_is_no_service():
    nowhere = near(a=1).iloc[:0]
    assert frequency(nowhere, day(*hourly(4))) == (0, 0)
    assert frequency(near(a=1), day(*hourly(4)).iloc[:0]) == (0, 0)


def test_counts_do_not_depend_on_how_many_places_are_counted_at_a_time(monkeypatch):
    trips = day(*hourly(4), *hourly(2, stop="b", kind=2), *hourly(1, stop="c", kind=4))
    found = boardings(trips, window_s=(6 * HOUR, 20 * HOUR))
    members = pd.DataFrame({"place": [0, 0, 1, 3, 3, 3], "stop_id": list("abcabc")})
    whole = runs_from(found, members, places=4)
    monkeypatch.setattr("htkgis.access.boardings.AT_A_TIME", 1)
    pd.testing.assert_frame_equal(runs_from(found, members, places=4), whole)
    assert whole["departures"].tolist() == [84, 14, 0, 98]


def test_levels_change_exactly_on_10_on_4_and_above_0():
    assert level(near(a=1), day(*hourly(10))) == "high"
    almost = day(*hourly(10)).query("trip_id != 'a3-0'")
    assert level(near(a=1), almost) == "medium"
    assert level(near(a=1), day(*hourly(4))) == "medium"
    assert level(near(a=1), day(*hourly(4)).query("trip_id != 'a3-0'")) == "low"
    assert level(near(a=1), run("t", ("a", 7 * HOUR))) == "low"
    assert level(near(a=1), run("t", ("a", 5 * HOUR))) == "none"


def test_one_train_beside_ten_buses_is_a_very_high_level():
    train = run("train", ("a", 7 * HOUR), kind=2)
    assert level(near(a=1), day(*hourly(10), train)) == "very_high"


def test_frequencies_that_sum_to_ten_an_hour_are_on_the_limit():
    # every 18 minutes is 3.333... an hour; three of them are ten
    often = [run(f"f{n}", ("a", 6 * HOUR), every=1080, until=20 * HOUR) for n in range(3)]
    assert level(near(a=1), day(*often)) == "high"


def test_a_level_is_missing_where_the_departures_are():
    found = sdg_service_level(pd.Series([np.nan, 0.0]), pd.Series([0, 0]))
    assert found.isna().tolist() == [True, False]


runs = st.lists(
    st.builds(
        lambda stops, second, kind, every: (stops, second, kind, every),
        st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
        st.integers(5 * HOUR, 21 * HOUR),
        st.sampled_from([0, 2, 3]),
        st.sampled_from([0, 0, 600, 1080]),
    ),
    min_size=1,
    max_size=6,
)
metres = st.fixed_dictionaries({stop: st.sampled_from([0, 499, 500, 501]) for stop in "abc"})


def written(rows):
    return day(
        *(
            run(
                f"t{number}",
                *((stop, second + 120 * place) for place, stop in enumerate(stops)),
                kind=kind,
                every=every,
                until=second + 2 * HOUR,
            )
            for number, (stops, second, kind, every) in enumerate(rows)
        )
    )


def rank(name):
    return SDG_LEVELS.index(name)


@given(runs, metres)
def test_a_further_run_never_lowers_a_level_nor_the_frequency(rows, distances):
    fewer, more = written(rows[:-1] or rows), written(rows)
    before = frequency(near(**distances), fewer)
    after = frequency(near(**distances), more)
    assert after[0] >= before[0]
    assert after[1] >= before[1]
    assert rank(level(near(**distances), more)) <= rank(level(near(**distances), fewer))


@given(runs, metres, st.sampled_from("abc"))
def test_a_stop_farther_away_never_raises_the_frequency(rows, distances, stop):
    farther = distances | {stop: distances[stop] + 200}
    trips = written(rows)
    assert frequency(near(**farther), trips)[0] <= frequency(near(**distances), trips)[0]


@given(runs, metres, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, distances, random):
    trips, table = written(rows), near(**distances)
    shuffled = trips.sample(frac=1, random_state=random.randrange(1000))
    turned = table.sample(frac=1, random_state=random.randrange(1000))
    assert frequency(turned, shuffled) == frequency(table, trips)


@given(runs, metres)
def test_runs_are_counted_as_one_by_one(rows, distances):
    trips = written([(stops, second, kind, 0) for stops, second, kind, _ in rows])
    reached = {stop for stop, distance in distances.items() if distance <= 500}
    counted = set()
    for number, (stops, second, kind, _) in enumerate(rows):
        for place, stop in enumerate(stops):
            if stop in reached and 6 * HOUR <= second + 120 * place < 20 * HOUR:
                counted.add((number, kind))
    expected = (len(counted) / 14, len({kind for _, kind in counted}))
    assert frequency(near(**distances), trips) == pytest.approx(expected)
