"""Two scenarios, each origin in one and in the other: who gains, who loses, and by how much.

The difference is the second less the first, of figures as they are printed, in the classes of the
study. A bound, what is hidden and what is not reached have no number; each is counted by itself.
Jobs add up, so the difference of those that are known is told where more may lie beyond the data.
Comparing the other way round gives the same figures with the other sign.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .differences import FUNCTIONS, KINDS, NEAREST, difference
from .disclosure import SmallNumbers
from .rounding import plain, rounded_to
from .scenario_persons import persons_rows
from .spread import spread
from .transit import JOBS as TRANSIT_JOBS
from .transit import STATION_TIME

JOBS = "jobs"
COMPARED = (FUNCTIONS, NEAREST, JOBS, STATION_TIME, TRANSIT_JOBS)
"""Measures that are compared, in the order of the rows of a mode."""
KEY = ["measure", "function", "mode", "limit_min", "departure", "unit"]
LISTED = 3
"""Origins that are named, of those that gain or lose most."""
HIDDEN = "hidden"
TOLD = ("id", "before", "before_bound", "after", "after_bound", "delta", "kind", "step")
"""What is said of such an origin."""


@dataclass(frozen=True)
class Side:
    """One of the two: its tables, in the year in which it is looked at.

    Parameters
    ----------
    access
        Contract ``ACCESS`` with ``to_id`` and ``hidden``: adults, one state.
    origins
        ``id``, ``area_id``, ``name`` and ``name_en``.
    residents
        ``id``, ``persons`` and ``area_id``; no rows where nobody is counted.
    resident_times
        By mode: ``id``, ``border_ds``, and deciseconds to the nearest place by function.
    """

    access: pd.DataFrame
    origins: pd.DataFrame
    residents: pd.DataFrame
    resident_times: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class ComparisonClasses:
    """Where classes of differences begin, nearest to 0 first; the same on either side of 0."""

    minutes: Sequence[float]
    functions: Sequence[float]
    jobs: Sequence[float]

    def of(self, unit: str) -> Sequence[float]:
        """Classes of a unit: ``min``, ``functions`` or ``jobs``."""
        return {"min": self.minutes, "functions": self.functions, "jobs": self.jobs}[unit]


@dataclass(frozen=True)
class Compared:
    """What is decided of a comparison.

    Parameters
    ----------
    areas
        Quarter id by area id, in the order of the study.
    modes
        In the order of the study; public transport is last.
    everyday_min
        Limit within which functions are counted, and come into reach.
    job_rounding
        Step that jobs are rounded to.
    """

    areas: Mapping[str, str]
    modes: Sequence[str]
    everyday_min: float
    classes: ComparisonClasses
    job_rounding: int
    rules: SmallNumbers


def scenario_differences(first: Side, second: Side, asked: Compared) -> dict[str, Any]:
    """Compare two scenarios at each origin, by every mode.

    Parameters
    ----------
    first, second
        What is compared: the difference is the second less the first.
    asked
        Areas, modes, limits and classes.

    Returns
    -------
    differences
        JSON value. ``areas`` hold a ``rows`` each: per mode, measure, function, limit and window
        the median of both, their difference, origins by kind (``counts``), ``gain`` and ``lose``
        (origins by class, each at least so much; who comes into or out of reach is in
        ``counts`` alone), who gains and loses most, and ``values`` by origin. ``most_gain`` and
        ``most_lose`` of an area name the largest over all measures; the least ``place`` is first.
        Only origins of both are compared; ``only_first`` and ``only_second`` count the others.
        ``persons`` hold who
        gains and loses of the residents, where any are counted; see
        :func:`htkgis.profile.scenario_persons.persons_rows`.

    Examples
    --------
    The very same tables have no difference, at any origin:

    >>> rules = SmallNumbers(20, 3, 5, (0.01,))
    >>> asked = Compared({"a": "q"}, ["walk"], 15, ComparisonClasses([1], [1], [500]), 100, rules)
    >>> access = pd.DataFrame([{"id": "o", "measure": "nearest_1", "function": "school",
    ...     "mode": "walk", "limit_min": None, "departure": None, "unit": "min", "value": 12.0,
    ...     "lower_bound": False, "upper_bound": False, "hidden": False, "to_id": "s"}])
    >>> origins = pd.DataFrame({"id": ["o"], "area_id": ["a"], "name": ["O"], "name_en": [None]})
    >>> nobody = pd.DataFrame({"id": [], "persons": [], "area_id": []})
    >>> side = Side(access, origins, nobody, {})
    >>> scenario_differences(side, side, asked)["areas"][0]["rows"][0]["counts"]["same"]
    1
    """
    return {
        "everyday_min": asked.everyday_min,
        "areas": [
            _area(area, quarter, first, second, asked) for area, quarter in asked.areas.items()
        ],
        "persons": persons_rows(
            (first.residents, first.resident_times),
            (second.residents, second.resident_times),
            areas=list(asked.areas),
            modes=asked.modes,
            breaks=asked.classes.minutes,
            rules=asked.rules,
        ),
    }


def _area(area: str, quarter: str, first: Side, second: Side, asked: Compared) -> dict[str, Any]:
    before, after = (side.origins[side.origins["area_id"].eq(area)] for side in (first, second))
    ids = [key for key in before["id"] if key in set(after["id"])]
    own = after.set_index("id").loc[ids]
    names = own["name"]
    english = own.get("name_en", names)
    one, other = (side.access[side.access["id"].isin(set(ids))] for side in (first, second))
    still = _unmoved(one, other)
    rows = [_row(what, pair, ids, still, asked) for what, pair in _pairs(one, other, asked)]
    return {
        "area_id": area,
        "quarter_id": quarter,
        "origins": [
            {"id": key, "name": plain(name), "name_en": plain(other)}
            for key, name, other in zip(ids, names, english, strict=True)
        ],
        "only_first": len(before) - len(ids),
        "only_second": len(after) - len(ids),
        "rows": rows,
        "most_gain": _extremes(rows, "most_gain", asked.classes),
        "most_lose": _extremes(rows, "most_lose", asked.classes),
    }


def _unmoved(first: pd.DataFrame, second: pd.DataFrame) -> set[tuple[str, str]]:
    """Origin and mode of which no figure at all differs: what the edits did not touch.

    Only there does a bound that stands where it stood say that nothing has changed.
    """
    columns = ["value", "lower_bound", "upper_bound", "to_id"]
    whole = ["id", *KEY]
    both = first[[*whole, *columns]].merge(
        second[[*whole, *columns]], on=whole, how="outer", suffixes=("_x", "_y"), indicator=True
    )
    alike = both["_merge"].eq("both")
    for name in columns:
        one, other = both[f"{name}_x"], both[f"{name}_y"]
        alike &= one.eq(other) | (one.isna() & other.isna())
    unmoved = alike.groupby([both["id"], both["mode"]]).all()
    return set(unmoved.index[unmoved.to_numpy(dtype=bool)])


def _pairs(
    first: pd.DataFrame, second: pd.DataFrame, asked: Compared
) -> Iterator[tuple[dict[str, Any], tuple[pd.DataFrame, pd.DataFrame]]]:
    """List what is compared in its order, with the rows of both, by origin."""
    grouped = []
    for table in (first, second):
        own = table[table["measure"].isin(COMPARED)]
        counted = own["measure"].ne(FUNCTIONS) | own["limit_min"].eq(asked.everyday_min)
        groups = own[counted].groupby(KEY, sort=False, dropna=False)
        grouped.append({_plain_key(key): group.set_index("id") for key, group in groups})
    before, after = grouped
    for key in sorted(
        dict.fromkeys([*before, *after]),
        key=lambda each: (list(asked.modes).index(each[2]), COMPARED.index(each[0])),
    ):
        nothing = pd.DataFrame(columns=first.columns).set_index("id")
        yield dict(zip(KEY, key, strict=True)), (before.get(key, nothing), after.get(key, nothing))


def _plain_key(key: Any) -> tuple[Any, ...]:
    return tuple(plain(value) for value in key)


def _row(
    situation: Mapping[str, Any],
    pair: tuple[pd.DataFrame, pd.DataFrame],
    ids: Sequence[str],
    still: set[tuple[str, str]],
    asked: Compared,
) -> dict[str, Any]:
    unit, mode = situation["unit"], situation["mode"]
    about = {**situation, "key": _name(situation)}
    if any(table["hidden"].eq(True).any() for table in pair):  # noqa: FBT003  of a column
        return about | {HIDDEN: True, "values": []}
    sides = [table.reindex(list(ids)).to_dict("records") for table in pair]
    breaks = asked.classes.of(unit)
    values = [
        {"id": key}
        | _difference(before, after, unit, breaks, asked.job_rounding, same=(key, mode) in still)
        for key, before, after in zip(ids, *sides, strict=True)
    ]
    known = pd.Series([row["delta"] for row in values if row["delta"] is not None], dtype=float)
    better, worse = ("less", "more") if unit == "min" else ("more", "less")
    return about | {
        HIDDEN: False,
        "medians": _medians(pair, values, unit, breaks, asked.job_rounding),
        "counts": {kind: sum(row["kind"] == kind for row in values) for kind in KINDS},
        "gain": _at_least(values, better, breaks),
        "lose": _at_least(values, worse, breaks),
        "reach": _reach(sides, asked.everyday_min) if situation["measure"] == NEAREST else None,
        "most_gain": _most(values, better, "new"),
        "most_lose": _most(values, worse, "gone"),
        **{name: plain(round(value, 2)) for name, value in spread(known).items()},
        "values": values,
    }


def _name(situation: Mapping[str, Any]) -> str:
    """Name a row among those of its mode, for ids and files."""
    parts = (situation[name] for name in ("measure", "function", "limit_min", "departure"))
    return "-".join(str(part) for part in parts if part is not None)


def _difference(
    before: Mapping[Hashable, Any],
    after: Mapping[Hashable, Any],
    unit: str,
    breaks: Sequence[float],
    rounding: int,
    *,
    same: bool,
) -> dict[str, Any]:
    first, second = (_as_printed(side, unit, rounding) for side in (before, after))
    place = before.get("to_id")
    one_place = isinstance(place, str) and place == after.get("to_id")
    if unit != JOBS:
        return difference(first, second, unit=unit, breaks=breaks, same_place=same or one_place)
    # jobs add up: those that are known have a difference, whatever lies beyond the data
    known = (side | {"lower_bound": False, "upper_bound": False} for side in (first, second))
    found = difference(*known, unit=unit, breaks=breaks)
    bounds = (side["lower_bound"] is True for side in (first, second))
    return found | dict(zip(("before_bound", "after_bound"), bounds, strict=True))


def _as_printed(side: Mapping[Hashable, Any], unit: str, rounding: int) -> dict[Hashable, Any]:
    value = float(side["value"])
    if unit == JOBS and value == value:  # noqa: PLR0124  missing stays missing
        lower = side["lower_bound"] is True
        value = float(rounded_to(value, rounding, lower_bound=lower) or 0)
    return dict(side) | {"value": value}


def _medians(
    pair: tuple[pd.DataFrame, pd.DataFrame],
    values: Sequence[Mapping[str, Any]],
    unit: str,
    breaks: Sequence[float],
    rounding: int,
) -> dict[str, Any]:
    """Give the median of the compared origins on both sides; a bound of any is one of it."""
    ids = [value["id"] for value in values]
    sides: list[dict[Hashable, Any]] = []
    for table in pair:
        own = table.reindex(ids)
        sides.append(
            {
                "value": spread(own["value"].astype("float64"))["median"],
                "lower_bound": bool(own["lower_bound"].eq(True).any()),  # noqa: FBT003
                "upper_bound": bool(own["upper_bound"].eq(True).any()),  # noqa: FBT003
            }
        )
    same = all(value["kind"] in {"same", "unreached"} and not value["delta"] for value in values)
    return _difference(sides[0], sides[1], unit, breaks, rounding, same=same)


def _at_least(values: Sequence[Mapping[str, Any]], kind: str, breaks: Sequence[float]) -> list[int]:
    """Count origins that a kind of difference has at least in each class."""
    own = [abs(value["step"]) for value in values if value["kind"] == kind]
    return [sum(step > at for step in own) for at in range(len(breaks))]


def _reach(sides: Sequence[Sequence[Mapping[Hashable, Any]]], limit_min: float) -> dict[str, int]:
    """Count origins for which a function comes within the limit, falls out, or may do either."""
    found = {"into": 0, "out": 0, "unsure": 0}
    for before, after in zip(*sides, strict=True):
        was, is_now = (_within(side, limit_min) for side in (before, after))
        if was is is_now:
            continue
        known = was is not None and is_now is not None
        found["unsure" if not known else "into" if is_now else "out"] += 1
    return found


def _within(side: Mapping[Hashable, Any], limit_min: float) -> bool | None:
    """Tell whether a time keeps to a limit; None where something nearer may lie beyond the data."""
    if float(side["value"]) <= limit_min:
        return True
    return None if side["upper_bound"] is True else False


def _most(values: Sequence[Mapping[str, Any]], kind: str, whole: str) -> list[dict[str, Any]]:
    """Name the origins that gain or lose most: first those for which all is new or gone."""
    own = [value for value in values if value["kind"] in {kind, whole}]
    own.sort(key=lambda value: (value["kind"] != whole, -abs(value["delta"] or 0), value["id"]))
    return [{name: value[name] for name in TOLD} for value in own[:LISTED]]


def _extremes(
    rows: Sequence[Mapping[str, Any]], way: str, classes: ComparisonClasses
) -> list[dict[str, Any]]:
    """Name the largest differences of an area over all measures, each measure at most once.

    What is reached in one alone comes first, then what is largest in parts of the last class of
    its unit, so that minutes and jobs stand in one order.
    """
    found = []
    for row in rows:
        for first in row[way][:1] if not row[HIDDEN] else []:
            whole = first["delta"] is None
            part = 0.0 if whole else abs(first["delta"]) / classes.of(row["unit"])[-1]
            own = {"mode": row["mode"], "key": row["key"], "place": [int(not whole), -part]}
            found.append(own | first)
    found.sort(key=lambda each: (each["place"], each["key"], each["mode"]))
    return found[:LISTED]
