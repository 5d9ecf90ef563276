"""Streets and points of a user's own: sketch streets, any extract or osmnx graph, no catalog."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, CRSError, NetworkError, first
from htkgis.loaders.osm import read_osm_streets
from htkgis.loaders.osm_rules import first_position
from htkgis.loaders.osmnx_file import first_graphml_position
from htkgis.loaders.osmnx_streets import read_graphml_streets
from htkgis.loaders.streets import read_street_table
from htkgis.network import Graph, Mode, Snaps, snap
from htkgis.quantities import ADULT
from htkgis.store import Cache, sha256_file
from htkgis.store.files import files_of
from htkgis.study import Study

from .embedded import embedded_study
from .layers import EDGE_M, one, street_rules
from .modes import mode_graph, snapping
from .stated_facts import unknown_kinds
from .steps import Progress, Step, run_steps
from .stored_graph import StoredGraph
from .travellers import travelling

SKETCH = "sketch"
EXTRACT, GRAPH = ".pbf", ".graphml"
NEAR_DEG = 4.0
"""How far beyond its official area the study's CRS serves before another zone is taken."""


def own_graph(
    streets: str,
    study: Study,
    mode: str,
    *,
    crs: str,
    lens: str = ADULT,
    speed_kph: float | None = None,
    bare: bool = False,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Build the graph of a mode over a user's own streets, or take it from the cache.

    All parameters as :func:`own_stored_graph`.
    """
    return own_stored_graph(
        streets, study, mode,
        crs=crs, lens=lens, speed_kph=speed_kph, bare=bare, cache=cache, progress=progress,
    ).graph  # fmt: skip


def own_stored_graph(
    streets: str,
    study: Study,
    mode: str,
    *,
    crs: str,
    lens: str = ADULT,
    speed_kph: float | None = None,
    bare: bool = False,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> StoredGraph:
    """Build the graph of a mode over a user's own streets where it is not in the cache yet.

    Parameters
    ----------
    streets
        ``sketch``, or the path of an OpenStreetMap extract or of a graph saved by osmnx.
    study
        Decides on the mode.
    mode
        One of the study's modes.
    lens
        Who travels: ``adult``, or a lens of the mode.
    crs
        As :func:`own_crs` chooses it.
    speed_kph
        On every street; the study's speeds where missing.
    bare
        Whether time is length divided by speed and nothing else.
    cache
        Where the network lies between calls; the user's own where missing.
    progress
        Told before each step that is computed.
    """
    travel = _at_speed(travelling(study, mode, lens, bare=bare), speed_kph)
    steps = _network_steps(streets, study, crs, travel)
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    name = f"{mode}_graph"
    folder = results.cache.path(results.keys[name], "entry.json").parent.absolute()
    return StoredGraph(folder, name, files_of(name, results.records[name]))


def own_unknown_kinds(streets: str) -> list[str]:
    """List the kinds that a user's own streets do not tell from others; the sketch has some."""
    if streets != SKETCH:
        return []
    return unknown_kinds(read_catalog(embedded_study() / "layers" / "catalog.toml"))


def own_snaps(
    graph: Graph,
    points: gpd.GeoDataFrame,
    study: Study,
    mode: str,
    *,
    what: str,
    max_snap_m: float | None = None,
) -> Snaps:
    """Snap a user's own points by the study's rules, or by a distance of their own.

    Raises
    ------
    NetworkError
        If none of the points is near a street.
    """
    rules = snapping(study, mode)
    if max_snap_m is not None:
        rules["max_snap_m"] = max_snap_m
    snaps = snap(graph, points, **rules)
    if len(snaps) and len(snaps.too_far) == len(snaps):
        _none_near(what, snaps.too_far, rules["max_snap_m"])
    return snaps


def graph_coverage(graph: Graph) -> shapely.Geometry:
    """Find where the streets of a graph are whole: their hull, less 100 m."""
    return shapely.buffer(shapely.convex_hull(shapely.multipoints(graph.edge_xy)), -EDGE_M)


def _none_near(what: str, too_far: pd.DataFrame, limit_m: float) -> None:
    msg = (
        f"{what}: none of {len(too_far)} points lies within {limit_m:g} m of a street; first: "
        f"{first(too_far['id'])}, the nearest at {too_far['distance_m'].min():,.0f} m. Take "
        "streets of the same place, or raise --max-snap-m."
    )
    raise NetworkError(msg)


def own_crs(streets: str, study: Study) -> str:
    """Choose the study's CRS where the streets lie near its zone, else the UTM zone they lie in."""
    position = None if streets == SKETCH else _first_position(_file_path(streets))
    area = CRS.from_user_input(study.study.crs).area_of_use
    if position is None or area is None:
        return study.study.crs
    lon, lat = position
    near = area.west - NEAR_DEG <= lon <= area.east + NEAR_DEG and area.south <= lat <= area.north
    if near:
        return study.study.crs
    try:
        return str(gpd.GeoSeries.from_xy([lon], [lat], crs="EPSG:4326").estimate_utm_crs())
    except RuntimeError as error:
        msg = (
            f"--streets {streets!r}: the first node lies at {lat:.6g} north, {lon:.6g} east, where "
            "UTM has no zone; between 80 south and 84 north is allowed. Check the CRS of the file."
        )
        raise CRSError(msg) from error


def _first_position(path: Path) -> tuple[float, float] | None:
    """Longitude and latitude of the first node of a file of streets."""
    return first_graphml_position(path) if _is_graph(path) else first_position(path)


def _is_graph(path: Path) -> bool:
    return path.suffix.lower() == GRAPH


def _file_path(streets: str) -> Path:
    path = Path(streets)
    if path.suffix.lower() not in {EXTRACT, GRAPH}:
        msg = (
            f"--streets {streets!r}: is neither '{SKETCH}' nor a file of streets; a path that "
            "ends in .osm.pbf (OpenStreetMap extract) or .graphml (saved by osmnx or htkgis "
            "update osm) is allowed. Name such a file."
        )
        raise ConfigError(msg)
    return path


def _at_speed(mode: Mode, speed_kph: float | None) -> Mode:
    """Let a mode travel at one speed; walking, people walk to the street at that speed too."""
    if speed_kph is None:
        return mode
    return replace(mode, speed_kph=speed_kph, speeds=None, share=1.0)


def _network_steps(streets: str, study: Study, crs: str, mode: Mode) -> list[Step]:
    if streets == SKETCH:
        catalog = read_catalog(embedded_study() / "layers" / "catalog.toml")
        names = [one(catalog, "streets"), one(catalog, "street_nodes")]
        paths = [catalog.file(name) for name in names]
        load = Step(
            "sketch_streets",
            (),
            ("streets", "street_report"),
            lambda: _sketch(paths[0], paths[1], study, crs),
            parameters=[crs, study.modes.model_dump(mode="json")],
            files={path.name: sha256_file(path) for path in paths},
        )
    else:
        path = _file_path(streets)
        load = Step(
            "osm_streets",
            (),
            ("streets", "street_report"),
            lambda: _from_file(path, study, crs),
            parameters=[crs, study.modes.model_dump(mode="json")],
            files={"streets": sha256_file(path)},
        )
    build = Step(
        f"{mode.name}_graph",
        ("streets",),
        (f"{mode.name}_graph", f"{mode.name}_network"),
        lambda table: mode_graph(table, mode),
        parameters=asdict(mode),
    )
    return [load, build]


def _sketch(streets: Path, nodes: Path, study: Study, crs: str) -> dict[str, Any]:
    table = read_street_table(streets, nodes, crs=crs, rules=street_rules(study.modes))
    return {"streets": table, "street_report": {"edges": len(table)}}


def _from_file(path: Path, study: Study, crs: str) -> dict[str, Any]:
    read = read_graphml_streets if _is_graph(path) else read_osm_streets
    table, report = read(path, crs=crs, rules=street_rules(study.modes))
    return {"streets": table, "street_report": asdict(report)}
