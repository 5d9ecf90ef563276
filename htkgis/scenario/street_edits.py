"""Streets as a scenario has them in a year: new ways that join those there are, and closed ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import AddStreet, CloseStreet, Edit
from htkgis.schema.street_pieces import ADDITIVE, PIECE_FROM, PIECE_TO, whole_name

WGS84 = "EPSG:4326"
AT_JUNCTION_M = 0.5
"""Nearer to a junction than this, a new street ends at it: maps are drawn no more exactly."""


def edited_streets(
    streets: gpd.GeoDataFrame, edits: Iterable[Edit], *, year: int
) -> gpd.GeoDataFrame:
    """Give the streets of a year with the edits of a scenario.

    A new street joins at each end the nearest street that one of its modes may use: at its
    junction, or in between, where the street is cut in two. The pieces take as long as the whole
    (:mod:`htkgis.schema.street_pieces`), so that trips that do not use the new street stay as
    they are.

    Parameters
    ----------
    streets
        Contract ``STREETS``, in a projected CRS.
    edits
        Of a scenario, in its order; those of other layers or years are passed over.
    year
        Of the state.

    Returns
    -------
    streets
        Contract ``STREETS``; without edits of streets in this year the very same table.

    Raises
    ------
    SchemaError
        If an end lies farther from every street than the edit allows, an id is taken, or what is
        to be closed is not there.
    """
    for edit in edits:
        if not edit.holds_in(year):
            continue
        if isinstance(edit, AddStreet):
            streets = _added(streets, edit)
        elif isinstance(edit, CloseStreet):
            streets = _closed(streets, edit)
    return streets


def _added(streets: gpd.GeoDataFrame, edit: AddStreet) -> gpd.GeoDataFrame:
    if edit.id in set(streets["id"]):
        msg = f"scenario, add_street {edit.id!r}: the id is taken by a street. Choose another id."
        raise SchemaError(msg)
    line = gpd.GeoSeries([shapely.LineString(edit.line)], crs=WGS84).to_crs(streets.crs).iloc[0]
    coordinates = shapely.get_coordinates(line)
    nodes = []
    for place in (0, -1):
        point = shapely.Point(coordinates[place])
        streets, node, joint = _joined(streets, point, edit)
        nodes.append(node)
        coordinates = _reaching(coordinates, joint, at_start=place == 0)
    drawn = shapely.LineString(coordinates)
    row: dict[str, Any] = {str(name): None for name in streets.columns}
    row |= {str(name): False for name in streets.columns if streets[name].dtype == bool}
    row |= {
        "id": edit.id,
        "from_node": nodes[0],
        "to_node": nodes[1],
        "length_m": float(drawn.length),
        "kind": edit.street_kind,
        "name": edit.name,
        "bridge": edit.structure == "bridge",
        "tunnel": edit.structure == "tunnel",
        "geometry": drawn,
    }
    row |= {str(mode): True for mode in edit.modes}
    own = {str(name): row[str(name)] for name in streets.columns}
    return _stacked(streets, [own])


def _reaching(coordinates: Any, joint: shapely.Point, *, at_start: bool) -> Any:
    """Let a line begin or end where it joins the street."""
    end = coordinates[0 if at_start else -1]
    point = shapely.get_coordinates(joint)
    if np.allclose(end, point[0], atol=1e-6, rtol=0):
        return coordinates
    return np.concatenate([point, coordinates] if at_start else [coordinates, point])


def _joined(
    streets: gpd.GeoDataFrame, point: shapely.Point, edit: AddStreet
) -> tuple[gpd.GeoDataFrame, str, shapely.Point]:
    """Make a junction where a new street meets the nearest one; give it and where it lies."""
    usable = np.flatnonzero(streets[list(edit.modes)].to_numpy(dtype=bool).any(axis=1))
    shapes = streets.geometry.to_numpy()
    away_m = shapely.distance(shapes[usable], point)
    near_m = float(away_m.min(initial=np.inf))
    if near_m > edit.within_m:
        msg = (
            f"scenario, add_street {edit.id!r}: an end lies {near_m:.0f} m from the nearest street "
            f"that {' or '.join(edit.modes)} may use; {edit.within_m:g} m are allowed. Draw it to "
            "the street, or allow more (within_m)."
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
    node = f"{edit.id}@{streets['id'].iloc[row]}"
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
    return _stacked(streets.drop(index=streets.index[row]), pieces)


def _stacked(streets: gpd.GeoDataFrame, rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Put rows below a table, whose columns keep their types; new ones are numbers."""
    more = gpd.GeoDataFrame(list(rows), geometry="geometry", crs=streets.crs)
    fresh = [name for name in more.columns if name not in streets.columns]
    table = streets.assign(**dict.fromkeys(fresh, np.nan))
    more = more.reindex(columns=table.columns)
    types = {n: t for n, t in table.dtypes.items() if n != "geometry"}
    joined = pd.concat([table, more.astype(types)], ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=streets.crs)


def _closed(streets: gpd.GeoDataFrame, edit: CloseStreet) -> gpd.GeoDataFrame:
    whole = streets["id"].astype(str).str.split("#").str[0]
    chosen = streets["id"].isin(edit.streets) | whole.isin(edit.streets)
    missing = sorted(set(edit.streets) - set(streets["id"]) - set(whole))
    idle = chosen & ~streets[list(edit.modes)].astype(bool).any(axis=1)
    faults = [f"{name!r} is no street" for name in missing]
    faults += [f"{name!r} is closed already" for name in streets.loc[idle, "id"]]
    if faults:
        msg = (
            f"scenario, close_street: {len(faults)} of {len(edit.streets)} streets cannot be "
            f"closed: {first(faults)}. Correct their ids."
        )
        raise SchemaError(msg)
    return streets.assign(**{mode: streets[mode] & ~chosen for mode in edit.modes})
