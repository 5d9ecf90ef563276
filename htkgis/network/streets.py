"""Which streets make the graph of a mode, and which faults would make it wrong."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from htkgis.errors import ConfigError, NetworkError, SchemaError, first
from htkgis.units import UNREACHED


def usable_streets(streets: gpd.GeoDataFrame, mode: str, speed_kph: float) -> gpd.GeoDataFrame:
    """Pick the streets of a mode, or say why they cannot make a graph.

    Parameters
    ----------
    streets
        Table ``STREETS`` with a flag column named like ``mode``.
    mode
        Name of the flag column.
    speed_kph
        Speed on every street in km/h.

    Returns
    -------
    used
        The rows that are open to the mode, at least one, columns unchanged.

    Raises
    ------
    ConfigError, SchemaError, NetworkError
        As :func:`~htkgis.network.graph.build_graph`, which passes them on.
    """
    if not (np.isfinite(speed_kph) and speed_kph > 0):
        msg = f"speed_kph ({mode}): {speed_kph!r} is no speed; a number above 0 km/h is allowed. "
        raise ConfigError(msg + "Correct the speed in study.toml.")
    if mode not in streets.columns:
        msg = (
            f"streets ({mode}): no column {mode!r} that says which streets the mode may use; "
            f"found {first(map(str, streets.columns))}. Add the flag when loading the streets."
        )
        raise SchemaError(msg)
    used = streets[streets[mode].to_numpy(dtype=bool)]
    if used.empty:
        msg = (
            f"streets ({mode}): none of {len(streets)} streets is open to {mode}; at least one "
            "is needed. Check the area of the streets and the rules of the mode."
        )
        raise NetworkError(msg)
    _check_streets(used, mode, speed_kph)
    return used


def _check_streets(used: gpd.GeoDataFrame, mode: str, speed_kph: float) -> None:
    """Refuse streets that would put a wrong or uncountable cost into the graph."""
    length_m = used["length_m"].to_numpy(dtype=np.float64)
    ids = used["id"].to_numpy()
    no_line = shapely.get_num_coordinates(used.geometry.to_numpy()) <= 1
    no_length = ~(np.isfinite(length_m) & (length_m >= 0))
    problems = [
        f"{int(rows.sum())} of {len(used)} streets have {what}: {first(ids[rows].tolist())}"
        for rows, what in ((no_line, "no line"), (no_length, "no length of 0 m or more"))
        if rows.any()
    ]
    if problems:
        msg = f"streets ({mode}): {'; '.join(problems)}. Correct the streets."
        raise SchemaError(msg)
    limit_m = (UNREACHED - 1) * speed_kph / 36.0
    long = length_m > limit_m
    if long.any():
        msg = (
            f"streets ({mode}): {int(long.sum())} of {len(used)} streets are too long: "
            f"{first(ids[long].tolist())}; at {speed_kph:g} km/h at most {limit_m:.0f} m are "
            "allowed. Correct length_m, or the speed."
        )
        raise NetworkError(msg)
