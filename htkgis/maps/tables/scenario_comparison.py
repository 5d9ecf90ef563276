"""Two scenarios side by side: what is different, each measure, who gains and loses most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.scenario import change_words as edit_words
from htkgis.maps.scenario import where_words
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table
from .differences import change_words, kind_counts, value_words

Row = Mapping[str, Any]
SIDES = ("first", "second")
LETTERS = {"first": "A", "second": "B"}
UNREACHED = ("new", "gone")


def measure_words(row: Row, stations: Mapping[str, str], text: Text) -> str:
    """Name what a row of a comparison measures, within a sentence."""
    mode = text(f"mode.{row['mode']}").lower()
    limit = text.format_number(row["limit_min"], None)
    when = row["departure"] and text.when(row["departure"])
    if row["measure"] == "functions":
        return f"{text('differences.functions', limit=limit)} {mode}"
    if row["measure"] == "jobs":
        return text("comparison.jobs", limit=limit, mode=mode)
    if row["measure"] == "jobs_of_departures":
        return text("comparison.transit_jobs", limit=limit, when=when)
    if row["measure"] == "station_time":
        name = stations.get(row["function"], row["function"])
        return text("comparison.station_time", station=name, when=when)
    return nearest_words(row, text)


def edits_table(comparison: Row, text: Text) -> Table | None:
    """List the edits that hold in the year of their side; None where there are none."""
    sides = {name: held_edits(comparison[name]) for name in SIDES}
    both = [edit for edit in sides["first"] if edit in sides["second"]]
    rows = [(text("comparison.both"), edit) for edit in both]
    rows += [(LETTERS[name], edit) for name in SIDES for edit in sides[name] if edit not in both]
    if not rows:
        return None
    columns = ("subject", "where", "kind", "side", "years", "project", "note")
    return Table(
        "comparison-edits",
        text("comparison.edits_caption"),
        [(text(f"comparison.edit_{column}"), False) for column in columns],
        [
            [
                Cell(edit["subject"], head=True),
                Cell(where_words(edit, text)),
                Cell(edit_words(edit, text)),
                Cell(letter, short=True),
                Cell(str(edit["from_year"]), short=True),
                Cell(edit["project_name"] or edit["project"] or text("missing.none")),
                Cell(edit["note"] or text("missing.none")),
            ]
            for letter, edit in rows
        ],
    )


def held_edits(side: Row) -> list[Row]:
    """List the edits of one side that hold in its year."""
    return [edit for edit in side["edits"] if edit["holds"]]


def between_table(comparison: Row, text: Text) -> Table | None:
    """List places of the layer that exist in one of the two years alone; None where there are none.

    They are no edits, and part of the difference all the same.
    """
    if not comparison["between"]:
        return None
    columns = ("between_place", "between_function", "between_found")
    return Table(
        "comparison-between",
        text("comparison.between_caption"),
        [(text(f"comparison.{column}"), False) for column in columns],
        [
            [
                Cell(row["name"] or text("missing.unnamed"), head=True),
                Cell(text(f"function.{row['function']}")),
                Cell(LETTERS[row["in"]], short=True),
            ]
            for row in comparison["between"]
        ],
    )


def changed_table(profile: Profile, rows: Sequence[Row], text: Text) -> Table:
    """Every measure of one area that differs, with the middle of both sides."""
    part = profile["differences"]
    limit = text.format_number(part["everyday_min"], None)
    return Table(
        f"comparison-{profile['quarter']['id']}",
        text("comparison.caption", area=area_name(profile)),
        [
            (text("differences.measure"), False),
            *((letter, True) for letter in LETTERS.values()),
            (text("differences.change"), True),
            *((text(f"comparison.column_{head}"), True) for head in ("better", "worse", "unsure")),
            (text("comparison.column_reach", limit=limit), True),
        ],
        [_measure(row, part, text) for row in rows],
    )


def same_table(profile: Profile, rows: Sequence[Row], text: Text) -> Table:
    """Every measure of one area that is the same in both, or less different than any class."""
    return Table(
        f"comparison-same-{profile['quarter']['id']}",
        text("comparison.caption_same", area=area_name(profile)),
        [
            (text("differences.measure"), False),
            *((letter, True) for letter in LETTERS.values()),
        ],
        [
            [
                _head(row),
                *(
                    Cell(
                        text("jobs_hidden.word")
                        if row["hidden"]
                        else value_words(row["medians"], when, row["unit"], text),
                        number=True,
                    )
                    for when in ("before", "after")
                ),
            ]
            for row in rows
        ],
    )


def _head(row: Row) -> Cell:
    return Cell(row["name"][:1].upper() + row["name"][1:], head=True)


def _measure(row: Row, part: Row, text: Text) -> list[Cell]:
    medians, counts, breaks = row["medians"], kind_counts(row), part["classes"][row["unit"]]
    return [
        _head(row),
        Cell(value_words(medians, "before", row["unit"], text), number=True),
        Cell(value_words(medians, "after", row["unit"], text), number=True),
        Cell(change_words(medians, row["unit"], text), number=True),
        Cell(_count(counts["better"], row["gain"], breaks, row["unit"], text), number=True),
        Cell(_count(counts["worse"], row["lose"], breaks, row["unit"], text), number=True),
        Cell(text.format_number(counts["unsure"]), number=True),
        Cell(_reach(row["reach"], text), number=True),
    ]


def _count(
    count: int, classes: Sequence[int], breaks: Sequence[float], unit: str, text: Text
) -> str:
    """Write how many, and of how many the difference is in the largest class that any has."""
    words = text.format_number(count)
    larger = [at for at, number in enumerate(classes) if at and number]
    if not larger:
        return words
    at = larger[-1]
    limit = text.format_unit(breaks[at], unit, None)
    more = text.format_number(classes[at])
    part = "all" if classes[at] == count else "of"
    return text(f"comparison.count_{part}", count=words, more=more, limit=limit)


def _reach(reach: Row | None, text: Text) -> str:
    if reach is None:
        return text("missing.none")
    said = [
        text(f"comparison.reach_{way}", count=text.format_number(count))
        for way, count in reach.items()
        if count
    ]
    return ", ".join(said) or "0"


def extreme_words(profile: Profile, extreme: Row, text: Text) -> dict[str, str]:
    """Write one of an area's largest differences: of which origin and measure, and how it is."""
    names = {each["id"]: each["name"] for each in profile["differences"]["origins"]}
    row = next(
        row
        for row in profile["compared"]
        if (row["mode"], row["key"]) == (extreme["mode"], extreme["key"])
    )
    before, after = (value_words(extreme, when, row["unit"], text) for when in ("before", "after"))
    way = extreme["kind"] if extreme["kind"] in UNREACHED else "from_to"
    area, origin = area_name(profile), str(names[extreme["id"]] or text("missing.unnamed"))
    # an address is named by its number, which alone says nothing
    kind = "origin_number" if origin[:1].isdigit() else "origin_in"
    in_area = text(f"comparison.{kind}", origin=origin, area=area)
    return {
        # a starting point mostly has the name of its area already
        "where": origin if origin.startswith(area) else in_area,
        "measure": row["name"],
        "before": before,
        "after": after,
        "change": change_words(extreme, row["unit"], text),
        "said": text(f"comparison.{way}", before=before, after=after),
    }


