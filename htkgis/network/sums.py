"""Sums over all pairs of origins and opportunities, on all threads, from the faster side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .accumulate import Amounts, count_batches, weigh_batches
from .graph import Graph
from .points import Points
from .running import run_pieces
from .searches import Method, Piece, searches_of
from .sparse_search import count_singly, weigh_singly
from .targets import Targets, targets_of
from .time_matrix import times_from_places

Values = npt.NDArray[np.float64]

FEW_PLACES = 1024
"""At most so many places are searched from, instead of from the origins."""
ORIGINS_PER_PLACE = 4
"""And only where the origins are at least so many times more."""
PLACES_AT_A_TIME = 256


def count_points(
    graph: Graph,
    origins: Points,
    opportunities: Points,
    amounts: Values,
    *,
    limits_ds: npt.NDArray[np.int64],
    method: Method = "auto",
    threads: int | None = None,
) -> Values:
    """Sum amounts, shape (m, kinds), within each limit; shape (n, limits, kinds)."""
    cutoff_ds = int(limits_ds.max())
    values = np.zeros((len(origins.xy), len(limits_ds), amounts.shape[1]))
    rows = _counting(opportunities, amounts)
    if _few_places(origins, rows, method):
        rows = _in_order(graph, opportunities, rows, cutoff_ds)
        for row, times in _to_each(graph, origins, opportunities, rows, cutoff_ds, threads):
            _add(values, times[:, None] <= limits_ds, amounts[row])
        return values
    searches = searches_of(graph, origins, opportunities, rows, cutoff_ds=cutoff_ds)
    offered = amounts_of(searches.targets, amounts)

    def batch(piece: Piece, work: Any) -> None:
        count_batches(searches, offered, limits_ds, piece.begin, piece.end, work, values)

    def single(piece: Piece, work: Any) -> None:
        count_singly(searches, offered, limits_ds, piece.begin, piece.end, work, values)

    run_pieces(graph, origins, searches, batch, single, method=method, threads=threads)
    return values


def weigh_points(
    graph: Graph,
    origins: Points,
    opportunities: Points,
    amounts: Values,
    *,
    impedances: Values,
    method: Method = "auto",
    threads: int | None = None,
) -> Values:
    """Sum amounts, shape (m, kinds), weighted by each table; shape (n, tables, kinds)."""
    cutoff_ds = impedances.shape[1] - 1
    # one weight more, for what is not reached
    tables = np.concatenate([impedances, np.zeros((len(impedances), 1))], axis=1)
    values = np.zeros((len(origins.xy), len(tables), amounts.shape[1]))
    rows = _counting(opportunities, amounts)
    if _few_places(origins, rows, method):
        rows = _in_order(graph, opportunities, rows, cutoff_ds)
        for row, times in _to_each(graph, origins, opportunities, rows, cutoff_ds, threads):
            _add(values, tables[:, np.minimum(times, cutoff_ds + 1)].T, amounts[row])
        return values
    searches = searches_of(graph, origins, opportunities, rows, cutoff_ds=cutoff_ds)
    offered = amounts_of(searches.targets, amounts)

    def batch(piece: Piece, work: Any) -> None:
        weigh_batches(searches, offered, tables, piece.begin, piece.end, work, values)

    def single(piece: Piece, work: Any) -> None:
        weigh_singly(searches, offered, tables, piece.begin, piece.end, work, values)

    run_pieces(graph, origins, searches, batch, single, method=method, threads=threads)
    return values


def amounts_of(targets: Targets, amounts: Values) -> Amounts:
    """Bring what each target offers into the order of the targets, without zeros."""
    offered = amounts[targets.order]
    target, kind = np.nonzero(offered)
    counts = np.bincount(target, minlength=len(offered))
    return Amounts(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        kind=kind.astype(np.int32),
        amount=offered[target, kind],
    )


def _counting(opportunities: Points, amounts: Values) -> npt.NDArray[np.int64]:
    """Rows of the opportunities that lie on the streets and count anything."""
    usable = opportunities.usable
    return usable[(amounts[usable] > 0).any(axis=1)]


def _few_places(origins: Points, rows: npt.NDArray[np.int64], method: Method) -> bool:
    """Say whether to search from the places, as :func:`~htkgis.network.street_times` does."""
    few = len(rows) * ORIGINS_PER_PLACE <= len(origins.xy) and len(rows) <= FEW_PLACES
    return method == "auto" and few


def _in_order(
    graph: Graph, opportunities: Points, rows: npt.NDArray[np.int64], cutoff_ds: int
) -> npt.NDArray[np.int64]:
    """Sort places as the other side would sum them, so that the sums are the same bits."""
    side = opportunities.side
    return targets_of(graph, side, rows, cutoff_ds=cutoff_ds, reverse=False).order


def _to_each(
    graph: Graph,
    origins: Points,
    places: Points,
    rows: npt.NDArray[np.int64],
    cutoff_ds: int,
    threads: int | None,
) -> Iterator[tuple[int, npt.NDArray[np.int32]]]:
    """Give each place and the times of all origins to it, some places searched at a time."""
    for begin in range(0, len(rows), PLACES_AT_A_TIME):
        chosen = rows[begin : begin + PLACES_AT_A_TIME]
        block = places.chosen(chosen)
        back = times_from_places(graph, origins, block, cutoff_ds=cutoff_ds, threads=threads)
        yield from zip(chosen.tolist(), back, strict=True)


def _add(values: Values, weight: npt.NDArray[Any], amount: Values) -> None:
    """Add the amounts of one place, per kind, to all origins by their weight."""
    for kind in np.flatnonzero(amount):
        values[:, :, kind] += amount[kind] * weight
