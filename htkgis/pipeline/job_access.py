"""Jobs within limits: in all, by sector and by skill level, with the ends of their intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from htkgis.access import TimeMatrix, cumulative_in
from htkgis.access.cumulative import reached_within
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.job_disclosure import JobLines, are_workplaces, hidden_job_counts
from htkgis.profile.jobs import ENDS, HIGH, JOBS, LOW, SKILL, UNSTATED
from htkgis.profile.rounding import rounded_end, rounded_to
from htkgis.units import deciseconds

from .seen import once_of

SKILL_LEVEL = "skill_level"
"""Column of places that only some layers of jobs have."""


@dataclass(frozen=True)
class JobCount:
    """Jobs that each origin reaches within a limit.

    Parameters
    ----------
    measure
        ``jobs``, or one end of them: ``jobs_low``, ``jobs_high``; of one skill level
        ``jobs_skill``, ``jobs_skill_low``, ``jobs_skill_high``.
    part
        Sector or skill level of the jobs; None for all of them.
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
    part: str | None
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
    """Count the jobs within each limit, by sector and by skill level where a place has any.

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
        For each limit all jobs, then those of the sectors by name, then of the skill levels; each
        with its ends where any place has an interval. The sectors sum to all jobs, and so do the
        skill levels; low <= jobs <= high.
    """
    found = list(_counts(times, jobs, limits_min=limits_min, border_ds=border_ds))
    if not are_workplaces(jobs).any():
        yield from found
        return
    yield from _disclosed(found, times, jobs, rules, rounding)


def _disclosed(
    found: Sequence[JobCount],
    times: TimeMatrix,
    jobs: pd.DataFrame,
    rules: SmallNumbers,
    rounding: int,
) -> Iterator[JobCount]:
    """Round counts, and hide those of few workplaces and those that would tell of them."""
    limits = sorted({each.limit_min for each in found})
    by_limit = {each.limit_min: each.lower_bound for each in found}
    cut = np.array([by_limit[limit] for limit in limits], dtype=bool)
    lines = _lines(jobs)
    hidden = _hidden(times, jobs, lines, limits, cut, rules, rounding)
    row_of = {line: row for row, line in enumerate(lines)}
    for each in found:
        base = SKILL if each.measure.startswith(SKILL) else JOBS
        flags = hidden[:, row_of.get((base, each.part), -1), limits.index(each.limit_min)]
        shown = [
            np.nan if gone else _rounded(each.measure, value, rounding, bound=bool(bound))
            for value, bound, gone in zip(each.value, each.lower_bound, flags, strict=True)
        ]
        value = pd.Series(shown, index=each.value.index, dtype="float64")
        yield replace(each, value=value, lower_bound=each.lower_bound & ~flags, hidden=flags)


def _hidden(
    times: TimeMatrix,
    jobs: pd.DataFrame,
    lines: Mapping[tuple[str, str | None], pd.Index],
    limits: Sequence[float],
    cut: NDArray[np.bool_],
    rules: SmallNumbers,
    rounding: int,
) -> NDArray[np.bool_]:
    """Find which counts to hide, shape (origins, lines and the whole, limits)."""
    # what a sector and a skill level share: no figure itself, but all figures are sums of such
    kinds = _kinds(jobs)
    cells = [own.index for _, own in kinds.groupby(kinds)]
    sums = [tuple(at for at, own in enumerate(cells) if own[0] in ids) for ids in lines.values()]
    everywhere, weights = jobs.set_index("id"), job_weights(jobs)
    if HIGH in weights.columns:  # where it is not known none is told; the low one tells more
        weights[HIGH] = weights[HIGH].fillna(weights[LOW])
    amounts = [
        _cube(times, limits, [own_weights.loc[own] for own in cells])
        for _, own_weights in weights.items()
    ]
    held = _cube(times, limits, [workplaces(everywhere.loc[own]) for own in lines.values()])
    whole = _cube(times, limits, [workplaces(everywhere)])
    counted = np.concatenate([held, whole], axis=1)
    own_lines = JobLines(sums, sum(measure == JOBS for measure, _ in lines))
    known: dict[bytes, NDArray[np.bool_]] = {}
    hidden = np.zeros(counted.shape, dtype=bool)
    for origin, own_held in enumerate(counted):
        for own_jobs in (table[origin] for table in amounts):
            # neighbours reach the same workplaces, and the search for what to hide is long
            case = own_jobs.tobytes() + own_held.tobytes() + cut[:, origin].tobytes()
            if case not in known:
                known[case] = hidden_job_counts(
                    own_jobs, own_held, cut[:, origin], rules, rounding=rounding, lines=own_lines
                )
            hidden[origin] |= known[case]  # a count goes with its ends
    return hidden


