"""Departures nearby as a reader meets them: how often, what is enough, where there are more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .layers import area_name
from .text import Text

Row = Mapping[str, Any]
HOUR_MIN = 60


def few_departures(profile: Mapping[str, Any], text: Text) -> dict[str, Any] | None:
    """Say what is lacking where some origins have too few departures nearby.

    Returns
    -------
    gap
        ``name``, ``sentence``, ``why_of`` and ``why`` as :func:`htkgis.maps.gaps.gap`; None where
        all origins have enough in every window, or it was not measured.
    """
    found = profile.get("departures")
    if found is None or not any(row["origins_below"] for row in found["rows"]):
        return None
    name = text("departures.name")
    return {
        "name": name,
        "sentence": " ".join(_extent(found, profile, text)),
        "why_of": text("gaps.why_of", function=name),
        "why": _why(found, area_name(profile), text),
    }


def many_departures(profile: Mapping[str, Any], text: Text) -> tuple[str, str] | None:
    """Name it as a strength where every origin has enough departures in every window."""
    found = profile.get("departures")
    if found is None or any(row["origins_below"] for row in found["rows"]):
        return None
    words = text("departures.strength", walk=_walk(found, text), when=_all_windows(found, text))
    return text("departures.name"), words


def for_most(profile: Mapping[str, Any]) -> bool:
    """Tell whether most origins lack departures in some window."""
    rows = (profile.get("departures") or {"rows": []})["rows"]
    return any(2 * row["origins_below"] > row["origins"] for row in rows)


def _extent(found: Row, profile: Mapping[str, Any], text: Text) -> list[str]:
    """Say how often it runs, for how many that is too seldom, and what would be enough."""
    said = [text("departures.often", walk=_walk(found, text), when=_all_windows(found, text))]
    below = max(row["origins_below"] for row in found["rows"])
    count = max(row["origins"] for row in found["rows"])
    origins = text.plural(f"origin.{profile['origins']['kind']}", count)
    limits = text.join(
        [
            text(
                "departures.limit",
                headway=_whole(HOUR_MIN / row["least_per_hour"], text),
                when=text.when(row["window"]),
            )
            for row in found["rows"]
        ]
    )
    said.append(text("departures.enough", limits=limits, source=found["source"]))
    key = "departures.too_few_all" if below == count else "departures.too_few"
    said.append(text(key, beyond=text.format_number(below), origins=origins))
    return said


def _why(found: Row, area: str, text: Text) -> list[str]:
    first = found["rows"][0]
    said = []
    if first["stop_name"]:
        said.append(text("departures.stop", stop=first["stop_name"]))
    said += [_beside(row, area, text) for row in found["rows"] if row["others"]]
    said += [
        _better(row, text) for row in found["rows"] if 2 * row["origins_below"] > row["origins"]
    ]
    if found["sketch"]:
        said.append(text("departures.sketch"))
    return said


def _beside(row: Row, area: str, text: Text) -> str:
    """Set the other areas beside, and say so where all of them have more departures."""
    areas = [
        text("departures.other", area=each["area_name"], often=_often(each, text, "other_"))
        for each in row["others"]
    ]
    when = text.when(row["window"])
    first = when[:1].upper() + when[1:]
    said = text("departures.others", when_first=first, areas=text.join(areas))
    own = row["departures_per_hour"]
    if all(each["departures_per_hour"] > own for each in row["others"]):
        number = text.format_number(len(row["others"]) + 1)
        said = f"{said} {text('departures.fewest', area=area, areas=number)}"
    return said


def _better(row: Row, text: Text) -> str:
    found, when = row["better"], text.when(row["window"])
    if found is None:
        return text("departures.none", when=when)
    return text(
        "departures.better",
        when=when,
        stop=found["stop_name"] or text("missing.unnamed"),
        minutes=text.format_number(found["walk_min"], 1),
        headway=_whole(found["headway_min"], text),
    )


def _all_windows(found: Row, text: Text) -> str:
    return text.join([_often(row, text, "") for row in found["rows"]])


def _often(row: Row, text: Text, prefix: str) -> str:
    """Say how often: so many minutes apart, once an hour, hardly ever, or not at all."""
    headway = row["headway_min"]
    if headway is None:
        kind = "seldom" if row["departures_per_hour"] else "never"
    else:
        kind = "hourly" if headway == HOUR_MIN else "every"
    values = {} if prefix else {"when": text.when(row["window"])}
    return text(f"departures.{prefix}{kind}", headway=_whole(headway, text), **values)


def _whole(minutes: float | None, text: Text) -> str:
    """Write minutes between departures to whole ones."""
    return text.format_number(minutes)


def _walk(found: Row, text: Text) -> str:
    return text.format_unit(found["walk_m"], "m")
