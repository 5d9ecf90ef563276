"""Write missing links for a spreadsheet or for QGIS."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.maps import Text, load_text
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.publish.qml import Category, LineSymbol, categorised_style
from htkgis.publish.tables import write_table
from htkgis.store import write_atomic

from .missing_links import LinksReport

FORMATS = (".csv", ".gpkg")
LAYER = "missing_links"
LINK_PX = 4.0
COLOURS = {
    "path": "#0072b2",
    "level": "#e69f00",
    "railway": "#d55e00",
    "motorway": "#cc79a7",
    "water": "#009e73",
}
"""Told apart by colour-blind readers as well (Okabe and Ito); the legend names each."""
OTHER_COLOUR = "#000000"
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


def check_format(path: Path) -> None:
    """Raise ConfigError if a file's ending names no format that links can be written in."""
    if path.suffix.lower() not in FORMATS:
        msg = (
            f"{path.name} ({path}): {path.suffix or 'no ending'!r} names no format; "
            f"{' and '.join(FORMATS)} are allowed. Change --out."
        )
        raise ConfigError(msg)


def write_links(report: LinksReport, path: Path, *, catalog_path: Path, language: str) -> None:
    """Write links as the ending of a file says.

    Parameters
    ----------
    report
        What was found.
    path
        ``.csv`` with the ends of each link in degrees, or ``.gpkg`` with lines, a style by kind,
        and credits, for QGIS.
    catalog_path
        Whose layers are credited.
    language
        ``da`` or ``en``, of the words of the GeoPackage.

    Raises
    ------
    ConfigError
        If the ending names no format.
    StoreError
        If the disk refuses; no file is left.
    """
    check_format(path)
    if path.suffix.lower() == ".csv":
        write_table(in_degrees(report.table), path, decimals=6)
        return
    text = load_text(language)
    catalog = read_catalog(catalog_path)
    used = [layer for role in ROLES for layer in catalog.by_role(role).values()]  # type: ignore[arg-type]
    credited, licences = (
        tuple(dict.fromkeys(getattr(layer, key) for layer in used)) for key in ("credit", "licence")
    )
    about = LayerFacts(
        title=text("links.title"),
        description=" ".join(
            [
                text("links.about"),
                text(
                    "geopackage.rights", credits="; ".join(credited), licences="; ".join(licences)
                ),
            ]
        ),
        credits=credited,
        licences=licences,
    )
    numbers = report.table.select_dtypes("number").columns
    lines = report.table.assign(**{name: report.table[name].round(3) for name in numbers})
    date = max(layer.published for layer in used)
    content = geopackage_bytes(
        {LAYER: lines},
        styles={LAYER: _style(report.table, text)},
        date=date,
        about={LAYER: about},
        language=language,
    )
    write_atomic(path, content)


def _style(links: gpd.GeoDataFrame, text: Text) -> str:
    return categorised_style(
        "kind",
        [
            Category(kind, _words(kind, text), LineSymbol(COLOURS.get(kind, OTHER_COLOUR), LINK_PX))
            for kind in sorted(set(links["kind"]))
        ],
    )


def _words(kind: str, text: Text) -> str:
    """Name what a link crosses; a kind that only the catalog knows is told by its own name."""
    parts = kind.split("+")
    return " + ".join(text(f"links.kind.{part}") if part in COLOURS else part for part in parts)


def in_degrees(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give points or lines with their ends in degrees in place of the geometry, for a CSV."""
    shapes = table.geometry.to_crs(WGS84).to_numpy()
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    names = ("lon", "lat") if points.all() else ("from_lon", "from_lat", "to_lon", "to_lat")
    ends = shapely.get_coordinates(shapes).reshape(-1, len(names))
    return pd.DataFrame(table.drop(columns="geometry")).assign(
        **dict(zip(names, ends.T, strict=True))
    )
