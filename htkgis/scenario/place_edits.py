"""Places as a scenario has them: added, moved and closed, each from its year on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import AddPlace, ClosePlace, Edit, MovePlace, Placed
from htkgis.schema import PLACES, check

WGS84 = "EPSG:4326"
PLACE_EDITS = (AddPlace, MovePlace, ClosePlace)
SCENARIO = "scenario"
"""Layer that a new place is of, in a table of the places of all layers."""
EXACT_M = 10.0
"""How exactly a place that a planner sets is known, in metres: as a click on a map."""


def edited_places(places: gpd.GeoDataFrame, edits: Iterable[Edit]) -> gpd.GeoDataFrame:
    """Give the places of all years with the edits of a scenario.

    A place that moves stands twice: until the year where it was, and from then on, as
    ``ID@YEAR``, where it goes. Which of them exists in a year, :func:`places_in_state` says.

    Parameters
    ----------
    places
        Contract ``PLACES``, in a projected CRS.
    edits
        Of a scenario; those of other layers are passed over.

    Returns
    -------
    places
        Contract ``PLACES``; without edits of places the very same rows.

    Raises
    ------
    SchemaError
        If an edit is of no place there is, or of one that is gone by then or not there yet, or adds
        one whose id is taken.

    Examples
    --------
    >>> from htkgis.scenario_rules import ClosePlace
    >>> known = {name: None for name in PLACES.columns}
    >>> school = known | {"id": "s", "name": "S", "function": "school", "opportunities": 1.0,
    ...                   "unit": "places", "status": "existing", "position_accuracy_m": 5.0}
    >>> places = gpd.GeoDataFrame([school], geometry=[shapely.Point(0, 0)], crs="EPSG:25832")
    >>> closing = ClosePlace(kind="close_place", place="s", from_year=2030)
    >>> edited_places(places, [closing])["valid_to"].tolist()
    [2030]
    """
    own = [edit for edit in edits if isinstance(edit, PLACE_EDITS)]
    if not own:
        return places
    _check(places, own)
    rows = places.to_dict("records")
    for edit in sorted(own, key=lambda edit: edit.from_year):
        if isinstance(edit, AddPlace):
            rows.append(_new_row(edit, places))
        else:
            rows += _versions(_standing(rows, edit), edit, places)
    # a version that the next edit ended in the year it began was never there
    rows = rows[: len(places)] + [
        row
        for row in rows[len(places) :]
        if year_or_none(row["valid_to"]) != year_or_none(row["valid_from"])
    ]
    whole = gpd.GeoDataFrame(rows, columns=places.columns, geometry="geometry", crs=places.crs)
    typed = whole.astype({name: kind for name, kind in places.dtypes.items() if name != "geometry"})
    return check(typed, PLACES, where="places of the scenario")


def _standing(rows: list[dict[str, Any]], edit: Any) -> dict[str, Any]:
    """Find the version of a place that is there when an edit begins."""
    own = [row for row in rows if row["id"].split("@")[0] == edit.place or row["id"] == edit.place]
    there = [
        row
        for row in own
        if year_or_none(row["valid_to"]) is None or edit.from_year < row["valid_to"]
    ]
    return (there or own)[0]


def _versions(row: dict[str, Any], edit: Any, places: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """End a place, and give where it is from then on: elsewhere, and here again afterwards."""
    until = year_or_none(row["valid_to"])
    before = dict(row)
    row["valid_to"] = edit.from_year
    made = []
    if isinstance(edit, MovePlace):
        moved = before | _at(edit, places) | {"id": f"{edit.place}@{edit.from_year}"}
        made.append(moved | _years(edit, until))
    if edit.to_year is not None and (until is None or edit.to_year < until):
        again = {"id": f"{edit.place}@{edit.to_year}", "valid_from": edit.to_year}
        made.append(before | again)
    return made


def year_or_none(value: Any) -> int | None:
    """Give a year as a whole number; None where there is none."""
    return None if pd.isna(value) else int(value)


def _years(edit: Edit, until: int | None) -> dict[str, int | None]:
    """Give the years of a place that an edit makes: no longer than the place itself."""
    ends = [year for year in (edit.to_year, until) if year is not None]
    return {"valid_from": edit.from_year, "valid_to": min(ends, default=None)}


def _at(edit: Placed, places: gpd.GeoDataFrame) -> dict[str, Any]:
    # where it goes only a point is known, whatever was drawn of where it was
    outline = {"outline": None} if "outline" in places.columns else {}
    return {
        "geometry": projected_point(edit, places.crs),
        "position_accuracy_m": EXACT_M,
    } | outline


def projected_point(edit: Placed, crs: Any) -> shapely.Point:
    """Give where an edit is, in a CRS."""
    return gpd.GeoSeries([shapely.Point(edit.lon, edit.lat)], crs=WGS84).to_crs(crs).iloc[0]


def _new_row(edit: AddPlace, places: gpd.GeoDataFrame) -> dict[str, Any]:
    known = {
        "id": edit.id,
        "name": edit.name,
        "name_en": edit.name_en,
        "function": edit.function,
        "opportunities": edit.opportunities,
        "unit": "places",
        "status": "existing",
        "note": edit.note or None,
        "note_en": edit.note_en or None,
        "layer": SCENARIO,
    }
    facts = known | _years(edit, None) | _at(edit, places)
    return {name: facts.get(name) for name in places.columns}


def _check(places: gpd.GeoDataFrame, edits: list[Any]) -> None:
    """Refuse edits that touch nothing, or make what is there already."""
    known = places.set_index("id")
    faults = []
    for edit in edits:
        if isinstance(edit, AddPlace):
            if edit.id in known.index:
                faults.append(f"add_place {edit.id!r}: the id is taken")
        elif edit.place not in known.index:
            faults.append(f"{edit.kind} {edit.place!r}: there is no such place")
        else:
            begins, ends = (
                year_or_none(known[name][edit.place]) for name in ("valid_from", "valid_to")
            )
            if ends is not None and ends <= edit.from_year:
                faults.append(f"{edit.kind} {edit.place!r}: it is gone since {ends}")
            if begins is not None and edit.from_year < begins:
                faults.append(f"{edit.kind} {edit.place!r}: it is not there before {begins}")
    if faults:
        msg = (
            f"scenario: {len(faults)} of {len(edits)} edits of places touch nothing: "
            f"{first(faults)}. Correct the ids (htkgis check lists places) or the years."
        )
        raise SchemaError(msg)
