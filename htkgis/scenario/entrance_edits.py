"""Entrances as a scenario has them: more ways into a station, a park or any place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import AddEntrance, Edit
from htkgis.schema import ENTRANCES, check

from .place_edits import projected_point
from .states import places_in_state

ADDED, OWN_POINT = "added", "own point"
SAME_M = 1.0
"""Nearer to an entrance that is there, a new one is the same."""


def edited_entrances(
    entrances: gpd.GeoDataFrame,
    edits: Iterable[Edit],
    *,
    year: int,
    places: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Give the entrances of a year with those that a scenario adds.

    A place that was reached at its own point keeps it as an entrance: a new door to a station
    closes none.

    Parameters
    ----------
    entrances
        Contract ``ENTRANCES``; no rows where every place is a point.
    edits
        Of a scenario; those of other layers or years are passed over.
    year
        Of the state.
    places
        Contract ``PLACES``, with places of the scenario among them.
    outlines
        Contract ``OUTLINES``: of the places that are areas.
    streets
        Contract ``STREETS``, with streets of the scenario among them.

    Returns
    -------
    entrances
        Contract ``ENTRANCES``, new ones last; the very same table without edits of entrances.

    Raises
    ------
    SchemaError
        If a place is not there in the year, the entrance lies too far from it or from every
        street that people may walk along, or there is an entrance already.
    """
    own = [edit for edit in edits if isinstance(edit, AddEntrance) and edit.holds_in(year)]
    if not own:
        return entrances
    state = places_in_state(places, year=year)
    there = state[state["state"].eq("existing")]
    lines = streets.loc[streets["walk"].to_numpy(dtype=bool)].geometry.to_numpy()
    faults: list[str] = []
    # by id, so that the order of a file numbers no door
    for edit in sorted(own, key=lambda edit: edit.id):
        found = there["id"].eq(edit.place) | there["id"].str.split("@").str[0].eq(edit.place)
        if not found.any():
            faults.append(f"{edit.id!r}: there is no place {edit.place!r} in {year}")
            continue
        place = there[found].iloc[0]
        doors = entrances[entrances["place_id"].eq(place["id"])]
        point = projected_point(edit, places.crs)
        shape = _shape(place, outlines)
        wrong = list(_faults(edit, point, shape, doors, lines))
        faults += wrong
        if not wrong:
            entrances = _with_door(entrances, doors, place, point)
    if faults:
        msg = (
            f"scenario, add_entrance: {len(faults)} faults in {len(own)} edits: {first(faults)}. "
            "Correct the places, or draw the entrance to its street."
        )
        raise SchemaError(msg)
    return check(entrances, ENTRANCES, where="entrances of the scenario", crs=str(places.crs))


def _shape(place: pd.Series, outlines: gpd.GeoDataFrame) -> shapely.Geometry:
    drawn = outlines[outlines["place_id"].eq(place["id"])]
    return drawn.geometry.iloc[0] if len(drawn) else place["geometry"]


def _faults(
    edit: AddEntrance,
    point: shapely.Point,
    shape: shapely.Geometry,
    doors: gpd.GeoDataFrame,
    lines: np.ndarray,
) -> Iterator[str]:
    from_place_m = float(shapely.distance(shapely.boundary(shape) if shape.area else shape, point))
    if from_place_m > edit.from_place_m:
        yield (
            f"{edit.id!r}: lies {from_place_m:.0f} m from {edit.place}; {edit.from_place_m:g} m "
            "are allowed (from_place_m)"
        )
    from_street_m = float(shapely.distance(lines, point).min(initial=np.inf))
    if from_street_m > edit.within_m:
        yield (
            f"{edit.id!r}: lies {from_street_m:.0f} m from the nearest street that people may walk "
            f"along; {edit.within_m:g} m are allowed (within_m)"
        )
    known = [*doors.geometry, *([] if len(doors) or shape.area else [shape])]
    if any(shapely.distance(door, point) < SAME_M for door in known):
        yield f"{edit.id!r}: {edit.place} has an entrance there already"


def _with_door(
    entrances: gpd.GeoDataFrame, doors: gpd.GeoDataFrame, place: pd.Series, point: shapely.Point
) -> gpd.GeoDataFrame:
    """Add a door; before the first one of a place its own point becomes one."""
    kept = [] if len(doors) else [(OWN_POINT, place["geometry"])]
    rows = [*kept, (ADDED, point)]
    start = int(doors["number"].max()) + 1 if len(doors) else 0
    more = gpd.GeoDataFrame(
        {
            "place_id": [place["id"]] * len(rows),
            "number": np.arange(start, start + len(rows)),
            "kind": [kind for kind, _ in rows],
        },
        geometry=[shape for _, shape in rows],
        crs=entrances.crs,
    )
    if entrances.empty:
        return more
    joined = pd.concat([entrances, more], ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=entrances.crs)
