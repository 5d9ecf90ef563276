"""Rational agents: by hand, an independent search, nobody wants to move, what is missing."""

import math
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.access import raam
from htkgis.access.allocation import allocate
from htkgis.errors import SchemaError

from .worked import BELO_JOBS, BELO_PEOPLE, BELO_TIMES, by_id, times


def test_worked_example_of_two_places_for_one_home():
    """75 go near, 1 + 7.5/5; 25 go far, 2 + 2.5/5; who lives at the far place meets 0 + 2.5/5."""
    found = raam(
        times([[10, 20], [None, 0]], ["a", "b"], ["s", "t"]),
        by_id(["a", "b"], [100, 0]),
        by_id(["s", "t"], [10, 10]),
        time_scale_min=10,
        demand_per_supply=5,
    )
    assert found.to_dict() == pytest.approx({"a": 2.5, "b": 0.5})
    assert found.attrs["excess"] <= 1e-5


def test_nobody_goes_far_while_the_near_is_cheaper_even_crowded():
    """20 persons at 1 + 2/5 stay, for it costs 2 elsewhere with nobody there."""
    found = raam(
        times([[10, 20]], ["a"], ["s", "t"]),
        by_id(["a"], [20]),
        by_id(["s", "t"], [10, 10]),
        time_scale_min=10,
        demand_per_supply=5,
    )
    assert found["a"] == pytest.approx(1.4)


def test_two_homes_push_each_other_away():
    """
    a may go to s (0) or t (10), b only to s (0): 60 and 60 persons, 60 of ordinary crowding each.

    b's 60 load s to 1; a parts so that (60 + x)/60 = 1 + (60 - x)/60, x = 30: both meet 1.5.
    """
    found = raam(
        times([[0, 10], [0, None]], ["a", "b"], ["s", "t"]),
        by_id(["a", "b"], [60, 60]),
        by_id(["s", "t"], [60, 60]),
        time_scale_min=10,
    )
    assert found.tolist() == pytest.approx([1.5, 1.5])


def test_everybody_at_the_door_of_equal_supply_meets_ordinary_crowding():
    ids = ["a", "b", "c"]
    table = times([[0, None, None], [None, 0, None], [None, None, 0]], ids)
    found = raam(table, by_id(ids, [10, 20, 30]), by_id(ids, [1, 2, 3]), time_scale_min=60)
    assert found.tolist() == pytest.approx([1, 1, 1])


def test_what_reaches_no_supply_is_missing_and_never_infinite():
    """t has no supply, and far has no pair; their persons crowd nobody."""
    found = raam(
        times([[0, 0], [None, 5], [None, None]], ["a", "b", "far"], ["s", "t"]),
        by_id(["a", "b", "far"], [10, 10, 10]),
        by_id(["s", "t"], [10, 0]),
        time_scale_min=60,
        demand_per_supply=1,
    )
    assert found.tolist() == pytest.approx([1, math.nan, math.nan], nan_ok=True)


@pytest.mark.parametrize(("people", "seats"), [(0, 10), (10, 0), (0, 0)])
def test_without_demand_or_supply_there_is_nothing_to_measure(people, seats):
    found = raam(
        times([[5]], ["a"], ["s"]), by_id(["a"], [people]), by_id(["s"], [seats]), time_scale_min=60
    )
    assert found.isna().all()


def test_no_pairs_give_missing_values_and_no_origins_none():
    how = {"time_scale_min": 60}
    assert raam(BELO_TIMES[:0], BELO_PEOPLE, BELO_JOBS, **how).isna().all()
    assert raam(BELO_TIMES, BELO_PEOPLE[:0], BELO_JOBS, **how).empty


def test_faults_are_refused_by_name():
    with pytest.raises(SchemaError, match=r"demand: 4 of 5 values are no number.*'57b'"):
        raam(BELO_TIMES, -BELO_PEOPLE, BELO_JOBS, time_scale_min=60)
    with pytest.raises(ValueError, match=r"time_scale_min is 0; a number above 0"):
        raam(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, time_scale_min=0)
    with pytest.raises(ValueError, match=r"demand_per_supply is -1; a number above 0"):
        raam(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, time_scale_min=60, demand_per_supply=-1)


