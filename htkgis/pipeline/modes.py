"""The study's decisions on a mode, as the network takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.network import Mode, build_graph, graph_arrays, islands
from htkgis.store.values import Arrays
from htkgis.study import Bike, Car, Study
from htkgis.units import deciseconds


def mode_of(study: Study, name: str) -> Mode:
    """Give a mode as the study decides on it.

    Whatever the mode, people walk between a point and the street, at walking speed, and they
    get on and off only where they may walk.

    Parameters
    ----------
    study
        Any study.
    name
        One of ``study.modes.names``.

    Returns
    -------
    mode
        As :func:`htkgis.network.build_graph` takes it.

    Raises
    ------
    ConfigError
        If the study decides on no such mode.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> study = read_study(embedded_study() / "study.toml")
    >>> [mode_of(study, name).speed_kph for name in ("walk", "bike")]
    [4.5, 16.0]
    """
    walk_kph = study.modes.walk.speed.value
    decisions = study.modes[name]
    if isinstance(decisions, Bike):
        return Mode(
            name,
            decisions.speed.value,
            oneway="oneway_bike" if decisions.oneway else None,
            stops="walk",
            connector_kph=walk_kph,
        )
    if isinstance(decisions, Car):
        return Mode(
            name,
            decisions.speeds.value["other"],
            speeds="car_kph",
            share=decisions.share.value,
            oneway="oneway",
            stops="walk",
            connector_kph=walk_kph,
            start_ds=deciseconds(decisions.access_time.value),
            end_ds=deciseconds(decisions.parking_time.value),
        )
    return Mode(name, walk_kph)


def snapping(study: Study, name: str = "walk") -> dict[str, float]:
    """Give the study's decisions on snapping, as :func:`htkgis.network.snap` takes them.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> snapping(read_study(embedded_study() / "study.toml"), "car")
    {'max_snap_m': 300.0, 'min_part_m': 2000.0}
    """
    decisions = study.modes[name]
    return {"max_snap_m": decisions.max_snap.value, "min_part_m": decisions.min_part.value}


def mode_graph(streets: gpd.GeoDataFrame, mode: Mode) -> dict[str, Any]:
    """Build the graph of a mode as arrays that the cache keeps, and count its islands.

    Returns
    -------
    outputs
        ``<mode>_graph`` and ``<mode>_network`` (nodes, edges, islands).
    """
    graph = build_graph(streets, mode=mode)
    report = {"nodes": graph.nodes, "edges": graph.edges, **asdict(islands(graph))}
    return {
        f"{mode.name}_graph": Arrays(graph_arrays(graph)),
        f"{mode.name}_network": json.loads(json.dumps(report)),
    }


def build_mode_graph(streets: gpd.GeoDataFrame, *, study: Study, mode: str) -> dict[str, Any]:
    """Build the graph of one of the study's modes; see :func:`mode_graph`."""
    return mode_graph(streets, mode_of(study, mode))


def join_modes(*values: Any, tables: Sequence[str], modes: Sequence[str]) -> dict[str, Any]:
    """Join what was made for each mode into one table or mapping for all.

    Parameters
    ----------
    values
        For each of ``tables`` in order, the value of each of ``modes`` in order.
    tables
        Names of what is joined.
    modes
        Modes of the study, walking first.

    Returns
    -------
    joined
        By name: tables below each other with a column ``mode``, mappings by mode.
    """
    joined: dict[str, Any] = {}
    for number, name in enumerate(tables):
        own = values[number * len(modes) : (number + 1) * len(modes)]
        by_mode = dict(zip(modes, own, strict=True))
        joined[name] = by_mode if isinstance(own[0], dict) else _stacked(by_mode)
    return joined


def _stacked(by_mode: dict[str, Any]) -> Any:
    named = [table.assign(mode=mode) for mode, table in by_mode.items()]
    # an empty table says nothing of the kinds of its columns
    filled = [table for table in named if len(table)] or named[:1]
    return pd.concat(filled, ignore_index=True)
