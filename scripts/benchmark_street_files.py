"""What begins with files: an extract to a graph, and a city's addresses to all of its places.

Each run is a process of its own, so that imports, reading and peak memory count.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from street_networks import CRS, graph_of
from street_report import Report, child, medians, peak_mb

from htkgis.units import UNREACHED

ROOT = Path(__file__).parent.parent
LIMITS_MIN = (5, 10, 15, 30)
ROWS_AT_A_TIME = 256
COMMAND = """
import atexit, sys, time
from htkgis.__main__ import main
def say():
    from street_report import peak_mb
    print(time.process_time(), peak_mb(), file=sys.stderr)
atexit.register(say)
main()
"""
"""The command, which says at its end what it took."""
READERS = ("htkgis", "pyrosm", "pyrosm and networkx", "osmnx")


def extract_to_graph(report: Report, extract: Path, runs: int, *, own: bool) -> None:
    """Time each reader from the extract to a walk graph.

    They do not agree on what may be walked, so nodes and edges are printed instead of compared;
    osmnx reads XML, whose writing is told apart.
    """
    question = f"{extract.name}: extract to walk graph"
    print(f"\n## {question}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for reader in READERS[:1] if own else READERS:
            call = ("--read", reader, str(extract), folder)
            first = child(__file__, *call)
            count = min(runs, 3) if first.get("wall_s", 0.0) > 20 else runs  # noqa: PLR2004
            more = [child(__file__, *call) for _ in range(count - 1)] if "wall_s" in first else []
            once = {name: first[name] for name in ("xml_s",) if name in first}
            report.add(question, reader, runs=1 + len(more), **medians([first, *more]) | once)


def read_once(reader: str, extract: str, folder: str) -> dict[str, Any]:
    """Read with one package, imports not counted; give seconds, sizes and the peak."""
    if reader == "htkgis":
        run = lambda: graph_of(Path(extract), "walk")  # noqa: E731
    elif reader == "osmnx":
        import osmnx  # noqa: PLC0415

        xml = Path(folder) / "extract.osm"
        convert_s = _as_xml(extract, xml)
        run = lambda: osmnx.graph_from_xml(xml, bidirectional=True)  # noqa: E731
    else:
        import pyrosm  # noqa: PLC0415

        def run() -> Any:
            nodes, edges = pyrosm.OSM(extract).get_network(network_type="walking", nodes=True)
            if reader == "pyrosm":
                return len(nodes), len(edges)
            return pyrosm.OSM(extract).to_graph(nodes, edges, graph_type="networkx")

    started = time.process_time(), time.perf_counter()
    made = run()
    cpu_s, wall_s = time.process_time() - started[0], time.perf_counter() - started[1]
    if reader == "htkgis":
        sizes = made.nodes, made.edges
    elif reader == "pyrosm":
        sizes = made
    else:
        sizes = made.number_of_nodes(), made.number_of_edges()
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "nodes": int(sizes[0]),
        "edges": int(sizes[1]),
        "peak_mb": peak_mb(),
        **({"xml_s": convert_s} if reader == "osmnx" else {}),
    }


def _as_xml(extract: str, xml: Path) -> float:
    """Write the walkable ways of an extract as XML, once; give the seconds, 0 where it is there."""
    if xml.exists():
        return 0.0
    import osmium  # noqa: PLC0415

    started = time.perf_counter()
    with osmium.BackReferenceWriter(str(xml), ref_src=extract, overwrite=True) as writer:
        for way in osmium.FileProcessor(extract, osmium.osm.WAY).with_filter(
            osmium.filter.KeyFilter("highway")
        ):
            writer.add(way)
    return time.perf_counter() - started


def addresses_to_places(report: Report, extract: Path, gpkg: Path, runs: int, *, own: bool) -> None:
    """Time every address to all places within four limits, from files to a file."""
    question = f"{extract.name}: every address to all places, {LIMITS_MIN} min"
    print(f"\n## {question}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for layer in ("address", "poi"):
            at = gpd.read_file(gpkg, layer=layer).to_crs("EPSG:4326").geometry
            table = {"id": [f"{layer}{row}" for row in range(len(at))], "lat": at.y, "lon": at.x}
            pd.DataFrame(table).to_csv(folder / f"{layer}.csv", index=False)
        for state in ("nothing cached", "streets cached"):
            spent = [_access(folder, extract, state == "nothing cached") for _ in range(runs + 1)]
            report.add(question, f"htkgis access, {state}", runs=runs, **medians(spent[1:]))
        if not own:
            for peer, what in (("scipy", "same graph"), ("pandana", "points as nodes of it")):
                found = child(__file__, "--plain", peer, str(extract), str(folder))
                report.add(question, f"{peer}, {what}", runs=1, **found)


def _access(folder: Path, extract: Path, fresh: bool) -> dict[str, float]:  # noqa: FBT001
    """Run the command once."""
    if fresh:
        shutil.rmtree(folder / "cache", ignore_errors=True)
    started = time.perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-c", COMMAND, "access", "--mode", "walk", "--plain"),
            *("--streets", str(extract), "--origins", str(folder / "address.csv")),
            *("--opportunities", str(folder / "poi.csv"), "--out", str(folder / "access.csv")),
            *(part for minutes in LIMITS_MIN for part in ("--limit-min", str(minutes))),
        ],
        cwd=Path(__file__).parent,
        env=os.environ | {"HTKGIS_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    wall_s = time.perf_counter() - started
    cpu_s, peak = map(float, done.stderr.splitlines()[-1].split())
    return {"wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": peak}


def plain_pipeline(extract: str, folder: str) -> dict[str, Any]:
    """Count with scipy from both ends of each street, and hold it against the command's file."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415
    from street_engines import SciPy  # noqa: PLC0415

    from htkgis.loaders.points import read_points  # noqa: PLC0415
    from htkgis.network.points import arriving, departing  # noqa: PLC0415
    from htkgis.network.search import along_edge  # noqa: PLC0415
    from htkgis.pipeline.embedded import embedded_study  # noqa: PLC0415
    from htkgis.pipeline.own_streets import own_graph, own_snaps  # noqa: PLC0415
    from htkgis.study import read_study  # noqa: PLC0415

    started = time.process_time(), time.perf_counter()
    study = read_study(embedded_study() / "study.toml")
    graph = own_graph(extract, study, "walk", crs=CRS, bare=True)
    matrix = SciPy(graph).matrix
    sides = []
    for layer, take in (("address", departing), ("poi", arriving)):
        points = read_points(Path(folder) / f"{layer}.csv", crs=CRS)
        sides.append(take(graph, own_snaps(graph, points, study, "walk", what=layer)).side)
    homes, places = sides
    ends, place = np.unique(homes.nodes, return_inverse=True)
    place = place.reshape(homes.nodes.shape)
    limit_ds = LIMITS_MIN[-1] * 600
    counts = np.zeros((len(homes.edge), len(LIMITS_MIN)))
    order = np.argsort(homes.nodes[:, 0], kind="stable")
    for begin in range(0, len(order), ROWS_AT_A_TIME):
        rows = order[begin : begin + ROWS_AT_A_TIME]
        used, at = np.unique(place[rows], return_inverse=True)
        far = dijkstra(matrix, indices=ends[used], limit=limit_ds + 0.5)
        far = np.where(np.isfinite(far), np.floor(far + 0.01), UNREACHED)
        onward = _sooner(far, places.nodes.T, places.costs.T)
        at = at.reshape(len(rows), 2)
        times = _sooner(onward.T, at.T, homes.costs[rows].T).T
        beside = (places.edge == homes.edge[rows][:, None]) & (homes.edge[rows] >= 0)[:, None]
        for home, other in np.argwhere(beside).tolist():
            along = along_edge(homes, int(rows[home]), places, other)
            times[home, other] = min(times[home, other], along)
        for column, minutes in enumerate(LIMITS_MIN):
            counts[rows, column] = (times <= minutes * 600).sum(axis=1)
    return _held_against_command(counts, folder, started)


