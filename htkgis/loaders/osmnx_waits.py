"""Crossings and signals of an osmnx graph: at the ends of its streets, and inside them.

osmnx drops the nodes inside an edge with all they say. A graph that is fetched here keeps what
they hold up as numbers of the edge; of a graph that was simplified elsewhere only the crossings
and signals at the ends of streets are known.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.errors import SchemaError

from .crossings import Wait, counted_waits, moved_waits
from .osmnx_arcs import OsmnxGraph, Street
from .osmnx_tags import values, wait_of
from .stress import PATH_KINDS

INNER = tuple(f"inner_{field}s" for field in Wait._fields)
"""Numbers of an edge: what the nodes inside it hold up, by the fields of :class:`Wait`."""


def keep_inner_waits(simplified: OsmnxGraph, raw: OsmnxGraph) -> None:
    """Write what the nodes inside each edge hold up onto the edge, where there is anything.

    Parameters
    ----------
    simplified
        As ``osmnx.simplify_graph`` makes it with ``track_merged``; ``merged_edges`` are taken
        away from its edges.
    raw
        The graph that was simplified.
    """
    held = {node: wait for node, tags in raw.nodes.items() if (wait := wait_of(tags))}
    for _, _, tags in simplified.edges(data=True):
        inside = [held[node] for _, node in tags.pop("merged_edges", [])[:-1] if node in held]
        for name, total in zip(INNER, map(sum, zip(*inside, strict=True)), strict=False):
            if total:
                tags[name] = float(total)


def waits_along(
    graph: OsmnxGraph, streets: list[Street], same: dict[Hashable, Hashable]
) -> dict[str, npt.NDArray[np.float64]]:
    """Count the crossings and signals of streets, as the reader of extracts does.

    Parameters
    ----------
    graph
        With the tags of its nodes.
    streets
        Rows of the table, in order.
    same
        Node that stands for each that is one of several.

    Returns
    -------
    columns
        ``crossings`` and ``signals``, shape (m,), >= 0.

    Raises
    ------
    SchemaError
        A count of an edge is no number of 0 or more.
    """
    codes: dict[Hashable, int] = {}
    for street in streets:
        for node in (street.start, street.end):
            codes.setdefault(node, len(codes))
    ends = [codes[node] for street in streets for node in (street.start, street.end)]
    every = {node: wait for node, tags in graph.nodes.items() if (wait := wait_of(tags))}
    held = {codes[node]: wait for node, wait in moved_waits(every, same).items() if node in codes}
    on_path = np.array([values(s.tags["highway"])[0] in PATH_KINDS for s in streets], dtype=bool)
    start = np.arange(0, 2 * len(streets), 2)
    counts = counted_waits(
        np.array(ends, dtype=np.int64), np.repeat(on_path, 2), start, start + 1, held
    )
    inner = np.array(
        [[_count(street.tags, name) for name in INNER] for street in streets], dtype=np.float64
    ).reshape(-1, len(INNER))
    crossing, signal, road_signal = inner.T
    return {
        "crossings": counts["crossings"] + np.where(on_path, crossing, 0.0),
        "signals": counts["signals"] + np.where(on_path, signal, road_signal),
    }


def _count(tags: Mapping[str, Any], name: str) -> float:
    """Read a number that :func:`keep_inner_waits` wrote, and a file holds as text; 0 without."""
    found = values(tags.get(name))
    try:
        counts = [float(text) for text in found]
    except ValueError:
        counts = [-1.0]
    if not all(0 <= count < np.inf for count in counts):
        msg = (
            f"osmnx graph: {name} of way {tags.get('osmid')} is {', '.join(found)}; a number of 0 "
            "or more is allowed. Fetch the graph again."
        )
        raise SchemaError(msg)
    return sum(counts)
