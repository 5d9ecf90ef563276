"""What a comparison of two scenarios says first: who gains, who loses, what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .layers import area_name
from .scenario import change_words as edit_words
from .tables import scenario_comparison as tables
from .tables.cell import Profile
from .tables.differences import kind_counts
from .text import Text

Comparison = Mapping[str, Any]
Row = Mapping[str, Any]
SIDES = ("first", "second")
SAID = 3
"""Measures that a sentence names; the tables hold all."""


def findings(comparison: Comparison, profiles: Sequence[Profile], text: Text) -> Iterator[str]:
    """Say who gains and loses most, then each area, then residents; or that nothing differs."""
    if not differ(comparison, profiles):
        yield text("comparison.same")
        return
    for way in ("gain", "lose"):
        yield _first(profiles, way, text)
    for profile in profiles:
        yield from _of_area(profile, comparison, text)
    yield from _of_residents(comparison, text)


def differ(comparison: Comparison, profiles: Sequence[Profile]) -> bool:
    """Tell whether anything differs: at any origin, or for any resident of the municipality."""
    rows = (row for profile in profiles for row in profile["compared"])
    return any(map(tables.is_moved, rows)) or any(map(tables.moves, comparison["persons"]))


def _first(profiles: Sequence[Profile], way: str, text: Text) -> str:
    found = [(profile, each) for profile in profiles for each in profile[f"most_{way}"][:1]]
    if not found:
        kind = profiles[0]["origins"]["kind"]
        return text(f"comparison.none_{way}", origins=text(f"origin.{kind}.short").lower())
    # the areas' own order decides between differences of one size
    profile, extreme = min(found, key=lambda pair: pair[1]["place"])
    words = tables.extreme_words(profile, extreme, text)
    return text(
        f"comparison.most_{way}",
        measure=words["measure"],
        origin=words["where"],
        change=words["said"],
    )


def _of_area(profile: Profile, comparison: Comparison, text: Text) -> Iterator[str]:
    area, shown = area_name(profile), [row for row in profile["compared"] if not row["hidden"]]
    said = False
    for way in ("better", "worse"):
        items = _items(shown, way, profile, text)
        if items:
            said = True
            yield text(f"comparison.{way}", area=area, measures=text.join(items))
    unsure = sum(bool(kind_counts(row)["unsure"]) for row in shown)
    doubt = (
        ""
        if not unsure
        else text(
            f"comparison.unsure_{'one' if unsure == 1 else 'many'}",
            count=text.format_number(unsure),
        )
    )
    if not said:
        nothing = text("comparison.nothing", area=area, **smallest(comparison, text))
        yield f"{nothing} {doubt}".strip()
    for way in ("into", "out"):
        items = [
            _item(row, row["reach"][way], profile, text)
            for row in shown
            if row["reach"] and row["reach"][way]
        ]
        if items:
            limit = text.format_number(comparison["everyday_min"], None)
            yield text(f"comparison.{way}", area=area, limit=limit, measures=text.join(items))


def _items(shown: Sequence[Row], way: str, profile: Profile, text: Text) -> list[str]:
    """Name the measures that are better or worse, those of the largest class and of most first."""
    own = [(row, kind_counts(row)[way]) for row in shown]
    classes = "gain" if way == "better" else "lose"
    whole = "new" if way == "better" else "gone"

    def place(pair: tuple[Row, int]) -> tuple[int, int]:
        row, count = pair
        reached = len(row[classes]) + 1 if row["counts"][whole] else 0
        return -max(reached, sum(bool(number) for number in row[classes])), -count

    ordered = sorted((pair for pair in own if pair[1]), key=place)
    items = [_item(row, count, profile, text) for row, count in ordered[:SAID]]
    if len(ordered) > SAID:
        items.append(_more("item_more", len(ordered) - SAID, text))
    return items


def _more(key: str, count: int, text: Text) -> str:
    number = "one" if count == 1 else "many"
    return text(f"comparison.{key}_{number}", count=text.format_number(count))


def _item(row: Row, count: int, profile: Profile, text: Text) -> str:
    kind, origins = profile["origins"]["kind"], len(profile["differences"]["origins"])
    return text(
        "comparison.item",
        measure=row["name"],
        count=text.format_number(count),
        origins=text.plural(f"origin.{kind}", origins),
    )


def smallest(comparison: Comparison, text: Text) -> dict[str, str]:
    """Write the differences at which the first class of each unit begins."""
    classes = comparison["classes"]
    return {
        "minutes": text.format_number(classes["min"][0], None),
        "functions": text.format_number(classes["functions"][0]),
        "jobs": text.format_number(classes["jobs"][0]),
    }


def _of_residents(comparison: Comparison, text: Text) -> Iterator[str]:
    """Say for which ways most residents of the municipality gain and lose."""
    everybody = [row for row in comparison["persons"] if row["area_id"] is None]
    minutes = text.format_number(comparison["classes"]["min"][0], None)
    for way in ("gain", "lose"):
        own = [row for row in everybody if not row["hidden"] and row[way][0]]
        # ways of as many residents are said at once: mostly they are the same ones
        groups: dict[int, list[Row]] = {}
        for row in sorted(own, key=lambda row: -row[way][0]):
            groups.setdefault(row[way][0], []).append(row)
        for count, rows in list(groups.items())[:SAID]:
            measures = [tables.nearest_words(row, text) for row in rows[:SAID]]
            if len(rows) > SAID:
                measures.append(_more("item_more", len(rows) - SAID, text))
            persons = tables.persons_words(rows[0], count, text)
            exact = persons == text.format_number(count)
            yield text(
                f"comparison.residents_{way}",
                persons=text("comparison.persons_about", count=persons) if exact else persons,
                minutes=minutes,
                measure=text.join(measures),
            )


def edit_sentences(comparison: Comparison, text: Text) -> Iterator[str]:
    """Say what each of the two has that the study has not."""
    for name in SIDES:
        edits = tables.held_edits(comparison[name])
        side = tables.LETTERS[name]
        if not edits:
            yield text("comparison.edits_none", side=side)
            continue
        items = [
            text(
                "comparison.edit_item",
                kind=edit_words(edit, text),
                subject=edit["subject"],
                year=edit["from_year"],
            )
            for edit in edits[:SAID]
        ]
        if len(edits) > SAID:
            items.append(_more("edit_more", len(edits) - SAID, text))
        count = text.plural("comparison.edit_count", len(edits))
        yield text("comparison.edits", side=side, count=count, edits=text.join(items))
