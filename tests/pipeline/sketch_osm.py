"""The sketch network as OpenStreetMap ways: in a file, in a server's answer, and as tables again.

Every street becomes a way of its own, from junction to junction along its line; so the three hold
the same streets, and times over them differ by rounding only.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import NamedTuple

import osmium
import pyproj
import shapely
from osmium.osm.mutable import Node, Way

from tests.loaders.overpass_server import STAMP

WGS84 = pyproj.Geod(ellps="WGS84")
KINDS = {"main street": "tertiary", "local street": "residential", "path": "path"}
"""Kinds of OpenStreetMap that the study treats as it treats those of the sketch."""


class Town(NamedTuple):
    """Ways as (id, nodes, tags), and longitude and latitude of every node."""

    ways: list
    places: dict
    barriers: dict


def sketch_town(root, *, signed):
    """The streets of the sketch; with signs if ``signed``: one-way streets, limits, a gate.

    Signs stand on every few streets, by their number, so that they are the same each time.
    """
    with (root / "layers" / "street_nodes.csv").open(encoding="utf-8") as file:
        places = {
            int(row["id"][1:]): (float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(file)
        }
    ways, barriers = [], {}
    with (root / "layers" / "streets.csv").open(encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            between = shapely.from_wkt(row["line_wkt_wgs84"]).coords[1:-1]
            inner = [1000 * number + place for place in range(len(between))]
            places |= dict(zip(inner, between, strict=True))
            refs = [int(row["from_node"][1:]), *inner, int(row["to_node"][1:])]
            tags = {"highway": KINDS[row["kind"]]} | ({"name": row["name"]} if row["name"] else {})
            if signed:
                tags |= signs(number)
                if inner and number % 40 == 0:
                    barriers[inner[0]] = {"barrier": "bollard"}
            ways.append((number, refs, tags))
    return Town(ways, places, barriers)


def signs(number):
    """What signs say on a street: every seventh is one-way, every fifth has a limit."""
    tags = {}
    if number % 7 == 0:
        tags["oneway"] = "-1" if number % 14 == 0 else "yes"
    if number % 21 == 0:
        tags["oneway:bicycle"] = "no"
    if number % 5 == 0:
        tags["maxspeed"] = "40"
    return tags


def write_pbf(town, path):
    """Write a town as an OSM extract."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for ref, place in sorted(town.places.items()):
            writer.add_node(Node(id=ref, location=place, tags=town.barriers.get(ref, {})))
        for way_id, refs, tags in town.ways:
            writer.add_way(Way(id=way_id, nodes=refs, tags=tags))
    return path


def as_answer(town):
    """A town as an Overpass server answers."""
    elements = [
        {"type": "way", "id": way_id, "nodes": refs, "tags": tags}
        for way_id, refs, tags in town.ways
    ]
    for ref in sorted({ref for _, refs, _ in town.ways for ref in refs}):
        lon, lat = town.places[ref]
        node = {"type": "node", "id": ref, "lat": lat, "lon": lon}
        elements.append(node | ({"tags": town.barriers[ref]} if ref in town.barriers else {}))
    facts = {"timestamp_osm_base": STAMP, "copyright": "ODbL"}
    return {"version": 0.6, "generator": "test", "osm3s": facts, "elements": elements}


def write_tables(town, folder):
    """Write a town without signs as tables of streets and nodes, as the sketch is kept."""
    names = {kind: name for name, kind in KINDS.items()}
    rows = []
    for way_id, refs, tags in town.ways:
        line = shapely.LineString([town.places[ref] for ref in refs])
        metres = sum(
            WGS84.inv(*town.places[one], *town.places[other])[2] for one, other in pairwise(refs)
        )
        ends = (f"n{refs[0]}", f"n{refs[-1]}")
        kind = names[tags["highway"]]
        rows.append([f"s{way_id}", *ends, tags.get("name", ""), kind, "", "", metres, line.wkt])
    with (folder / "streets.csv").open("w", encoding="utf-8", newline="") as file:
        header = "id,from_node,to_node,name,kind,tunnel,bridge,length_m,line_wkt_wgs84"
        csv.writer(file).writerows([header.split(","), *rows])
    ends = sorted({ref for _, refs, _ in town.ways for ref in (refs[0], refs[-1])})
    with (folder / "street_nodes.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [[f"n{ref}", town.places[ref][1], town.places[ref][0]] for ref in ends]
        csv.writer(file).writerows([["id", "lat", "lon"], *rows])
