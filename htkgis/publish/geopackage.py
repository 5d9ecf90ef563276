"""Write a GeoPackage that is the same bytes for the same tables, styles and sources inside."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError, FeatureError

from htkgis.errors import SchemaError, first
from htkgis.store import disk_error, fingerprint
from htkgis.store.known import Known
from htkgis.store.memory import recalled_whole, remembers

from .geopackage_about import LayerFacts, write_facts
from .geopackage_layer import append_table
from .geopackage_pages import changed_pages, with_pages

STYLES = "layer_styles"
"""The table in which QGIS looks for styles when it opens a layer."""
GEOMETRY = "geom"
VERSION = "1.3"
"""Of the standard: 1.4 is what the long-term QGIS of 2022 and before warns about."""
CLOCK = "OGR_CURRENT_DATE"
SYNCHRONOUS = "OGR_SQLITE_SYNCHRONOUS"
JOURNAL = "OGR_SQLITE_JOURNAL"


def geopackage_bytes(
    tables: Mapping[str, pd.DataFrame | Known],
    *,
    styles: Mapping[str, str],
    date: str,
    about: Mapping[str, LayerFacts] | None = None,
    language: str = "da",
) -> bytes:
    """Write tables, their styles and what is said of them as one GeoPackage.

    Parameters
    ----------
    tables
        Layer name -> table, in the order in which QGIS lists them; a table without geometry
        becomes an attribute table. Rows and columns keep their order. One with geometry may be
        handed over as known: it is not looked at where it was written before.
    styles
        Layer name -> QML text; each becomes the default style of its layer.
    date
        ISO date (or month, or year) that the file states as its last change: that of the
        data, for a clock would make every file differ.
    about
        Layer name -> title, description, credits and licences, for the tables that have any.
    language
        ``da`` or ``en``, of the words of ``about``.

    Raises
    ------
    SchemaError
        If a style or a fact names no layer, a layer has no CRS, two have one title, or one is
        called ``layer_styles``.
    StoreError
        If the disk refuses.
    """
    facts = about or {}
    _check(tables, styles, facts)
    with tempfile.TemporaryDirectory(prefix="htkgis-") as folder, _stopped_clock(date):
        path = Path(folder) / "tables.gpkg"
        try:
            begun = _begin(path, tables, facts, date)
            for name, table in tables.items():
                if name not in begun:
                    _append(path, name, _table(table), **_contents(facts.get(name)))
            _append(path, STYLES, _style_table(styles, date), FID="id")
            if facts:
                write_facts(path, facts, language=language, moment=_moment(date))
            return path.read_bytes()
        except OSError as error:
            raise disk_error(path, error) from error
        except (DataSourceError, FeatureError, sqlite3.Error) as error:
            raise disk_error(path, OSError(str(error))) from error


def _begin(
    path: Path,
    tables: Mapping[str, pd.DataFrame | Known],
    about: Mapping[str, LayerFacts],
    date: str,
) -> list[str]:
    """Write the layers that stand first, or take them from an earlier run; give their names.

    Each table is appended to a file that was closed, so what stands behind a layer leaves the
    bytes of a file that ends with it what they are. What each layer adds is kept by itself: where
    one is another, those before it are taken as they were.
    """
    first_ones = list(itertools.takewhile(lambda name: _is_drawn(tables[name]), tables))
    said = {name: _contents(about.get(name)) for name in first_ones}
    if not remembers():
        for name in first_ones:
            _append(path, name, _table(tables[name]), **said[name])
        return first_ones
    held, before = b"", date
    written = held  # what the file holds
    for name in first_ones:

        def added(name: str = name, held: bytes = held) -> bytes:
            nonlocal written
            if held is not written:
                path.write_bytes(held)
            _append(path, name, _table(tables[name]), **said[name])
            written = path.read_bytes()
            return changed_pages(held, written)

        table = tables[name]
        known = table if isinstance(table, Known) else Known(table)
        before = fingerprint([before, name, said[name], known.digest])
        earlier = written
        changes = recalled_whole("geopackage layer", [], added, before)
        held = with_pages(held, changes) if written is earlier else written
    if held is not written:
        path.write_bytes(held)
    return first_ones


def _table(table: pd.DataFrame | Known) -> pd.DataFrame:
    found: pd.DataFrame = table.value if isinstance(table, Known) else table
    return found


def _is_drawn(table: pd.DataFrame | Known) -> bool:
    return isinstance(table, Known | gpd.GeoDataFrame)


def _check(
    tables: Mapping[str, pd.DataFrame | Known],
    styles: Mapping[str, str],
    about: Mapping[str, LayerFacts],
) -> None:
    drawn = [name for name, table in tables.items() if _is_drawn(table)]
    strangers = sorted(set(styles) - set(drawn))
    if strangers:
        msg = (
            f"GeoPackage: {len(strangers)} styles name no layer with geometry: "
            f"{first(strangers)}; there are {first(drawn)}. Correct the names."
        )
        raise SchemaError(msg)
    unknown = sorted(set(about) - set(tables))
    if unknown:
        msg = (
            f"GeoPackage: {len(unknown)} descriptions name no layer: {first(unknown)}; there are "
            f"{first(tables)}. Correct the names."
        )
        raise SchemaError(msg)
    titles = Counter(facts.title for facts in about.values())
    twice = sorted(title for title, count in titles.items() if count > 1)
    if twice:
        msg = (
            f"GeoPackage: {len(twice)} titles stand at more than one layer: {first(twice)}; the "
            "standard allows each once. Tell the layers apart."
        )
        raise SchemaError(msg)
    if STYLES in tables:
        msg = f"GeoPackage: a layer is called {STYLES!r}, which QGIS keeps for styles. Rename it."
        raise SchemaError(msg)
    _check_crs({name: own for name, own in tables.items() if isinstance(own, gpd.GeoDataFrame)})


def _check_crs(tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    nowhere = [name for name, table in tables.items() if table.crs is None]
    if nowhere:
        msg = (
            f"GeoPackage: {len(nowhere)} layers have no CRS: {first(nowhere)}; a projected CRS is "
            "allowed. Set it."
        )
        raise SchemaError(msg)


@contextlib.contextmanager
def _stopped_clock(date: str) -> Iterator[None]:
    """Give GDAL a date to write instead of the hour of the run."""
    # the file is thrown away once its bytes are read: nobody needs it to survive a power cut
    options = {CLOCK: _moment(date), SYNCHRONOUS: "OFF", JOURNAL: "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _moment(date: str) -> str:
    return f"{_day(date)}T00:00:00.000Z"


def _day(date: str) -> str:
    """First day of a date, a month or a year."""
    return "-".join([*date.split("-"), "01", "01"][:3])


def _contents(facts: LayerFacts | None) -> dict[str, str]:
    """Give what the standard has a place for: the title and the description."""
    if facts is None:
        return {}
    return {"IDENTIFIER": facts.title, "DESCRIPTION": facts.description}


def _append(path: Path, name: str, table: pd.DataFrame, **options: str) -> None:
    if isinstance(table, gpd.GeoDataFrame):
        _check_crs({name: table})  # of one that is known only now
        options["GEOMETRY_NAME"] = GEOMETRY
    made = None if path.exists() else {"VERSION": VERSION}
    append_table(path, name, table, layer_options=options, dataset_options=made)


def _style_table(styles: Mapping[str, str], date: str) -> pd.DataFrame:
    """Arrange styles as QGIS's own database manager does."""
    names = list(styles)
    columns = {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": names,
        "f_geometry_column": GEOMETRY,
        "styleName": names,
        "styleQML": list(styles.values()),
        "styleSLD": "",
        "useAsDefault": True,
        "description": "",
        "owner": "",
        "ui": "",
        "update_time": pd.Timestamp(_day(date), tz="UTC"),
    }
    return pd.DataFrame(columns, index=range(len(names)))
