"""Shares of persons as they may be published: rounded, and hidden where they would tell of few.

A share times the persons of its unit is a number of persons; limits are nested, so that the
difference of two shares is one as well, and so are the differences of a municipality, its
districts and areas. A share is therefore rounded to the finest step of which half holds
``min_count`` persons, and withheld where all the rounded figures together still tell of fewer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .disclosure import SmallNumbers
from .suppression import Figure, Group, Sum, withheld

DECIMALS = 6
TOLERANCE = 1e-9
"""Of sums of persons, as a part of them."""
PRINTED_MIN = 0.005
"""Minutes are published with two decimals."""
SHARE, SPREAD = "share", "spread"
DEARER = 1.5
"""Minutes of a unit are withheld after its shares: they tell more with one row."""
KEY = ["unit_id", "function", "mode", "limit_min", "state"]
CASE = ["function", "mode", "state"]
QUANTILES = {"p10_min": 0.1, "p50_min": 0.5, "p90_min": 0.9}
MUNICIPALITY, AREA = "municipality", "area"
HIDES = (*QUANTILES, "unreached_share")
HALF = 0.5
Name = tuple[str, Any]
"""Kind of a figure and its row."""


class Rounded(NamedTuple):
    """A share as it is published, and between which shares the true one lies."""

    value: float
    low: float
    high: float


def step_of(persons: float, rules: SmallNumbers) -> float | None:
    """Finest step of which half holds ``min_count`` persons; None where none does.

    Examples
    --------
    >>> rules = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
    >>> [step_of(persons, rules) for persons in (1000, 999, 60, 49)]
    [0.01, 0.02, 0.2, None]
    """
    enough = (
        step
        for step in rules.share_steps
        if round(step * HALF * persons, DECIMALS) >= rules.min_count
    )
    return next(enough, None)


def rounded_share(share: float, step: float, *, lower_bound: bool = False) -> Rounded:
    """Round a share; 0 and 1 say none and all, and are never rounded to.

    Within half a step of none or of all the middle of that half stands. A lower bound is
    rounded down, so that "at least" stays true.

    Examples
    --------
    >>> rounded_share(0.834, 0.01)
    Rounded(value=0.83, low=0.825, high=0.835)
    >>> [rounded_share(share, 0.1).value for share in (0.002, 0.999, 1)]
    [0.025, 0.975, 1.0]
    >>> rounded_share(0.19, 0.1, lower_bound=True)
    Rounded(value=0.1, low=0.1, high=0.2)
    """
    share = round(float(share), DECIMALS)
    if share == 1 or (share == 0 and not lower_bound):
        return Rounded(share, share, share)
    if lower_bound:
        low = math.floor(round(share / step, DECIMALS)) * step
        return Rounded(*(round(each, DECIMALS) for each in (low, low, min(low + step, 1.0))))
    half = step * HALF
    if share < half:
        return Rounded(half * HALF, 0.0, half)
    if share >= round(1 - half, DECIMALS):
        return Rounded(round(1 - half * HALF, DECIMALS), round(1 - half, DECIMALS), 1.0)
    middle = math.floor(round(share / step, DECIMALS) + HALF) * step
    return Rounded(*(round(each, DECIMALS) for each in (middle, middle - half, middle + half)))


def kept_share(share: float, step: float, accepted: float, *, lower_bound: bool = False) -> Rounded:
    """Round a share, unless it is within half a step of what the accepted edition told.

    Half a step holds ``min_count`` persons, so that fewer who move change nothing. A lower bound
    is kept as long as it stays true.

    Examples
    --------
    >>> kept_share(0.836, 0.01, 0.83).value, kept_share(0.841, 0.01, 0.83).value
    (0.83, 0.84)
    """
    half = step * HALF
    reach = half if accepted in (0.0, 1.0) else step
    untrue = lower_bound and accepted > share
    if not untrue and abs(round(share - accepted, DECIMALS)) < reach:
        low, high = max(accepted - reach, 0.0), min(accepted + reach, 1.0)
        return Rounded(accepted, round(low, DECIMALS), round(high, DECIMALS))
    return rounded_share(share, step, lower_bound=lower_bound)


def publish_shares(
    shares: pd.DataFrame,
    distribution: pd.DataFrame,
    parts: pd.DataFrame,
    rules: SmallNumbers,
    *,
    accepted: Mapping[tuple[Any, ...], float | None] | None = None,
    withhold: Callable[..., Sequence[Hashable]] = withheld,
    widen: Callable[..., CaseTable] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Round shares and hide what would tell of few persons.

    Parameters
    ----------
    shares, distribution
        Contracts ``SHARES`` and ``DISTRIBUTION``, of the same units, functions and modes.
    parts
        ``area_id``, ``district_id`` (missing outside any) and ``persons``: how areas and
        districts overlap. That much anybody may know.
    rules
        What few means.
    accepted
        What the accepted edition told, by ``(unit_id, function, mode, limit_min, state)``; None
        where it hid. Hidden stays hidden; a share that moved by fewer than ``min_count`` persons
        stays as it was, so that two editions tell no more than one.
    withhold
        Chooses what is withheld, as :func:`htkgis.profile.suppression.withheld` does.
    widen
        Puts a case (its key, shares and distribution, and its table) beside what another state
        told, see :func:`htkgis.profile.share_states.beside`; nothing beside it where missing.

    Returns
    -------
    shares, distribution
        With ``hidden``; what is hidden has no value and no bound, and its unit no number of
        persons where nothing of it is shown.
    """
    told: dict[Name, float] = {}
    hidden: set[Any] = set()
    spreads = dict(iter(distribution.groupby(CASE, sort=False)))
    for case, own in shares.groupby(CASE, sort=False):
        beside = spreads.get(case, distribution.iloc[:0])
        table = case_table(own, beside, parts, rules, accepted=accepted or {})
        if widen is not None:
            table = widen(case, own, beside, table)
        told |= table.told
        hidden |= table.few
        hidden |= set(
            withhold(
                table.n_cells,
                table.figures,
                table.groups,
                min_count=rules.min_count,
                known=table.known,
            )
        )
    return (
        _masked(shares, SHARE, "share", ("share",), told, hidden, rules),
        _masked(distribution, SPREAD, "unreached_share", HIDES, told, hidden, rules),
    )


