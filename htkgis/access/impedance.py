"""Impedance: how much an opportunity weighs that takes a number of minutes to reach.

A measure takes any function from minutes to weights of 0 or more; these are the usual ones. Each
is 1 where there is nothing to travel and never rises with time. A time exactly on a limit is
inside, so the limit of a step belongs to the step before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from htkgis.errors import ConfigError

Floats = npt.NDArray[np.float64]
Weighting = Callable[[Floats], Floats]
"""Weights, 0 or more, of travel times in minutes, of any shape."""


@dataclass(frozen=True)
class Impedance:
    """A named impedance and its parameters.

    Parameters
    ----------
    name
        One of ``IMPEDANCES``.
    parameters
        In their order, all > 0.

    Raises
    ------
    ConfigError
        If there is no such impedance, or its parameters are not those it takes.

    Examples
    --------
    >>> Impedance("binary", (20,))(np.array([10.0, 20.0, 20.1])).tolist()
    [1.0, 1.0, 0.0]
    """

    name: str
    parameters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no impedance."""
        written = ",".join(f"{value:g}" for value in self.parameters)
        _check(self.name, self.parameters, written)

    def __call__(self, minutes: Floats) -> Floats:
        """Weight of travel times in minutes, 0 to 1."""
        return IMPEDANCES[self.name][0](np.asarray(minutes, dtype=np.float64), *self.parameters)


def cutoff(minutes: Floats) -> Floats:
    r"""
    Count every opportunity once: :math:`f(t) = 1`; the limit of the search cuts off.

    Examples
    --------
    >>> cutoff(np.array([0.0, 15.0])).tolist()
    [1.0, 1.0]
    """
    return np.ones_like(minutes)


def binary(minutes: Floats, limit_min: float) -> Floats:
    r"""
    Count whole what lies within a limit: :math:`f(t) = [t \le T]`.

    Examples
    --------
    >>> binary(np.array([10.0, 20.0, 40.0]), 20).tolist()
    [1.0, 1.0, 0.0]
    """
    return np.asarray(minutes <= limit_min, dtype=np.float64)


def stepped(minutes: Floats, *limits_and_weights: float) -> Floats:
    r"""
    Fall in steps: :math:`f(t) = w_k` for :math:`T_{k-1} < t \le T_k`, and 0 beyond the last.

    Limits (minutes, rising) and weights (falling, at most 1) take turns. A limit belongs to the
    step before it, as in PySAL access; R accessibility gives it to the step behind.

    Examples
    --------
    >>> stepped(np.array([0.0, 10.0, 20.0, 30.0, 31.0]), 10, 1, 20, 0.68, 30, 0.22).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    limits, weights = limits_and_weights[::2], limits_and_weights[1::2]
    return np.asarray(np.append(weights, 0.0)[np.searchsorted(limits, minutes, side="left")])


def linear(minutes: Floats, end_min: float) -> Floats:
    r"""
    Fall evenly to nothing: :math:`f(t) = \max(0, 1 - t / T)`.

    Examples
    --------
    >>> linear(np.array([0.0, 15.0, 60.0]), 30).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.maximum(0.0, 1.0 - minutes / end_min)


def ramp(minutes: Floats, middle_min: float, width_min: float) -> Floats:
    r"""
    Fall evenly around a time: :math:`f(t) = \min(1, \max(0, 1/2 + (m - t) / b))`.

    ``width_min`` may be twice the middle at most; then it is :func:`linear`.

    Examples
    --------
    >>> ramp(np.array([25.0, 30.0, 32.5, 35.0]), 30, 10).tolist()
    [1.0, 0.5, 0.25, 0.0]
    """
    return np.minimum(1.0, np.maximum(0.0, 0.5 + (middle_min - minutes) / width_min))


def exponential(minutes: Floats, rate_per_min: float) -> Floats:
    r"""
    Fall by the same part every minute: :math:`f(t) = e^{-\beta t}`.

    Examples
    --------
    >>> exponential(np.array([0.0, 10.0]), 0.1).round(4).tolist()
    [1.0, 0.3679]
    """
    return np.asarray(np.exp(-rate_per_min * minutes))


