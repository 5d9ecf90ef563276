"""Areas of an OpenStreetMap extract: land use, buildings and other closed outlines.

Source: OpenStreetMap, ODbL 1.0, credit "© OpenStreetMap contributors".
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely
from osmium.filter import EntityFilter, KeyFilter
from osmium.geom import WKBFactory
from osmium.osm import AREA

from htkgis.errors import SourceError

from .osm_rules import readable


def read_osm_areas(path: Path, *, key: str, values: frozenset[str]) -> tuple[gpd.GeoDataFrame, int]:
    """Read closed ways and multipolygons that carry one tag.

    Parameters
    ----------
    path
        ``.osm.pbf``.
    key, values
        Tag, and the values of it that are read; all where ``values`` is empty.

    Returns
    -------
    areas
        ``id`` (``w`` or ``r`` and the number), ``kind`` (the tag's value), ``name`` (missing
        where there is none) and polygons in EPSG:4326, by id.
    left_out
        How many outlines do not close, or lack a node.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, not OSM, or holds no such area.
    """
    factory = WKBFactory()
    ids, kinds, names, outlines, left_out = [], [], [], [], 0
    wanted = KeyFilter(key)
    with readable(path):
        file = osmium.FileProcessor(str(path)).with_areas(wanted)
        # the ways that areas are made of are dropped before Python sees them
        found: Iterable[Any] = file.with_filter(EntityFilter(AREA)).with_filter(wanted)
        for item in found:
            if values and item.tags[key] not in values:
                continue
            try:
                outlines.append(factory.create_multipolygon(item))
            except RuntimeError:  # osmium's word for an outline that does not close
                left_out += 1
                continue
            kinds.append(item.tags[key])
            names.append(item.tags.get("name"))
            ids.append(f"{'w' if item.from_way() else 'r'}{item.orig_id()}")
    if not ids:
        named = " or ".join(sorted(values)) or "any value"
        msg = (
            f"OSM areas ({path}): holds no area with {key} = {named}; one at least is needed. Take "
            "an extract of the place, or take the layer out of the catalog."
        )
        raise SourceError(msg)
    order = np.argsort(ids, kind="stable")
    shapes = shapely.from_wkb(np.array(outlines, dtype=object))[order]
    columns = {
        "id": np.array(ids, dtype=object)[order],
        "kind": np.array(kinds, dtype=object)[order],
        "name": np.array(names, dtype=object)[order],
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326"), left_out
