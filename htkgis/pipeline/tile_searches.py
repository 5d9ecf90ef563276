"""What is searched for all origins of a graph at once, or tile by tile: the same integers.

A search says how far it looks, and gives arrays whose rows are its origins. Whoever asks never
knows whether the graph was whole or a part, on this machine or another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from htkgis.network import (
    Graph,
    Snaps,
    TravelTimes,
    nearest_n,
    reach_opportunities,
    street_times,
    weigh_opportunities,
)
from htkgis.store import sha256_bytes
from htkgis.units import UNREACHED

Found = dict[str, npt.NDArray[Any]]
"""Arrays by name; of a whole graph or of the origins of a tile."""
Rows = npt.NDArray[np.int64]


class TileSearch(Protocol):
    """Anything that can be searched origin by origin."""

    @property
    def limit_ds(self) -> int:
        """Largest total time that counts, in deciseconds."""

    def facts(self) -> dict[str, Any]:
        """All that decides the result besides graph and points, as JSON can hold it."""

    def found(
        self, graph: Graph, origins: Snaps, places: Snaps, *, threads: int | None = None
    ) -> Found:
        """Search from the origins to the places."""

    def of_places(self, rows: Rows) -> TileSearch:
        """Give the same search to some of the places only."""

    def placed(self, found: Found, rows: Rows) -> Found:
        """Let arrays that number some of the places number them among all."""

    def gathered(self, parts: Iterable[tuple[Rows, Found]], origins: int) -> Found:
        """Put the arrays of tiles together for all origins."""


@dataclass(frozen=True, eq=False)
class AccessSearch:
    """What each origin reaches within limits, and the times to the nearest places.

    Parameters
    ----------
    limits_ds
        Limits in deciseconds, rising.
    weights
        What each place counts, shape (m,).
    impedances
        One table per limit, see :func:`~htkgis.network.impedance_table`; every place counts whole
        where there is none.
    nearest
        How many nearest places, up to the last limit.
    """

    limits_ds: tuple[int, ...]
    weights: npt.NDArray[np.float64]
    impedances: tuple[npt.NDArray[np.float64], ...] = ()
    nearest: int = 0

    @property
    def limit_ds(self) -> int:
        """Largest total time that counts, in deciseconds."""
        return self.limits_ds[-1]

    def facts(self) -> dict[str, Any]:
        """All that decides the result besides graph and points."""
        tables = [sha256_bytes(table.tobytes()) for table in (self.weights, *self.impedances)]
        return {"limits_ds": list(self.limits_ds), "tables": tables, "nearest": self.nearest}

    def found(
        self, graph: Graph, origins: Snaps, places: Snaps, *, threads: int | None = None
    ) -> Found:
        """Give ``values``, shape (n, limits), and ``nearest_ds``, shape (n, nearest)."""
        if self.impedances:
            columns = [
                weigh_opportunities(
                    graph, origins, places, self.weights, impedance=table, threads=threads
                )
                for table in self.impedances
            ]
            values = np.stack(columns, axis=1)
        else:
            values = reach_opportunities(
                graph, origins, places, self.weights, limits_ds=self.limits_ds, threads=threads
            )
        nearest_ds = np.zeros((len(origins), 0), dtype=np.int32)
        if self.nearest:
            nearest_ds = nearest_n(
                graph, origins, places, self.nearest, limit_ds=self.limit_ds
            ).times_ds
        return {"values": values, "nearest_ds": nearest_ds}

    def of_places(self, rows: Rows) -> AccessSearch:
        """Give the same search to some of the places only."""
        return AccessSearch(self.limits_ds, self.weights[rows], self.impedances, self.nearest)

    def placed(self, found: Found, rows: Rows) -> Found:  # noqa: ARG002 - numbers no place
        """Give the arrays as they are: none of them numbers places."""
        return found

    def gathered(self, parts: Iterable[tuple[Rows, Found]], origins: int) -> Found:
        """Put the arrays of tiles together; an origin in no tile reaches nothing."""
        values = np.zeros((origins, len(self.limits_ds)))
        nearest_ds = np.full((origins, self.nearest), UNREACHED, dtype=np.int32)
        for rows, found in parts:
            values[rows], nearest_ds[rows] = found["values"], found["nearest_ds"]
        return {"values": values, "nearest_ds": nearest_ds}


@dataclass(frozen=True)
class TimesSearch:
    """Travel times to every place within a limit, in deciseconds."""

    limit_ds: int

    def facts(self) -> dict[str, Any]:
        """All that decides the result besides graph and points."""
        return {"limit_ds": self.limit_ds}

    def found(
        self, graph: Graph, origins: Snaps, places: Snaps, *, threads: int | None = None
    ) -> Found:
        """Give ``counts`` per origin, and ``to_index`` and ``time_ds`` of the pairs in order."""
        times = street_times(graph, origins, places, limit_ds=self.limit_ds, threads=threads)
        counts = np.diff(times.indptr)
        return {"counts": counts, "to_index": times.to_index, "time_ds": times.time_ds}

    def of_places(self, rows: Rows) -> TimesSearch:  # noqa: ARG002 - every place is alike
        """Give the same search."""
        return self

    def placed(self, found: Found, rows: Rows) -> Found:
        """Let the pairs number the places among all."""
        return {**found, "to_index": rows[found["to_index"]].astype(np.int32)}

    def gathered(self, parts: Iterable[tuple[Rows, Found]], origins: int) -> Found:
        """Put the pairs of tiles together in the order of all origins."""
        held = list(parts)
        counts = np.zeros(origins, dtype=np.int64)
        for rows, found in held:
            counts[rows] = found["counts"]
        start = np.concatenate([[0], np.cumsum(counts)])
        to_index = np.empty(start[-1], dtype=np.int32)
        time_ds = np.empty(start[-1], dtype=np.int32)
        for rows, found in held:
            own = found["counts"]
            # the pairs of each origin stay together; where they go is where all before them end
            shift = start[rows] - (np.cumsum(own) - own)
            place = np.arange(len(found["to_index"])) + np.repeat(shift, own)
            to_index[place], time_ds[place] = found["to_index"], found["time_ds"]
        return {"counts": counts, "to_index": to_index, "time_ds": time_ds}


def travel_times(found: Found, origins: Snaps, places: Snaps) -> TravelTimes:
    """Make travel times of what a :class:`TimesSearch` found."""
    return TravelTimes(
        from_ids=origins.ids,
        to_ids=places.ids,
        indptr=np.concatenate([[0], np.cumsum(found["counts"])]).astype(np.int64),
        to_index=found["to_index"],
        time_ds=found["time_ds"],
    )
