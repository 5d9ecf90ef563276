"""Minutes to the one destination that each origin is assigned to."""

from __future__ import annotations

import pandas as pd

from htkgis.schema import TRAVEL_TIMES, check
from htkgis.units import minutes


def assigned(travel_times: pd.DataFrame, assignment: pd.Series) -> pd.DataFrame:
    """
    Measure the travel time from each origin to its own destination, nearest or not.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    assignment
        Destination id by origin id; missing where an origin has none. The district school of
        each home, for example.

    Returns
    -------
    access
        Indexed like ``assignment``: ``travel_time_min``, missing where the destination is not
        reached or there is none, and ``to_id``, the destination where it is reached.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract.

    Examples
    --------
    The nearer school is not the one of the district:

    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["s", "t"],
    ...                       "travel_time_ds": [3000, 6000]})
    >>> assigned(times, pd.Series({"a": "t", "b": None}))["travel_time_min"].to_dict()
    {'a': 10.0, 'b': nan}
    """
    check(travel_times, TRAVEL_TIMES)
    pairs = travel_times.set_index(["from_id", "to_id"])["travel_time_ds"]
    wanted = pd.MultiIndex.from_arrays([assignment.index, assignment.to_numpy()])
    time_ds = pairs.reindex(wanted).to_numpy(dtype="float64")
    reached = pd.Series(time_ds, index=assignment.index).notna()
    return pd.DataFrame(
        {"travel_time_min": minutes(time_ds), "to_id": assignment.where(reached)},
        index=assignment.index,
    )
