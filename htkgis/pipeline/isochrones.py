"""Isochrones for planners: what an area or own points reach, as areas and streets for QGIS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError, NetworkError, first
from htkgis.loaders.points import read_points
from htkgis.maps import Text, load_text, style
from htkgis.network import (
    Graph,
    Parts,
    Patches,
    Snaps,
    border_times,
    draw_parts,
    graph_from_arrays,
    isochrones_of_parts,
    reach,
    reached_parts,
    snap,
)
from htkgis.publish.downloads import geojson_bytes
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.qml import Category, categorised_style, single_style
from htkgis.quantities import ADULT
from htkgis.store import Cache, sha256_bytes, write_atomic
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, deciseconds

from .export_styles import isochrones_style, symbol_of
from .layers import street_coverage
from .loading_steps import travel_steps
from .mode_steps import named
from .modes import snapping
from .stated_facts import unknown_kinds
from .steps import Progress, Results, run_steps
from .surfaces import check_area, check_limit, provenance
from .transit_study import TransitMoment
from .travellers import travellers

GEOPACKAGE, GEOJSON = ".gpkg", ".geojson"
AT_LEAST = "at_least"
Rows = npt.NDArray[Any]
RENAMED = {"TIFFTAG_SOFTWARE": "software", "TIFFTAG_COPYRIGHT": "credit"}


@dataclass(frozen=True)
class IsochroneQuestion:
    """What is asked.

    Parameters
    ----------
    area
        Id of a housing area of the study: what is reached from the nearest of its origins.
    points
        Or a file of points with ``id``: what is reached from each of them.
    limits_min
        Limits in minutes; the study's catchment where there are none.
    mode, lens, bare
        As :func:`htkgis.pipeline.surfaces.write_surface`.
    moment
        By public transport: which timetable, when, and which percentile.
    max_walk_min, max_rides
        By public transport; the study's where missing.
    """

    area: str | None = None
    points: Path | None = None
    limits_min: tuple[float, ...] = ()
    mode: str = "walk"
    lens: str = ADULT
    bare: bool = False
    moment: TransitMoment = field(default_factory=TransitMoment)
    max_walk_min: float | None = None
    max_rides: int | None = None


@dataclass(frozen=True)
class Reached:
    """What one place reaches: its id, parts of streets by limit, the limits that are bounds."""

    origin_id: str
    parts: Mapping[float, Parts]
    cut: Sequence[bool]


@dataclass(frozen=True)
class IsochroneReport:
    """What was measured and written.

    Parameters
    ----------
    path, sha256
        The file and its hash.
    table
        ``origin_id``, ``mode``, ``limit_min``, ``reached_km`` (true length of street), ``bound``
        (``at_least`` where the search met the end of the streets: there may be more beyond), and
        polygons, nested within an origin, empty where nothing is reached.
    too_far
        Ids and distances of points too far from any street; they have no isochrone.
    about
        What the file says of itself: data, credits, decisions.
    """

    path: Path
    sha256: str
    table: gpd.GeoDataFrame
    too_far: pd.DataFrame
    about: Mapping[str, str]


def write_isochrones(
    study_path: Path,
    catalog_path: Path,
    question: IsochroneQuestion,
    out: Path,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> IsochroneReport:
    """Draw what is reached within minute limits over the streets of a study.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`.
    question
        From where, within what, and how.
    out
        ``.gpkg`` (the study's CRS: layers ``origins``, ``streets``, ``isochrones`` with styles,
        and tables of data and decisions), or ``.geojson`` (WGS 84, origins and isochrones).

    Raises
    ------
    ConfigError
        The study shows no such area or decides on no such mode or lens, a limit is too short, or
        the file's ending names no format.
    NetworkError
        If no origin is near a street.
    HtkgisError
        As ``htkgis run``; nothing is written then.
    """
    study = read_study(study_path)
    check_question(question, out, study)
    catalog = read_catalog(catalog_path, data=data)
    who = travellers(
        study,
        question.mode,
        question.lens,
        bare=question.bare,
        unknown_kinds=unknown_kinds(catalog),
    )
    if not question.bare:
        check_limit(min(limits_of(question, study)), who.mode, study, "--limit-min")
    hashes = catalog.checked_hashes()
    inputs = inputs_of(question)
    steps = travel_steps(
        study, catalog, hashes, inputs, mode=who.mode, lens=who.lens, bare=who.bare
    )
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    graph = graph_from_arrays(results[f"{named(who.mode, who.lens)}_graph"])
    starts = starts_of(question, study, graph, results)
    limits = limits_of(question, study)
    border_ds = border_times(graph, starts, street_coverage(catalog, results["streets"]))
    found = [
        _over_streets(graph, starts, rows, name, limits, border_ds)
        for name, rows in places_of(question, starts)
    ]
    border_min = float(border_ds.min(initial=UNREACHED)) / 600
    about = provenance(
        study,
        catalog,
        hashes,
        who,
        border_min=border_min,
        max_min=max(limits),
        own_points=question.points is not None,
    )
    return write_reached(found, graph, starts, question, study, catalog, about, out)


def check_question(question: IsochroneQuestion, out: Path, study: Study) -> None:
    """Raise ConfigError if it is not said from where, or the file is of no known kind."""
    if out.suffix.lower() not in {GEOPACKAGE, GEOJSON}:
        msg = (
            f"{out.name} ({out}): {out.suffix or 'no ending'!r} names no format of maps; "
            f"{GEOPACKAGE} and {GEOJSON} are allowed. Change --out."
        )
        raise ConfigError(msg)
    if (question.area is None) == (question.points is None):
        msg = (
            "isochrone: --area (a housing area of the study) or --origins (a file of points) says "
            "from where; one of them is needed, not both. Name one."
        )
        raise ConfigError(msg)
    if question.area is not None:
        check_area(question.area, study)


def inputs_of(question: IsochroneQuestion) -> tuple[str, ...]:
    """Name the tables that isochrones are drawn from; own points need nothing but streets.

    Examples
    --------
    >>> inputs_of(IsochroneQuestion(points=Path("schools.csv")))
    ('streets', 'barriers')
    """
    streets = ("streets", "barriers")
    return streets if question.points is not None else ("origins", *streets)


def limits_of(question: IsochroneQuestion, study: Study) -> list[float]:
    """Give the limits in minutes, rising; the study's where none are asked for."""
    return sorted({float(limit) for limit in question.limits_min or study.limits.catchment.value})


def starts_of(question: IsochroneQuestion, study: Study, graph: Graph, results: Results) -> Snaps:
    """Put the origins of an area, or a user's own points, on the streets.

    Raises
    ------
    NetworkError
        If none of them is near a street.
    """
    if question.points is None:
        origins = results["origins"]
        points = origins[origins["area_id"] == question.area]
    else:
        points = read_points(question.points, crs=study.study.crs)
    rules = snapping(study, "walk" if question.mode == "transit" else question.mode)
    snaps = snap(graph, points, **rules, barriers=results["barriers"])
    if len(snaps.too_far) == len(snaps):
        msg = (
            f"isochrone ({question.mode}): none of {len(snaps)} origins lies within "
            f"{rules['max_snap_m']:g} m of a street; first: {first(snaps.ids)}. One at least is "
            "needed. Check the origins."
        )
        raise NetworkError(msg)
    return snaps


def places_of(question: IsochroneQuestion, starts: Snaps) -> list[tuple[str, Rows]]:
    """List the places that are searched from, with the rows of their origins.

    An area is one place with all its origins; points are a place each, those that are on no
    street left out.
    """
    if question.area is not None:
        return [(question.area, np.arange(len(starts)))]
    on = np.flatnonzero(starts.edge >= 0)
    return [(str(starts.ids[row]), np.array([row])) for row in on]


def some_of(snaps: Snaps, rows: Rows) -> Snaps:
    """Take some of the points."""
    return Snaps(**{name: values[rows] for name, values in vars(snaps).items()})


def _over_streets(
    graph: Graph,
    starts: Snaps,
    rows: Rows,
    name: str,
    limits: Sequence[float],
    border_ds: Rows,
) -> Reached:
    found = reach(graph, some_of(starts, rows), limit_ds=deciseconds(max(limits)))
    parts = {limit: reached_parts(graph, found, limit_ds=deciseconds(limit)) for limit in limits}
    soonest_ds = int(border_ds[rows].min(initial=UNREACHED))
    return Reached(name, parts, [deciseconds(limit) >= soonest_ds for limit in limits])


def write_reached(
    found: Sequence[Reached],
    graph: Graph,
    starts: Snaps,
    question: IsochroneQuestion,
    study: Study,
    catalog: Catalog,
    tags: Mapping[str, str],
    out: Path,
) -> IsochroneReport:
    """Draw areas and streets, and write them with what they rest on."""
    text = load_text(study.study.language)
    about = {RENAMED.get(name, name): value for name, value in tags.items()}
    about |= {"isochrone_buffer_m": f"{study.isochrone.buffer.value:g}"}
    about |= {"isochrone_max_hole_m2": f"{study.isochrone.max_hole.value:g}"}
    areas = _areas(found, graph, study, question.mode)
    origins = gpd.GeoDataFrame(
        {"id": starts.ids.astype(str)},
        geometry=gpd.points_from_xy(*starts.point_xy.T),
        crs=study.study.crs,
    )
    if out.suffix.lower() == GEOJSON:
        content = geojson_bytes({"origins": origins, "isochrones": areas}, provenance=about)
    else:
        layers = {
            "origins": origins,
            "streets": _streets(found, graph, study, question.mode),
            "isochrones": areas,
        }
        tables = {"about": pd.DataFrame({"name": list(about), "value": list(about.values())})}
        published = [own.published for own in catalog.layers.values()]
        content = geopackage_bytes(
            layers | tables, styles=_styles(layers, text), date=max(published)
        )
    write_atomic(out, content)
    return IsochroneReport(out, sha256_bytes(content), areas, starts.too_far, about)


def _areas(found: Sequence[Reached], graph: Graph, study: Study, mode: str) -> gpd.GeoDataFrame:
    rules = {
        "buffer_m": study.isochrone.buffer.value,
        "max_hole_m2": study.isochrone.max_hole.value,
    }
    # places near each other reach much the same streets whole: what is drawn for one serves all
    patches = Patches(graph.lines, **rules, memory=None)
    tables = [
        isochrones_of_parts(graph, own.parts, **rules, crs=study.study.crs, patches=patches).assign(
            origin_id=own.origin_id
        )
        for own in found
    ]
    table = pd.concat(tables, ignore_index=True).assign(mode=mode)
    bounds = [AT_LEAST if cut else None for own in found for cut in own.cut]
    table["bound"] = pd.Series(bounds, dtype=object)
    table["reached_km"] = table["reached_km"].round(3)
    columns = ["origin_id", "mode", "limit_min", "reached_km", "bound", "geometry"]
    return gpd.GeoDataFrame(table[columns], crs=study.study.crs)


def _streets(found: Sequence[Reached], graph: Graph, study: Study, mode: str) -> gpd.GeoDataFrame:
    """Draw the reached parts of streets, all of them for each limit; true lengths."""
    tables = []
    for own in found:
        for limit, parts in own.parts.items():
            drawn = parts.end > parts.start
            edge, share = parts.edge[drawn], (parts.end - parts.start)[drawn]
            columns: dict[str, Any] = {
                "origin_id": own.origin_id,
                "mode": mode,
                "limit_min": limit,
                "street_id": graph.edge_ids[edge].astype(str),
                "length_m": (graph.edge_length_m[edge] * share).round(1),
            }
            lines = draw_parts(graph, parts)
            tables.append(pd.DataFrame(columns, index=range(len(edge))).assign(geometry=lines))
    joined = pd.concat(tables, ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=study.study.crs)


def _styles(layers: Mapping[str, gpd.GeoDataFrame], text: Text) -> dict[str, str]:
    limits = sorted(set(layers["streets"]["limit_min"]))
    streets = [
        Category(
            float(limit),
            text("layer.band", limit=text.format_number(limit, None)),
            symbol_of(style.STREET),
        )
        for limit in limits
    ]
    return {
        "origins": single_style(symbol_of(style.GATE)),
        "streets": categorised_style("limit_min", streets, largest_first=True),
        "isochrones": isochrones_style(layers["isochrones"], text),
    }
