"""Tables without geometry: indicators of the areas, criteria of lists, planning rules, projects."""

from __future__ import annotations

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.currency import BUDGET, KRONER, told_in
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


def read_projects(
    catalog: Catalog, name: str, *, currency: str = KRONER
) -> tuple[pd.DataFrame, LayerReport]:
    """Read planned, running and cancelled projects; contract ``PROJECTS``.

    Parameters
    ----------
    catalog, name
        The layer. It maps budgets, millions each, as ``budget_mio`` or, which says what they are
        in, ``budget_mio_dkk``; one that maps neither tells of none.
    currency
        That of the study.

    Raises
    ------
    SchemaError
        If the table breaks its contract, or budgets are in another currency.
    """
    table, report = read_plain_layer(catalog, name)
    table = _budgets(table, report, currency)
    table = _converted(table, report, number=("budget_mio",), year=("year_from", "year_to"))
    return check(table, PROJECTS, where=report.file), report


def _budgets(table: pd.DataFrame, report: LayerReport, currency: str) -> pd.DataFrame:
    """Call the column of budgets as we do, whatever says of it that it is in the currency."""
    mapped = [name for name in table if str(name).startswith(BUDGET)]
    allowed = (BUDGET, told_in(BUDGET, currency))
    wrong = [name for name in mapped if name not in allowed] or mapped[1:]
    if wrong:
        msg = (
            f"{report.name} ({report.file}): maps {len(mapped)} columns of budgets, among them "
            f"{first(wrong)}; money of the study is in {currency}, so one of {allowed[0]!r} and "
            f"{allowed[1]!r} is allowed. Correct columns in the catalog, or currency of [study]."
        )
        raise SchemaError(msg)
    if not mapped:
        return table.assign(**{BUDGET: None})
    return table.rename(columns={mapped[0]: BUDGET})


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
