"""Impedances: between 0 and 1, never rising with time, by name and parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access.impedance import (
    IMPEDANCES,
    Impedance,
    exponential,
    gaussian,
    power,
    read_impedance,
)
from htkgis.errors import ConfigError

MINUTES = np.linspace(0, 240, 481)


@st.composite
def impedances(draw):
    name = draw(st.sampled_from(sorted(IMPEDANCES)))
    number = st.floats(0.5, 90)
    if name == "stepped":
        limits = sorted(draw(st.sets(number, min_size=1, max_size=5)))
        weights = sorted(draw(st.lists(st.floats(0.01, 1), min_size=5, max_size=5)), reverse=True)
        return Impedance(
            name, tuple(n for pair in zip(limits, weights, strict=False) for n in pair)
        )
    parameters = tuple(draw(number) for _ in IMPEDANCES[name][1])
    if name == "ramp":
        parameters = (parameters[0], min(parameters[1], 2 * parameters[0]))
    return Impedance(name, parameters)


@given(impedances())
def test_weights_lie_between_0_and_1_and_never_rise_with_time(impedance):
    weights = impedance(MINUTES)
    assert ((weights >= 0) & (weights <= 1)).all()
    assert (np.diff(weights) <= 1e-12).all()


@given(impedances())
def test_where_there_is_nothing_to_travel_the_weight_is_1(impedance):
    expected = impedance.parameters[1] if impedance.name == "stepped" else 1.0
    assert impedance(np.array([0.0]))[0] == pytest.approx(expected, abs=1e-12)


@given(impedances(), st.permutations(range(9)))
def test_a_weight_depends_on_its_time_alone(impedance, order):
    times = np.linspace(0, 80, 9)
    assert impedance(times)[list(order)].tolist() == impedance(times[list(order)]).tolist()


@pytest.mark.parametrize(
    ("text", "minutes", "weight"),
    [
        ("cutoff", 44, 1.0),
        ("linear:30", 15, 0.5),
        ("exponential:0.1", 10, 0.36788),
        ("half_life:10", 30, 0.125),
        ("gaussian:10", 20, 0.13534),
        ("logistic:20,5", 20, 0.50035),
        ("power:2", 10, 0.01),
        ("ramp:30,20", 35, 0.25),
    ],
)
def test_weights_by_hand(text, minutes, weight):
    assert read_impedance(text)(np.array([minutes]))[0] == pytest.approx(weight, abs=5e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gravity:2", r"there is no 'gravity'; cutoff, binary:LIMIT_MIN, .*\[,...\]"),
        ("exponential", r"parameters are 'missing'; 1 numbers above 0 \(rate_per_min\)"),
        ("exponential:fast", "parameters are 'fast'; 1 numbers above 0"),
        ("exponential:-1", "parameters are '-1'"),
        ("exponential:0.1,2", "parameters are '0.1,2'"),
        ("logistic:20", "2 numbers above 0"),
        ("cutoff:5", "parameters are '5'; none are allowed"),
        ("stepped", "parameters are 'missing'; limits in minutes that rise"),
        ("stepped:10,1,20", "limits in minutes that rise, each with a weight"),
        ("stepped:20,1,10,0.5", "limits in minutes that rise"),
        ("stepped:10,0.5,20,1", "falls from 1 or less"),
        ("stepped:10,1.5", "falls from 1 or less"),
        ("ramp:10,30", "parameters are '10,30'; 2 numbers above 0"),
        ("power:inf", "parameters are 'inf'"),
    ],
)
def test_what_is_no_impedance_says_what_is(text, message):
    with pytest.raises(ConfigError, match=message):
        read_impedance(text)


def test_an_impedance_made_in_python_is_checked_like_one_that_is_written():
    assert Impedance("stepped", (10, 1, 20, 0.5)) == read_impedance("stepped:10,1,20,0.5")
    with pytest.raises(ConfigError, match=r"impedance 'linear:1,2': .*'1,2'; 1 numbers above 0"):
        Impedance("linear", (1, 2))


@pytest.mark.parametrize(
    ("text", "table", "digits"),
    [
        ("exponential:0.1", {0: 1, 10: 0.3679, 20: 0.1353, 60: 0.0025}, 4),
        ("linear:20", {0: 1, 5: 0.75, 10: 0.5, 20: 0, 60: 0}, 12),
        ("linear:30", {0: 1, 10: 0.6667, 15: 0.5, 30: 0, 60: 0}, 4),
        ("power:0.5", {0: 1, 0.5: 1, 1: 1, 16: 0.25, 64: 0.125}, 12),
        ("power:0.25", {16: 0.5, 256: 0.25}, 12),
        ("binary:20", {10: 1, 20: 1, 40: 0}, 12),
    ],
)
def test_the_weights_of_r_accessibility_are_met(text, table, digits):
    weights = read_impedance(text)(np.array(list(table), dtype=float))
    assert weights.round(digits).tolist() == list(table.values())


def test_steps_of_r_accessibility_differ_only_on_their_limits():
    """There the weight falls at the step, here behind it: a limit is inside everywhere."""
    ours = read_impedance("stepped:10,1,20,0.75,30,0.5,40,0.25")
    assert ours(np.array([0.0, 10.0, 20.0, 30.0, 40.0])).tolist() == [1, 1, 0.75, 0.5, 0.25]
    behind = np.array([10.0, 20.0, 30.0, 40.0]) + 1 / 600
    assert ours(behind).tolist() == [0.75, 0.5, 0.25, 0]


def test_steps_of_pysal_access_are_met_on_their_limits_too():
    ours = read_impedance("stepped:20,1,40,0.68,60,0.22")
    assert ours(np.arange(0.0, 80, 10)).tolist() == [1, 1, 1, 0.68, 0.68, 0.22, 0.22, 0]


@pytest.mark.parametrize(("limit", "inside", "beyond"), [(10, 1, 0.68), (20, 0.68, 0.22)])
def test_a_limit_belongs_to_the_lower_band(limit, inside, beyond):
    ours = read_impedance("stepped:10,1,20,0.68,30,0.22")
    assert ours(np.array([limit, limit + 0.01])).tolist() == [inside, beyond]


def test_the_weights_of_pysal_access_are_met():
    """Its deviations may be negative; the curve is the same, and ours takes only those above 0."""
    found = [gaussian(np.array([1.0]), sigma)[0] for sigma in (50, 2, 1)]
    assert found[0] == pytest.approx(0.99980001, abs=1e-8)  # printed without rounding: ...0199987
    assert [round(found[1], 8), round(found[2], 10)] == [0.88249690, 0.6065306597]
    assert power(np.array([0.0, 5.0, 60.0]), 0).tolist() == [1, 1, 1]


def test_the_logistic_curve_of_r5_is_met():
    weights = read_impedance("logistic:30,10")(np.arange(0.0, 70, 10))
    assert weights.round(4).tolist() == [1, 0.9783, 0.8635, 0.5022, 0.1408, 0.026, 0.0043]


def test_the_linear_fall_of_r5_around_a_time_is_met():
    """Ten minutes around the 30th: the middle of each second s is 1 - (s + 0.5) / 600."""
    seconds = np.arange(600)
    weights = read_impedance("ramp:30,10")(25 + (seconds + 0.5) / 60)
    assert weights == pytest.approx(1 - (seconds + 0.5) / 600)


def test_the_step_of_r5_differs_only_on_its_limit():
    """There a time on the limit is outside, here it is inside."""
    assert read_impedance("binary:30")(np.array([29.9, 30.0, 30.1])).tolist() == [1, 1, 0]


def test_a_half_life_is_the_rate_that_halves():
    rate = exponential(MINUTES, np.log(2) / 10)
    assert read_impedance("half_life:10")(MINUTES) == pytest.approx(rate, abs=1e-4)


def test_four_over_the_longest_way_leaves_the_least_weight_of_cityseer():
    assert exponential(np.array([30.0]), 4 / 30)[0] == pytest.approx(0.0183156, abs=5e-8)


def test_the_decays_of_pandana_are_met():
    """With its radius r: exp(-d / r), 1 - d / r, and flat."""
    minutes = np.array([0.0, 7.5, 15.0, 30.0, 31.0])
    rate = read_impedance("exponential:" + repr(1 / 30))(minutes)
    assert rate == pytest.approx(np.exp(-minutes / 30))
    assert read_impedance("linear:30")(minutes).round(12).tolist() == [1, 0.75, 0.5, 0, 0]
    assert read_impedance("binary:30")(minutes).tolist() == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    "text", ["binary:{}", "half_life:{}", "logistic:{},10", "exponential:{}", "gaussian:{}"]
)
def test_the_laws_of_r5_hold_at_every_cutoff_and_second(text):
    """Within 0 and 1 and never rising over four hours; its own table ends at two, ours does not."""
    seconds = np.arange(4 * 3600) / 60
    for cutoff_min in range(1, 120, 7):
        number = 1 / cutoff_min if text.startswith("exponential") else cutoff_min
        weights = read_impedance(text.format(number))(seconds)
        assert ((weights >= 0) & (weights <= 1)).all()
        assert (np.diff(weights) <= 1e-15).all()
        assert weights[0] == pytest.approx(1)
    assert (weights[7200] > 0) == (not text.startswith("binary"))
