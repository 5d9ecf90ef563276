"""Which streets make the graph of a mode, and which faults would make it wrong."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from htkgis.errors import NetworkError, SchemaError, first
from htkgis.units import UNREACHED

from .modes import Mode, travel_kph


def usable_streets(streets: gpd.GeoDataFrame, mode: Mode) -> gpd.GeoDataFrame:
    """Pick the streets of a mode, or say why they cannot make a graph.

    Parameters
    ----------
    streets
        Table ``STREETS`` with the columns of the mode.
    mode
        Mode that travels.

    Returns
    -------
    used
        The rows that are open to the mode, at least one, columns unchanged.

    Raises
    ------
    SchemaError, NetworkError
        As :func:`~htkgis.network.graph.build_graph`, which passes them on.
    """
    missing = [column for column in mode.columns if column not in streets.columns]
    if missing:
        msg = (
            f"streets ({mode.name}): no column {missing[0]!r} that says which streets the mode may "
            f"use, and how; found {first(map(str, streets.columns))}. Add it when loading the "
            "streets."
        )
        raise SchemaError(msg)
    may_use = streets[mode.name].to_numpy(dtype=bool)
    used = streets if may_use.all() and len(streets) else streets[may_use]
    if used.empty:
        msg = (
            f"streets ({mode.name}): none of {len(streets)} streets is open to {mode.name}; "
            "at least one is needed. Check the area of the streets and the rules of the mode."
        )
        raise NetworkError(msg)
    _check_streets(used, mode)
    return used


def _check_streets(used: gpd.GeoDataFrame, mode: Mode) -> None:
    """Refuse streets that would put a wrong or uncountable cost into the graph."""
    length_m = used["length_m"].to_numpy(dtype=np.float64)
    speeds_kph = travel_kph(used, mode)
    no_line = shapely.get_num_coordinates(used.geometry.to_numpy()) <= 1
    no_length = ~(np.isfinite(length_m) & (length_m >= 0))
    no_speed = ~(np.isfinite(speeds_kph) & (speeds_kph > 0))
    problems = [
        f"{int(rows.sum())} of {len(used)} streets have {what}: {first(used['id'][rows].tolist())}"
        for rows, what in (
            (no_line, "no line"),
            (no_length, "no length of 0 m or more"),
            (no_speed, "no speed above 0 km/h"),
        )
        if rows.any()
    ]
    if problems:
        msg = f"streets ({mode.name}): {'; '.join(problems)}. Correct the streets."
        raise SchemaError(msg)
    limit_m = (UNREACHED - 1) * speeds_kph / 36.0
    long = length_m > limit_m
    if long.any():
        row = int(np.flatnonzero(long)[0])
        msg = (
            f"streets ({mode.name}): {int(long.sum())} of {len(used)} streets are too long: "
            f"{first(used['id'][long].tolist())}; at {speeds_kph[row]:g} km/h at most "
            f"{limit_m[row]:.0f} m are allowed. Correct length_m, or the speed."
        )
        raise NetworkError(msg)
