"""The outline of a municipality in an OpenStreetMap extract, by its official code.

Source: OpenStreetMap, ODbL 1.0, credit "© OpenStreetMap contributors".
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import shapely
from osmium.filter import EntityFilter, TagFilter
from osmium.geom import WKBFactory
from osmium.osm import AREA

from .osm_rules import readable

ADMINISTRATIVE = ("boundary", "administrative")


def read_osm_boundary(path: Path, code: str) -> gpd.GeoDataFrame | None:
    """Read the smallest administrative area with a tag that is the code.

    Countries keep their codes under keys of their own (``ref``, ``ref:INSEE``, ``IBGE:GEOCODIGO``),
    so any key is looked at; zeros in front do not matter.

    Returns
    -------
    outline
        One row: ``name`` (missing where there is none) and a polygon in EPSG:4326; None where the
        extract has none that closes.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, or not OSM.
    """
    factory = WKBFactory()
    names: list[str | None] = []
    shapes: list[str] = []
    bare = code.lstrip("0")
    with readable(path):
        wanted = TagFilter(ADMINISTRATIVE)
        file = osmium.FileProcessor(str(path)).with_areas(wanted)
        found: Iterable[Any] = file.with_filter(EntityFilter(AREA)).with_filter(wanted)
        for item in found:
            if not any(tag.v.lstrip("0") == bare for tag in item.tags if tag.k != "admin_level"):
                continue
            try:
                shapes.append(factory.create_multipolygon(item))
            except RuntimeError:  # osmium's word for an outline that does not close
                continue
            names.append(item.tags.get("name"))
    if not shapes:
        return None
    table = gpd.GeoDataFrame({"name": names}, geometry=shapely.from_wkb(shapes), crs="EPSG:4326")
    smallest = int(table.geometry.to_crs("EPSG:6933").area.argmin())
    return table.iloc[[smallest]].reset_index(drop=True)
