"""The study's decisions on a mode, as the network takes them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.errors import ConfigError
from htkgis.network import (
    Graph,
    Mode,
    build_graph,
    graph_arrays,
    graph_from_arrays,
    islands,
    plain,
)
from htkgis.network.cost_rules import Costs
from htkgis.network.costs import STEPS, Tobler
from htkgis.network.nearest_edge import joinable_edges
from htkgis.quantities import ADULT, CLOSED, ModeCosts, Wait
from htkgis.store.values import Arrays
from htkgis.study import Bike, Car, Ebike, Study, Walk
from htkgis.units import deciseconds

from .mode_steps import named
from .seen import once_of, seen


def mode_of(study: Study, name: str, lens: str = ADULT) -> Mode:
    """Give a mode as the study decides on it.

    Whatever the mode, people walk between a point and the street, at walking speed, and they
    get on and off only where they may walk.

    Parameters
    ----------
    study
        Any study.
    name
        One of ``study.modes.names``.
    lens
        Who travels: ``adult``, or one of the lenses of the mode (``[modes.walk.lenses.older]``).
        Who rides walks to the street as the lens of the same name walks, if there is one.

    Returns
    -------
    mode
        As :func:`htkgis.network.build_graph` takes it; :func:`htkgis.network.modes.plain` takes
        all costs besides length over speed off it.

    Raises
    ------
    ConfigError
        If the study decides on no such mode, or the mode has no such lens.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> study = read_study(embedded_study() / "study.toml")
    >>> [mode_of(study, name).speed_kph for name in ("walk", "bike")]
    [4.5, 16.0]
    """
    decisions = study.modes[name]
    if isinstance(decisions, Car):
        _check_lens(name, lens, ())
        return Mode(
            name,
            decisions.speeds.value["other"],
            speeds="car_kph",
            share=decisions.share.value,
            oneway="oneway",
            stops="walk",
            connector_kph=study.modes.walk.speed.value,
            start_ds=deciseconds(decisions.access_time.value),
            end_ds=deciseconds(decisions.parking_time.value),
            costs=Costs(),
        )
    walk_kph, walk_costs = _own(study.modes.walk, "walk", lens, known=name != "walk")
    bike = study.modes.bike
    if bike is not None and isinstance(decisions, Bike | Ebike):
        kph, costs = _own(decisions, name, lens)
        return Mode(
            name,
            kph,
            oneway="oneway_bike" if bike.oneway else None,
            stops="walk",
            connector_kph=walk_kph,
            flag=None if name == "bike" else "bike",
            costs=costs,
        )
    return Mode(name, walk_kph, costs=walk_costs)


def lacks_stairs(costs: Costs, unknown_kinds: Sequence[str]) -> bool:
    """Tell whether stairs count and the streets do not say which ways are stairs.

    Streets without any stairs look the same as streets that nobody asked for them: only the
    catalog knows. Times are then those of a way without stairs, and may be longer in truth.

    Examples
    --------
    >>> lacks_stairs(Costs(stairs_share=0.0), ["steps"]), lacks_stairs(Costs(), ["steps"])
    (True, False)
    """
    return costs.stairs_share is not None and STEPS in unknown_kinds


def _own(
    decisions: Walk | Bike | Ebike, name: str, lens: str, *, known: bool = False
) -> tuple[float, Costs]:
    """Give speed and costs of a lens; those of the adult where it is ``known`` to be another's."""
    if known and lens not in decisions.lenses:
        lens = ADULT
    _check_lens(name, lens, tuple(decisions.lenses))
    own = decisions.lenses.get(lens)
    speed = decisions.speed if own is None or own.speed is None else own.speed
    return speed.value, _costs(*(table for table in (own, decisions.costs) if table is not None))


def _check_lens(name: str, lens: str, lenses: tuple[str, ...]) -> None:
    if lens not in {ADULT, *lenses}:
        msg = (
            f"study.toml: modes.{name} has no lens {lens!r}; there are "
            f"{', '.join((ADULT, *lenses))}. Add [modes.{name}.lenses.{lens}], or choose one of "
            "them."
        )
        raise ConfigError(msg)


def _costs(*tables: ModeCosts) -> Costs:
    """Hand on what counts besides length over speed; of each cost the first that is stated."""

    def stated(cost: str) -> Any:
        found = (getattr(table, cost, None) for table in tables)
        return next((quantity for quantity in found if quantity is not None), None)

    costs: dict[str, Any] = {
        "crossing_ds": _wait_ds(stated("crossing")),
        "signal_ds": _wait_ds(stated("signal")),
    }
    if (stairs := stated("stairs")) is not None:
        costs["stairs_share"] = 0.0 if stairs.value == CLOSED else stairs.value
    if (slope := stated("slope")) is not None:
        costs["tobler"] = Tobler(slope.value, slope.easiest)
    if (climb := stated("climb")) is not None:
        costs["climb_ds_per_m"] = climb.value * 10
    if (darkness := stated("darkness")) is not None:
        costs |= {
            "dark": _price(darkness.value),
            "dark_kinds": darkness.kinds,
            "dark_tunnels": darkness.tunnels == "all",
        }
    if (stress := stated("max_stress")) is not None:
        costs |= {"max_stress": stress.value, "stress": _price(stress.above)}
    if (off_route := stated("off_route")) is not None:
        costs["off_route"] = off_route.value
    return Costs(**costs)


