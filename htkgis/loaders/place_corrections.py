"""What is known of places that their own layer does not say: years, and what they really are."""

from __future__ import annotations

import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import PLACE_CORRECTIONS, check

from .layer import LayerReport, read_plain_layer, require
from .table import years

OPTIONAL = ("becomes", "valid_from", "valid_to", "note", "note_en")


def read_place_corrections(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read corrections: one row per name and function of a place in another layer.

    Parameters
    ----------
    catalog, name
        Layer without geometry. Mapped: ``name``, ``function`` as in the other layer; of
        ``becomes`` (its true function), ``valid_from``, ``valid_to``, ``note`` and ``note_en``
        what is known. A blank cell corrects nothing.

    Returns
    -------
    corrections
        Contract ``PLACE_CORRECTIONS``.
    report
        What was read.

    Raises
    ------
    SchemaError
        If the table breaks its contract, a row corrects nothing, or years run backwards.
    """
    table, report = read_plain_layer(catalog, name)
    require(table, ("name", "function"), report)
    for column in OPTIONAL:
        if column not in table.columns:
            table[column] = None
    for column in ("valid_from", "valid_to"):
        table[column] = years(table[column], what=f"{name} ({report.file}) column {column!r}")
    idle = table[list(OPTIONAL)].isna().all(axis=1)
    backwards = (table["valid_to"] < table["valid_from"]).fillna(value=False).astype(bool)
    for wrong, what in ((idle, "correct nothing"), (backwards, "end before they begin")):
        if wrong.any():
            msg = (
                f"{name} ({report.file}): {int(wrong.sum())} of {len(table)} rows {what}: "
                f"{first(table.loc[wrong, 'name'])}. Correct or leave out these rows."
            )
            raise SchemaError(msg)
    return check(table, PLACE_CORRECTIONS, where=report.file), report
