"""Places of an OpenStreetMap extract by a tag: points, and areas with their outline.

Many extracts draw a place twice, as an area and as a point with its name. Here it is one: the
area, with the name of the point. The point lies in the area, or at its centre of gravity, which
of an area that bends around something lies beside it.

Source: OpenStreetMap, ODbL 1.0, credit "© OpenStreetMap contributors".
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import osmium
import shapely
from osmium.filter import EntityFilter, KeyFilter
from osmium.geom import WKBFactory
from osmium.osm import AREA, NODE

from htkgis.errors import SourceError

from .osm_rules import readable

Rows = npt.NDArray[np.intp]
COLUMNS = ("id", "kind", "name")
HOUSE_NUMBER = "addr:housenumber"
CENTRE_M = 5.0
"""So near to the centre of gravity of an area a point is its label. In an extract of Greater
Copenhagen 114 of the 146 points of parks that lie in none are within 2 m of one."""
DEGREE_M = 111_320.0
"""A degree of latitude, in metres."""


def read_osm_places(
    path: Path, *, key: str, values: frozenset[str]
) -> tuple[gpd.GeoDataFrame, int, int]:
    """Read the points, closed ways and multipolygons that carry one tag.

    Parameters
    ----------
    path
        ``.osm.pbf``.
    key, values
        Tag, and the values of it that are read; all where ``values`` is empty.

    Returns
    -------
    places
        ``id`` (``n``, ``w`` or ``r`` and the number), ``kind`` (the tag's value), ``name``
        (missing where there is none; of house numbers the address), points or polygons in
        EPSG:4326, by id.
    twice
        How many points were taken for the area of their kind that they lie in, or are the label of.
    left_out
        How many outlines do not close, or lack a node.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, not OSM, or holds no such place.
    """
    factory = WKBFactory()
    rows: list[tuple[str, str, str | None]] = []
    shapes: list[str] = []
    left_out = 0
    wanted = KeyFilter(key)
    with readable(path):
        file = osmium.FileProcessor(str(path)).with_areas(wanted)
        found: Iterable[Any] = file.with_filter(EntityFilter(AREA | NODE)).with_filter(wanted)
        for item in found:
            if values and item.tags[key] not in values:
                continue
            try:
                shape = (
                    factory.create_point(item)
                    if item.is_node()
                    else factory.create_multipolygon(item)
                )
            except RuntimeError:  # osmium's word for an outline that does not close
                left_out += 1
                continue
            shapes.append(shape)
            rows.append((_id(item), item.tags[key], _name(item, key)))
    if not rows:
        named = " or ".join(sorted(values)) or "any value"
        msg = (
            f"OSM places ({path}): holds no place with {key} = {named}; one at least is needed. "
            "Take an extract of the place, or take the layer out of the catalog."
        )
        raise SourceError(msg)
    columns = {
        name: np.array([row[at] for row in rows], dtype=object) for at, name in enumerate(COLUMNS)
    }
    geometry = shapely.from_wkb(np.array(shapes, dtype=object))
    table = gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")
    table = table.sort_values("id", kind="stable").reset_index(drop=True)
    places, twice = _once_each(table)
    return places, twice, left_out


def _id(item: Any) -> str:
    if item.is_node():
        return f"n{item.id}"
    return f"{'w' if item.from_way() else 'r'}{item.orig_id()}"


def _name(item: Any, key: str) -> str | None:
    """Name a place; a house by its street and number, as far as they are known."""
    if key != HOUSE_NUMBER:
        name: str | None = item.tags.get("name")
        return name
    return " ".join(part for part in (item.tags.get("addr:street"), item.tags[key]) if part)


def _once_each(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Take points for the area of their kind that they lie in or label, and count them.

    An area with several points of its kind is where these are, and not one place more.
    """
    point = shapely.get_type_id(table.geometry.to_numpy()) == shapely.GeometryType.POINT
    areas, points = np.flatnonzero(~point), np.flatnonzero(point)
    if len(areas) == 0 or len(points) == 0:
        return table, 0
    geometry, kinds = table.geometry.to_numpy(), table["kind"].to_numpy()
    inner, outer = shapely.STRtree(geometry[areas]).query(geometry[points], predicate="intersects")
    inner, outer = points[inner], areas[outer]
    alike = kinds[inner] == kinds[outer]
    inner, outer = inner[alike], outer[alike]
    held = np.bincount(outer, minlength=len(table))
    label, labelled = _labels(geometry, kinds, np.setdiff1d(points, inner), areas[held[areas] == 0])
    inner, outer = np.append(inner, label), np.append(outer, labelled)
    single = held[outer] <= 1
    names = table["name"].astype(object).where(table["name"].notna(), None).to_numpy().copy()
    for node, area in zip(inner[single], outer[single], strict=True):
        names[area] = names[area] or names[node]
    dropped = np.zeros(len(table), dtype=bool)
    dropped[inner[single]] = True
    dropped[held > 1] = True
    return table.assign(name=names).loc[~dropped].reset_index(drop=True), int(dropped.sum())


def _labels(
    geometry: npt.NDArray[Any], kinds: npt.NDArray[Any], points: Rows, areas: Rows
) -> tuple[Rows, Rows]:
    """Pair points beside areas with the area of their kind whose centre of gravity they are."""
    if len(points) == 0 or len(areas) == 0:
        return points[:0], areas[:0]
    at = shapely.get_coordinates(geometry[points])
    # a centre of gravity is the same in degrees and in metres, a distance is not
    wide = np.cos(np.radians(at[:, 1].mean()))

    def in_metres(shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        degrees = shapely.get_coordinates(shapes)
        metres: npt.NDArray[Any] = shapely.points(degrees * (DEGREE_M * wide, DEGREE_M))
        return metres

    centres = shapely.STRtree(in_metres(shapely.centroid(geometry[areas])))
    near, own = centres.query(in_metres(geometry[points]), predicate="dwithin", distance=CENTRE_M)
    alike = kinds[points[near]] == kinds[areas[own]]
    return points[near[alike]], areas[own[alike]]
