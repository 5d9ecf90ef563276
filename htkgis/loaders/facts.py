"""Tables without geometry: indicators of the areas, criteria of lists, planning rules, projects."""

from __future__ import annotations

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import (
    CRITERIA,
    INDICATOR_DEFINITIONS,
    INDICATORS,
    PLANNING_RULES,
    PROJECTS,
    PUBLISHED_LISTS,
    check,
)

from .layer import LayerReport, read_plain_layer
from .table import numbers, years


def read_indicators(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read indicators: a value per indicator, area and year; contract ``INDICATORS``.

    ``area_id`` is the id of an area, or ``municipality``, ``region`` or ``country`` where the
    table gives values to compare with.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    table = _converted(table, report, number=("value",), year=("year",))
    return check(table, INDICATORS, where=report.file), report


def read_indicator_definitions(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read what a study's own indicators measure; contract ``INDICATOR_DEFINITIONS``.

    Further columns ``name_en``, ``definition_en`` and ``source_en`` say the same in English.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    return check(table, INDICATOR_DEFINITIONS, where=report.file), report


def read_criteria(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read criteria: one threshold per list, period and indicator; contract ``CRITERIA``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    table = _converted(
        table,
        report,
        number=("threshold", "needed", "min_residents"),
        year=("valid_from", "valid_to"),
    )
    return check(table, CRITERIA, where=report.file), report


def read_published_lists(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read which areas stood on which list as it was published; contract ``PUBLISHED_LISTS``.

    ``published`` is the day, as ``yyyy-mm-dd``. An area without a row for a day is not known to
    stand on that list, nor not to.

    Raises
    ------
    SchemaError
        If the table breaks its contract, or a day is none.
    """
    table, report = read_plain_layer(catalog, name)
    table = check(table, PUBLISHED_LISTS, where=report.file)
    days = pd.to_datetime(table["published"], format="%Y-%m-%d", errors="coerce")
    wrong = table.loc[days.isna(), "published"]
    if len(wrong):
        msg = (
            f"{report.name} ({report.file}) column 'published': {len(wrong)} of {len(table)} "
            f"values are no day: {first(wrong)}; yyyy-mm-dd is allowed. Correct the file."
        )
        raise SchemaError(msg)
    return table, report


def read_planning_rules(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read planning rules: a limit of distance and its source each; contract ``PLANNING_RULES``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    table = _converted(table, report, number=("limit_m",), year=("dated",))
    return check(table, PLANNING_RULES, where=report.file), report


def read_projects(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read planned, running and cancelled projects; contract ``PROJECTS``.

    Budgets are in Danish kroner; a layer that maps no ``budget_mio_dkk`` tells of none.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    if "budget_mio_dkk" not in table:
        table = table.assign(budget_mio_dkk=None)
    table = _converted(table, report, number=("budget_mio_dkk",), year=("year_from", "year_to"))
    return check(table, PROJECTS, where=report.file), report


def _converted(
    table: pd.DataFrame,
    report: LayerReport,
    *,
    number: tuple[str, ...],
    year: tuple[str, ...],
) -> pd.DataFrame:
    what = f"{report.name} ({report.file}) column"
    converted = {c: numbers(table[c], what=f"{what} {c!r}") for c in number if c in table}
    converted |= {c: years(table[c], what=f"{what} {c!r}") for c in year if c in table}
    return table.assign(**converted)
