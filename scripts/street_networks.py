"""Networks that the street engine is measured on: extracts, cut at vertices, or made as grids."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from htkgis.loaders import read_osm_streets
from htkgis.network import Graph, build_graph, graph_arrays, graph_from_arrays
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of
from htkgis.study import read_study

CRS = "EPSG:25832"
SEED = 20261121
SPACING_M, JITTER_M, DROPPED = 60.0, 20.0, 0.15
"""A grid of streets: how far apart, how far off, and how many of them are missing."""


def graph_of(extract: Path, mode: str) -> Graph:
    """Read an extract by the rules of the embedded study, and build the graph of a mode."""
    study = read_study(embedded_study() / "study.toml")
    streets, _ = read_osm_streets(extract, crs=CRS, rules=street_rules(study.modes))
    return build_graph(streets, mode=mode_of(study, mode))


def cut_at_vertices(graph: Graph) -> Graph:
    """Build the graph in which every vertex of a street is a node, as many packages have it."""
    start, end = np.arange(len(graph.edge_xy) - 1), np.arange(1, len(graph.edge_xy))
    inside = np.ones(len(start), dtype=bool)
    inside[graph.edge_xy_start[1:-1] - 1] = False
    xy = np.round(graph.edge_xy, 3)
    _, name = np.unique(xy, axis=0, return_inverse=True)
    name = name.ravel()
    return _walkable(graph.edge_xy, name, start[inside], end[inside], graph.speed_kph)


def jittered_grid(side: int) -> Graph:
    """Build ``side`` by ``side`` junctions of a town that looks the same everywhere."""
    random = np.random.default_rng(SEED)
    cells = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy = cells * SPACING_M + random.uniform(-JITTER_M, JITTER_M, (len(cells), 2))
    number = np.arange(side * side).reshape(side, side)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = random.random(len(start)) >= DROPPED
    return _walkable(xy, np.arange(len(xy)), start[kept], end[kept], 4.5)


def _walkable(xy: Any, name: Any, start: Any, end: Any, speed_kph: float) -> Graph:
    """Build straight two-way streets between positions; those of one name are one node."""
    names = np.char.add("v", name.astype(str))
    table = {
        "id": np.char.add("s", np.arange(len(start)).astype(str)),
        "from_node": names[start],
        "to_node": names[end],
        "length_m": np.hypot(*(xy[end] - xy[start]).T),
        "oneway": False,
        "walk": True,
    }
    lines = shapely.linestrings(np.stack([xy[start], xy[end]], axis=1))
    streets = gpd.GeoDataFrame(table, geometry=lines, crs=CRS)
    return build_graph(streets, mode="walk", speed_kph=speed_kph)


def stored(graph: Graph, folder: Path) -> Path:
    """Write a graph for other processes; see :func:`restored`."""
    made = Path(tempfile.mkdtemp(dir=folder))
    for name, array in graph_arrays(graph).items():
        np.save(made / f"{name}.npy", array)
    return made


def restored(folder: Path) -> Graph:
    """Map a graph that was :func:`stored`."""
    return graph_from_arrays(
        {file.stem: np.load(file, mmap_mode="r") for file in sorted(folder.glob("*.npy"))}
    )