def _rounded(measure: str, value: float, rounding: int, *, bound: bool) -> float | None:
    """Round a count to the step of the study, and an end of it outwards."""
    for end in ENDS:
        if measure.endswith(end):
            return rounded_end(value, rounding, high=HIGH.endswith(end), lower_bound=bound)
    return rounded_to(value, rounding, lower_bound=bound)


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
    times: TimeMatrix, limits: Sequence[float], weights: Sequence[pd.Series]
) -> NDArray[np.float64]:
    """Sum each series of weights within each limit: shape (n_origins, n_series, n_limits)."""
    counts = [
        [cumulative_in(times.to(own.index), own, limit).to_numpy() for limit in limits]
        for own in weights
    ]
    shape = (len(weights), len(limits), len(times.origins))
    return np.moveaxis(np.array(counts, dtype="float64").reshape(shape), 2, 0)


def workplaces(jobs: pd.DataFrame) -> pd.Series:
    """Count 1 at each place that is a workplace with jobs, and 0 elsewhere.

    Where the source parts jobs by skill level, a workplace has several rows: those of one sector
    at one point, to the metre, count as one. That may be too few workplaces, never too many.
    """
    held = jobs["opportunities"].gt(0).to_numpy(copy=True)
    if SKILL_LEVEL in jobs.columns and jobs[SKILL_LEVEL].notna().any():
        xy = shapely.get_coordinates(jobs.geometry.to_numpy()).round()
        sector = jobs["sector"].fillna(UNSTATED).to_numpy()
        where = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "sector": sector})
        held[held] = ~where[held].duplicated().to_numpy()
    return pd.Series(held, index=jobs.index, dtype="float64")


def _counts(
    times: TimeMatrix,
    jobs: pd.DataFrame,
    *,
    limits_min: Sequence[float],
    border_ds: NDArray[np.integer],
) -> Iterator[JobCount]:
    weights, lines = once_of(jobs, "weights and lines", partial(_weights_and_lines, jobs))
    own = {line: times.columns(ids) for line, ids in lines.items()}
    # of each place among all that are timed, by number: lines are many, and ids long to look up
    amounts = {end: known.reindex(times.destinations).to_numpy() for end, known in weights.items()}
    shown = np.zeros(len(border_ds), dtype=bool)
    for limit in limits_min:
        met = border_ds <= deciseconds(limit)
        for (measure, part), columns in own.items():
            own_ds = np.ascontiguousarray(times.times_ds[:, columns])
            for end, amount in amounts.items():
                value = pd.Series(_within(own_ds, amount[columns], limit), index=times.origins)
                named = f"{measure}{str(end).removeprefix(JOBS)}"
                yield JobCount(named, part, limit, value, met, shown)


def _weights_and_lines(
    jobs: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[tuple[str, str | None], pd.Index]]:
    weights = job_weights(jobs).astype("float64")
    return weights, {(JOBS, None): weights.index} | _lines(jobs)


def _lines(jobs: pd.DataFrame) -> dict[tuple[str, str | None], pd.Index]:
    """Ids of the places behind each sector, and then behind each skill level."""
    named = ((JOBS, sectors_of(jobs)), (SKILL, skills_of(jobs)))
    return {
        (measure, str(part)): own.index
        for measure, parts in named
        for part, own in parts.groupby(parts)
    }


def _kinds(jobs: pd.DataFrame) -> pd.Series:
    """Give sector and skill level of each place, as far as any place has one."""
    sectors, skills = (
        parts.reindex(jobs["id"], fill_value="") for parts in (sectors_of(jobs), skills_of(jobs))
    )
    return pd.Series(list(zip(sectors, skills, strict=True)), index=jobs["id"], dtype=object)


def _within(
    times_ds: NDArray[np.int32], weights: NDArray[np.float64], limit_min: float
) -> NDArray[np.float64]:
    """Count what is within a limit; not known as soon as one of the places is not known."""
    value = reached_within(times_ds, np.nan_to_num(weights), limit_min)
    unknown = np.isnan(weights)
    if unknown.any():
        value[reached_within(times_ds, unknown.astype(np.float64), limit_min) > 0] = np.nan
    return value


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


def skills_of(jobs: pd.DataFrame) -> pd.Series:
    """Give the skill level of each place as :func:`sectors_of` gives the sector."""
    if SKILL_LEVEL not in jobs.columns:
        return pd.Series([], index=pd.Index([], dtype=object), dtype=object)
    levels = jobs.set_index("id")[SKILL_LEVEL].astype(object)
    return levels.fillna(UNSTATED) if levels.notna().any() else levels.iloc[:0]


def jobs_that_count(jobs: pd.DataFrame, measure: str, part: str | None) -> pd.DataFrame:
    """Take the places behind a figure of jobs, with the number that each enters it with.

    ``part`` is a sector, or a skill level where the measure is of these; None for all jobs.
    """
    parts = skills_of(jobs) if measure.startswith(SKILL) else sectors_of(jobs)
    own = jobs if part is None else jobs[jobs["id"].isin(parts.index[parts == part])]
    weights = job_weights(jobs)
    return own.assign(opportunities=own["id"].map(weights[measure.replace(SKILL, JOBS)]))
