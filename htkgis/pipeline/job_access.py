"""Jobs within limits: in all, the ends of what the source gives as intervals, and by sector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.access import TimeMatrix, cumulative_in
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
    times: TimeMatrix,
    jobs: pd.DataFrame,
    *,
    limits_min: Sequence[float],
    border_ds: NDArray[np.integer],
) -> Iterator[JobCount]:
    """Count the jobs within each limit, with their ends and by sector where a place has any.

    Parameters
    ----------
    times
        Times of all origins to these and other places.
    jobs
        Contract ``PLACES``, those of one state that hold jobs.
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
    weights, sectors = job_weights(jobs), sectors_of(jobs)
    to_jobs = times.to(weights.index)
    by_sector = [
        (str(sector), weights.loc[own.index, JOBS], times.to(own.index))
        for sector, own in sectors.groupby(sectors)
    ]
    for limit in limits_min:
        met = border_ds <= deciseconds(limit)
        for measure in weights.columns:
            yield JobCount(measure, None, limit, _within(to_jobs, weights[measure], limit), met)
        for sector, own_jobs, to_own in by_sector:
            yield JobCount(JOBS, sector, limit, cumulative_in(to_own, own_jobs, limit), met)


def _within(times: TimeMatrix, weights: pd.Series, limit_min: float) -> pd.Series:
    """Count what is within a limit; not known as soon as one of the places is not known."""
    value = cumulative_in(times, weights, limit_min)
    unknown = weights.isna()
    if not unknown.any():
        return value
    return value.mask(cumulative_in(times, unknown.astype("float64"), limit_min) > 0)


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
