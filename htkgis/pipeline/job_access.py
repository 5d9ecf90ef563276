"""Jobs within limits: in all, the ends of what the source gives as intervals, and by sector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.access import cumulative_opportunities
from htkgis.profile.jobs import HIGH, JOBS, LOW, UNSTATED
from htkgis.units import deciseconds


@dataclass(frozen=True)
class JobCount:
    """Jobs that each origin reaches within a limit.

    Parameters
    ----------
    measure
        ``jobs``, or one end of them: ``jobs_low``, ``jobs_high``.
    sector
        Sector of the jobs; None for all of them.
    limit_min
        Minutes.
    value
        By origin; missing where the high end is not known.
    lower_bound
        By origin: whether the search met the border of the layer or the streets.
    """

    measure: str
    sector: str | None
    limit_min: float
    value: pd.Series
    lower_bound: NDArray[np.bool_]


def job_counts(
    travel_times: pd.DataFrame,
    jobs: pd.DataFrame,
    *,
    origins: pd.Index,
    limits_min: Sequence[float],
    border_ds: NDArray[np.integer],
) -> Iterator[JobCount]:
    """Count the jobs within each limit, with their ends and by sector where a place has any.

    Parameters
    ----------
    travel_times
        Contract ``TRAVEL_TIMES``; pairs to other places are left out.
    jobs
        Contract ``PLACES``, those of one state that hold jobs.
    origins
        Ids of the values, in their order.
    limits_min
        Minutes.
    border_ds
        Deciseconds from each origin to the border of what streets and jobs cover.

    Yields
    ------
    count
        For each limit all jobs, the ends, and the sectors by name. The sectors sum to all jobs;
        low <= all <= high.
    """
    pairs = travel_times[travel_times["to_id"].isin(jobs["id"])]
    weights, sectors = job_weights(jobs), sectors_of(jobs)
    by_sector = [
        (sector, weights.loc[own.index, JOBS], pairs[pairs["to_id"].isin(own.index)])
        for sector, own in sectors.groupby(sectors)
    ]
    for limit in limits_min:
        met = border_ds <= deciseconds(limit)
        for measure in weights.columns:
            value = _within(pairs, weights[measure], origins, limit)
            yield JobCount(measure, None, limit, value, met)
        for sector, own_jobs, own_pairs in by_sector:
            value = cumulative_opportunities(
                own_pairs, own_jobs, origins=origins, limit_min=limit, checked=True
            )
            yield JobCount(JOBS, str(sector), limit, value, met)


def _within(
    pairs: pd.DataFrame, weights: pd.Series, origins: pd.Index, limit_min: float
) -> pd.Series:
    """Count what is within a limit; not known as soon as one of the places is not known."""
    value = cumulative_opportunities(
        pairs, weights, origins=origins, limit_min=limit_min, checked=True
    )
    unknown = weights.isna()
    if not unknown.any():
        return value
    reached = cumulative_opportunities(
        pairs, unknown.astype("float64"), origins=origins, limit_min=limit_min, checked=True
    )
    return value.mask(reached > 0)


def job_weights(jobs: pd.DataFrame) -> pd.DataFrame:
    """Give the jobs of each place, and both ends if any place has an interval.

    Examples
    --------
    >>> places = pd.DataFrame({"id": ["a", "b", "c"], "opportunities": [7.0, 50.0, 1000.0],
    ...     "opportunities_low": [5.0, None, 1000.0], "opportunities_high": [9.0, None, None]})
    >>> job_weights(places).to_numpy().tolist()
    [[7.0, 5.0, 9.0], [50.0, 50.0, 50.0], [1000.0, 1000.0, nan]]
    """
    known = jobs.set_index("id")
    middle = known["opportunities"].rename(JOBS)
    low, high = (known[f"opportunities_{end}"].astype("float64") for end in ("low", "high"))
    if not (low.notna() & low.ne(high)).any():
        return middle.to_frame()
    exact = low.isna()
    return pd.DataFrame(
        {JOBS: middle, LOW: low.mask(exact, middle), HIGH: high.mask(exact, middle)}
    )


def sectors_of(jobs: pd.DataFrame) -> pd.Series:
    """Give the sector of each place, ``unknown`` where it has none; no rows if none has any."""
    sectors = jobs.set_index("id")["sector"]
    return sectors.fillna(UNSTATED) if sectors.notna().any() else sectors.iloc[:0]


def jobs_that_count(jobs: pd.DataFrame, measure: str, sector: str | None) -> pd.DataFrame:
    """Take the places behind a figure of jobs, with the number that each enters it with."""
    sectors = sectors_of(jobs)
    own = jobs if sector is None else jobs[jobs["id"].isin(sectors.index[sectors == sector])]
    weights = job_weights(jobs)
    return own.assign(opportunities=own["id"].map(weights[measure]))
