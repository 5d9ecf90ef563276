"""What a street is like besides its line, as columns: the same ones from every reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .stress import stress_levels

COLUMNS = (
    "crossings",
    "signals",
    "lit",
    "limit_kph",
    "lanes",
    "cycleway",
    "lts",
    "route",
)
"""Columns beside the contract ``STREETS``; see :func:`surroundings`."""


def surroundings(
    *,
    kind: Sequence[Any],
    limit_kph: Sequence[float],
    lanes: Sequence[float],
    cycleway: Sequence[str | None],
    lit: Sequence[str | None],
    route: Sequence[bool],
    waits: Mapping[str, npt.NDArray[np.float64]],
) -> dict[str, pd.Series]:
    """Make the columns that costs besides length and speed are counted from.

    Parameters
    ----------
    kind
        ``highway`` value of each street, shape (m,); the other sequences have the same shape.
    limit_kph
        Speed limit in km/h whoever may use the street; NaN where nothing is decided.
    lanes
        Lanes of both directions; NaN where nothing is said.
    cycleway
        What bikes have along the whole street: ``track``, ``lane`` or None.
    lit
        Light after dark: ``yes``, ``no``, or None where nothing is said.
    route
        Whether a marked cycle route runs along.
    waits
        ``crossings`` and ``signals``, counts >= 0, as
        :func:`htkgis.loaders.crossings.counted_waits` gives them.

    Returns
    -------
    columns
        By the names of ``COLUMNS``, each by a plain index; ``lts`` is the level of traffic
        stress, 1 to 4.

    Examples
    --------
    >>> columns = surroundings(
    ...     kind=["tertiary"], limit_kph=[50.0], lanes=[2.0], cycleway=[None], lit=["yes"],
    ...     route=[False], waits={"crossings": np.zeros(1), "signals": np.ones(1)})
    >>> {name: values.item() for name, values in columns.items() if name != "cycleway"}
    {'crossings': 0.0, 'signals': 1.0, 'lit': 'yes', 'limit_kph': 50.0, 'lanes': 2.0, \
'lts': 3, 'route': False}
    """
    limit, count = (pd.Series(values, dtype="float64") for values in (limit_kph, lanes))
    kinds, beside, light = (pd.Series(values, dtype=object) for values in (kind, cycleway, lit))
    columns = {
        **{name: pd.Series(values) for name, values in waits.items()},
        "lit": light,
        "limit_kph": limit,
        "lanes": count,
        "cycleway": beside,
        "lts": stress_levels(kinds, limit, count, beside),
        "route": pd.Series(route, dtype=bool),
    }
    return {name: columns[name] for name in COLUMNS}
