"""Read every layer and say what is in it; nothing is written but the cache of the streets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd

from htkgis.catalog import Catalog, layer_states, read_catalog
from htkgis.network import Graph, SnapAudit, build_graph, islands, snap
from htkgis.study import Study, read_study

from .connectors import audits_by_layer
from .entrances import load_entrances, once_per_place, snap_places
from .facts import load_facts
from .layers import (
    load_barriers,
    load_boundaries,
    load_housing,
    load_streets,
)
from .modes import mode_of, snapping
from .places import load_places
from .shares import load_residents
from .steps import Progress
from .timetable import timetable_records

PARTS = (
    "boundaries",
    "homes",
    "places and facts",
    "streets",
    "barriers and entrances",
    "residents",
    "network",
    "snapping",
    "timetables and hashes",
)
"""What is read one after the other, for who waits."""
REPORTS = ("boundary", "housing", "place", "fact", "resident", "barrier")
"""Kinds of layers in the order in which they are reported on."""


@dataclass
class CheckReport:
    """What is in the layers of a study.

    Parameters
    ----------
    layers
        Per layer: rows read and kept, dropped, mended, CRS, bounds.
    states
        Whether each layer's file is the accepted one.
    streets, network
        What the street reader and the graph counted; islands among it.
    snapping
        How the points of each layer met the streets; of places only those that are measured.
    outside_quarter
        Places that name a quarter and lie outside its outline, with metres.
    approximate
        Places too inexact to measure, with their accuracy in metres.
    """

    layers: list[dict[str, Any]]
    states: dict[str, str]
    streets: dict[str, Any]
    network: dict[str, Any]
    snapping: dict[str, SnapAudit]
    outside_quarter: dict[str, float] = field(default_factory=dict)
    approximate: dict[str, float] = field(default_factory=dict)


def check_layers(
    study_path: Path,
    catalog_path: Path,
    *,
    data: Path | None = None,
    mode: str = "walk",
    progress: Progress | None = None,
) -> CheckReport:
    """Read all layers of a study, accepted or not, and report on them.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    data
        Folder that ``{data}`` stands for in the catalog.
    mode
        The mode whose network is built and met by the points.
    progress
        Called as each part begins.

    Raises
    ------
    HtkgisError
        The first layer that cannot be read at all.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    tell = _teller(progress)
    read = _read(catalog, study, tell)
    places = read["places"]
    tell("network")
    graph = build_graph(read["streets"], mode=mode_of(study, mode))
    counted = dict(read["street_report"])
    beside = counted.pop("beside", [])
    found = islands(graph)
    tell("snapping")
    snapping_of = _snapping(graph, read, study, mode)
    tell("timetables and hashes")
    return CheckReport(
        layers=[
            *(record for kind in REPORTS for record in read[f"{kind}_reports"]),
            *timetable_records(catalog, crs=study.study.crs),
            *beside,
        ],
        states=layer_states(catalog),
        streets=counted,
        network={"nodes": graph.nodes, "edges": graph.edges, "islands": found},
        snapping=snapping_of,
        outside_quarter=outside_quarter(places, read["quarters"]),
        approximate=_approximate(places, study),
    )


def _read(catalog: Catalog, study: Study, tell: Callable[[str], None]) -> dict[str, Any]:
    """Read all layers but timetables, with a report of each; tables and reports by name."""
    tell("boundaries")
    read: dict[str, Any] = {**load_boundaries(catalog, study)}
    tell("homes")
    read |= load_housing(catalog, study)
    tell("places and facts")
    read |= load_places(catalog, study)
    read |= load_facts(catalog, study)
    tell("streets")
    read |= load_streets(catalog, study)
    tell("barriers and entrances")
    read |= load_barriers(catalog, study)
    read |= load_entrances(read["outlines"], read["streets"], study=study)
    tell("residents")
    return read | load_residents(read["municipality"], read["areas"], study=study, catalog=catalog)


def _snapping(graph: Graph, read: dict[str, Any], study: Study, mode: str) -> dict[str, SnapAudit]:
    """Find how the points of each layer meet the streets; of places those that are measured."""
    origins, places = read["origins"], read["places"]
    measured = places[places["measured"]]
    rules = {**snapping(study, mode), "barriers": read["barriers"]}
    doors = snap_places(graph, measured, read["entrances"], **rules)
    return audits_by_layer(origins, snap(graph, origins, **rules)) | audits_by_layer(
        measured, once_per_place(doors)
    )


def _teller(progress: Progress | None) -> Callable[[str], None]:
    """Give what is called as each of :data:`PARTS` begins."""

    def tell(part: str) -> None:
        if progress is not None:
            progress(f"reading {part}", PARTS.index(part) + 1, len(PARTS))

    return tell


def outside_quarter(places: gpd.GeoDataFrame, quarters: gpd.GeoDataFrame) -> dict[str, float]:
    """Metres from the outline of its quarter, for each place that lies outside it."""
    named = places[places["quarter_id"].isin(quarters["id"])]
    outlines = quarters.set_index("id").geometry.reindex(named["quarter_id"])
    metres = named.geometry.reset_index(drop=True).distance(outlines.reset_index(drop=True))
    rows = zip(named["id"], metres, strict=True)
    return {name: float(distance) for name, distance in rows if distance > 0}


def _approximate(places: gpd.GeoDataFrame, study: Study) -> dict[str, float]:
    limit_m = study.places.max_position_accuracy.value
    inexact = places[places["position_accuracy_m"] > limit_m]
    return dict(zip(inexact["id"], inexact["position_accuracy_m"].astype(float), strict=True))
