"""From graphs and places to the explorer: the streets around the quarters, who travels on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.maps.explorer import (
    Border,
    Network,
    Targets,
    Traveller,
    pack_network,
    street_looks,
)
from htkgis.network import Graph, Snaps, build_graph, graph_from_arrays
from htkgis.network.border import leaving
from htkgis.network.cost_rules import open_streets
from htkgis.network.nearest_edge import joinable_edges
from htkgis.network.pieces import with_wholes
from htkgis.study import Study
from htkgis.units import deciseconds

from .area_edges import AreaEdges, Numbers
from .entrances import snap_places, target_points
from .explorer_ground import ExplorerGround, degrees, explorer_rules, start_points
from .explorer_steps import AROUND, EXPLORER_NETWORK
from .layers import measured_in
from .modes import mode_of, snapping
from .transit import decided


def pack_explorer(
    *values: Any,
    study: Study,
    catalog: Catalog,
    travellers: Sequence[tuple[str, str]],
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Cut out the streets around the quarters and pack them with all who travel on them.

    Parameters
    ----------
    values
        The graph of each of ``travellers`` as arrays; then places, entrances, barriers, quarters,
        municipality and streets; then planned streets, where any project would build some.
    study, catalog
        Decisions, and facts about the layers.
    travellers
        Mode and lens, the first of them an adult on foot.
    earlier
        What this gave before; the result is the same without.

    Returns
    -------
    outputs
        ``explorer_network``: the packed network and what the page says of it, in both languages.
    """
    graphs = [graph_from_arrays(arrays) for arrays in values[: len(travellers)]]
    ending = len(travellers) + len(AROUND)
    places, entrances, barriers, quarters, municipality, streets = values[len(travellers) : ending]
    # where all that was planned is built, nothing is
    planned = next((table for table in values[ending:] if len(table)), None)
    new = [_planned_graph(study, who, planned) for who in travellers]
    every = [graph for graph in (*graphs, *new) if graph is not None]
    ground = ExplorerGround.of(study, catalog, places, quarters, municipality, streets)
    farthest_m = max(snapping(study, mode)["max_snap_m"] for mode, _ in travellers)
    edges = AreaEdges(every, shapely.buffer(ground.whole, farthest_m))
    known = ground.places
    targets = target_points(known, entrances)
    number = pd.Series(known.index, index=known["id"])
    network = Network(
        lines=edges.lines,
        length_m=edges.length_m,
        kind=street_looks(_kinds(streets, planned).reindex(list(edges.ids))),
        nodes=len(edges.nodes),
        travellers=[
            _traveller(study, who, graph, edges, known, entrances, barriers, planned=also)
            for who, graph, also in zip(travellers, graphs, new, strict=True)
        ],
        target_place=number[targets["id"]].to_numpy(dtype=np.int64),
        places=len(known),
        borders={
            "streets": _border(edges.lines, ground.whole),
            "places": _border(edges.lines, ground.covered),
        },
        barriers=barriers.geometry[barriers.intersects(edges.area)].to_numpy(),
        area=ground.whole,
        project=_projects(edges, planned),
        crs=study.study.crs,
    )
    before = (earlier or {}).get(EXPLORER_NETWORK) or {}
    return {
        EXPLORER_NETWORK: {
            "network": pack_network(network, earlier=before.get("network")),
            "travellers": [traveller.settings for traveller in network.travellers],
            "places": _listed_places(ground.places, study),
            "bounds": _bounds(quarters),
            "limits": _bounds(gpd.GeoDataFrame(geometry=[ground.near], crs=study.study.crs)),
            "projects": _listed_projects(edges, planned),
        }
    }


def make_explorer(
    network: dict[str, Any],
    origins: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    times: dict[str, Any] | None = None,
    *,
    study: Study,
) -> dict[str, Any]:
    """Put what the page starts from, its choices and times by public transport beside the streets.

    Parameters
    ----------
    network
        ``explorer_network`` of :func:`pack_explorer`.
    origins, areas
        Where the quarters are measured from.
    times
        ``explorer_transit``; None where nothing is measured by public transport.
    study
        Decisions.

    Returns
    -------
    outputs
        ``explorer``: all that the page is made from, in both languages.
    """
    rules = explorer_rules(study)
    return {
        "explorer": network
        | {
            "state": study.study.state.value,
            "years": sorted(study.study.years, reverse=True),
            "functions": list(study.functions.measured),
            "starts": _starts(origins, areas, study),
            "bands_min": list(study.limits.catchment.value),
            "minutes": list(rules.minutes.value),
            "everyday_min": study.profile.everyday.value,
            "buffer_m": study.isochrone.buffer.value,
            "around_m": rules.around.value,
            "transit": _transit(times, study),
        }
    }


def _planned_graph(
    study: Study, who: tuple[str, str], planned: gpd.GeoDataFrame | None
) -> Graph | None:
    """Build the planned streets alone, with the costs they would have; None where none is open."""
    mode = mode_of(study, *who)
    if planned is None:
        return None
    usable = planned[planned[mode.used].to_numpy(dtype=bool)]
    usable = usable[open_streets(usable, mode.costs)]
    return build_graph(usable, mode=mode) if len(usable) else None


def _kinds(streets: gpd.GeoDataFrame, planned: gpd.GeoDataFrame | None) -> pd.Series:
    tables = [streets] if planned is None else [streets, planned]
    kinds: pd.Series = pd.concat([with_wholes(table).set_index("id")["kind"] for table in tables])
    return kinds


def _projects(edges: AreaEdges, planned: gpd.GeoDataFrame | None) -> Numbers:
    """Give the number of the project of each edge, -1 for what is there."""
    if planned is None:
        return np.full(len(edges.lines), -1, dtype=np.int64)
    own = planned.set_index("id")["project"].reindex(list(edges.ids))
    order = [project["id"] for project in _listed_projects(edges, planned)]
    found: Numbers = pd.Index(order).get_indexer(pd.Index(own)).astype(np.int64)
    return found


