"""The main job: layers in, three quarter profiles out; only what is stale is computed.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from htkgis.catalog import read_catalog
from htkgis.publish.edition_files import REPORT, is_published_with_report
from htkgis.publish.editions import (
    Edition,
    edition_files,
    keep_standing,
    publish_edition,
    withdrawn_by,
)
from htkgis.publish.folder import MANIFEST, is_published, recover, switch
from htkgis.store import Cache, lock
from htkgis.study import Study, read_study

from .editions import edition_of, keep_edition
from .profile_steps import Decimal, profile_steps
from .steps import Done, Progress, Results, run_steps

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
    decimal: Decimal = "comma",
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
        ``comma`` or ``point``, of the numbers in CSV files.
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
        Nothing was published then, and what was published is as it was.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    spoken, kept = language or study.study.language, cache or Cache.default()
    steps = profile_steps(study, catalog, hashes, spoken, decimal=decimal)
    with lock(out):
        if recover(out):
            keep_standing(out, now=now)
        results = run_steps(steps, kept, progress=progress, done=done)
        stated = published_hashes(results)
        aside = None if again else withdrawn_by(stated[MANIFEST], out)
        changed: list[str] = []
        if aside is not None:
            # what was edited by hand since the rollback is put right, as in any other set
            whole = is_published(aside.files, out)
            changed = [] if whole else switch(edition_files(aside, out), out)
        elif not is_published_with_report(stated, out):
            from .edition_report import EditionRun, files_with_report  # noqa: PLC0415 - loads much

            run = EditionRun(study, catalog, hashes, spoken, kept, progress)
            files = files_with_report(run, results, stated, out)
            changed = publish_edition(files, out, keep=keep or kept_by(study), now=now)
        if aside is None:
            keep_edition(kept, out, edition_of(study, catalog, hashes), catalog)
    # reading a value takes the libraries of geography, which a run with nothing to do spares
    snapping = results["walk_snapping"] if results.computed else {}
    computed = tuple(results.computed)
    names = tuple(sorted({*stated, *REPORT}))
    return RunReport(out, names, computed, tuple(changed), snapping, aside)


def kept_by(study: Study) -> int:
    """Say how many editions a study keeps."""
    return KEEP if study.editions is None else study.editions.keep.value


def published_hashes(results: Results) -> dict[str, str]:
    """Give the hash of every file that the run publishes, without reading any."""
    record = results.records["pages"]
    return {name.removeprefix("pages.").removesuffix(".file"): sha for name, sha in record.items()}


__all__ = ["RunReport", "kept_by", "profile_steps", "published_hashes", "run_profiles"]
