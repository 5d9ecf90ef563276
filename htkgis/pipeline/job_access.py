"""Jobs within limits: in all, the ends of what the source gives as intervals, and by sector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.access import TimeMatrix, cumulative_in
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.job_disclosure import are_workplaces, hidden_job_counts
from htkgis.profile.jobs import HIGH, JOBS, LOW, UNSTATED
from htkgis.profile.rounding import rounded_to
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
    hidden
        By origin: whether the value is withheld, and missing.
    """

    measure: str
    sector: str | None
    limit_min: float
    value: pd.Series
    lower_bound: NDArray[np.bool_]
    hidden: NDArray[np.bool_]


def job_counts(
    times: TimeMatrix,
    jobs: pd.DataFrame,
    *,
    limits_min: Sequence[float],
    border_ds: NDArray[np.integer],
    rules: SmallNumbers,
    rounding: int,
) -> Iterator[JobCount]:
    """Count the jobs within each limit, with their ends and by sector where a place has any.

    Where places are single workplaces, counts are rounded, and those of few workplaces hidden.

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
    rules, rounding
        What few workplaces are, and the step that jobs are rounded to.

    Yields
    ------
    count
        For each limit all jobs, the ends, and the sectors by name. The sectors sum to all jobs;
        low <= all <= high.
    """
    found = list(_counts(times, jobs, limits_min=limits_min, border_ds=border_ds))
    if not are_workplaces(jobs).any():
        yield from found
        return
    workplaces = jobs.assign(
        opportunities=jobs["opportunities"].gt(0).astype("float64"),
        opportunities_low=np.nan,
        opportunities_high=np.nan,
    )
    counted = _counts(times, workplaces, limits_min=limits_min, border_ds=border_ds)
    yield from _disclosed(found, list(counted), rules, rounding)


def _disclosed(
    found: Sequence[JobCount], counted: Sequence[JobCount], rules: SmallNumbers, rounding: int
) -> Iterator[JobCount]:
    """Round counts, and hide those of few workplaces and those that would tell of them."""
    sectors = list(dict.fromkeys(each.sector for each in found if each.sector is not None))
    limits = sorted({each.limit_min for each in found})
    rows: list[str | None] = [*sectors] or [None]
    jobs, workplaces = (_cube(table, rows, limits) for table in (found, counted))
    by_limit = {each.limit_min: each.lower_bound for each in found}
    cut = np.array([by_limit[limit] for limit in limits], dtype=bool)
    known: dict[bytes, NDArray[np.bool_]] = {}
    hidden = np.zeros((jobs.shape[0], len(rows) + 1, len(limits)), dtype=bool)
    for origin, (own, held) in enumerate(zip(jobs, workplaces, strict=True)):
        # neighbours reach the same workplaces, and the search for what to hide is long
        case = own.tobytes() + held.tobytes() + cut[:, origin].tobytes()
        if case not in known:
            known[case] = hidden_job_counts(
                own, held, cut[:, origin], rules, rounding=rounding, by_sector=bool(sectors)
            )
        hidden[origin] = known[case]
    for each in found:
        row = len(rows) if each.sector is None else rows.index(each.sector)
        flags = hidden[:, row, limits.index(each.limit_min)]
        shown = [
            np.nan if gone else rounded_to(value, rounding, lower_bound=bool(bound))
            for value, bound, gone in zip(each.value, each.lower_bound, flags, strict=True)
        ]
        value = pd.Series(shown, index=each.value.index, dtype="float64")
        yield replace(each, value=value, lower_bound=each.lower_bound & ~flags, hidden=flags)


def disclosed_totals(
    jobs: NDArray[np.float64],
    workplaces: NDArray[np.float64],
    cut: NDArray[np.bool_],
    rules: SmallNumbers,
    *,
    rounding: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Round counts of all jobs, and hide those of few workplaces and those that would tell of them.

    Parameters
    ----------
    jobs, workplaces, cut
        Shape (n_origins, n_limits), limits rising: jobs, the workplaces that hold them, and
        whether the count is a lower bound.
    rules, rounding
        As in :func:`job_counts`.

    Returns
    -------
    jobs, hidden
        What is hidden is missing.
    """
    hidden = np.array(
        [
            hidden_job_counts(own[None], held[None], met, rules, rounding=rounding, by_sector=False)
            for own, held, met in zip(jobs, workplaces, cut, strict=True)
        ]
    )[:, -1]
    shown = [
        [
            rounded_to(value, rounding, lower_bound=bool(met))
            for value, met in zip(*row, strict=True)
        ]
        for row in zip(jobs, cut, strict=True)
    ]
    return np.where(hidden, np.nan, np.array(shown, dtype="float64")), hidden


def _cube(
    counts: Sequence[JobCount], rows: Sequence[str | None], limits: Sequence[float]
) -> NDArray[np.float64]:
    """Arrange counts by origin, sector and limit; the ends of intervals stay out."""
    known = {(each.sector, each.limit_min): each.value for each in counts if each.measure == JOBS}
    table = [[known[row, limit].to_numpy(dtype="float64") for limit in limits] for row in rows]
    return np.moveaxis(np.array(table), 2, 0)


def _counts(
    times: TimeMatrix,
    jobs: pd.DataFrame,
    *,
    limits_min: Sequence[float],
    border_ds: NDArray[np.integer],
) -> Iterator[JobCount]:
    weights, sectors = job_weights(jobs), sectors_of(jobs)
    to_jobs = times.to(weights.index)
    by_sector = [
        (str(sector), weights.loc[own.index, JOBS], times.to(own.index))
        for sector, own in sectors.groupby(sectors)
    ]
    shown = np.zeros(len(border_ds), dtype=bool)
    for limit in limits_min:
        met = border_ds <= deciseconds(limit)
        for measure in weights.columns:
            value = _within(to_jobs, weights[measure], limit)
            yield JobCount(measure, None, limit, value, met, shown)
        for sector, own_jobs, to_own in by_sector:
            value = cumulative_in(to_own, own_jobs, limit)
            yield JobCount(JOBS, sector, limit, value, met, shown)


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
