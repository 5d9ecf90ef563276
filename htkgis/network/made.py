"""What was made of a graph alone, such as the same streets at another cost, kept with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar
from weakref import WeakKeyDictionary

from .graph import Graph

Made = TypeVar("Made")

LATELY = 16
"""How much of what was asked for lately is kept of each graph: as many as a study has functions."""

_MADE: WeakKeyDictionary[Graph, dict[str, object]] = WeakKeyDictionary()


def once(graph: Graph, name: str, make: Callable[[], Made]) -> Made:
    """Make something of a graph the first time that it is asked for; kept as long as the graph is.

    Parameters
    ----------
    graph
        Any graph; no array of it ever changes.
    name
        What is made; one name never stands for two things.
    make
        Makes it of the graph and nothing else. It must not hold the graph itself.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> once(graph, "name of the first", lambda: "s"), once(graph, "name of the first", lambda: "t")
    ('s', 's')
    """
    known = _MADE.setdefault(graph, {})
    if name not in known:
        known[name] = make()
    made: Made = known[name]  # type: ignore[assignment]
    return made


def lately(graph: Graph, key: Hashable, make: Callable[[], Made]) -> Made:
    """Make something of a graph and of points unless it was asked for lately.

    Parameters
    ----------
    graph, make
        As :func:`once` takes them.
    key
        All that decides what is made, besides the graph.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> lately(graph, "door", lambda: "s"), lately(graph, "door", lambda: "t")
    ('s', 's')
    """
    known: dict[Hashable, Made] = once(graph, "lately", dict)
    # another thread may have taken it out between two looks
    made = known.pop(key, None)
    if made is None:
        made = make()
    known[key] = made
    if len(known) > LATELY:
        known.pop(next(iter(known)), None)
    return made
