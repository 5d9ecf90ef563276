"""Jobs as a scenario has them: new ones, and other numbers where there are some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import AddJobs, ChangeJobs, Edit
from htkgis.schema import PLACES, check

from .place_edits import EXACT_M, projected_point, year_or_none

JOB_EDITS = (AddJobs, ChangeJobs)
LAST = 9999


def edited_jobs(places: gpd.GeoDataFrame, edits: Iterable[Edit]) -> gpd.GeoDataFrame:
    """Give the places of all years with the edits of jobs of a scenario.

    It takes whatever holds jobs: zones of a sketch, workplaces, or cells of jobs modelled over
    buildings. New jobs are of the layer of the first of them, so that a new workplace counts with
    its size class as the others do; they are added before that is done. They come on top of the
    total that was modelled. A place whose number changes stands twice: until the year as it was,
    and from then on as ``ID@YEAR``.

    Parameters
    ----------
    places
        Contract ``PLACES`` with ``layer``, places of a scenario among them
        (:func:`edited_places`), in a projected CRS.
    edits
        Of a scenario; those of other layers are passed over.

    Returns
    -------
    places
        Contract ``PLACES``; without edits of jobs the very same table.

    Raises
    ------
    SchemaError
        If there are no jobs, an id is taken, a place has no jobs or is not there in the years, the
        number is the one it has, or a sector is none of the layer's.

    Examples
    --------
    >>> import shapely
    >>> known = {name: None for name in PLACES.columns}
    >>> zone = known | {"id": "z", "name": "Z", "function": "business area", "unit": "jobs",
    ...     "opportunities": 900.0, "status": "existing", "position_accuracy_m": 100.0}
    >>> places = gpd.GeoDataFrame([zone], geometry=[shapely.Point(0, 0)], crs="EPSG:25832")
    >>> more = ChangeJobs(kind="change_jobs", place="z", jobs=1200.0, from_year=2030)
    >>> edited_jobs(places, [more])[["id", "opportunities"]].to_numpy().tolist()
    [['z', 900.0], ['z@2030', 1200.0]]
    """
    own = [edit for edit in edits if isinstance(edit, JOB_EDITS)]
    if not own:
        return places
    rows = places.to_dict("records")
    jobs = places[places["unit"].eq("jobs")]
    faults = list(_faults(rows, jobs, own))
    if faults:
        msg = (
            f"scenario: {len(faults)} of {len(own)} edits of jobs cannot be made: {first(faults)}. "
            "Correct them."
        )
        raise SchemaError(msg)
    for edit in sorted(own, key=lambda edit: edit.from_year):
        if isinstance(edit, AddJobs):
            rows.append(_new_row(edit, jobs))
        else:
            rows = [part for row in rows for part in _parts(row, edit)]
    whole = gpd.GeoDataFrame(rows, columns=places.columns, geometry="geometry", crs=places.crs)
    typed = whole.astype({name: kind for name, kind in places.dtypes.items() if name != "geometry"})
    return check(typed, PLACES, where="jobs of the scenario")


def _is_of(row: dict[str, Any], edit: ChangeJobs) -> bool:
    """Tell whether a row is a version of the place of an edit, and there when it holds."""
    begins, ends = _years(row)
    named = edit.place in (row["id"], row["id"].split("@")[0])
    return named and begins < (edit.to_year or LAST) and edit.from_year < ends


def _years(row: dict[str, Any]) -> tuple[int, int]:
    return year_or_none(row["valid_from"]) or 0, year_or_none(row["valid_to"]) or LAST


def _parts(row: dict[str, Any], edit: Edit) -> list[dict[str, Any]]:
    """Cut one version of a place where an edit begins and ends."""
    if not isinstance(edit, ChangeJobs) or not _is_of(row, edit):
        return [row]
    begins, ends = _years(row)
    until = min(edit.to_year or LAST, ends)
    number = {"opportunities": edit.jobs, "opportunities_low": None, "opportunities_high": None}
    base = row["id"].split("@")[0]
    parts = []
    if begins < edit.from_year:
        parts.append(row | {"valid_to": edit.from_year})
        own = {"id": f"{base}@{edit.from_year}", "valid_from": edit.from_year}
        parts.append(row | number | own)
    else:
        parts.append(row | number)
    if until < ends:
        parts[-1]["valid_to"] = until
        parts.append(row | {"id": f"{base}@{until}", "valid_from": until})
    return parts


def _new_row(edit: AddJobs, jobs: gpd.GeoDataFrame) -> dict[str, Any]:
    like = jobs.iloc[0]
    facts = {
        "id": edit.id,
        "name": edit.name,
        "name_en": edit.name_en,
        "function": like["function"],
        "opportunities": edit.jobs,
        "unit": "jobs",
        "sector": edit.sector,
        "status": "existing",
        "valid_from": edit.from_year,
        "valid_to": edit.to_year,
        "position_accuracy_m": EXACT_M,
        "note": edit.note or None,
        "note_en": edit.note_en or None,
        "layer": like.get("layer"),
        "geometry": projected_point(edit, jobs.crs),
    }
    return {str(name): facts.get(str(name)) for name in jobs.columns}


def _faults(rows: list[dict[str, Any]], jobs: gpd.GeoDataFrame, edits: list[Any]) -> Iterable[str]:
    sectors = sorted(set(jobs["sector"].dropna()))
    taken = {row["id"] for row in rows}
    for edit in edits:
        if isinstance(edit, ChangeJobs):
            yield from _change_faults(rows, edit)
            continue
        if jobs.empty:
            yield f"add_jobs {edit.id!r}: the catalog has no jobs that these could stand beside"
        if edit.id in taken:
            yield f"add_jobs {edit.id!r}: the id is taken"
        if edit.sector is not None and edit.sector not in sectors:
            allowed = first(sectors) if sectors else "none, for its jobs have no sectors"
            yield f"add_jobs {edit.id!r}: sector {edit.sector!r}; the layer allows {allowed}"


def _change_faults(rows: list[dict[str, Any]], edit: ChangeJobs) -> Iterable[str]:
    what = f"change_jobs {edit.place!r}"
    named = [row for row in rows if edit.place in (row["id"], row["id"].split("@")[0])]
    there = [row for row in named if _is_of(row, edit)]
    if not named:
        yield f"{what}: there is no such place"
    elif any(row["unit"] != "jobs" for row in named):
        yield f"{what}: it has no jobs but is a place of function {named[0]['function']!r}"
    elif not there or _years(there[0])[0] > edit.from_year:
        yield f"{what}: it is not there in {edit.from_year}"
    elif all(row["opportunities"] == edit.jobs for row in there):
        yield f"{what}: it has {edit.jobs:g} jobs already"
    elif pd.isna(there[0]["opportunities"]):
        yield f"{what}: its number of jobs is not known"
