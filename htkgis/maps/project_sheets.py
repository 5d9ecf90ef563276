"""Project sheets: what each project of a scenario does, one printed page per project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import tables
from .page import render_page, run_values
from .project_map import ProjectLayers, project_map
from .resources import own as own_file
from .tables.project_effects import (
    costs_table,
    left_out_table,
    ordered,
    ranks_table,
    who_table,
)
from .text import Text

Given = Mapping[str, Any]
ESTIMATE = "estimate"
"""Case of ranks that other orders of building could change, where shares were estimated."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What the sheets of a scenario show, in the language of the words.

    Parameters
    ----------
    effects
        The facts of a report on effects: ``projects``, ``effects``, ``left_out``, ``persons`` and
        what was measured.
    about
        ``scenario``, ``note``, ``municipality``, ``crs``; ``longest_min``, ``felt_min``,
        ``everyday_min`` and ``min_persons`` of the study; ``cases``, by name ``speed_kph`` or
        ``longest_min``.
    areas
        Names of areas by id.
    edits
        By project: kind, values of its words, and a note, of each edit.
    layers
        What the map of each project draws.
    """

    effects: Given
    about: Given
    areas: Mapping[str, str]
    edits: Mapping[str, Sequence[tuple[str, Given, str]]]
    layers: Mapping[str, ProjectLayers]


def render_project_sheets(catalogue: Catalogue, run: dict[str, Any], *, text: Text) -> str:
    """Render the sheets as a page that stands alone: no script, no other file."""
    effects, about = catalogue.effects, catalogue.about
    projects = ordered(effects["projects"])
    hidden = any(row["hidden"] for row in effects["effects"])
    notes = [text("effects.ranks.note")]
    if hidden:
        notes.append(text("effects.hidden_note", count=text.format_number(about["min_persons"])))
    return render_page(
        "project_sheets.html",
        text=text,
        title=text("effects.title", scenario=about["scenario"], municipality=about["municipality"]),
        css=[own_file("sheets.css")],
        language=text("language.html"),
        profile={"study": {"municipality": about["municipality"], "crs": about["crs"]}},
        scenario_name=text("effects.scenario", name=about["scenario"], year=effects["year"]),
        scenario_note=about["note"],
        lead=_lead(catalogue, text),
        who=_who(catalogue, text),
        ranks=ranks_table(
            projects, tested=len(effects["cases"]) > 1, note=" ".join(notes), text=text
        ),
        sheets=[_sheet(catalogue, row, text) for row in projects],
        left_out=left_out_table(effects["left_out"], text),
        method=_method(catalogue, text),
        sources_table=tables.sources(run["sources"], text),
        **run_values(run, text),
    )


def _lead(catalogue: Catalogue, text: Text) -> list[str]:
    """Say whose ways to what were measured."""
    effects, about = catalogue.effects, catalogue.about
    functions = text.join([text(f"nearest.{name}") for name in effects["functions"]])
    persons = text.format_number(effects["persons"]["everybody"])
    words: dict[str, Any] = {"persons": persons, "functions": functions}
    if effects["mode"] == "transit":
        words |= {"window": about["window"], "percent": about["percent"]}
    said = [text(f"effects.lead_{effects['mode']}", **words)]
    said += [_who(catalogue, text), text("effects.today")]
    if effects["sketch"]:
        said.append(text("effects.sketch"))
    return said


def _who(catalogue: Catalogue, text: Text) -> str:
    """Say whose persons are counted."""
    effects = catalogue.effects
    if effects["counted_at"] != "gates":
        return text("effects.addresses")
    counted = [name for name in effects["persons"] if name in catalogue.areas]
    return text("effects.gates", areas=text.join([catalogue.areas[name] for name in counted]))


def _method(catalogue: Catalogue, text: Text) -> list[str]:
    about, effects = catalogue.about, catalogue.effects
    limits = {
        name: text.format_number(about[f"{name}_min"], None)
        for name in ("longest", "felt", "everyday")
    }
    said = [
        text("effects.method.minutes", longest=limits["longest"]),
        text("effects.method.felt", felt=limits["felt"]),
        text("effects.method.reach", everyday=limits["everyday"]),
    ]
    if effects["jobs_min"]:
        said.append(text("effects.method.jobs"))
    if any("moved_in" in row for row in effects["projects"]):
        said.append(text("effects.method.homes", everyday=limits["everyday"]))
    said.append(text("effects.method.share"))
    if not effects["exact"]:
        orders = text.format_number(effects["orders"])
        said.append(text("effects.method.sampled", orders=orders))
    said.append(text("effects.method.budget"))
    tried = [name for name in effects["cases"] if name in about["cases"]]
    tried += [] if effects["exact"] else [ESTIMATE]
    if tried:
        said.append(text("effects.method.ranks", cases=_cases(tried, about, text)))
    return said


def _cases(names: Sequence[str], about: Given, text: Text) -> str:
    """Name cases by what they change."""
    words = []
    for name in names:
        if name == ESTIMATE:
            words.append(text("effects.method.case_estimate"))
            continue
        case = about["cases"][name]
        kind = "speed" if "speed_kph" in case else "longest"
        value = case["speed_kph" if kind == "speed" else "longest_min"]
        words.append(text(f"effects.method.case_{kind}", **{kind: text.format_number(value, None)}))
    return text.join(words)


def _sheet(catalogue: Catalogue, row: Given, text: Text) -> dict[str, Any]:
    """Write one project: its edits, what they mean, a map, and tables."""
    project, key = row["project"], f"project-{row['project']}".replace("_", "-")
    layers = catalogue.layers[project]
    found = project_map(layers, key=f"{key}-map", project=row["name"], text=text)
    drawing, legend, in_cells = found
    notes = [text("effects.sheet.map_note")]
    if in_cells:
        notes.append(text("effects.sheet.map_cells", metres="100"))
    own = [each for each in catalogue.effects["effects"] if each["project"] == project]
    return {
        "key": key,
        "name": row["name"],
        "edits": [_edit(*edit, text=text) for edit in catalogue.edits[project]],
        "sentences": _sentences(catalogue, row, text),
        "map": drawing,
        "legend": legend,
        "map_notes": notes,
        "who": who_table(own, key=key, project=row["name"], areas=catalogue.areas, text=text),
        # without a budget a sentence says so, and there is nothing to put beside the effect
        "costs": None if row["budget_mio"] is None else costs_table(row, key=key, text=text),
    }


def _edit(kind: str, values: Given, note: str, *, text: Text) -> tuple[str, str]:
    """Write an edit in words, and the note that its file gives."""
    said = dict(values)
    if "function" in said:
        said["function"] = text(f"function.{said['function']}").lower()
    words = text(f"effects.edit.{kind}", **{n: v for n, v in said.items() if n != "until"})
    until = values.get("until")
    return (f"{words} {text('effects.edit.until', year=until)}" if until else words), note


def _sentences(catalogue: Catalogue, row: Given, text: Text) -> list[str]:
    """Say what a project does, with whom it acts together, and where it stands."""
    further = [*_jobs(catalogue, row, text), *_homes(row, text)]
    if row["touched"] == 0:
        return [text("effects.sheet.nothing"), *further]
    if row["rank"] is None or row["saved_person_min_alone"] is None:
        return [text("effects.sheet.alone_hidden"), *further]
    alone = row["saved_person_min_alone"]
    counts = {
        name: _persons(persons, text)
        for name, persons in ((each, row[f"{each}_alone"]) for each in ("gainers", "losers"))
    }
    counts["felt"] = text.format_number(catalogue.about["felt_min"], None)
    said = [
        text("effects.sheet.alone", saved=text.format_number(alone), **counts)
        if alone >= 0
        else text("effects.sheet.alone_lost", lost=text.format_number(-alone), **counts)
    ]
    if len(catalogue.effects["projects"]) > 1:
        said += _together(catalogue, row, text)
    return [*said, *further, *_rank(catalogue, row, text)]


def _jobs(catalogue: Catalogue, row: Given, text: Text) -> list[str]:
    """Say how many jobs more or fewer a resident reaches by a project."""
    said = []
    for limit in catalogue.effects["jobs_min"]:
        share, alone = (row.get(f"jobs_{limit:g}{part}") for part in ("", "_alone"))
        words = {"limit": text.format_number(limit, None)}
        if share is None or alone is None:
            said.append(text("effects.sheet.jobs_hidden", **words))
        elif share or alone:
            words["more"] = _jobs_words(abs(alone), text)
            words["word"] = text(
                "effects.sheet.jobs_more" if alone >= 0 else "effects.sheet.jobs_fewer"
            )
            said.append(text("effects.sheet.jobs", share=_jobs_words(share, text), **words))
    return said


def _jobs_words(jobs: float, text: Text) -> str:
    """Write jobs per resident; a tenth of a job is told of few only."""
    return text.format_number(jobs, 0 if abs(jobs) >= 10 else 1)  # noqa: PLR2004


def _homes(row: Given, text: Text) -> list[str]:
    """Say who moves in and out by a project."""
    said = []
    if row.get("moved_in_alone"):
        words = {"count": text.format_number(row["moved_in_alone"])}
        reach, share = row["new_reach_alone"], row["new_reach"]
        if reach is None or share is None:
            said.append(text("effects.sheet.moved_in_hidden", **words))
        else:
            words |= {"reach": text.format_number(reach), "share": text.format_number(share)}
            said.append(text("effects.sheet.moved_in", **words))
    if row.get("moved_out_alone"):
        count = text.format_number(row["moved_out_alone"])
        said.append(text("effects.sheet.moved_out", count=count))
    return said


def _persons(count: float | None, text: Text) -> str:
    """Write a number of residents inside a sentence; hidden is not none."""
    if count is None:
        return text("effects.count_hidden")
    return text.format_number(count) if count else text("effects.none")


def _together(catalogue: Catalogue, row: Given, text: Text) -> list[str]:
    """Say what a project does beside the others."""
    names = {other["project"]: other["name"] for other in catalogue.effects["projects"]}
    whole = next(
        each
        for each in catalogue.effects["effects"]
        if (each["project"], each["measure"], each["function"], each["group"])
        == (row["project"], "saved", "all", "everybody")
    )
    if not row["interacts_with"] and whole["alone"] == whole["last"] == whole["shapley"]:
        return [text("effects.sheet.apart")]
    said = [
        text(
            "effects.sheet.shared",
            share=text.format_number(whole["shapley"]),
            last=text.format_number(whole["last"]),
        )
    ]
    for other, minutes in row["interacts_with"]:
        kind = "more_with" if minutes > 0 else "less_with"
        said.append(
            text(
                f"effects.sheet.{kind}",
                other=names[other],
                minutes=text.format_number(abs(minutes)),
            )
        )
    if not row["interacts_with"]:
        said.append(text("effects.sheet.several"))
    return said


def _rank(catalogue: Catalogue, row: Given, text: Text) -> list[str]:
    kind = "priced" if row["ranked_by"] == "per_mio" else "unpriced"
    said = [text(f"effects.sheet.{kind}", rank=row["rank"])]
    if len(catalogue.effects["cases"]) > 1:
        if row["holds"] == "sure":
            said.append(text("effects.sheet.rank_sure"))
        else:
            cases = _cases(row["moved_by"], catalogue.about, text)
            said.append(text("effects.sheet.rank_sensitive", cases=cases))
    return said
