"""Write sites for a spreadsheet, for QGIS, or as a page."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from htkgis.catalog import read_catalog
from htkgis.maps import Text
from htkgis.maps.locate_page import CHOSEN, OTHER
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.qml import single_style
from htkgis.publish.tables import check_format, write_table
from htkgis.store import Cache, write_atomic

from .export_about import with_rights
from .export_styles import symbol_of
from .locations import LocationsReport
from .locations_page import ROLES, locations_page
from .missing_links_file import in_degrees
from .stated_facts import stated_rights
from .study_words import loaded_words

FORMATS = (".csv", ".parquet", ".gpkg", ".html")
SITES, CANDIDATES = "sites", "candidates"


def write_locations(
    report: LocationsReport,
    path: Path,
    *,
    study_path: Path,
    catalog_path: Path,
    data: Path | None = None,
    language: str,
    cache: Cache | None = None,
) -> None:
    """Write sites as the ending of a file says.

    Parameters
    ----------
    report
        What was found.
    path
        ``.csv`` or ``.parquet`` with the chosen sites in degrees; ``.gpkg`` with points of the
        chosen sites and of all that were compared, styles and credits, for QGIS; or ``.html``
        with a map and a table, which needs no other file.
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
    if kind in {".csv", ".parquet"}:
        write_table(in_degrees(report.table), path, decimals=6)
    elif kind == ".gpkg":
        text = loaded_words(study_path, catalog_path, language, data=data, cache=cache)
        write_atomic(path, _geopackage(report, catalog_path, text))
    else:
        page = locations_page(
            report, study_path, catalog_path, data=data, language=language, cache=cache
        )
        write_atomic(path, page)


def _geopackage(report: LocationsReport, catalog_path: Path, text: Text) -> bytes:
    used = stated_rights(read_catalog(catalog_path), sorted(ROLES))
    function = text(f"function.{report.asked.function}").lower()
    title = text("locate.title", function=function)
    about = {
        layer: with_rights(
            f"{title}: {text(f'locate.{layer}_layer')}", text("locate.about"), used, text
        )
        for layer in (SITES, CANDIDATES)
    }
    styles = {
        layer: single_style(symbol_of(look))
        for layer, look in ((SITES, CHOSEN), (CANDIDATES, OTHER))
    }
    return geopackage_bytes(
        {SITES: _rounded(report.table), CANDIDATES: _rounded(report.candidates)},
        styles=styles,
        date=max(layer["published"] for layer in used),
        about=about,
        language=text.language,
    )


def _rounded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    numbers = table.select_dtypes("number").columns
    return table.assign(**{name: table[name].round(3) for name in numbers})
