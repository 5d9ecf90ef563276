"""Isolation, shares of residents and jobs per resident beside their range in the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.modes import WALK, mode_words, of_mode
from htkgis.maps.robustness import names_of_cases
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, by_function
from .isolation import row_name, value_number
from .shares import everyday

COUNTED = "crossings_per_km"
"""The one measure of isolation that is counted on the map alone."""
DECIMALS = 2
Row = Mapping[str, Any]


def part_robustness(profile: Profile, text: Text) -> list[Table]:
    """Tables of those that have rows: how closed the area is, shares on foot, jobs per resident."""
    if not profile.get("robustness"):
        return []
    modes = (profile.get("isolation") or {"modes": ()})["modes"]
    closed = (_isolation(mode["mode"], mode["rows"], profile, text) for mode in modes)
    tables = (*closed, _shares(profile, text), _competition(profile, text))
    return [table for table in tables if table.rows]


def _isolation(mode: str, rows: Sequence[Row], profile: Profile, text: Text) -> Table:
    """Write each measure by a mode; none where its ways out, which no case moves, are all."""
    here = profile["quarter"]["id"]
    measured = [
        (row, value)
        for row in rows
        for value in row["values"]
        if value["quarter_id"] == here and value["value"] is not None
    ]
    if all(row["indicator"] == COUNTED for row, _ in measured):
        measured = []
    names = ("measure", "value", "from_to", "stamp", "changed_by")
    return Table(
        "robustness-isolation" if mode == WALK else f"robustness-isolation-{mode}",
        text("robust.isolation_caption", area=area_name(profile), mode=mode_words([mode], text)),
        [(text(f"robust.{name}"), name in {"value", "from_to"}) for name in names],
        [_closed(row, value, profile, text) for row, value in measured],
    )


def _closed(row: Row, value: Row, profile: Profile, text: Text) -> list[Cell]:
    unit, robust = row["unit"], value.get("robust")
    words = value_number(value["value"], unit, text)
    if value["lower_bound"]:
        words = text("bound.at_least", value=words)
    between = _between(robust, lambda each: value_number(each, unit, text), text)
    return [
        Cell(longest_name(row, value, text), head=True),
        Cell(words, number=True),
        Cell(between or text("missing.none"), number=True),
        Cell(_stamp(robust, text)),
        Cell(_why(row, value, profile, text)),
    ]


def longest_name(row: Row, value: Row, text: Text) -> str:
    """Name a measure, and the direction or kind of place that its longest detour is of."""
    name = row_name(row, text)
    for of, key in (("direction", "isolation.direction"), ("function", "nearest")):
        if of in value:
            return f"{name}: {text(f'{key}.{value[of]}')}"
    return name


def _why(row: Row, value: Row, profile: Profile, text: Text) -> str:
    """Say what changes a value, or why it has no stamp."""
    if (robust := value.get("robust")) is not None:
        return _changed_by(robust, profile, text)
    if row["indicator"] == COUNTED:
        return text("robust.counted")
    if value["lower_bound"]:
        return text("robust.unjudged" if row["closed_from"] is not None else "robust.unjudged_low")
    return text("robust.untried")


def _shares(profile: Profile, text: Text) -> Table:
    limit = everyday(profile)
    rows = [
        (text(f"function.{row['function']}"), row, row["comparators"])
        for row in by_function(of_mode((profile.get("shares") or {"rows": ()})["rows"], WALK))
        if row["limit_min"] == limit and row.get("robust")
    ]
    cells = [
        _beside(name, row, _municipality(others), "share", profile, text)
        for name, row, others in rows
    ]
    words = {"area": area_name(profile), "limit": text.format_number(limit, None)}
    return Table(
        "robustness-shares",
        text("robust.shares_caption", **words),
        _columns(text("table.function"), profile, text),
        cells,
        text("robust.shares_note"),
    )


def _municipality(comparators: Any) -> Row:
    whole = (each for each in comparators if each["kind"] == "municipality")
    return next(whole, {"share": None})


def _competition(profile: Profile, text: Text) -> Table:
    cells = []
    for row in (profile.get("competition") or {"rows": ()})["rows"]:
        if row["area"].get("robust"):
            limit = text.format_number(row["limit_min"], None)
            name = text("competition.within", limit=limit, mode=text(f"mode.{row['mode']}"))
            cells.append(_beside(name, row["area"], row["municipality"], "median", profile, text))
    return Table(
        "robustness-competition",
        text("robust.competition_caption", area=area_name(profile)),
        _columns(text("competition.case"), profile, text),
        cells,
    )


def _columns(first: str, profile: Profile, text: Text) -> list[tuple[str, bool]]:
    holds = text("robust.stamp")
    return [
        (first, False),
        (area_name(profile), True),
        (holds, False),
        (text("quarter.shares_municipality"), True),
        (holds, False),
        (text("robust.changed_by_area", area=area_name(profile)), False),
    ]


def _beside(
    name: str, own: Row, whole: Row, value: str, profile: Profile, text: Text
) -> list[Cell]:
    """Write the area and the municipality with their ranges, and what changes the area's."""

    def words(unit: Row) -> Cell:
        known = unit.get(value)
        if known is None:
            return Cell(text("missing.none"), number=True, own=unit is own)
        between = _between(unit.get("robust"), number, text)
        shown = number(known)
        if unit.get("lower_bound"):
            shown = text("bound.at_least", value=shown)
        beside = f"({between})" if between else None
        return Cell(shown, number=True, own=unit is own, range=beside)

    def number(each: float) -> str:
        return text.format_share(each) if value == "share" else text.format_number(each, DECIMALS)

    return [
        Cell(name, head=True),
        words(own),
        Cell(_stamp(own.get("robust"), text)),
        words(whole),
        Cell(_stamp(whole.get("robust"), text)),
        Cell(_changed_by(own["robust"], profile, text)),
    ]


def _between(robust: Row | None, number: Any, text: Text) -> str | None:
    """Write the ends of a range; None where there is none."""
    if robust is None:
        return None
    low, high = (number(robust[name]) for name in ("low", "high"))
    return None if low == high else text("robust.range", low=low, high=high)


def _stamp(robust: Row | None, text: Text) -> str:
    return text("missing.none") if robust is None else text(f"robust.{robust['stamp']}")


def _changed_by(robust: Row, profile: Profile, text: Text) -> str:
    length = (profile["assumptions"].get("isolation") or {}).get("sketch_length")
    cases = names_of_cases(
        robust["changed_by"], profile["robustness"]["cases"], text, sketch_length=length
    )
    return "; ".join(cases) or text("missing.none")
