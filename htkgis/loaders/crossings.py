"""Where people on a street wait: crossings and traffic signals, counted for each street.

OpenStreetMap marks both on nodes. A street counts a node inside it once. Where a street ends at
the node it counts half of it, and so does the next street: who passes through waits once, whole,
in either direction. Only who crosses waits at a crossing without signals: those on paths, and not
those on the carriageway that is crossed. Where only paths meet nobody waits: the crossing is one
of a footway over a cycle track.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from .osm_tags import Tags

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Node = TypeVar("Node", bound=Hashable)

UNCROSSED = frozenset({"no", "informal"})
"""``crossing`` values of places where nobody is meant to cross."""

ONE_WAY = frozenset({"forward", "backward"})


class Wait(NamedTuple):
    """What a node holds up: ``crossing`` and ``signal`` those on paths, ``road_signal`` the others.

    Each is a part of a wait: 1, or one half at signals for one direction only.
    """

    crossing: float = 0.0
    signal: float = 0.0
    road_signal: float = 0.0


def wait_at(tags: Tags) -> Wait | None:
    """Say what a node holds up, or None where nobody waits.

    A signal that stands at a stop line for one direction counts half: who crosses a junction
    passes one on the way in, which holds, and one on the way out, which is for those who come.

    Examples
    --------
    >>> wait_at({"highway": "crossing", "crossing": "marked"})
    Wait(crossing=1.0, signal=0.0, road_signal=0.0)
    >>> wait_at({"highway": "crossing", "crossing": "traffic_signals"})
    Wait(crossing=0.0, signal=1.0, road_signal=0.0)
    >>> wait_at({"highway": "traffic_signals", "traffic_signals:direction": "forward"})
    Wait(crossing=0.0, signal=0.5, road_signal=0.5)
    >>> wait_at({"highway": "bus_stop"}) is None
    True
    """
    kind = tags.get("highway")
    if kind == "traffic_signals":
        part = 0.5 if tags.get("traffic_signals:direction") in ONE_WAY else 1.0
        # a crossing mapped on the stop line is crossed whole by those on the path
        on_path = 1.0 if tags.get("crossing") not in {None, *UNCROSSED} else part
        return Wait(0.0, on_path, part)
    if kind != "crossing" or tags.get("crossing") in UNCROSSED:
        return None
    if tags.get("crossing") == "traffic_signals" or tags.get("crossing:signals") == "yes":
        return Wait(0.0, 1.0, 0.0)
    return Wait(1.0, 0.0, 0.0)


def moved_waits(waits: Mapping[Node, Wait], kept: Mapping[Node, Node]) -> dict[Node, Wait]:
    """Let a node that stands for several hold up as the longest of them.

    Examples
    --------
    >>> moved_waits({4: Wait(crossing=1.0), 5: Wait(crossing=1.0)}, {5: 4})
    {4: Wait(crossing=1.0, signal=0.0, road_signal=0.0)}
    """
    moved: dict[Node, Wait] = {}
    for node, wait in waits.items():
        own = kept.get(node, node)
        moved[own] = Wait(*map(max, wait, moved.get(own, Wait())))
    return moved


def counted_waits(
    nodes: Integers, on_path: Flags, start: Integers, end: Integers, waits: Mapping[int, Wait]
) -> dict[str, Numbers]:
    """Count the crossings and signals of streets.

    Parameters
    ----------
    nodes
        Node id per vertex, shape (k,); the vertices of a street follow each other.
    on_path
        Whether the way of each vertex is a path and no carriageway, shape (k,).
    start, end
        First and last vertex of each street, shape (m,).
    waits
        What each node holds up, for those that do.

    Returns
    -------
    columns
        ``crossings`` and ``signals``, each of shape (m,), >= 0.

    Examples
    --------
    A path of nodes 1, 2, 3 over a crossing at 2 with a road of nodes 8, 2, 9, cut there:

    >>> found = counted_waits(
    ...     np.array([1, 2, 3, 8, 2, 9]), np.array([True] * 3 + [False] * 3),
    ...     np.array([0, 1, 3, 4]), np.array([1, 2, 4, 5]), {2: Wait(crossing=1.0)})
    >>> found["crossings"].tolist()
    [0.5, 0.5, 0.0, 0.0]
    """
    if not waits:
        return {name: np.zeros(len(start)) for name in ("crossings", "signals")}
    known = np.array(sorted(waits), dtype=np.int64)
    values = np.array([waits[node] for node in known.tolist()], dtype=np.float64)
    place = np.minimum(np.searchsorted(known, nodes), known.size - 1)
    parts = np.where((known[place] == nodes)[:, None], values[place], 0.0)
    until = np.concatenate([np.zeros((1, 3)), np.cumsum(parts, axis=0)])
    inside = until[end] - until[start + 1]
    ends = parts.copy()
    ends[~np.isin(nodes, nodes[~on_path]), 0] = 0.0
    count = inside + (ends[start] + ends[end]) / 2
    walked = on_path[start]
    return {
        "crossings": np.where(walked, count[:, 0], 0.0),
        "signals": np.where(walked, count[:, 1], count[:, 2]),
    }