def _listed_projects(edges: AreaEdges, planned: gpd.GeoDataFrame | None) -> list[dict[str, Any]]:
    """Name the projects that build a street on the page, in the order of the layer."""
    if planned is None:
        return []
    own = planned[planned["id"].isin(list(edges.ids))].drop_duplicates("project")
    return [
        {
            "id": str(row["project"]),
            "name": str(row["project_name"]),
            "name_en": None if pd.isna(row["project_name_en"]) else str(row["project_name_en"]),
        }
        for row in own.to_dict("records")
    ]


def _traveller(
    study: Study,
    who: tuple[str, str],
    graph: Graph,
    edges: AreaEdges,
    places: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    *,
    planned: Graph | None,
) -> Traveller:
    mode, lens = who
    rules = snapping(study, mode)
    rows = edges.rows(graph)
    own = edges.numbers(graph, rows)
    new = planned if planned is not None else graph
    new_rows = edges.rows(new) if planned is not None else rows[:0]
    built = edges.numbers(new, new_rows)

    def spread(values: npt.NDArray[Any], missing: int, planned: npt.NDArray[Any]) -> Numbers:
        found = np.full(len(edges.lines), missing, dtype=np.int64)
        found[own.edges], found[built.edges] = values, planned
        return found

    snaps = snap_places(graph, places, entrances, barriers=barriers, **rules)
    stops = joinable_edges(graph, min_part_m=rules["min_part_m"])
    return Traveller(
        settings={
            "mode": mode,
            "lens": lens,
            "kph": graph.speed_kph,
            "connector_kph": graph.connector_kph,
            "start_ds": graph.start_ds,
            "end_ds": graph.end_ds,
            "search_ds": deciseconds(study.modes[mode].search.value),
            "max_snap_m": rules["max_snap_m"],
        },
        edge_from=spread(own.start, -1, built.start),
        edge_to=spread(own.end, -1, built.end),
        forward_ds=spread(graph.edge_forward_ds[rows], -1, new.edge_forward_ds[new_rows]),
        backward_ds=spread(graph.edge_backward_ds[rows], -1, new.edge_backward_ds[new_rows]),
        # a trip starts where streets are today, so that with and without are one trip compared
        stops=spread(stops[rows], 0, np.zeros(len(new_rows))).astype(bool),
        rank=spread(rows, 0, graph.edges + np.arange(len(new_rows))),
        targets=_targets(graph, snaps, rows, own.edges),
    )


def _targets(graph: Graph, snaps: Snaps, rows: Numbers, own: Numbers) -> Targets:
    """Give where places meet the streets, by the numbers of edges on the page."""
    numbered = np.full(graph.edges + 1, -1, dtype=np.int64)
    numbered[rows] = own
    return Targets(
        edge=numbered[snaps.edge],
        share=np.nan_to_num(snaps.share),
        forward_ds=snaps.forward_ds.astype(np.int64),
        backward_ds=snaps.backward_ds.astype(np.int64),
        connector_ds=snaps.connector_ds.astype(np.int64),
    )


def _border(lines: npt.NDArray[Any], known: Any) -> Border:
    found = leaving(lines, known)
    return Border(found.edge.astype(np.int64), found.first, found.last)


def _listed_places(places: gpd.GeoDataFrame, study: Study) -> list[dict[str, Any]]:
    """Say of each place what the page shows, and in which years it counts, in their order."""
    at = degrees(places)
    years = [
        places[measured_in(year)].to_numpy(dtype=bool)
        for year in sorted(study.study.years, reverse=True)
    ]
    return [
        {
            "name": str(row["id"] if pd.isna(row["name"]) else row["name"]),
            "name_en": None if pd.isna(row["name_en"]) else str(row["name_en"]),
            "function": str(row["function"]),
            "at": at[n],
            "counts": [bool(year[n]) for year in years],
        }
        for n, row in enumerate(places[["id", "name", "name_en", "function"]].to_dict("records"))
    ]


def _starts(
    origins: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, study: Study
) -> list[dict[str, Any]]:
    """List the points that the quarters are measured from, area by area."""
    names = areas.set_index("id")["name"]
    own = start_points(origins, study)
    return [
        {
            "area": str(names[row["area_id"]]),
            # an address or a cell may have no name, and then stands by its id
            "name": str(row["id"] if pd.isna(row["name"]) else row["name"]),
            "name_en": None if pd.isna(row["name_en"]) else str(row["name_en"]),
            "at": at,
        }
        for row, at in zip(
            own[["id", "area_id", "name", "name_en"]].to_dict("records"), degrees(own), strict=True
        )
    ]


def _transit(times: dict[str, Any] | None, study: Study) -> dict[str, Any] | None:
    """Say beside the times by public transport what the study decides of them."""
    if times is None:
        return None
    rules = decided(study)
    everyday, longest = study.profile.everyday.value, list(rules.jobs.value)
    return times | {
        "percentile": rules.percentile.value,
        "bands_min": [everyday, *(limit for limit in longest if limit > everyday)],
        "minutes": [explorer_rules(study).minutes.value[0], max(longest)],
        "date": rules.date.value.isoformat(),
        "max_walk_min": rules.max_walk.value,
        "max_change_min": rules.max_change.value,
        "slack_s": rules.slack.value,
        "max_rides": rules.max_rides.value,
        "search_min": rules.search.value,
    }


def _bounds(frame: gpd.GeoDataFrame) -> list[float]:
    return [round(value, 6) for value in frame.to_crs("EPSG:4326").total_bounds.tolist()]
