"""Projects along the years: from the baseline to the last year that any project names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from htkgis.maps.tables.cell import period
from htkgis.maps.text import Text

from .scale import Scale

Profile = Mapping[str, Any]
STATUSES = ("done", "running", "planned", "cancelled")
_YEARS = 5
"""Years between the lines of the axis."""
_ROOM = 4
"""Years that a label of the axis needs to its neighbour, on the narrowest screen."""


@dataclass(frozen=True)
class Bar:
    """One project: ``start`` and ``width`` in percent, both None where no year is known.

    ``cut`` says that it began before the axis; ``open`` which end is not known: its bar is an
    arrow of fixed length, for the years it lasts are not known either.
    """

    name: str
    words: str
    status: str
    start: float | None = None
    width: float | None = None
    cut: bool = False
    open: Literal["from", "to"] | None = None


def timeline(
    profile: Profile, text: Text, *, others: Sequence[Profile] = ()
) -> dict[str, Any] | None:
    """Arrange the projects of a quarter on one axis of years.

    Parameters
    ----------
    others
        Profiles of all quarters: the axis ends with the last year of their projects, so that the
        pages of all quarters have the same one.

    Returns
    -------
    chart
        ``lead``, ``ticks`` (percent, label or None), ``now`` (start and width of the state's
        year), ``bars``, ``legend`` (statuses there are), ``description``; None without a
        project that has a year.
    """
    projects = profile["projects"]
    years = _axis(profile, others)
    if years is None:
        return None
    start, end = years
    scale, state = Scale(start, end + 1), profile["study"]["state"]
    bars = [_bar(project, scale, text) for project in projects]
    found = {bar.status for bar in bars}
    return {
        "lead": text("charts.timeline.lead", start=start, end=end, state=state),
        "ticks": _ticks(start, end, scale),
        "now": (scale.percent(state), round(scale.percent(state + 1) - scale.percent(state), 2)),
        "state": str(state),
        "bars": bars,
        "legend": [
            (status, text(f"project_status.{status}")) for status in STATUSES if status in found
        ],
        "description": text(
            "charts.timeline.description",
            start=start,
            end=end,
            table=text("quarter.projects"),
        ),
    }


def _axis(profile: Profile, others: Sequence[Profile]) -> tuple[int, int] | None:
    """First and last year; None where no project of the quarter has a year."""
    known = list(_years(profile))
    if not known:
        return None
    study = profile["study"]
    start = study.get("baseline") or min(known)
    last = [year for each in (profile, *others) for year in _years(each)]
    return int(start), int(max(study["state"], *last))


def _years(profile: Profile) -> list[int]:
    years = ("year_from", "year_to")
    return [row[name] for row in profile["projects"] for name in years if row[name] is not None]


def _ticks(start: int, end: int, scale: Scale) -> list[tuple[float, str | None]]:
    """Lines each five years; a label where it does not meet the first one's."""
    rounded = range(start + _YEARS - start % _YEARS, end + 1, _YEARS)
    ticks: list[tuple[float, str | None]] = [(0.0, str(start))]
    labels = ((year, str(year) if year - start >= _ROOM else None) for year in rounded)
    return ticks + [(scale.percent(year), label) for year, label in labels]


def _bar(project: Mapping[str, Any], scale: Scale, text: Text) -> Bar:
    first, last, status = project["year_from"], project["year_to"], project["status"]
    words = [text(f"project_status.{status}")]
    known = first is not None or last is not None
    words.append(period(first, last, text) if known else text("charts.timeline.no_year"))
    if project["budget_mio"] is not None:
        budget = text.format_number(project["budget_mio"], None)
        words.append(text("charts.timeline.budget", budget=budget))
    said = " · ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
    if not known:
        return Bar(project["name"], said, status)
    if first is None or last is None:
        at = scale.percent(first if last is None else last + 1)
        return Bar(project["name"], said, status, at, 0.0, open="to" if last is None else "from")
    left, right = scale.percent(first), scale.percent(last + 1)
    width = round(right - left, 2)
    return Bar(project["name"], said, status, left, width, cut=first < scale.start)
