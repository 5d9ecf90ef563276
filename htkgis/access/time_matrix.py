"""Time matrix: the table of travel times laid out by origin and destination.

The table names every pair; measures that ask it many times, function by function and limit by
limit, lay it out once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.units import UNREACHED


@dataclass(frozen=True, eq=False)
class TimeMatrix:
    """Travel times between all origins and destinations.

    Parameters
    ----------
    origins, destinations
        Ids, the destinations rising.
    times_ds
        Deciseconds, int32, shape (n, m); ``UNREACHED`` where there is no pair.
    """

    origins: pd.Index
    destinations: pd.Index
    times_ds: npt.NDArray[np.int32]

    def to(self, destinations: pd.Index) -> TimeMatrix:
        """Take some of the destinations; ids that are none of them are left out."""
        columns = self.columns(destinations)
        return replace(
            self,
            destinations=self.destinations[columns],
            times_ds=np.ascontiguousarray(self.times_ds[:, columns]),
        )

    def columns(self, destinations: pd.Index) -> npt.NDArray[np.intp]:
        """Give the numbers of some of the destinations, rising; others are left out."""
        columns = np.sort(self.destinations.get_indexer(destinations.unique()))
        return columns[columns >= 0]


def time_matrix(
    travel_times: pd.DataFrame, *, origins: pd.Index, destinations: pd.Index
) -> TimeMatrix:
    """Lay out a table of travel times.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``; pairs of other points are left out.
    origins, destinations
        Ids of the matrix, without repetition; the destinations in any order.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["t", "s"],
    ...                       "travel_time_ds": [3000, 6000]})
    >>> matrix = time_matrix(times, origins=pd.Index(["a", "b"]), destinations=pd.Index(["t", "s"]))
    >>> matrix.destinations.tolist(), matrix.times_ds.tolist()
    (['s', 't'], [[6000, 3000], [1073741824, 1073741824]])
    """
    columns = destinations.unique().sort_values()
    times_ds = np.full((len(origins), len(columns)), UNREACHED, dtype=np.int32)
    row = origins.get_indexer(pd.Index(travel_times["from_id"]))
    column = columns.get_indexer(pd.Index(travel_times["to_id"]))
    known = (row >= 0) & (column >= 0)
    times_ds[row[known], column[known]] = travel_times["travel_time_ds"].to_numpy()[known]
    return TimeMatrix(origins, columns, times_ds)
