"""The report on what moved since the edition before, as the two files that a run publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from htkgis.catalog import Catalog
from htkgis.maps import render_edition_page
from htkgis.profile.edition_figures import edition_figures
from htkgis.publish.edition_files import REPORT_FILE, REPORT_PAGE, holds_edition, with_report
from htkgis.publish.folder import MANIFEST
from htkgis.publish.page_sizes import check_sizes
from htkgis.store import Cache, sha256_bytes
from htkgis.study import Study

from .edition_causes import causes_between
from .edition_changes import Attribution, change_report, read_published
from .edition_words import figure_names
from .editions import edition_of, kept_edition
from .localised import localised
from .page_decisions import page_limits
from .page_words import page_words
from .pages import run_facts
from .stated_facts import layer_facts
from .steps import Progress, Results


@dataclass(frozen=True)
class EditionRun:
    """What a run knows of itself when it is about to publish.

    Parameters
    ----------
    study, catalog, hashes, language
        As of the run.
    cache, progress
        Where its steps lie, and who is told of those that a cause needs.
    """

    study: Study
    catalog: Catalog
    hashes: Mapping[str, str]
    language: str
    cache: Cache
    progress: Progress | None = None


def files_with_report(
    run: EditionRun, results: Results, stated: Mapping[str, str], folder: Path
) -> dict[str, bytes]:
    """Give all files that a run publishes: its pages, and the page and the file of the report.

    Where neither data, decisions, code nor any figure differ from what is published, the report of
    the last change stays, in the language of the pages.

    Parameters
    ----------
    results, stated
        Of the run: its values, and the hash of each file that it publishes.
    folder
        Published folder, with the edition before or nothing.

    Raises
    ------
    ConfigError
        If the page is heavier than ``[pages]`` of the study allows.
    """
    facts = layer_facts(run.catalog, run.hashes)
    about = run_facts(run.study.model_dump(mode="json"), facts, run.language)
    report = _last(folder) if holds_edition(stated, folder) else None
    if report is None:
        report = _report(run, results, about, folder)
    text = page_words(
        run.study,
        run.language,
        results["origins"],
        results["profiles"],
        results["municipality"],
    )
    shown = [localised(profile, run.language) for profile in results["profiles"]]
    labels = figure_names(report, shown, text)
    page = render_edition_page(report, labels, shown, text=text, run=about).encode()
    limits_kb = page_limits(run.study, text)
    if limits_kb is not None:
        check_sizes({REPORT_PAGE: page}, limits_kb)
    files = {REPORT_PAGE: page, REPORT_FILE: _json(report)}
    return with_report(results["pages"], files, limits_kb)


def _report(
    run: EditionRun, results: Results, about: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    published = read_published(folder)
    now = edition_of(run.study, run.catalog, run.hashes)
    before = kept_edition(run.cache, folder) if published is not None else None
    attribution = None
    if before is not None:
        attribution = Attribution(
            run.cache, run.language, run.study, run.catalog, before, now, run.progress
        )
    used = {} if published is None else published.manifest["layers"]
    names = [*run.hashes, *(name for name in used if name not in run.hashes)]
    report = change_report(
        published,
        edition_figures(results["figures"], results["profiles"]),
        run=about["run_id"],
        version=about["version"],
        attribution=attribution,
        changed_layers=[n for n in names if used.get(n, {}).get("sha256") != run.hashes.get(n)],
    )
    causes = None if before is None else causes_between(before, now)
    as_before = report["before"] == report["now"] if causes is None else not causes
    if as_before and not report["figures"]:
        return _last(folder) or report
    return report


def _last(folder: Path) -> dict[str, Any] | None:
    """Read the report that is published; None where there is none, or it was edited."""
    try:
        data = (folder / REPORT_FILE).read_bytes()
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if sha256_bytes(data) != manifest["outputs"][REPORT_FILE]["sha256"]:
            return None
        return dict(json.loads(data))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _json(report: Mapping[str, Any]) -> bytes:
    text = json.dumps(report, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (text + "\n").encode()
