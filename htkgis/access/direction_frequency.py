"""How often something leaves a stop in one direction: what a traveller waits for."""

from __future__ import annotations

import pandas as pd

from .boardings import boardings
from .service_frequency import DECIMALS, HOUR_S


def direction_frequency(trip_times: pd.DataFrame, *, window_s: tuple[int, int]) -> pd.DataFrame:
    r"""
    Measure departures per hour from each stop towards each next stop.

    .. math::

        F_{sn} = \frac{1}{H} \sum_r \left[ r \text{ departs from } s \text{ in the window, and
        calls at } n \text{ next} \right]

    Directions are not added up: who waits for the bus to the station gains nothing from the one
    that comes from there, so a bus once an hour each way leaves once an hour, not twice. Lines
    that share the next stop count together.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES`` of one service day. Of a frequency the runs to expect count: the
        part of its period that lies in the window, divided by its headway.
    window_s
        First second, and the second after the last.

    Returns
    -------
    frequency
        ``stop_id``, ``next_stop_id`` and ``departures_per_hour`` (above 0, the mean over the
        window), by stop and next stop. No row where nothing departs.

    References
    ----------
    Own definition, after the headway of transit planning: 60 minutes over the departures per
    hour in one direction.

    Examples
    --------
    A bus each way once an hour, for two hours:

    >>> trips = pd.DataFrame({"trip_id": ["t", "t", "u", "u"], "sequence": [0, 1, 0, 1],
    ...     "stop_id": ["a", "b", "b", "a"], "route_type": 3, "pickup": True,
    ...     "departure_s": [25200, 25260, 25200, 25260], "headway_s": 3600, "start_s": 25200,
    ...     "end_s": 32400})
    >>> direction_frequency(trips, window_s=(25200, 32400)).to_numpy().tolist()
    [['a', 'b', 1.0], ['b', 'a', 1.0]]
    """
    ordered = trip_times.sort_values(["trip_id", "sequence"], kind="stable")
    following = ordered["stop_id"].shift(-1)
    same = ordered["trip_id"].eq(ordered["trip_id"].shift(-1))
    pairs = pd.DataFrame({"stop_id": ordered["stop_id"], "next_stop_id": following.where(same)})
    # a boarding keeps the id of its stop: the number of the pair takes its place
    ends = ["stop_id", "next_stop_id"]
    numbers = pairs.groupby(ends, dropna=False, sort=True, observed=True).ngroup()
    found = boardings(ordered.assign(stop_id=numbers), window_s=window_s)
    departures = (found["ends"] - found["begins"]).groupby(found["stop_id"].astype("int64")).sum()
    hours = (window_s[1] - window_s[0]) / HOUR_S
    known = pairs.assign(pair=numbers).drop_duplicates("pair").set_index("pair")
    table = known.assign(departures_per_hour=departures.round(DECIMALS) / hours).sort_index()
    return table[table["departures_per_hour"].gt(0)].reset_index(drop=True)
