"""Where people live as a scenario has it: new homes, and homes that are taken down.

One edit of dwellings acts on three tables, each where it can be seen: persons by address, the
numbers that are told of a housing area, and the addresses from which an area's ways are measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import AddDwellings, Edit

from .place_edits import SCENARIO

WGS84 = "EPSG:4326"
COUNTS = ("dwellings", "population")


def edited_residents(
    residents: gpd.GeoDataFrame,
    edits: Iterable[Edit],
    *,
    year: int,
    areas: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    counted: int | None = None,
) -> gpd.GeoDataFrame:
    """Give the residents of a year with the edits of dwellings of a scenario.

    Who moves out leaves first, whatever the order of the edits: each address of the outline or
    area loses the same part of its persons, for which blocks go is not known of addresses. New
    homes are points of their own; those of a whole area come to its addresses, in proportion to
    the persons there.

    Parameters
    ----------
    residents
        ``id``, ``persons``, ``area_id``, ``district_id`` and points, of the municipality; no rows
        where the catalog knows none.
    edits
        Of a scenario; those of other layers or years are passed over.
    year
        Of the state.
    areas, districts, municipality
        Polygons with ``id``.
    counted
        Year in which the residents were counted: what was built by then is counted already.

    Returns
    -------
    residents
        The same columns; without edits of dwellings in this year, or without residents, the very
        same table.

    Raises
    ------
    SchemaError
        If fewer live in an outline or area than are to leave, an area is unknown, homes lie
        outside the municipality, an id is taken, or an edit was counted already. Where no
        residents are known, if homes lie in no housing area: no figure would know of them.
    """
    own = _of_year(edits, year)
    if not own:
        return residents
    faults = [*_unknown_areas(own, areas), *_counted(own, counted)]
    if residents.empty:
        faults += list(_seen_by_nobody(own, areas))
        _refuse(faults, own)
        return residents
    _refuse(faults, own)
    for edit in own:
        residents = _moved(residents, edit) if _is_spread(edit) else residents
    new = [_new_homes(edit, residents.crs) for edit in own if not _is_spread(edit)]
    return _with_homes(residents, new, areas, districts, municipality) if new else residents


def edited_areas(areas: gpd.GeoDataFrame, edits: Iterable[Edit], *, year: int) -> gpd.GeoDataFrame:
    """Give the housing areas of a year with the dwellings and persons of a scenario.

    Parameters
    ----------
    areas
        Contract ``AREAS``, with ``dwellings_year`` and ``population_year``.
    edits, year
        As for :func:`edited_residents`.

    Returns
    -------
    areas
        Where homes were built or taken down, ``dwellings`` and ``population`` (whole persons) are
        those of ``year``, and say so; a number that is not known stays so. Without such edits the
        very same table.

    Raises
    ------
    SchemaError
        If an area would be left with less than nothing, or its numbers are of a year in which the
        edit held already.
    """
    own = _of_year(edits, year)
    faults: list[str] = []
    after = areas
    for edit in own:
        if edit.area is not None and edit.area not in set(areas["id"]):
            continue  # the residents say so
        for area, part in _parts_by_area(edit, areas).items():
            row = areas["id"].eq(area).to_numpy(dtype=bool)
            for name, more in (("dwellings", edit.dwellings), ("population", edit.new_persons)):
                faults += _counted_before(edit, areas[row].iloc[0], name)
                after = _with_more(after, row, name, part * more, year)
    for name in COUNTS:
        short = after.loc[after[name] < 0, "id"] if own else []
        faults += [f"{area!r} would be left with less than no {name}" for area in short]
    _refuse(faults, own)
    return after


def edited_origins(
    origins: gpd.GeoDataFrame, edits: Iterable[Edit], *, year: int, areas: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Give the origins of a year: new homes within a housing area are addresses of it.

    Gates stay as they are, for nobody knows through which one new homes are left; and so do the
    addresses of homes that go, for which of them go is not known.

    Parameters
    ----------
    origins
        Contract ``ORIGINS``, gates or addresses.
    edits, year, areas
        As for :func:`edited_residents`.

    Returns
    -------
    origins
        Contract ``ORIGINS``; the very same table where nothing is new.
    """
    if not origins["kind"].eq("address").any():
        return origins
    new = [_new_homes(edit, origins.crs) for edit in _of_year(edits, year) if not _is_spread(edit)]
    if not new:
        return origins
    homes = pd.concat(new, ignore_index=True)
    homes["area_id"] = ids_around(homes, areas)
    homes = homes[homes["area_id"].notna()]
    if homes.empty:
        return origins
    return _below(origins, homes.assign(kind="address", name=homes["id"], layer=SCENARIO))


