"""Impedance: how much an opportunity weighs that takes a number of minutes to reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from htkgis.errors import ConfigError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Impedance:
    """A named impedance and its parameters.

    Parameters
    ----------
    name
        One of ``IMPEDANCES``.
    parameters
        In their order, all > 0.
    """

    name: str
    parameters: tuple[float, ...] = ()

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


def linear(minutes: Floats, end_min: float) -> Floats:
    r"""
    Fall evenly to nothing: :math:`f(t) = \max(0, 1 - t / T)`.

    Examples
    --------
    >>> linear(np.array([0.0, 15.0, 60.0]), 30).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.maximum(0.0, 1.0 - minutes / end_min)


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
    Fall most around a time: :math:`f(t) = (1 + e^{(t - m)\,\pi / (s \sqrt 3)})^{-1}`.

    ``deviation_min`` is the standard deviation of the logistic distribution.

    Examples
    --------
    >>> logistic(np.array([20.0]), 20, 5).tolist()
    [0.5]
    """
    steepness = np.pi / (deviation_min * np.sqrt(3.0))
    # as tanh it stays within its range however far from the middle
    return np.asarray(0.5 * (1.0 - np.tanh((minutes - middle_min) * steepness / 2.0)))


IMPEDANCES: dict[str, tuple[Callable[..., Floats], tuple[str, ...]]] = {
    "cutoff": (cutoff, ()),
    "linear": (linear, ("end_min",)),
    "exponential": (exponential, ("rate_per_min",)),
    "half_life": (half_life, ("half_min",)),
    "gaussian": (gaussian, ("deviation_min",)),
    "logistic": (logistic, ("middle_min", "deviation_min")),
}
"""Function and names of the parameters of each impedance."""


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
    allowed = ", ".join(
        ":".join([known, ",".join(parameters).upper()]).rstrip(":")
        for known, (_, parameters) in IMPEDANCES.items()
    )
    if name not in IMPEDANCES:
        msg = f"impedance {text!r}: there is no {name!r}; {allowed} are allowed. Name one of them."
        raise ConfigError(msg)
    wanted = IMPEDANCES[name][1]
    parts = rest.split(",") if rest else []
    try:
        parameters = tuple(float(part) for part in parts)
    except ValueError:
        parameters = ()
    fine = len(parameters) == len(wanted) and all(0 < value < np.inf for value in parameters)
    if not fine or len(parts) != len(wanted):
        needed = f"{len(wanted)} numbers above 0 ({', '.join(wanted)})" if wanted else "none"
        msg = (
            f"impedance {text!r}: its parameters are {rest or 'missing'!r}; {needed} are allowed. "
            f"Write one of {allowed}."
        )
        raise ConfigError(msg)
    return Impedance(name, parameters)
