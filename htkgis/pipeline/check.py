"""Read every layer and say what is in it; nothing is written but the cache of the streets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd

from htkgis.catalog import layer_states, read_catalog
from htkgis.network import SnapAudit, build_graph, islands, snap
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
    tell("boundaries")
    boundaries = load_boundaries(catalog, study)
    tell("homes")
    housing = load_housing(catalog, study)
    tell("places and facts")
    known = load_places(catalog, study)
    facts = load_facts(catalog, study)
    tell("streets")
    streets = load_streets(catalog, study)
    tell("barriers and entrances")
    fences = load_barriers(catalog, study)
    entrances = load_entrances(known["outlines"], streets["streets"], study=study)["entrances"]
    tell("residents")
    residents = load_residents(
        boundaries["municipality"], housing["areas"], study=study, catalog=catalog
    )
    places = known["places"]
    tell("network")
    graph = build_graph(streets["streets"], mode=mode_of(study, mode))
    counted = dict(streets["street_report"])
    beside = counted.pop("beside", [])
    found = islands(graph)
    origins, measured = housing["origins"], places[places["measured"]]
    rules, barriers = snapping(study, mode), fences["barriers"]
    tell("snapping")
    from_snaps = snap(graph, origins, **rules, barriers=barriers)
    doors = snap_places(graph, measured, entrances, barriers=barriers, **rules)
    to_snaps = once_per_place(doors)
    tell("timetables and hashes")
    return CheckReport(
        layers=[
            *boundaries["boundary_reports"],
            *housing["housing_reports"],
            *known["place_reports"],
            *facts["fact_reports"],
            *residents["resident_reports"],
            *fences["barrier_reports"],
            *timetable_records(catalog, crs=study.study.crs),
            *beside,
        ],
        states=layer_states(catalog),
        streets=counted,
        network={"nodes": graph.nodes, "edges": graph.edges, "islands": found},
        snapping=audits_by_layer(origins, from_snaps) | audits_by_layer(measured, to_snaps),
        outside_quarter=outside_quarter(places, boundaries["quarters"]),
        approximate=_approximate(places, study),
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