def pandana_pipeline(extract: str, folder: str) -> dict[str, Any]:
    """Count with pandana, and hold it against the command's file.

    It knows nodes only, so that a point would move to a junction: every point is made a node of
    its street, and another at the end of the way to it. Streets and positions are those of the
    command; contraction counts, for every run would begin with it.
    """
    import pandana  # noqa: PLC0415

    from htkgis.loaders.points import read_points  # noqa: PLC0415
    from htkgis.pipeline.embedded import embedded_study  # noqa: PLC0415
    from htkgis.pipeline.own_streets import own_graph, own_snaps  # noqa: PLC0415
    from htkgis.study import read_study  # noqa: PLC0415

    started = time.process_time(), time.perf_counter()
    study = read_study(embedded_study() / "study.toml")
    graph = own_graph(extract, study, "walk", crs=CRS, bare=True)
    snaps = [
        own_snaps(graph, read_points(Path(folder) / f"{what}.csv", crs=CRS), study, "walk",
                  what=what)
        for what in ("address", "poi")
    ]  # fmt: skip
    edge, at_ds, walk_ds, xy = (
        np.concatenate([getattr(own, name) for own in snaps])
        for name in ("edge", "forward_ds", "connector_ds", "point_xy")
    )
    joined = np.flatnonzero(edge >= 0)
    place = graph.nodes + np.arange(len(joined))  # on the street; the points follow
    point = np.full(len(edge), -1)
    point[joined] = place + len(joined)
    start, end, cost = _parted(graph, edge[joined], at_ds[joined], place)
    x, y = np.concatenate([graph.node_xy, xy[joined], xy[joined]]).T
    ends = np.append(start, place), np.append(end, point[joined])
    costs = np.append(cost, walk_ds[joined]).astype(float)
    network = pandana.Network(
        pd.Series(x), pd.Series(y), *map(pd.Series, ends), pd.DataFrame({"ds": costs}), twoway=True
    )
    homes, places = np.split(point, [len(snaps[0])])
    there = places[places >= 0]
    network.set(pd.Series(there), variable=pd.Series(np.ones(len(there))), name="one")
    counts = np.full((len(homes), len(LIMITS_MIN)), np.nan)
    for column, minutes in enumerate(LIMITS_MIN):
        # costs are whole, and half of one keeps what lies on a limit inside
        reach = minutes * 600 + 0.5
        found = network.aggregate(reach, type="sum", decay="flat", name="one").to_numpy()
        counts[homes >= 0, column] = found[homes[homes >= 0]]
    return _held_against_command(counts, folder, started)


