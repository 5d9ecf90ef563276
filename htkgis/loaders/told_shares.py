"""Shares of persons as an accepted edition told them."""

from __future__ import annotations

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.schema import TOLD_SHARES, check

from .layer import LayerReport, read_plain_layer
from .table import numbers, years

TRUE = "true"


def read_told_shares(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read ``shares.csv`` of an accepted edition.

    Returns
    -------
    told, report
        Contract ``TOLD_SHARES``: ``share`` is missing where it was hidden or not known.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_plain_layer(catalog, name)
    what = f"{report.name} ({report.file}) column"
    converted = {
        column: numbers(table[column], what=f"{what} {column!r}")
        for column in ("limit_min", "share")
        if column in table
    }
    if "state" in table:
        converted["state"] = years(table["state"], what=f"{what} 'state'").astype("int64")
    if "hidden" in table:
        converted["hidden"] = table["hidden"].str.lower().eq(TRUE)
    return check(table.assign(**converted), TOLD_SHARES, where=report.file), report
