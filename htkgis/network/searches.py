"""What a request searches: arcs, sources and targets, and which sources are searched together.

Sources are sorted along the Hilbert curve and cut into groups of 64. A group is searched as one
batch where its sources are neighbours, else one by one; see :func:`batch_pays`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError, first
from htkgis.units import UNREACHED

from .fold import Fold, clipped, fold, wanted_parts
from .graph import Graph
from .hilbert import hilbert_index
from .lanes import LANES
from .points import Points
from .search import Arcs, Side, arcs_of
from .targets import Targets, own_targets, targets_of

Method = Literal["auto", "batch", "single"]

GROUPS_PER_PIECE = 8
BATCH_COST = 1.2
"""What a node costs in a batch of a few neighbours, in visits of a single search.

Measured (``scripts/benchmark.py batch``) over groups of 2 to 64 points, on foot 5, 15 and 30
minutes and by car 5 and in part 15: from 1 to 1.6 it is a flat optimum, where the way chosen takes
1 to 4 per cent longer than the better on average, and half as long again at worst. At 2, as it was
before chains were folded, it was 3 and 11 per cent, and twice as long at worst.
"""
CROW_SHARE = 0.75
"""How far one gets as the crow flies, of the way that was made."""


class Searches(NamedTuple):
    """What searches read, shared by all threads; made by :func:`searches_of`.

    ``sources`` search for ``targets`` in the order ``order``; ``own`` are the targets on the edge
    of each source. Single searches take ``arcs``. Batches take ``fold``, of whose chains and
    dead ends they pass those that are ``wanted``, and keep a time ``t`` as ``cutoff + 1 - t``.
    """

    arcs: Arcs
    fold: Fold
    wanted_chains: npt.NDArray[np.bool_]
    wanted_trees: npt.NDArray[np.bool_]
    sources: Side
    targets: Targets
    own: npt.NDArray[np.int32]
    order: npt.NDArray[np.int64]
    cutoff: int
    reverse: bool


class Piece(NamedTuple):
    """Some places of the order, and whether they are searched in batches."""

    begin: int
    end: int
    batched: bool


def searches_of(
    graph: Graph,
    sources: Points,
    targets: Points,
    rows: npt.NDArray[np.int64],
    *,
    cutoff_ds: int,
    reverse: bool = False,
) -> Searches:
    """Prepare searches from all sources that lie on the streets.

    Parameters
    ----------
    graph
        Graph to search.
    sources, targets
        Points to search from, and to be reached.
    rows
        Which of the targets matter.
    cutoff_ds
        Largest time that counts, in deciseconds.
    reverse
        Whether the sources are arrived at, and the targets left from.
    """
    found = targets_of(graph, targets.side, rows, cutoff_ds=cutoff_ds, reverse=reverse)
    folded = clipped(fold(graph, reverse=reverse), cutoff_ds)
    chains, trees = wanted_parts(folded, np.diff(found.node_start) > 0)
    return Searches(
        arcs=arcs_of(graph, reverse=reverse),
        fold=folded,
        wanted_chains=chains,
        wanted_trees=trees,
        sources=sources.side,
        targets=found,
        own=own_targets(found, sources.side.edge),
        order=neighbours_first(sources),
        cutoff=cutoff_ds,
        reverse=reverse,
    )


def checked_limits(graph: Graph, limits_ds: Sequence[int]) -> npt.NDArray[np.int64]:
    """Return the limits as an array, or name those that are none."""
    limits = np.asarray(limits_ds, dtype=np.int64).reshape(-1)
    wrong = (limits < 0) | (limits >= UNREACHED)
    if wrong.any() or len(limits) == 0:
        msg = (
            f"limits_ds ({graph.mode}): {int(wrong.sum())} of {len(limits)} are no limit: "
            f"{first(limits[wrong].tolist())}; one or more of 0 to {UNREACHED - 1} ds are "
            "allowed. Correct the limits."
        )
        raise NetworkError(msg)
    return limits


def neighbours_first(points: Points) -> npt.NDArray[np.int64]:
    """Sort the points on the streets along the Hilbert curve; ties by row."""
    rows = points.usable
    return rows[np.argsort(hilbert_index(points.xy[rows]), kind="stable")]


def pieces(graph: Graph, sources: Points, searches: Searches, method: Method) -> Iterator[Piece]:
    """Cut the order into pieces of work, and choose how each is searched."""
    size = len(searches.order)
    starts = np.arange(0, size, LANES)
    batched = np.full(len(starts), method == "batch")
    if method == "auto" and size:
        batched = batch_pays(graph, sources.xy[searches.order], searches.cutoff)
    change = np.flatnonzero(np.diff(batched)) + 1
    for run in np.split(np.arange(len(starts)), change):
        for group in range(0, len(run), GROUPS_PER_PIECE):
            part = run[group : group + GROUPS_PER_PIECE]
            end = min(size, int(starts[part[-1]]) + LANES)
            yield Piece(int(starts[part[0]]), end, bool(batched[part[0]]))


def batch_pays(graph: Graph, xy: npt.NDArray[np.float64], cutoff_ds: int) -> npt.NDArray[np.bool_]:
    """Say of each group of 64 points whether one batch is faster than a search for each.

    A batch visits every node that any of its points reaches, at ``BATCH_COST`` times the cost
    of a node in a single search. With a reach of radius ``r``, cut by the extent of the
    graph, it pays where the rectangle around the points, ``r`` wider on each side, is less than
    ``points / BATCH_COST`` times the square around one reach.

    Parameters
    ----------
    graph
        Graph to search.
    xy
        Positions in the order of the groups, in metres, shape (n, 2).
    cutoff_ds
        Largest time that counts, in deciseconds.

    Returns
    -------
    pays
        One value per group.
    """
    pays: npt.NDArray[np.bool_] = batch_gains(graph, xy, cutoff_ds) > BATCH_COST
    return pays


def batch_gains(graph: Graph, xy: npt.NDArray[np.float64], cutoff_ds: int) -> npt.NDArray[Any]:
    """Say of each group how many nodes single searches visit for each node of a batch.

    Parameters
    ----------
    graph, xy, cutoff_ds
        As :func:`batch_pays`.

    Returns
    -------
    gains
        Above 0, at most the points of the group; one value per group.
    """
    starts = np.arange(0, len(xy), LANES)
    sizes = np.minimum(LANES, len(xy) - starts)
    # fast streets decide how far a reach goes; walkers are about as fast on all of them
    radius_m = cutoff_ds * graph.fast_m_per_ds * CROW_SHARE
    extent_m = graph.extent_m
    sides_m = np.maximum.reduceat(xy, starts) - np.minimum.reduceat(xy, starts)
    together = np.minimum(sides_m + 2 * radius_m, extent_m).prod(axis=1)
    alone = np.minimum(2 * radius_m, extent_m).prod()
    gains: npt.NDArray[Any] = sizes * alone / np.maximum(together, np.finfo(np.float64).tiny)
    return gains
