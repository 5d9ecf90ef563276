"""The status for a meeting: what moved since a day or the baseline year, as text and a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.quantities import ADULT

from . import tables
from .edition_page import OFFICIAL, is_shown
from .layers import area_name
from .page import render_page, run_values
from .tables.cell import Cell, Table
from .tables.edition_changes import change_words, figure_cause, printed, unit_words
from .tables.indicators import amount, breaks_note, difference_words, indicator_name, target_words
from .text import Text

Given = Mapping[str, Any]
LINES = 12
"""Figures of a quarter that the text holds; the others are counted."""
WANTED = {"less": -1, "more": 1}


@dataclass(frozen=True)
class Row:
    """One figure in words.

    Parameters
    ----------
    quarter
        Id of the quarter.
    official
        Whether it is a public figure; else it is a measured one.
    name, before, after, change, unit, verdict, target, cause
        In words; ``target`` of public figures, ``cause`` of measured ones.
    shown
        Whether it stands on the page: adults, in the shown year.
    """

    quarter: str
    official: bool
    name: str
    before: str
    after: str
    change: str
    unit: str
    verdict: str
    target: str = ""
    cause: str = ""
    shown: bool = True


@dataclass(frozen=True)
class Status:
    """What is shown.

    Parameters
    ----------
    profiles
        Of all quarters, in the language of the words.
    report, labels, directions
        Figures that moved, their names, and which way is better.
    about
        ``before``, ``now`` (numbers of editions), ``before_date``, ``now_date``, ``date`` (missing
        for the baseline year), ``years``, ``withdrawn``, ``traced``, ``one_sided``.
    titles
        Title of each layer by name.
    """

    profiles: Sequence[Given]
    report: Given
    labels: Sequence[str]
    directions: Sequence[str]
    about: Given
    titles: Mapping[str, str]


def verdict(change: float | None, direction: str, text: Text) -> str:
    """Say whether a change is for the better.

    Examples
    --------
    >>> from .text import load_text
    >>> words = load_text("en")
    >>> [verdict(-1.2, way, words) for way in ("less", "more", "neither")]
    ['better', 'worse', 'not judged']
    >>> verdict(None, "less", words), verdict(0, "less", words)
    ('cannot be told', 'the middle one is unchanged')
    """
    if direction not in WANTED:
        return text("since.unjudged")
    if change is None:
        return text("since.cannot_tell")
    if change == 0:
        return text("since.unmoved")
    return text(f"since.{'better' if change * WANTED[direction] > 0 else 'worse'}")


def sure_change(figure: Given) -> Any:
    """Give how far a figure moved, where its bounds leave no doubt which way; else nothing.

    Examples
    --------
    >>> def moved(before, after, change):
    ...     ends = [dict(zip(("median", "bound"), end)) for end in (before, after)]
    ...     return {"before": ends[0], "after": ends[1], "change": change}
    >>> sure_change(moved((12, None), (11, None), -1))
    -1
    >>> sure_change(moved((88, "at_most"), (79, "at_most"), -9)) is None
    True
    >>> sure_change(moved((88, None), (79, "at_most"), -9))
    -9
    >>> sure_change(moved((1, "at_least"), (2, None), 1)) is None
    True
    """
    change = figure["change"]
    before, after = figure["before"], figure["after"]
    if change is None or before is None or after is None:
        return None
    bounds = (before["bound"], after["bound"])
    if bounds == (None, None):
        return change
    known = {(None, "at_least"): 1, ("at_most", None): 1, (None, "at_most"): -1}
    known[("at_least", None)] = -1
    return change if change * known.get(bounds, 0) > 0 else None


def indicator_rows(profile: Given, text: Text) -> list[Row]:
    """Write the public figures of a quarter: first year, latest year, change, target."""
    rows = []
    for row in (profile.get("indicators") or {"rows": ()})["rows"]:
        if not row["series"]:
            continue
        change, points = row["change"], row["series"]
        single = len(points) == 1
        value = None if change["why"] is not None else change["value"]
        aims = "; ".join(target_words(each, text) for each in row["targets"])
        rows.append(
            Row(
                profile["quarter"]["id"],
                official=True,
                name=indicator_name(row, text),
                before=_in_year(points[0], text),
                after=text("missing.none") if single else _in_year(points[-1], text),
                change=text("since.one_year") if single else difference_words(change, text),
                unit=str(row["unit"]),
                verdict=verdict(value, row["direction"], text),
                target=aims or text("since.no_target"),
            )
        )
    return rows


def _in_year(point: Given, text: Text) -> str:
    value = (
        text("jobs_hidden.word")
        if point.get("area_hidden")
        else amount(point.get("area"), point.get("unit"), text)
    )
    return text("since.in_year", value=value, year=point["year"])


def figure_rows(status: Status, text: Text) -> list[Row]:
    """Write the figures that moved, those of other travellers and years too."""
    state = status.profiles[0]["study"]["state"]
    whole = status.about["date"] is not None and status.about["traced"]
    return [
        Row(
            figure["quarter_id"],
            official=False,
            name=label if figure["lens"] == ADULT else f"{label} ({figure['lens']})",
            before=printed(figure, "before", text),
            after=printed(figure, "after", text),
            change=_change(figure, text),
            unit=unit_words(figure["unit"], text),
            verdict=verdict(sure_change(figure), direction, text),
            cause=figure_cause(figure, status.report, status.titles, text) if whole else "",
            shown=is_shown(figure, state),
        )
        for figure, label, direction in zip(
            status.report["figures"], status.labels, status.directions, strict=True
        )
    ]


def _change(figure: Given, text: Text) -> str:
    """Write how far a figure moved with its unit; in words where there is no number to tell."""
    words = change_words(figure, text)
    if not figure["change"]:
        return words
    if sure_change(figure) is None:
        return text("missing.none")
    return f"{words} {unit_words(figure['unit'], text, count=figure['change'])}"


def since_sentences(status: Status, text: Text) -> list[str]:
    """Say what is compared, how many figures moved, and what is not compared."""
    about, report = status.about, status.report
    moved = len(report["figures"])
    same = text.format_number(report["same"])
    dates = {
        name: text.format_date(about[name]) if about[name] else text("since.undated")
        for name in ("before_date", "now_date")
    }
    if about["date"] is None:
        before, now = about["years"]
        found = status.profiles[0].get("indicators") or {}
        words = {"year": found.get("baseline_year") or before, "edition": about["now"]}
        said = [
            text("since.base_years", before=before, now=now, **words, **_now(dates)),
            text("since.years_why"),
        ]
    elif about["before"] == about["now"]:
        date = text.format_date(about["date"])
        said = [text("since.base_same", now=about["now"], date=date, **_now(dates))]
    else:
        date = text.format_date(about["date"])
        named = {"before": about["before"], "now": about["now"], "date": date}
        said = [text("since.base_edition", **named, **dates)]
        if not about["traced"]:
            said.append(text("since.untraced"))
    if about["withdrawn"]:
        said.append(text("since.rolled_back"))
    count = text.format_number(moved)
    said.append(
        text("since.some_moved", moved=count, same=same)
        if moved
        else text("since.none_moved", same=same)
    )
    if report["hidden"]:
        said.append(text("since.hidden", hidden=text.format_number(report["hidden"])))
    if about["one_sided"]:
        said.append(text("since.only_one_year", count=text.format_number(about["one_sided"])))
    return said


def _now(dates: Mapping[str, str]) -> dict[str, str]:
    return {"now_date": dates["now_date"]}


def since_words(status: Status, text: Text) -> str:
    """Name what is compared with: the day, or the baseline year."""
    date = status.about["date"]
    if date is None:
        return text("since.since_year")
    return text("since.since_date", date=text.format_date(date))


def since_parts(status: Status, text: Text) -> Iterator[str | Table]:
    """Write the status as text: quarter for quarter the public figures, then what moved.

    The tables are those of the page, of as many figures as fit a look.
    """
    yield text("since.heading", since=since_words(status, text))
    yield from since_sentences(status, text)
    rows = figure_rows(status, text)
    for profile in status.profiles:
        yield ""
        yield f"{profile['quarter']['name']} ({area_name(profile)})"
        yield _indicator_table(profile, text) or text("since.no_indicators")
        yield ""
        own = [row for row in rows if row.quarter == profile["quarter"]["id"] and row.shown]
        yield _figure_table(profile, own[:LINES], text) or text("since.none_here")
        if len(own) > LINES:
            yield text("since.more", count=text.format_number(len(own) - LINES))
    if any(not row.shown for row in rows) or len(rows) > LINES:
        yield ""
        yield text("since.of_file")


def render_since_page(status: Status, run: dict[str, Any], *, text: Text) -> str:
    """Render the status as a page that stands alone: no script, no other file."""
    study = status.profiles[0]["study"]
    rows = [row for row in figure_rows(status, text) if row.shown]
    quarters = [
        {
            "name": profile["quarter"]["name"],
            "indicators": _indicator_table(profile, text),
            "figures": _figure_table(
                profile, [r for r in rows if r.quarter == profile["quarter"]["id"]], text
            ),
        }
        for profile in status.profiles
    ]
    since = since_words(status, text)
    return render_page(
        "since.html",
        text=text,
        title=text("since.title", since=since, municipality=study["municipality"]),
        language=text("language.html"),
        profile=status.profiles[0],
        heading=text("since.heading", since=since),
        sentences=since_sentences(status, text),
        quarters=quarters,
        sources_table=tables.sources(run["sources"], text),
        **run_values(run, text),
    )


def _indicator_table(profile: Given, text: Text) -> Table | None:
    rows = [
        [
            Cell(row.name, head=True),
            Cell(row.before, number=True),
            Cell(row.after, number=True),
            Cell(row.change, number=True),
            Cell(row.verdict),
            Cell(row.target),
        ]
        for row in indicator_rows(profile, text)
    ]
    columns = [
        (text("since.indicator"), False),
        (text("since.first"), True),
        (text("since.latest"), True),
        (text("since.change"), True),
        (text("since.verdict"), False),
        (text("since.target"), False),
    ]
    key = f"since-official-{profile['quarter']['id']}"
    caption = text("since.indicators_caption", area=area_name(profile))
    if not rows:
        return None
    return Table(key, caption, columns, rows, breaks_note(profile["indicators"]["rows"], text))


def _figure_table(profile: Given, found: Sequence[Row], text: Text) -> Table | None:
    rows = [
        [
            Cell(row.name, head=True),
            Cell(row.before, number=True),
            Cell(row.after, number=True),
            Cell(row.change, number=True),
            Cell(row.verdict),
            Cell(row.cause),
        ]
        for row in found
    ]
    columns = [
        (text("since.measure"), False),
        (text("since.before"), True),
        (text("since.after"), True),
        (text("since.change"), True),
        (text("since.verdict"), False),
        (text("since.cause"), False),
    ]
    key = f"since-{profile['quarter']['id']}"
    caption = text("since.figures_caption", quarter=profile["quarter"]["name"])
    return Table(key, caption, columns, rows) if rows else None


__all__ = [
    "OFFICIAL",
    "Row",
    "Status",
    "figure_rows",
    "indicator_rows",
    "render_since_page",
    "since_parts",
    "verdict",
]
