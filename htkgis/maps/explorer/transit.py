"""Times by public transport as columns, one for each window: what ``explorer/transit.js`` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.maps.packed import write_archive
from htkgis.units import UNREACHED

NONE = -1
"""Stands for what so many departures do not reach; a step to it packs smaller than to a limit."""


def pack_transit(windows: Mapping[str, npt.NDArray[np.int64]]) -> str:
    """Write times as text, end after end, and of each end start after start.

    Parameters
    ----------
    windows
        By name: deciseconds, ``UNREACHED`` where so many departures do not make it, shape
        (ends, starts), the same shape for all.

    Returns
    -------
    text
        As :func:`htkgis.maps.packed.write_archive` gives it: a column for each window.

    Examples
    --------
    >>> len(pack_transit({"rush": np.array([[600, UNREACHED]])})) > 0
    True
    """
    shapes = {times.shape for times in windows.values()}
    ends, starts = next(iter(shapes))
    columns: dict[str, tuple[Any, Any]] = {
        name: ("d", np.where(times < UNREACHED, times, NONE).ravel())
        for name, times in windows.items()
    }
    return write_archive({"ends": ends, "starts": starts}, columns)
