"""The main job: layers in, three quarter profiles out; only what is stale is computed.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import HtkgisError, SourceError, StoreError, first
from htkgis.publish.edition_files import REPORT, is_published_with_report
from htkgis.publish.editions import (
    Edition,
    edition_files,
    keep_standing,
    publish_edition,
    withdrawn_by,
)
from htkgis.publish.folder import MANIFEST, is_published, recover, switch
from htkgis.store import Cache, lock, reading
from htkgis.store.files import files_of
from htkgis.study import Study, read_study

from .edition_cache import NOTES, note_needed, prune
from .editions import edition_of, keep_edition
from .profile_steps import Decimal, profile_steps
from .scenario_steps import ScenarioState
from .steps import Done, Progress, Results, Step, run_steps
from .updates.installed import finish_interrupted

COMPUTING = "a run is computing here"
KEEP = 5
"""Editions that are kept where neither the study nor the caller says how many."""


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    Parameters
    ----------
    folder
        Published folder.
    pages
        Names of all published files.
    computed
        Steps that were computed; the others came from the cache.
    changed
        Files that were added, changed or removed.
    snapping
        How the points of each layer met the streets on foot, as JSON; nothing where the run
        computed nothing.
    rolled_back_to
        The edition that stands because a rollback put aside what this run would publish again;
        nothing was published then. None otherwise.
    """

    folder: Path
    pages: tuple[str, ...]
    computed: tuple[str, ...]
    changed: tuple[str, ...]
    snapping: dict[str, Any] = field(default_factory=dict)
    rolled_back_to: Edition | None = None


def run_profiles(
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    language: str | None = None,
    decimal: Decimal | None = None,
    keep: int | None = None,
    again: bool = False,
    now: dt.datetime | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    done: Done | None = None,
) -> RunReport:
    """Make and publish the profiles of a study.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    out
        Folder to publish in.
    data
        Folder that ``{data}`` stands for in the catalog.
    language
        ``da`` or ``en``; the study's own where missing.
    decimal
        ``comma`` or ``point``, of the numbers in CSV files; as the study's language writes them
        where missing.
    keep
        How many editions are kept; the study's own number where missing, else :data:`KEEP`.
    again
        Whether to publish what a rollback put aside, though nothing has changed since.
    now
        Time of publication, kept with the edition and nowhere in what is published.
    cache
        Where results lie between runs; the user's own where missing.
    progress
        Told before each step that is computed.
    done
        Told after each step.

    Raises
    ------
    HtkgisError
        Nothing was published then, and what was published is as it was. Among others, if an update
        is writing the layers, or another run is writing ``out``.
    """
    kept = cache or Cache.default()

    def begun() -> ProfileRun:
        study = read_study(study_path)
        catalog = read_catalog(catalog_path, data=data)
        return ProfileRun(
            study=study,
            catalog=catalog,
            hashes=catalog.checked_hashes(),
            language=language or study.study.language,
            decimal=decimal or study.study.decimal,
            out=out,
            keep=keep or kept_by(study),
            now=now,
            cache=kept,
        )

    finish_interrupted(catalog_path, data=data)
    return published_run(begun, catalog_path, kept, again=again, progress=progress, done=done)


def published_run(
    begin: Callable[[], ProfileRun],
    catalog_path: Path,
    cache: Cache,
    *,
    again: bool,
    progress: Progress | None,
    done: Done | None,
) -> RunReport:
    """Measure and publish a run that is read once its layers are held.

    Parameters
    ----------
    begin
        Reads study and layers.
    catalog_path, cache, again, progress, done
        As :func:`run_profiles`.
    """
    with reading(catalog_path), reading(cache.folder / NOTES, doing=COMPUTING):
        run = begin()
        out = run.out
        with lock(out):
            results = run.measured(progress, done)
            report = run.published(results, again=again, progress=progress)
            news = report.rolled_back_to is None and run.kept_for_later(results)
    if news:
        with lock(out), contextlib.suppress(StoreError):  # another run is at it: the next does it
            prune(cache, out, now=run.now or dt.datetime.now(dt.UTC))
    return report


