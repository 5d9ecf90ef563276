"""The words of a study's pages: ours, as what people set out from and the outline want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text, load_text
from htkgis.maps.shapes import outline_words
from htkgis.study import Study

from .origin_kind import kind_of_origins

BOUNDARY = "layer.municipality"
"""Words of an outline that is the boundary of a municipality."""


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
    kind, in_cells = kind_of_origins(origins), "jobs_method.cells" in methods
    text = load_text(language).about(kind, jobs_in_cells=in_cells)
    if outline_words(municipality) != BOUNDARY:
        text = text.of_a_part()
    return text.with_own(study.words.get(language, {}))  # type: ignore[call-overload]


def said_of_a_part(
    profiles: Sequence[Mapping[str, Any]], text: Text, municipality: gpd.GeoDataFrame
) -> list[dict[str, Any]]:
    """Say in the definitions too what is only mapped, where no boundary is known.

    Parameters
    ----------
    profiles
        In the language of ``text``.
    """
    if outline_words(municipality) == BOUNDARY:
        return [dict(profile) for profile in profiles]
    told = ("name", "definition")
    return [
        dict(profile)
        | {
            "definitions": [
                row | {key: text.said_of_a_part(row[key]) for key in told}
                for row in profile.get("definitions") or ()
            ]
        }
        for profile in profiles
    ]
