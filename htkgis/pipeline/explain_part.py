"""From any part of a profile back to its rows, its steps, its decisions and its layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.publish.manifest import run_identity
from htkgis.publish.published import published_state
from htkgis.quantities import ADULT
from htkgis.store import Cache
from htkgis.study import read_study

from .explain_layers import layer_rows
from .lineage import Lineage, quantities, traced_steps
from .mode_steps import WALK
from .page_words import definitions_of_a_part
from .pages import told_profile
from .part_rows import picked, table_rows
from .part_sources import PART_SOURCES, PartSource, part_lineage, tables_of
from .profile_steps import profile_steps
from .question import Question, nearest_words
from .steps import Progress, run_steps


@dataclass(frozen=True)
class PartExplanation:
    """What a part of a profile, or some rows of it, was made of, as plain values.

    Parameters
    ----------
    part
        Its path in the profile, for example ``shares.rows``.
    quarter, area
        Names.
    values
        One entry per value: what it is of (``function`` and so on), and the values.
    definitions
        What its indicators measure, from the profile.
    tables
        The tables it was made from: name, the step that made it, rows in all and those of this
        question, and the first of these.
    lineage
        Steps, layers and decisions behind it.
    parameters
        The decisions: key, value, unit, source.
    layers
        The layers: rights, hash, rows read and kept.
    run, published
        Identity of this run, and whether the published set is of the same.
    """

    part: str
    quarter: str
    area: str
    values: list[dict[str, Any]]
    definitions: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    lineage: Lineage
    parameters: list[dict[str, Any]]
    layers: list[dict[str, Any]]
    run: str
    published: bool


def explain_part(
    question: Question,
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> PartExplanation:
    """Explain a part of a profile; what is not in the cache is computed, nothing is published.

    Parameters
    ----------
    question
        ``indicator`` is the key of a part, a path in it such as ``shares.rows``, or what a row is
        named by; the options pick rows.

    Raises
    ------
    HtkgisError
        If there is no such part, quarter or row (the message names the nearest), or a layer is
        not the accepted one.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    steps = profile_steps(study, catalog, hashes, study.study.language)
    steps = [step for step in steps if "pages" not in step.outputs]
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    profile = told_profile(
        _profile_of(question.quarter_id, results["profiles"]), study.study.currency
    )
    path, rows = picked(question, profile)
    part = path.partition(".")[0]
    source = PART_SOURCES.get(part, PartSource(tuple(steps[-1].inputs)))
    traced, keys = traced_steps(study, catalog, hashes)
    modes = study.modes.names if question.mode is None else (question.mode,)
    modes = (WALK,) if source.walking else modes
    lenses = study.profile.lenses if question.lens == ADULT else (question.lens,)
    found = part_lineage(
        source, rows, modes, lenses, steps=traced, keys=keys, study=study, catalog=catalog
    )
    decisions = {row["key"]: row for row in quantities(study.model_dump(mode="json"), "")}
    run = run_identity(
        study=study.model_dump(mode="json"),
        layers={name: {"sha256": sha} for name, sha in hashes.items()},
    )
    made = {name: step.name for step in steps for name in step.outputs}
    names = [name for name in tables_of(source, modes, lenses) if name in made]
    origins = results["origins"]
    own = set(origins.loc[origins["area_id"] == profile["quarter"]["area_id"], "id"])
    return PartExplanation(
        part=path,
        quarter=profile["quarter"]["name"],
        area=profile["area"]["name"],
        values=rows,
        definitions=definitions_of_a_part(
            _definitions(profile, part, rows), results["municipality"]
        ),
        tables=[
            table_rows(results[name], name, made[name], question, rows, profile, own)
            for name in names
        ],
        lineage=found,
        parameters=[decisions[key] for key in found.decisions],
        layers=list(layer_rows(found.layers, catalog, hashes, results, set(made))),
        run=run,
        published=(published_state(out).manifest or {}).get("run") == run,
    )


def _profile_of(quarter_id: str, profiles: list[dict[str, Any]]) -> dict[str, Any]:
    known = {profile["quarter"]["id"]: profile for profile in profiles}
    if quarter_id not in known:
        msg = (
            f"QUARTER {quarter_id!r}: there is no such quarter; "
            f"{nearest_words(quarter_id, list(known))}. Correct it."
        )
        raise ConfigError(msg)
    return known[quarter_id]


def _definitions(
    profile: Mapping[str, Any], part: str, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Take the definitions of a part, and of one indicator where its rows are of one."""
    own = [row for row in profile["definitions"] if row["part"] == part]
    named = {row["indicator"] for row in rows if "indicator" in row}
    chosen = [row for row in own if row["indicator"] in named]
    return chosen or own
