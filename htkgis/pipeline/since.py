"""What moved since the edition in force on a day, or since the baseline year, for the meeting.

The figures of an edition are those it published. Why they moved is read from the reports that the
editions between have published with them; nothing is computed again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from htkgis.errors import ConfigError
from htkgis.maps import Text
from htkgis.profile.definitions import base_indicator, known_definitions
from htkgis.profile.edition_figures import (
    OFFICIAL,
    RULE,
    SHARE,
    FigureKey,
    Movement,
    compare_editions,
)
from htkgis.publish.edition_files import REPORT_FILE
from htkgis.publish.editions import Edition, edition_files, kept_editions, standing_edition

from .edition_changes import Figures, Published, figure_row, published_of
from .edition_words import figure_names
from .localised import localised
from .steps import Progress

PROFILE = "profile.json"
STEPS = 4
"""Of the command: to start, to read, to compare, to write."""
MOVED = ("moved", "new", "gone")


@dataclass(frozen=True)
class Since:
    """What moved.

    Parameters
    ----------
    base
        The edition compared with; None where the baseline year is.
    stands
        The edition that stands.
    date
        The day asked for; None for the baseline year.
    years
        Baseline year and shown year, of the places.
    withdrawn
        Whether editions newer than that which stands are kept.
    profiles
        Of all quarters, of the edition that stands, in the language asked for.
    report
        As ``changes.json``: ``causes`` of all editions between, ``figures`` that moved, counts.
    labels, directions
        Of each figure of the report: its name, and ``less``, ``more`` or ``neither`` is better.
    traced
        Whether every edition between is kept, so that the causes are all known.
    one_sided
        Figures that are known for one of the two years only.
    manifest
        Of the edition that stands.
    """

    base: Edition | None
    stands: Edition
    date: dt.date | None
    years: tuple[int, int]
    withdrawn: bool
    profiles: list[dict[str, Any]]
    report: dict[str, Any]
    labels: list[str]
    directions: list[str]
    traced: bool
    one_sided: int
    manifest: Mapping[str, Any]


def read_since(
    out: Path, date: dt.date | None, *, text: Text, progress: Progress | None = None
) -> Since:
    """Compare what stands with the edition in force on a day, or with the baseline year.

    Parameters
    ----------
    out
        Published folder.
    date
        The newest edition that was published by the end of this day (UTC) is compared with; the
        baseline year of the study where missing.
    text
        Words of the language that figures are named in.
    progress
        Is told when editions are read and when they are compared.

    Raises
    ------
    ConfigError
        If nothing that a run published stands, or no edition as old is kept.
    StoreError
        If an edition is damaged.
    """
    stands = standing_edition(out)
    if stands is None:
        msg = (
            f"{out.name} ({out}): no edition that is kept stands here. Run htkgis run, or correct "
            "--out."
        )
        raise ConfigError(msg)
    told = progress or _nobody
    told("read_editions", 2, STEPS)
    files = edition_files(stands, out)
    now = _published(files, stands, out)
    profiles = json.loads(files[PROFILE])["quarters"]
    state, baseline = profiles[0]["study"]["state"], profiles[0]["study"]["baseline"]
    kept = kept_editions(out)
    base = None if date is None else edition_at(kept, stands, date, out)
    one_sided, traced = 0, True
    if base is None:
        before, after = figures_of_years(now.figures, baseline, state)
        one_sided = _one_sided(now.figures, baseline, state)
        steps: list[Mapping[str, Any]] = []
    else:
        before, after = _published(edition_files(base, out), base, out).figures, now.figures
        steps, traced = reports_between(kept, base, stands, out)
    told("compare_figures", 3, STEPS)
    report = joined_report(compare_editions(before, after), steps, told=traced and base is not None)
    shown = [localised(profile, text.language) for profile in profiles]
    return Since(
        base=base,
        stands=stands,
        date=date,
        years=(baseline, state),
        withdrawn=any(each.number > stands.number for each in kept),
        profiles=shown,
        report=report,
        labels=figure_names(report, shown, text),
        directions=[direction_of(row, profiles) for row in report["figures"]],
        traced=traced,
        one_sided=one_sided,
        manifest=now.manifest,
    )


def _nobody(name: str, number: int, of: int) -> None:
    """Tell nobody of a step."""


def edition_at(kept: Sequence[Edition], stands: Edition, date: dt.date, out: Path) -> Edition:
    """Find the newest edition, up to that which stands, that was published by the end of a day.

    Raises
    ------
    ConfigError
        If none as old is kept.
    """
    until = [each for each in kept if each.number <= stands.number]
    found = [each for each in until if each.published and each.published[:10] <= str(date)]
    if found:
        return found[-1]
    dated = [each for each in until if each.published]
    oldest = (
        f"the oldest of a known day is edition {dated[0].number}, published "
        f"{(dated[0].published or '')[:10]}"
        if dated
        else "of none of those kept the day is known"
    )
    msg = (
        f"--since {date} ({out}): no edition that old is kept; {oldest}. Choose a later day, or "
        "--since baseline; [editions] of study.toml says how many, and of how many years, are kept."
    )
    raise ConfigError(msg)


def _published(files: Mapping[str, bytes], edition: Edition, out: Path) -> Published:
    published = published_of(files)
    if published is None:
        msg = (
            f"edition {edition.number} ({out}): its figures are of another version of htkgis and "
            "cannot be compared. Choose a later day."
        )
        raise ConfigError(msg)
    return published


def figures_of_years(figures: Figures, baseline: int, state: int) -> tuple[Figures, Figures]:
    """Take the figures that are measured for both years, under the keys of the shown year.

    Examples
    --------
    >>> key = FigureKey("q", "nearest_1", "school", "walk", None, None, None, "adult", 2017)
    >>> before, after = figures_of_years({key: 12, key._replace(state=2026): 11}, 2017, 2026)
    >>> list(before.values()), list(after.values()), list(before) == list(after)
    ([12], [11], True)
    """
    then = {
        key._replace(state=state): figure
        for key, figure in figures.items()
        if key.state == baseline and key.measure != OFFICIAL
    }
    after = {key: figure for key, figure in figures.items() if key in then}
    return {key: figure for key, figure in then.items() if key in after}, after


def _one_sided(figures: Figures, baseline: int, state: int) -> int:
    """Count the figures of one of the years that the other has none of."""
    years: dict[FigureKey, int] = {}
    for key in figures:
        if key.state in {baseline, state} and key.measure != OFFICIAL:
            same = key._replace(state=state)
            years[same] = years.get(same, 0) + 1
    return sum(count == 1 for count in years.values())


def reports_between(
    kept: Sequence[Edition], base: Edition, stands: Edition, out: Path
) -> tuple[list[Mapping[str, Any]], bool]:
    """Follow the reports from the edition that stands back to the one compared with.

    Returns
    -------
    reports, whole
        The latest first; whether the chain reaches the one compared with.
    """
    found: list[Mapping[str, Any]] = []
    at = stands
    while at.number > base.number:
        report = json.loads(edition_files(at, out).get(REPORT_FILE, b"{}"))
        told = report.get("before")
        if not told or not report.get("attributed"):
            return found, False
        found.append({**report, "edition": at.number})
        earlier = [each for each in kept if each.number < at.number and each.run == told["run"]]
        if not earlier:
            return found, False
        at = earlier[-1]
    return found, at.number == base.number or at.run == base.run


def joined_report(
    movements: Sequence[Movement], reports: Sequence[Mapping[str, Any]], *, told: bool
) -> dict[str, Any]:
    """Put movements and the causes that several reports name together, as one report.

    Parameters
    ----------
    told
        Whether the reports name every cause.
    """
    named: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    causes = []
    for report in reversed(reports):
        prefix = f"{report['edition']}:"
        causes += [{**cause, "id": prefix + cause["id"]} for cause in report["causes"]]
        for figure in report["figures"]:
            key = tuple(figure[name] for name in FigureKey._fields)
            own = [{**each, "cause": prefix + each["cause"]} for each in figure["causes"]]
            named.setdefault(key, []).extend(own)
    figures = [
        figure_row(each, named.get(tuple(each.key), [])) for each in movements if each.kind in MOVED
    ]
    counts = {
        kind: sum(each.kind == kind for each in movements) for kind in (*MOVED, "hidden", "same")
    }
    return {"causes": causes, "figures": figures, "attributed": told, **counts}


def direction_of(figure: Mapping[str, Any], profiles: Sequence[Mapping[str, Any]]) -> str:
    """Say whether less or more of a figure is better, by its definition."""
    measure, function = figure["measure"], figure["function"]
    if measure == OFFICIAL:
        rows = [
            row
            for profile in profiles
            if profile["quarter"]["id"] == figure["quarter_id"]
            for row in (profile.get("indicators") or {"rows": ()})["rows"]
        ]
        return next((row["direction"] for row in rows if row["indicator"] == function), "neither")
    if measure == RULE:
        return "neither"
    name = "share" if measure == SHARE else base_indicator(measure)
    return str(known_definitions().get(name, {}).get("direction", "neither"))
