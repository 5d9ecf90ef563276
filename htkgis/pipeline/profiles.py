"""The main job: layers in, three quarter profiles out; only what is stale is computed.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from htkgis.catalog import read_catalog
from htkgis.publish.folder import is_published, recover, switch
from htkgis.store import Cache, lock
from htkgis.study import read_study

from .profile_steps import Decimal, profile_steps
from .steps import Progress, Results, run_steps


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
    """

    folder: Path
    pages: tuple[str, ...]
    computed: tuple[str, ...]
    changed: tuple[str, ...]
    snapping: dict[str, Any] = field(default_factory=dict)


def run_profiles(
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    language: str | None = None,
    decimal: Decimal = "comma",
    cache: Cache | None = None,
    progress: Progress | None = None,
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
    cache
        Where results lie between runs; the user's own where missing.
    progress
        Told before each step that is computed.

    Raises
    ------
    HtkgisError
        Nothing was published then, and what was published is as it was.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    steps = profile_steps(study, catalog, hashes, language or study.study.language, decimal=decimal)
    with lock(out):
        recover(out)
        results = run_steps(steps, cache or Cache.default(), progress=progress)
        stated = published_hashes(results)
        changed: list[str] = []
        if not is_published(stated, out):
            changed = switch(results["pages"], out)
    # reading a value takes the libraries of geography, which a run with nothing to do spares
    snapping = results["walk_snapping"] if results.computed else {}
    return RunReport(out, tuple(sorted(stated)), tuple(results.computed), tuple(changed), snapping)


def published_hashes(results: Results) -> dict[str, str]:
    """Give the hash of every file that the run publishes, without reading any."""
    record = results.records["pages"]
    return {name.removeprefix("pages.").removesuffix(".file"): sha for name, sha in record.items()}


__all__ = ["RunReport", "profile_steps", "published_hashes", "run_profiles"]
