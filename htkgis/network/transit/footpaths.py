"""Footpaths: how people change between stops, over the streets and by what the operator states."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.errors import NetworkError
from htkgis.network.street_times import TravelTimes

from .pairs import Pairs, pairs_of, walks_from

TIMED, MINIMUM, IMPOSSIBLE = 1, 2, 3
"""Values of ``transfer_type``: the vehicle waits; a time is needed; nobody can change there."""

LEAST_S = 1
"""A change takes a second at least, so that no arrival is boarded from before it was made."""


def footpaths(
    between: TravelTimes, *, slack_s: int, transfers: pd.DataFrame | None = None
) -> Pairs:
    """List the changes between stops, with the time that each takes.

    A change takes the walk over the streets and the slack that is kept before a departure. Where
    the operator states a time, it takes that time, which holds the walk; where the vehicle waits,
    it takes the walk alone; where nobody can change, there is none.

    Parameters
    ----------
    between
        Street times between all stops within the longest walk; ids are those of the stops.
    slack_s
        Seconds kept before a departure, >= 1.
    transfers
        Contract ``TRANSFERS``; those of stops that are not among ``between`` are left out.

    Returns
    -------
    footpaths
        By the stop that is left; every stop has one to itself unless a transfer forbids it.

    Raises
    ------
    NetworkError
        If the slack is below 1.

    References
    ----------
    General Transit Feed Specification, transfers.txt.

    Examples
    --------
    Two stops 100 s apart; to go from a to b takes three minutes, the operator says:

    >>> between = TravelTimes(np.array(["a", "b"]), np.array(["a", "b"]), np.array([0, 2, 4]),
    ...     np.array([0, 1, 0, 1]), np.array([0, 1000, 1000, 0]))
    >>> stated = pd.DataFrame({"from_stop_id": ["a"], "to_stop_id": ["b"], "transfer_type": [2],
    ...     "min_transfer_time_s": [180]})
    >>> footpaths(between, slack_s=60, transfers=stated).walks.tolist()
    [[0, 60], [1, 180], [0, 160], [1, 60]]
    """
    if slack_s < LEAST_S:
        msg = (
            f"slack: {slack_s} s before a departure; {LEAST_S} or more are allowed. Correct the "
            "board slack in study.toml."
        )
        raise NetworkError(msg)
    stops = len(between.from_ids)
    walks = walks_from(between)
    leaves = np.repeat(np.arange(stops), np.diff(walks.indptr))
    other = leaves != walks.walks[:, 0]
    every = np.arange(stops)
    table = pd.DataFrame(
        {
            "from": np.concatenate([every, leaves[other]]),
            "to": np.concatenate([every, walks.walks[other, 0]]),
            "walk_s": np.concatenate([np.zeros(stops), walks.walks[other, 1]]),
        }
    )
    table = table.assign(seconds=table["walk_s"] + slack_s)
    if transfers is not None and len(transfers):
        table = _with_transfers(table, transfers, pd.Index(between.from_ids))
    return pairs_of(table["from"], table["to"], table["seconds"], points=stops)


def _with_transfers(
    table: pd.DataFrame, transfers: pd.DataFrame, stop_ids: pd.Index
) -> pd.DataFrame:
    """Let what the operator states stand in place of the walk."""
    stated = pd.DataFrame(
        {
            "from": stop_ids.get_indexer(pd.Index(transfers["from_stop_id"])),
            "to": stop_ids.get_indexer(pd.Index(transfers["to_stop_id"])),
            "kind": transfers["transfer_type"].to_numpy(),
            "least_s": transfers["min_transfer_time_s"].to_numpy(dtype="float64", na_value=np.nan),
        }
    )
    stated = stated[(stated["from"] >= 0) & (stated["to"] >= 0)]
    joined = table.merge(stated, on=["from", "to"], how="outer")
    kind, least_s = joined["kind"], joined["least_s"]
    seconds = joined["seconds"].mask((kind == MINIMUM) & least_s.notna(), least_s)
    seconds = seconds.mask((kind == TIMED) & joined["walk_s"].notna(), joined["walk_s"])
    known = seconds.notna() & (kind != IMPOSSIBLE)
    return joined.assign(seconds=seconds.clip(lower=LEAST_S))[known]
