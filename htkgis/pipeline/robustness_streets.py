"""The figures of a case on streets: other speeds, and points that lie elsewhere on the streets.

A case is asked for the figures of the quarters, never for those of each origin, so none of its
long tables is made. Most cases of snapping and of entrances move no point: who stands at the
street does so whether 150 or 600 m are allowed. The points are set on the streets in both ways,
which is cheap, and are searched from again only where one of them lies elsewhere.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.access import TimeMatrix
from htkgis.catalog import Catalog
from htkgis.network import Graph, Snaps, graph_from_arrays, snap, street_times
from htkgis.quantities import ADULT
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds

from .access_values import AccessGround, origin_values
from .entrances import snap_places
from .layers import measured_in
from .measures import quarter_figures, values_told
from .modes import snapping

SEEN = ("edge", "forward_ds", "backward_ds", "connector_ds")
"""What a search sees of a point."""


def figures_again(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    school_districts: gpd.GeoDataFrame,
    own_entrances: gpd.GeoDataFrame | None = None,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
    output: str,
    lens: str = ADULT,
    max_snap_m: float | None = None,
) -> dict[str, Any]:
    """Measure the figures of a case, unless it is one that moves points and moves none.

    Parameters
    ----------
    arrays
        Graph of the mode in the case.
    origins, places, barriers, streets, municipality, school_districts
        As :func:`htkgis.pipeline.measures.measure_access` takes them; of a lens the places
        without jobs.
    entrances, own_entrances
        Of the case, and of the study where the case may move points.
    study, catalog, mode, lens
        With the decision of the case, how far the layers cover, and who travels.
    output
        What the result is called.
    max_snap_m
        The study's own longest way from a point to a street, where the case may move points.

    Returns
    -------
    outputs
        ``output``: contract ``PROFILE``, all states; None where every point lies where it lay,
        so that all figures are the study's own. An area of which no point is near a street any
        more is not reached.
    """
    rules = snapping(study, mode)
    if rules["max_snap_m"] == max_snap_m and entrances.equals(own_entrances):
        return {output: None}  # no area has a street within the tolerance of the case alone
    graph = graph_from_arrays(arrays)
    measured = places[places[[measured_in(year) for year in study.study.years]].any(axis=1)]

    def at(doors: gpd.GeoDataFrame, own: dict[str, float]) -> tuple[Snaps, Snaps]:
        starts = snap(graph, origins, **own, barriers=barriers)
        return starts, snap_places(graph, measured, doors, barriers=barriers, **own)

    here = at(entrances, rules)
    if own_entrances is not None and max_snap_m is not None:
        there = at(own_entrances, rules | {"max_snap_m": max_snap_m})
        if all(same_positions(*pair) for pair in zip(here, there, strict=True)):
            return {output: None}
    limit_ds = deciseconds(study.modes[mode].search.value)
    times = _time_matrix(graph, *here, limit_ds=limit_ds)
    ground = AccessGround(origins, places, streets, municipality, school_districts)
    rows = origin_values(graph, here[0], times, ground, study=study, catalog=catalog, lens=lens)
    told = values_told(rows, here[0])
    return {output: quarter_figures(rows, told, origins, study, mode=mode, lens=lens)}


def _time_matrix(graph: Graph, origins: Snaps, places: Snaps, *, limit_ds: int) -> TimeMatrix:
    """Lay out the times of all origins to all places, whichever entrance is the nearest."""
    found = street_times(graph, origins, places, limit_ds=limit_ds)
    columns = pd.Index(places.ids).unique().sort_values()
    times_ds = np.full((len(origins), len(columns)), UNREACHED, dtype=np.int32)
    column = columns.get_indexer(pd.Index(places.ids))[found.to_index]
    np.minimum.at(times_ds, (found.from_index, column), found.time_ds)
    return TimeMatrix(pd.Index(origins.ids), columns, times_ds)


def same_positions(one: Snaps, other: Snaps) -> bool:
    """Tell whether the same points lie at the same positions, at the same costs to get there.

    Searches see nothing else of a point, so equal positions give equal figures.
    """
    return np.array_equal(one.ids, other.ids) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in SEEN
    )
