"""Then and now for each origin, in the words and numbers that the maps show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table

Row = Mapping[str, Any]
WALK, BIKE = "walk", "bike"
ROWS = {
    WALK: "rows",
    BIKE: "bike_rows",
    "ebike": "ebike_rows",
    "car": "car_rows",
    "transit": "transit_rows",
}
"""Where a profile holds the rows of each mode; the last three in comparisons of scenarios alone."""


def rows_of(profile: Profile, mode: str) -> list[Row]:
    """List the measures of one mode; none where it is not compared."""
    return list(profile["differences"].get(ROWS[mode]) or ())


def compared_modes(profiles: Sequence[Profile]) -> list[str]:
    """List the modes that any quarter compares, walking first."""
    return [mode for mode in ROWS if any(rows_of(profile, mode) for profile in profiles)]


def quality(step: float, unit: str) -> float:
    """Turn a difference, or its class, so that above 0 is better: fewer minutes, more functions."""
    return -step if unit == "min" else step


def kind_counts(row: Row) -> dict[str, int]:
    """Count origins by better, worse, unchanged, and not known; reached in neither is unchanged."""
    counts = row["counts"]
    fewer, more = ("better", "worse") if row["unit"] == "min" else ("worse", "better")
    found = {"better": counts["new"], "worse": counts["gone"]}
    found[fewer] += counts["less"]
    found[more] += counts["more"]
    return found | {"same": counts["same"] + counts["unreached"], "unsure": counts["unsure"]}


def is_changed(row: Row) -> bool:
    """Tell whether a measure differs, or may differ, at any origin: what a map is drawn of."""
    return any(value["kind"] not in {"same", "unreached"} for value in row["values"])


def measure_name(function: Any, everyday_min: float, text: Text, mode: str = WALK) -> str:
    """Name a measure within a sentence; None is the number of functions."""
    own = "" if mode == WALK else f"_{mode}"
    if function is None:
        limit = text.format_number(everyday_min, None)
        return text(f"differences.functions{own}", limit=limit)
    return text(f"differences.nearest{own}", target=text.target(function))


def row_name(row: Row, everyday_min: float, text: Text, mode: str = WALK) -> str:
    """Name what a row measures; a comparison of scenarios says it in the row itself."""
    own: str | None = row.get("name")
    return own or measure_name(row["function"], everyday_min, text, mode)


def value_words(value: Row, when: str, unit: str, text: Text) -> str:
    """Write minutes or functions before or after, with the bound where the search met one."""
    number = value[when]
    if number is None:
        return text("missing.not_reached")
    words = text.format_number(number, 1 if unit == "min" else None)
    if value[f"{when}_bound"]:
        words = text("bound.at_most" if unit == "min" else "bound.at_least", value=words)
    return text("differences.min_unit", value=words) if unit == "min" else words


def change_words(value: Row, unit: str, text: Text, *, brief: bool = False) -> str:
    """Write a difference with its sign and word; ``brief`` is the number, or a question mark."""
    if value["delta"] is None:
        key = value["kind"] if value["kind"] != "unreached" else "same"
        known = f"differences.{key}" in text.words
        words = text(f"differences.{key}" if known else f"change_kind.{key}").lower()
        return "?" if brief and value["kind"] == "unsure" else words
    if not value["delta"]:
        return "0" if brief else text("differences.same")
    number = signed(value["delta"], unit, text)
    if brief or not value["step"]:
        return number
    word = text("differences.better" if quality(value["delta"], unit) > 0 else "differences.worse")
    return text("change.with_word", delta=number, word=word)


def signed(delta: float, unit: str, text: Text) -> str:
    """Write a difference with its sign."""
    number = text.format_number(delta, 1 if unit == "min" else None)
    return f"+{number}" if delta > 0 else number


def differences_table(profile: Profile, text: Text, mode: str = WALK) -> Table:
    """Every measure of one area: for how many it is better or worse, and by how much."""
    part = profile["differences"]
    around = text.format_number(part["classes"]["min"][0], None)
    headings = (
        text("differences.better").capitalize(),
        text("differences.worse").capitalize(),
        text("differences.same_or_less", minutes=around),
        text("differences.unsure").capitalize(),
    )
    return Table(
        f"differences-{_prefix(mode)}{profile['quarter']['id']}",
        text(
            "differences.caption",
            area=area_name(profile),
            baseline=part["baseline"],
            state=part["state"],
            mode=text(f"mode.{mode}").lower(),
        ),
        [
            (text("differences.measure"), False),
            *((heading, True) for heading in headings),
            (text("differences.middle"), True),
            (text("differences.from_to"), True),
        ],
        [_measure(row, part["everyday_min"], text, mode) for row in rows_of(profile, mode)],
    )


def _prefix(mode: str) -> str:
    """Begin the id of a table of another mode than walking."""
    return "" if mode == WALK else f"{mode}-"


def _measure(row: Row, everyday_min: float, text: Text, mode: str) -> list[Cell]:
    name = row_name(row, everyday_min, text, mode)
    counts = kind_counts(row)
    return [
        Cell(name[:1].upper() + name[1:], head=True),
        *(Cell(text.format_number(counts[way]), number=True) for way in counts),
        Cell(_difference(row["median"], row["unit"], text), number=True),
        Cell(_range(row, text), number=True),
    ]


def _difference(value: float | None, unit: str, text: Text) -> str:
    if value is None:
        return text("missing.none")
    return signed(value, unit, text) if value else text("differences.same")


def _range(row: Row, text: Text) -> str:
    if row["min"] is None:
        return text("missing.none")
    if row["min"] == row["max"]:
        return _difference(row["min"], row["unit"], text)
    low, high = (signed(row[name], row["unit"], text) for name in ("min", "max"))
    return text("table.between", low=low, high=high)


def each_table(profile: Profile, row: Row, origin: str, text: Text, mode: str = WALK) -> Table:
    """One measure at each origin in both years: the numbers of the map."""
    part = profile["differences"]
    names = {each["id"]: each["name"] for each in part["origins"]}
    measure = row_name(row, part["everyday_min"], text, mode)
    own = f"{_prefix(mode)}{profile['quarter']['id']}"
    return Table(
        f"each-{own}-{row['function'] or 'functions'}".replace(" ", "-"),
        text(
            "differences.each_caption",
            area=area_name(profile),
            measure=measure,
            origin=origin,
            baseline=part["baseline"],
            state=part["state"],
        ),
        [
            (origin.capitalize(), False),
            (str(part["baseline"]), True),
            (str(part["state"]), True),
            (text("differences.change"), True),
        ],
        [
            [
                Cell(str(names[value["id"]] or text("missing.unnamed")), head=True),
                Cell(value_words(value, "before", row["unit"], text), number=True),
                Cell(value_words(value, "after", row["unit"], text), number=True),
                Cell(change_words(value, row["unit"], text), number=True),
            ]
            for value in row["values"]
        ],
    )