class CaseTable(NamedTuple):
    """What is told of one function, mode and year, in parts of units and bands of time."""

    n_cells: int
    figures: list[Figure]
    groups: list[Group]
    known: list[Sum]
    few: set[Name]
    told: dict[Name, float]


def case_table(
    shares: pd.DataFrame,
    distribution: pd.DataFrame,
    parts: pd.DataFrame,
    rules: SmallNumbers,
    *,
    accepted: Mapping[tuple[Any, ...], float | None],
) -> CaseTable:
    """Put down what the figures of one case tell, and what nobody shall work out from them.

    A cell is the persons of one part (an area within a district, or the rest of a district) in
    one band of time: up to the first limit, from it to the second, and so on; last those beyond
    all that was searched.

    Parameters
    ----------
    shares, distribution, parts, rules, accepted
        As in :func:`publish_shares`, of one case.
    """
    edges = sorted({*shares["limit_min"], *distribution["searched_min"]})
    bands = len(edges) + 1
    persons = parts["persons"].to_numpy(dtype="float64")
    table = CaseTable(len(persons) * bands, [], [], [], set(), {})
    for part, each in enumerate(persons):
        whole = tuple(range(part * bands, (part + 1) * bands))
        table.known.append(Sum(whole, float(each), float(each)))
    names = parts[["area_id", "district_id"]].astype(object)
    units = {
        (row["unit_kind"], row["unit_id"]): _parts_of(row, names)
        for row in shares[["unit_kind", "unit_id"]].drop_duplicates().to_dict("records")
    }
    within = {unit: _Within(own, edges, bands) for unit, own in units.items()}
    for number, row in zip(shares.index, shares.to_dict("records"), strict=True):
        _add_share(table, (SHARE, number), row, within, rules, accepted)
    for number, row in zip(distribution.index, distribution.to_dict("records"), strict=True):
        _add_spread(table, (SPREAD, number), row, within, rules)
    counted = {*((part,) for part in range(len(persons))), *units.values()}
    for some in sorted(counted):
        total = float(persons[list(some)].sum())
        for band in range(bands):
            cells = tuple(part * bands + band for part in some)
            table.groups.append(Group(cells, total))
    return table