def ids_around(points: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Give the id of the first outline that holds each point; None outside all."""
    found = np.full(len(points), None, dtype=object)
    for row in outlines.iloc[::-1].itertuples():
        found[points.within(row.geometry).to_numpy()] = row.id
    return found


def _of_year(edits: Iterable[Edit], year: int) -> list[AddDwellings]:
    """List the edits that hold, in an order that is not the file's: those that take come first."""
    own = [edit for edit in edits if isinstance(edit, AddDwellings) and edit.holds_in(year)]
    return sorted(own, key=lambda edit: (edit.dwellings > 0, edit.id))


def _is_spread(edit: AddDwellings) -> bool:
    """Tell whether an edit changes addresses there are, rather than adding some."""
    return edit.dwellings < 0 or edit.area is not None


def _outline(edit: AddDwellings, crs: Any) -> shapely.Geometry:
    shape = shapely.Point(edit.lon, edit.lat) if edit.outline is None else None
    shape = shape or shapely.make_valid(shapely.Polygon(edit.outline))
    return gpd.GeoSeries([shape], crs=WGS84).to_crs(crs).iloc[0]


def _new_homes(edit: AddDwellings, crs: Any) -> gpd.GeoDataFrame:
    """Place new homes: at their point, or evenly within their outline."""
    shape = _outline(edit, crs)
    west, south, east, north = shape.bounds
    step = edit.spacing_m
    x, y = np.meshgrid(
        np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    )
    points = shapely.points(x.ravel(), y.ravel())
    points = points[shapely.contains(shape, points)]
    if len(points) == 0:
        points = np.array([shape.representative_point()])
    ids = [edit.id] if len(points) == 1 else [f"{edit.id}_{n}" for n in range(len(points))]
    each = edit.new_persons / len(points)
    return gpd.GeoDataFrame({"id": ids, "persons": each}, geometry=points, crs=crs)


def _moved(residents: gpd.GeoDataFrame, edit: AddDwellings) -> gpd.GeoDataFrame:
    """Let the addresses of an outline or an area gain or lose alike."""
    if edit.area is None:
        inside = residents.within(_outline(edit, residents.crs)).to_numpy()
        where = "the outline"
    else:
        inside = residents["area_id"].eq(edit.area).to_numpy(dtype=bool)
        where = edit.area
    there = float(residents.loc[inside, "persons"].sum())
    if not inside.any() or there <= 0 or there + edit.new_persons < 0:
        msg = (
            f"scenario, add_dwellings {edit.id!r}: {abs(edit.new_persons):,.0f} persons are to "
            f"{'leave' if edit.dwellings < 0 else 'come'}, and {there:,.0f} live at the "
            f"{int(inside.sum())} addresses of {where}; as many as leave, or somebody to come to, "
            "is needed. Correct the number or the place."
        )
        raise SchemaError(msg)
    factor = (there + edit.new_persons) / there
    persons = residents["persons"].where(~inside, residents["persons"] * factor)
    return residents.assign(persons=persons)


def _with_homes(
    residents: gpd.GeoDataFrame,
    new: list[gpd.GeoDataFrame],
    areas: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    homes = pd.concat(new, ignore_index=True)
    outside = ~homes.within(municipality.geometry.union_all()).to_numpy()
    taken = homes["id"].isin(residents["id"]).to_numpy()
    faults = [f"{name!r} lies outside the municipality" for name in homes.loc[outside, "id"]]
    faults += [f"{name!r} is the id of an address" for name in homes.loc[taken, "id"]]
    if faults:
        msg = (
            f"scenario, add_dwellings: {len(faults)} of {len(homes)} points of new homes cannot be "
            f"used: {first(faults)}. Correct the places or the ids."
        )
        raise SchemaError(msg)
    known = homes.assign(area_id=ids_around(homes, areas), district_id=ids_around(homes, districts))
    return _below(residents, known)


def _below(table: gpd.GeoDataFrame, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put rows below a table, whose columns keep their types."""
    more = rows.reindex(columns=table.columns)
    types = {name: kind for name, kind in table.dtypes.items() if name != "geometry"}
    # what is missing is None in a column of ids, as in the rows above
    more = more.assign(
        **{
            name: more[name].astype(object).where(more[name].notna(), None)
            for name, kind in types.items()
            if pd.api.types.is_object_dtype(kind)
        }
    )
    joined = pd.concat([table, more.astype(types)], ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=table.crs)


def _parts_by_area(edit: AddDwellings, areas: gpd.GeoDataFrame) -> dict[str, float]:
    """Say which part of an edit falls to which housing area."""
    if edit.area is not None:
        return {edit.area: 1.0}
    if edit.dwellings < 0:
        middle = _outline(edit, areas.crs).representative_point()
        homes = gpd.GeoDataFrame(geometry=[middle], crs=areas.crs)
    else:
        homes = _new_homes(edit, areas.crs)
    found = pd.Series(ids_around(homes, areas), dtype=object)
    parts = found.value_counts() / len(found)
    return {str(area): float(part) for area, part in parts.sort_index().items()}


def _with_more(
    areas: gpd.GeoDataFrame, row: npt.NDArray[np.bool_], name: str, more: float, year: int
) -> gpd.GeoDataFrame:
    """Add to a number of an area as far as it is known, and say of which year it is then."""
    row = row & areas[name].notna().to_numpy()
    total = np.rint(areas[name].astype("float64") + more)
    years = areas[f"{name}_year"]
    return areas.assign(
        **{name: areas[name].mask(row, total), f"{name}_year": years.mask(row, float(year))}
    )


def _counted_before(edit: AddDwellings, area: pd.Series, name: str) -> list[str]:
    """Say where a number was counted when the edit held already."""
    counted = area[f"{name}_year"]
    if pd.isna(area[name]) or pd.isna(counted) or edit.from_year > counted:
        return []
    msg = (
        f"{edit.id!r}: holds from {edit.from_year}, and {name} of {area['id']} was counted in "
        f"{counted:.0f}, with it; state what came after"
    )
    return [msg]


def _unknown_areas(edits: list[AddDwellings], areas: gpd.GeoDataFrame) -> list[str]:
    known = set(areas["id"])
    return [
        f"{edit.id!r}: there is no area {edit.area!r}; areas are {first(sorted(known))}"
        for edit in edits
        if edit.area is not None and edit.area not in known
    ]


def _counted(edits: list[AddDwellings], counted: int | None) -> list[str]:
    if counted is None:
        return []
    return [
        f"{edit.id!r}: holds from {edit.from_year}, and the residents were counted in {counted}, "
        "with it; state what came after"
        for edit in edits
        if edit.from_year <= counted
    ]


def _seen_by_nobody(edits: list[AddDwellings], areas: gpd.GeoDataFrame) -> Iterable[str]:
    for edit in edits:
        if not _parts_by_area(edit, areas):
            yield (
                f"{edit.id!r}: lies in no housing area, and the catalog has no addresses with "
                "residents, so no figure would know of it; leave it out of this catalog"
            )


def _refuse(faults: list[str], edits: list[AddDwellings]) -> None:
    if faults:
        msg = (
            f"scenario, add_dwellings: {len(faults)} faults in {len(edits)} edits: {first(faults)}"
            ". Correct these edits in the scenario's file."
        )
        raise SchemaError(msg)
