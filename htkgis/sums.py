"""Sums that are the same whatever number of processors a machine has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

PART = 10_000
"""So many numbers linear algebra adds on one processor, whatever it may take for more."""


def weighted_sum(weights: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> float:
    """Sum up values, each times its weight.

    Long sums are shared by as many processors as there are, which moves their last bits from one
    machine to another and keeps all of them busy waiting for the rest of a short sum. They are cut
    in equal parts that are too short to be shared.

    Parameters
    ----------
    weights, values
        Of the same length, in any unit.

    Examples
    --------
    >>> weighted_sum(np.array([2.0, 1.0]), np.array([0.5, 3.0]))
    4.0
    """
    count = len(weights)
    width = -(-count // max(1, -(-count // PART)))
    starts = range(0, count, max(1, width))
    return float(sum(np.dot(weights[at : at + width], values[at : at + width]) for at in starts))
