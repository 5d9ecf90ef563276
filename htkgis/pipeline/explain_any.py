"""Explain whatever is asked for: a figure of access, or any part of a profile."""

from __future__ import annotations

from pathlib import Path

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.profile.isolation import INDICATORS as ISOLATION
from htkgis.store import Cache
from htkgis.study import read_study

from .explain import Explanation, explain_figure
from .explain_part import PartExplanation, explain_part
from .part_rows import choices, is_part
from .profile_steps import profile_steps
from .question import ALSO, Question, nearest_words
from .steps import Progress, run_steps


def explain(
    question: Question,
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Explanation | PartExplanation:
    """Explain a figure, a part of a profile, or a row of one by its name.

    A word that names both, such as ``jobs``, means the figure.

    Raises
    ------
    HtkgisError
        If there is no such thing; the message names the nearest.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    steps = profile_steps(study, catalog, catalog.checked_hashes(), study.study.language)
    steps = [step for step in steps if "pages" not in step.outputs]
    cache = cache or Cache.default()
    results = run_steps(steps, cache, progress=progress)
    asked = question.indicator
    measured = list(results["figures"]["indicator"].unique())
    paths = study_path, catalog_path, out
    # of isolation no origin stands behind a figure, but the row of the part with its neighbours
    if ALSO.get(asked, asked) in measured and asked not in ISOLATION:
        return explain_figure(question, *paths, data=data, cache=cache, progress=progress)
    profiles = results["profiles"]
    if is_part(asked, profiles):
        return explain_part(question, *paths, data=data, cache=cache, progress=progress)
    known = list(dict.fromkeys([*ALSO, *measured, *profiles[0]]))
    near = nearest_words(asked, known, set(choices(profiles)) - set(known))
    msg = f"INDICATOR {asked!r}: there is no such figure or part; {near}. Correct it."
    raise ConfigError(msg)
