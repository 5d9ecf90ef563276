"""Laws of floating catchments: what is shared out is kept, order, scale, grids of n x n."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.access import (
    bfca,
    e2sfca,
    shen,
    singly_constrained,
    spatial_availability,
    three_step_fca,
    two_step_fca,
)
from htkgis.access.impedance import Impedance

from .worked import by_id, times

MEASURES = [bfca, e2sfca, shen, spatial_availability, three_step_fca]
PER_PERSON = [bfca, e2sfca, shen, three_step_fca]
ORIGINS, PLACES = ["a", "b", "c", "d"], ["p", "q", "r"]
DECAY = Impedance("exponential", (0.05,))
WITHIN_30 = Impedance("binary", (30,))


def one(minutes):
    """Weigh every pair alike, however far."""
    return np.ones_like(minutes)


MINUTES = st.one_of(st.none(), st.integers(0, 60))
MATRIX = st.lists(st.lists(MINUTES, min_size=3, max_size=3), min_size=4, max_size=4)
PEOPLE = st.lists(st.integers(0, 1000), min_size=4, max_size=4)
SEATS = st.lists(st.integers(0, 1000), min_size=3, max_size=3)
IMPEDANCE = st.sampled_from([DECAY, WITHIN_30, one, Impedance("gaussian", (15,))])


def demanded(table, people, seats, impedance):
    """Supply of the places that somebody who lives somewhere reaches."""
    near = table[impedance(table["travel_time_ds"].to_numpy() / 600) > 0]
    reached = near[near["from_id"].isin(people.index[people > 0])]["to_id"].unique()
    return seats[reached].sum()


@settings(max_examples=50, deadline=None)
@given(MATRIX, PEOPLE, SEATS, IMPEDANCE)
def test_what_is_available_sums_to_the_opportunities_that_are_reached(
    matrix, people, seats, impedance
):
    table, demand, supply = (
        times(matrix, ORIGINS, PLACES),
        by_id(ORIGINS, people),
        by_id(PLACES, seats),
    )
    total = demanded(table, demand, supply, impedance)
    found = spatial_availability(table, demand, supply, impedance=impedance)
    assert found.sum() == pytest.approx(total)
    for measure in (e2sfca, shen, three_step_fca):
        access = measure(table, demand, supply, impedance=impedance)
        assert (access * demand).sum() == pytest.approx(total)


@settings(max_examples=50, deadline=None)
@given(MATRIX, PEOPLE, SEATS, IMPEDANCE)
def test_levels_of_service_are_kept_by_balanced_catchments(matrix, people, seats, impedance):
    """Persons are counted once: levels of service times their part of the demand is supply."""
    table, demand, supply = (
        times(matrix, ORIGINS, PLACES),
        by_id(ORIGINS, people),
        by_id(PLACES, seats),
    )
    found = bfca(table, demand, supply, impedance=impedance)
    weight = np.zeros((4, 3))
    for row in table.itertuples():
        weight[ORIGINS.index(row.from_id), PLACES.index(row.to_id)] = impedance(
            np.array([row.travel_time_ds / 600])
        )[0]
    rows = weight.sum(axis=1, keepdims=True)
    of_origin = np.divide(weight, rows, out=np.zeros((4, 3)), where=rows > 0)
    pressed = demand.to_numpy() @ of_origin
    assert pressed.sum() == pytest.approx(demand[rows[:, 0] > 0].sum())
    level = np.divide(supply.to_numpy(), pressed, out=np.zeros(3), where=pressed > 0)
    if supply.any() and demand.any():
        assert found.sum() == pytest.approx(level.sum())


@settings(max_examples=50, deadline=None)
@given(MATRIX, PEOPLE, SEATS, IMPEDANCE)
def test_shares_of_a_place_sum_to_one(matrix, people, seats, impedance):
    shares = singly_constrained(
        times(matrix, ORIGINS, PLACES),
        by_id(ORIGINS, people),
        by_id(PLACES, seats),
        impedance=impedance,
        constraint="supply",
    ).dropna()
    assert shares["kappa"].between(0, 1).all()
    assert shares.groupby("to_id")["kappa"].sum().tolist() == pytest.approx(
        [1.0] * shares["to_id"].nunique()
    )


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=30, deadline=None)
@given(
    matrix=MATRIX,
    people=PEOPLE,
    seats=SEATS.filter(any),
    impedance=IMPEDANCE,
    where=st.integers(0, 2),
    more=st.integers(0, 500),
)
def test_more_supply_never_lowers_anybodys_access(
    measure, matrix, people, seats, impedance, where, more
):
    if measure is three_step_fca and seats[where] == 0:
        more = 0  # a new place to choose may draw the choice from a better one
    table, demand = times(matrix, ORIGINS, PLACES), by_id(ORIGINS, people)
    before = measure(table, demand, by_id(PLACES, seats), impedance=impedance)
    grown = [n + more * (place == where) for place, n in enumerate(seats)]
    after = measure(table, demand, by_id(PLACES, grown), impedance=impedance)
    assert before.isna().tolist() == after.isna().tolist()
    assert (after.dropna() >= before.dropna() * (1 - 1e-12)).all()


@pytest.mark.parametrize("measure", [e2sfca, shen, three_step_fca, bfca])
@settings(max_examples=30, deadline=None)
@given(matrix=MATRIX, people=PEOPLE, seats=SEATS, impedance=IMPEDANCE, more=st.integers(0, 500))
def test_more_persons_somewhere_never_raise_access_of_anybody(
    measure, matrix, people, seats, impedance, more
):
    table, supply = times(matrix, ORIGINS, PLACES), by_id(PLACES, seats)
    before = measure(table, by_id(ORIGINS, people), supply, impedance=impedance)
    grown = by_id(ORIGINS, [people[0] + more, *people[1:]])
    after = measure(table, grown, supply, impedance=impedance)
    # where nobody demanded a place before, it had no ratio that could fall
    reached = before.notna() & (by_id(ORIGINS, people) > 0)
    assert (after[reached] <= before[reached] * (1 + 1e-12)).all()


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=30, deadline=None)
@given(
    matrix=MATRIX,
    people=PEOPLE,
    seats=SEATS,
    impedance=IMPEDANCE,
    k=st.floats(0.01, 100),
    random=st.randoms(use_true_random=False),
)
def test_neither_order_nor_scale_matters(measure, matrix, people, seats, impedance, k, random):
    table, demand, supply = (
        times(matrix, ORIGINS, PLACES),
        by_id(ORIGINS, people),
        by_id(PLACES, seats),
    )
    once = measure(table, demand, supply, impedance=impedance)
    rows = list(range(len(table)))
    random.shuffle(rows)
    shuffled = measure(table.iloc[rows], demand, supply, impedance=impedance)
    pd.testing.assert_series_equal(shuffled, once, check_exact=True)
    turned = measure(table, demand[::-1], supply[::-1], impedance=impedance)
    assert turned[ORIGINS].tolist() == pytest.approx(once.tolist(), nan_ok=True)
    scaled = measure(table, demand * k, supply * k, impedance=impedance)
    expected = once * k if measure is spatial_availability else once
    assert scaled.tolist() == pytest.approx(expected.tolist(), nan_ok=True)


@pytest.mark.parametrize("measure", [e2sfca, shen, three_step_fca])
@settings(max_examples=30, deadline=None)
@given(people=PEOPLE.filter(any), seats=SEATS.filter(any), weight=st.floats(0.01, 5))
def test_where_distance_does_not_matter_access_is_one_for_all(measure, people, seats, weight):
    """And the scale of the weights falls out."""
    table = times([[10, 20, 30]] * 4, ORIGINS, PLACES)
    found = measure(
        table,
        by_id(ORIGINS, people),
        by_id(PLACES, seats),
        impedance=lambda minutes: np.full_like(minutes, weight),
    )
    assert found.tolist() == pytest.approx([sum(seats) / sum(people)] * 4)


def test_balanced_catchments_share_levels_of_service_over_origins_not_persons():
    """Three places of 3 seats per 2 persons, 9/2 levels in all, for four origins: 9/8 each."""
    found = bfca(
        times([[10, 20, 30]] * 4, ORIGINS, PLACES),
        by_id(ORIGINS, [0, 1, 2, 3]),
        by_id(PLACES, [3, 3, 3]),
        impedance=one,
    )
    assert found.tolist() == pytest.approx([9 / 8] * 4)


def grid(n):
    """n x n places one minute apart along the axes, each with one person and one seat."""
    ids = [f"{x}/{y}" for x in range(n) for y in range(n)]
    at = np.array([(x, y) for x in range(n) for y in range(n)])
    return times(np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)), ids), ids


@pytest.mark.parametrize("n", [2, 3, 5])
def test_on_a_grid_a_catchment_without_end_gives_supply_over_demand(n):
    table, ids = grid(n)
    people, seats = by_id(ids, [2] * n**2), by_id(ids, [3] * n**2)
    found = two_step_fca(table, people, seats, limit_min=10_000)
    assert found.tolist() == pytest.approx([1.5] * n**2)
    for measure in PER_PERSON:
        assert measure(table, people, seats, impedance=one).tolist() == pytest.approx([1.5] * n**2)


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("limit", [0, 0.5, 0.99])
def test_on_a_grid_a_catchment_below_the_spacing_gives_one(n, limit):
    table, ids = grid(n)
    ones = by_id(ids, [1] * n**2)
    assert two_step_fca(table, ones, ones, limit_min=limit).tolist() == [1] * n**2


def test_on_a_grid_without_own_places_a_catchment_of_nothing_is_out_of_reach():
    """PySAL gives no number; ours is 0 where supply is out of reach, on purpose."""
    table, ids = grid(3)
    others = table[table["from_id"] != table["to_id"]]
    ones = by_id(ids, [1] * 9)
    assert two_step_fca(others, ones, ones, limit_min=0.5).tolist() == [0] * 9
    assert two_step_fca(others, ones, ones * 0, limit_min=0.5).isna().all()
    assert two_step_fca(others, ones * 0, ones, limit_min=0.5).isna().all()


def test_on_a_grid_the_middle_gains_and_the_corners_lose():
    """By hand on 3 x 3, one minute: corners are wanted by 3, sides by 4, the middle by 5."""
    table, ids = grid(3)
    ones = by_id(ids, [1] * 9)
    found = two_step_fca(table, ones, ones, limit_min=1)
    assert found["0/0"] == pytest.approx(1 / 3 + 2 / 4)
    assert found["0/1"] == pytest.approx(1 / 4 + 2 / 3 + 1 / 5)
    assert found["1/1"] == pytest.approx(1 / 5 + 4 / 4)
    assert found.sum() == pytest.approx(9)


@settings(max_examples=50, deadline=None)
@given(MATRIX, PEOPLE, SEATS)
def test_e2sfca_with_one_step_is_2sfca_and_is_shen(matrix, people, seats):
    table, demand, supply = (
        times(matrix, ORIGINS, PLACES),
        by_id(ORIGINS, people),
        by_id(PLACES, seats),
    )
    plain = two_step_fca(table, demand, supply, limit_min=30)
    for measure in (e2sfca, shen):
        pd.testing.assert_series_equal(
            measure(table, demand, supply, impedance=WITHIN_30), plain, check_exact=True
        )
    per_person = spatial_availability(table, demand, supply, impedance=WITHIN_30) / demand
    lived = [i for i in ORIGINS if demand[i] > 0 and not math.isnan(plain[i])]
    assert per_person[lived].tolist() == pytest.approx(plain[lived].tolist())