def most_table(profiles: Sequence[Profile], way: str, text: Text) -> Table | None:
    """Name the origins that gain or lose most in each area; None where none does."""
    rows = [
        extreme_words(profile, extreme, text)
        for profile in profiles
        for extreme in profile[f"most_{way}"]
    ]
    if not rows:
        return None
    return Table(
        f"comparison-most-{way}",
        text(f"comparison.most_{way}_caption"),
        [
            (text("differences.origin_gate").capitalize(), False),
            (text("differences.measure"), False),
            *((letter, True) for letter in LETTERS.values()),
            (text("differences.change"), True),
        ],
        [
            [
                Cell(each["where"], head=True),
                Cell(each["measure"][:1].upper() + each["measure"][1:]),
                Cell(each["before"], number=True),
                Cell(each["after"], number=True),
                Cell(each["change"], number=True),
            ]
            for each in rows
        ],
    )


def persons_table(comparison: Row, areas: Mapping[str, str], text: Text) -> Table | None:
    """List residents who gain and lose, where any do; None where nobody has another time."""
    breaks = comparison["classes"]["min"]
    rows = [row for row in comparison["persons"] if moves(row)]
    if not rows:
        return None
    limits = [text.format_number(each, None) for each in breaks]
    return Table(
        "comparison-persons",
        text("comparison.persons_caption"),
        [
            (text("differences.measure"), False),
            (text("comparison.area"), False),
            (text("comparison.persons_all"), True),
            *((text("comparison.persons_gain", minutes=limit), True) for limit in limits),
            *((text("comparison.persons_lose", minutes=limit), True) for limit in limits),
            *((text(f"comparison.persons_{way}"), True) for way in UNREACHED),
            (text("comparison.column_unsure"), True),
        ],
        [
            [
                Cell(nearest_words(row, text).capitalize(), head=True),
                Cell(areas.get(row["area_id"], text("comparison.whole"))),
                Cell(
                    text("jobs_hidden.word")
                    if row["hidden"]
                    else text.format_number(row["persons"]),
                    number=True,
                ),
                *(
                    Cell(persons_words(row, count, text), number=True)
                    for count in (*row["gain"], *row["lose"], row["new"], row["gone"])
                ),
                Cell(persons_words(row, row["unsure"], text), number=True),
            ]
            for row in rows
        ],
    )


def persons_words(row: Row, count: int | None, text: Text) -> str:
    """Write a rounded number of persons: near none and near all only what it is at most, or least.

    Between a number and none lies half a step: who is told "250" where 5 or 500 may be meant would
    take it for known.
    """
    if count is None:
        return text("jobs_hidden.word")
    half, everybody = row["half_step"], row["persons"]
    if 0 < count < half:
        return text("comparison.persons_most", count=text.format_number(half))
    if everybody - half < count < everybody:
        return text("comparison.persons_least", count=text.format_number(everybody - half))
    return text.format_number(count)


def nearest_words(row: Row, text: Text) -> str:
    """Name the way to the nearest place by a mode."""
    return text(f"comparison.nearest_{row['mode']}", target=text.target(row["function"]))


def moves(row: Row) -> bool:
    """Tell whether any resident has another time, or may have one; hidden is not told."""
    counts = (*row["gain"], *row["lose"], row["new"], row["gone"], row["unsure"])
    return not row["hidden"] and any(counts)


def is_moved(row: Row) -> bool:
    """Tell whether a row differs at any origin, however little, or may; hidden is not told."""
    return not row["hidden"] and any(
        value["kind"] not in {"same", "unreached"} or value["delta"] for value in row["values"]
    )
