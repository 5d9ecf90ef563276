"""The way behind a figure: a shortest route between two places of a study, street by street."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError, NetworkError, first
from htkgis.network import Graph, Snaps, graph_from_arrays, snap, street_times
from htkgis.network.pieces import with_wholes
from htkgis.network.route import Route, route, route_line
from htkgis.quantities import ADULT
from htkgis.store import Cache, sha256_bytes, write_atomic
from htkgis.study import Study, read_study
from htkgis.units import DECISECONDS_PER_MINUTE

from .entrances import once_per_place, snap_places
from .loading_steps import travel_steps
from .mode_steps import named
from .modes import snapping
from .stated_facts import unknown_kinds
from .steps import Progress, Results, run_steps
from .travellers import Travellers, travellers

PRECISION_DEG = 7
INPUTS = ("origins", "places", "streets", "barriers", "entrances")
"""Tables that a route is found in."""


@dataclass(frozen=True)
class RouteReport:
    """A route as a planner checks it on the ground.

    Parameters
    ----------
    start, end
        Names of the points.
    travellers
        Who travels how, and what the minutes mean.
    time_min, length_m
        Whole trip, and the length of street in it.
    leave_min, arrive_min
        Minutes between the points and the street, with what the mode takes besides.
    legs
        Streets in the order of travel: ``name`` (missing where it has none), ``kind``,
        ``time_min``, ``length_m``; neighbouring parts of one street are one leg.
    line
        The route in WGS 84.
    credits
        Credits of the layers it is drawn from.
    """

    start: str
    end: str
    travellers: Travellers
    time_min: float
    length_m: float
    leave_min: float
    arrive_min: float
    legs: pd.DataFrame
    line: Any
    credits: tuple[str, ...]


def find_route(
    study_path: Path,
    catalog_path: Path,
    start: str,
    end: str,
    *,
    mode: str = "walk",
    lens: str = ADULT,
    bare: bool = False,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> RouteReport:
    """Find a shortest route between two points of a study.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    start, end
        Id of an origin or a place, or a position ``latitude,longitude`` in degrees.
    mode
        A mode of the study.
    lens
        Who travels: ``adult``, or a lens of the mode.
    bare
        Whether time is length divided by speed and nothing else.
    data
        Folder that ``{data}`` stands for in the catalog.
    cache
        Where the network lies between calls; the user's own where missing.
    progress
        Told before each step that is computed.

    Raises
    ------
    ConfigError
        If a point is neither an id nor a position, or the study has no such mode or
        lens.
    NetworkError
        If a point is too far from any street, or there is no way.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    who = travellers(study, mode, lens, bare=bare, unknown_kinds=unknown_kinds(catalog))
    steps = travel_steps(
        study, catalog, catalog.checked_hashes(), INPUTS, mode=mode, lens=lens, bare=bare
    )
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    graph = graph_from_arrays(results[f"{named(mode, lens)}_graph"])
    ends = known_ends(start, end, results, study.study.crs)
    doors = doors_of_ends(graph, ends, results, study, mode)
    snaps = nearest_doors(graph, doors)
    found = route(graph, snaps[0], snaps[1])
    if found is None:
        msg = (
            f"route ({mode}): there is no way from {start!r} to {end!r} over the streets of the "
            "catalog; they lie on parts that do not hang together. htkgis check counts such parts: "
            "correct the streets, or choose other ends."
        )
        raise NetworkError(msg)
    return _report(found, graph, snaps, ends, results["streets"], catalog, study, who)


def known_ends(
    start: str,
    end: str,
    results: Results,
    crs: str,
    *,
    stops: gpd.GeoDataFrame | None = None,
) -> list[gpd.GeoDataFrame]:
    """Find both ends by their ids, among stops too where there are any, or by their positions."""
    known = _points(results["origins"], results["places"])
    if stops is not None:
        known = gpd.GeoDataFrame(pd.concat([known, stops], ignore_index=True), crs=known.crs)
    return [_point(text, known, crs, option) for text, option in ((start, "--from"), (end, "--to"))]


def doors_of_ends(
    graph: Graph,
    ends: Sequence[gpd.GeoDataFrame],
    results: Results,
    study: Study,
    mode: str,
) -> list[Snaps]:
    """Snap both ends, places by all their entrances."""
    rules, barriers, places = snapping(study, mode), results["barriers"], results["places"]
    return [
        snap_places(graph, own, results["entrances"], barriers=barriers, **rules)
        if len(own := places[places["id"].eq(point["id"].iloc[0])])
        else snap(graph, point, **rules, barriers=barriers)
        for point in ends
    ]


