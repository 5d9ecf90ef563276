"""From the catalog's tables without geometry to the facts of a study, small numbers hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.loaders.facts import (
    read_criteria,
    read_indicator_definitions,
    read_indicators,
    read_planning_rules,
    read_projects,
    read_published_lists,
)
from htkgis.loaders.layer import LayerReport
from htkgis.loaders.series import read_series_breaks, read_targets
from htkgis.profile.definitions import with_own_definitions
from htkgis.profile.disclosure import hide_indicators
from htkgis.schema import (
    CRITERIA,
    INDICATOR_DEFINITIONS,
    INDICATORS,
    PLANNING_RULES,
    PROJECTS,
    PUBLISHED_LISTS,
    SERIES_BREAKS,
    TARGETS,
    Table,
    check,
)
from htkgis.study import Study

from .layers import of_the_study, one, small_numbers

Reader = Callable[[Catalog, str], tuple[pd.DataFrame, LayerReport]]
KINDS = {"number": "float64", "year": "Int64"}


def load_facts(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Load indicators with what is said of them, criteria and projects.

    Returns
    -------
    facts
        ``indicators`` (contract ``INDICATORS``, each with the ``source`` of its layer, and
        ``hidden`` where small numbers are protected), ``indicator_definitions``, ``breaks``,
        ``targets``, ``criteria``, ``published_lists``, ``planning_rules`` and ``projects``,
        each without rows where the catalog has no such layer, and ``fact_reports``.

    Raises
    ------
    ConfigError
        If the catalog has more than one layer of what there is one of.
    SchemaError
        If a layer breaks its contract, an indicator is defined nowhere, two layers of
        indicators share a value, or a target is in another unit than its indicator.
    """
    indicators, reports = _indicators(catalog)
    own = _if_any(catalog, "indicator_definitions", read_indicator_definitions, reports)
    definitions = with_own_definitions(own)
    _check_defined(indicators, definitions, catalog)
    breaks = _if_any(catalog, "series_breaks", read_series_breaks, reports)
    targets = _if_any(catalog, "targets", read_targets, reports)
    published = _if_any(catalog, "published_lists", read_published_lists, reports)
    rules = _if_any(catalog, "planning_rules", read_planning_rules, reports)
    criteria = _if_any(catalog, "criteria", read_criteria, reports)
    projects = _if_any(
        catalog, "projects", partial(read_projects, currency=study.study.currency), reports
    )
    if len(projects):
        projects = of_the_study(projects, study, reports[-1])
    _check_units(targets, indicators, catalog)
    return {
        "indicators": hide_indicators(indicators, small_numbers(study), definitions),
        "indicator_definitions": own,
        "breaks": breaks,
        "targets": targets,
        "criteria": criteria,
        "published_lists": published,
        "planning_rules": rules,
        "projects": projects,
        "fact_reports": [each.record() for each in reports],
    }


def _indicators(catalog: Catalog) -> tuple[pd.DataFrame, list[LayerReport]]:
    """Put the layers of indicators below each other, each value with the source of its layer."""
    names = list(catalog.by_role("indicators"))
    if not names:
        return _nothing(INDICATORS, "unit", "source", "source_en"), []
    tables, reports = [], []
    for name in names:
        table, report = read_indicators(catalog, name)
        layer = catalog.layers[name]
        stated = {"source": layer.source, "source_en": layer.source_en}
        tables.append(table.assign(**{key: stated[key] for key in stated if key not in table}))
        reports.append(report)
    joined = pd.concat(tables, ignore_index=True)
    return check(joined, INDICATORS, where=", ".join(report.file for report in reports)), reports


def _if_any(catalog: Catalog, role: Any, read: Reader, reports: list[LayerReport]) -> pd.DataFrame:
    """Read the layer of a role; no rows where the catalog has none."""
    if not catalog.by_role(role):
        return _nothing(EMPTY[role])
    table, report = read(catalog, one(catalog, role))
    reports.append(report)
    return table


EMPTY = {
    "indicator_definitions": INDICATOR_DEFINITIONS,
    "series_breaks": SERIES_BREAKS,
    "targets": TARGETS,
    "published_lists": PUBLISHED_LISTS,
    "criteria": CRITERIA,
    "planning_rules": PLANNING_RULES,
    "projects": PROJECTS,
}


def _nothing(contract: Table, *more: str) -> pd.DataFrame:
    """Give a table without rows: the columns of a contract, and further ones of text."""
    columns = {
        name: pd.Series([], dtype=KINDS.get(column.kind, "object"))
        for name, column in contract.columns.items()
    }
    return pd.DataFrame(columns | {name: pd.Series([], dtype="object") for name in more})


def _check_defined(
    indicators: pd.DataFrame, definitions: Mapping[str, Any], catalog: Catalog
) -> None:
    """Raise SchemaError if nobody says what an indicator measures: a page would show its id."""
    names = list(dict.fromkeys(indicators["indicator"]))
    unknown = [name for name in names if name not in definitions]
    if unknown:
        files = ", ".join(catalog.file(name).name for name in catalog.by_role("indicators"))
        msg = (
            f"indicators ({files}): {len(unknown)} of {len(names)} are not defined: "
            f"{first(unknown)}; those that htkgis knows and those of a layer of the role "
            "indicator_definitions are allowed. Add such a layer with their names and meanings."
        )
        raise SchemaError(msg)


def _check_units(targets: pd.DataFrame, indicators: pd.DataFrame, catalog: Catalog) -> None:
    """Raise SchemaError unless each target is of an indicator that is there, in its unit."""
    if targets.empty:
        return
    units = dict(zip(indicators["indicator"], indicators["unit"], strict=True))
    wrong = [
        f"{row.indicator}/{row.area_id} in {row.unit!r}, not {units.get(row.indicator)!r}"
        for row in targets.itertuples()
        if units.get(row.indicator) != row.unit
    ]
    if wrong:
        name = one(catalog, "targets")
        msg = (
            f"{name} ({catalog.file(name)}): {len(wrong)} of {len(targets)} targets are not in "
            f"the unit of an indicator: {first(wrong)}; the unit of the indicator is allowed. "
            "Correct indicator or unit."
        )
        raise SchemaError(msg)
