"""What a run has published, as tables of a PostGIS database: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.errors import ConfigError, StoreError
from htkgis.extras import require

GEOMETRY = "geom"
KEY = "fid"
"""QGIS opens a table by a column of whole numbers that are unique."""
STYLES = """
CREATE TABLE IF NOT EXISTS public.layer_styles (
  id serial PRIMARY KEY, f_table_catalog varchar, f_table_schema varchar, f_table_name varchar,
  f_geometry_column varchar, stylename text, styleqml xml, stylesld xml, useasdefault boolean,
  description text, owner varchar, ui xml, update_time timestamp DEFAULT CURRENT_TIMESTAMP,
  type varchar)
"""
"""The table that QGIS looks for styles in, as it makes it itself."""
SECONDS = 20


def check_address(address: str) -> None:
    """Raise ConfigError unless an address is that of a PostgreSQL database, without a password."""
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.hostname:
        shown = address.rsplit("@", maxsplit=1)[-1]
        msg = (
            f"--to: {shown!r} is no database; postgresql://USER@HOST/DATABASE is allowed. "
            "Correct it."
        )
        raise ConfigError(msg)
    if parts.password:
        msg = (
            f"--to: holds a password, which others on this machine can read; "
            f"postgresql://{parts.username}@{parts.hostname}{parts.path} is allowed. Put the "
            "password into the environment variable PGPASSWORD or the file .pgpass."
        )
        raise ConfigError(msg)


def write_postgis(
    address: str,
    schema: str,
    tables: Mapping[str, pd.DataFrame],
    *,
    documents: Mapping[str, str],
    styles: Mapping[str, str],
    comments: Mapping[str, str],
    progress: Callable[[str, int, int], object] | None = None,
) -> None:
    """Write tables, documents and styles into a schema of a database, in one transaction.

    Tables of these names are replaced; others in the schema stay. Who reads meanwhile sees the old
    tables until all new ones are there.

    Parameters
    ----------
    address
        ``postgresql://USER@HOST[:PORT]/DATABASE``; the password is in ``PGPASSWORD`` or
        ``.pgpass``.
    schema
        Made where it is not there.
    tables
        By name; those with geometry get a spatial index, and the column ``geom``.
    documents
        JSON texts by name, for the table ``documents``.
    styles
        QML texts by name of table; QGIS opens the layer with it.
    comments
        Said of a table: title, sources, licences.
    progress
        Called with the name of each table, its number and how many there are.

    Raises
    ------
    ConfigError
        If the address is none, or holds a password.
    MissingDependencyError
        If psycopg is not installed.
    StoreError
        The database cannot be reached or refuses; it is as it was.
    """
    check_address(address)
    require("postgis", f"--to {address}")
    import psycopg  # noqa: PLC0415 - an extra: only who publishes to PostGIS needs it

    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as connection:
            connection.execute(_sql("CREATE SCHEMA IF NOT EXISTS {}", schema))
            for number, (name, table) in enumerate(tables.items(), start=1):
                if progress is not None:
                    progress(name, number, len(tables))
                _write_table(connection, schema, name, table)
                if name in comments:
                    named = (schema, name)
                    comment = _sql("COMMENT ON TABLE {} IS {}", named, said=comments[name])
                    connection.execute(comment)
            _write_table(connection, schema, "documents", _documents(documents))
            _write_styles(connection, schema, tables, styles)
    except psycopg.Error as error:
        said = " ".join(str(error).split())[:200]
        msg = (
            f"{address}: {said}; nothing was published there. Check the address, the password "
            "(PGPASSWORD or .pgpass), that PostGIS is installed in the database, and your rights."
        )
        raise StoreError(msg) from error


def _sql(question: str, *names: str | tuple[str, ...], said: str | None = None) -> Any:
    """Put names, and a text behind them, into SQL, quoted."""
    from psycopg import sql  # noqa: PLC0415

    quoted = [sql.Identifier(*((name,) if isinstance(name, str) else name)) for name in names]
    texts = [] if said is None else [sql.Literal(said)]
    return sql.SQL(question).format(*quoted, *texts)


def _write_table(connection: Any, schema: str, name: str, table: pd.DataFrame) -> None:
    from psycopg import sql  # noqa: PLC0415

    named = (schema, name)
    connection.execute(_sql("DROP TABLE IF EXISTS {} CASCADE", named))
    kinds = {KEY: "bigint PRIMARY KEY", **_kinds(table)}
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in kinds.items()
    )
    made = sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(*named), columns)
    connection.execute(made)
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in kinds)
    copied = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(*named), listed)
    with connection.cursor() as cursor, cursor.copy(copied) as copy:
        for row in _rows(table):
            copy.write_row(row)
    if isinstance(table, gpd.GeoDataFrame):
        connection.execute(_sql("CREATE INDEX ON {} USING gist ({})", named, GEOMETRY))


def _kinds(table: pd.DataFrame) -> dict[str, str]:
    """Give the type of each column; KEY is our own."""
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    kinds = {
        str(column): _kind(table[column]) for column in table.columns if column not in {shape, KEY}
    }
    if isinstance(table, gpd.GeoDataFrame):
        kinds[GEOMETRY] = f"geometry(Geometry, {table.crs.to_epsg()})"
    return kinds


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "bigint"
    return "double precision" if pd.api.types.is_float_dtype(column) else "text"


def _rows(table: pd.DataFrame) -> Any:
    """Give the rows as the database takes them: what is missing as NULL, shapes as EWKB."""
    columns: list[Sequence[Any]] = [range(1, len(table) + 1)]
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    columns += [_values(table[name]) for name in table.columns if name not in {shape, KEY}]
    if isinstance(table, gpd.GeoDataFrame):
        shapes = shapely.set_srid(table.geometry.to_numpy(), table.crs.to_epsg())
        columns.append(shapely.to_wkb(shapes, hex=True, include_srid=True).tolist())
    return zip(*columns, strict=True)


def _values(column: pd.Series) -> list[Any]:
    text = _kind(column) == "text"
    plain = column.astype(object).where(column.notna(), None)
    return [_value(value, text=text) for value in plain]


def _value(value: Any, *, text: bool) -> Any:
    if value is None:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dt.date | dt.datetime):
        value = value.isoformat()
    # the database's text knows no zero byte
    return str(value).replace("\x00", "") if text else value


def _documents(documents: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"name": list(documents), "content": list(documents.values())})


def _write_styles(
    connection: Any, schema: str, tables: Mapping[str, pd.DataFrame], styles: Mapping[str, str]
) -> None:
    """Put our styles where QGIS looks for them, and leave those of other tables alone."""
    connection.execute(STYLES)
    connection.execute("DELETE FROM public.layer_styles WHERE f_table_schema = %s", (schema,))
    for name, qml in styles.items():
        if name in tables:
            connection.execute(
                "INSERT INTO public.layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                "f_geometry_column, stylename, styleqml, useasdefault) "
                "VALUES (current_database(), %s, %s, %s, %s, %s::xml, true)",
                (schema, name, GEOMETRY, name, qml),
            )
