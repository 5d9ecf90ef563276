"""A graph as arrays that can be stored, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError, first
from htkgis.store.values import Arrays

from .drawing import shared_drawing
from .graph import Graph

SINGLE: dict[str, Callable[[Any], Any]] = {
    "mode": str,
    "speed_kph": float,
    "connector_kph": float,
    "start_ds": int,
    "end_ds": int,
}
"""Fields of a graph that are one value, and how to read it back."""


def graph_arrays(graph: Graph) -> dict[str, npt.NDArray[Any]]:
    """Take a graph apart into arrays that can be stored and memory-mapped.

    Parameters
    ----------
    graph
        Any graph.

    Returns
    -------
    arrays
        Arrays by name, none of them of Python objects. The reversed arcs are left out
        where no edge has a direction, since they are the same.

    Examples
    --------
    ``graph_from_arrays(graph_arrays(graph))`` is the same graph again.
    """
    arrays = {field.name: np.atleast_1d(getattr(graph, field.name)) for field in fields(graph)}
    if not graph.directed:
        del arrays["reverse_indptr"], arrays["reverse_adjacency"]
    return arrays


def graph_from_arrays(arrays: dict[str, npt.NDArray[Any]]) -> Graph:
    """Put a graph together from the arrays of :func:`graph_arrays`, without copying them.

    Parameters
    ----------
    arrays
        As returned by :func:`graph_arrays`; memory-mapped arrays stay on the disk.

    Returns
    -------
    graph
        The graph that was taken apart.

    Raises
    ------
    NetworkError
        If an array is missing: the arrays are not those of a graph of this version.
    """
    if not isinstance(arrays, Arrays):
        return _put_together(arrays)
    graph: Graph = arrays.once("graph", lambda: _put_together(arrays))
    return graph


def _put_together(arrays: Mapping[str, npt.NDArray[Any]]) -> Graph:
    parts: dict[str, Any] = dict(arrays)
    for name in ("indptr", "adjacency"):
        if name in parts:
            parts.setdefault(f"reverse_{name}", parts[name])
    names = [field.name for field in fields(Graph)]
    missing = [name for name in names if name not in parts]
    if missing:
        msg = (
            f"graph (stored arrays): {len(missing)} of {len(names)} arrays are missing: "
            f"{first(missing)}; all are needed. Build the graph again from the streets."
        )
        raise NetworkError(msg)
    numbers: dict[str, Any] = {name: make(parts.pop(name)[0]) for name, make in SINGLE.items()}
    rest: dict[str, Any] = {name: parts[name] for name in names if name not in SINGLE}
    graph = Graph(**numbers, **rest)
    # steps take the same graph again and again, and those of a mode lie on the same lines
    vars(graph)["drawing"] = shared_drawing(graph.edge_xy, graph.edge_xy_start)
    return graph
