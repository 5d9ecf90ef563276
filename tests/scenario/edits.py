"""Small towns placed where degrees mean something, and edits of their streets in metres."""

import geopandas as gpd
import numpy as np
import shapely

from htkgis.network import search
from htkgis.scenario_rules import AddStreet, ChangeStreet, CloseStreet, RerouteStreet
from tests.network.towns import grid, walk

CRS = "EPSG:25832"
EAST_M, NORTH_M = 700_000.0, 6_170_000.0
YEAR = 2030


def placed(table):
    """Move a small town to Taastrup, with all flags a table of streets has."""
    flags = dict.fromkeys(("tunnel", "bridge"), False)
    moved = table.geometry.translate(EAST_M, NORTH_M)
    return table.assign(kind="footway", name=None, **flags).set_geometry(moved)


TOWN = placed(grid(3))
"""Streets of 100 m; junctions '00' to '22' by column and row."""


def degrees(*points):
    """Longitude and latitude of points in metres from the corner of the town."""
    shapes = gpd.GeoSeries(
        [shapely.Point(EAST_M + x, NORTH_M + y) for x, y in points], crs=CRS
    ).to_crs("EPSG:4326")
    return tuple((point.x, point.y) for point in shapes)


def spot(x, y):
    """The same of one point, as an edit has it."""
    lon, lat = degrees((x, y))[0]
    return {"lat": lat, "lon": lon}


def add(*points, name="new", start=2026, end=None, **facts):
    return AddStreet(
        kind="add_street", id=name, from_year=start, to_year=end, line=degrees(*points), **facts
    )


def reroute(street, *points, start=2026, **facts):
    return RerouteStreet(
        kind="reroute_street", street=street, from_year=start, line=degrees(*points), **facts
    )


def change(*ids, start=2026, **facts):
    return ChangeStreet(kind="change_street", streets=ids, from_year=start, **facts)


def close(*ids, modes=("walk", "bike"), start=2026):
    return CloseStreet(kind="close_street", streets=ids, modes=modes, from_year=start)


def times(table, nodes, graph_of=walk):
    """Deciseconds between junctions, by their ids; those of no street are on an island."""
    graph = graph_of(table)
    at = {name: row for row, name in enumerate(graph.node_ids.tolist())}
    found = np.full((len(nodes), len(nodes)), 2**30)
    for row, name in enumerate(nodes):
        if name in at:
            labels = search(graph, [at[name]], [0])
            found[row] = [labels[at[other]] if other in at else 2**30 for other in nodes]
    np.fill_diagonal(found, 0)
    return found
