"""The words of a study for commands that make no page: they load what decides them."""

from __future__ import annotations

from pathlib import Path

from htkgis.catalog import read_catalog
from htkgis.maps import Text
from htkgis.store import Cache
from htkgis.study import read_study

from .loading_steps import loading_steps
from .page_words import words_by_layers
from .steps import run_steps

LAYERS = ("origins", "municipality")


def loaded_words(
    study_path: Path,
    catalog_path: Path,
    language: str | None = None,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
) -> Text:
    """Choose the words of a study, as its pages have them.

    Parameters
    ----------
    study_path, catalog_path, data, cache
        As :func:`htkgis.pipeline.profiles.run_profiles`; what a run has loaded is not read again.
    language
        ``da`` or ``en``; that of the study where missing.

    Raises
    ------
    HtkgisError
        As ``htkgis run``.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    steps = loading_steps(study, catalog, catalog.checked_hashes(), LAYERS)
    tables = run_steps(steps, cache or Cache.default())
    return words_by_layers(
        study, catalog, language or study.study.language, tables["origins"], tables["municipality"]
    )
