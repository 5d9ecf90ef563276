"""Places by function: stations, schools, daycare, culture, leisure, shopping, health and more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import GEOMETRY_TYPES, JOB_SKILLS, PLACES, check

from .institutions import once_each
from .intervals import with_intervals
from .layer import LayerReport, read_layer, require, texts
from .raw_layer import OTHERS
from .table import numbers, years

BUSINESS_AREA = "business area"
"""Function of the places that hold jobs; they are counted in jobs, not in places."""

SKILL = "skill_level"
"""Column of jobs that a layer may state; there only where one does."""

OPTIONAL = ("quarter_id", "sector", "valid_from", "valid_to", "note", "note_en", "name_en")


def read_places(
    catalog: Catalog,
    name: str,
    *,
    crs: str,
    function: str | None = None,
    unit: str | None = None,
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read places of any function from one layer.

    Parameters
    ----------
    catalog, name
        Layer of points, or of areas that are then a point on their surface (counted as mended).
        Where a layer has areas, a column ``outline`` keeps them (None for the other rows); cells
        of a grid (``each = "cell"``) have none, for nobody knows where in one a place is.
        Mapped or constant: ``id``, ``name``, ``function``, ``opportunities``, ``unit``,
        ``status``, ``position_accuracy_m``. ``opportunities`` may be left to intervals, see
        :func:`~htkgis.loaders.intervals.with_intervals`. ``main_institution_id`` where a register
        lists departments beside their school, see :func:`~htkgis.loaders.institutions.once_each`.
    crs
        Projected CRS of the study.
    function, unit
        Function of all places and unit of their opportunities, whatever the layer says; the
        layer's own where missing.

    Returns
    -------
    places
        Contract ``PLACES``. A place may have no name.
    report
        What was read, mended, dropped.

    Raises
    ------
    SchemaError
        If the table breaks its contract, years run backwards, or a number lies outside its
        interval.
    """
    table, report = read_layer(catalog, name, crs=crs)
    for column, value in (("function", function), ("unit", unit)):
        if value is not None:
            table[column] = value
    for column in OPTIONAL:
        if column not in table.columns:
            table[column] = None
    table["sector"] = texts(table["sector"])
    what = f"{name} ({report.file}) column"
    for column in ("opportunities", "position_accuracy_m"):
        if column in table.columns:
            table[column] = numbers(table[column], what=f"{what} {column!r}")
    for column in ("valid_from", "valid_to"):
        table[column] = years(table[column], what=f"{what} {column!r}")
    require(table, ("id", "name"), report)
    cells = catalog.layers[name].each == "cell"
    table = with_intervals(_cells_that_hold_any(table, report) if cells else table, report)
    unnamed = table["name"].isna()
    if unnamed.any():
        report.notes.append(f"{int(unnamed.sum())} places have no name")
    table = _as_points(table, report, keep=not cells)
    table, again = once_each(table)
    if again:
        report.dropped["unit of an institution that stands at one point with it"] += again
    _check_years(table, report)
    return check(table, PLACES, where=report.file, crs=crs), report


def _cells_that_hold_any(table: gpd.GeoDataFrame, report: LayerReport) -> gpd.GeoDataFrame:
    """Leave out the cells of a grid that hold none, or of which the source knows no number."""
    require(table, ("opportunities",), report)
    unknown, none = table["opportunities"].isna(), table["opportunities"].eq(0)
    for rows, why in ((unknown, "cell without a number"), (none, "cell that holds none")):
        if rows.any():
            report.dropped[why] += int(rows.sum())
    return table[~(unknown | none)].reset_index(drop=True)


