"""Boundaries: the municipality and the quarters, as contract tables."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import DISTRICTS, QUARTERS, SCHOOL_DISTRICTS, check

from .layer import LayerReport, read_layer, require, require_positions
from .table import municipality_code


def read_municipality(
    catalog: Catalog, name: str, *, crs: str, code: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read the outline of one municipality from a layer of one or of all.

    Parameters
    ----------
    catalog, name
        Layer whose ``id`` is the municipality code, as text or number, with zeros or without.
    crs
        Projected CRS of the study.
    code
        Four digits, with zeros or without.

    Returns
    -------
    districts
        One row, contract ``DISTRICTS``.
    report
        What was read, mended, dropped.

    Raises
    ------
    SchemaError
        If no row, or more than one, has the code.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id",), report)
    table = table.assign(id=_codes(table["id"], report))
    found = table[table["id"] == municipality_code(code)]
    others = len(table) - len(found)
    if len(found) != 1:
        msg = (
            f"{name} ({report.file}): {len(found)} rows have municipality code {code!r}; one is "
            f"expected, found {first(table['id']) or 'none'}. Correct study.municipality_code "
            "or the file."
        )
        raise SchemaError(msg)
    if others:
        report.dropped["another municipality"] += others
    report.rows = 1
    kept = found.reset_index(drop=True)
    return check(kept, DISTRICTS, where=report.file, crs=crs), report


def _codes(values: pd.Series, report: LayerReport) -> list[str]:
    try:
        return [municipality_code(value) for value in values]
    except SchemaError as error:
        msg = f"{report.name} ({report.file}): {error}"
        raise SchemaError(msg) from error


def read_districts(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read districts that figures are compared with, parishes for instance.

    Raises
    ------
    SchemaError
        If the table breaks its contract ``DISTRICTS``.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id", "name"), report)
    return check(table, DISTRICTS, where=report.file, crs=crs), report


def read_school_districts(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read school districts with the place that is the school of each.

    GeoFA's theme 5710 is mapped with ``id = "objekt_id"``, ``name = "udd_distrikt_navn"`` and
    ``school_id = "udd_distrikt_nr"``, whose values the catalog maps to the ids of places; its
    ``values`` keep districts of type 5 in force.

    Raises
    ------
    SchemaError
        If the table breaks its contract ``SCHOOL_DISTRICTS``.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id", "name", "school_id"), report)
    return check(table, SCHOOL_DISTRICTS, where=report.file, crs=crs), report


def read_quarters(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read the outlines of the quarters; contract ``QUARTERS``, with further names if mapped.

    Raises
    ------
    SchemaError
        If the table breaks its contract, or a quarter has no outline.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require_positions(report)
    for column in ("also_called", "theme", "theme_en"):
        if column not in table.columns:
            table[column] = None
    return check(table, QUARTERS, where=report.file, crs=crs), report
