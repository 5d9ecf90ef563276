"""Stops that edits of a timetable add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import AddLine, AddStop, Edit, NewStop, RerouteLine
from htkgis.schema import Timetable

from .timetable_calls import stacked

WGS84 = "EPSG:4326"


def called_at(edit: Edit) -> tuple[NewStop, ...]:
    """Give the stops at which an edit makes trips call."""
    if isinstance(edit, AddLine | RerouteLine):
        return edit.stops
    return (edit,) if isinstance(edit, AddStop) else ()


def new_stops(edits: Iterable[Edit], *, crs: object) -> gpd.GeoDataFrame:
    """Give the stops that edits add, as contract ``STOPS``, by id.

    Several edits may use one new stop: those that describe it say the same of it.

    Raises
    ------
    SchemaError
        If two edits say different things of one.
    """
    by_id: dict[str, NewStop] = {}
    for edit in edits:
        for stop in called_at(edit):
            if not stop.is_new:
                continue
            other = by_id.setdefault(stop.stop, stop)
            if _facts(other) != _facts(stop):
                msg = (
                    f"scenario: stop {stop.stop!r} is described in two ways; one name "
                    "and place of a new stop is allowed. Give it twice alike, or another id."
                )
                raise SchemaError(msg)
    made = [by_id[name] for name in sorted(by_id)]
    points = gpd.GeoSeries([shapely.Point(stop.lon, stop.lat) for stop in made], crs=WGS84)
    return gpd.GeoDataFrame(
        {
            "stop_id": pd.Series([stop.stop for stop in made], dtype=object),
            "name": pd.Series([stop.name for stop in made], dtype=object),
            "parent_station": pd.Series([None for _ in made], dtype=object),
            "wheelchair": pd.Series([stop.wheelchair for stop in made], dtype="boolean"),
        },
        geometry=points.to_crs(crs),
        crs=crs,
    )


def _facts(stop: NewStop) -> tuple[object, ...]:
    return stop.stop, stop.name, stop.lat, stop.lon, stop.wheelchair


def with_new_stops(timetable: Timetable, edits: Sequence[Edit]) -> Timetable:
    """Give the timetable the stops that edits add.

    Raises
    ------
    SchemaError
        If an id is taken, or two edits say different things of one stop.
    """
    more = new_stops(edits, crs=timetable.stops.crs)
    taken = more.loc[more["stop_id"].isin(timetable.stops["stop_id"]), "stop_id"]
    if len(taken):
        msg = (
            f"scenario: {len(taken)} of {len(more)} new stops have the id of a stop that there "
            f"is: {first(taken)}; other ids are allowed. Choose another, or leave out name, lat "
            "and lon to call at that stop."
        )
        raise SchemaError(msg)
    stops = stacked(timetable.stops, more).sort_values("stop_id", ignore_index=True)
    return replace(timetable, stops=stops)


def check_new_stops(
    edits: Iterable[Edit], streets: gpd.GeoDataFrame, *, year: int, max_snap_m: float
) -> None:
    """Refuse new stops that nobody can walk to.

    Parameters
    ----------
    edits, year
        Of a scenario, and of its state.
    streets
        Contract ``STREETS``, those of the year.
    max_snap_m
        How far from a street that can be walked a point may lie.

    Raises
    ------
    SchemaError
        If a new stop lies farther from all of them.
    """
    added = new_stops([edit for edit in edits if edit.holds_in(year)], crs=streets.crs)
    if added.empty:
        return
    walked = streets.geometry[streets["walk"].to_numpy(dtype=bool)]
    tree = shapely.STRtree(walked.to_numpy())
    nearest = tree.query_nearest(
        added.geometry.to_numpy(), max_distance=max_snap_m, all_matches=False
    )
    lost = sorted(set(range(len(added))) - set(nearest[0].tolist()))
    if lost:
        named = [f"{added['stop_id'].iloc[row]} ({added['name'].iloc[row]})" for row in lost]
        msg = (
            f"scenario: {len(lost)} of {len(added)} new stops lie farther than {max_snap_m:g} m "
            f"from every street that can be walked: {first(named)}; nobody would get there. "
            "Correct lat and lon, or add a street to it."
        )
        raise SchemaError(msg)
