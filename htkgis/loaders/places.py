"""Places by function: stations, schools, daycare, culture, leisure, shopping, health and more."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import PLACES, check

from .layer import LayerReport, read_layer, require
from .table import numbers, years

BUSINESS_AREA = "business area"
"""Function of the places that hold jobs; they are counted in jobs, not in places."""

OPTIONAL = ("quarter_id", "sector", "valid_from", "valid_to", "note", "note_en", "name_en")


def read_places(
    catalog: Catalog, name: str, *, crs: str, function: str | None = None
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read places of any function from one layer.

    Parameters
    ----------
    catalog, name
        Layer of points, or of areas that are then a point on their surface (counted as mended).
        Mapped or constant: ``id``, ``name``, ``function``, ``opportunities``, ``unit``,
        ``status``, ``position_accuracy_m``.
    crs
        Projected CRS of the study.
    function
        Function of all places, whatever the layer says; the layer's own where missing.

    Returns
    -------
    places
        Contract ``PLACES``. A place may have no name.
    report
        What was read, mended, dropped.

    Raises
    ------
    SchemaError
        If the table breaks its contract or years run backwards.
    """
    table, report = read_layer(catalog, name, crs=crs)
    if function is not None:
        table["function"] = function
    for column in OPTIONAL:
        if column not in table.columns:
            table[column] = None
    what = f"{name} ({report.file}) column"
    for column in ("opportunities", "position_accuracy_m"):
        if column in table.columns:
            table[column] = numbers(table[column], what=f"{what} {column!r}")
    for column in ("valid_from", "valid_to"):
        table[column] = years(table[column], what=f"{what} {column!r}")
    require(table, ("id", "name"), report)
    unnamed = table["name"].isna()
    if unnamed.any():
        report.notes.append(f"{int(unnamed.sum())} places have no name")
    table = _as_points(table, report)
    _check_years(table, report)
    return check(table, PLACES, where=report.file, crs=crs), report


def read_stations(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read stations: places whose function is ``station``, whatever the layer calls them."""
    return read_places(catalog, name, crs=crs, function="station")


def read_jobs(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read jobs by business area: places whose opportunities are jobs."""
    jobs, report = read_places(catalog, name, crs=crs, function=BUSINESS_AREA)
    return jobs.assign(unit="jobs"), report


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


def _as_points(table: gpd.GeoDataFrame, report: LayerReport) -> gpd.GeoDataFrame:
    areas = ~table.geometry.geom_type.eq("Point")
    if not areas.any():
        return table
    report.mended["areas made a point on their surface"] += int(areas.sum())
    return table.set_geometry(table.geometry.where(~areas, table.geometry.representative_point()))


def _check_years(table: gpd.GeoDataFrame, report: LayerReport) -> None:
    backwards = (table["valid_to"] < table["valid_from"]).fillna(value=False).astype(bool)
    if backwards.any():
        msg = (
            f"{report.name} ({report.file}): {int(backwards.sum())} places end before they begin: "
            f"{first(table.loc[backwards, 'id'])}. Correct valid_from and valid_to."
        )
        raise SchemaError(msg)
