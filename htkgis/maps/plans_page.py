"""Projects of all quarters on one map, with their status, years and how certain they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import elements, style
from .charts import timeline
from .charts.timeline import STATUSES
from .drawings import kept_drawings
from .joint_layers import JointLayers, Profile, bounds_of, draw_ground, ground_layers
from .joint_page import JointPage, Section
from .picture import Picture
from .shapes import extent
from .style import Look
from .tables.cell import period
from .tables.plans import numbered, plans_table, unplaced_table
from .text import Text

Project = Mapping[str, Any]
SIGNS = {
    "done": ("circle", "#0f3d5c"),
    "running": ("triangle", "#f0b429"),
    "planned": ("diamond", style.PAPER),
    "cancelled": ("square", style.PAPER),
}
"""Shape and fill by status; cancelled ones are struck out too."""


def plans_page(profiles: Sequence[Profile], layers: JointLayers, text: Text) -> JointPage | None:
    """Lay out the page; None where no quarter has a project."""
    projects = numbered(profiles)
    if not projects:
        return None
    study = profiles[0]["study"]
    placed = [row for row in projects if row["number"] is not None]
    drawn, (pictures,) = kept_drawings("plans", _drawings, placed, layers, text)
    return JointPage(
        file=text("plans.file"),
        key="plans",
        title=text("plans.title", municipality=study["municipality"], state=study["state"]),
        kicker=text("plans.kicker", state=study["state"]),
        heading=text("plans.heading"),
        lead=text(
            "plans.lead",
            count=text.format_number(len(projects)),
            quarters=text.format_number(len(profiles)),
            counts=text.join(list(_counts(projects, text))),
            drawn=text.format_number(len(placed)),
            listed=text.format_number(len(projects) - len(placed)),
        ),
        findings=[text("plans.status_note", done=text("project_status.done"))],
        map=drawn,
        map_heading=text("plans.map_heading"),
        no_script=text("plans.no_script"),
        legend=legend_of(placed, text),
        pictures=pictures,
        pictures_heading=text("plans.pictures"),
        pictures_lead=text("plans.fixed"),
        sections=[
            Section("projects", text("plans.table"), tables=[plans_table(projects, text)]),
            *_unplaced(projects, text),
        ],
        timelines=[
            (profile["quarter"]["name"], timeline(profile, text, others=profiles))
            for profile in profiles
            if profile["projects"]
        ],
    )


def _unplaced(projects: Sequence[Project], text: Text) -> list[Section]:
    """List the projects without a place on the map; nothing where all have one."""
    table = unplaced_table(projects, text)
    if not table:
        return []
    lead = text("plans.unplaced_lead")
    return [Section("unplaced", text("plans.unplaced"), lead=lead, tables=[table])]


def project_look(row: Project) -> Look:
    """Look of a project by its status; a ring where its place is known only roughly."""
    shape, fill = SIGNS[row["status"]]
    return Look(
        "point",
        fill=fill,
        stroke=style.INK,
        weight=2,
        shape=shape,
        radius=9,
        strike=2 if row["status"] == "cancelled" else 0,
        ring=bool(row["approximate"]),
    )


def legend_of(placed: Sequence[Project], text: Text) -> list[tuple[Look, str]]:
    """List each status that is drawn, and the ring where there is one."""
    plain = {row["status"]: project_look({**row, "approximate": False}) for row in placed}
    found = [
        (plain[status], text(f"project_status.{status}")) for status in STATUSES if status in plain
    ]
    ring = Look("point", fill=style.PAPER, radius=5, ring=True)
    rough = any(row["approximate"] for row in placed)
    return [*found, *([(ring, text("plans.approximate"))] if rough else [])]


def _counts(projects: Sequence[Project], text: Text) -> Iterator[str]:
    for status in STATUSES:
        count = sum(row["status"] == status for row in projects)
        if count:
            yield text(f"plans.count_{status}", count=text.format_number(count))


def _positions(placed: Sequence[Project], layers: JointLayers) -> list[Any]:
    at = layers.projects.set_index("id").geometry
    return [at[row["id"]] for row in placed]


def _drawings(
    placed: Sequence[Project], layers: JointLayers, text: Text
) -> tuple[elements.PlanMap, list[list[tuple[str, Any]]]]:
    fixed = (text("plans.fixed_title"), _picture(placed, layers, text))
    return _map(placed, layers, text), [[fixed]]


def _map(placed: Sequence[Project], layers: JointLayers, text: Text) -> elements.PlanMap:
    points = layers.projects[layers.projects["id"].isin([row["id"] for row in placed])]
    plan = elements.PlanMap(
        extent(layers.quarters, points, margin=0.08),
        text=text,
        title=text("plans.map"),
        limits=extent(layers.municipality, layers.quarters, points, margin=0.2),
        reset=text("plans.reset"),
        background=layers.background,
    )
    for layer in ground_layers(layers, text):
        layer.add_to(plan)
    order = {row["id"]: row for row in placed}
    frame = points[["id", "geometry"]].reset_index(drop=True)
    rows = [order[key] for key in frame["id"]]
    for status in STATUSES:
        chosen = [at for at, row in enumerate(rows) if row["status"] == status]
        if chosen:
            own = [rows[at] for at in chosen]
            _projects(frame.iloc[chosen], own, status, text).add_to(plan)
    if any(row["approximate"] for row in placed):
        plan.add_sign(*legend_of(placed, text)[-1])
    return plan


def _projects(frame: Any, rows: Sequence[Project], status: str, text: Text) -> elements.VectorLayer:
    looks = {
        f"{rough}": project_look({"status": status, "approximate": rough})
        for rough in (False, True)
    }
    words = text(f"project_status.{status}")
    return elements.VectorLayer(
        frame.assign(
            look=[str(bool(row["approximate"])) for row in rows],
            words=[f"{row['number']}. {row['name']}" for row in rows],
            quarter_words=[row["quarter_name"] for row in rows],
            kind_words=[text(f"project_kind.{row['kind']}") for row in rows],
            status_words=words,
            year_words=[period(row["year_from"], row["year_to"], text) for row in rows],
            note_words=[row["note"] or "" for row in rows],
        ),
        title=words[:1].upper() + words[1:],
        look=looks,
        group=text("plans.group"),
        label="words",
        rows=(
            (text("plans.quarter"), "quarter_words"),
            (text("layer.kind_row"), "kind_words"),
            (text("plans.popup_status"), "status_words"),
            (text("plans.popup_years"), "year_words"),
            (text("layer.note_row"), "note_words"),
        ),
        key="project",
    )


def _picture(placed: Sequence[Project], layers: JointLayers, text: Text) -> Any:
    bounds = bounds_of([layers.quarters, layers.projects], margin=0.05)
    drawn = Picture(bounds, least_height=180, letters=12)
    draw_ground(drawn, layers)
    for row, point in zip(placed, _positions(placed, layers), strict=True):
        drawn.add_symbol(point, project_look(row), str(row["number"]), size=0.6)
    return drawn.render(
        "plans",
        title=text("plans.fixed_title"),
        description=text("plans.fixed_about", count=text.format_number(len(placed))),
        bar_words=text("region.km", km="{km}"),
    )
