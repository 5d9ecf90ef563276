"""Rows that came in pages: joined, each once, in a steady order, and where they should lie."""

from __future__ import annotations

import io
import re

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from htkgis.loaders.arrived import HEAD_BYTES, said_instead
from htkgis.loaders.vector import UNREADABLE
from htkgis.services import Fetch
from htkgis.store import fingerprint

from .around import Around
from .client import Answer, Client

IDS = ("gml_id", "id", "fid")
OF_ONE_ANSWER = re.compile(r"(?:^|\.)fid-")
"""How GeoServer names rows of a table without a key: anew in every answer."""


def rows_of(client: Client, answer: Answer) -> gpd.GeoDataFrame:
    """Read the rows of one answer.

    Raises
    ------
    SourceError
        If it is a web page, an exception document, cut off, or nothing that GDAL reads.
    """
    check_data(client, answer)
    try:
        table = pyogrio.read_dataframe(io.BytesIO(answer.body))
    except UNREADABLE as error:
        said = " ".join(str(error).split())[:120]
        client.refuse(f"sent rows that cannot be read ({said})", "Try later.")
    if not isinstance(table, gpd.GeoDataFrame):
        client.refuse("sent rows without geometry", "Check fetch.item.")
    return table


def check_data(client: Client, answer: Answer) -> None:
    """Raise SourceError if an answer is a web page or the error of a server, sent as if data."""
    said = said_instead(answer.body, whole=len(answer.body) <= HEAD_BYTES)
    if said is None and not answer.body.strip():
        said = "nothing (0 bytes)"
    if said is not None:
        client.refuse(f"sent no data but {said}", "Check the layer's fetch in the catalog.")


def joined(
    client: Client, fetch: Fetch, pages: list[gpd.GeoDataFrame], around: Around
) -> gpd.GeoDataFrame:
    """Join pages to one table in the CRS that is asked for, each row once, in a steady order.

    Rows that cross the border of two pages come in both. Equal rows are those whose attributes and
    shape are equal; names that a server makes up for one answer do not count and are left out, so
    that the same rows give the same file tomorrow. Heights are left out: -999 stands for none in
    Danish data.

    Raises
    ------
    SourceError
        If there is no row where there must be some, or the rows lie elsewhere.
    """
    filled = [page for page in pages if len(page)]
    if not filled:
        if fetch.may_be_empty and pages:
            return pages[0].set_crs(around.crs, allow_override=True)
        client.refuse(
            f"has no row of {fetch.item!r} in {around.text()}",
            "Check fetch.item and fetch.where; if none is right, set fetch.may_be_empty = true.",
        )
    table = each_once(filled)
    if table.crs is None:
        table = table.set_crs(around.crs)
    _check_place(client, table, around)
    return table.to_crs(around.crs) if table.crs != around.crs else table


def each_once(pages: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Join pages, each row once, in an order that does not depend on the pages; see `joined`."""
    table = pd.concat(pages, ignore_index=True)
    table = gpd.GeoDataFrame(table, geometry=pages[0].geometry.name, crs=pages[0].crs)
    if table.geometry.name != "geometry":
        table = table.rename_geometry("geometry")
    table = table.drop(columns=_names_of_one_answer(table))
    table.geometry = shapely.force_2d(table.geometry.to_numpy())
    keys = _keys(table)
    table = table.assign(_key=keys).drop_duplicates("_key").sort_values("_key")
    return table.drop(columns="_key").reset_index(drop=True)


def _names_of_one_answer(table: gpd.GeoDataFrame) -> list[str]:
    """Columns of ids that the server makes up: GML's always, others where they look so."""
    made_up = [
        name for name in IDS if name in table and name != "gml_id" and _looks_so(table[name])
    ]
    return [*made_up, *(name for name in ("gml_id",) if name in table)]


def _looks_so(column: pd.Series) -> bool:
    return bool(column.astype(str).str.contains(OF_ONE_ANSWER).any())


def _keys(table: gpd.GeoDataFrame) -> list[str]:
    facts = table.drop(columns=table.geometry.name).astype(object)
    facts = facts.where(facts.notna(), None)
    shapes = table.geometry.to_wkb(hex=True)
    return [
        fingerprint([str(value) for value in row] + [shape])
        for row, shape in zip(facts.itertuples(index=False, name=None), shapes, strict=True)
    ]


def _check_place(client: Client, table: gpd.GeoDataFrame, around: Around) -> None:
    """Raise SourceError if no row lies near what was asked for: swapped axes, another CRS."""
    asked = around.in_crs(f"EPSG:{table.crs.to_epsg()}") if table.crs.to_epsg() else around
    west, south, east, north = table.total_bounds
    box = shapely.box(*asked.bounds)
    if box.intersects(shapely.box(west, south, east, north)):
        return
    swapped = box.intersects(shapely.box(south, west, north, east))
    why = "its axes are swapped" if swapped else "it is of another place, or names the wrong CRS"
    found = ", ".join(f"{value:.10g}" for value in (west, south, east, north))
    client.refuse(
        f"sent {len(table):,} rows in {found} where {asked.text()} was asked for: {why}",
        "Check the service and its crs in the catalog.",
    )
