"""Floating catchment areas: printed values, hand examples, what is missing and what is 0."""

import math

import numpy as np
import pandas as pd
import pytest

from htkgis.access import bfca, e2sfca, shen, spatial_availability, three_step_fca, two_step_fca
from htkgis.access.impedance import Impedance, power
from htkgis.errors import SchemaError

from .worked import (
    BELO_JOBS,
    BELO_PEOPLE,
    BELO_TIMES,
    TOWNS_JOBS,
    TOWNS_PEOPLE,
    TOWNS_TIMES,
    ZONES_JOBS,
    ZONES_PEOPLE,
    ZONES_TIMES,
    by_id,
    times,
)

WITHIN_45 = Impedance("binary", (45,))
WEIGHED = [bfca, e2sfca, shen, spatial_availability, three_step_fca]


def one(minutes):
    """Weigh every pair alike, however far."""
    return np.ones_like(minutes)


def rounded(values, digits):
    return [None if math.isnan(value) else value for value in values.round(digits)]


def test_two_steps_in_belo_horizonte_are_those_of_r_accessibility():
    """Where nobody lives and nobody works, R prints 0 for 0/0; ours is missing, on purpose."""
    found = two_step_fca(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, limit_min=45)
    assert rounded(found, 4) == [0.0152, 0.1491, 0.1491, 0.1068, None]
    assert found.index.equals(BELO_PEOPLE.index)


def test_balanced_catchments_in_belo_horizonte_are_those_of_r_accessibility():
    """Where nobody lives and nobody works, R prints 0 for 0/0; ours is missing, on purpose."""
    found = bfca(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, impedance=WITHIN_45)
    assert rounded(found, 4) == [0.0094, 0.1993, 0.1993, 0.1147, None]


@pytest.mark.parametrize("measure", [bfca, e2sfca, shen])
def test_where_distance_does_not_matter_everybody_has_supply_over_demand(measure):
    found = measure(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, impedance=one)
    assert found.tolist() == pytest.approx([599 / 5404] * 5)
    assert found.round(4).tolist() == [0.1108] * 5


def test_availability_in_belo_horizonte_is_that_of_r_accessibility():
    found = spatial_availability(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, impedance=one)
    assert found.round().tolist() == [94, 44, 218, 243, 0]


def test_availability_in_three_towns_is_that_printed_by_soukhov():
    """PLOS ONE e0278468."""
    slow, fast = (
        spatial_availability(
            TOWNS_TIMES, TOWNS_PEOPLE, TOWNS_JOBS, impedance=Impedance("exponential", (rate,))
        )
        for rate in (0.1, 0.6)
    )
    assert slow.round().tolist() == [66_833, 133_203, 9_963]
    assert slow.sum() == pytest.approx(210_000)
    assert fast.round(1).tolist() == [99_967.1, 100_032.9, 10_000.0]


def test_access_per_person_in_three_towns_is_that_printed_by_soukhov():
    found = shen(TOWNS_TIMES, TOWNS_PEOPLE, TOWNS_JOBS, impedance=Impedance("exponential", (0.1,)))
    assert found.round(4).tolist() == [1.3367, 0.8880, 0.9963]


def test_availability_in_three_zones_sums_to_all_jobs():
    found = spatial_availability(
        ZONES_TIMES, ZONES_PEOPLE, ZONES_JOBS, impedance=Impedance("exponential", (0.1,))
    )
    assert found.round(3).tolist() == [118.981, 188.027, 182.992]
    assert found.sum() == pytest.approx(490)


def test_steps_count_the_near_whole_and_the_farther_less():
    """168 seats for 100 persons and 100 who count 0.68: one seat per person near them."""
    table = times([[5], [15]], ["a", "b"], ["s"])
    bands = Impedance("stepped", (10, 1, 20, 0.68, 30, 0.22))
    found = e2sfca(table, by_id(["a", "b"], [100, 100]), by_id(["s"], [168]), impedance=bands)
    assert found.round(12).to_dict() == {"a": 1.0, "b": 0.68}


def test_who_may_choose_presses_less_on_each():
    """60 persons meet 60 seats and 20 meet 20, for those of b are half at each."""
    table = times([[1, None], [1, 1]], ["a", "b"], ["s", "t"])
    people, seats = by_id(["a", "b"], [40, 40]), by_id(["s", "t"], [60, 20])
    found = three_step_fca(table, people, seats, impedance=one)
    assert found.to_dict() == pytest.approx({"a": 1.0, "b": 1.0})
    # without the choice all 80 press on s: 60/80; b adds 20/40
    assert e2sfca(table, people, seats, impedance=one).tolist() == [0.75, 1.25]


def test_a_place_without_supply_takes_part_in_no_choice():
    table = times([[1, 1]], ["a"], ["s", "empty"])
    found = three_step_fca(table, by_id(["a"], [10]), by_id(["s", "empty"], [5, 0]), impedance=one)
    assert found.tolist() == [0.5]


@pytest.mark.parametrize(("minutes", "access"), [(14.9, 0.5), (15, 0.5), (15.01, 0)])
def test_a_time_on_the_limit_of_a_catchment_is_inside(minutes, access):
    table = times([[1], [minutes]], ["a", "b"], ["s"])
    found = two_step_fca(table, by_id(["a", "b"], [100, 100]), by_id(["s"], [100]), limit_min=15)
    assert found["b"] == access


ORIGINS = ["lives", "empty", "far"]


