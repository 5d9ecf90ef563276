"""The words of a study's pages: ours, as what people set out from and the outline want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.maps import Text, load_text
from htkgis.maps.money import in_currency
from htkgis.maps.shapes import outline_words
from htkgis.study import Study

from .origin_kind import kind_of_origins

BOUNDARY = "layer.municipality"
"""Words of an outline that is the boundary of a municipality."""
SAID = ("name", "definition")
"""What a definition says in words."""


def page_words(
    study: Study,
    language: str,
    origins: pd.DataFrame,
    profiles: Sequence[Mapping[str, Any]],
    municipality: gpd.GeoDataFrame,
) -> Text:
    """Choose the words of the pages.

    Parameters
    ----------
    study
        Whose own ``words`` come last.
    language
        ``da`` or ``en``.
    origins
        Contract ``ORIGINS``: addresses or cells.
    profiles
        How their jobs came to their places.
    municipality
        Its outline, or with ``kind`` ``surroundings`` only what is mapped of it.

    Raises
    ------
    ConfigError
        If the study has words for a key that is none of ours.
    """
    methods = [(profile["jobs_method"] or {}).get("key") for profile in profiles]
    in_cells = "jobs_method.cells" in methods
    return study_words(study, language, origins, municipality, jobs_in_cells=in_cells)


def study_words(
    study: Study,
    language: str,
    origins: pd.DataFrame,
    municipality: gpd.GeoDataFrame,
    *,
    jobs_in_cells: bool,
) -> Text:
    """Choose the words of a study, wherever they stand: on pages, on paper, in a terminal.

    Parameters
    ----------
    study, language, origins, municipality
        As :func:`page_words`.
    jobs_in_cells
        Whether jobs are counted in cells of a grid.

    Raises
    ------
    ConfigError
        If the study has words for a key that is none of ours.
    """
    text = in_currency(load_text(language), study.study.currency)
    text = text.about(kind_of_origins(origins), jobs_in_cells=jobs_in_cells)
    if outline_words(municipality) != BOUNDARY:
        text = text.of_a_part()
    return text.with_own(study.words.get(language, {}))  # type: ignore[call-overload]


def words_by_layers(
    study: Study,
    catalog: Catalog,
    language: str,
    origins: pd.DataFrame,
    municipality: gpd.GeoDataFrame,
) -> Text:
    """Choose the words of a study by its layers, where no profile was made.

    Parameters
    ----------
    study, language, origins, municipality
        As :func:`page_words`.
    catalog
        Whose layer of jobs may be cells of a grid.

    Raises
    ------
    ConfigError
        If the study has words for a key that is none of ours.
    """
    in_cells = any(layer.each == "cell" for layer in catalog.by_role("jobs").values())
    return study_words(study, language, origins, municipality, jobs_in_cells=in_cells)


def said_of_a_part(name: str, value: Any, text: Text) -> Any:
    """Say in the definitions of a profile too what is only mapped, where no boundary is known.

    Parameters
    ----------
    name, value
        Of a part of a profile, in the language of ``text``; other parts stay as they are.
    """
    if name != "definitions":
        return value
    return [row | {key: text.said_of_a_part(row[key]) for key in SAID} for row in value or ()]


def is_a_part(municipality: gpd.GeoDataFrame) -> bool:
    """Tell whether an outline is only what is mapped, and no boundary."""
    return outline_words(municipality) != BOUNDARY


def definitions_of_a_part(
    rows: Sequence[Mapping[str, Any]], municipality: gpd.GeoDataFrame
) -> list[dict[str, Any]]:
    """Say in definitions of both languages what is only mapped, where no boundary is known."""
    if outline_words(municipality) == BOUNDARY:
        return [dict(row) for row in rows]
    danish, english = load_text("da"), load_text("en")
    return [
        dict(row)
        | {key: danish.said_of_a_part(row[key]) for key in SAID}
        | {f"{key}_en": english.said_of_a_part(row[f"{key}_en"]) for key in SAID}
        for row in rows
    ]
