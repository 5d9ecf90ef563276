"""What the study decides of its pages, as the stages take it."""

from __future__ import annotations

from typing import Any

from htkgis.maps.text import Text
from htkgis.page_rules import background_facts
from htkgis.publish.edition_files import REPORT_PAGE
from htkgis.study import Study

from .localised import localised

FRONT = "index.html"


def page_limits(study: Study, text: Text) -> dict[str, int] | None:
    """Most kilobytes of each page by file name; None where the study sets no limits.

    Files that are no pages have no limit: a GeoPackage may be any size.
    """
    sizes = study.pages
    if sizes is None:
        return None
    return {f"{quarter.id}.html": sizes.quarter.value for quarter in study.quarters} | {
        FRONT: sizes.front.value,
        text("explorer.file"): sizes.explorer.value,
        text("region.file"): sizes.region.value,
        text("plans.file"): sizes.plans.value,
        text("differences.file"): sizes.differences.value,
        REPORT_PAGE: sizes.changes.value,
    }


def background_words(study: Study, language: str) -> dict[str, Any] | None:
    """Give the background that readers may switch on, in the language of the pages; or None."""
    facts = background_facts(study.background)
    return None if facts is None else localised(facts, language)