@pytest.mark.parametrize("measure", WEIGHED)
def test_supply_out_of_reach_is_0_and_what_nobody_demands_is_missing(measure):
    """Nobody lives at 'empty', which alone reaches t; 'far' reaches nothing."""
    table = times([[5, None], [None, 5], [None, None]], ORIGINS, ["s", "t"])
    found = measure(table, by_id(ORIGINS, [10, 0, 5]), by_id(["s", "t"], [20, 20]), impedance=one)
    assert found["lives"] == (20 if measure is spatial_availability else 2)
    assert math.isnan(found["empty"])
    assert found["far"] == 0


@pytest.mark.parametrize("measure", WEIGHED)
def test_supply_of_nothing_is_0_where_there_is_some_elsewhere(measure):
    table = times([[5, None], [None, 5]], ["a", "b"], ["s", "t"])
    found = measure(table, by_id(["a", "b"], [10, 10]), by_id(["s", "t"], [0, 20]), impedance=one)
    assert found["a"] == 0
    assert found["b"] > 0


@pytest.mark.parametrize("measure", WEIGHED)
@pytest.mark.parametrize(("people", "seats"), [(0, 10), (10, 0), (0, 0)])
def test_without_demand_or_supply_there_is_nothing_to_measure(measure, people, seats):
    table = times([[5], [None]], ["a", "b"], ["s"])
    found = measure(
        table, by_id(["a", "b"], [people, people]), by_id(["s"], [seats]), impedance=one
    )
    assert found.isna().tolist() == [True, True]


@pytest.mark.parametrize("measure", WEIGHED)
def test_no_pairs_give_0_and_no_origins_give_nothing(measure):
    found = measure(BELO_TIMES[:0], BELO_PEOPLE, BELO_JOBS, impedance=one)
    assert found.tolist() == [0.0] * 5
    assert measure(BELO_TIMES, BELO_PEOPLE[:0], BELO_JOBS, impedance=one).empty


@pytest.mark.parametrize("measure", WEIGHED)
def test_a_weight_of_next_to_nothing_is_out_of_reach(measure):
    """A place only reached from so far that its ratio would be no number."""
    table = times([[5, 38.4]], ["a"], ["s", "t"])
    found = measure(
        table,
        by_id(["a"], [1]),
        by_id(["s", "t"], [1, 1]),
        impedance=lambda t: np.where(t > 30, 1e-310, 1.0),
    )
    assert found.tolist() == [1.0]


@pytest.mark.parametrize("measure", WEIGHED)
def test_the_input_stays_as_it_was(measure):
    before = BELO_TIMES.copy(), BELO_PEOPLE.copy(), BELO_JOBS.copy()
    measure(BELO_TIMES, BELO_PEOPLE, BELO_JOBS, impedance=one)
    pd.testing.assert_frame_equal(BELO_TIMES, before[0])
    pd.testing.assert_series_equal(BELO_PEOPLE, before[1])
    pd.testing.assert_series_equal(BELO_JOBS, before[2])


@pytest.mark.parametrize("measure", WEIGHED)
def test_faults_are_refused_by_name(measure):
    with pytest.raises(SchemaError, match=r"travel_times.*missing columns \['to_id'\]"):
        measure(BELO_TIMES.drop(columns="to_id"), BELO_PEOPLE, BELO_JOBS, impedance=one)
    with pytest.raises(SchemaError, match=r"demand: 1 of 5 values are no number.*'57b'"):
        measure(BELO_TIMES, by_id(BELO_PEOPLE.index, [-1, 0, 0, 0, 0]), BELO_JOBS, impedance=one)
    with pytest.raises(SchemaError, match=r"supply: 5 of 5 values are no number"):
        measure(BELO_TIMES, BELO_PEOPLE, BELO_JOBS * np.nan, impedance=one)
    twice = BELO_PEOPLE.iloc[[0, 1, 1]]
    with pytest.raises(SchemaError, match=r"origins: 1 ids stand twice: '597'"):
        measure(BELO_TIMES, twice, BELO_JOBS, impedance=one)


HOSPITALS = {
    "s0": ((40, 40, 80), [0.331444, 0.579828, 7.286418]),
    "s1": ((20, 40, 80), [0.435340, 0.683724, 5.727977]),
    "s2": ((40, 20, 80), [0.331072, 0.577858, 7.299992]),
    "s3": ((20, 20, 40), [0.442568, 0.666758, 5.740525]),
}


def hospitals(name, measure=e2sfca):
    """Two suburbs and the city 3; the way in, the way out and the way across may differ."""
    (inward, outward, across), _ = HOSPITALS[name]
    table = times([[1, across, inward], [across, 1, inward], [outward, outward, 1]], "123")
    people, doctors = by_id(list("123"), [100, 50, 10]), by_id(list("123"), [15, 20, 100])
    return measure(table, people, doctors, impedance=lambda t: np.where(t <= 61, power(t, 1), 0.0))


@pytest.mark.parametrize("name", HOSPITALS)
def test_the_hospitals_of_pysal_access_are_met(name):
    assert hospitals(name).round(6).tolist() == HOSPITALS[name][1]


@pytest.mark.parametrize("measure", [e2sfca, shen])
@pytest.mark.parametrize(("name", "rises"), [("s1", "110"), ("s2", "001"), ("s3", "110")])
def test_who_gains_from_a_faster_way_is_who_pysal_access_says(measure, name, rises):
    """A faster way in serves the suburbs, whose doctors are in the city; one out the city."""
    gains = hospitals(name, measure) > hospitals("s0", measure)
    assert "".join(str(int(gain)) for gain in gains) == rises
