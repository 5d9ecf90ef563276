"""Planning rules and the level of service, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.robustness import names_of_cases
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table

Row = Mapping[str, Any]


def rules(profile: Profile, text: Text) -> Table | None:
    """Each rule with measured value, limit, margin, result, whether it holds, and source."""
    part = profile.get("rules")
    if not part or not part["rows"]:
        return None
    headings = ("rule", "measured", "limit", "margin", "result", "holds", "source")
    numbers = ("measured", "limit", "margin")
    tried = list(dict.fromkeys(each["case"] for row in part["rows"] for each in row["cases"]))
    cases = names_of_cases(
        [name for name in tried if name],
        part["cases"],
        text,
        sketch_length=part["sketch_length"],
    )
    return Table(
        "rules",
        text("rules.caption", area=area_name(profile)),
        [(text(f"rules.{name}"), name in numbers) for name in headings],
        [_cells(row, profile, text) for row in part["rows"]],
        text("rules.margin_note", cases="; ".join(cases) or text("missing.none")),
    )


def rule_name(row: Row, text: Text) -> str:
    """Name a rule: what it is about, and what it applies to."""
    applies = (row.get("applies_to_en") if text.language == "en" else None) or row["applies_to"]
    return text("rules.name", function=text(f"function.{row['function']}"), applies=applies)


def result_words(row: Row, profile: Profile, text: Text) -> tuple[str, str | None]:
    """Write the result of a rule by sign and word, and how many meet it or why it is none."""
    kind = profile["origins"]["kind"]
    origins = text.plural(f"origin.{kind}", row["of"])
    counted = []
    if row["status"] == "partly" or (row["status"] == "unknown" and row["met"]):
        key = "of_origins" if row["status"] == "partly" else "at_least_of_origins"
        counted.append(text(f"rules.{key}", met=text.format_number(row["met"]), origins=origins))
    if row["reason"] is not None:
        counted.append(text(f"rules.reason.{row['reason']}"))
    return text(f"rules.status.{row['status']}"), "; ".join(counted) or None


def holds_words(row: Row, profile: Profile, text: Text) -> tuple[str, str | None]:
    """Write whether a result holds, with the range of what was measured or what changes it."""
    if row["holds"] is None:
        return text("missing.none"), None
    between = None
    if row["low_m"] != row["high_m"]:
        low, high = (text.format_number(row[name]) for name in ("low_m", "high_m"))
        between = text("rules.range", low=low, high=high)
    if row["holds"]:
        return text("rules.yes"), between
    part = profile["rules"]
    cases = names_of_cases(
        row["changed_by"], part["cases"], text, sketch_length=part["sketch_length"]
    )
    changed = text("rules.changed", cases="; ".join(cases))
    return text("rules.no"), "; ".join(words for words in (between, changed) if words)


def source_words(row: Row, text: Text) -> str:
    """Write where a rule comes from, with the year where it is known."""
    source = (row.get("source_en") if text.language == "en" else None) or row["source"]
    if row["dated"] is None or str(row["dated"]) in source:
        return str(source)
    return text("rules.source_year", source=source, year=row["dated"])


def _cells(row: Row, profile: Profile, text: Text) -> list[Cell]:
    result, why = result_words(row, profile, text)
    holds, how = holds_words(row, profile, text)
    limit = text("rules.metres", value=text.format_number(row["limit_m"]))
    margin = text("missing.none")
    if row["margin_m"] is not None:
        margin = text("rules.metres", value=text.format_number(row["margin_m"]))
    return [
        Cell(rule_name(row, text), head=True),
        Cell(_measured(row, text), number=True, range=_to(row, text)),
        Cell(text(f"operator.{row['operator']}", value=limit), number=True),
        Cell(margin, number=True),
        Cell(result, range=why),
        Cell(holds, range=how),
        Cell(source_words(row, text)),
    ]


def _measured(row: Row, text: Text) -> str:
    if row["median"] is None:
        return text("rules.not_found")
    return text("rules.metres", value=text.format_number(row["median"]))


def _to(row: Row, text: Text) -> str | None:
    place = None if row["place"] is None else row["place"]["name"]
    if row["min"] is None:
        return None
    if row["min"] == row["max"]:
        return text("rules.to", place=place) if place else None
    between = {
        "low": text.format_number(row["min"]),
        "high": text("missing.not_reached")
        if row["max"] is None
        else text.format_number(row["max"]),
    }
    if not place:
        return text("rules.spread", **between)
    return text("rules.spread_to", **between, place=place)


def levels(profile: Profile, text: Text) -> Table | None:
    """Level of service of each gate; of addresses how many have each level."""
    service = (profile.get("rules") or {}).get("service")
    if not service:
        return None
    caption = text("rules.service.caption", area=area_name(profile))
    if profile["origins"]["kind"] != "gate":
        return Table(
            "service-levels",
            caption,
            [(text("rules.service.level"), False), (text("rules.service.count"), True)],
            [
                [
                    Cell(_level(level, text, bound=service["bound"]), head=True),
                    Cell(text.format_number(count), number=True),
                ]
                for level, count in service["counts"].items()
            ],
        )
    headings = (("origin", False), ("level", False), ("departures", True), ("holds", False))
    return Table(
        "service-levels",
        caption,
        [(text(f"rules.service.{name}"), number) for name, number in headings],
        [_origin(row, text) for row in service["origins"]],
        text("rules.service.note"),
    )


def _origin(row: Row, text: Text) -> list[Cell]:
    name = (row.get("name_en") if text.language == "en" else None) or row["name"]
    return [
        Cell(name or text("missing.unnamed"), head=True),
        Cell(_level(row["level"], text, bound=row["bound"])),
        Cell(text.format_number(row["departures_per_hour"], 1), number=True),
        Cell(text("rules.yes" if row["holds"] else "rules.no")),
    ]


def _level(level: str | None, text: Text, *, bound: bool) -> str:
    if level is None:
        return text("missing.none")
    words = text(f"rules.service.levels.{level}")
    if bound and level == "none":
        return text("rules.service.none_found")
    # nothing is better than the highest level
    return text("bound.at_least", value=words) if bound and level != "very_high" else words
