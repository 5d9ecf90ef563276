"""Which counts of jobs are hidden because they rest on few workplaces, or would tell of few.

Where a row of the source is one workplace, a count within a limit may be the staff of one firm.
What it rests on is counted beside it. Sectors sum to all jobs and limits are nested, so that a
hidden count could be worked out from those beside it: the same attack as on shares of persons
(:mod:`htkgis.profile.suppression`) decides what is hidden besides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .disclosure import SmallNumbers
from .rounding import plain, rounded_to
from .suppression import Figure, Group, Sum, withheld

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
HIDDEN = "opportunities_hidden"
"""Column of places: whether a row is one workplace, whose number of jobs is not shown."""
DEARER = 1000.0
"""All jobs are withheld only where no sector helps."""


class JobTable(NamedTuple):
    """What the counts of one origin tell, in jobs of a sector between two limits."""

    n_cells: int
    figures: list[Figure]
    groups: list[Group]
    few: Flags


def are_workplaces(places: pd.DataFrame) -> pd.Series:
    """Tell the rows that are one workplace each; none where no layer says so."""
    if HIDDEN in places.columns:
        return places[HIDDEN].astype(bool)
    return pd.Series(np.zeros(len(places), dtype=bool), index=places.index)


def jobs_at(place: Mapping[Any, Any]) -> dict[str, Any]:
    """Give the jobs at a place of jobs, unless it is one workplace of too few to be shown."""
    hidden = bool(place.get(HIDDEN, False))
    shown = place["unit"] == "jobs" and not hidden
    return {"jobs": plain(place["opportunities"]) if shown else None, "jobs_hidden": hidden}


def hidden_job_counts(
    jobs: Numbers,
    workplaces: Numbers,
    cut: Flags,
    rules: SmallNumbers,
    *,
    rounding: int,
    by_sector: bool = True,
) -> Flags:
    """Choose the counts of one origin that are hidden.

    Parameters
    ----------
    jobs, workplaces
        Shape (n_sectors, n_limits): jobs within each limit, limits rising, and the workplaces
        that hold them.
    cut
        Shape (n_limits,): whether counts within the limit are lower bounds.
    rules
        What few means: counts of 1 to ``min_count`` - 1 workplaces are hidden.
    rounding
        Step that counts are rounded to, in jobs.
    by_sector
        Whether the sectors are published beside all jobs.

    Returns
    -------
    hidden
        Shape (n_sectors + 1, n_limits), all jobs last. 0 jobs at no workplace are told.

    Examples
    --------
    One sector of 2 workplaces beside two of 9 each: hiding one of these hides it.

    >>> rules = SmallNumbers(20, 3, 5, (0.01,))
    >>> jobs, workplaces = np.array([[400.0], [300.0], [900.0]]), np.array([[2.0], [9.0], [9.0]])
    >>> hidden_job_counts(jobs, workplaces, np.array([False]), rules, rounding=10)[:, 0].tolist()
    [True, True, False, False]
    """
    table = job_table(jobs, workplaces, cut, rules, rounding=rounding, by_sector=by_sector)
    hidden = table.few.copy()
    if not table.groups:
        return hidden
    more = set(withheld(table.n_cells, table.figures, table.groups, min_count=math.inf))
    for row, limit in np.ndindex(hidden.shape):
        hidden[row, limit] |= (row, limit) in more
    return hidden


def job_table(
    jobs: Numbers,
    workplaces: Numbers,
    cut: Flags,
    rules: SmallNumbers,
    *,
    rounding: int,
    by_sector: bool = True,
) -> JobTable:
    """Put down what the counts of one origin tell, and what nobody shall work out from them.

    A group is few workplaces of one sector, of all, or of all sectors that are few, between any
    two limits. What is told of it has to leave it open by more than the jobs it holds: so much
    stands as its ``total``, which is compared with the width of its interval alone. And it must
    seem possible that it holds a part more than it does (``rules.upper_part``): else "at most 41"
    would tell of 40.

    Parameters
    ----------
    jobs, workplaces, cut, rules, rounding, by_sector
        As in :func:`hidden_job_counts`.
    """
    sectors, limits = jobs.shape
    counted = np.vstack([workplaces, workplaces.sum(axis=0)])
    told = np.vstack([jobs, jobs.sum(axis=0)])
    few = np.array([[rules.is_small(each) for each in row] for row in counted], dtype=bool)
    figures = []
    for row in range(0 if by_sector else sectors, sectors + 1):
        own = range(sectors) if row == sectors else (row,)
        for limit in range(limits):
            if few[row, limit]:
                continue
            cells = tuple(sector * limits + band for sector in own for band in range(limit + 1))
            low, high = told_range(float(told[row, limit]), rounding, cut=bool(cut[limit]))
            cost = (told[row, limit] + 1) * (DEARER if row == sectors else 1.0)
            figures.append(Figure((row, limit), (Sum(cells, low, high),), cost))
    groups = list(dict.fromkeys(_groups(jobs, workplaces, rules)))
    return JobTable(sectors * limits, figures, groups, few)


def told_range(value: float, rounding: int, *, cut: bool) -> tuple[float, float]:
    """Between what a count lies of which only the rounded one is told.

    Examples
    --------
    >>> told_range(1240.0, 100, cut=False), told_range(1290.0, 100, cut=True)
    ((1150.0, 1250.0), (1200.0, 1300.0))
    >>> told_range(7.0, 1, cut=False)
    (7.0, 7.0)
    """
    if rounding == 1:
        return value, value
    shown = float(rounded_to(value, rounding, lower_bound=cut) or 0.0)
    low = shown if cut else shown - rounding / 2
    return max(low, 0.0), low + rounding


def _groups(jobs: Numbers, workplaces: Numbers, rules: SmallNumbers) -> Iterator[Group]:
    sectors, limits = jobs.shape
    ring_jobs = np.diff(jobs, axis=1, prepend=0.0)
    ring_places = np.diff(workplaces, axis=1, prepend=0.0)
    for first in range(limits):
        for last in range(first + 1, limits + 1):
            held = ring_jobs[:, first:last].sum(axis=1)
            counted = ring_places[:, first:last].sum(axis=1)
            small = [sector for sector in range(sectors) if rules.is_small(counted[sector])]
            for own in (*([sector] for sector in small), small, list(range(sectors))):
                if own and rules.is_small(float(counted[own].sum())):
                    cells = (at * limits + band for at in own for band in range(first, last))
                    total = float(held[own].sum())
                    yield Group(tuple(cells), total + 1, total * (1 + rules.upper_part))
