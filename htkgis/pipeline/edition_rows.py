"""Which rows of a layer differ between two editions, as far as pages may say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from htkgis.catalog import Catalog, role_of
from htkgis.errors import HtkgisError
from htkgis.schema.versions import Difference, compare_versions
from htkgis.study import Study

from .updates.versions import rows_of_version

WITHHELD_ROLES = frozenset({"jobs", "population", "told_shares", "indicators"})
"""Roles whose rows are of few: one row that is gone and a total that fell would tell of it."""
LISTED = 20
"""Rows that a report names of each difference; it counts the others."""


def changed_rows(name: str, before: Catalog, now: Catalog, study: Study) -> dict[str, Any]:
    """Compare the rows of one layer in two editions.

    Returns
    -------
    rows
        ``layer``; ``state``: ``compared``, ``new`` or ``gone`` (the layer), ``withheld`` (its rows
        are of few), or ``unreadable``; ``differences``: of each ``kind``, ``column``, ``count``,
        ``of``, ``most`` (as :class:`htkgis.schema.versions.Difference`) and of the first
        :data:`LISTED` rows ``id``, ``name`` and ``function``.
    """
    state = "compared"
    differences: list[dict[str, Any]] = []
    if name not in before.layers or name not in now.layers:
        state = "gone" if name in before.layers else "new"
    elif _withheld(name, before) or _withheld(name, now):
        state = "withheld"
    elif before.layers[name].sha256 != now.layers[name].sha256:
        try:
            old, new = (rows_of_version(catalog, name, study) for catalog in (before, now))
            differences = [_row(each, old, new) for each in compare_versions(old, new)]
        except HtkgisError:
            state = "unreadable"
    return {"layer": name, "state": state, "differences": differences}


def rows_that_matter(rows: Iterable[Mapping[str, Any]], function: str | None) -> list[str]:
    """Pick the changed rows that a figure of one function can depend on.

    Parameters
    ----------
    rows
        Of the layers of one cause, as :func:`changed_rows` gives them.
    function
        Of the figure. Rows of other functions are left out; rows without one are not.

    Returns
    -------
    ids
        In order, each once; those that are listed.
    """
    found = [
        row["id"]
        for layer in rows
        for difference in layer["differences"]
        for row in difference["rows"]
        if function is None or not row["functions"] or function in row["functions"]
    ]
    return list(dict.fromkeys(found))


def _withheld(name: str, catalog: Catalog) -> bool:
    layer = catalog.layers[name]
    return role_of(name, layer) in WITHHELD_ROLES and not layer.sketch_scale


def _row(difference: Difference, old: pd.DataFrame, new: pd.DataFrame) -> dict[str, Any]:
    named = [_facts(table) for table in (new, old)]
    return {
        "kind": difference.kind,
        "column": difference.column,
        "count": difference.count,
        "of": difference.of,
        "most": None if difference.most is None else round(difference.most, 4),
        "rows": [_named(key, named) for key in difference.ids[:LISTED]],
    }


def _facts(table: pd.DataFrame) -> pd.DataFrame:
    columns = [name for name in ("name", "function") if name in table]
    return (
        table.assign(id=table["id"].astype(str)).set_index("id")[columns]
        if "id" in table
        else table[[]]
    )


def _named(key: str, tables: list[pd.DataFrame]) -> dict[str, Any]:
    """Name a row as it is now, else as it was, with every function it has had."""
    own = [table.loc[key] for table in tables if key in table.index]
    names = [str(row["name"]) for row in own if "name" in row and pd.notna(row["name"])]
    functions = [
        str(row["function"]) for row in own if "function" in row and pd.notna(row["function"])
    ]
    return {
        "id": key,
        "name": names[0] if names else None,
        "functions": list(dict.fromkeys(functions)),
    }