def test_persons_who_still_want_to_move_are_told_of(monkeypatch):
    monkeypatch.setattr(sys.modules[raam.__module__], "MAX_ROUNDS", 1)
    with pytest.raises(ValueError, match=r"raam: after 1 rounds persons are .*; 0 is allowed"):
        raam(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, time_scale_min=60, tolerance=0)


def test_the_costs_of_belo_horizonte_are_those_of_a_plain_search():
    """Persons in hundredths move one by one to where it costs least, until none would."""
    tau, ids = 30, BELO_PEOPLE.index[:4]
    table = BELO_TIMES[BELO_TIMES["from_id"].isin(ids) & BELO_TIMES["to_id"].isin(ids)]
    minutes = table["travel_time_ds"].to_numpy().reshape(4, 4) / 600
    people, jobs = BELO_PEOPLE[ids].to_numpy(), BELO_JOBS[ids].to_numpy()
    rho, step = people.sum() / jobs.sum(), 0.25
    at = np.diag(people.astype(float))
    for _ in range(40_000):
        cost = minutes / tau + at.sum(axis=0) / jobs / rho
        regret = np.where(at > 0, cost - cost.min(axis=1, keepdims=True), 0)
        i, j = np.unravel_index(regret.argmax(), regret.shape)
        if regret[i, j] < 2 * step / (rho * jobs.min()):
            break
        moved = min(step, at[i, j])
        at[i, j] -= moved
        at[i, cost[i].argmin()] += moved
    found = raam(table, BELO_PEOPLE[ids], BELO_JOBS[ids], time_scale_min=tau)
    assert found.tolist() == pytest.approx(cost.min(axis=1), abs=5e-3)


IDS = ["a", "b", "c"]
MINUTES = st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=3, max_size=3)
PEOPLE = st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any)
SEATS = st.lists(st.integers(1, 100), min_size=3, max_size=3)
FINE = {"time_scale_min": 30, "demand_per_supply": 2.0, "tolerance": 1e-9}


@given(MINUTES, PEOPLE, SEATS)
@settings(max_examples=50, deadline=None)
def test_everybody_is_somewhere_and_nobody_would_rather_go_elsewhere(minutes, people, seats):
    origin, destination = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
    cost, room = np.array(minutes, dtype=float).ravel() / 30, np.array(seats, dtype=float)
    found = allocate(
        origin,
        destination,
        cost,
        np.array(people, dtype=float),
        room,
        tolerance=1e-9,
        max_rounds=2000,
    )
    persons = found.persons.reshape(3, 3)
    assert (persons >= 0).all()
    assert persons.sum(axis=1).tolist() == pytest.approx(people)
    met = cost.reshape(3, 3) + persons.sum(axis=0) / room
    assert (
        met[persons > 1e-3] <= np.repeat(met.min(axis=1), 3).reshape(3, 3)[persons > 1e-3] + 1e-3
    ).all()


@given(MINUTES, PEOPLE, SEATS, st.permutations(range(9)), st.permutations(range(3)))
@settings(max_examples=50, deadline=None)
def test_neither_order_nor_scale_matters(minutes, people, seats, rows, order):
    table = times(minutes, IDS)
    demand, supply = by_id(IDS, people), by_id(IDS, seats)
    once = raam(table, demand, supply, **FINE)
    assert raam(table.iloc[list(rows)], demand, supply, **FINE).tolist() == once.tolist()
    turned = raam(table, demand.iloc[list(order)], supply.iloc[list(order)], **FINE)
    assert turned[IDS].tolist() == pytest.approx(once.tolist(), abs=1e-4)
    larger = raam(table, demand * 7, supply * 7, **FINE)
    assert larger.tolist() == pytest.approx(once.tolist(), abs=1e-4)


@given(MINUTES, PEOPLE, SEATS, st.integers(0, 2), st.integers(1, 100))
@settings(max_examples=50, deadline=None)
def test_more_supply_never_raises_anybodys_cost(minutes, people, seats, where, more):
    table, demand = times(minutes, IDS), by_id(IDS, people)
    before = raam(table, demand, by_id(IDS, seats), **FINE)
    seats[where] += more
    after = raam(table, demand, by_id(IDS, seats), **FINE)
    assert (after <= before + 1e-4).all()
    assert isinstance(after, pd.Series)
