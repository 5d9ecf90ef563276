"""Which figures moved since the edition before, by how much, and because of what.

A cause is told by recomputing: everything as in the edition before and one thing new. The steps'
keys see to it that only what depends on it is computed. One cause alone needs no computing: what
moved, moved because of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import HtkgisError
from htkgis.profile.edition_figures import (
    PROTECTED_UNITS,
    Figure,
    FigureKey,
    Movement,
    compare_editions,
    edition_figures,
    median_change,
)
from htkgis.profile.rounding import plain
from htkgis.publish.folder import MANIFEST
from htkgis.store import Cache, sha256_bytes
from htkgis.study import Study

from .edition_causes import Cause, catalog_with, causes_between, changed_decisions, study_of
from .edition_rows import changed_rows, rows_that_matter
from .editions import Edition, kept_catalog
from .exports import FIGURES
from .figure_table import why_missing
from .profile_steps import profile_steps
from .steps import Progress, needed, run_steps

PROFILE = "profile.json"
SCHEMA = 1
Figures = dict[FigureKey, Figure]


@dataclass(frozen=True)
class Published:
    """An edition as it stands in a folder: its figures and its manifest."""

    figures: Figures
    manifest: dict[str, Any]


@dataclass
class Effect:
    """What one cause does alone: the figures with it and without.

    ``with_it`` is missing where nothing had to be computed, as the cause is the only one, and where
    it cannot be told (``told`` is false): the new layer does not fit the others as they were.
    """

    cause: Cause
    without: Figures = field(default_factory=dict)
    with_it: Figures | None = None
    told: bool = True

    def moves(self, key: FigureKey) -> bool:
        """Tell whether a figure is another because of the cause."""
        return self.with_it is not None and self.without.get(key) != self.with_it.get(key)


def read_published(folder: Path) -> Published | None:
    """Read the figures of a published edition; None unless they are whole, as its manifest says."""
    try:
        data = {name: (folder / name).read_bytes() for name in (MANIFEST, FIGURES, PROFILE)}
    except OSError:
        return None
    return published_of(data)


def published_of(data: Mapping[str, bytes]) -> Published | None:
    """Read figures from the bytes of an edition's files, as :func:`read_published` does."""
    try:
        manifest = json.loads(data[MANIFEST])
        outputs = manifest["outputs"]
        if any(sha256_bytes(data[n]) != outputs[n]["sha256"] for n in (FIGURES, PROFILE)):
            return None
        profiles = json.loads(data[PROFILE])["quarters"]
        figures = pd.read_parquet(io.BytesIO(data[FIGURES]))
        return Published(edition_figures(figures, profiles), manifest)
    except (ValueError, KeyError, TypeError):
        # of another version of htkgis, whose figures have other keys
        return None


@dataclass(frozen=True)
class Attribution:
    """All that recomputing needs.

    Parameters
    ----------
    cache, language, progress
        As of the run.
    study, catalog
        As they are now.
    before, now
        What the two editions were made of.
    """

    cache: Cache
    language: str
    study: Study
    catalog: Catalog
    before: Edition
    now: Edition
    progress: Progress | None = None

    def effects(self, published: Figures) -> list[Effect]:
        """Compute what each cause does alone; nothing where there is only one.

        Parameters
        ----------
        published
            Figures of the edition before.
        """
        causes = causes_between(self.before, self.now)
        if len(causes) < 2:  # noqa: PLR2004 - a cause alone explains all
            return [Effect(cause) for cause in causes]
        try:
            study = study_of(self.before.study)
            catalog = kept_catalog(self.cache, self.before, self.catalog)
            code = next((cause for cause in causes if cause.kind == "code"), None)
            base = published if code is None else self._figures(study, catalog)
        except (HtkgisError, ValueError):
            return [Effect(cause, told=False) for cause in causes]
        found = [] if code is None else [Effect(code, published, base)]
        rest = causes[len(found) :]
        return found + [self._effect(cause, base, study, catalog) for cause in rest]

    def _effect(self, cause: Cause, base: Figures, study: Study, catalog: Catalog) -> Effect:
        try:
            if cause.kind == "study":
                return Effect(cause, base, self._figures(self.study, catalog))
            mixed = catalog_with(catalog, self.catalog, cause)
            return Effect(cause, base, self._figures(study, mixed))
        except (HtkgisError, ValueError):
            return Effect(cause, told=False)

    def _figures(self, study: Study, catalog: Catalog) -> Figures:
        hashes = {name: layer.sha256 for name, layer in catalog.layers.items()}
        steps = profile_steps(study, catalog, hashes, self.language)
        wanted = needed(steps, ("figures", "profiles"))
        results = run_steps(wanted, self.cache, progress=self.progress)
        return edition_figures(results["figures"], results["profiles"])

    def rows(self, cause: Cause) -> list[dict[str, Any]]:
        """List the rows that differ in the layers of a cause; nothing where they are not kept."""
        if cause.kind != "layers":
            return []
        try:
            before = kept_catalog(self.cache, self.before, self.catalog)
        except HtkgisError:
            return []
        return [changed_rows(name, before, self.catalog, self.study) for name in cause.layers]


