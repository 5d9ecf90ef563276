"""Lines of an OpenStreetMap extract by a tag: railways, motorways, fences.

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
from osmium.filter import EntityFilter, KeyFilter, TagFilter
from osmium.geom import WKBFactory
from osmium.osm import NODE, WAY

from htkgis.errors import SourceError

from .osm_rules import readable
from .osm_tags import marked

OFF_THE_GROUND = ("tunnel", "bridge")
"""Tags of ways that people pass over or under."""


def read_osm_ground_lines(
    path: Path, *, key: str, values: frozenset[str]
) -> tuple[gpd.GeoDataFrame, int, int]:
    """Read the ways that carry one tag and lie on the ground: neither tunnels nor bridges.

    Parameters
    ----------
    path
        ``.osm.pbf``.
    key, values
        Tag, and the values of it that are read; all where ``values`` is empty.

    Returns
    -------
    lines
        ``id`` (``w`` and the number), ``kind`` (the tag's value) and lines in EPSG:4326, by id.
    off_the_ground
        How many tunnels and bridges were left out.
    left_out
        How many ways lack the nodes to draw them.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, not OSM, or holds no such way.
    """
    factory = WKBFactory()
    ids, kinds, shapes, off_the_ground, left_out = [], [], [], 0, 0
    # nodes are read for where they lie, and then dropped before Python sees them: they are millions
    tagged = [(key, value) for value in sorted(values)]
    ways, wanted = EntityFilter(WAY), TagFilter(*tagged) if values else KeyFilter(key)
    with readable(path):
        file = osmium.FileProcessor(str(path), NODE | WAY).with_locations()
        found: Iterable[Any] = file.with_filter(ways).with_filter(wanted)
        for item in found:
            tags = {tag.k: tag.v for tag in item.tags}
            if any(marked(tags, name) for name in OFF_THE_GROUND):
                off_the_ground += 1
                continue
            try:
                shapes.append(factory.create_linestring(item))
            except (RuntimeError, osmium.InvalidLocationError):
                left_out += 1
                continue
            kinds.append(tags[key])
            ids.append(f"w{item.id}")
    if not ids:
        named = " or ".join(sorted(values)) or "any value"
        msg = (
            f"OSM lines ({path}): holds no way on the ground with {key} = {named}; one at least is "
            "needed. Take an extract of the place, or take the layer out of the catalog."
        )
        raise SourceError(msg)
    order = np.argsort(ids, kind="stable")
    columns = {
        "id": np.array(ids, dtype=object)[order],
        "kind": np.array(kinds, dtype=object)[order],
    }
    lines = shapely.from_wkb(np.array(shapes, dtype=object))[order]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326"), off_the_ground, left_out
