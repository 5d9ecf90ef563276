r"""What each of several projects does: alone, as the last one, and its fair share of all.

A project that opens a path to a new school does little before the school is there. The Shapley
value shares what all do together among them: it is the mean of what a project adds over every
order in which they could be built.

.. math::

    \phi_i = \sum_{S \subseteq N \setminus \{i\}}
        \frac{|S|!\,(n - |S| - 1)!}{n!} \left(v(S \cup \{i\}) - v(S)\right)

Values are whole numbers, and sums of them are kept as whole numbers over one denominator: shares
add up to the joint effect exactly, not nearly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]

MOST_EXACT = 10
"""Of more projects the orders are sampled: an eleventh would double the sets to 2,048."""


@dataclass(frozen=True)
class Shares:
    """What each of ``n`` projects does to each of ``k`` quantities.

    Parameters
    ----------
    alone, last
        What it adds to nothing, and to all others; int64, shape (n, k).
    numerators, denominator
        Shapley values as fractions with one denominator; Python integers, shape (n, k).
    joint
        What all do together, int64, shape (k,). The numerators of all projects sum to it times
        the denominator.
    pairs
        By two projects: what both do together above the sum of what each does alone; below 0
        where they do the same work. Shape (k,) each.
    standard_error
        Of the Shapley values, shape (n, k); None where they are exact.
    orders
        How many orders were drawn; None where they are exact.
    """

    alone: Whole
    last: Whole
    numerators: npt.NDArray[Any]
    denominator: int
    joint: Whole
    pairs: dict[tuple[int, int], Whole]
    standard_error: npt.NDArray[np.float64] | None = None
    orders: int | None = None

    @property
    def shapley(self) -> npt.NDArray[np.float64]:
        """Shapley values, each rounded once; shape (n, k)."""
        return np.asarray(self.numerators / self.denominator, dtype=np.float64)


def shapley_exact(values: npt.ArrayLike) -> Shares:
    """Share out the value of every set of projects.

    Parameters
    ----------
    values
        One row per set, shape (2**n, k), whole numbers: bit ``i`` of the row's number says whether
        project ``i`` is in the set. ``n`` is 0 to 10.

    Returns
    -------
    shares
        Exact.

    Raises
    ------
    ValueError
        If the rows are not those of all sets of at most 10 projects.

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. In: Contributions to the Theory of Games
    II (Annals of Mathematics Studies 28), 307-317. Princeton University Press.

    Examples
    --------
    A path (project 0) saves 10 minutes, a school (1) 20, both together 60: the 30 that need both
    are shared evenly.

    >>> shares = shapley_exact([[0], [10], [20], [60]])
    >>> shares.alone.ravel().tolist(), shares.last.ravel().tolist()
    ([10, 20], [40, 50])
    >>> shares.shapley.ravel().tolist(), shares.pairs[0, 1].tolist()
    ([25.0, 35.0], [30])
    """
    table: Whole = np.asarray(values, dtype=np.int64)
    sets = len(table)
    count = max(sets.bit_length() - 1, 0)
    if sets != 1 << count or count > MOST_EXACT:
        msg = f"shapley: {sets} sets; 2**n are needed, of 0 to {MOST_EXACT} projects"
        raise ValueError(msg)
    masks = np.arange(sets)
    sizes = np.array([int(mask).bit_count() for mask in masks])
    numerators = np.zeros((count, table.shape[1]), dtype=object)
    for project in range(count):
        without = masks[(masks >> project) & 1 == 0]
        added = table[without | (1 << project)] - table[without]
        for size in range(count):
            orders = math.factorial(size) * math.factorial(count - size - 1)
            # up to 126 terms are summed in 64 bits, and weighted without a bound
            numerators[project] += added[sizes[without] == size].sum(axis=0).astype(object) * orders
    return Shares(
        **_ends(lambda mask: table[mask], count, table.shape[1]),
        numerators=numerators,
        denominator=math.factorial(count),
    )


def shapley_sampled(
    value: Callable[[int], Whole], count: int, *, draws: int, seed: int = 0
) -> Shares:
    """Estimate Shapley values from orders drawn at random, each also taken backwards.

    Parameters
    ----------
    value
        Of a set, given as bits, shape (k,); whole numbers.
    count
        Projects, >= 1.
    draws
        Orders that are drawn, >= 2; each is used forwards and backwards, so that what a project
        adds early and late are both in.
    seed
        Same seed, same orders.

    Returns
    -------
    shares
        Alone, last, joint and pairs are exact; the Shapley values have a ``standard_error`` and
        still sum to the joint effect.

    References
    ----------
    Castro, J., Gómez, D. and Tejada, J. (2009). Polynomial calculation of the Shapley value based
    on sampling. Computers & Operations Research 36(5), 1726-1730.

    Examples
    --------
    Where nothing interacts every order says the same:

    >>> shares = shapley_sampled(lambda mask: np.array([mask.bit_count()]), 12, draws=3)
    >>> set(shares.shapley.ravel().tolist()), float(shares.standard_error.max())
    ({1.0}, 0.0)
    """
    joint = value((1 << count) - 1)
    width = len(joint)
    random = np.random.default_rng(seed)
    means = np.zeros((draws, count, width))
    numerators = np.zeros((count, width), dtype=object)
    for draw in range(draws):
        order = random.permutation(count).tolist()
        both = np.zeros((count, width), dtype=np.int64)
        for way in (order, order[::-1]):
            for before, project, after in _along(way):
                both[project] += value(after) - value(before)
        numerators += both.astype(object)
        means[draw] = both / 2
    return Shares(
        **_ends(value, count, width),
        numerators=numerators,
        denominator=2 * draws,
        standard_error=np.asarray(means.std(axis=0, ddof=1) / math.sqrt(draws)),
        orders=2 * draws,
    )


def _along(order: list[int]) -> Iterator[tuple[int, int, int]]:
    """List the sets before and after each project of an order."""
    masks = [0]
    for project in order:
        masks.append(masks[-1] | 1 << project)
    for (before, after), project in zip(pairwise(masks), order, strict=True):
        yield before, project, after


def _ends(value: Callable[[int], Whole], count: int, width: int) -> dict[str, Any]:
    """Measure what needs the fewest sets: each alone, each last, every two, and all."""
    nothing, everything = value(0), value((1 << count) - 1)
    alone = np.zeros((count, width), dtype=np.int64)
    last = np.zeros((count, width), dtype=np.int64)
    for project in range(count):
        alone[project] = value(1 << project) - nothing
        last[project] = everything - value((1 << count) - 1 - (1 << project))
    pairs = {
        (one, other): value(1 << one | 1 << other) - nothing - alone[one] - alone[other]
        for one, other in combinations(range(count), 2)
    }
    return {"alone": alone, "last": last, "joint": everything - nothing, "pairs": pairs}
