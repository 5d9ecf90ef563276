"""The figures of an edition under lasting keys, and which of them differ between two editions.

An edition is what one run publishes. Figures are compared as they are printed: what rounds to the
same number has not moved. What either edition withholds is not compared at all, so that the report
tells no more than the two editions do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pandas as pd

from htkgis.quantities import ADULT

from .rounding import plain, shown_value
from .spread import STATISTICS
from .transit import TRANSIT

OFFICIAL, RULE, SHARE, DEPARTURES = "official", "rule", "residents_within", "departures_per_hour"
"""Measures that stand in a profile and not in the table of figures."""
PROTECTED_UNITS = frozenset({"jobs", "share", "persons"})
"""Units whose figures are withheld where they are of few."""

Kind = Literal["moved", "new", "gone", "hidden", "same"]


class FigureKey(NamedTuple):
    """What a figure is of; ``function`` is also the id of an official indicator or of a rule."""

    quarter_id: str
    measure: str
    function: str | None
    mode: str | None
    limit_min: float | None
    percentile: float | None
    departure: str | None
    lens: str
    state: int


@dataclass(frozen=True)
class Figure:
    """One figure as printed: least, median and greatest over origins; missing is not reached.

    An official indicator has a median only: the value of its area.
    """

    unit: str
    min: float | None = None
    median: float | None = None
    max: float | None = None
    lower_bound: bool = False
    upper_bound: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Movement:
    """One figure in two editions.

    Parameters
    ----------
    kind
        ``moved``; ``new`` or ``gone`` where one edition has no such figure; ``hidden`` where either
        withholds it, whether it moved or not; ``same``.
    before, after
        Missing where an edition has no such figure, and where it is hidden.
    """

    key: FigureKey
    kind: Kind
    before: Figure | None
    after: Figure | None

    @property
    def change(self) -> float | None:
        """How far the median moved; missing where either edition has none."""
        return median_change(self.before, self.after)


def median_change(before: Figure | None, after: Figure | None) -> float | None:
    """Subtract two medians as printed, to four decimals.

    Examples
    --------
    >>> median_change(Figure("min", median=12.5), Figure("min", median=11.3))
    -1.2
    >>> median_change(Figure("min"), Figure("min", median=11.3)) is None
    True
    """
    if before is None or after is None or before.median is None or after.median is None:
        return None
    return round(after.median - before.median, 4)


def edition_figures(
    figures: pd.DataFrame, profiles: Sequence[Mapping[str, Any]]
) -> dict[FigureKey, Figure]:
    """Gather the figures of one edition.

    Parameters
    ----------
    figures
        Contract ``PROFILE``.
    profiles
        One per quarter: their official indicators, rules of distance, shares of residents and
        departures per hour.

    Returns
    -------
    figures
        As printed, by key, in the order of the tables.

    Raises
    ------
    ValueError
        If two figures have the same key.
    """
    found = dict(_of_table(figures, profiles))
    for profile in profiles:
        for key, figure in _of_profile(profile):
            if key in found:
                msg = f"figures: two have the same key, {key}"
                raise ValueError(msg)
            found[key] = figure
    return found


def compare_editions(
    before: Mapping[FigureKey, Figure], after: Mapping[FigureKey, Figure]
) -> list[Movement]:
    """Compare two editions, figure by figure: those of the later in its order, then those gone.

    Examples
    --------
    >>> key = FigureKey("q", "nearest_1", "school", "walk", None, None, None, "adult", 2026)
    >>> then, now = {key: Figure("min", median=12.5)}, {key: Figure("min", median=11.3)}
    >>> [(each.kind, each.change) for each in compare_editions(then, now)]
    [('moved', -1.2)]
    """
    keys = [*after, *(key for key in before if key not in after)]
    return [_movement(key, before.get(key), after.get(key)) for key in keys]


def _movement(key: FigureKey, before: Figure | None, after: Figure | None) -> Movement:
    if any(figure is not None and figure.hidden for figure in (before, after)):
        return Movement(key, "hidden", None, None)
    if before is None:
        return Movement(key, "new", None, after)
    if after is None:
        return Movement(key, "gone", before, None)
    return Movement(key, "same" if before == after else "moved", before, after)


def _of_table(
    figures: pd.DataFrame, profiles: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[FigureKey, Figure]]:
    """Put the rows of each figure together: one pass over all."""
    steps = {
        profile["quarter"]["id"]: profile["assumptions"]["job_rounding"] for profile in profiles
    }
    facts = ["unit", "statistic", "value", "lower_bound", "upper_bound", "hidden"]
    columns = [name if name != "measure" else "indicator" for name in FigureKey._fields] + facts
    rows: dict[FigureKey, dict[str, Any]] = {}
    for row in figures[columns].itertuples(index=False, name=None):
        key = FigureKey(*(plain(value) for value in row[: len(FigureKey._fields)]))
        unit, statistic, value, cut, beyond, hidden = row[len(FigureKey._fields) :]
        known = rows.setdefault(
            key, {"unit": unit, "lower_bound": False, "upper_bound": False, "hidden": False}
        )
        known["lower_bound"] |= bool(cut)
        known["upper_bound"] |= bool(beyond)
        known["hidden"] |= bool(hidden)
        known[statistic] = value
    for key, known in rows.items():
        step = steps[key.quarter_id]
        shown = {
            name: None
            if known["hidden"]
            else shown_value(
                known.get(name), known["unit"], lower_bound=known["lower_bound"], job_rounding=step
            )
            for name in STATISTICS
        }
        yield key, Figure(**(known | shown))


def _of_profile(profile: Mapping[str, Any]) -> Iterator[tuple[FigureKey, Figure]]:
    quarter, state = profile["quarter"]["id"], profile["study"]["state"]

    def key(measure: str, function: str | None, **other: Any) -> FigureKey:
        rest: dict[str, Any] = dict.fromkeys(("mode", "limit_min", "percentile", "departure"))
        return FigureKey(
            quarter, measure, function, **(rest | {"lens": ADULT, "state": state} | other)
        )

    for row in (profile.get("indicators") or {"rows": ()})["rows"]:
        for point in row["series"]:
            hidden = bool(point["area_hidden"])
            value = None if hidden else point["area"]
            yield (
                key(OFFICIAL, row["indicator"], state=point["year"]),
                Figure(str(point["unit"]), median=value, hidden=hidden),
            )
    for row in (profile.get("rules") or {"rows": ()})["rows"]:
        spread = {name: row[name] for name in STATISTICS}
        yield key(RULE, row["rule"], mode=row["mode"]), Figure("m", **spread)
    for row in (profile.get("shares") or {"rows": ()})["rows"]:
        hidden = bool(row["hidden"])
        yield (
            key(SHARE, row["function"], mode=row.get("mode"), limit_min=row["limit_min"]),
            Figure(
                "share",
                median=None if hidden else row["share"],
                lower_bound=bool(row["lower_bound"]) and not hidden,
                hidden=hidden,
            ),
        )
    for row in (profile.get("departures") or {"rows": ()})["rows"]:
        yield (
            key(DEPARTURES, None, mode=TRANSIT, departure=row["window"]),
            Figure("per_hour", median=row["departures_per_hour"]),
        )