def read_stations(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read stations: places whose function is ``station``, whatever the layer calls them."""
    return read_places(catalog, name, crs=crs, function="station")


def read_jobs(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read jobs by business area or unit: places whose opportunities are jobs.

    A sector or a skill level that the catalog does not map is noted and left out, and the jobs
    still count. ``skill_level`` is a column where the catalog maps it, contract ``JOB_SKILLS``.

    Raises
    ------
    SchemaError
        As :func:`read_places`, or if sectors differ in nothing but how they are written, or
        skill levels are none of those there are.
    """
    layer = catalog.layers[name]
    words = dict(layer.values)
    # elsewhere a row whose value is not mapped is dropped; here its jobs would be lost
    of_jobs = {
        column: words.pop(column)
        for column in ("sector", SKILL)
        if column in words and column in layer.columns
    }
    unmapped = layer.model_copy(update={"values": words})
    found = Catalog(catalog.path, catalog.layers | {name: unmapped}, catalog.data)
    jobs, report = read_places(found, name, crs=crs, function=BUSINESS_AREA, unit="jobs")
    if SKILL in jobs.columns:
        jobs[SKILL] = texts(jobs[SKILL])
    for column, named in of_jobs.items():
        jobs[column] = _mapped(jobs[column], named, report)
    _check_sectors(jobs["sector"], report)
    if SKILL in jobs.columns:
        check(jobs, JOB_SKILLS, where=report.file, crs=crs)
    return jobs, report


def _mapped(codes: pd.Series, words: Mapping[str, str], report: LayerReport) -> pd.Series:
    """Name sectors or skill levels by the catalog's words; a code without words is none."""
    rest = words.get(OTHERS)
    named = codes.map(dict(words))
    if rest is not None:
        others = codes if rest == OTHERS else codes.where(codes.isna(), rest)
        named = named.where(codes.isin(list(words)), others)
    left_out = codes[codes.notna() & named.isna()]
    if len(left_out):
        what = str(codes.name).replace("_", " ")
        report.notes.append(
            f"{len(left_out)} places have a {what} that the catalog does not map: "
            f"{first(sorted(set(left_out)))}; they count without a {what}"
        )
    return named.astype(object).where(named.notna(), None)


def _check_sectors(sectors: pd.Series, report: LayerReport) -> None:
    """Refuse ``Industri`` beside ``industri``: a file names columns by sector, in one case."""
    names = pd.Series(sorted(set(sectors.dropna())), dtype=object)
    twice = names[names.map(lambda name: name.casefold().replace("_", " ")).duplicated(keep=False)]
    if len(twice):
        msg = (
            f"{report.name} ({report.file}): {len(twice)} sectors differ in letter case, space or "
            f"underscore only: {first(twice)}; one way of writing each is allowed. Map them in "
            f"layers.{report.name}.values.sector of the catalog."
        )
        raise SchemaError(msg)


def joined_places(parts: list[gpd.GeoDataFrame], *, where: str, crs: str) -> gpd.GeoDataFrame:
    """Put places of several layers into one table; an id must not stand in two of them.

    Raises
    ------
    SchemaError
        If ids repeat.
    """
    whole = [part for part in parts if len(part)]
    if not whole:
        return parts[0]
    columns = list(dict.fromkeys(column for part in whole for column in part.columns))
    filled = [part.reindex(columns=columns).astype({"opportunities": "float64"}) for part in whole]
    joined = gpd.GeoDataFrame(
        {
            column: _stacked([part[column] for part in filled])
            for column in columns
            if column != "geometry"
        },
        geometry=gpd.GeoSeries(
            [shape for part in filled for shape in part.geometry], crs=whole[0].crs
        ),
    )
    return check(joined, PLACES, where=where, crs=crs)


def _stacked(columns: list[pd.Series]) -> pd.Series:
    """Put parts of a column below each other, in the type that those with values share."""
    known = {column.dtype for column in columns if column.notna().any()} or {columns[0].dtype}
    dtype: Any = known.pop() if len(known) == 1 else "object"
    if pd.Series(dtype=dtype).reindex([0]).dtype != dtype and any(c.hasnans for c in columns):
        dtype = "object"  # whole numbers and flags of numpy have no missing value
    return pd.concat([column.astype(dtype) for column in columns], ignore_index=True)


def _as_points(table: gpd.GeoDataFrame, report: LayerReport, *, keep: bool) -> gpd.GeoDataFrame:
    """Make areas and lines points on them; the outlines of areas are kept where they are asked."""
    kinds = table.geometry.geom_type
    shapes = ~kinds.eq("Point")
    if not shapes.any():
        return table
    lines = kinds.str.endswith("LineString").any()
    done = (
        "areas and lines made a point on them" if lines else "areas made a point on their surface"
    )
    report.mended[done] += int(shapes.sum())
    areas = kinds.isin(GEOMETRY_TYPES["polygon"])
    if keep and areas.any():
        kept = np.where(areas, table.geometry.to_numpy(), None)
        table = table.assign(outline=pd.Series(kept, index=table.index, dtype=object))
    return table.set_geometry(table.geometry.where(~shapes, table.geometry.representative_point()))


def _check_years(table: gpd.GeoDataFrame, report: LayerReport) -> None:
    backwards = (table["valid_to"] < table["valid_from"]).fillna(value=False).astype(bool)
    if backwards.any():
        msg = (
            f"{report.name} ({report.file}): {int(backwards.sum())} of {len(table)} places end "
            f"before they begin: {first(table.loc[backwards, 'id'])}; valid_to is the same year or "
            "a later one. Correct valid_from and valid_to."
        )
        raise SchemaError(msg)
