"""A case of snapping or of entrances, for one mode and one who travels.

Most of these cases move no point: who stands at the street does so whether 150 or 600 m are
allowed. The points are set on the streets in both ways, which is cheap, and are searched from
again only where one of them lies elsewhere.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import Snaps, graph_from_arrays, snap
from htkgis.store.values import Arrays
from htkgis.study import Study

from .entrances import snap_places
from .layers import measured_in
from .measures import measure_access, measure_times
from .mode_steps import named
from .modes import snapping

SEEN = ("edge", "forward_ds", "backward_ds", "connector_ds")
"""What a search sees of a point."""


def access_again(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    own_entrances: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    school_districts: gpd.GeoDataFrame,
    own_access: pd.DataFrame,
    *,
    study: Study,
    max_snap_m: float,
    catalog: Catalog,
    mode: str,
    lens: str,
    output: str,
) -> dict[str, Any]:
    """Measure access in a case that moves points on the streets, if it moves any.

    Parameters
    ----------
    arrays
        Graph of the mode, which no such case changes.
    origins, places, barriers, streets, municipality, school_districts
        As :func:`htkgis.pipeline.measures.measure_access` takes them.
    entrances, own_entrances
        Of the case, and of the study.
    own_access
        What the study itself finds: contract ``ACCESS``.
    study
        With the decision of the case.
    max_snap_m
        The study's own longest way from a point to a street by this mode.
    output
        What the result is called.

    Returns
    -------
    outputs
        ``output``: contract ``ACCESS``, all states; ``own_access`` itself where every point lies
        where it lay. An area of which no point is near a street any more is not reached.
    """
    graph = graph_from_arrays(arrays)
    measured = places[places[[measured_in(year) for year in study.study.years]].any(axis=1)]
    rules = snapping(study, mode)

    def at(table: gpd.GeoDataFrame, metres: float) -> tuple[Snaps, Snaps]:
        own = rules | {"max_snap_m": metres}
        starts = snap(graph, origins, **own, barriers=barriers)
        return starts, snap_places(graph, measured, table, barriers=barriers, **own)

    here, there = at(entrances, rules["max_snap_m"]), at(own_entrances, max_snap_m)
    if all(same_positions(*pair) for pair in zip(here, there, strict=True)):
        return {output: own_access}
    prefix = named(mode, lens)
    made = measure_times(
        arrays,
        origins,
        measured,
        barriers,
        entrances,
        study=study,
        mode=mode,
        lens=lens,
        strict=False,
    )
    found = measure_access(
        arrays,
        made[f"{prefix}_travel_times"],
        origins,
        places,
        streets,
        municipality,
        school_districts,
        barriers,
        study=study,
        catalog=catalog,
        mode=mode,
        lens=lens,
    )
    return {output: found[f"{prefix}_access"]}


def same_positions(one: Snaps, other: Snaps) -> bool:
    """Tell whether the same points lie at the same positions, at the same costs to get there.

    Searches see nothing else of a point, so equal positions give equal figures.
    """
    return np.array_equal(one.ids, other.ids) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in SEEN
    )
