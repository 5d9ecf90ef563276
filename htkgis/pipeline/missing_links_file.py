"""Write missing links for a spreadsheet, for QGIS, or as a page."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.catalog import read_catalog
from htkgis.currency import told_in
from htkgis.maps import Text
from htkgis.maps.links_page import look_of
from htkgis.maps.tables.links import kind_words
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.qml import Category, LineSymbol, categorised_style
from htkgis.publish.tables import check_format, write_table
from htkgis.store import Cache, write_atomic

from .export_about import with_rights
from .missing_links import LinksReport
from .missing_links_page import links_page
from .stated_facts import stated_rights
from .study_words import loaded_words

FORMATS = (".csv", ".gpkg", ".html")
LAYER = "missing_links"
LINK_PX = 4.0
ROLES = (
    "streets",
    "places",
    "stations",
    "barriers",
    "buildings",
    "water",
    "closed_land",
    "addresses",
    "population",
)
WGS84 = "EPSG:4326"


def write_links(
    report: LinksReport,
    path: Path,
    *,
    study_path: Path,
    catalog_path: Path,
    data: Path | None = None,
    language: str,
    cache: Cache | None = None,
) -> None:
    """Write links as the ending of a file says.

    Parameters
    ----------
    report
        What was found.
    path
        ``.csv`` with the ends of each link in degrees; ``.gpkg`` with lines, a style by kind,
        and credits, for QGIS; or ``.html`` with a map and a table, which needs no other file.
    study_path, catalog_path, data, cache
        With which it was found; the catalog's layers are credited.
    language
        ``da`` or ``en``, of the words of GeoPackage and page.

    Raises
    ------
    ConfigError
        If the ending names no format.
    StoreError
        If the disk refuses; no file is left.
    """
    check_format(path, FORMATS)
    kind = path.suffix.lower()
    if kind == ".csv":
        write_table(in_degrees(_told(report)), path, decimals=6)
    elif kind == ".gpkg":
        text = loaded_words(study_path, catalog_path, language, data=data, cache=cache)
        write_atomic(path, _geopackage(report, catalog_path, text))
    else:
        page = links_page(
            report, study_path, catalog_path, data=data, language=language, cache=cache
        )
        write_atomic(path, page)


def _told(report: LinksReport) -> gpd.GeoDataFrame:
    """Name the currency in the columns of prices."""
    return report.table.rename(columns=lambda name: told_in(name, report.currency))


def _geopackage(report: LinksReport, catalog_path: Path, text: Text) -> bytes:
    used = stated_rights(read_catalog(catalog_path), ROLES)
    about = with_rights(text("links.title"), text("links.about"), used, text)
    table = _told(report)
    numbers = table.select_dtypes("number").columns
    lines = table.assign(**{name: table[name].round(3) for name in numbers})
    return geopackage_bytes(
        {LAYER: lines},
        styles={LAYER: _style(report.table, text)},
        date=max(layer["published"] for layer in used),
        about={LAYER: about},
        language=text.language,
    )


def _style(links: gpd.GeoDataFrame, text: Text) -> str:
    return categorised_style(
        "kind",
        [
            Category(kind, kind_words(kind, text), LineSymbol(look_of(kind).stroke, LINK_PX))
            for kind in sorted(set(links["kind"]))
        ],
    )


def in_degrees(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give points or lines with their ends in degrees in place of the geometry, for a CSV."""
    shapes = table.geometry.to_crs(WGS84).to_numpy()
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    names = ("lon", "lat") if points.all() else ("from_lon", "from_lat", "to_lon", "to_lat")
    ends = shapely.get_coordinates(shapes).reshape(-1, len(names))
    return pd.DataFrame(table.drop(columns="geometry")).assign(
        **dict(zip(names, ends.T, strict=True))
    )
