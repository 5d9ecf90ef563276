"""Threads: work in pieces that the next free thread takes; kernels let go of the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

Piece = TypeVar("Piece")


def available_threads() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(
    pieces: Iterable[Piece], worker: Callable[[Iterator[Piece]], None], *, threads: int | None
) -> None:
    """Let several workers take pieces until none is left.

    Parameters
    ----------
    pieces
        Pieces of work that do not touch each other's results.
    worker
        Does every piece that it is given; called once per thread.
    threads
        How many workers, >= 1; as many as there are processors where missing.

    Examples
    --------
    >>> done = []
    >>> share_out(range(5), done.extend, threads=2)
    >>> sorted(done)
    [0, 1, 2, 3, 4]
    """
    queue: SimpleQueue[Piece] = SimpleQueue()
    count = 0
    for piece in pieces:
        queue.put(piece)
        count += 1
    workers = min(count, available_threads() if threads is None else max(1, threads))
    if workers <= 1:
        worker(_taken(queue))
        return
    with ThreadPoolExecutor(workers) as pool:
        for task in [pool.submit(worker, _taken(queue)) for _ in range(workers)]:
            task.result()


def _taken(queue: SimpleQueue[Piece]) -> Iterator[Piece]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return
