"""Publish a scenario as a set of pages of its own, apart from those of the study.

This module imports nothing heavy, so that a run with nothing to do answers at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, first
from htkgis.publish.folder import is_published
from htkgis.scenario_rules import Scenario
from htkgis.store import Cache
from htkgis.study import read_study

from .profile_steps import Decimal
from .profiles import ProfileRun, RunReport, kept_by, published_run
from .scenario_files import read_scenario_file
from .scenario_steps import MEASURED
from .scenarios import checked_state
from .steps import Done, Progress, Results, needed, run_steps
from .updates.installed import finish_interrupted

FOLDER = Path("scenario-maps")
"""Where scenarios are published: beside the study's own pages and never among them, for a set that
is handed on as the plan must hold nothing that is not decided."""


def run_scenario(
    study_path: Path,
    catalog_path: Path,
    scenario_path: Path,
    *,
    year: int | None = None,
    projects: Sequence[str] = (),
    out: Path | None = None,
    data: Path | None = None,
    language: str | None = None,
    decimal: Decimal | None = None,
    keep: int | None = None,
    now: dt.datetime | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    done: Done | None = None,
) -> RunReport:
    """Make and publish the pages of a scenario.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    scenario_path
        ``scenarios/NAME.toml``.
    year
        Of the state; the scenario's own where missing.
    projects
        Ids of the projects whose edits are taken; all edits where there are none.
    out
        Folder to publish in; below :data:`FOLDER` where missing.
    data, language, decimal, keep, now, cache, progress, done
        As :func:`htkgis.pipeline.profiles.run_profiles`.

    Raises
    ------
    HtkgisError
        Nothing was published then, and what was published is as it was.
    """
    kept = cache or Cache.default()

    def begun() -> ScenarioRun:
        study = read_study(study_path)
        catalog = read_catalog(catalog_path, data=data)
        scenario = chosen_scenario(scenario_path, year=year, projects=projects)
        return ScenarioRun(
            study=study,
            catalog=catalog,
            hashes=catalog.checked_hashes(),
            language=language or study.study.language,
            decimal=decimal or study.study.decimal,
            out=out or folder_of(scenario),
            keep=keep or kept_by(study),
            now=now,
            cache=kept,
            scenario=scenario,
        )

    finish_interrupted(catalog_path, data=data)
    return published_run(begun, catalog_path, kept, again=True, progress=progress, done=done)


def folder_of(scenario: Scenario) -> Path:
    """Name the folder that a scenario is published in where nobody names another."""
    return FOLDER / scenario.id


def chosen_scenario(
    path: Path, *, year: int | None = None, projects: Sequence[str] = ()
) -> Scenario:
    """Read a scenario as it is looked at in a year, with the edits of some projects.

    A part, or another year, has an id of its own, so that nobody takes it for the whole.

    Raises
    ------
    ConfigError
        If the file is not right, or has no edit of a project.
    """
    scenario = read_scenario_file(path)
    if year not in {None, scenario.year}:
        scenario = scenario.model_copy(update={"id": f"{scenario.id}-{year}", "year": year})
    if not projects:
        return scenario
    known = dict.fromkeys(edit.project for edit in scenario.edits if edit.project is not None)
    unknown = [project for project in projects if project not in known]
    if unknown:
        msg = (
            f"{path.name} ({path}): {len(unknown)} of {len(projects)} projects have no edit: "
            f"{first(unknown)}; it has edits of {first(list(known)) or 'none'}. Correct --project."
        )
        raise ConfigError(msg)
    own = ", ".join(sorted(set(projects)))
    names = {"name": f"{scenario.name} ({own})", "name_en": f"{scenario.name_en} ({own})"}
    part = scenario.of_projects(projects)
    return part.model_copy(update=names | {"id": "-".join([scenario.id, *sorted(set(projects))])})


@dataclass(frozen=True)
class ScenarioRun(ProfileRun):
    """One run of a scenario; its layers and its folder are held.

    Parameters
    ----------
    scenario
        In the study's own state it is the study, and its set is that of ``htkgis run``.
    """

    scenario: Scenario

    def computed(self, progress: Progress | None, done: Done | None) -> Results:
        """Compute what is stale: first of the state before, then of the scenario."""
        before = run_steps(needed(self.steps(), MEASURED), self.cache, progress=progress, done=done)
        state = checked_state(self.scenario, self.study, before)
        if state is None:
            return super().computed(progress, done)
        results = run_steps(self.steps(state), self.cache, progress=progress, done=done)
        for each in (before, results):
            if each.computed:
                self.check_layers(each)
        return results

    @property
    def is_study(self) -> bool:
        """Whether the scenario is looked at in the study's own state, which no edit touches."""
        return self.scenario.year in {None, self.study.study.state.value}

    @property
    def beside(self) -> tuple[str, ...]:
        """A scenario has no report: it is compared with the study, not with an edition of it."""
        return super().beside if self.is_study else ()

    def stands(self, stated: Mapping[str, str]) -> bool:
        """Tell whether the folder holds just what the run would publish."""
        return super().stands(stated) if self.is_study else is_published(stated, self.out)

    def files(
        self, results: Results, stated: Mapping[str, str], progress: Progress | None
    ) -> dict[str, bytes]:
        """Give all files to publish."""
        if self.is_study:
            return super().files(results, stated, progress)
        return dict(results["pages"])

    def kept_keys(self) -> tuple[str, ...]:
        """Keep nothing for a report that there is none of."""
        return super().kept_keys() if self.is_study else ()
