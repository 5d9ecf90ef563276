"""Which figures have to be withheld so that none of few persons can be worked out from the rest.

A table is cut into its smallest parts, the cells; every published figure says of a sum of cells
between what it lies. Whoever knows all of them can work out, by a linear program, the narrowest
interval of any other sum. Figures are withheld until no interval tells a small number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .suppression_bounds import plain_bounds

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

Floats = npt.NDArray[np.float64]

UNBOUNDED = 3
"""Status of a linear program, as scipy numbers it."""
TOLERANCE = 1e-6
"""Of persons, above the tolerance of the solver."""
TABLES = 3
"""Pairs of tables that are looked for before any group is looked at alone."""


@dataclass(frozen=True)
class Sum:
    """What somebody knows of a sum of cells: it lies from ``low`` to ``high``."""

    cells: tuple[int, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """One published figure: what it tells, and how much is lost without it."""

    name: Hashable
    sums: tuple[Sum, ...]
    cost: float


@dataclass(frozen=True)
class Group:
    """A sum of cells that nobody shall work out where it is small, and all that it can be.

    ``least_high`` is how high the upper end must stay: an interval may be wide, and still say
    "at most" a hair above the truth.
    """

    cells: tuple[int, ...]
    total: float
    least_high: float = 0.0


def intervals(
    n_cells: int, known: Sequence[Sum], groups: Sequence[Group]
) -> npt.NDArray[np.float64]:
    """Work out between what each group lies, given all that is known; the attack itself.

    Parameters
    ----------
    n_cells
        Number of cells; each holds 0 or more.
    known
        Sums that were published, or that anybody may know.
    groups
        Sums to work out.

    Returns
    -------
    intervals
        Shape (n_groups, 2): least and greatest; ``inf`` where nothing bounds it.

    Raises
    ------
    ValueError
        If no table fits what is known.

    Examples
    --------
    Two cells of together 10, of which one is known to be at least 8:

    >>> known = [Sum((0, 1), 10, 10), Sum((0,), 8, 10)]
    >>> intervals(2, known, [Group((1,), 10)]).tolist()
    [[0.0, 2.0]]
    """
    limits = _limits(n_cells, known)
    found = []
    for group in groups:
        aim = np.zeros(n_cells)
        aim[list(group.cells)] = 1.0
        ends = _least(aim, limits)[0], -_least(-aim, limits)[0]
        found.append([max(end, 0.0) for end in ends])
    return np.array(found).reshape(-1, 2)


def _limits(n_cells: int, known: Sequence[Sum]) -> LinearConstraint:
    """Write what is known as the limits of a linear program."""
    rows = np.repeat(np.arange(len(known)), [len(each.cells) for each in known])
    columns = np.array([cell for each in known for cell in each.cells], dtype=np.int64)
    matrix = np.zeros((len(known), n_cells))
    matrix[rows, columns] = 1.0
    low = np.array([each.low for each in known], dtype="float64")
    high = np.array([each.high for each in known], dtype="float64")
    from scipy.optimize import LinearConstraint  # noqa: PLC0415 - loads much, and few tables ask
    from scipy.sparse import csc_array  # noqa: PLC0415

    return LinearConstraint(csc_array(matrix), low, high)


def _least(aim: Floats, limits: LinearConstraint) -> tuple[float, Floats | None]:
    """Find the least value of a sum, and a table that has it; ``-inf`` and none if unbounded.

    A program without integers, which scipy hands to the same solver as its linear ones, and with
    both ends of a sum in one row.
    """
    from scipy.optimize import Bounds, milp  # noqa: PLC0415 - loads much, and few tables ask

    solved = milp(aim, constraints=limits, bounds=Bounds(0.0, np.inf))
    if solved.status == UNBOUNDED:
        return -np.inf, None
    if not solved.success:
        msg = f"published figures: no table fits them ({solved.message}); check the rounding"
        raise ValueError(msg)
    return float(solved.fun or 0.0), np.asarray(solved.x)


def exposed(
    found: npt.NDArray[np.float64], groups: Sequence[Group], *, min_count: float
) -> npt.NDArray[np.bool_]:
    """Tell which groups can be narrowed to an interval that tells a small number.

    None or all of a group is no small number. A group is exposed where it is neither, may be
    smaller than ``min_count``, and lies in an interval narrower than that; of a group of fewer,
    narrower than all of it. It is exposed as well where its upper end lies below ``least_high``.

    Examples
    --------
    >>> groups = [Group((0,), 100)] * 4
    >>> ends = np.array([[0, 4], [0, 5], [0, 0], [6, 6]], dtype=float)
    >>> exposed(ends, groups, min_count=5).tolist()
    [True, False, False, False]
    >>> exposed(np.array([[0, 41.0]]), [Group((0,), 41, least_high=44)], min_count=99).tolist()
    [True]
    """
    low, high = found[:, 0], found[:, 1]
    width = np.array([_width(group, min_count) for group in groups])
    narrow = (high > TOLERANCE) & (low < width) & (high - low < width)
    ceiling = np.array([group.least_high for group in groups])
    return np.asarray(narrow | (high < ceiling - TOLERANCE))


def _width(group: Group, min_count: float) -> float:
    return min(group.total, min_count) - TOLERANCE


def exposed_groups(
    n_cells: int, known: Sequence[Sum], groups: Sequence[Group], *, min_count: float
) -> list[Group]:
    """List the groups that :func:`exposed` tells of all :func:`intervals`, by fewer programs.

    Most groups need no program of their own: of some it follows by taking one sum from another
    that none or enough are in them, and every solved program gives a table that fits what is
    known. Two tables that differ enough in a group show that it is safe.
    """
    empty = {cell for each in known if each.high <= TOLERANCE for cell in each.cells}
    if all(empty.issuperset(group.cells) and group.least_high <= 0 for group in groups):
        return []
    attack = _Attack(n_cells, known, groups, min_count)
    for aim in attack.aims():
        attack.solve(aim)
    return [group for number, group in enumerate(groups) if attack.tells(number)]


class _Attack:
    """What the tables that were found so far say of each group."""

    def __init__(
        self, n_cells: int, known: Sequence[Sum], groups: Sequence[Group], min_count: float
    ) -> None:
        self._limits = _limits(n_cells, known)
        self._members = np.zeros((len(groups), n_cells))
        for number, group in enumerate(groups):
            self._members[number, list(group.cells)] = 1.0
        self._width = np.array([_width(group, min_count) for group in groups])
        self._ceiling = np.array([group.least_high for group in groups]) - TOLERANCE
        self._low, high = plain_bounds(known, groups).T
        none = {
            c
            for group, most in zip(groups, high, strict=True)
            for c in group.cells
            if most <= TOLERANCE
        }
        nobody = np.array([none.issuperset(group.cells) for group in groups], dtype=bool)
        self._settled = nobody & (self._ceiling <= 0)
        self._least = np.full(len(groups), np.inf)
        self._greatest = np.full(len(groups), -np.inf)

    def aims(self) -> Iterator[Floats]:
        """Give sums to look for the ends of, each of many groups that are not known to be safe.

        The first two are looked for whatever is known, so that what contradicts itself is found.
        """
        chance = np.random.default_rng(0)
        for number in range(TABLES):
            still = ~self._safe()
            if number and not still.any():
                return
            signs = chance.choice([-1.0, 1.0], len(still))
            aim = (signs * still) @ self._members
            yield aim
            yield -aim

    def tells(self, number: int) -> bool:
        """Tell whether one group is exposed."""
        if self._safe()[number]:
            return False
        width, ceiling = self._width[number], self._ceiling[number]
        low = max(self.solve(self._members[number]), 0.0)
        most = self._greatest[number]
        if most >= ceiling and (low >= width or most - low >= width):
            return False
        high = max(-self.solve(-self._members[number]), 0.0)
        return bool(high < ceiling or (high > TOLERANCE and low < width and high - low < width))

    def solve(self, aim: Floats) -> float:
        """Find the least value of a sum, and note what its table says of all groups."""
        value, table = _least(aim, self._limits)
        if table is not None:
            seen = self._members @ table
            np.minimum(self._least, seen, out=self._least)
            np.maximum(self._greatest, seen, out=self._greatest)
        return value

    def _safe(self) -> npt.NDArray[np.bool_]:
        high_enough = np.maximum(self._greatest, self._low) >= self._ceiling
        wide = self._greatest - self._least >= self._width
        safe: npt.NDArray[np.bool_]
        safe = self._settled | (high_enough & (wide | (self._low >= self._width)))
        return safe


def withheld(
    n_cells: int,
    figures: Sequence[Figure],
    groups: Sequence[Group],
    *,
    min_count: float,
    known: Sequence[Sum] = (),
) -> list[Hashable]:
    """Choose figures to withhold, until no group is exposed.

    For each exposed group the cheapest figures without which it is safe are withheld: one figure,
    or several cheaper ones together. Those that turn out not to be needed are published again,
    the dearest first.

    Parameters
    ----------
    n_cells, groups, min_count
        As in :func:`intervals` and :func:`exposed`.
    figures
        What would be published; equal costs are taken in this order.
    known
        What anybody may know besides, and nobody can withhold.

    Returns
    -------
    names
        Of the withheld figures, in their order. A group that is exposed by ``known`` alone stays
        so.
    """
    kept = list(figures)
    while True:
        bare = _exposed_by(n_cells, kept, known, groups, min_count)
        options = (_shielding(n_cells, kept, known, group, min_count) for group in bare)
        chosen = next((figures for figures in options if figures), None)
        if chosen is None:
            break
        kept = [figure for figure in kept if figure not in chosen]
    hidden = [figure for figure in figures if figure not in kept]
    if not hidden:
        return []
    safe = set(_exposed_by(n_cells, kept, known, groups, min_count))
    for figure in sorted(hidden, key=lambda each: -each.cost):
        again = [each for each in figures if each in kept or each is figure]
        if set(_exposed_by(n_cells, again, known, groups, min_count)) <= safe:
            kept = again
    return [figure.name for figure in figures if figure not in kept]


def _exposed_by(
    n_cells: int,
    figures: Collection[Figure],
    known: Sequence[Sum],
    groups: Sequence[Group],
    min_count: float,
) -> list[Group]:
    sums = [*known, *(each for figure in figures for each in figure.sums)]
    return exposed_groups(n_cells, sums, groups, min_count=min_count)


def _shielding(
    n_cells: int,
    figures: Sequence[Figure],
    known: Sequence[Sum],
    group: Group,
    min_count: float,
) -> list[Figure]:
    """Find the cheapest figures without which a group is safe; none where nothing helps.

    A sector at one limit bounds what the same sector at another may be, so that only both of
    them may help: all figures beside the group are taken away, cheapest first, until it is safe,
    and given back, dearest first, as long as it stays so.
    """
    cells = set(group.cells)
    about = [figure for figure in figures if _touches(figure, cells)]
    # what stands beside the group in a sum tells of it as well
    near = cells.union(*(each.cells for figure in about for each in figure.sums))
    beside = sorted((f for f in figures if _touches(f, near)), key=lambda figure: figure.cost)

    def safe_without(gone: Sequence[Figure]) -> bool:
        sums = [*known, *(each for one in figures if one not in gone for each in one.sums)]
        found = intervals(n_cells, sums, [group])
        return not bool(exposed(found, [group], min_count=min_count)[0])

    sizes = range(1, len(beside) + 1)
    # taking more away makes no group less safe
    enough = 1 + bisect_left(sizes, 1, key=lambda size: int(safe_without(beside[:size])))
    if enough > len(beside):
        return []
    needed = beside[:enough]
    for figure in beside[: enough - 1][::-1]:
        fewer = [each for each in needed if each is not figure]
        if safe_without(fewer):
            needed = fewer
    price = sum(figure.cost for figure in needed)
    # the last one was needed; alone it would have been all that is
    alone = (figure for figure in beside[enough:] if figure.cost < price)
    return needed if len(needed) == 1 else next(([f] for f in alone if safe_without([f])), needed)


def _touches(figure: Figure, cells: Collection[int]) -> bool:
    return any(not set(each.cells).isdisjoint(cells) for each in figure.sums)
