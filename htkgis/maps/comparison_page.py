"""Two scenarios on one page: who gains and loses, what is different, on maps and in tables.

Maps, legend and tables of each origin are those of the differences between two years, with A and B
in the place of the years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .difference_looks import legend_of
from .differences_page import (
    are_many,
    changed_measures,
    differences_map,
    measure_pictures,
    origin_word,
)
from .joint_layers import JointLayers
from .joint_page import JointPage, Section, render_joint_page
from .layers import area_name
from .scenario import change_words as edit_words
from .tables import scenario_comparison as tables
from .tables.cell import Profile, Table
from .tables.differences import ROWS, each_table, is_changed, kind_counts
from .text import Text

Comparison = Mapping[str, Any]
Row = Mapping[str, Any]
SIDES = ("first", "second")
SAID = 3
"""Measures that a sentence names; the tables hold all."""
DRAWN = 8
"""Measures that are drawn side by side as fixed maps; the interactive map holds all."""


def render_comparison_page(
    comparison: Comparison, layers: JointLayers, *, text: Text, run: dict[str, Any]
) -> str:
    """Render the page as one file that needs nothing else.

    Parameters
    ----------
    comparison
        As :func:`htkgis.pipeline.scenario_comparison.compare_scenarios` gives it, in the language
        of the page.
    layers
        What the maps draw: places and streets of today, origins of both.
    text, run
        Words, and what every page prints of a run.
    """
    own = text.overlaid("comparison")
    profiles = compared_profiles(comparison, own)
    page = comparison_page(comparison, profiles, layers, own)
    return render_joint_page(page, profiles[0], text=own, run=run)


def compared_profiles(comparison: Comparison, text: Text) -> list[Profile]:
    """Give each area as a profile of differences between A and B has it, with names in words."""
    return [_profile(area, comparison, text) for area in comparison["areas"]]


def _profile(area: Comparison, comparison: Comparison, text: Text) -> Profile:
    compared = [
        {**row, "name": tables.measure_words(row, comparison["stations"], text)}
        for row in area["rows"]
    ]
    own: dict[str, list[Row]] = {key: [] for key in ROWS.values()}
    for row in compared:
        if not row["hidden"]:
            key = None if row["measure"] == "functions" else row["key"]
            own[ROWS[row["mode"]]].append({**row, "function": key})
    return {
        "study": comparison["study"],
        "quarter": {"id": area["quarter_id"], "name": area["quarter"], "area_id": area["area_id"]},
        "area": {"name": area["area"]},
        "origins": {"kind": comparison["origins"]},
        "modes": [],
        "compared": compared,
        "most_gain": area["most_gain"],
        "most_lose": area["most_lose"],
        "only": {"first": area["only_first"], "second": area["only_second"]},
        "differences": {
            "baseline": tables.LETTERS["first"],
            "state": tables.LETTERS["second"],
            "everyday_min": comparison["everyday_min"],
            "classes": comparison["classes"],
            "origins": area["origins"],
            "coming": [],
            **own,
        },
    }


def side_words(comparison: Comparison, name: str, text: Text) -> str:
    """Name one of the two with its year."""
    side = comparison[name]
    own = text("comparison.reference") if side["id"] is None else side["name"]
    return text("comparison.side", name=own, year=side["year"])


def comparison_page(
    comparison: Comparison, profiles: Sequence[Profile], layers: JointLayers, text: Text
) -> JointPage:
    """Lay out the page: findings, edits, map, small maps, tables, method."""
    first, second = (side_words(comparison, name, text) for name in SIDES)
    names = {"first": first, "second": second}
    moved = _differ(comparison, profiles)
    changed = changed_measures(profiles)
    drawn = [
        (row, list(measure_pictures(profiles, row, layers, text)))
        for row in (changed if moved else [])[: 1 if are_many(profiles) else DRAWN]
    ]
    return JointPage(
        file=text("comparison.file"),
        key="comparison",
        title=text("comparison.title", municipality=comparison["study"]["municipality"], **names),
        kicker=text("comparison.kicker"),
        heading=text(f"comparison.heading{'' if moved else '_same'}", **names),
        lead=text("comparison.lead", **names),
        alone=True,
        findings=[*findings(comparison, profiles, text), *edit_sentences(comparison, text)],
        map=differences_map(profiles, changed, layers, text),
        map_heading=text("differences.map_heading"),
        no_script=text("differences.no_script"),
        legend=legend_of(profiles, text),
        pictures=[picture for _, each in drawn[:1] for picture in each],
        pictures_heading=text("differences.pictures"),
        pictures_lead=_pictures_lead(profiles, text, moved=moved),
        folded_pictures=(
            text("differences.pictures_more", count=text.format_number(len(drawn) - 1)),
            [picture for _, each in drawn[1:] for picture in each],
        ),
        sections=[
            _differs(comparison, text),
            _most(profiles, comparison, text),
            *(_section(profile, comparison, text) for profile in profiles),
            _persons(comparison, profiles, text),
            Section("about", text("region.method"), notes=list(_notes(comparison, profiles, text))),
        ],
    )


def _pictures_lead(profiles: Sequence[Profile], text: Text, *, moved: bool) -> str:
    if not moved:
        return text("comparison.same")
    return text(f"differences.pictures_lead{'_many' if are_many(profiles) else ''}")


def findings(comparison: Comparison, profiles: Sequence[Profile], text: Text) -> Iterator[str]:
    """Say who gains and loses most, then each area, then residents; or that nothing differs."""
    if not _differ(comparison, profiles):
        yield text("comparison.same")
        return
    for way in ("gain", "lose"):
        yield _first(profiles, way, text)
    for profile in profiles:
        yield from _of_area(profile, comparison, text)
    yield from _of_residents(comparison, text)


def _differ(comparison: Comparison, profiles: Sequence[Profile]) -> bool:
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
        nothing = text("comparison.nothing", area=area, **_smallest(comparison, text))
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


def _smallest(comparison: Comparison, text: Text) -> dict[str, str]:
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


def _differs(comparison: Comparison, text: Text) -> Section:
    edits, between = tables.edits_table(comparison, text), tables.between_table(comparison, text)
    notes = [text("comparison.note_not_decided")]
    notes += [] if edits else [text("comparison.edits_empty")]
    notes += [text("comparison.between_lead")] if between else []
    return Section(
        "differs",
        text("comparison.edits_heading"),
        text("comparison.edits_lead"),
        tables=[table for table in (edits, between) if table is not None],
        notes=notes,
    )


def _most(profiles: Sequence[Profile], comparison: Comparison, text: Text) -> Section:
    found: list[Table] = []
    notes: list[str] = []
    for way in ("gain", "lose"):
        table = tables.most_table(profiles, way, text)
        if table is None:
            notes.append(text(f"comparison.most_none_{way}", **_smallest(comparison, text)))
        else:
            found.append(table)
    return Section(
        "most",
        text("comparison.most_heading"),
        text("comparison.most_lead"),
        tables=found,
        notes=notes,
    )


def _section(profile: Profile, comparison: Comparison, text: Text) -> Section:
    """List every measure of one area that differs; the others are folded."""
    own, kind = profile["quarter"], profile["origins"]["kind"]
    listed = [(row, not row["hidden"] and is_changed(row)) for row in profile["compared"]]
    moved = [row for row, differs in listed if differs]
    still = [row for row, differs in listed if not differs]
    count = text.format_number(sum(not row["hidden"] for row in still))
    alike = not any(map(tables.is_moved, still))
    least = _smallest(comparison, text)
    each = [
        each_table(profile, row, origin_word(profile, text), text, mode)
        for mode, key in ROWS.items()
        for row in profile["differences"][key]
        if is_changed(row)
    ]
    folded = [
        (
            text(f"comparison.unchanged_fold{'' if alike else '_less'}", count=count, **least),
            [tables.same_table(profile, still, text)] if still else [],
        ),
        (text("differences.each_fold", origin=origin_word(profile, text)), each),
    ]
    return Section(
        f"of-{own['id']}",
        text("differences.table_heading", quarter=own["name"]),
        text(f"comparison.table_lead{'' if kind == 'gate' else '_address'}")
        if moved
        else text(f"comparison.unchanged_all{'' if alike else '_less'}", count=count, **least),
        tables=[tables.changed_table(profile, moved, text)] if moved else [],
        folded=[(words, rows) for words, rows in folded if rows],
        notes=[
            text(
                "comparison.only_one",
                count=text.plural(f"origin.{kind}", profile["only"][name]),
                side=tables.LETTERS[name],
            )
            for name in SIDES
            if profile["only"][name]
        ],
    )


def _persons(comparison: Comparison, profiles: Sequence[Profile], text: Text) -> Section:
    heading = text("comparison.persons_heading")
    if not comparison["persons"]:
        origins = text(f"origin.{comparison['origins']}.short").lower()
        return Section("persons", heading, text("comparison.persons_unknown", origins=origins))
    areas = {profile["quarter"]["area_id"]: area_name(profile) for profile in profiles}
    table = tables.persons_table(comparison, areas, text)
    if table is None:
        return Section("persons", heading, text("comparison.persons_none"))
    return Section("persons", heading, text("comparison.persons_lead"), tables=[table])


def _notes(comparison: Comparison, profiles: Sequence[Profile], text: Text) -> Iterator[str]:
    yield text("comparison.note_figures")
    yield text("comparison.note_sign")
    if comparison["first"]["year"] != comparison["second"]["year"]:
        yield text("comparison.note_years")
    yield text("comparison.note_unsure")
    yield text("comparison.note_jobs", step=text.format_number(comparison["job_rounding"]))
    if any(row["hidden"] for profile in profiles for row in profile["compared"]):
        yield text("comparison.note_hidden")
    yield text("comparison.note_robust")
    yield text("comparison.files", files=text.join(list(comparison["files"])))