def change_report(
    published: Published | None,
    figures: Figures,
    *,
    run: str,
    version: str,
    attribution: Attribution | None,
    changed_layers: Sequence[str] = (),
) -> dict[str, Any]:
    """Put the report together, as ``changes.json`` holds it.

    Parameters
    ----------
    published
        The edition before; None where there is none, or it cannot be read.
    figures
        Of the edition now.
    run, version
        Of the edition now.
    attribution
        What recomputing needs; None where the edition before is no longer kept.
    changed_layers
        Layers whose hash differs in the two manifests, for a report without attribution.

    Returns
    -------
    report
        ``before`` and ``now`` (``run``, ``version``); ``attributed``: whether causes were told
        apart; counts ``compared``, ``moved``, ``new``, ``gone``, ``hidden``, ``same``; ``causes``
        and ``figures``, both empty where there is no edition before.
    """
    report: dict[str, Any] = {
        "schema": SCHEMA,
        "before": None,
        "now": {"run": run, "version": version},
        "attributed": attribution is not None,
        "causes": [],
        "figures": [],
    }
    if published is None:
        return report | {"compared": 0, "attributed": False}
    movements = compare_editions(published.figures, figures)
    kinds = ("moved", "new", "gone", "hidden", "same")
    counts = {kind: sum(each.kind == kind for each in movements) for kind in kinds}
    report["before"] = {
        "run": published.manifest["run"],
        "version": published.manifest["htkgis"],
    }
    moved = [each for each in movements if each.kind in {"moved", "new", "gone"}]
    if attribution is None:
        causes = [
            {"id": name, "kind": "layers", "layers": [name], "told": False, "moved": None}
            for name in changed_layers
        ]
        rows = [figure_row(each, []) for each in moved]
    else:
        effects = attribution.effects(published.figures)
        causes, rows = _attributed(effects, moved, attribution)
    report |= {"compared": len(movements), **counts, "causes": causes, "figures": rows}
    return report


def _attributed(
    effects: list[Effect], moved: list[Movement], attribution: Attribution
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give each figure its causes, and each cause the number of its figures."""
    changed = {effect.cause.id: attribution.rows(effect.cause) for effect in effects}
    rows = [figure_row(each, _causes_of(each, effects, changed)) for each in moved]
    causes = []
    for effect in effects:
        own = effect.cause
        named = sum(any(c["cause"] == own.id for c in row["causes"]) for row in rows)
        causes.append(
            {
                "id": own.id,
                "kind": own.kind,
                "layers": list(own.layers),
                "told": effect.told,
                "moved": named if effect.told else None,
                "rows": changed[own.id],
                "decisions": changed_decisions(attribution.before.study, attribution.now.study)
                if own.kind == "study"
                else [],
                "versions": [attribution.before.version, attribution.now.version]
                if own.kind == "code"
                else [],
            }
        )
    return causes, rows


def _causes_of(
    movement: Movement, effects: list[Effect], changed: Mapping[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Name the causes that move a figure alone; none of them where only several together do."""
    alone = len(effects) == 1
    key, found = movement.key, []
    for effect in effects:
        if not (alone or effect.moves(key)):
            continue
        change = movement.change if alone else _own_change(effect, key)
        rows = rows_that_matter(changed[effect.cause.id], key.function)
        found.append({"cause": effect.cause.id, "change": change, "rows": rows})
    return found


def _own_change(effect: Effect, key: FigureKey) -> float | None:
    """How far the median moves with one cause alone.

    Of what may be withheld nothing is said: figures that were never published would tell more than
    the two editions do.
    """
    before, after = effect.without.get(key), (effect.with_it or {}).get(key)
    units = {figure.unit for figure in (before, after) if figure is not None}
    return None if units & PROTECTED_UNITS else median_change(before, after)


def figure_row(movement: Movement, causes: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a figure that moved, as a report holds it."""
    figure = movement.after or movement.before
    assert figure is not None  # noqa: S101 - a figure that moved is in one of them
    return {
        **movement.key._asdict(),
        "unit": figure.unit,
        "kind": movement.kind,
        "before": _shown(movement.before),
        "after": _shown(movement.after),
        "change": plain(movement.change),
        "causes": causes,
    }


def _shown(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    bound = "at_least" if figure.lower_bound else "at_most" if figure.upper_bound else None
    spread = {"min": figure.min, "median": figure.median, "max": figure.max}
    missing = why_missing(figure.median is not None, figure.unit, hidden=figure.hidden)
    return {name: plain(value) for name, value in spread.items()} | {
        "bound": bound,
        "missing": missing,
    }
