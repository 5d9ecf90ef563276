"""Where drawn lines meet streets: at a junction, or in between, where a street is cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.ops import substring

from htkgis.errors import SchemaError
from htkgis.schema.street_pieces import ADDITIVE, PIECE_FROM, PIECE_TO, whole_name

WGS84 = "EPSG:4326"
AT_JUNCTION_M = 0.5
"""Nearer to a junction than this, a new street ends at it: maps are drawn no more exactly."""


class Joining(NamedTuple):
    """Who joins streets: what a message calls it, its id, its modes, and how far it may reach."""

    what: str
    id: str
    modes: tuple[str, ...]
    within_m: float


def drawn_line(line: Sequence[tuple[float, float]], crs: Any) -> npt.NDArray[np.float64]:
    """Give the points of a line in degrees as positions in the streets' CRS, shape (n, 2)."""
    shape = gpd.GeoSeries([shapely.LineString(line)], crs=WGS84).to_crs(crs).iloc[0]
    return np.asarray(shapely.get_coordinates(shape), dtype=np.float64)


def reaching(
    coordinates: npt.NDArray[np.float64], joint: shapely.Point, *, at_start: bool
) -> npt.NDArray[np.float64]:
    """Let a line begin or end where it joins the street."""
    end = coordinates[0 if at_start else -1]
    point = shapely.get_coordinates(joint)
    if np.allclose(end, point[0], atol=1e-6, rtol=0):
        return coordinates
    return np.concatenate([point, coordinates] if at_start else [coordinates, point])


def joined(
    streets: gpd.GeoDataFrame, point: shapely.Point, who: Joining
) -> tuple[gpd.GeoDataFrame, str, shapely.Point]:
    """Make a junction where a line ends on the nearest street; give it and where it lies.

    Raises
    ------
    SchemaError
        If no street that one of the modes may use lies near enough.
    """
    usable = np.flatnonzero(streets[list(who.modes)].to_numpy(dtype=bool).any(axis=1))
    shapes = streets.geometry.to_numpy()
    away_m = shapely.distance(shapes[usable], point)
    near_m = float(away_m.min(initial=np.inf))
    if near_m > who.within_m:
        msg = (
            f"scenario, {who.what}: an end lies {near_m:.0f} m from the nearest street that "
            f"{' or '.join(who.modes)} may use; {who.within_m:g} m are allowed. Draw it to the "
            "street, or allow more (within_m)."
        )
        raise SchemaError(msg)
    # of several that meet there the first by id: the order of rows decides nothing
    nearest = usable[np.flatnonzero(away_m <= near_m + 1e-6)]
    row = min(nearest, key=lambda at: str(streets["id"].iloc[at]))
    along_m = float(shapely.line_locate_point(shapes[row], point))
    length_m = float(shapely.length(shapes[row]))
    joint = shapely.line_interpolate_point(shapes[row], along_m)
    for node, distance_m in (("from_node", along_m), ("to_node", length_m - along_m)):
        if distance_m <= AT_JUNCTION_M:
            end = shapely.get_point(shapes[row], 0 if node == "from_node" else -1)
            return streets, str(streets[node].iloc[row]), end
    node = f"{who.id}@{streets['id'].iloc[row]}"
    if node in set(streets["to_node"]):
        node = f"{node}'"  # both ends on one street
    return _cut(streets, int(row), along_m / length_m, node), node, joint


def _cut(streets: gpd.GeoDataFrame, row: int, share: float, node: str) -> gpd.GeoDataFrame:
    """Cut a street in two at a share of its line."""
    old = streets.iloc[row].to_dict()
    start = 0.0 if pd.isna(old.get(PIECE_FROM)) else float(old[PIECE_FROM])
    end = 1.0 if pd.isna(old.get(PIECE_TO)) else float(old[PIECE_TO])
    middle = start + share * (end - start)
    known = [name for name in ADDITIVE if name in old and not pd.isna(old[name])]
    whole = {
        name: old[name] if pd.isna(old.get(whole_name(name))) else old[whole_name(name)]
        for name in known
    }
    pieces = []
    for number, (low, high, ends) in enumerate(
        (
            (start, middle, {"to_node": node, "barrier_to": None}),
            (middle, end, {"from_node": node, "barrier_from": None}),
        )
    ):
        part = (0.0, share) if number == 0 else (share, 1.0)
        facts = {name: float(whole[name]) * (high - low) for name in known}
        facts |= {whole_name(name): float(whole[name]) for name in known}
        line = substring(old["geometry"], *part, normalized=True)
        made = {"id": f"{old['id']}#{number}", PIECE_FROM: low, PIECE_TO: high, "geometry": line}
        pieces.append(
            old | {key: value for key, value in ends.items() if key in old} | facts | made
        )
    return stacked(streets.drop(index=streets.index[row]), pieces)


def stacked(streets: gpd.GeoDataFrame, rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Put rows below a table, whose columns keep their types; new ones are numbers.

    Whole numbers become numbers where a row has none, as a new street of unknown stress.
    """
    more = gpd.GeoDataFrame(list(rows), geometry="geometry", crs=streets.crs)
    fresh = [name for name in more.columns if name not in streets.columns]
    table = streets.assign(**dict.fromkeys(fresh, np.nan))
    more = more.reindex(columns=table.columns)
    types = {n: t for n, t in table.dtypes.items() if n != "geometry"}
    for name, kind in types.items():
        if isinstance(kind, np.dtype) and kind.kind in "iu" and more[name].isna().any():
            types[name] = np.dtype("float64")
        elif isinstance(kind, pd.CategoricalDtype):
            types[name] = np.dtype("object")
    joined_rows = pd.concat([table.astype(types), more.astype(types)], ignore_index=True)
    return gpd.GeoDataFrame(joined_rows, geometry="geometry", crs=streets.crs)
