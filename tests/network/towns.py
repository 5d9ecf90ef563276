"""Small street networks that the tests of this folder build on."""

from functools import cache

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st

from htkgis.network import build_graph

CRS = "EPSG:25832"
METRE_PER_SECOND_KPH = 3.6
"""At this speed a metre costs ten deciseconds, so lengths can be read as times."""


def streets(rows, at, *, modes=("walk", "bike")):
    """Straight streets: rows of (from, to, length_m, oneway); ``at`` maps node to position."""
    table = {
        "id": [f"s{number:03}" for number in range(len(rows))],
        "from_node": [str(row[0]) for row in rows],
        "to_node": [str(row[1]) for row in rows],
        "length_m": [float(row[2]) for row in rows],
        "oneway": [bool(row[3]) for row in rows],
        **{mode: [True] * len(rows) for mode in modes},
    }
    lines = [line(at[row[0]], at[row[1]]) for row in rows]
    return gpd.GeoDataFrame(table, geometry=lines, crs=CRS)


def line(start, end):
    """A straight line, or a small triangle where a street ends where it begins."""
    if tuple(start) != tuple(end):
        return shapely.LineString([start, end])
    x, y = start
    return shapely.LineString([(x, y), (x + 5, y), (x, y + 5), (x, y)])


def grid(side=3, spacing_m=100.0):
    """Square grid of streets, nodes named by column and row: '00' is at the lower left."""
    digits = len(str(side - 1))

    def name(x, y):
        return f"{x:0{digits}}{y:0{digits}}"

    steps = range(side - 1)
    at = {name(x, y): (x * spacing_m, y * spacing_m) for x in range(side) for y in range(side)}
    rows = [(name(x, y), name(x + 1, y), spacing_m, 0) for x in steps for y in range(side)]
    rows += [(name(x, y), name(x, y + 1), spacing_m, 0) for x in range(side) for y in steps]
    return streets(rows, at)


def walk(table):
    """Graph of a table at one metre per second."""
    return build_graph(table, mode="walk", speed_kph=METRE_PER_SECOND_KPH)


def bike(table):
    """Graph with one-way streets at one metre per second."""
    return build_graph(table, mode="bike", speed_kph=METRE_PER_SECOND_KPH)


def points(*positions, ids=None):
    """Points with ids p0, p1, ..."""
    ids = [f"p{number}" for number in range(len(positions))] if ids is None else ids
    x, y = np.reshape(np.asarray(positions, dtype=float), (-1, 2)).T
    return gpd.GeoDataFrame({"id": ids}, geometry=gpd.points_from_xy(x, y), crs=CRS)


# To make a strategy takes longer than to draw from it: each is made once.
COUNT, POSITION = st.integers(2, 9), st.tuples(st.integers(0, 40), st.integers(0, 40))
LENGTH_M = st.one_of(
    st.just(0.0),
    st.integers(1, 300).map(float),
    st.floats(0, 50, allow_subnormal=False),
    st.integers(100_000, 900_000).map(float),
)
ALONG, OFF_M = st.floats(0, 1), st.integers(0, 20)


@cache
def _positions(count):
    return st.lists(POSITION, min_size=count, max_size=count, unique=True)


@cache
def _rows(count):
    node = st.sampled_from([f"n{number}" for number in range(count)])
    row = st.tuples(node, node, LENGTH_M, st.booleans())
    return st.lists(row, min_size=1, max_size=16)


@st.composite
def networks(draw):
    """Random streets with islands, parallel and one-way streets, loops, zero and huge lengths."""
    count = draw(COUNT)
    places = draw(_positions(count))
    at = {f"n{number}": (10.0 * x, 10.0 * y) for number, (x, y) in enumerate(places)}
    return streets(draw(_rows(count)), at)


@st.composite
def spots(draw, table, *, count):
    """Positions near the streets of a table, each within 30 m of one."""
    chosen = []
    for _ in range(count):
        street = table.geometry.iloc[draw(st.integers(0, len(table) - 1))]
        on = street.interpolate(draw(ALONG), normalized=True)
        off = draw(OFF_M)
        chosen.append((on.x + off, on.y))
    return points(*chosen)


def shortest(graph):
    """Bellman-Ford over the edges: deciseconds between all nodes, inf where there is no way."""
    best = np.full((graph.nodes, graph.nodes), np.inf)
    np.fill_diagonal(best, 0)
    for _ in range(graph.nodes):
        for start, end, there, back in zip(
            graph.edge_from,
            graph.edge_to,
            graph.edge_forward_ds,
            graph.edge_backward_ds,
            strict=True,
        ):
            if there >= 0:
                best[:, end] = np.minimum(best[:, end], best[:, start] + there)
            if back >= 0:
                best[:, start] = np.minimum(best[:, start], best[:, end] + back)
    return best
