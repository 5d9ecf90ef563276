"""Isolation, shares of residents and jobs per resident beside their range in the cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.modes import WALK, of_mode
from htkgis.maps.robustness import names_of_cases
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, by_function
from .isolation import row_name, value_number
from .shares import everyday

COUNTED = "crossings_per_km"
"""The one measure of isolation that is counted on the map alone."""
TRIED = (COUNTED, "directness", "reached_surroundings", "barrier_cost")
DECIMALS = 2
Row = Mapping[str, Any]


def part_robustness(profile: Profile, text: Text) -> list[Table]:
    """Tables of those that have rows: how closed the area is, shares on foot, jobs per resident."""
    if not profile.get("robustness"):
        return []
    tables = (_isolation(profile, text), _shares(profile, text), _competition(profile, text))
    return [table for table in tables if table.rows]


def _isolation(profile: Profile, text: Text) -> Table:
    modes = (profile.get("isolation") or {"modes": ()})["modes"]
    rows = next((mode["rows"] for mode in modes if mode["mode"] == WALK), ())
    here = profile["quarter"]["id"]
    cells = []
    for row in rows:
        value = next((each for each in row["values"] if each["quarter_id"] == here), None)
        if value is None or value["value"] is None or row["indicator"] not in TRIED:
            continue
        unit, robust = row["unit"], value.get("robust")
        words = value_number(value["value"], unit, text)
        if value["lower_bound"]:
            words = text("bound.at_least", value=words)
        cells.append(
            [
                Cell(row_name(row, text), head=True),
                Cell(words, number=True),
                Cell(_between(robust, lambda each, unit=unit: value_number(each, unit, text), text)
                     or text("missing.none"), number=True),
                Cell(_stamp(robust, text)),
                Cell(_why(row["indicator"], robust, profile, text)),
            ]
        )  # fmt: skip
    names = ("measure", "value", "from_to", "stamp", "changed_by")
    return Table(
        "robustness-isolation",
        text("robust.isolation_caption", area=area_name(profile)),
        [(text(f"robust.{name}"), name in {"value", "from_to"}) for name in names],
        cells,
    )


def _why(indicator: str, robust: Row | None, profile: Profile, text: Text) -> str:
    """Say what changes a value, or why it has no stamp."""
    if robust is not None:
        return _changed_by(robust, profile, text)
    return text("robust.counted" if indicator == COUNTED else "robust.unjudged")


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
