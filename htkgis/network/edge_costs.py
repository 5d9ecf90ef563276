"""What a mode takes along each street both ways, and along which its trips may start or end."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.schema.street_pieces import PASSED_ONLY

from .cost_rules import costs_ds
from .modes import Mode, travel_kph
from .pieces import piece_ds, wholes

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

CLOSED = -1
"""Cost of an edge in a direction in which the mode may not pass it."""


def both_ways_ds(streets: gpd.GeoDataFrame, mode: Mode) -> tuple[Ints, Ints]:
    """Give the time along each street and against it; a piece has its part of the whole.

    Parameters
    ----------
    streets
        Table ``STREETS`` with the columns of the mode; those that it may use.
    mode
        Mode that travels.

    Returns
    -------
    forward_ds, backward_ds
        Deciseconds, shape (m,) each; ``CLOSED`` where the mode may not pass.

    Examples
    --------
    A street of 100 m that bicycles pass one way, at 18 km/h (20 s):

    >>> from htkgis.network.modes import Mode
    >>> rows = gpd.GeoDataFrame({"length_m": [100.0], "oneway": [True], "bike": [True]})
    >>> both_ways_ds(rows, Mode("bike", 18.0, oneway="oneway"))
    (array([200], dtype=int32), array([-1], dtype=int32))
    """
    whole = wholes(streets)
    length_m = whole["length_m"].to_numpy(dtype=np.float64)
    whole_ds = costs_ds(whole, _bare_ds(whole, length_m, mode), mode.costs)
    forward_ds, backward_ds = (piece_ds(streets, each) for each in whole_ds)
    if mode.oneway is not None:
        backward_ds[streets[mode.oneway].to_numpy(dtype=bool)] = CLOSED
    return forward_ds, backward_ds


def stopping_edges(streets: gpd.GeoDataFrame, mode: Mode) -> npt.NDArray[np.bool_]:
    """Tell along which streets a trip of the mode may start or end, shape (m,)."""
    stops: npt.NDArray[np.bool_] = streets[mode.stops or mode.used].to_numpy(dtype=bool)
    if PASSED_ONLY in streets:
        stops = stops & ~streets[PASSED_ONLY].eq(1).to_numpy(dtype=bool)
    return stops


def _bare_ds(streets: gpd.GeoDataFrame, length_m: Floats, mode: Mode) -> Floats:
    """Time that length over speed takes on each street, in deciseconds, not rounded."""
    if mode.speeds is None:
        return length_m * (36.0 / (mode.speed_kph * mode.share))
    return length_m / travel_kph(streets, mode) * 36.0
