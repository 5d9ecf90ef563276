"""Units: one place where minutes, seconds, deciseconds, metres and km/h meet.

Inside the engine a cost is an ``int32`` number of deciseconds; people read minutes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

DECISECONDS_PER_MINUTE = 600
UNREACHED = 2**30
"""Label of a node that a search has not reached, in deciseconds (3.4 years)."""


def minutes(time_ds: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Convert deciseconds to minutes.

    Examples
    --------
    >>> minutes([600, 900]).tolist()
    [1.0, 1.5]
    """
    return np.asarray(time_ds, dtype=np.float64) / DECISECONDS_PER_MINUTE


def deciseconds(limit_min: float) -> int:
    """Convert a limit in minutes to whole deciseconds, rounded down.

    Rounding down keeps ``t <= limit`` true of every time that is counted as inside.

    Examples
    --------
    >>> deciseconds(15)
    9000
    """
    return math.floor(limit_min * DECISECONDS_PER_MINUTE + 1e-9)


def cost_ds(length_m: Any, speed_kph: float) -> npt.NDArray[np.int32]:
    """Time to cover lengths at one speed, as integer deciseconds rounded to nearest.

    Examples
    --------
    100 m at 4.5 km/h (1.25 m/s) is 80 s:

    >>> cost_ds([100.0, 0.0], 4.5).tolist()
    [800, 0]
    """
    return np.rint(np.asarray(length_m, dtype=np.float64) * (36.0 / speed_kph)).astype(np.int32)
