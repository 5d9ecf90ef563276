"""Running searches: pieces of the order, in batches or one by one, on several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .batch import batch_work
from .graph import Graph
from .points import Points
from .searches import Method, Piece, Searches, pieces
from .sparse_search import single_work
from .threads import share_out


def run_pieces(
    graph: Graph,
    sources: Points,
    searches: Searches,
    batch: Callable[[Piece, Any], None],
    single: Callable[[Piece, Any], None],
    *,
    method: Method,
    threads: int | None,
) -> None:
    """Search every source, in batches or one by one, on several threads."""

    def worker(taken: Iterator[Piece]) -> None:
        batches, singles = None, None
        for piece in taken:
            if piece.batched:
                batches = batches or batch_work(graph, searches)
                batch(piece, batches)
            else:
                singles = singles or single_work(graph, searches)
                single(piece, singles)

    share_out(pieces(graph, sources, searches, method), worker, threads=threads)
