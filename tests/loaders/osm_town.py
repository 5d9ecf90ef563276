"""A small town as an OSM file, and what the tests ask of the streets read from it."""

from __future__ import annotations

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from htkgis.loaders.osm import read_osm_streets
from htkgis.loaders.street_rules import KEYS, ModeRules, StreetRules

UTM32 = "EPSG:25832"
RULES = ModeRules(
    keys=KEYS["walk"],
    closed_kinds=(
        "motorway",
        "motorway_link",
        "trunk",
        "trunk_link",
        "construction",
        "proposed",
        "raceway",
        "platform",
        "bus_guideway",
    ),
    closed_access=("no", "private"),
    opening=("yes", "designated", "permissive", "destination", "official"),
    closing=("no", "use_sidepath"),
)
WALKING = StreetRules({"walk": RULES})
"""A study that decides on walking only."""

CLOSED = {"barrier": "gate", "access": "private"}
STEP = 0.001
"""Degrees between neighbours of the grid; 111.34 m from south to north at 55.65."""


@pytest.fixture
def town(tmp_path):
    """Write an OSM file: node ``10 * row + column`` on a grid, ways as (id, nodes, tags)."""

    def write(*ways, tags=None, missing=(), places=None, sorted_file=True, name="town.osm.pbf"):
        path = tmp_path / name
        refs = sorted({ref for _, nodes, _ in ways for ref in nodes} - set(missing))
        places = places or {}
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            if not sorted_file:
                add_ways(writer, ways)
            for ref in refs:
                place = places.get(ref, (12.28 + ref % 10 * STEP, 55.65 + ref // 10 * STEP))
                writer.add_node(Node(id=ref, location=place, tags=(tags or {}).get(ref, {})))
            if sorted_file:
                add_ways(writer, ways)
        return path

    return write


def add_ways(writer, ways):
    for way_id, nodes, tags in ways:
        found = {"highway": tags} if isinstance(tags, str) else tags
        writer.add_way(Way(id=way_id, nodes=list(nodes), tags=found))


def read(path, rules=WALKING, **options):
    return read_osm_streets(path, crs=UTM32, rules=rules, **options)


def ends(streets):
    return dict(
        zip(streets["id"], zip(streets["from_node"], streets["to_node"], strict=True), strict=True)
    )


def reachable(streets, start):
    """Nodes that can be walked to, by plain search."""
    seen, todo = set(), [start]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += streets.loc[streets["from_node"] == node, "to_node"].tolist()
            todo += streets.loc[streets["to_node"] == node, "from_node"].tolist()
    return seen
