"""Two scenarios on one page: who gains and loses, what is different, on maps and in tables.

Maps, legend and tables of each origin are those of the differences between two years, with A and B
in the place of the years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import elements
from .difference_looks import legend_of
from .differences_page import (
    Measure,
    are_many,
    changed_measures,
    differences_map,
    measure_pictures,
    origin_word,
)
from .joint_layers import JointLayers
from .joint_page import JointPage, Section, render_joint_page
from .layers import area_name
from .scenario_findings import SIDES, differ, edit_sentences, findings, smallest
from .style import PAPER, Look
from .tables import scenario_comparison as tables
from .tables.cell import Profile, Table
from .tables.differences import ROWS, each_table, is_changed
from .tables.scenario_comparison import LETTERS
from .text import Text

Comparison = Mapping[str, Any]
Row = Mapping[str, Any]
EDIT = {
    "line": Look("line", stroke="#b3261e", weight=4),
    "point": Look("point", fill="#b3261e", stroke=PAPER, weight=2, shape="diamond", radius=9),
}
"""A street, or an outline; a place."""
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
            "baseline": LETTERS["first"],
            "state": LETTERS["second"],
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
    moved = differ(comparison, profiles)
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
        map=_map(profiles, changed, layers, text),
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


def _map(
    profiles: Sequence[Profile], changed: Sequence[Measure], layers: JointLayers, text: Text
) -> elements.PlanMap:
    """Draw the differences, and above them what the two have that the study has not."""
    plan = differences_map(profiles, changed, layers, text)
    if layers.edits is None or layers.edits.empty:
        return plan
    both = {"0": LETTERS["first"], "1": LETTERS["second"], "01": text("comparison.both")}
    shapes = layers.edits.geometry.geom_type
    elements.VectorLayer(
        layers.edits.assign(
            look=["point" if shape == "Point" else "line" for shape in shapes],
            side=[both[sides] for sides in layers.edits["sides"]],
        ),
        title=text("comparison.edits_heading"),
        look=EDIT,
        group=text("comparison.edits_layer"),
        label="name",
        rows=((text("comparison.edit_side"), "side"),),
        counted=False,
    ).add_to(plan)
    return plan


def _pictures_lead(profiles: Sequence[Profile], text: Text, *, moved: bool) -> str:
    if not moved:
        return text("comparison.same")
    return text(f"differences.pictures_lead{'_many' if are_many(profiles) else ''}")


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
            notes.append(text(f"comparison.most_none_{way}", **smallest(comparison, text)))
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
    least = smallest(comparison, text)
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
                side=LETTERS[name],
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
