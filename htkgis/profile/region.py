"""What lies within each commuting limit by train and bus: stops by their minutes from the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .rounding import plain, rounded_minutes
from .spread import STATISTICS, spread

DECIMALS = 4


def stop_times(
    minutes: npt.NDArray[np.float64], share: npt.NDArray[np.float64], stop_ids: Sequence[str]
) -> pd.DataFrame:
    """Summarise minutes to stops over the origins of one area.

    Parameters
    ----------
    minutes
        From door to platform, shape (origins, stops); NaN where fewer departures than the
        percentile make it.
    share
        Share of the departures that make it, 0 to 1, of the same shape.
    stop_ids
        Ids of the stops.

    Returns
    -------
    times
        ``stop_id``; ``min``, ``median`` and ``max`` in minutes, missing where not reached (a
        stop that is not reached is farther than any other); ``share``, the median.

    Examples
    --------
    >>> table = stop_times(np.array([[10.0], [np.nan], [14.0]]), np.ones((3, 1)), ["a"])
    >>> table.to_dict("records")
    [{'stop_id': 'a', 'min': 10.0, 'median': 14.0, 'max': nan, 'share': 1.0}]
    """
    rows = [
        {"stop_id": stop}
        | spread(pd.Series(minutes[:, at]))
        | {"share": spread(pd.Series(share[:, at]))["median"]}
        for at, stop in enumerate(stop_ids)
    ]
    return pd.DataFrame(rows, columns=["stop_id", *STATISTICS, "share"])


def region_part(
    times: pd.DataFrame,
    stops: pd.DataFrame,
    *,
    limits_min: Sequence[float],
    window: str,
    percentile: float,
    origins: int,
) -> dict[str, Any] | None:
    """List the stops within each limit from one area, nearest first.

    Parameters
    ----------
    times
        As :func:`stop_times` gives them for the area.
    stops
        ``id``, ``name`` and ``kind`` (``station`` on rails, else ``stop``).
    limits_min
        Minutes; a time exactly on a limit is within.
    window, percentile
        Window of the day, and per cent of its departures that are at least as quick.
    origins
        How many origins the medians are of.

    Returns
    -------
    part
        JSON value: ``within`` (stops by limit, all and on rails), ``rows`` (each stop whose
        median is within the largest limit, with the least limit that holds it), ``beyond`` (how
        many stops are not); None where there are no stops.
    """
    if not len(stops):
        return None
    known = stops.set_index("id")[["name", "kind"]]
    joined = times.join(known, on="stop_id").sort_values(["median", "stop_id"], kind="stable")
    limits = sorted(limits_min)
    rows = [
        {
            "id": row["stop_id"],
            "name": plain(row["name"]),
            "on_rails": row["kind"] == "station",
            "limit_min": plain(next(limit for limit in limits if row["median"] <= limit)),
        }
        | {name: rounded_minutes(float(row[name])) for name in STATISTICS}
        | {"share": round(float(row["share"]), DECIMALS)}
        for row in joined.to_dict("records")
        if row["median"] <= limits[-1]
    ]
    return {
        "window": window,
        "percentile": percentile,
        "origins": origins,
        "within": [_within(rows, limit) for limit in limits],
        "beyond": len(joined) - len(rows),
        "rows": rows,
    }


def _within(rows: Sequence[Mapping[str, Any]], limit: float) -> dict[str, Any]:
    near = [row for row in rows if row["limit_min"] <= limit]
    return {
        "limit_min": plain(limit),
        "stops": len(near),
        "stations": sum(row["on_rails"] for row in near),
    }
