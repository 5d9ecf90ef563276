"""Frequencies: trips of which only the headway is known, drawn at offsets spread evenly.

Nobody knows when within its headway such a trip departs. The travel time is a distribution, and
it is measured over draws: in each, every frequency has one offset. Over ``n`` draws each
frequency takes each of ``n`` even strata of its headway once, in an order of its own that is
made of its id: no clock, no chance, and lines that run together in one draw do so in no other.

McKay, M. D., Beckman, R. J. and Conover, W. J. (1979). A comparison of three methods for
selecting values of input variables. Technometrics 21(2), 239-245 (Latin hypercube sampling).
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import NetworkError

Offsets = npt.NDArray[np.int64]


def frequencies_of(trip_times: pd.DataFrame) -> pd.DataFrame:
    """List the frequencies of a service day: ``trip_id``, ``headway_s``, ``start_s``, ``end_s``."""
    often = trip_times[(trip_times["headway_s"] > 0) & (trip_times["sequence"] == 0)]
    return often[["trip_id", "headway_s", "start_s", "end_s"]].reset_index(drop=True)


def even_offsets(frequencies: pd.DataFrame, draws: int) -> Offsets:
    """Give each frequency an offset per draw, in the middle of an even stratum of its headway.

    Parameters
    ----------
    frequencies
        As :func:`frequencies_of` gives them.
    draws
        How many draws, >= 1.

    Returns
    -------
    offsets
        Seconds, shape (draws, frequencies), 0 <= offset < headway.

    Raises
    ------
    NetworkError
        If there is no draw.

    Examples
    --------
    >>> one = pd.DataFrame({"trip_id": ["t"], "headway_s": [600]})
    >>> sorted(even_offsets(one, 3)[:, 0].tolist())
    [100, 300, 500]
    """
    if draws < 1:
        msg = f"draws: {draws} of the frequencies; 1 or more are allowed. Correct the draws."
        raise NetworkError(msg)
    strata = [_order_of(str(trip_id), draws) for trip_id in frequencies["trip_id"]]
    middle = 2 * np.array(strata, dtype=np.int64).reshape(len(frequencies), draws).T + 1
    offsets: Offsets = middle * frequencies["headway_s"].to_numpy(dtype=np.int64) // (2 * draws)
    return offsets


def _order_of(name: str, draws: int) -> list[int]:
    """Put the strata in an order that the name alone decides."""

    def key(stratum: int) -> bytes:
        return hashlib.sha256(f"{name} {stratum}".encode()).digest()

    return sorted(range(draws), key=key)


def drawn(trip_times: pd.DataFrame, offsets_s: Offsets) -> pd.DataFrame:
    """Write out the runs of one draw; trips that leave at stated times stay as they are.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    offsets_s
        Seconds after the start of its period at which each frequency departs first, in the order
        of :func:`frequencies_of`, shape (frequencies,).

    Returns
    -------
    trip_times
        All with ``headway_s`` 0; behind the id of a run stand ``@`` and its number.

    Examples
    --------
    A bus every ten minutes between 0:00 and 0:25, drawn at minute 4:

    >>> times = pd.DataFrame({"trip_id": ["t", "t"], "stop_id": ["a", "b"], "sequence": [0, 1],
    ...     "arrival_s": [0, 60], "departure_s": [0, 60], "headway_s": 600, "start_s": 0,
    ...     "end_s": 1500})
    >>> drawn(times, np.array([240]))[["trip_id", "departure_s"]].to_numpy().tolist()
    [['t@0', 240], ['t@0', 300], ['t@1', 840], ['t@1', 900], ['t@2', 1440], ['t@2', 1500]]
    """
    often = trip_times["headway_s"].to_numpy() > 0
    if not often.any():
        return trip_times
    every = frequencies_of(trip_times)
    span_s = every["end_s"] - every["start_s"] - offsets_s
    runs = np.maximum(0, -(-span_s.to_numpy() // every["headway_s"].to_numpy()))
    calls = trip_times[often].assign(trip_id=trip_times.loc[often, "trip_id"].astype(object))
    frequency = pd.Index(every["trip_id"]).get_indexer(pd.Index(calls["trip_id"]))
    row = np.repeat(np.arange(len(calls)), runs[frequency])
    first_of = np.cumsum(runs[frequency]) - runs[frequency]
    number = np.arange(len(row)) - np.repeat(first_of, runs[frequency])
    shift = offsets_s[frequency[row]] + number * every["headway_s"].to_numpy()[frequency[row]]
    table = calls.iloc[row]
    written = table.assign(
        trip_id=table["trip_id"].astype(str) + "@" + number.astype(str),
        arrival_s=table["arrival_s"] + shift,
        departure_s=table["departure_s"] + shift,
        headway_s=0,
    ).assign(frequency=frequency[row], number=number)
    written = written.sort_values(["frequency", "number", "sequence"], kind="stable")
    written = written.drop(columns=["frequency", "number"])
    return pd.concat([trip_times[~often], written], ignore_index=True)
