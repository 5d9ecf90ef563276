"""Constrained access: printed values, totals kept, shares that sum to one, what has no solution."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import (
    doubly_constrained,
    gravity,
    singly_constrained,
    spatial_availability,
    total_constrained,
)
from htkgis.access.impedance import Impedance
from htkgis.errors import SchemaError

from .worked import ZONES, ZONES_JOBS, ZONES_PEOPLE, ZONES_TIMES, by_id, times

DECAY = Impedance("exponential", (0.1,))
AS_MANY = by_id(ZONES, [7, 5, 8])


def one(minutes):
    """Weigh every pair alike, however far."""
    return np.ones_like(minutes)


def test_jobs_that_three_zones_share_out_are_those_printed():
    shares = singly_constrained(
        ZONES_TIMES, ZONES_PEOPLE, ZONES_JOBS, impedance=DECAY, constraint="supply"
    )
    by_zone = shares.groupby("from_id")["allocated"].sum()
    assert by_zone.round(3).tolist() == [118.981, 188.027, 182.992]
    assert by_zone.sum() == pytest.approx(490)
    assert shares.groupby("to_id")["allocated"].sum().tolist() == pytest.approx(ZONES_JOBS)
    assert shares.groupby("to_id")["kappa"].sum().tolist() == pytest.approx([1, 1, 1])


def test_persons_that_three_zones_share_out_are_all_of_them():
    shares = singly_constrained(
        ZONES_TIMES, ZONES_PEOPLE, ZONES_JOBS, impedance=DECAY, constraint="demand"
    )
    assert shares.groupby("from_id")["allocated"].sum().tolist() == pytest.approx(ZONES_PEOPLE)
    assert shares.groupby("from_id")["kappa"].sum().tolist() == pytest.approx([1, 1, 1])
    assert shares["allocated"].sum() == pytest.approx(20)


def test_a_supply_that_nobody_demands_is_shared_by_nobody():
    table = times([[5, None], [None, 5]], ["a", "empty"], ["s", "t"])
    shares = singly_constrained(
        table,
        by_id(["a", "empty"], [10, 0]),
        by_id(["s", "t"], [20, 20]),
        impedance=one,
        constraint="supply",
    )
    assert shares["allocated"].tolist() == pytest.approx([20, math.nan], nan_ok=True)


def test_another_constraint_is_refused():
    with pytest.raises(ValueError, match=r"constraint is 'both'; 'supply' and 'demand'"):
        singly_constrained(
            ZONES_TIMES, ZONES_PEOPLE, ZONES_JOBS, impedance=DECAY, constraint="both"
        )


def test_gravity_scaled_to_a_total_keeps_its_proportions():
    """Of 90 jobs two thirds fall to who reaches them twice as well."""
    found = total_constrained(
        times([[10], [20], [None]], ["a", "b", "far"], ["s"]),
        by_id(["s"], [90]),
        origins=pd.Index(["a", "b", "far"]),
        impedance=Impedance("half_life", (10,)),
    )
    assert found.round(12).tolist() == [60, 30, 0]


def test_the_total_is_that_of_all_jobs_in_three_zones():
    how = {"origins": ZONES_JOBS.index, "impedance": DECAY}
    found = total_constrained(ZONES_TIMES, ZONES_JOBS, **how)
    free = gravity(ZONES_TIMES, ZONES_JOBS, **how)
    assert found.sum() == pytest.approx(490)
    assert (found / free).tolist() == pytest.approx([490 / free.sum()] * 3)


def test_only_what_anybody_reaches_is_in_the_total():
    table = times([[10, None]], ["a"], ["s", "island"])
    jobs = by_id(["s", "island"], [90, 1000])
    how = {"origins": pd.Index(["a", "b"]), "impedance": one}
    assert total_constrained(table, jobs, **how).tolist() == [90, 0]
    assert total_constrained(table[:0], jobs, **how).tolist() == [0, 0]
    assert total_constrained(table, jobs * 0, **how).isna().all()


def test_flows_of_three_zones_meet_both_sides():
    flows = doubly_constrained(
        ZONES_TIMES, ZONES_PEOPLE, AS_MANY, impedance=Impedance("power", (3,)), tolerance=1e-9
    )
    assert flows.groupby("from_id")["flow"].sum().tolist() == pytest.approx(ZONES_PEOPLE, rel=1e-8)
    assert flows.groupby("to_id")["flow"].sum().tolist() == pytest.approx(AS_MANY, rel=1e-8)
    assert flows.attrs["error"] <= 1e-9
    assert 1 < flows.attrs["iterations"] < 50


def test_the_odds_of_flows_are_those_of_the_weights():
    """Scaling rows and columns leaves what is left and right of a crossing in proportion."""
    flows = doubly_constrained(ZONES_TIMES, ZONES_PEOPLE, AS_MANY, impedance=DECAY)
    t = flows.set_index(["from_id", "to_id"])["flow"]
    odds = t["1", "1"] * t["2", "2"] / (t["1", "2"] * t["2", "1"])
    assert odds == pytest.approx(math.exp(0.1 * (30 + 30 - 10 - 10)))


def test_four_of_five_stay_where_the_odds_say_so():
    flows = doubly_constrained(
        times([[1, 4], [4, 1]], ["a", "b"]),
        by_id(["a", "b"], [50, 50]),
        by_id(["a", "b"], [50, 50]),
        impedance=lambda t: 1 / t,
    )
    assert flows["flow"].tolist() == pytest.approx([40, 10, 10, 40])
    assert flows.attrs["iterations"] == 1


def test_totals_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"demand sums to 20 and supply to 21; equal sums"):
        doubly_constrained(ZONES_TIMES, ZONES_PEOPLE, by_id(ZONES, [7, 5, 9]), impedance=DECAY)


def test_who_reaches_no_other_side_is_named():
    with pytest.raises(ValueError, match=r"1 of 3 ids with demand reach no other side: '2'"):
        doubly_constrained(
            ZONES_TIMES[ZONES_TIMES["from_id"] != "2"], ZONES_PEOPLE, AS_MANY, impedance=DECAY
        )
    with pytest.raises(ValueError, match=r"1 of 3 ids with supply reach no other side: '3'"):
        doubly_constrained(
            ZONES_TIMES[ZONES_TIMES["to_id"] != "3"], ZONES_PEOPLE, AS_MANY, impedance=DECAY
        )


def test_flows_that_cannot_meet_both_sides_are_refused_with_what_is_left():
    """a and b have 20 persons and reach only the 5 jobs of s; c alone reaches the 25 of t."""
    table = times([[1, None], [1, None], [1, 1]], ["a", "b", "c"], ["s", "t"])
    with pytest.raises(ValueError, match=r"after 30 iterations .* in the wrong row; 1e-06 is"):
        doubly_constrained(
            table,
            by_id(["a", "b", "c"], [10, 10, 10]),
            by_id(["s", "t"], [5, 25]),
            impedance=one,
            max_iterations=30,
        )


def test_nobody_and_nothing_make_no_flow():
    flows = doubly_constrained(ZONES_TIMES, ZONES_PEOPLE * 0, AS_MANY * 0, impedance=DECAY)
    assert flows["flow"].tolist() == [0] * 9


@pytest.mark.parametrize("measure", [singly_constrained, doubly_constrained])
def test_faults_are_refused_by_name(measure):
    how = {"impedance": DECAY}
    if measure is singly_constrained:
        how["constraint"] = "supply"
    with pytest.raises(SchemaError, match=r"travel_times.*missing columns \['to_id'\]"):
        measure(ZONES_TIMES.drop(columns="to_id"), ZONES_PEOPLE, AS_MANY, **how)
    with pytest.raises(SchemaError, match=r"supply: 3 of 3 values are no number"):
        measure(ZONES_TIMES, ZONES_PEOPLE, -AS_MANY - 1, **how)


MINUTES = st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=3, max_size=3)
PEOPLE = st.lists(st.integers(1, 1000), min_size=3, max_size=3)


@given(MINUTES, PEOPLE, PEOPLE, st.permutations(range(9)))
def test_pairs_sum_to_availability_whatever_the_order_of_rows(minutes, people, jobs, order):
    table = times(minutes, ZONES)
    demand, supply = by_id(ZONES, people), by_id(ZONES, jobs)
    shares = singly_constrained(
        table.iloc[list(order)], demand, supply, impedance=DECAY, constraint="supply"
    )
    available = spatial_availability(table, demand, supply, impedance=DECAY)
    assert shares.groupby("from_id")["allocated"].sum().tolist() == pytest.approx(available)
    assert list(zip(shares["from_id"], shares["to_id"], strict=True)) == list(
        zip(table["from_id"], table["to_id"], strict=True)
    )


@given(MINUTES, PEOPLE, PEOPLE, st.floats(0.01, 100))
def test_flows_meet_both_sides_and_scale_with_them(minutes, people, jobs, k):
    demand = by_id(ZONES, people)
    supply = by_id(ZONES, jobs) * (sum(people) / sum(jobs))
    once, scaled = (
        doubly_constrained(times(minutes, ZONES), demand * n, supply * n, impedance=DECAY)
        for n in (1, k)
    )
    wrong = once.groupby("from_id")["flow"].sum() - demand
    assert wrong.abs().sum() <= 1.1e-6 * demand.sum()
    assert once.groupby("to_id")["flow"].sum().tolist() == pytest.approx(supply)
    assert scaled["flow"].tolist() == pytest.approx(once["flow"] * k, rel=1e-4)
