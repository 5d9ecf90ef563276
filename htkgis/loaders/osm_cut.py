"""A part of an OpenStreetMap extract: what lies around a study, as a small extract of its own.

Source: OpenStreetMap, ODbL 1.0, credit "© OpenStreetMap contributors".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from osmium.filter import EmptyTagFilter, EntityFilter
from osmium.geom import WKBFactory
from osmium.osm import NODE, WAY

from htkgis.errors import SourceError

from .osm_rules import readable

BORDERS = frozenset({"boundary"})
"""Types of relations that are kept only where they are asked for: they reach far."""
AT_ONCE = 50_000
"""Ways that are looked at together."""
KEYS = (
    "addr:housenumber",
    "amenity",
    "building",
    "highway",
    "landuse",
    "leisure",
    "natural",
    "railway",
    "shop",
)
"""Tags of what a study may read of an extract; they are counted on the way."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Cut:
    """What was kept of an extract.

    Parameters
    ----------
    ways, points, relations
        How many, of those with tags.
    whole
        Where the source has ways at all, within the box that was asked for: west, south, east,
        north in degrees. Beyond it nothing is known.
    tags
        How many things have a tag, by key and value, of the keys in ``KEYS``.
    """

    ways: int
    points: int
    relations: int
    whole: Box
    tags: Counter[tuple[str, str]]

    def has(self, key: str, value: str | None = None) -> bool:
        """Tell whether anything has a tag, with one value or with any."""
        if value is not None:
            return self.tags[key, value] > 0
        return any(named == key for named, _ in self.tags)


def cut_extract(source: Path, out: Path, *, box: Box) -> Cut:
    """Write the ways that touch a box, with all their nodes, and the points with tags in it.

    Relations are kept where a way of theirs is, but for boundaries, which reach far beyond.

    Parameters
    ----------
    source
        ``.osm.pbf``.
    out
        The new ``.osm.pbf``; its folder exists, the file does not.
    box
        West, south, east, north in degrees.

    Raises
    ------
    SourceError
        The source is missing, empty, cut short, not OSM, or has no way in the box.
    """
    west, south, east, north = box
    points = relations = kept = 0
    tags: Counter[tuple[str, str]] = Counter()
    with readable(source), osmium.BackReferenceWriter(str(out), str(source)) as writer:
        ways, reach = _ways_in(source, box)
        tagged = EmptyTagFilter()
        tagged.enable_for(NODE)  # nodes without tags come along with their ways
        found: Iterable[Any] = osmium.FileProcessor(str(source)).with_filter(tagged)
        for item in found:
            if item.is_node():
                place = item.location
                if west <= place.lon <= east and south <= place.lat <= north:
                    writer.add(item)
                    _count(item, tags)
                    points += 1
            elif item.is_way():
                if item.id in ways:
                    writer.add(item)
                    _count(item, tags)
                    kept += 1
            elif item.tags.get("type") not in BORDERS and _holds(item, ways):
                writer.add(item)
                _count(item, tags)
                relations += 1
    if not ways:
        there = ", ".join(f"{degrees:.3f}" for degrees in reach) if reach[0] <= reach[2] else "none"
        wanted = ", ".join(f"{degrees:.3f}" for degrees in box)
        msg = (
            f"OSM extract ({source}): holds no way in the box {wanted} (west, south, east, north); "
            f"it reaches {there}. Take an extract of the place."
        )
        raise SourceError(msg)
    # lines stick out of the box that an extract was cut to, and between them streets are missing
    parts = np.array([box, reach, *_stated_box(source)])
    (west, south), (east, north) = parts[:, :2].max(axis=0), parts[:, 2:].min(axis=0)
    whole = (float(west), float(south), float(east), float(north))
    return Cut(kept, points, relations, whole, tags)


def _stated_box(source: Path) -> list[Box]:
    """Read the box that an extract states to have been cut to; none where it states none."""
    box = osmium.FileProcessor(str(source)).header.box()
    if not box.valid():
        return []
    low, high = box.bottom_left, box.top_right
    return [(low.lon, low.lat, high.lon, high.lat)]


def _ways_in(source: Path, box: Box) -> tuple[set[int], Box]:
    """Find the ways with a node in a box or across it, and how far all ways of a file reach."""
    factory = WKBFactory()
    ways: set[int] = set()
    reach = np.array([180.0, 90.0, -180.0, -90.0])
    ids: list[int] = []
    lines: list[str] = []

    def look() -> None:
        shapes = shapely.from_wkb(np.array(lines, dtype=object))
        reach[:2] = np.minimum(reach[:2], shapely.total_bounds(shapes)[:2])
        reach[2:] = np.maximum(reach[2:], shapely.total_bounds(shapes)[2:])
        inside = shapely.intersects(shapes, shapely.box(*box))
        ways.update(np.array(ids)[inside].tolist())
        ids.clear()
        lines.clear()

    file = osmium.FileProcessor(str(source), NODE | WAY).with_locations()
    found: Iterable[Any] = file.with_filter(EntityFilter(WAY))
    for item in found:
        try:
            lines.append(factory.create_linestring(item))
        except (RuntimeError, osmium.InvalidLocationError):
            continue  # a way of one point, or at the end of the data
        ids.append(item.id)
        if len(ids) == AT_ONCE:
            look()
    if ids:
        look()
    west, south, east, north = reach.tolist()
    return ways, (west, south, east, north)


def _count(item: Any, tags: Counter[tuple[str, str]]) -> None:
    for key in KEYS:
        value = item.tags.get(key)
        if value is not None:
            # house numbers are counted as one, for they are as many as there are homes
            tags[key, "" if key == KEYS[0] else value] += 1


def extract_date(path: Path) -> str | None:
    """Say of which day an extract states to be, as 2026-11-21; None where it states none."""
    with readable(path):
        stated = osmium.FileProcessor(str(path)).header.get("osmosis_replication_timestamp", "")
    return stated[:10] or None


def _holds(relation: Any, ways: set[int]) -> bool:
    return any(member.type == "w" and member.ref in ways for member in relation.members)
