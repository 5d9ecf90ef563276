"""In which order junctions and edges of a graph stand, found once for all graphs of the streets.

Whoever travels at whatever speed meets the same junctions: graphs of one study differ in costs far
more often than in their streets. What no cost decides is found once, and kept for the next graph
of streets with the same ids, ends and lines.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from .hilbert import hilbert_index, order_by
from .modes import Mode, end_names
from .ragged import Offsets, offsets, ragged_rows

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]

KEPT = 4
"""Layouts that are kept: of the streets on foot, without stairs, by bicycle and by car."""


@dataclass(frozen=True, eq=False)
class Layout:
    """All of a graph that rests on where its streets lie; made by :func:`layout_of`.

    Parameters
    ----------
    order
        Row of the streets that each edge is, shape (m,).
    node_ids, node_xy, edge_ids, edge_from, edge_to, edge_xy, edge_xy_start
        As in :class:`~htkgis.network.graph.Graph`.
    """

    order: Offsets
    node_ids: Texts
    node_xy: Floats
    edge_ids: Texts
    edge_from: Ints
    edge_to: Ints
    edge_xy: Floats
    edge_xy_start: Offsets

    def __post_init__(self) -> None:
        """Make every array read-only: graphs share them, and so do the files they are kept in."""
        for array in vars(self).values():
            array.flags.writeable = False

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What a graph takes of it, by name."""
        return {name: value for name, value in vars(self).items() if name != "order"}


class _Facts(NamedTuple):
    """All that decides a layout."""

    ids: Any
    start: Any
    end: Any
    lines: npt.NDArray[Any]

    def are(self, other: _Facts) -> bool:
        """Tell whether these are the same, of lines whether they are the very same objects."""
        texts = zip(self[:3], other[:3], strict=True)
        return (
            len(self.lines) == len(other.lines)
            and all(map(operator.is_, self.lines, other.lines))
            and all(own.equals(its) for own, its in texts)
        )

    def copied(self) -> _Facts:
        """Take a copy, which stays whatever becomes of the table."""
        return _Facts(*(each.copy() for each in self))


_kept: list[tuple[_Facts, Layout]] = []


def layout_of(used: gpd.GeoDataFrame, mode: Mode) -> Layout:
    """Put the junctions of streets in Hilbert order and the streets in the order of these.

    Parameters
    ----------
    used
        The streets that the mode may use, one at least.
    mode
        Whose barriers end streets; whatever else it is decides nothing.

    Returns
    -------
    layout
        The same object as before where ids, ends and lines are the same: lines that are other
        objects count as others, however alike they are.

    Examples
    --------
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "b"], "to_node": ["b", "c"]},
    ...     geometry=[shapely.LineString([(0, 0), (9, 0)]), shapely.LineString([(9, 0), (20, 0)])])
    >>> slow, fast = (layout_of(streets, Mode("walk", kph)) for kph in (3.0, 6.0))
    >>> slow is fast, slow.node_ids.tolist(), slow.edge_ids[slow.edge_from == 0].tolist()
    (True, ['a', 'b', 'c'], ['s'])
    """
    start, end = end_names(used, mode)
    facts = _Facts(used["id"].array, start.array, end.array, used.geometry.to_numpy())
    known = next((each for each in _kept if each[0].are(facts)), None)
    if known is None:
        names = pd.concat([start, end], ignore_index=True)
        known = (facts.copied(), _laid_out(facts.ids, names, facts.lines))
    _kept[:] = [*(each for each in _kept if each is not known), known][-KEPT:]
    return known[1]


def _laid_out(ids: Any, names: pd.Series, lines: npt.NDArray[Any]) -> Layout:
    """Order junctions and edges; ``names`` are those of all starts, then of all ends."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    xy_start = offsets(owner, len(lines))
    ends = np.concatenate([xy[xy_start[:-1]], xy[xy_start[1:] - 1]])
    node_ids, node_xy, codes = _number_nodes(names, ends)
    node_order = order_by(hilbert_index(node_xy), node_ids)
    place = np.empty(len(node_order), dtype=np.int64)
    place[node_order] = np.arange(len(node_order))
    start, end = place[codes]
    edge_ids = _text(ids)
    order = order_by(start * len(node_order) + end, edge_ids)
    xy_rows, owner = ragged_rows(xy_start, order)
    return Layout(
        order=order,
        node_ids=node_ids[node_order],
        node_xy=node_xy[node_order],
        edge_ids=edge_ids[order],
        edge_from=start[order].astype(np.int32),
        edge_to=end[order].astype(np.int32),
        edge_xy=xy[xy_rows],
        edge_xy_start=offsets(owner, len(order)),
    )


def _number_nodes(names: pd.Series, xy: Floats) -> tuple[Texts, Floats, Offsets]:
    """Count off the junctions: id and position, and the numbers of both ends, shape (2, m).

    ``xy`` are the positions of all starts, then of all ends.
    """
    codes, unique = pd.factorize(names)
    # lines that meet may end a hair apart: the smallest position does not depend on row order
    placed = (codes >= 0) & ~np.isnan(xy).any(axis=1)
    rows = np.flatnonzero(placed)[::-1]  # so that the first of equal ones is written last
    for column in xy.T:
        least = np.full(len(unique), np.inf)
        np.minimum.at(least, codes[rows], column[rows])
        rows = rows[column[rows] == least[codes[rows]]]
    node_xy = np.full((len(unique), 2), np.nan)  # stays so where an end has no position
    node_xy[codes[rows]] = xy[rows]
    return _text(unique), node_xy, codes.reshape(2, -1).astype(np.int64)


def _text(ids: Any) -> Texts:
    """Turn ids into text of fixed width, which can be memory-mapped."""
    return np.asarray(ids, dtype=object).astype(np.str_)