def nearest_doors(graph: Graph, doors: list[Snaps], *, limit_ds: int | None = None) -> list[Snaps]:
    """Choose the entrances at either end that are nearest to each other, as the times do.

    Where none is within the limit, the first of each end.
    """
    if all(len(own) == 1 for own in doors):
        return doors
    times = street_times(graph, *doors, limit_ds=limit_ds)
    if not len(times):
        return [once_per_place(own) for own in doors]
    shortest = int(times.time_ds.argmin())
    rows = (times.from_index[shortest], times.to_index[shortest])
    return [
        Snaps(**{name: values[[row]] for name, values in vars(own).items()})
        for own, row in zip(doors, rows, strict=True)
    ]


def write_route(report: RouteReport, path: Path) -> str:
    """Write a route as GeoJSON (WGS 84), with its minutes and credits; return its hash.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    feature = {
        "type": "Feature",
        "properties": {
            "from": report.start,
            "to": report.end,
            "mode": report.travellers.mode,
            "lens": report.travellers.lens,
            "plain": report.travellers.bare,
            "felt_minutes" if report.travellers.felt else "minutes": report.time_min,
            "metres": report.length_m,
            "credit": "; ".join(report.credits),
        },
        "geometry": json.loads(shapely.to_geojson(report.line)),
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    content = (json.dumps(collection, ensure_ascii=False) + "\n").encode()
    write_atomic(path, content)
    return sha256_bytes(content)


def _points(origins: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = ["id", "name", "geometry"]
    both = pd.concat([origins[columns], places[columns]], ignore_index=True)
    return gpd.GeoDataFrame(both, geometry="geometry", crs=origins.crs)


def _point(text: str, known: gpd.GeoDataFrame, crs: str, option: str) -> gpd.GeoDataFrame:
    """Find a point by its id, or place it by its position."""
    own = known[known["id"] == text]
    if len(own):
        return own.iloc[[0]]
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        msg = (
            f"{option} {text!r}: is no id of an origin or a place, such as {first(known['id'])}, "
            "and no position; 'latitude,longitude' in degrees is allowed. Correct it."
        )
        raise ConfigError(msg) from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004 - degrees of the globe
        msg = (
            f"{option} {text!r}: lies nowhere on the globe; latitudes of -90 to 90 and longitudes "
            "of -180 to 180 degrees are allowed. Correct it."
        )
        raise ConfigError(msg)
    place = gpd.GeoDataFrame(
        {"id": [text], "name": [None]}, geometry=gpd.points_from_xy([lon], [lat]), crs="EPSG:4326"
    )
    return place.to_crs(crs)


def _report(
    found: Route,
    graph: Graph,
    snaps: list[Snaps],
    ends: list[gpd.GeoDataFrame],
    streets: gpd.GeoDataFrame,
    catalog: Catalog,
    study: Study,
    who: Travellers,
) -> RouteReport:
    names = [
        str(row["id"] if pd.isna(row["name"]) else row["name"])
        for row in (each.iloc[0] for each in ends)
    ]
    line = gpd.GeoSeries([_whole_line(found, graph, snaps)], crs=study.study.crs)
    layers = [*catalog.by_role("streets").values(), *catalog.by_role("street_nodes").values()]
    return RouteReport(
        start=names[0],
        end=names[1],
        travellers=who,
        time_min=_minutes(found.time_ds),
        length_m=round(found.length_m, 1),
        leave_min=_minutes(found.leave_ds),
        arrive_min=_minutes(found.arrive_ds),
        legs=_legs(found, graph, streets),
        line=shapely.set_precision(line.to_crs("EPSG:4326").iloc[0], 10.0**-PRECISION_DEG),
        credits=tuple(dict.fromkeys(layer.credit for layer in layers)),
    )


def _whole_line(found: Route, graph: Graph, snaps: list[Snaps]) -> Any:
    """Draw the route; a trip that touches the street at one place only is drawn as that place."""
    line = route_line(graph, found)
    return shapely.Point(snaps[0].xy[0]) if line.is_empty else line


def _legs(found: Route, graph: Graph, streets: gpd.GeoDataFrame) -> pd.DataFrame:
    facts = with_wholes(streets).set_index("id")[["name", "kind"]]
    ids = [str(graph.edge_ids[leg.edge]) for leg in found.legs]
    named = facts.reindex(ids)
    rows = []
    keyed = zip(found.legs, named["name"], named["kind"], strict=True)
    texts = ((leg, None if pd.isna(name) else str(name), str(kind)) for leg, name, kind in keyed)
    for (name, kind), group in groupby(texts, key=lambda each: each[1:]):
        legs = [each[0] for each in group]
        rows.append(
            {
                "name": name,
                "kind": kind,
                "time_min": _minutes(sum(leg.time_ds for leg in legs)),
                "length_m": round(sum(leg.length_m for leg in legs), 1),
            }
        )
    return pd.DataFrame(rows, columns=["name", "kind", "time_min", "length_m"])


def _minutes(time_ds: int) -> float:
    return round(time_ds / DECISECONDS_PER_MINUTE, 2)
