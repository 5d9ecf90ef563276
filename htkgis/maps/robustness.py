"""How sure the figures are: the stamp beside a figure, and what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .text import Text
from .transit import window_when

Profile = Mapping[str, Any]
Row = Mapping[str, Any]
POINT_CASES = ("point_nearer", "point_farther")
SKETCH_CASES = ("sketch_shorter", "sketch_longer")


def stamped(
    profile: Profile,
    indicator: str,
    *,
    function: str | None = None,
    limit_min: float | None = None,
    departure: str | None = None,
    mode: str = "walk",
) -> Row | None:
    """Find what was measured again of one figure; None where it was not."""
    part = profile.get("robustness") or {}
    case = (indicator, function, limit_min, departure, mode)
    keys = ("indicator", "function", "limit_min", "departure", "mode")
    rows = (row for row in part.get("figures", []) if tuple(row[key] for key in keys) == case)
    return next(rows, None)


def stamp(row: Row | None, text: Text) -> tuple[str, str | None] | None:
    """Write the stamp of a figure, and its range where there is any; None without a stamp."""
    if row is None:
        return None
    words = text(f"robust.{row['stamp']}")
    if row["low"] == row["high"]:
        return words, None
    unit = row.get("unit")
    low, high = (_number(row[name], unit, text) for name in ("low", "high"))
    between = text("robust.range", low=low, high=high)
    bound = row.get("bound")
    return words, text(f"bound.{bound}", value=between) if bound else between


def _number(value: float | None, unit: str | None, text: Text) -> str:
    if unit == "min":
        return text.format_minutes(value, unit=False)
    return text.format_share(value) if unit == "share" else text.format_number(value, None)


def key_stamp(profile: Profile, figure: Row, text: Text) -> str | None:
    """Write the stamp of a key figure with its range in one string; None where it has none."""
    part, values = profile.get("robustness"), figure["values"]
    if not part:
        return None
    key = figure["key"].removeprefix("key_figure.")
    row: Row | None = None
    if key == "nearest":
        row = stamped(profile, "nearest_1", function=values["function"])
    elif key == "functions_within":
        row = part["functions_within"]
    elif key == "jobs_within":
        row = stamped(profile, "jobs", limit_min=values["limit_min"])
    found = stamp(row, text)
    if found is None:
        return None
    words, between = found
    return words if between is None else f"{words} ({between})"


def case_words(case: Row, text: Text) -> str:
    """Say what a case changes.

    Examples
    --------
    >>> from htkgis.maps.text import load_text
    >>> case_words({"factor": "shift", "value": -15}, load_text("en"))
    'leaving 15 minutes earlier'
    """
    factor, value = case["factor"], case["value"]
    if factor == "shift":
        key = "later" if value >= 0 else "earlier"
        return text(f"robust.case.{key}", value=text.format_number(abs(value), None))
    if factor == "bus_time":
        return text("robust.case.bus_time", value=text.format_number(100 * (value - 1)))
    decimals = 1 if factor == "speed" else None
    return text(f"robust.case.{factor}", value=text.format_number(value, decimals))


def names_of_cases(
    names: Sequence[str], cases: Sequence[Row], text: Text, *, sketch_length: float | None = None
) -> list[str]:
    """Say what each of some cases changes, those of a distance among them."""
    known = {case["case"]: case for case in cases}
    percent = text.format_number(100 * (sketch_length or 0))
    return [
        case_words(known[name], text)
        if name in known
        else text(f"robust.case.{name}", value=percent)
        for name in names
    ]


def definition(profile: Profile, text: Text) -> list[str]:
    """Say how stamps are decided, and which cases there are with their sources."""
    part = profile["robustness"]
    limits, transit_limits = (
        text.join([text.format_number(limit, None) for limit in part[name]])
        for name in ("limits_min", "transit_limits_min")
    )
    window, state = part["window"], profile["study"]["state"]
    sentences = [
        text("robust.rule_minutes", limits=limits, transit_limits=transit_limits),
        text(
            "robust.rule_places",
            choice=part["choice"],
            everyday=text.format_number(part["everyday_min"], None),
        ),
        text(
            "robust.rule_jobs",
            jobs=text.format_share(part["jobs_change"]),
            share=text.format_share(part["share_change"]),
        ),
        text("robust.rule_cases"),
        text("robust.rule_left", window=_window(profile, window, text), state=state)
        if window
        else text("robust.rule_left_walk", state=state),
    ]
    english = text.language == "en"
    for case in part["cases"]:
        source = (case.get("source_en") if english else None) or case["source"]
        words = case_words(case, text)
        sentences.append(
            text(
                "robust.case_source", case=words[:1].upper() + words[1:].rstrip("."), source=source
            )
        )
    return sentences


def _window(profile: Profile, window: str, text: Text) -> str:
    used = (profile["assumptions"].get("transit") or {}).get("windows") or []
    found = next((row for row in used if row["window"] == window), None)
    return window if found is None else window_when(found, text)
