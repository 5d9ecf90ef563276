"""How often something leaves within walking distance, and how many kinds of vehicle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from .boardings import boardings, runs_from

HOUR_S = 3600
WALK_M = 500.0
DAYTIME_S = (6 * HOUR_S, 20 * HOUR_S)
"""What Statistics Denmark counts for SDG indicator 11.2.1: 500 m on foot, 6 to 20 o'clock."""
DECIMALS = 6
"""Of a sum of departures: headways do not divide every window, and a tie is no matter of bits."""


def service_frequency(
    stop_distances: pd.DataFrame,
    trip_times: pd.DataFrame,
    *,
    origins: pd.Index,
    window_s: tuple[int, int] = DAYTIME_S,
    within_m: float = WALK_M,
    every_stop: bool = False,
) -> pd.DataFrame:
    r"""
    Measure departures per hour, and kinds of vehicle, within walking distance of each origin.

    .. math::

        F_i = \frac{1}{H} \sum_r \left[ \exists s : d_{is} \le D,\; r
        \text{ departs from } s \text{ in the window} \right]

    Each run :math:`r` counts once per origin, at however many of its stops within reach it can
    be boarded: who lives between two stops has no more buses than who lives at one. With
    ``every_stop`` it counts at each of them, which is more: 2.4 times as much in Porto Alegre, in
    the median. Statistics Denmark does not say which of the two it counts. Departures of 2022 in
    a Danish suburb, added up stop by stop, come within 7 percentage points of its shares of urban
    areas in the whole country, so what is held against its figures should count every stop.
    Both directions count.

    Parameters
    ----------
    stop_distances
        Contract ``STOP_DISTANCES``: over the street network, to ``within_m`` at least.
    trip_times
        Contract ``TRIP_TIMES`` of one service day. Of a frequency the runs to expect count: the
        part of its period that lies in the window, divided by its headway.
    origins
        Ids of the result, in its order.
    window_s
        First second, and the second after the last: a departure at 6:00:00 counts, one at
        20:00:00 does not.
    within_m
        Longest way to a stop in metres; a stop exactly as far is within reach.
    every_stop
        Whether a run counts at each of its stops within reach, and not once.

    Returns
    -------
    frequency
        Indexed like ``origins``: ``departures_per_hour``, the mean over the window, and
        ``modes``, how many kinds of vehicle (tram, metro, rail, bus, ferry, ...) they are; 0 and
        0 where nothing departs.

    References
    ----------
    Statistics Denmark. SDG indicator 11.2.1, Access to public transport: a working day in
    December 2019, 6-20, stops of Rejseplanen, 500 m.

    Examples
    --------
    Two buses in two hours; one of them calls at both stops of the house and counts once:

    >>> trips = pd.DataFrame({"trip_id": ["t"] * 3 + ["u"] * 2, "sequence": [0, 1, 2, 0, 1],
    ...     "stop_id": ["a", "b", "z", "a", "z"], "route_type": 3, "pickup": True,
    ...     "departure_s": [25200, 25260, 26000, 27000, 27900], "headway_s": 0, "start_s": 0,
    ...     "end_s": 0})
    >>> near = pd.DataFrame({"origin_id": ["house", "house", "farm"], "stop_id": ["a", "b", "b"],
    ...     "distance_m": [500.0, 400.0, 500.1]})
    >>> service_frequency(near, trips, origins=pd.Index(["house", "farm"]),
    ...                   window_s=(25200, 32400))
           departures_per_hour  modes
    house                  1.0      1
    farm                   0.0      0
    """
    near = stop_distances[stop_distances["distance_m"] <= within_m]
    calls = trip_times[trip_times["trip_id"].isin(_trips_at(trip_times, near["stop_id"]))]
    of_origin, members, places = _places(near)
    boarding = boardings(calls, window_s=window_s)
    if every_stop:
        boarding = boarding.assign(run=boarding.groupby(["run", "stop_id"]).ngroup())
    counts = runs_from(boarding, members, places=places)
    hours = (window_s[1] - window_s[0]) / HOUR_S
    counts["departures_per_hour"] = counts["departures"].round(DECIMALS) / hours
    # an origin without any stop is at no place
    table = counts[["departures_per_hour", "modes"]].reindex(
        of_origin.reindex(origins, fill_value=-1).to_numpy(), fill_value=0
    )
    return table.set_axis(origins, axis="index")


def _trips_at(trip_times: pd.DataFrame, stop_ids: pd.Series) -> list[str]:
    """List the trips that call at some of the stops: of a country only a few do."""
    calls = trip_times["stop_id"].isin(stop_ids.unique())
    return list(trip_times.loc[calls, "trip_id"].unique())


def _places(near: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame, int]:
    """Make one place of all origins that reach the same stops: neighbours share theirs.

    Returns the place of each origin, the stops of each place, and how many there are.
    """
    codes, stops = pd.factorize(near["stop_id"], sort=True)
    rows = near.assign(code=codes).sort_values(["origin_id", "code"])
    ids = rows["origin_id"].to_numpy(dtype=object)
    starts = np.flatnonzero(rows["origin_id"].ne(rows["origin_id"].shift()).to_numpy())
    blocks: list[npt.NDArray[np.int64]] = np.split(rows["code"].to_numpy(dtype=np.int64), starts)
    keys = np.empty(len(starts), dtype=object)
    keys[:] = [block.tobytes() for block in blocks[1:]]
    place, known = pd.factorize(keys)
    of_key = [np.frombuffer(key, dtype=np.int64) for key in known]
    members = pd.DataFrame(
        {
            "place": np.repeat(np.arange(len(known)), [len(block) for block in of_key]),
            "stop_id": stops.to_numpy(dtype=object)[np.concatenate([[], *of_key]).astype(np.int64)],
        }
    )
    return pd.Series(place, index=pd.Index(ids[starts])), members, len(known)
