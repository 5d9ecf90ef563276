"""What has changed since the baseline, in sentences; gain and loss are words, never colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .layers import place_name
from .modes import mode_of, modes_of
from .text import Text

Row = Mapping[str, Any]
LARGEST_FIRST = ("gone", "new", "elsewhere", "unsure", "same", "unreached")
"""Kinds without a difference in minutes, as the front page ranks them after those with one."""


@dataclass(frozen=True)
class Change:
    """One changed row: what kind of change in a word, and the sentence."""

    kind: str
    sentence: str


def changes_of(profile: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the comparison of two years, if the profile has one and they differ."""
    found: Mapping[str, Any] | None = profile.get("changes")
    if not found or found["baseline"] == found["state"]:
        return None
    return found


def changed_modes(profile: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """List the modes that something has changed for, in the order of the profile."""
    changed = {mode_of(row) for row in (*found["rows"], *found["jobs"])}
    return [*(mode for mode in modes_of(profile) if mode in changed)]


def kind_of(row: Row) -> str:
    """Tell what a row says, by the minutes as they are printed."""
    before, after = row["before"], row["after"]
    if before is None or after is None:
        named = {(True, True): "unreached", (True, False): "new", (False, True): "gone"}
        return named[before is None, after is None]
    if row.get("before_upper_bound") or row.get("after_upper_bound"):
        return "unsure"
    delta = round(row["delta_min"], 1)
    if delta:
        return "nearer" if delta < 0 else "farther"
    return "same" if _places(row) is None else "elsewhere"


def change(row: Row, found: Mapping[str, Any], text: Text, *, brief: bool = False) -> Change:
    """Say one row as a sentence; ``brief`` leaves out which places they are.

    Parameters
    ----------
    found
        The comparison the row is of, for its years.
    """
    kind = kind_of(row)
    sentences = [
        text(
            f"change.{kind}",
            target=text.target(row["function"]),
            mode=text(f"mode.{mode_of(row)}"),
            baseline=found["baseline"],
            state=found["state"],
            before=minutes(row, "before", text),
            after=minutes(row, "after", text),
            delta="" if row["delta_min"] is None else text.format_number(abs(row["delta_min"]), 1),
        )
    ]
    moved = _places(row)
    if moved is not None and (kind == "elsewhere" or not brief):
        sentences.append(
            text("change.moved", before=moved[0], after=moved[1], state=found["state"])
        )
    if not brief:
        sentences += [
            text(f"change.{way}", names=text.join(names))
            for way in ("opened", "closed")
            if (names := named(row[way], text))
        ]
    words = " ".join(sentences)
    return Change(text(f"change_kind.{kind}"), words[:1].upper() + words[1:])


def largest(profile: Mapping[str, Any], text: Text) -> Change | None:
    """Pick the largest change, on foot if there is one: most minutes, else what came or went."""
    found = changes_of(profile)
    if found is None:
        return None
    first = changed_modes(profile, found)[:1]
    rows = [row for row in found["rows"] if mode_of(row) in first]
    if rows:
        return change(min(rows, key=_rank), found, text, brief=True)
    jobs = [row for row in found["jobs"] if mode_of(row) in first]
    return job_change(jobs[0], found, text) if jobs else None


def job_change(row: Row, found: Mapping[str, Any], text: Text) -> Change:
    """Say that the middle origin reaches more or fewer jobs, or that the edge leaves it open.

    Parameters
    ----------
    row
        Of ``jobs`` in the comparison ``found``.
    """
    grows = row["after"] > row["before"]
    open_ended = row["before_lower_bound"] if grows else row["after_lower_bound"]
    kind = "unsure" if open_ended or row["after"] == row["before"] else "more" if grows else "fewer"
    sentence = text(
        "job_change.sentence",
        limit=text.format_number(row["limit_min"], None),
        mode=text(f"mode.{mode_of(row)}"),
        baseline=found["baseline"],
        before=_jobs(row, "before", text),
        after=_jobs(row, "after", text),
    )
    return Change(text(f"job_change.{kind}"), sentence)


def _jobs(row: Row, when: str, text: Text) -> str:
    words = text.format_number(row[when])
    return text("bound.at_least", value=words) if row[f"{when}_lower_bound"] else words


def nothing(profile: Mapping[str, Any], modes: Sequence[str], text: Text) -> str:
    """Say that nothing measured has changed, by these modes."""
    words = text.join([text(f"mode.{mode}") for mode in modes])
    return text("change.nothing", baseline=profile["changes"]["baseline"], modes=words)


def newer_places(profile: Mapping[str, Any], found: Mapping[str, Any], text: Text) -> list[str]:
    """Warn where a place opened after the streets were mapped: the way to it may be missing."""
    streets = profile["assumptions"].get("streets_year")
    years = [place.get("year") for row in found["rows"] for place in row["opened"]]
    newer = streets and any(year is not None and year > streets for year in years)
    return [text("changes_beside.newer", streets=streets)] if newer else []


def minutes(row: Row, when: str, text: Text) -> str:
    """Minutes before or after, with the bound where the search met one."""
    words = text.format_minutes(row[when], unit=False)
    at_most = row.get(f"{when}_upper_bound") and row[when] is not None
    return text("bound.at_most", value=words) if at_most else words


def named(places: Sequence[Row], text: Text) -> list[str]:
    """Names of places with the year they opened or closed in, where it is known."""
    return [
        name
        if place.get("year") is None
        else text("change.name_year", name=name, year=place["year"])
        for place in places
        for name in [place_name(place["name"], "existing", text)]
    ]


def _places(row: Row) -> tuple[str, str] | None:
    """Nearest places before and after, if both are known and differ."""
    before, after = row["before_place"], row["after_place"]
    return (before, after) if before and after and before != after else None


def _rank(row: Row) -> tuple[int, float, str]:
    kind = kind_of(row)
    if kind in {"nearer", "farther"}:
        return 0, -abs(row["delta_min"]), row["function"]
    return 1, LARGEST_FIRST.index(kind), row["function"]
