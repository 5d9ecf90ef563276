"""Which counts of jobs are hidden because they rest on few workplaces, or would tell of few.

Where a row of the source is one workplace, a count within a limit may be the staff of one firm.
What it rests on is counted beside it. Sectors sum to all jobs and limits are nested, so that a
hidden count could be worked out from those beside it: the same attack as on shares of persons
(:mod:`htkgis.profile.suppression`) decides what is hidden besides. What differences between
limits, modes, origins or editions tell is kept within the size classes of workplaces
(:mod:`htkgis.profile.workplace_sizes`), and nothing is withheld for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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


class JobLines(NamedTuple):
    """What is published of a table of jobs besides all of them: sums of its rows.

    ``sums`` are positions of rows; the first ``apart`` of them share no workplace, of the others
    one workplace may be in several.
    """

    sums: Sequence[tuple[int, ...]]
    apart: int


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
    lines: JobLines | None = None,
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
    lines
        Sums of the rows that are published in place of the rows; then the workplaces are those
        of each sum, and of all jobs last.

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
    table = job_table(
        jobs, workplaces, cut, rules, rounding=rounding, by_sector=by_sector, lines=lines
    )
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
    lines: JobLines | None = None,
) -> JobTable:
    """Put down what the counts of one origin tell, and what nobody shall work out from them.

    A group is few workplaces of one sector, of all, or of all sectors that are few, within a
    limit. Where workplaces count with their own numbers, so are those between any two limits; of
    size classes such a difference tells no more than the class. What is told of a group has to
    leave it open by more than the jobs it holds: so much stands as its ``total``, which is
    compared with the width of its interval alone. And it must seem possible that it holds a part
    more than it does (``rules.upper_part``): else "at most 41" would tell of 40.

    Parameters
    ----------
    jobs, workplaces, cut, rules, rounding, by_sector, lines
        As in :func:`hidden_job_counts`.
    """
    rows, limits = jobs.shape
    if lines is None:
        lines = JobLines([(row,) for row in range(rows)], rows)
        workplaces = np.vstack([workplaces, workplaces.sum(axis=0)])
    sums = [*lines.sums, tuple(range(rows))]
    told = np.array([jobs[list(own)].sum(axis=0) for own in sums])
    few = np.array([[rules.is_small(each) for each in row] for row in workplaces], dtype=bool)
    figures = []
    for at in range(0 if by_sector else len(sums) - 1, len(sums)):
        for limit in range(limits):
            if few[at, limit]:
                continue
            cells = tuple(row * limits + band for row in sums[at] for band in range(limit + 1))
            low, high = told_range(float(told[at, limit]), rounding, cut=bool(cut[limit]))
            cost = (told[at, limit] + 1) * (DEARER if at == len(sums) - 1 else 1.0)
            figures.append(Figure((at, limit), (Sum(cells, low, high),), cost))
    groups = list(dict.fromkeys(_groups(jobs, workplaces, lines, rules)))
    return JobTable(rows * limits, figures, groups, few)


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


def _groups(
    jobs: Numbers, workplaces: Numbers, lines: JobLines, rules: SmallNumbers
) -> Iterator[Group]:
    rows, limits = jobs.shape
    ring_jobs = np.diff(jobs, axis=1, prepend=0.0)
    ring_places = np.diff(workplaces, axis=1, prepend=0.0)
    for first in range(limits if rules.workplace_sizes is None else 1):
        for last in range(first + 1, limits + 1):
            held = ring_jobs[:, first:last].sum(axis=1)
            counted = ring_places[:, first:last].sum(axis=1)
            for own in _small_sums(counted, lines, range(rows), rules):
                cells = (at * limits + band for at in own for band in range(first, last))
                total = float(held[list(own)].sum())
                yield Group(tuple(cells), total + 1, total * (1 + rules.upper_part))


def _small_sums(
    counted: Numbers, lines: JobLines, rows: Sequence[int], rules: SmallNumbers
) -> Iterator[tuple[int, ...]]:
    """List the rows of each sum of few workplaces, and of several of them together."""
    small = [at for at in range(len(lines.sums)) if rules.is_small(float(counted[at]))]
    yield from (lines.sums[at] for at in small)
    apart = [at for at in small if at < lines.apart]
    if rules.is_small(float(counted[apart].sum())):
        yield tuple(sorted({row for at in apart for row in lines.sums[at]}))
    # how few workplaces those hold together that share some is not known: perhaps few
    shared = {row for at in small if at >= lines.apart for row in lines.sums[at]}
    if shared:
        yield tuple(sorted(shared))
    if rules.is_small(float(counted[-1])):
        yield tuple(rows)
