"""The rows of the overview, one kind of measure after the other; nothing is computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from htkgis.maps.modes import mode_of, modes_of
from htkgis.maps.text import Text
from htkgis.maps.transit import window_when

from .cell import Profile, bounded
from .compare import indicator_name
from .indicators import amount
from .indicators import indicator_name as name_of_indicator
from .isolation import row_name, value_number
from .rules import rule_name

Given = Mapping[str, Any]


PERCENT = 100
"""Shares and percent are one unit to the reader, and are sorted as one."""


class Value(NamedTuple):
    """One figure in words, and its size; None where it is missing, hidden or not reached."""

    words: str
    value: float | None


class Row(NamedTuple):
    """One measure: theme, name, a value per quarter, unit, and which way is better."""

    theme: str
    name: str
    values: Sequence[Value]
    unit: str
    better: str


def overview_rows(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    """List every measure that the profiles hold of each quarter."""
    yield from _compared(profiles, text)
    yield from _transit(profiles, text)
    yield from _departures(profiles, text)
    yield from _isolation(profiles, text)
    yield from _rules(profiles, text)
    yield from _shares(profiles, text)
    yield from _indicators(profiles, text)


def _better(direction: str | None, text: Text) -> str:
    if direction in {"less", "more"}:
        return text(f"table.{direction}")
    return text("missing.none")


def _unit(unit: str | None, text: Text) -> str:
    key = f"overview.unit_of.{unit}"
    return text(key) if key in text.words else str(unit or text("missing.none"))


def _hidden(text: Text) -> Value:
    return Value(text("jobs_hidden.word"), None)


def _unknown(text: Text) -> Value:
    return Value(text("isolation.unknown"), None)


def _number(found: Given | None, unit: str, text: Text) -> Value:
    """Write a number with its bound, or why there is none."""
    if found is None:
        return _unknown(text)
    if found.get("hidden"):
        return _hidden(text)
    value = found["value"]
    if value is None and unit != "min":
        return _unknown(text)
    decimals = 1 if unit in {"min", "per_hour"} else 0
    lower, upper = bool(found.get("lower_bound")), bool(found.get("upper_bound"))
    return Value(bounded(value, text, decimals, lower=lower, upper=upper), value)


def _compared(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    """On the streets: minutes, places, functions and jobs, by each mode."""
    rows = profiles[0]["comparison"]
    ids = [profile["quarter"]["id"] for profile in profiles]
    for mode in modes_of(profiles[0]):
        words = text(f"mode.{mode}")
        for kind in ("nearest", "functions", "count", "jobs"):
            theme = text(f"overview.theme_of.{kind}", mode=words[:1].upper() + words[1:])
            for row in rows:
                if mode_of(row) != mode or row["indicator"] != kind:
                    continue
                by_quarter = {value["quarter_id"]: value for value in row["values"]}
                values = [_number(by_quarter.get(key), row["unit"], text) for key in ids]
                name = text("overview.name.by_mode", name=indicator_name(row, text), mode=words)
                unit = _unit(row["unit"], text)
                yield Row(theme, name, values, unit, _better(row["direction"], text))


def _transit(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    """By public transport: jobs within every limit and minutes to stations, in every window."""
    parts = [profile["transit"] for profile in profiles if profile.get("transit")]
    if len(parts) < len(profiles):
        return
    theme, first = text("overview.theme_of.transit"), parts[0]
    for at, window in enumerate(first["windows"]):
        when = window_when(window, text)
        for group, unit in (("jobs", "jobs"), ("stations", "min")):
            for number, row in enumerate(first[group]):
                what = (
                    text("transit.jobs_within", limit=text.format_number(row["limit_min"], None))
                    if group == "jobs"
                    else text("transit.minutes_to", station=row["name"])
                )
                values = [
                    _number({**found, "value": found["median"]}, unit, text)
                    for part in parts
                    for found in [part[group][number]["values"][at]]
                ]
                better = _better("more" if group == "jobs" else "less", text)
                name = text("transit.compare", what=what, when=when)
                yield Row(theme, name, values, _unit(unit, text), better)


def _departures(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    parts = [profile["departures"] for profile in profiles if profile.get("departures")]
    if len(parts) < len(profiles):
        return
    for at, row in enumerate(parts[0]["rows"]):
        window = next(each for each in parts[0]["windows"] if each["window"] == row["window"])
        yield Row(
            text("overview.theme_of.departures"),
            text("overview.name.departures", when=window_when(window, text)),
            [
                _number({"value": part["rows"][at]["departures_per_hour"]}, "per_hour", text)
                for part in parts
            ],
            _unit("per_hour", text),
            _better("more", text),
        )


def _isolation(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    part = profiles[0].get("isolation") or {"modes": []}
    ids = [profile["quarter"]["id"] for profile in profiles]
    for found in part["modes"]:
        theme = text("overview.theme_of.isolation", mode=text(f"mode.{found['mode']}"))
        for row in found["rows"]:
            by_quarter = {value["quarter_id"]: value for value in row["values"]}
            values = [_isolated(by_quarter.get(key), row["unit"], text) for key in ids]
            better = _better(row["direction"], text)
            mode = text(f"mode.{found['mode']}")
            name = text("overview.name.by_mode", name=row_name(row, text), mode=mode)
            yield Row(theme, name, values, _unit(row["unit"], text), better)


def _isolated(value: Given | None, unit: str, text: Text) -> Value:
    if value is None or value["value"] is None:
        return _unknown(text)
    words = value_number(value["value"], unit, text)
    if value["lower_bound"]:
        words = text("bound.at_least", value=words)
    return Value(words, PERCENT * value["value"] if unit == "share" else value["value"])


def _rules(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    """Metres that planning rules are about; a rule that some area has not is not known there."""
    found: dict[str, dict[int, Given]] = {}
    for at, profile in enumerate(profiles):
        for row in (profile.get("rules") or {"rows": []})["rows"]:
            found.setdefault(row["rule"], {})[at] = row
    for by_quarter in found.values():
        row = next(iter(by_quarter.values()))
        values = [_metres(by_quarter.get(at), text) for at in range(len(profiles))]
        name = rule_name(row, text)
        theme = text("overview.theme_of.rules")
        yield Row(theme, name, values, _unit("m", text), _better("less", text))


def _metres(row: Given | None, text: Text) -> Value:
    if row is None or row["median"] is None:
        return Value(text("rules.not_found"), None)
    return Value(text.format_number(row["median"]), row["median"])


def _shares(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    """Shares of residents within each limit, where residents are known."""
    found: dict[tuple[Any, ...], dict[int, Given]] = {}
    for at, profile in enumerate(profiles):
        for row in (profile.get("shares") or {"rows": []})["rows"]:
            case = (mode_of(row), row["function"], row["limit_min"])
            found.setdefault(case, {})[at] = row
    for (mode, function, limit), by_quarter in found.items():
        yield Row(
            text("overview.theme_of.shares", mode=text(f"mode.{mode}")),
            text(
                "overview.name.by_mode",
                name=text(
                    "overview.name.share",
                    target=text.target(function),
                    limit=text.format_number(limit, None),
                ),
                mode=text(f"mode.{mode}"),
            ),
            [_share(by_quarter.get(at), text) for at in range(len(profiles))],
            _unit("share", text),
            _better("more", text),
        )


def _share(row: Given | None, text: Text) -> Value:
    if row is None:
        return _unknown(text)
    if row["hidden"]:
        return Value(text("shares.hidden"), None)
    if row["share"] is None:
        return _unknown(text)
    return Value(
        text.format_share(row["share"], lower_bound=row["lower_bound"]), PERCENT * row["share"]
    )


def _indicators(profiles: Sequence[Profile], text: Text) -> Iterator[Row]:
    """Official indicators, each in every year that it is known for."""
    found: dict[tuple[Any, ...], dict[int, Given]] = {}
    named: dict[str, Given] = {}
    for at, profile in enumerate(profiles):
        for row in (profile.get("indicators") or {"rows": []})["rows"]:
            named.setdefault(row["indicator"], row)
            for point in row["series"]:
                found.setdefault((row["indicator"], point["year"]), {})[at] = point
    for (indicator, year), by_quarter in sorted(
        found.items(), key=lambda item: (list(named).index(item[0][0]), item[0][1])
    ):
        row = named[indicator]
        unit = next(iter(by_quarter.values()))["unit"]
        yield Row(
            text("overview.theme_of.indicators"),
            text("overview.name.indicator", name=name_of_indicator(row, text), year=year),
            [_figure(by_quarter.get(at), text) for at in range(len(profiles))],
            _unit(unit, text),
            _better(row["direction"], text),
        )


def _figure(point: Given | None, text: Text) -> Value:
    if point is not None and point.get("area_hidden"):
        return _hidden(text)
    if point is None or point.get("area") is None:
        return _unknown(text)
    return Value(amount(point["area"], point["unit"], text), point["area"])