class _Within(NamedTuple):
    """Cells of a unit by band."""

    parts: tuple[int, ...]
    edges: list[float]
    bands: int

    def limit(self, limit_min: float) -> tuple[int, ...]:
        """Cells of those who are within a limit."""
        last = self.edges.index(limit_min)
        return tuple(part * self.bands + band for part in self.parts for band in range(last + 1))

    def beyond(self) -> tuple[int, ...]:
        """Cells of those who reach nothing."""
        return tuple((part + 1) * self.bands - 1 for part in self.parts)


def _parts_of(unit: Mapping[Any, Any], parts: pd.DataFrame) -> tuple[int, ...]:
    if unit["unit_kind"] == MUNICIPALITY:
        return tuple(range(len(parts)))
    own = parts["area_id" if unit["unit_kind"] == AREA else "district_id"] == unit["unit_id"]
    return tuple(int(at) for at in np.flatnonzero(own.to_numpy(dtype=bool)))


def _add_share(
    table: CaseTable,
    name: Name,
    row: Mapping[Any, Any],
    within: Mapping[tuple[str, str], _Within],
    rules: SmallNumbers,
    accepted: Mapping[tuple[Any, ...], float | None],
) -> None:
    persons, step = float(row["persons"]), step_of(float(row["persons"]), rules)
    if pd.isna(row["share"]):
        return
    key = tuple(row[column] for column in KEY)
    before = accepted.get(key)
    if rules.are_few(persons) or step is None or (before is None and key in accepted):
        table.few.add(name)
        return
    bound = bool(row["lower_bound"])
    if before is None:
        told = rounded_share(row["share"], step, lower_bound=bound)
    else:
        told = kept_share(row["share"], step, before, lower_bound=bound)
    table.told[name] = told.value
    cells = within[row["unit_kind"], row["unit_id"]].limit(row["limit_min"])
    known = Sum(cells, told.low * persons, told.high * persons)
    table.figures.append(Figure(name, (known,), persons))


def _add_spread(
    table: CaseTable,
    name: Name,
    row: Mapping[Any, Any],
    within: Mapping[tuple[str, str], _Within],
    rules: SmallNumbers,
) -> None:
    persons, step = float(row["persons"]), step_of(float(row["persons"]), rules)
    if pd.isna(row["unreached_share"]):
        return
    few_beyond = rules.is_small(min(QUANTILES.values()) * persons)
    if rules.are_few(persons) or step is None or few_beyond:
        table.few.add(name)
        return
    own = within[row["unit_kind"], row["unit_id"]]
    told = rounded_share(row["unreached_share"], step)
    table.told[name] = told.value
    sums = [Sum(own.beyond(), told.low * persons, told.high * persons)]
    for column, part in QUANTILES.items():
        sums += _sums_of_quantile(own, row[column], part * persons, persons)
    table.figures.append(Figure(name, tuple(sums), persons * DEARER))


def _sums_of_quantile(own: _Within, minutes: float, least: float, persons: float) -> Iterator[Sum]:
    """So many persons are within each limit above the minutes, and at most so many below."""
    slack = TOLERANCE * persons
    for edge in own.edges:
        if edge >= minutes + PRINTED_MIN:
            yield Sum(own.limit(edge), least - slack, persons + slack)
        elif pd.isna(minutes) or edge < minutes - PRINTED_MIN:
            yield Sum(own.limit(edge), 0.0, least + slack)


def _masked(
    table: pd.DataFrame,
    kind: str,
    shown: str,
    hides: Sequence[str],
    told: Mapping[Name, float],
    hidden: Collection[Name],
    rules: SmallNumbers,
) -> pd.DataFrame:
    """Put what is told in place of what is known, and take away what is hidden."""
    names = [(kind, number) for number in table.index]
    flags = pd.Series([name in hidden for name in names], index=table.index, dtype=bool)
    values = pd.Series([told.get(name, np.nan) for name in names], index=table.index)
    masked = table.assign(**{shown: values.astype("float64"), "hidden": flags})
    masked[list(hides)] = masked[list(hides)].where(~flags)
    for bound in [
        column for column in table.columns if column.endswith(("lower_bound", "upper_bound"))
    ]:
        masked[bound] = table[bound].astype(bool) & ~flags
    few = table["persons"].map(rules.are_few)
    return masked.assign(persons=table["persons"].where(~few))
