"""What a scenario holds: its name, its year, and its edits in words and years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from htkgis.scenario_rules import Scenario

from .rounding import plain


def scenario_part(
    scenario: Mapping[str, Any] | None, before: int, projects: pd.DataFrame, places: pd.DataFrame
) -> dict[str, Any] | None:
    """List the edits of a scenario, in the order of its file.

    Parameters
    ----------
    scenario
        ``scenario`` (as JSON), ``year`` of the state that is measured, and ``where`` each edit
        lies, as far as that is known; None for a run of the study itself.
    before
        Year of the state that it is compared with, which has none of the edits.
    projects, places
        ``id``, ``name`` and ``name_en``.

    Returns
    -------
    part
        JSON value, or None. Each edit has the ``subject`` that it is of: the name of a place, or
        how the file calls it; ``holds`` tells whether it holds in the year.
    """
    if scenario is None:
        return None
    own = Scenario.model_validate(scenario["scenario"], strict=False)
    of_places, of_projects = _names(places), _names(projects)
    where = scenario.get("where") or [{}] * len(own.edits)
    return {
        "id": own.id,
        "name": own.name,
        "name_en": own.name_en,
        **_called("note", (own.note, own.note_en)),
        "year": scenario["year"],
        "before": before,
        "edits": [
            {
                "kind": edit.kind,
                **_called("subject", of_places.get(edit.subject, (edit.subject, None))),
                "near_street": place.get("street"),
                "in_quarter": place.get("quarter"),
                "facts": [{"fact": fact.name, "value": fact.value} for fact in edit.told],
                "from_year": edit.from_year,
                "to_year": edit.to_year,
                "holds": edit.holds_in(scenario["year"]),
                "project": edit.project,
                **_called("project_name", of_projects.get(edit.project, (None, None))),
                **_called("note", (edit.note, edit.note_en)),
            }
            for edit, place in zip(own.edits, where, strict=True)
        ],
        "left_out": [
            {
                "project": each.project,
                **_called("project_name", of_projects.get(each.project, (None, None))),
                **_called("reason", (each.reason, each.reason_en)),
            }
            for each in own.without_effect
        ],
    }


def _names(table: pd.DataFrame) -> dict[Any, tuple[str | None, str | None]]:
    """Names of rows by id, in Danish and in English."""
    english = table["name_en"] if "name_en" in table else table["name"]
    rows = zip(table["id"], table["name"], english, strict=True)
    return {key: (plain(name), plain(other)) for key, name, other in rows}


def _called(key: str, names: tuple[str | None, str | None]) -> dict[str, str | None]:
    name, english = names
    return {key: name, f"{key}_en": english or name}
