"""Rows of a PostGIS table, such as a municipality keeps its own layers in."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.errors import SourceError
from htkgis.extras import require
from htkgis.services import Fetch, Service

from .around import Around
from .rows import each_once
from .secret import key_of, redacted

SECONDS = 20


def fetch_postgis(name: str, service: Service, fetch: Fetch, around: Around) -> gpd.GeoDataFrame:
    """Fetch the rows of a table that meet a rectangle.

    Parameters
    ----------
    name
        Of the layer, for messages.
    service
        ``postgresql://USER@HOST[:PORT]/DATABASE``; the password is in the environment variable
        that ``key.env`` names, or where libpq finds it (``~/.pgpass``).
    fetch
        ``item`` is table or ``schema.table``; ``where`` is SQL.
    around
        The rectangle, in the CRS of the study.

    Returns
    -------
    rows
        In the CRS of the study, without heights, in an order of their own.

    Raises
    ------
    MissingDependencyError
        If psycopg is not installed.
    SourceError
        The server cannot be reached or refuses; there is no such table, or none with geometry;
        the choice is no SQL; or no row is there.
    """
    require("postgis", f"{name} ({service.url})")
    import psycopg  # noqa: PLC0415 - an extra: only who reads PostGIS needs it

    password = key_of(service, name)
    try:
        with psycopg.connect(
            service.url, password=password or None, connect_timeout=SECONDS
        ) as connection:
            connection.read_only = True
            rows = _rows(connection, fetch, around)
    except psycopg.Error as error:
        said = redacted(" ".join(str(error).split())[:200], password)
        host = urlsplit(service.url).hostname
        msg = (
            f"{name} (PostGIS on {host}): {said}; nothing was fetched. Check the service, "
            "fetch.item and fetch.where in the catalog."
        )
        raise SourceError(msg) from error
    if rows.empty and not fetch.may_be_empty:
        msg = (
            f"{name} ({service.url}): has no row of {fetch.item!r} in {around.text()}; nothing was "
            "fetched. Check fetch.where; if none is right, set fetch.may_be_empty = true."
        )
        raise SourceError(msg)
    return rows


def _rows(connection: Any, fetch: Fetch, around: Around) -> gpd.GeoDataFrame:
    from psycopg import sql  # noqa: PLC0415

    schema, _, table = fetch.item.rpartition(".")
    named = sql.Identifier(*((schema, table) if schema else (table,)))
    column, srid = _geometry(connection, schema, table)
    shape = sql.SQL("ST_AsBinary(ST_Force2D({}))").format(sql.Identifier(column))
    box = sql.SQL("ST_Transform(ST_MakeEnvelope({}, {}), {})").format(
        sql.SQL(", ").join(sql.Literal(value) for value in around.bounds),
        sql.Literal(int(around.crs.removeprefix("EPSG:"))),
        sql.Literal(srid),
    )
    inside = sql.SQL("ST_Intersects({}, {})").format(sql.Identifier(column), box)
    chosen = sql.SQL(" AND ({})").format(sql.SQL(fetch.where)) if fetch.where else sql.SQL("")
    question = sql.SQL("SELECT *, {} AS _wkb FROM {} WHERE {}{}").format(
        shape, named, inside, chosen
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        names = [each.name for each in cursor.description]
        found = pd.DataFrame(cursor.fetchall(), columns=names)
    shapes = shapely.from_wkb([bytes(value) for value in found["_wkb"]])
    facts = found.drop(columns=[column, "_wkb"]).map(_plain)
    rows = gpd.GeoDataFrame(facts, geometry=gpd.GeoSeries(shapes), crs=f"EPSG:{srid}")
    rows = rows.to_crs(around.crs)
    return each_once([rows]) if len(rows) else rows


def _geometry(connection: Any, schema: str, table: str) -> tuple[str, int]:
    """Find the column of geometry of a table, and its CRS."""
    found = connection.execute(
        "SELECT f_geometry_column, srid FROM geometry_columns WHERE f_table_name = %s "
        "AND (%s = '' OR f_table_schema = %s) AND (%s <> '' OR f_table_schema = ANY "
        "(current_schemas(false))) ORDER BY f_geometry_column",
        (table, schema, schema, schema),
    ).fetchall()
    if not found:
        import psycopg  # noqa: PLC0415

        msg = f"there is no table {table!r} with geometry that this user may read"
        raise psycopg.ProgrammingError(msg)
    if not found[0][1]:
        import psycopg  # noqa: PLC0415

        msg = f"the geometry of {table!r} states no CRS (SRID 0)"
        raise psycopg.ProgrammingError(msg)
    return str(found[0][0]), int(found[0][1])


def _plain(value: Any) -> Any:
    """Give values that a file can hold: numbers as numbers, days as text."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
