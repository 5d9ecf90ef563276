"""Impedances: between 0 and 1, never rising with time, by name and parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access.impedance import IMPEDANCES, Impedance, read_impedance
from htkgis.errors import ConfigError

MINUTES = np.linspace(0, 240, 481)


@given(name=st.sampled_from(sorted(IMPEDANCES)), data=st.data())
def test_weights_lie_between_0_and_1_and_never_rise_with_time(name, data):
    count = len(IMPEDANCES[name][1])
    parameters = tuple(data.draw(st.floats(0.5, 90)) for _ in range(count))
    weights = Impedance(name, parameters)(MINUTES)
    assert ((weights >= 0) & (weights <= 1)).all()
    assert (np.diff(weights) <= 1e-12).all()


@pytest.mark.parametrize(
    ("text", "minutes", "weight"),
    [
        ("cutoff", 44, 1.0),
        ("linear:30", 15, 0.5),
        ("exponential:0.1", 10, 0.36788),
        ("half_life:10", 30, 0.125),
        ("gaussian:10", 20, 0.13534),
        ("logistic:20,5", 20, 0.5),
    ],
)
def test_weights_by_hand(text, minutes, weight):
    assert read_impedance(text)(np.array([minutes]))[0] == pytest.approx(weight, abs=5e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gravity:2", "there is no 'gravity'; cutoff, linear:END_MIN"),
        ("exponential", r"parameters are 'missing'; 1 numbers above 0 \(rate_per_min\)"),
        ("exponential:fast", "parameters are 'fast'; 1 numbers above 0"),
        ("exponential:-1", "parameters are '-1'"),
        ("exponential:0.1,2", "parameters are '0.1,2'"),
        ("logistic:20", "2 numbers above 0"),
        ("cutoff:5", "parameters are '5'; none are allowed"),
    ],
)
def test_what_is_no_impedance_says_what_is(text, message):
    with pytest.raises(ConfigError, match=message):
        read_impedance(text)
