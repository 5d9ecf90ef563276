"""Service classes: the whole table, every limit from both sides, and laws."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import service_classes, station_services
from htkgis.access.service_class import (
    CLASSES,
    DISTANCES_M,
    INTERVALS_MIN,
    service_class,
    station_category,
)

from .transit_day import HOUR, day, near, run

HOME = pd.Index(["home"])
# from the published table, by interval (rows) and group (columns): category
STATIONS = {
    5: (1, 1, 2),
    10: (1, 2, 3),
    20: (2, 3, 4),
    40: (3, 4, 5),
    60: (4, 5, 6),
    120: (5, 6, 7),
}
# by category (rows) and distance (columns): class, as a number
PLACES = {
    1: (1, 1, 2, 3),
    2: (1, 2, 3, 4),
    3: (2, 3, 4, 5),
    4: (3, 4, 5, 6),
    5: (4, 5, 6, None),
    6: (5, 6, None, None),
    7: (6, None, None, None),
}
CASES = [
    (interval, group, metres)
    for interval in STATIONS
    for group in "ABC"
    for metres in (300, 500, 750, 1000)
]


def letter(number):
    return None if number is None else "ABCDEF"[number - 1]


def below(limit, limits):
    """A value inside the band of a limit, just above the limit before it."""
    before = [value for value in limits if value < limit]
    return math.nextafter(max(before, default=0), math.inf)


@pytest.mark.parametrize(("interval", "group", "metres"), CASES)
def test_every_interval_group_and_distance_has_its_class(interval, group, metres):
    category = STATIONS[interval]["ABC".index(group)]
    expected = letter(PLACES[category][(300, 500, 750, 1000).index(metres)])
    for minutes in (interval, below(interval, STATIONS)):
        assert station_category(minutes, group) == category
    for distance in (metres, below(metres, (300, 500, 750, 1000))):
        assert service_class(category, distance) == expected
        found = service_classes(near(a=distance), pd.Series({"a": category}), origins=HOME)
        assert found["service_class"]["home"] == (expected or "none")


def test_there_are_72_cases():
    assert len(CASES) == len(set(CASES)) == 6 * 3 * 4


@pytest.mark.parametrize("category", CLASSES)
def test_beyond_1000_m_there_is_no_class(category):
    assert service_class(category, math.nextafter(1000, 2000)) is None


@pytest.mark.parametrize("group", "ABC")
def test_beyond_two_hours_there_is_no_category(group):
    assert station_category(math.nextafter(120, 200), group) is None
    assert station_category(math.inf, group) is None


def services(trips, stations, window=(7 * HOUR, 9 * HOUR)):
    return station_services(trips, pd.Series(stations), window_s=window)


def times(count, *, stop="a", kind=3):
    return [run(f"{stop}{kind}-{n}", (stop, 7 * HOUR + n), kind=kind) for n in range(count)]


def test_departures_are_halved_because_there_are_two_directions():
    found = services(day(*times(24), *times(24, stop="b")), {"a": "s", "b": "s"})
    assert found.loc["s"].tolist() == [48, 5, "C", 2]


def test_the_best_kind_of_vehicle_decides_and_all_departures_count():
    found = services(
        day(*times(10), *times(1, kind=0), *times(1, stop="b", kind=2)), {"a": "s", "b": "s"}
    )
    assert found.loc["s"].tolist() == [12, 20, "A", 2]


def test_a_run_that_calls_at_two_stops_of_a_station_departs_once():
    twice = run("t", ("a", 7 * HOUR), ("b", 7 * HOUR + 60))
    assert services(twice, {"a": "s", "b": "s"})["departures"]["s"] == 1


def test_a_station_that_nothing_leaves_has_no_category():
    found = services(day(*times(2)), {"a": "s", "b": "u"})
    assert found["category"].isna().tolist() == [False, True]
    assert found.loc["u", "interval_min"] == math.inf
    assert pd.isna(found.loc["u", "group"])


def test_a_flight_makes_no_station():
    found = services(day(*times(20, kind=1100)), {"a": "s"})
    assert found["departures"]["s"] == 0


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        (0, "B"),
        (1, "A"),
        (2, "A"),
        (3, "C"),
        (4, "C"),
        (5, "B"),
        (6, "C"),
        (7, "B"),
        (11, "C"),
        (12, "A"),
    ],
)
def test_every_basic_kind_of_vehicle_has_a_group(kind, group):
    assert services(day(*times(1, kind=kind)), {"a": "s"})["group"]["s"] == group


def test_the_nearest_of_the_stops_that_give_the_best_class_is_named():
    classes = service_classes(
        near(far=290, b=200, a=200, best_but_far=1001),
        pd.Series({"far": 1, "b": 1, "a": 1, "best_but_far": 1}),
        origins=HOME,
    )
    assert classes.loc["home"].tolist() == ["A", "a", 200.0]


def test_an_origin_without_a_class_says_none_and_names_no_stop():
    found = service_classes(
        near(a=10), pd.Series({"a": None, "b": 1}), origins=pd.Index(["home", "x"])
    )
    assert found["service_class"].tolist() == ["none", "none"]
    assert found["stop_id"].isna().all()
    assert found["distance_m"].isna().all()


stops = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.integers(1, 7), st.integers(0, 1100)), min_size=1
)


def class_of(table):
    distances = near(**{name: metres for name, (_, metres) in table.items()})
    categories = pd.Series({name: category for name, (category, _) in table.items()})
    return service_classes(distances, categories, origins=HOME)["service_class"]["home"]


def rank(name):
    return "ABCDEF".find(name) if name != "none" else 6


@given(stops, st.data())
def test_a_farther_stop_never_raises_a_class_and_a_better_category_never_lowers_it(table, data):
    name = data.draw(st.sampled_from(sorted(table)))
    category, metres = table[name]
    farther = table | {name: (category, metres + data.draw(st.integers(0, 300)))}
    better = table | {name: (max(1, category - 1), metres)}
    assert rank(class_of(farther)) >= rank(class_of(table)) >= rank(class_of(better))


@given(stops, st.randoms(use_true_random=False))
def test_the_order_of_stops_does_not_matter(table, random):
    turned = dict(random.sample(sorted(table.items()), len(table)))
    assert class_of(turned) == class_of(table)


@given(
    st.lists(st.sampled_from([0, 2, 3]), min_size=1, max_size=30),
    st.sampled_from([0, 1, 2, 3, 4, 7]),
)
def test_a_further_departure_never_lowers_a_category(kinds, further):
    def category(rows):
        trips = day(*(run(f"t{n}", ("a", 7 * HOUR + n), kind=kind) for n, kind in enumerate(rows)))
        found = services(trips, {"a": "s"})["category"]["s"]
        return 8 if pd.isna(found) else found

    assert category([*kinds, further]) <= category(kinds)


def test_limits_stand_in_rising_order():
    assert list(INTERVALS_MIN) == sorted(INTERVALS_MIN)
    assert list(DISTANCES_M) == sorted(DISTANCES_M)
