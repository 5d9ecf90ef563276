r"""What a change does to ways to the nearest place: minutes saved, who gains and loses, new reach.

.. math::

    G = \sum_i p_i \left(\min(t_i, L) - \min(t_i', L)\right), \qquad
    P_+ = \sum_i p_i \left[\min(t_i, L) - \min(t_i', L) \ge g\right], \qquad
    R = \sum_i p_i \left([t_i' \le E] - [t_i \le E]\right)

for each function, where :math:`t_i` and :math:`t_i'` are the times from origin :math:`i` to its
nearest place before and after, :math:`p_i` its persons, :math:`L` the limit, :math:`g` the gain
that is felt and :math:`E` the everyday limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
MEASURES = ("saved", "gainers", "losers", "reach")
PARTS = 1000
"""Persons are counted in thousandths, so that every sum is one of whole numbers."""


@dataclass(frozen=True)
class EffectLimits:
    """From when a change counts, in deciseconds, all > 0.

    Parameters
    ----------
    longest_ds
        Longer ways count as this long.
    felt_ds
        Who gains or loses at least so much is counted.
    everyday_ds
        What takes at most so long is in reach.
    """

    longest_ds: int
    felt_ds: int
    everyday_ds: int


class Origins(NamedTuple):
    """Where people live.

    Parameters
    ----------
    parts
        Thousandths of persons, int64, shape (n,).
    group
        Number of the group, from 0, shape (n,).
    groups
        How many groups there are.
    """

    parts: Whole
    group: npt.NDArray[np.int64]
    groups: int


def effect(
    before_ds: npt.NDArray[np.integer],
    after_ds: npt.NDArray[np.integer],
    origins: Origins,
    limits: EffectLimits,
) -> Whole:
    """Measure what a change does to the people of each group.

    Parameters
    ----------
    before_ds, after_ds
        Time to the nearest place of each function, shape (functions, n); a place out of reach is
        ``UNREACHED``.
    origins
        Who lives where.
    limits
        From when a change counts.

    Returns
    -------
    effect
        Shape (measures, functions + 1, groups), int64. ``saved`` in thousandths of
        person-deciseconds, the others in thousandths of persons. The last column is that of all
        functions: the sum for ``saved`` and ``reach``, and for ``gainers`` and ``losers`` who
        gains or loses enough on the way to one function at least.

    Examples
    --------
    Two persons whose way to a shop falls from 20 to 10 minutes, seen with a limit of 30 minutes,
    a gain of 5 and an everyday limit of 15:

    >>> home = Origins(np.array([2000]), np.array([0]), 1)
    >>> limits = EffectLimits(18_000, 3000, 9000)
    >>> effect(np.array([[12_000]]), np.array([[6000]]), home, limits)[:, 0, 0].tolist()
    [12000000, 2000, 0, 2000]
    """
    saved = np.minimum(before_ds, limits.longest_ds).astype(np.int64)
    saved -= np.minimum(after_ds, limits.longest_ds)
    gains, loses = saved >= limits.felt_ds, saved <= -limits.felt_ds
    reached = (after_ds <= limits.everyday_ds).astype(np.int64)
    reached -= before_ds <= limits.everyday_ds
    result = np.zeros((len(MEASURES), len(before_ds) + 1, origins.groups), dtype=np.int64)
    for row, own in enumerate((saved, gains, loses, reached)):
        result[row, :-1] = _by_group(own, origins)
    for row, own in ((1, gains), (2, loses)):
        result[row, -1] = _by_group(own.any(axis=0, keepdims=True), origins)[0]
    for row in (0, 3):
        result[row, -1] = result[row, :-1].sum(axis=0)
    return result


def in_reach(times_ds: npt.NDArray[np.integer], origins: Origins, limits: EffectLimits) -> Whole:
    """Count how often a function lies within the everyday limit of somebody.

    Parameters
    ----------
    times_ds
        As for :func:`effect`.
    origins, limits
        Who lives where, and from when a place is in reach.

    Returns
    -------
    counts
        Shape (functions + 1, groups), int64, in thousandths of persons; last the sum over all
        functions.

    Examples
    --------
    Two persons with a shop within 15 minutes, and three without:

    >>> homes = Origins(np.array([2000, 3000]), np.array([0, 0]), 1)
    >>> in_reach(np.array([[9000, 9001]]), homes, EffectLimits(18_000, 3000, 9000)).tolist()
    [[2000], [2000]]
    """
    found = _by_group(times_ds <= limits.everyday_ds, origins)
    return np.concatenate([found, found.sum(axis=0, keepdims=True)])


def _by_group(per_person: npt.NDArray[np.generic], origins: Origins) -> Whole:
    """Sum what each person has over the persons of each group."""
    weighted = per_person.astype(np.int64) * origins.parts
    found = np.zeros((len(weighted), origins.groups), dtype=np.int64)
    for group in range(origins.groups):
        found[:, group] = weighted[:, origins.group == group].sum(axis=1)
    return found
