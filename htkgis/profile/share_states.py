"""Shares of a scenario beside those of the study: what both together tell of few persons.

Who holds two sets of pages can subtract. What the study told cannot be taken back, so what the
scenario tells is chosen with it in mind: hidden stays hidden, a share that fewer than
``min_count`` persons changed stays as it was told, and the attack of
:mod:`htkgis.profile.suppression` is run over both sets at once. Its cells are the persons of one
part of the town who were in one band of time and are in another: the map and the edits are
public, so anybody may know which addresses an edit brings nearer, and only how many live there is
to be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from htkgis.units import deciseconds

from .disclosure import SmallNumbers
from .share_disclosure import CASE, DECIMALS, KEY, SHARE, SPREAD, CaseTable, case_table
from .suppression import Figure, Group, Sum, exposed_groups

NOBODY = -1
"""Cell of who does not live there in one of the two states."""
PARTS = ["area_id", "district_id"]
UNIT = ("unit_kind", "unit_id")
Cells = Mapping[int, tuple[int, ...]]
"""Joint cells by a cell of one state."""


@dataclass(frozen=True)
class Living:
    """Who lives where in a state, and how far they have.

    Parameters
    ----------
    residents
        ``id``, ``persons``, ``area_id`` and ``district_id`` (missing outside any).
    times
        By mode: ``id``, and deciseconds to the nearest place by function.
    """

    residents: pd.DataFrame
    times: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class PublishedState:
    """A state that is published already.

    Parameters
    ----------
    living
        Its residents.
    shares, distribution
        As they were measured.
    told_shares, told_distribution
        As they were published, with ``hidden``; the same rows.
    accepted
        What the edition told that they were rounded beside, as
        :func:`htkgis.profile.share_disclosure.publish_shares` takes it.
    """

    living: Living
    shares: pd.DataFrame
    distribution: pd.DataFrame
    told_shares: pd.DataFrame
    told_distribution: pd.DataFrame
    accepted: Mapping[tuple[Any, ...], float | None] = field(default_factory=dict)

    def told_in(self, state: int) -> dict[tuple[Any, ...], float | None]:
        """Give what was told by the key of a share of another state; None where it was hidden."""
        told = self.told_shares.assign(state=state)
        keys = told[KEY].itertuples(index=False, name=None)
        rows = zip(keys, told["share"], told["hidden"], strict=True)
        return {
            key: None if hidden else float(share)
            for key, share, hidden in rows
            if hidden or not pd.isna(share)
        }


def beside(before: PublishedState, after: Living, rules: SmallNumbers) -> Callable[..., CaseTable]:
    """Make what puts a case of one state beside the same case of a state published before.

    Parameters
    ----------
    before
        What readers hold already.
    after
        Residents of the state that is to be published.
    rules
        What few means.

    Returns
    -------
    widen
        For :func:`htkgis.profile.share_disclosure.publish_shares`.
    """
    own_parts = unit_parts(before.living.residents)

    def widen(
        case: tuple[Any, ...],
        shares: pd.DataFrame,
        distribution: pd.DataFrame,
        table: CaseTable,
    ) -> CaseTable:
        function, mode, _ = case
        was = _of_case(before.shares, function, mode)
        if was.empty:
            return table  # the function has its first place: nothing was told of it
        spread = _of_case(before.distribution, function, mode)
        told = case_table(was, spread, own_parts, rules, accepted=before.accepted)
        edges = sorted({*shares["limit_min"], *distribution["searched_min"]})
        cells = joint_cells(
            *(_located(living, mode, function, edges) for living in (before.living, after))
        )
        known = _told(told, before, was, spread)
        hidden = _of_case(before.told_distribution, function, mode)
        few = _spreads_of(distribution, hidden[hidden["hidden"]])
        return _joined(table, told, known, cells, few, bands=len(edges) + 1, rules=rules)

    return widen


def joint_cells(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Sum persons by where they were and are.

    Parameters
    ----------
    before, after
        ``cell`` and ``persons`` by address.

    Returns
    -------
    cells
        ``before``, ``after`` (:data:`NOBODY` for who moves in or out) and ``persons``, by number.

    Examples
    --------
    Three of one address come nearer; of two at another one has moved out:

    >>> was = pd.DataFrame({"cell": [4, 4], "persons": [3.0, 2.0]}, index=["a", "b"])
    >>> joint_cells(was, pd.DataFrame({"cell": [3, 4], "persons": [3.0, 1.0]}, index=["a", "b"]))
       before  after  persons
    0       4     -1      1.0
    1       4      3      3.0
    2       4      4      1.0
    """
    everybody = before.index.union(after.index)
    sides = [side.reindex(everybody) for side in (before, after)]
    was, are = (side["persons"].fillna(0.0) for side in sides)
    place = pd.DataFrame(
        {
            name: side["cell"].fillna(NOBODY).astype("int64")
            for name, side in zip(("before", "after"), sides, strict=True)
        }
    )
    stayed = np.minimum(was, are)
    parts = [
        place.assign(persons=stayed),
        place.assign(after=NOBODY, persons=was - stayed),
        place.assign(before=NOBODY, persons=are - stayed),
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["persons"].round(DECIMALS) > 0]
    return rows.groupby(["before", "after"], sort=True)["persons"].sum().reset_index()


