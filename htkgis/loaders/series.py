"""What is said of indicators besides their values: breaks of series, and targets."""

from __future__ import annotations

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import SERIES_BREAKS, TARGETS, check

from .layer import LayerReport, read_plain_layer
from .table import numbers, years


def read_series_breaks(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read from which year on an indicator cannot be compared with the years before, and why.

    Returns
    -------
    breaks, report
        Contract ``SERIES_BREAKS``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    if "from_year" in table:
        table = table.assign(from_year=years(table["from_year"], what=_what(report, "from_year")))
    return check(table, SERIES_BREAKS, where=report.file), report


def read_targets(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read which value an indicator of an area is to have in which year (effektmål).

    Returns
    -------
    targets, report
        Contract ``TARGETS``; ``value`` in the unit of the indicator.

    Raises
    ------
    SchemaError
        If the table breaks its contract, or a target year is not after its baseline.
    """
    table, report = read_plain_layer(catalog, name)
    converted = {
        column: years(table[column], what=_what(report, column))
        for column in ("baseline_year", "target_year")
        if column in table
    }
    if "value" in table:
        converted["value"] = numbers(table["value"], what=_what(report, "value"))
    targets = check(table.assign(**converted), TARGETS, where=report.file)
    early = targets[targets["target_year"] <= targets["baseline_year"]]
    if len(early):
        named = [f"{row.indicator}/{row.area_id}" for row in early.itertuples()]
        msg = (
            f"{report.name} ({report.file}): {len(early)} of {len(targets)} target years are not "
            f"after their baseline: {first(named)}; target_year > baseline_year is allowed. "
            "Correct the file."
        )
        raise SchemaError(msg)
    return targets, report


def _what(report: LayerReport, column: str) -> str:
    return f"{report.name} ({report.file}) column {column!r}"
