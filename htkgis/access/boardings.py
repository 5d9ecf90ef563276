"""Boardings: which runs of a service day can be boarded where, and how many from several stops.

A run is one trip with its own times, or one of the runs of a frequency. What a place is served by
is counted in runs, not in calls: a bus that passes three stops of one neighbourhood is one bus.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

ALIKE = {5: 0, 11: 3}
"""Route types that people call by one name: a cable tram is a tram, a trolleybus a bus."""
AT_A_TIME = 4_000_000
"""Boardings of places that are held at a time."""

Ints = npt.NDArray[np.int64]


def boardings(trip_times: pd.DataFrame, *, window_s: tuple[int, int]) -> pd.DataFrame:
    """List what can be boarded in a window: a row per run, or frequency, and call.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``, in any order. A call at which nobody may board, and the last of a
        run, is no boarding.
    window_s
        First second, and the second after the last.

    Returns
    -------
    boardings
        ``run`` (integer, one per trip), ``stop_id``, ``mode`` (route type) and the part of the
        trip that can be boarded here in the window: from ``begins`` to ``ends``. A trip with its
        own times is one run, from 0 to 1. Of a frequency, whose minutes nobody knows, it is
        counted in headways after the start of its period, so that its length is the number of
        runs to expect.

    Examples
    --------
    A bus at 7:00, and one every ten minutes from 6:30 that is here five minutes later:

    >>> trips = pd.DataFrame({"trip_id": ["t", "t", "f", "f"], "stop_id": ["a", "z", "a", "z"],
    ...     "sequence": [0, 1, 0, 1], "route_type": 3, "pickup": True,
    ...     "departure_s": [25200, 25800, 23700, 24000], "headway_s": [0, 0, 600, 600],
    ...     "start_s": [0, 0, 23400, 23400], "end_s": [0, 0, 30600, 30600]})
    >>> found = boardings(trips, window_s=(25200, 28800))
    >>> found[["stop_id", "begins", "ends"]].to_numpy().tolist()
    [['a', 0.0, 1.0], ['a', 2.5, 8.5]]
    """
    last = trip_times.groupby("trip_id", observed=True)["sequence"].transform("max")
    board = trip_times["pickup"].to_numpy(dtype=bool) & (trip_times["sequence"] < last).to_numpy()
    calls = trip_times[board]
    runs, _ = pd.factorize(calls["trip_id"])
    headway_s = calls["headway_s"].to_numpy(dtype=np.int64)
    departs_s = calls["departure_s"].to_numpy(dtype=np.int64)
    often = headway_s > 0
    # what leaves its first stop t seconds into its period is here t seconds after departs_s
    span_s = np.where(often, calls["end_s"].to_numpy() - calls["start_s"].to_numpy(), 0)
    begins, ends = (
        np.clip(limit_s - departs_s, 0, span_s) / np.maximum(headway_s, 1) for limit_s in window_s
    )
    inside = (departs_s >= window_s[0]) & (departs_s < window_s[1])
    table = pd.DataFrame(
        {
            "run": runs.astype(np.int64),
            "stop_id": calls["stop_id"].astype(object).to_numpy(),
            "mode": calls["route_type"].replace(ALIKE).to_numpy(dtype=np.int64),
            "begins": np.where(often, begins, 0.0),
            "ends": np.where(often, ends, np.where(inside, 1.0, 0.0)),
        }
    )
    return table[table["ends"] > table["begins"]].reset_index(drop=True)


def runs_from(boarding: pd.DataFrame, members: pd.DataFrame, *, places: int) -> pd.DataFrame:
    """Count the runs that can be boarded at one or more of the stops of each place.

    Parameters
    ----------
    boarding
        As :func:`boardings` gives it.
    members
        ``place`` (0 to ``places`` - 1) and ``stop_id``, in any order; stops of a place count as
        one, however often a run calls at them.
    places
        How many places there are.

    Returns
    -------
    counts
        By place: ``departures``, runs to expect, and ``modes``, how many kinds of vehicle they
        are; both 0 where nothing can be boarded.

    Examples
    --------
    A bus that calls at two stops of a place, and a train at one of them:

    >>> boarding = pd.DataFrame({"run": [0, 0, 1], "stop_id": ["a", "b", "b"], "mode": [3, 3, 2],
    ...     "begins": 0.0, "ends": 1.0})
    >>> both = pd.DataFrame({"place": [0, 0, 1], "stop_id": ["a", "b", "a"]})
    >>> runs_from(boarding, both, places=2).to_numpy().tolist()
    [[2.0, 2.0], [1.0, 1.0]]
    """
    codes, stops = pd.factorize(boarding["stop_id"])
    by_stop = boarding.iloc[np.argsort(codes, kind="stable")].reset_index(drop=True)
    first = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(stops)))])
    code = pd.Index(stops).get_indexer(pd.Index(members["stop_id"]))
    known = code >= 0
    place, code = members["place"].to_numpy(dtype=np.int64)[known], code[known]
    order = np.argsort(place, kind="stable")
    counts = pd.DataFrame({"departures": np.zeros(places), "modes": np.zeros(places, np.int64)})
    for part in _parts(place[order], (first[code + 1] - first[code])[order]):
        at, which = place[order][part], code[order][part]
        rows, owner = _expanded(first[which], first[which + 1], at)
        found = _counted(by_stop.iloc[rows].assign(place=owner))
        counts.loc[found.index, ["departures", "modes"]] = found
    return counts.astype({"modes": "int64"})


def _parts(place: Ints, rows: Ints) -> Iterator[slice]:
    """Cut members, by place, into parts of few rows; the stops of a place stay together."""
    begin = 0
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    total = np.concatenate([[0], np.cumsum(rows)])
    while begin < len(place):
        within = starts[(starts > begin) & (total[starts] - total[begin] > AT_A_TIME)]
        end = int(within[0]) if len(within) else len(place)
        yield slice(begin, end)
        begin = end


def _expanded(begin: Ints, end: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Give all rows from ``begin`` to ``end`` of each member, and its owner beside each."""
    count = end - begin
    shift = np.repeat(begin - (np.cumsum(count) - count), count)
    return np.arange(int(count.sum()), dtype=np.int64) + shift, np.repeat(owner, count)


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Count each part of a run once per place, and the kinds of vehicle."""
    rows = rows.sort_values(["place", "run", "begins", "ends"], kind="stable")
    same = rows["place"].eq(rows["place"].shift()) & rows["run"].eq(rows["run"].shift())
    # calls of one trip have windows of one length, so the ends rise with the beginnings
    before = rows["ends"].shift().where(same, 0.0)
    new = (rows["ends"] - np.maximum(rows["begins"], before)).clip(lower=0.0)
    by_place = rows.assign(new=new).groupby("place")
    return pd.DataFrame({"departures": by_place["new"].sum(), "modes": by_place["mode"].nunique()})