def unit_parts(residents: pd.DataFrame) -> pd.DataFrame:
    """Sum persons by area and district, missing outside any: how units overlap.

    Examples
    --------
    >>> homes = pd.DataFrame({"persons": [2.0, 3.0, 4.0], "area_id": ["a", "a", None],
    ...     "district_id": ["d", "d", "d"]})
    >>> unit_parts(homes)["persons"].tolist()
    [5.0, 4.0]
    """
    by_unit = residents.groupby(PARTS, sort=True, dropna=False)
    return by_unit["persons"].sum().reset_index()


def _of_case(table: pd.DataFrame, function: str, mode: str) -> pd.DataFrame:
    return table[table[CASE[0]].eq(function) & table[CASE[1]].eq(mode)]


def _located(living: Living, mode: str, function: str, edges: Sequence[float]) -> pd.DataFrame:
    """Give the cell of each address, as :func:`case_table` numbers them, and its persons."""
    residents = living.residents
    part = residents.groupby(PARTS, sort=True, dropna=False).ngroup()
    time_ds = living.times[mode].set_index("id")[function].reindex(residents["id"]).to_numpy()
    band = np.searchsorted([deciseconds(edge) for edge in edges], time_ds, side="left")
    cell = part.to_numpy() * (len(edges) + 1) + band
    persons = residents["persons"].to_numpy(dtype="float64")
    return pd.DataFrame({"cell": cell, "persons": persons}, index=pd.Index(residents["id"]))


def _told(
    table: CaseTable, before: PublishedState, shares: pd.DataFrame, spread: pd.DataFrame
) -> list[Sum]:
    """List what the published figures of a case say."""
    hidden = {
        (kind, number)
        for kind, rows, told in (
            (SHARE, shares, before.told_shares),
            (SPREAD, spread, before.told_distribution),
        )
        for number in rows.index[told.loc[rows.index, "hidden"].to_numpy(dtype=bool)]
    }
    figures = (figure for figure in table.figures if figure.name not in hidden)
    return [each for figure in figures for each in figure.sums]


def _spreads_of(distribution: pd.DataFrame, hidden: pd.DataFrame) -> set[Any]:
    """Name the rows of minutes of the units whose minutes were hidden."""
    units = set(hidden[list(UNIT)].itertuples(index=False, name=None))
    rows = zip(distribution.index, *(distribution[name] for name in UNIT), strict=True)
    return {(SPREAD, number) for number, *unit in rows if tuple(unit) in units}


def _joined(
    table: CaseTable,
    told: CaseTable,
    known: Sequence[Sum],
    cells: pd.DataFrame,
    few: set[Any],
    *,
    bands: int,
    rules: SmallNumbers,
) -> CaseTable:
    """Put both tables down in joint cells."""
    were, are = (_by_cell(cells[name]) for name in ("before", "after"))
    new = cells[cells["before"].eq(NOBODY)]
    facts = [
        *(_lifted(each, were) for each in told.known),
        *(_lifted(each, were) for each in known),
        *(_lifted(each, are) for each in table.known),
        # how many move in is stated by the scenario itself
        *(Sum((int(at),), p, p) for at, p in zip(new.index, new["persons"], strict=True)),
    ]
    figures = [
        Figure(figure.name, tuple(_lifted(each, are) for each in figure.sums), figure.cost)
        for figure in table.figures
        if figure.name not in few
    ]
    groups = list(_groups(table.groups, told.groups, (were, are), cells, bands))
    known_sums = [each for each in facts if each.cells]
    # what the map and the published set give away by themselves, no choice here can protect
    bare = exposed_groups(len(cells), known_sums, groups, min_count=rules.min_count)
    shown = {group.cells for group in bare}
    return CaseTable(
        len(cells),
        figures,
        [group for group in groups if group.cells not in shown],
        known_sums,
        table.few | few,
        table.told,
    )


def _by_cell(cells: pd.Series) -> Cells:
    found: dict[int, list[int]] = {}
    for number, cell in enumerate(cells.tolist()):
        found.setdefault(int(cell), []).append(number)
    return {cell: tuple(numbers) for cell, numbers in found.items()}


def _lifted(told: Sum, cells: Cells) -> Sum:
    return Sum(_all(told.cells, cells), told.low, told.high)


def _all(some: Iterable[int], cells: Cells) -> tuple[int, ...]:
    return tuple(sorted(number for cell in some for number in cells.get(cell, ())))


def _groups(
    now: Sequence[Group],
    earlier: Sequence[Group],
    by_cell: tuple[Cells, Cells],
    cells: pd.DataFrame,
    bands: int,
) -> Iterable[Group]:
    """List what nobody shall work out: who is and was in a band, and who changed from one."""
    were, are = by_cell
    band_before = (cells["before"] % bands).where(cells["before"].ne(NOBODY), NOBODY)
    found: dict[tuple[int, ...], Group] = {}
    for group in now:
        lifted = _all(group.cells, are)
        found.setdefault(lifted, Group(lifted, group.total, group.least_high))
        own = band_before.loc[list(lifted)]
        for numbers in own.groupby(own).groups.values():
            movers = tuple(int(number) for number in numbers)
            found.setdefault(movers, Group(movers, group.total, group.least_high))
    for group in earlier:
        lifted = _all(group.cells, were)
        found.setdefault(lifted, Group(lifted, group.total, group.least_high))
    found.pop((), None)
    return found.values()