def _parted(graph: Any, edge: Any, at_ds: Any, place: Any) -> tuple[Any, Any, Any]:
    """Part each street at the places on it; give the ends of the parts and their costs."""
    every = np.arange(graph.edges)
    owner = np.concatenate([every, edge, every])
    node = np.concatenate([graph.edge_from, place, graph.edge_to])
    along = np.concatenate([np.zeros(graph.edges), at_ds, graph.edge_forward_ds])
    rank = np.repeat([0, 1, 2], [graph.edges, len(edge), graph.edges])
    order = np.lexsort((along, rank, owner))
    owner, node, along = owner[order], node[order], along[order]
    inside = owner[1:] == owner[:-1]
    return node[:-1][inside], node[1:][inside], np.diff(along)[inside]


def _held_against_command(counts: Any, folder: str, started: tuple[float, float]) -> dict[str, Any]:
    """Compare counts with the command's file, and give what they took."""
    spent = time.process_time() - started[0], time.perf_counter() - started[1]
    written = pd.read_csv(Path(folder) / "access.csv")
    value = written.pivot_table(index="origin_id", columns="limit_min", values="value")
    names = [f"address{row}" for row in range(len(counts))]
    snapped = [name in value.index for name in names]
    ours = value.loc[[name for name in names if name in value.index]].to_numpy()
    if not np.array_equal(ours, counts[snapped]):
        sys.exit(f"{(ours != counts[snapped]).sum()} counts differ")
    return {"wall_s": spent[1], "cpu_s": spent[0], "peak_mb": peak_mb(), "equal": ours.size}


def _sooner(times: Any, ends: Any, costs: Any) -> Any:
    """Give the sooner of the ways by both ends, for each row of times."""
    return np.minimum(*(times[:, end] + cost for end, cost in zip(ends, costs, strict=True)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--read", nargs=3)
    parser.add_argument("--plain", nargs=3)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read_once(*options.read)))
    else:
        peer, *files = options.plain
        run = {"scipy": plain_pipeline, "pandana": pandana_pipeline}[peer]
        print(json.dumps(run(*files)))
