"""Stations: stops of one parent, and neighbours that share a name."""

import geopandas as gpd
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from htkgis.scenario import stations_of


def stops(*rows):
    """Rows of id, name, parent and metres east."""
    ids, names, parents, east = zip(*rows, strict=True)
    table = {"stop_id": ids, "name": names, "parent_station": parents}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(east, [0] * len(east)))


def test_stops_of_one_name_are_one_station_up_to_300_m_apart():
    near = stops(("a", "Torvet", None, 0), ("b", "Torvet", None, 300))
    assert stations_of(near).to_dict() == {"a": "a", "b": "a"}
    far = stops(("a", "Torvet", None, 0), ("b", "Torvet", None, 300.1))
    assert stations_of(far).to_dict() == {"a": "a", "b": "b"}


def test_a_chain_of_stops_of_one_name_is_one_station():
    chain = stops(*((f"s{n}", "Terminal", None, 290 * n) for n in range(12)))
    assert set(stations_of(chain)) == {"s0"}


def test_stops_of_another_name_or_of_none_stay_apart():
    table = stops(
        ("a", "Torvet", None, 0),
        ("b", "Kirken", None, 1),
        ("c", None, None, 2),
        ("d", None, None, 3),
    )
    assert stations_of(table).to_dict() == {"a": "a", "b": "b", "c": "c", "d": "d"}


def test_platforms_of_one_parent_are_one_station_however_far_and_whatever_their_name():
    table = stops(("p1", "Spor 1", "P", 0), ("p2", "Spor 2", "P", 900), ("q", "Spor 1", "Q", 5000))
    assert stations_of(table).to_dict() == {"p1": "p1", "p2": "p1", "q": "q"}


def test_a_bus_stop_with_the_name_of_a_platform_belongs_to_its_station():
    table = stops(
        ("z_bus", "Station", None, 50), ("p", "Station", "P", 0), ("o", "Spor 9", "P", 60)
    )
    assert set(stations_of(table)) == {"o"}


def test_no_stops_make_no_stations():
    assert stations_of(stops(("a", "x", None, 0)).iloc[:0]).empty


rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]), st.sampled_from(["P", None, None]), st.integers(0, 1500)
    ),
    max_size=10,
)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_stops_does_not_matter(found, random):
    named = [(f"s{number}", *row) for number, row in enumerate(found)]
    if not named:
        return
    turned = stations_of(stops(*random.sample(named, len(named)))).sort_index()
    pd.testing.assert_series_equal(turned, stations_of(stops(*named)).sort_index())
