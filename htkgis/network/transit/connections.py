"""Connections: a service day's trips cut into rides from one stop to the next, by departure.

Dibbelt, J., Pajor, T., Strasser, B. and Wagner, D. (2018). Connection scan algorithm. ACM
Journal of Experimental Algorithmics 23, 1.7.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import NetworkError, first

FROM, TO, TRIP, DEPARTURE, ARRIVAL, FLAGS = range(6)
"""Columns of a connection."""
BOARD, ALIGHT = 1, 2
"""Flags of a connection: one may get on at its start, off at its end."""

Rows = npt.NDArray[np.int32]


class Connections(NamedTuple):
    """Rides between neighbouring stops of trips; made by :func:`connections_of`.

    ``rows`` are sorted by departure, within a trip by their order: int32, shape (n, 6), columns
    ``FROM`` .. ``FLAGS``, times in seconds after midnight of the service day. ``trips`` are the
    ids of the trips, ``stops`` how many stops there are.
    """

    rows: Rows
    trips: npt.NDArray[Any]
    stops: int

    def between(self, start_s: int, end_s: int) -> Rows:
        """Take the connections that leave from ``start_s`` on and not after ``end_s``."""
        begin, end = np.searchsorted(self.rows[:, DEPARTURE], [start_s, end_s + 1])
        return self.rows[begin:end]


def connections_of(trip_times: pd.DataFrame, stop_ids: pd.Index) -> Connections:
    """Cut the trips of a service day into connections.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``, trips of one service day that leave at stated times
        (``headway_s`` 0).
    stop_ids
        All stops; a connection holds the place of its stops among them.

    Returns
    -------
    connections
        One per pair of neighbouring stops of a trip.

    Raises
    ------
    NetworkError
        If a trip calls at a stop that is none of ``stop_ids``, or arrives before it left.

    Examples
    --------
    >>> times = pd.DataFrame({"trip_id": ["t", "t", "t"], "stop_id": ["a", "b", "c"],
    ...     "sequence": [0, 1, 2], "arrival_s": [0, 70, 160], "departure_s": [10, 90, 160],
    ...     "pickup": [True, True, False], "drop_off": [False, True, True]})
    >>> connections_of(times, pd.Index(["a", "b", "c"])).rows.tolist()
    [[0, 1, 0, 10, 70, 3], [1, 2, 0, 90, 160, 3]]
    """
    table = trip_times.sort_values(["trip_id", "sequence"], kind="stable")
    trip, trips = pd.factorize(table["trip_id"])
    stop = stop_ids.get_indexer(pd.Index(table["stop_id"]))
    _check_stops(table, stop)
    arrival, departure = table["arrival_s"].to_numpy(), table["departure_s"].to_numpy()
    rides = np.flatnonzero(trip[1:] == trip[:-1])
    flags = np.where(table["pickup"].to_numpy()[rides], BOARD, 0)
    flags += np.where(table["drop_off"].to_numpy()[rides + 1], ALIGHT, 0)
    columns = (stop[rides], stop[rides + 1], trip[rides], departure[rides], arrival[rides + 1])
    rows = np.stack([*columns, flags], axis=1).astype(np.int32)
    _check_order(rows, np.asarray(trips), arrival[rides], departure[rides])
    return Connections(by_departure(rows), np.asarray(trips), len(stop_ids))


def by_departure(rows: Rows) -> Rows:
    """Sort connections by departure; those of one trip that leave together stay in their order."""
    order = np.lexsort((rows[:, ARRIVAL], rows[:, DEPARTURE]), axis=0)
    # rides that take no time keep the order of their trip, which a stable sort leaves as it is
    return np.ascontiguousarray(rows[order])


def _check_stops(table: pd.DataFrame, stop: npt.NDArray[np.int64]) -> None:
    if (stop < 0).any():
        strangers = sorted(set(table["stop_id"][stop < 0]))
        msg = (
            f"timetable: trips call at {len(strangers)} stops that are not among the stops: "
            f"{first(strangers)}. Pass all stops of the timetable."
        )
        raise NetworkError(msg)


def _check_order(
    rows: Rows,
    trips: npt.NDArray[Any],
    arrived_s: npt.NDArray[np.int64],
    departed_s: npt.NDArray[np.int64],
) -> None:
    backwards = (rows[:, ARRIVAL] < rows[:, DEPARTURE]) | (departed_s < arrived_s)
    if backwards.any():
        wrong = list(dict.fromkeys(trips[rows[backwards, TRIP]]))
        msg = (
            f"timetable: {len(wrong)} of {len(trips)} trips go back in time: {first(wrong)}. "
            "Times that do not fall along a trip are allowed; correct the timetable."
        )
        raise NetworkError(msg)


def turned_round(connections: Connections, end_s: int) -> Connections:
    """Turn time and trips round: what left at ``t`` arrives at ``end_s - t``.

    A search for the latest departure that arrives by a time is the search for the earliest
    arrival in the timetable turned round.

    Examples
    --------
    >>> one = Connections(np.array([[0, 1, 0, 10, 70, BOARD]], dtype=np.int32), np.array(["t"]), 2)
    >>> turned_round(one, 100).rows.tolist()
    [[1, 0, 0, 30, 90, 2]]
    """
    rows = connections.rows[::-1].copy()
    rows[:, [FROM, TO]] = rows[:, [TO, FROM]]
    rows[:, [DEPARTURE, ARRIVAL]] = end_s - rows[:, [ARRIVAL, DEPARTURE]]
    board, alight = rows[:, FLAGS] & BOARD, rows[:, FLAGS] & ALIGHT
    rows[:, FLAGS] = np.where(board, ALIGHT, 0) + np.where(alight, BOARD, 0)
    return Connections(by_departure(rows), connections.trips, connections.stops)
