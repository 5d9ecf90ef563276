"""The matrix holds what the table says, and measures over it are those over the table."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
from hypothesis import given

from htkgis.access import (
    cumulative_in,
    cumulative_opportunities,
    nearest,
    nearest_in,
    time_matrix,
)
from htkgis.units import UNREACHED

HOMES, PLACES = pd.Index(list("abc")), pd.Index(list("stuv"))
PAIRS = st.dictionaries(
    st.tuples(st.sampled_from(HOMES.tolist()), st.sampled_from(PLACES.tolist())),
    st.integers(0, 20_000),
)


def table_of(pairs):
    rows = [(start, end, time) for (start, end), time in pairs.items()]
    return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_ds"]).astype(
        {"from_id": "str", "to_id": "str", "travel_time_ds": "int32"}
    )


@given(PAIRS)
def test_every_pair_of_the_table_stands_in_the_matrix_and_no_other(pairs):
    matrix = time_matrix(table_of(pairs), origins=HOMES, destinations=PLACES)
    assert matrix.destinations.equals(PLACES)
    for row, start in enumerate(HOMES):
        for column, end in enumerate(PLACES):
            assert matrix.times_ds[row, column] == pairs.get((start, end), UNREACHED)


@given(PAIRS, st.sets(st.sampled_from(PLACES.tolist())), st.integers(1, 4))
def test_the_nth_nearest_is_the_nth_of_the_sorted_pairs(pairs, chosen, n):
    own = pd.Index(sorted(chosen), dtype="str")
    matrix = time_matrix(table_of(pairs), origins=HOMES, destinations=PLACES).to(own)
    found = nearest_in(matrix, n)
    for start in HOMES:
        ranked = sorted((pairs[start, end], end) for end in chosen if (start, end) in pairs)
        if len(ranked) < n:
            assert np.isnan(found.loc[start, "travel_time_min"])
            assert pd.isna(found.loc[start, "to_id"])
        else:
            time_ds, end = ranked[n - 1]
            assert found.loc[start, "travel_time_min"] == time_ds / 600
            assert found.loc[start, "to_id"] == end


@given(PAIRS, st.permutations(PLACES.tolist()), st.permutations(PLACES.tolist()))
def test_destinations_rise_whatever_the_order_they_are_given_in(pairs, order, chosen):
    table, chosen = table_of(pairs), chosen[:2]
    matrix = time_matrix(table, origins=HOMES, destinations=pd.Index(order, dtype="str"))
    assert matrix.destinations.tolist() == PLACES.tolist()
    own = matrix.to(pd.Index(chosen, dtype="str"))
    assert own.destinations.tolist() == sorted(chosen)
    for column, end in enumerate(own.destinations):
        expected = [pairs.get((start, end), UNREACHED) for start in HOMES]
        assert own.times_ds[:, column].tolist() == expected


def test_of_two_places_at_the_same_time_the_first_by_id_is_the_nearest():
    table = table_of({("a", "t"): 600, ("a", "s"): 600})
    matrix = time_matrix(table, origins=HOMES, destinations=pd.Index(["t", "s"], dtype="str"))
    assert nearest_in(matrix, 1).loc["a", "to_id"] == "s"
    both = matrix.to(pd.Index(["t", "s"], dtype="str"))
    assert nearest_in(both, 1).loc["a", "to_id"] == "s"


@given(PAIRS, st.floats(0, 40))
def test_counts_over_the_matrix_are_those_over_the_table(pairs, limit_min):
    table, weights = table_of(pairs), pd.Series({"s": 1.0, "t": 20.0, "u": 300.0, "v": 4000.0})
    matrix = time_matrix(table, origins=HOMES, destinations=PLACES)
    found = cumulative_in(matrix, weights, limit_min)
    over_table = cumulative_opportunities(table, weights, origins=HOMES, limit_min=limit_min)
    for start in HOMES:
        want = sum(
            weights[end]
            for (own, end), time_ds in pairs.items()
            if own == start and time_ds <= limit_min * 600 + 1e-9
        )
        assert found[start] == over_table[start] == want


def test_of_equal_times_the_lower_id_stands_first_in_any_order_of_rows():
    table = table_of({("a", "v"): 600, ("a", "s"): 600})
    for rows in (table, table.iloc[::-1]):
        found = nearest(rows, PLACES, origins=HOMES, n=1)
        assert found.loc["a", "to_id"] == "s"


def test_a_matrix_without_destinations_reaches_nothing():
    matrix = time_matrix(table_of({}), origins=HOMES, destinations=pd.Index([], dtype="str"))
    assert nearest_in(matrix, 1)["travel_time_min"].isna().all()
    assert (cumulative_in(matrix, pd.Series(dtype="float64"), 15) == 0).all()
