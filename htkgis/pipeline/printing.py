"""Maps on paper: the tables of a run, drawn at an exact scale and written as files."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyproj

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, first
from htkgis.extras import require
from htkgis.maps.text import Text
from htkgis.publish.into_folder import write_into
from htkgis.store import Cache
from htkgis.study import Study, read_study

from .localised import localised_table
from .page_words import words_by_layers
from .pages import run_facts
from .profile_steps import profile_steps
from .stated_facts import layer_facts
from .steps import Progress, Results, needed, run_steps

if TYPE_CHECKING:
    from htkgis.maps.paper import PaperTables, PrintedSheet

TABLES = (
    "municipality",
    "quarters",
    "areas",
    "origins",
    "places",
    "isochrones",
    "streets",
    "barriers",
)
DRAWN_ROLES = (
    "municipality",
    "quarters",
    "housing_areas",
    "gates",
    "addresses",
    "streets",
    "street_nodes",
    "barriers",
    "address_ids",
    "stations",
    "places",
    "place_corrections",
    "jobs",
)
"""Roles of the layers that a map shows, and credits."""

QUARTER_PLANS_UNTIL = 10_000
"""Below this scale (its denominator) a map is of one quarter."""


@dataclass(frozen=True)
class PrintReport:
    """What was printed.

    Parameters
    ----------
    paths
        Files, in the order of the sheets.
    sheets
        What is on each.
    """

    paths: tuple[Path, ...]
    sheets: tuple[PrintedSheet, ...]


def print_maps(
    study_path: Path,
    catalog_path: Path,
    quarter: str | None,
    out: Path,
    *,
    scale: int,
    paper: str,
    file_format: str = "pdf",
    print_only: bool = False,
    data: Path | None = None,
    language: str | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> PrintReport:
    """Print the maps of a study; all of them are made before the first is written.

    Parameters
    ----------
    study_path, catalog_path, data, language, cache, progress
        As :func:`htkgis.pipeline.profiles.run_profiles`.
    quarter
        Id of a quarter; None for all: one map each at large scales, one map of all at others.
    out
        Folder; made where it is missing.
    scale
        The denominator: 20000 for 1:20,000.
    paper
        ``A4``, ``A3`` or ``A1``.
    file_format
        ``pdf``, ``png`` or ``svg``.
    print_only
        A PDF without tags; it says so itself.

    Raises
    ------
    MissingDependencyError
        If the packages for printing are not installed.
    ConfigError
        If the study has no such quarter.
    HtkgisError
        A layer is missing or wrong; nothing was written.
    """
    printer = _printer()
    study = read_study(study_path)
    wanted = _wanted(study, quarter, scale)
    order = printer.Order(scale, paper, file_format, print_only)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    language = language or study.study.language
    steps = profile_steps(study, catalog, hashes, language)
    results = run_steps(needed(steps, TABLES), cache or Cache.default(), progress=progress)
    words = words_by_layers(study, catalog, language, results["origins"], results["municipality"])
    tables = _tables(printer, results, words)
    notes = _notes(printer, study, layer_facts(catalog, hashes), words)
    sheets = [
        sheet
        for each in wanted
        for sheet in printer.print_sheets(
            tables, order, each, crs=study.study.crs, notes=notes, text=words
        )
    ]
    paths = write_into(out, {sheet.name: sheet.content for sheet in sheets})
    return PrintReport(tuple(paths), tuple(sheets))


def _printer() -> Any:
    require("print", "htkgis print")
    return importlib.import_module("htkgis.maps.paper")


def _wanted(study: Study, quarter: str | None, scale: int) -> list[str | None]:
    ids = [each.id for each in study.quarters]
    if quarter is None:
        return [*ids] if scale < QUARTER_PLANS_UNTIL else [None]
    if quarter not in ids:
        msg = (
            f"quarter {quarter!r}: the study has no such quarter; allowed: {first(ids)}. "
            "Correct the name, or leave it out for all of them."
        )
        raise ConfigError(msg)
    return [quarter]


def _tables(printer: Any, results: Results, words: Text) -> PaperTables:
    tables: PaperTables = printer.PaperTables(
        **{name: localised_table(results[name], words.language) for name in TABLES}
    )
    return tables


def _notes(
    printer: Any, study: Study, layers: Mapping[str, Mapping[str, Any]], words: Text
) -> list[str]:
    """Say at the foot what a reader has to know: limits of use, date, projection, sources, run."""
    run = run_facts(study.model_dump(mode="json"), layers, words.language)
    drawn = [source for source in run["sources"] if source["role"] in DRAWN_ROLES]
    newest = max(str(source["published"]) for source in drawn)
    notes = [
        words("paper.date", date=words.format_date(newest)),
        words("paper.projection", name=pyproj.CRS(study.study.crs).name, crs=study.study.crs),
        words("paper.run", version=run["version"], run=run["run_id"]),
    ]
    if run["sketch"]:
        notes.insert(0, words("paper.sketch", scale=words.format_scale(run["sketch_scale"])))
    return [" ".join(notes), printer.credits_of(drawn, words)]