def half_life(minutes: Floats, half_min: float) -> Floats:
    r"""
    Halve every :math:`h` minutes: :math:`f(t) = 2^{-t / h}`.

    Examples
    --------
    >>> half_life(np.array([0.0, 10.0, 20.0]), 10).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.asarray(np.exp2(-minutes / half_min))


def gaussian(minutes: Floats, deviation_min: float) -> Floats:
    r"""
    Fall slowly, then fast: :math:`f(t) = e^{-t^2 / (2 \sigma^2)}`.

    Examples
    --------
    >>> gaussian(np.array([0.0, 10.0]), 10).round(4).tolist()
    [1.0, 0.6065]
    """
    return np.asarray(np.exp(-(minutes**2) / (2.0 * deviation_min**2)))


def logistic(minutes: Floats, middle_min: float, deviation_min: float) -> Floats:
    r"""
    Fall most around a time: :math:`f(t) = g(0) / g(t)`, :math:`g(t) = 1 + e^{(t - m) \pi / (s \sqrt 3)}`.

    ``deviation_min`` is the standard deviation of the logistic distribution. The quotient makes
    the weight 1 where there is nothing to travel; near the middle it is a half.

    Examples
    --------
    >>> logistic(np.array([0.0, 30.0, 60.0]), 30, 10).round(4).tolist()
    [1.0, 0.5022, 0.0043]
    """  # noqa: E501 - a formula is not broken
    steepness = np.pi / (deviation_min * np.sqrt(3.0))
    # as tanh it stays within its range however far from the middle
    falling = 0.5 * (1.0 - np.tanh((minutes - middle_min) * steepness / 2.0))
    return np.asarray(np.minimum(1.0, falling * (1.0 + np.exp(-middle_min * steepness))))


def power(minutes: Floats, exponent: float) -> Floats:
    r"""
    Fall by the same part whenever the time doubles: :math:`f(t) = \min(1, t^{-a})`.

    Up to a minute it is 1, for the power has no bound there.

    Examples
    --------
    >>> power(np.array([0.0, 1.0, 16.0, 64.0]), 0.5).tolist()
    [1.0, 1.0, 0.25, 0.125]
    """
    return np.asarray(np.power(np.maximum(minutes, 1.0), -exponent))


IMPEDANCES: dict[str, tuple[Callable[..., Floats], tuple[str, ...]]] = {
    "cutoff": (cutoff, ()),
    "binary": (binary, ("limit_min",)),
    "stepped": (stepped, ("limit_min", "weight")),
    "linear": (linear, ("end_min",)),
    "ramp": (ramp, ("middle_min", "width_min")),
    "exponential": (exponential, ("rate_per_min",)),
    "half_life": (half_life, ("half_min",)),
    "gaussian": (gaussian, ("deviation_min",)),
    "logistic": (logistic, ("middle_min", "deviation_min")),
    "power": (power, ("exponent",)),
}
"""Function and names of the parameters of each impedance; those of steps may repeat."""


def read_impedance(text: str) -> Impedance:
    """Read ``NAME`` or ``NAME:PARAMETER[,PARAMETER]``.

    Raises
    ------
    ConfigError
        If there is no such impedance, or its parameters are not as many numbers above 0.

    Examples
    --------
    >>> read_impedance("exponential:0.1")
    Impedance(name='exponential', parameters=(0.1,))
    """
    name, _, rest = text.partition(":")
    try:
        parameters = tuple(float(part) for part in rest.split(",")) if rest else ()
    except ValueError:
        parameters = (np.nan,)
    _check(name, parameters, rest)
    return Impedance(name, parameters)


def _check(name: str, parameters: tuple[float, ...], written: str) -> None:
    """Raise ConfigError unless these are the parameters of an impedance."""
    text = f"{name}:{written}" if written else name
    allowed = ", ".join(
        ":".join([known, ",".join(names).upper()]).rstrip(":") + ("[,...]" * (known == "stepped"))
        for known, (_, names) in IMPEDANCES.items()
    )
    if name not in IMPEDANCES:
        msg = f"impedance {text!r}: there is no {name!r}; {allowed} are allowed. Name one of them."
        raise ConfigError(msg)
    names = IMPEDANCES[name][1]
    needed = f"{len(names)} numbers above 0 ({', '.join(names)})" if names else "none"
    if name == "stepped":
        needed = (
            "limits in minutes that rise, each with a weight above 0 that falls from 1 or less,"
        )
    if not _fits(name, parameters):
        msg = (
            f"impedance {text!r}: its parameters are {written or 'missing'!r}; {needed} are "
            f"allowed. Write one of {allowed}."
        )
        raise ConfigError(msg)


def _fits(name: str, parameters: tuple[float, ...]) -> bool:
    positive = all(0 < value < np.inf for value in parameters)
    if name == "stepped":
        limits, weights = parameters[::2], parameters[1::2]
        rising = all(low < high for low, high in pairwise(limits))
        falling = all(high >= low for high, low in pairwise((1.0, *weights)))
        return positive and len(limits) == len(weights) > 0 and rising and falling
    if name == "ramp" and len(parameters) == 2:  # noqa: PLR2004 - a middle and a width
        positive &= parameters[1] <= 2 * parameters[0]
    return positive and len(parameters) == len(IMPEDANCES[name][1])