def _wait_ds(wait: Wait | None) -> int:
    return 0 if wait is None else round(wait.value * 10)


def _price(value: float | str) -> float:
    return math.inf if isinstance(value, str) else value


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
    graph = build_graph(open_to(streets, mode), mode=mode)
    report = {"nodes": graph.nodes, "edges": graph.edges, **asdict(islands(graph))}
    return {
        f"{mode.name}_graph": Arrays(graph_arrays(graph)),
        f"{mode.name}_network": json.loads(json.dumps(report)),
    }


def open_to(streets: gpd.GeoDataFrame, mode: Mode) -> gpd.GeoDataFrame:
    """Take the streets that a mode may use; the very same table for all who travel by it.

    The whole table where the mode may use none, or nothing says which: the graph tells of that.
    """
    if mode.used not in streets.columns or not streets[mode.used].any():
        return streets
    name = f"open to {mode.used}"
    return once_of(streets, name, lambda: streets[streets[mode.used].to_numpy(dtype=bool)])


def build_mode_graph(
    streets: gpd.GeoDataFrame,
    *,
    study: Study,
    mode: str,
    lens: str = ADULT,
    bare: bool = False,
    ground: bool = False,
) -> dict[str, Any]:
    """Build the graph of one of the study's modes for a lens; see :func:`mode_graph`.

    Without any cost besides length over speed where it is ``bare``. What comes out is called
    after mode and lens (:func:`htkgis.pipeline.mode_steps.named`).
    """
    travel = mode_of(study, mode, lens)
    made = mode_graph(streets, plain(travel) if bare else travel)
    prefix = named(mode, lens)
    found = {f"{prefix}_{part}": made[f"{mode}_{part}"] for part in ("graph", "network")}
    if ground:
        graph = graph_from_arrays(found[f"{prefix}_graph"])
        found[f"{prefix}_ground"] = ground_of(graph, min_part_m=snapping(study, mode)["min_part_m"])
    return found


def ground_of(graph: Graph, *, min_part_m: float) -> str:
    """Hash all of a graph that decides where points lie on it, and nothing that a way costs.

    That is where its streets lie, in their order, on which of them a trip may start or end, and
    on which of them that hang together with others of ``min_part_m`` metres. Snapping reads no
    more of a graph to find positions: lengths and costs enter only through these parts.

    Examples
    --------
    >>> import shapely
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> def ground(table, kph=4.5):
    ...     return ground_of(build_graph(table, mode="walk", speed_kph=kph), min_part_m=50)
    >>> longer, moved = streets.assign(length_m=110.0), streets.translate(1)
    >>> ground(streets) == ground(streets, 9.0) == ground(longer)
    True
    >>> ground(streets) == ground(streets.set_geometry(moved))
    False
    """
    joined = joinable_edges(graph, min_part_m=min_part_m)
    return seen(graph.edge_xy, graph.edge_xy_start, graph.edge_stops, joined)


def join_modes(
    *values: Any, tables: Sequence[str], modes: Sequence[str], below: Sequence[str] = ()
) -> dict[str, Any]:
    """Join what was made for each mode into one table or mapping for all.

    Parameters
    ----------
    values
        For each of ``tables`` in order, the value of each of ``modes`` in order; then the
        tables of access that are named ``below``.
    tables
        Names of what is joined.
    modes
        Modes of the study, walking first.
    below
        Tables of access of who else is measured: of lenses on foot, by public transport.

    Returns
    -------
    joined
        By name: tables below each other with a column ``mode``, mappings by mode. In ``access``
        the rows of the tables ``below`` stand last.
    """
    joined: dict[str, Any] = {}
    for number, name in enumerate(tables):
        own = values[number * len(modes) : (number + 1) * len(modes)]
        by_mode = dict(zip(modes, own, strict=True))
        joined[name] = by_mode if isinstance(own[0], dict) else _stacked(by_mode)
    further = values[len(tables) * len(modes) :]
    if len(further) != len(below):
        msg = f"{len(further)} tables of access for {list(below)}"
        raise ValueError(msg)
    if below:
        joined["access"] = pd.concat([joined["access"], *further], ignore_index=True)
    return joined


def _stacked(by_mode: dict[str, Any]) -> Any:
    named = [table.assign(mode=mode) for mode, table in by_mode.items()]
    # an empty table says nothing of the kinds of its columns
    filled = [table for table in named if len(table)] or named[:1]
    return pd.concat(filled, ignore_index=True)
