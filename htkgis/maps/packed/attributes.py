"""Attribute columns: whole numbers, decimals, truth values and text, each with missing values.

Whole numbers travel as steps; decimals as whole numbers of the fewest decimal places that give
every value back exactly, up to six, else as floats; text as its number in a list of the
different texts. A missing value is said in a column of its own, never by a value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import SchemaError, first

from .archive import EXACT

DECIMALS = 6


def attribute_columns(
    name: str, values: pd.Series
) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Take one column of a table apart.

    Parameters
    ----------
    name
        What the column is called in the archive.
    values
        Numbers, truth values or text; any index; None and NaN are missing.

    Returns
    -------
    meta
        ``kind`` (``integer``, ``decimal``, ``float``, ``boolean``, ``text``), the number of
        decimals, or the different texts in the order they appear.
    columns
        ``<name>`` with one number per row, and ``<name>:missing`` with the rows that have none,
        if any.

    Raises
    ------
    SchemaError
        If the values are of several kinds, or of one that is not listed.

    Examples
    --------
    >>> meta, columns = attribute_columns("name", pd.Series(["Å", None, "Å"]))
    >>> meta, {key: (coding, numbers.tolist()) for key, (coding, numbers) in columns.items()}
    ({'kind': 'text', 'texts': ['Å']}, {'name': ('u', [0, 0, 0]), 'name:missing': ('d', [1])})
    """
    missing = values.isna().to_numpy(dtype=bool)
    meta, coding, numbers = _coded(name, values.reset_index(drop=True), missing)
    columns: dict[str, tuple[Any, Any]] = {name: (coding, numbers)}
    if missing.any():
        columns[f"{name}:missing"] = ("d", np.flatnonzero(missing))
    return meta, columns


def _coded(
    name: str, values: pd.Series, missing: npt.NDArray[np.bool_]
) -> tuple[dict[str, Any], str, npt.NDArray[Any]]:
    kinds = {_kind(value) for value in values[~missing]}
    if kinds <= {"boolean"} and kinds:
        return {"kind": "boolean"}, "u", values.where(~missing, False).to_numpy(dtype=np.int64)  # noqa: FBT003
    if kinds <= {"text"}:
        codes, texts = pd.factorize(values[~missing].astype(object))
        numbers = np.zeros(len(values), dtype=np.int64)
        numbers[~missing] = codes
        return {"kind": "text", "texts": list(map(str, texts))}, "u", numbers
    if kinds == {"integer"}:
        return {"kind": "integer"}, "d", _whole(values, missing)
    if kinds <= {"integer", "float"}:
        return _decimal(np.asarray(values, dtype=np.float64), missing)
    msg = (
        f"packed attribute {name!r}: its values are {first(sorted(kinds))}; one of whole numbers, "
        "decimals, truth values and text is allowed. Write the column as text."
    )
    raise SchemaError(msg)


def _kind(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "boolean"
    if isinstance(value, int | np.integer):
        return "integer"
    if isinstance(value, float | np.floating):
        return "float"
    return "text" if isinstance(value, str) else type(value).__name__


def _whole(values: pd.Series, missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    numbers = np.zeros(len(values), dtype=np.int64)
    numbers[~missing] = [int(value) for value in values[~missing]]
    return numbers


def _decimal(
    values: npt.NDArray[np.float64], missing: npt.NDArray[np.bool_]
) -> tuple[dict[str, Any], str, npt.NDArray[Any]]:
    filled = np.where(missing, 0.0, values)
    for places in range(DECIMALS + 1):
        scale = 10.0**places
        with np.errstate(over="ignore"):
            scaled = np.rint(filled * scale)
        if np.abs(scaled).max(initial=0.0) > EXACT or not np.isfinite(scaled).all():
            break
        # -0.0 equals 0.0 but is another value, so the signs are compared too
        same = (scaled / scale == filled) & (np.signbit(filled) <= (scaled < 0))
        if same.all():
            return {"kind": "decimal", "decimals": places}, "d", scaled.astype(np.int64)
    return {"kind": "float"}, "f", filled