@dataclass(frozen=True)
class ProfileRun:
    """One run of the main job, with all that it needs; its layers and its folder are held."""

    study: Study
    catalog: Catalog
    hashes: Mapping[str, str]
    language: str
    decimal: Decimal
    out: Path
    keep: int
    now: dt.datetime | None
    cache: Cache

    def measured(self, progress: Progress | None, done: Done | None) -> Results:
        """Compute what is stale; the layers are those of the beginning when it is done."""
        if recover(self.out):
            keep_standing(self.out, now=self.now)
        return self.computed(progress, done)

    def computed(self, progress: Progress | None, done: Done | None) -> Results:
        """Compute what is stale."""
        results = run_steps(self.steps(), self.cache, progress=progress, done=done)
        if results.computed:
            self.check_layers(results)
        return results

    def steps(self, scenario: ScenarioState | None = None) -> list[Step]:
        """List the steps of the run, or of a scenario on the same layers."""
        return profile_steps(
            self.study,
            self.catalog,
            dict(self.hashes),
            self.language,
            decimal=self.decimal,
            scenario=scenario,
        )

    def check_layers(self, results: Results) -> None:
        """Throw away what was computed from layers that were changed under the run.

        An update waits for a run; somebody who saves a layer by hand does not.
        """
        changed = [name for name, sha in self.hashes.items() if _hash(self.catalog, name) != sha]
        if not changed:
            return
        for step in results.computed:
            self.cache.drop(results.keys[step])
        msg = (
            f"{self.catalog.path.name} ({self.catalog.path}): {len(changed)} layers were changed "
            f"while the run read them: {first(changed)}; nothing was published, and what was "
            "computed is thrown away. Run again when they are saved."
        )
        raise SourceError(msg)

    def published(self, results: Results, *, again: bool, progress: Progress | None) -> RunReport:
        """Switch the set in, unless it stands or a rollback put it aside."""
        out, stated = self.out, published_hashes(results)
        aside = None if again else withdrawn_by(stated[MANIFEST], out)
        changed: list[str] = []
        if aside is not None:
            # what was edited by hand since the rollback is put right, as in any other set
            whole = is_published(aside.files, out)
            changed = [] if whole else switch(edition_files(aside, out), out)
        elif not self.stands(stated):
            files = self.files(results, stated, progress)
            changed = publish_edition(
                files, out, keep=self.keep, years=years_kept_by(self.study), now=self.now
            )
        # reading a value takes the libraries of geography, which a run with nothing to do spares
        snapping = results["walk_snapping"] if results.computed else {}
        names = tuple(sorted({*stated, *self.beside}))
        return RunReport(out, names, tuple(results.computed), tuple(changed), snapping, aside)

    @property
    def beside(self) -> tuple[str, ...]:
        """Name the files that are published beside the pages."""
        return REPORT

    def stands(self, stated: Mapping[str, str]) -> bool:
        """Tell whether the folder holds just what the run would publish."""
        return is_published_with_report(stated, self.out)

    def files(
        self, results: Results, stated: Mapping[str, str], progress: Progress | None
    ) -> dict[str, bytes]:
        """Give all files to publish: the pages, and the report on what moved."""
        from .edition_report import EditionRun, files_with_report  # noqa: PLC0415 - loads much

        run = EditionRun(self.study, self.catalog, self.hashes, self.language, self.cache, progress)
        return files_with_report(run, results, stated, self.out)

    def kept_keys(self) -> tuple[str, ...]:
        """Keep decisions and layers for the next report, and name where they lie in the cache."""
        edition = edition_of(self.study, self.catalog, self.hashes)
        return keep_edition(self.cache, self.out, edition, self.catalog)

    def kept_for_later(self, results: Results) -> bool:
        """Keep what the edition was made of, and note what it rests on; tell whether that is news.

        The set stands by now: a disk that refuses is a warning, and the next run does it.
        """
        try:
            keys = {*self.kept_keys(), *results.keys.values(), *self.cache.written}
            return note_needed(self.cache, self.out, keys)
        except StoreError as error:
            cause = error.__cause__
            why = cause.strerror if isinstance(cause, OSError) else error
            msg = (
                f"{self.cache.folder.name} ({self.cache.folder}): the set is published, and what "
                f"it was made of could not be kept for the next report of changes: {why}. The "
                "next run does it."
            )
            warnings.warn(msg, stacklevel=3)
            return False


def _hash(catalog: Catalog, name: str) -> str:
    try:
        return catalog.hash(name)
    except HtkgisError:
        return ""


def kept_by(study: Study) -> int:
    """Say how many editions a study keeps."""
    return KEEP if study.editions is None else study.editions.keep.value


def years_kept_by(study: Study) -> int:
    """Say of how many years before this one a study keeps the last edition."""
    rules = study.editions
    return 0 if rules is None or rules.years is None else rules.years.value


def published_hashes(results: Results) -> dict[str, str]:
    """Give the hash of every file that the run publishes, without reading any."""
    record = files_of("pages", results.records["pages"])
    return {name.removeprefix("pages.").removesuffix(".file"): sha for name, sha in record.items()}


__all__ = ["RunReport", "kept_by", "profile_steps", "published_hashes", "run_profiles"]
