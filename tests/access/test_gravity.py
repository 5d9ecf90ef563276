"""Gravity: worked example, printed values, the cutoff as a special case, laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import cumulative_opportunities, gravity
from htkgis.access.impedance import Impedance, exponential
from htkgis.errors import SchemaError

from .worked import TOWNS_JOBS, TOWNS_TIMES, by_id, times

HOMES = pd.Index(["home_a", "home_b"], name="id")
JOBS = by_id(["town", "mall"], [100, 40])
TABLE = times([[10, 20], [None, 10]], HOMES, JOBS.index)
HALF = Impedance("half_life", (10,))


def test_worked_example_of_jobs_that_halve_every_ten_minutes():
    found = gravity(TABLE, JOBS, origins=HOMES, impedance=HALF)
    assert found.to_dict() == {"home_a": 60.0, "home_b": 20.0}
    assert found.index.equals(HOMES)


def test_access_to_jobs_in_three_towns_is_that_printed_by_soukhov():
    """PLOS ONE e0278468, with exp(-0.1 t)."""
    found = gravity(
        TOWNS_TIMES,
        TOWNS_JOBS,
        origins=TOWNS_JOBS.index,
        impedance=Impedance("exponential", (0.1,)),
    )
    assert found.round(2).tolist() == [27292.18, 27292.18, 2240.38]


def test_any_function_of_minutes_is_an_impedance():
    found = gravity(TABLE, JOBS, origins=HOMES, impedance=lambda t: 2.0 * (t < 15))
    assert found.tolist() == [200.0, 80.0]


def test_nothing_reached_is_zero_and_not_missing():
    assert gravity(TABLE[:0], JOBS, origins=HOMES, impedance=HALF).tolist() == [0.0, 0.0]


def test_no_origins_give_no_values():
    assert gravity(TABLE, JOBS, origins=pd.Index([]), impedance=HALF).empty


def test_pairs_that_do_not_count_add_nothing():
    found = gravity(TABLE, JOBS[["mall"]], origins=HOMES[::-1], impedance=HALF)
    assert found.to_dict() == {"home_b": 20.0, "home_a": 10.0}


def test_ids_held_as_categories_give_the_same():
    held = TABLE.astype({"from_id": "category", "to_id": "category"})
    pd.testing.assert_series_equal(
        gravity(held, JOBS, origins=HOMES, impedance=HALF),
        gravity(TABLE, JOBS, origins=HOMES, impedance=HALF),
    )


def test_the_input_stays_as_it_was():
    table, jobs = TABLE.copy(), JOBS.copy()
    gravity(TABLE, JOBS, origins=HOMES, impedance=HALF)
    pd.testing.assert_frame_equal(TABLE, table)
    pd.testing.assert_series_equal(JOBS, jobs)


def test_a_table_without_times_is_refused_by_name():
    with pytest.raises(SchemaError, match=r"travel_times.*missing columns \['travel_time_ds'\]"):
        gravity(TABLE.drop(columns="travel_time_ds"), JOBS, origins=HOMES, impedance=HALF)


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf])
def test_opportunities_that_are_no_amounts_are_refused_by_id(wrong):
    with pytest.raises(SchemaError, match=r"opportunities: 1 of 2 values are no number.*'town'"):
        gravity(TABLE, by_id(JOBS.index, [wrong, 1]), origins=HOMES, impedance=HALF)


def test_ids_that_stand_twice_are_refused():
    twice = pd.concat([JOBS, JOBS[["mall"]]])
    with pytest.raises(SchemaError, match="destinations: 1 ids stand twice: 'mall'"):
        gravity(TABLE, twice, origins=HOMES, impedance=HALF)


def test_an_impedance_without_bounds_is_refused():
    with pytest.raises(ValueError, match=r"impedance: 1 of 1 weights .* at 0.0 minutes"):
        gravity(
            times([[0]], ["home_a"], ["town"]),
            JOBS,
            origins=HOMES,
            impedance=lambda t: np.where(t > 0, 1.0, np.inf),
        )


def test_an_impedance_that_gives_one_number_for_all_is_refused():
    with pytest.raises(ValueError, match=r"gives shape \(\) for \(3,\) times"):
        gravity(TABLE, JOBS, origins=HOMES, impedance=lambda _: 1.0)


TIMES = st.lists(st.integers(0, 60), min_size=3, max_size=3)
AMOUNTS = st.lists(st.integers(0, 1000), min_size=3, max_size=3)
PLACES = ["p1", "p2", "p3"]


@given(TIMES, AMOUNTS, st.integers(0, 60))
def test_with_a_limit_as_impedance_it_counts(minutes, amounts, limit):
    table, jobs = times([minutes], ["home_a"], PLACES), by_id(PLACES, amounts)
    counted = cumulative_opportunities(table, jobs, origins=HOMES, limit_min=limit)
    weighed = gravity(table, jobs, origins=HOMES, impedance=lambda t: 1.0 * (t <= limit))
    assert weighed.tolist() == counted.tolist()


@given(TIMES, AMOUNTS, st.permutations(range(3)), st.floats(0.5, 100))
def test_the_order_of_rows_does_not_matter_and_scale_carries_through(minutes, amounts, order, k):
    table, jobs = times([minutes], ["home_a"], PLACES), by_id(PLACES, amounts)
    how = {"origins": HOMES, "impedance": lambda t: exponential(t, 0.05)}
    once = gravity(table, jobs, **how)
    assert gravity(table.iloc[list(order)], jobs, **how).tolist() == once.tolist()
    assert gravity(table, jobs * k, **how).tolist() == pytest.approx((once * k).tolist())


@given(TIMES, AMOUNTS, st.integers(0, 2))
def test_a_minute_less_never_lowers_it(minutes, amounts, faster):
    jobs = by_id(PLACES, amounts)
    quick = minutes.copy()
    quick[faster] = max(0, quick[faster] - 1)
    before, after = (
        gravity(times([row], ["home_a"], PLACES), jobs, origins=HOMES, impedance=HALF)["home_a"]
        for row in (minutes, quick)
    )
    assert after >= before * (1 - 1e-12)
