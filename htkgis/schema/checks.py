"""The one check of a table against its contract."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Real

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.errors import CRSError, SchemaError, first

from .contracts import GEOMETRY_TYPES, Column, Frame, Geometry, Kind, Table


def check(table: Frame, contract: Table, *, where: str = "", crs: str | None = None) -> Frame:
    """Return ``table`` unchanged, or raise one error that lists every problem of it.

    Parameters
    ----------
    table
        Any number of rows, none included.
    contract
        What the table must hold; further columns are left alone.
    where
        File or layer for the message.
    crs
        Projected CRS that the geometry must be in; not compared where missing.

    Raises
    ------
    SchemaError
        Columns missing, values missing, of the wrong kind, out of range or not allowed,
        keys that repeat, geometry that is empty, invalid, 3D or of the wrong type.
    CRSError
        If the CRS is the only problem.

    Examples
    --------
    >>> from htkgis.schema import TRAVEL_TIMES
    >>> table = pd.DataFrame({"from_id": ["a"], "to_id": ["b"], "travel_time_ds": [600]})
    >>> check(table, TRAVEL_TIMES) is table
    True
    """
    problems = list(_column_problems(table, contract))
    crs_problems: list[str] = []
    if contract.geometry is not None:
        problems += _geometry_problems(table, contract.geometry, contract.key)
        if crs is not None:
            crs_problems = list(_crs_problems(table, crs))
    if problems or crs_problems:
        source = f" ({where})" if where else ""
        msg = f"{contract.name}{source}: " + "; ".join([*problems, *crs_problems])
        msg += ". Correct the file, or its mapping in the catalog."
        raise (SchemaError if problems else CRSError)(msg)
    return table


def _column_problems(table: pd.DataFrame, contract: Table) -> Iterator[str]:
    missing = [name for name in contract.columns if name not in table.columns]
    if missing:
        yield f"missing columns {missing}; found {list(map(str, table.columns))}"
    for name, column in contract.columns.items():
        if name in table.columns:
            yield from _value_problems(table, name, column, contract.key)
    if not set(contract.key) - set(table.columns):
        twice = table.duplicated(list(contract.key), keep=False)
        if twice.any():
            rows = _named(table, twice, contract.key)
            yield f"{int(twice.sum())} of {len(table)} rows share {'/'.join(contract.key)}: {rows}"


def _value_problems(
    table: pd.DataFrame, name: str, column: Column, key: tuple[str, ...]
) -> Iterator[str]:
    values = table[name]
    if _beyond_doubt(values, column):
        return
    empty = values.isna()
    if column.kind == "text":
        empty |= _blanks(values)
    if empty.any() and not column.missing:
        yield f"column {name!r} is empty in {int(empty.sum())} of {len(table)} rows: " + _named(
            table, empty, key
        )
    wrong = ~empty & ~_of_kind(values, column.kind)
    if wrong.any():
        yield (
            f"column {name!r} is not {column.kind} in {int(wrong.sum())} rows: "
            f"{first(values[wrong])}"
        )
        return
    if column.minimum is not None:
        low = ~empty & (pd.to_numeric(values) < column.minimum)
        if low.any():
            yield (
                f"column {name!r} is below {column.minimum:g} in {int(low.sum())} rows: "
                f"{_named(table, low, key)}"
            )
    if column.allowed:
        other = ~empty & ~values.isin(column.allowed)
        if other.any():
            yield (
                f"column {name!r} holds {first(sorted(set(values[other])))} in "
                f"{int(other.sum())} rows; allowed: {', '.join(column.allowed)}"
            )


def _beyond_doubt(values: pd.Series, column: Column) -> bool:
    """Tell quickly whether a column keeps its contract; what is in doubt is looked at row by row.

    Text repeats, so each text is looked at once; numbers of a plain type need their ends only.
    """
    if column.kind == "flag":
        return values.dtype == np.bool_ and not column.allowed
    if column.kind == "text":
        return _known_text(values, column)
    plain = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf"
    return plain and column.kind != "date" and not column.allowed and _known_numbers(values, column)


def _known_numbers(values: pd.Series, column: Column) -> bool:
    numbers = values.to_numpy()
    known = numbers[~np.isnan(numbers)]
    if known.size < numbers.size and not column.missing:
        return False
    whole = column.kind == "number" or known.dtype.kind != "f"
    return bool(
        np.isfinite(known).all()
        and (column.minimum is None or (known >= column.minimum).all())
        and (whole or not (known % 1).any())
    )


def _known_text(values: pd.Series, column: Column) -> bool:
    texts = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values
    strings = isinstance(texts.dtype, pd.StringDtype)  # a column that holds nothing else
    if not strings and pd.api.types.infer_dtype(texts, skipna=True) not in {"string", "empty"}:
        return False
    each = np.asarray(pd.unique(texts), dtype=object)
    known = [text for text in each if isinstance(text, str)]
    return (
        all(text.strip() for text in known)
        and (not column.allowed or set(known) <= set(column.allowed))
        and (column.missing or not values.isna().any())
    )


def _blanks(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.CategoricalDtype):
        known = values.cat.categories
        return values.isin(known[known.astype("string").str.strip() == ""])
    return values.astype("string").str.strip().eq("").fillna(value=False)


def _of_kind(values: pd.Series, kind: Kind) -> pd.Series:
    """Whether each value is of a kind; long tables are checked often, so columns before values."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        known = values.cat.categories
        return values.isin(known[_of_kind(known.to_series(), kind).to_numpy()])
    if kind == "text":
        return _text(values)
    if kind == "flag":
        return _flags(values)
    if kind == "date":
        return _dates(values)
    real = _real(values)
    numbers = pd.to_numeric(values.where(real), errors="coerce").astype("float64")
    fine = real & numbers.abs().lt(np.inf)
    if kind in {"integer", "year"}:
        fine &= numbers.mod(1).eq(0)
    return fine


def _text(values: pd.Series) -> pd.Series:
    if pd.api.types.infer_dtype(values, skipna=True) == "string":
        return values.notna()
    return values.map(lambda value: isinstance(value, str)).astype(bool)


def _flags(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values):
        return values.notna()
    return values.map(lambda value: isinstance(value, bool | np.bool_)).astype(bool)


def _dates(values: pd.Series) -> pd.Series:
    """Whether values are days: points in time without a zone, at midnight."""
    if pd.api.types.is_datetime64_dtype(values):
        return values.eq(values.dt.normalize())
    return pd.Series(data=False, index=values.index)


def _real(values: pd.Series) -> pd.Series:
    """Whether values are numbers, and neither text that reads like one nor yes or no."""
    if pd.api.types.is_bool_dtype(values):
        return pd.Series(data=False, index=values.index)
    if pd.api.types.is_numeric_dtype(values):
        return values.notna()
    real = [isinstance(value, Real) and not isinstance(value, bool | np.bool_) for value in values]
    return pd.Series(real, index=values.index, dtype=bool)


def _named(table: pd.DataFrame, rows: pd.Series, key: tuple[str, ...]) -> str:
    """Name rows by their key, or by their number from 1 where the key is not whole."""
    columns = [name for name in key if name in table.columns]
    chosen = rows.to_numpy(dtype=bool)
    keys = table.loc[chosen, columns].itertuples(index=False, name=None)
    names = [
        f"row {number}" if not parts or any(map(_blank, parts)) else "/".join(map(str, parts))
        for number, parts in zip(np.flatnonzero(chosen) + 1, keys, strict=True)
    ]
    return first(dict.fromkeys(names))


def _blank(value: object) -> bool:
    return bool(pd.isna(value)) or str(value).strip() == ""  # type: ignore[call-overload]


def _geometry_problems(
    table: pd.DataFrame, geometry: Geometry, key: tuple[str, ...]
) -> Iterator[str]:
    if not isinstance(table, gpd.GeoDataFrame) or table.active_geometry_name is None:
        yield "no geometry"
        return
    shapes = table.geometry
    nothing = shapes.isna() | shapes.is_empty
    types = GEOMETRY_TYPES[geometry]
    other = ~nothing & ~shapes.geom_type.isin(types)
    for rows, what in (
        (nothing, "no geometry"),
        (other, f"another geometry than {geometry}"),
        (~nothing & ~shapes.is_valid, "invalid geometry"),
        (~nothing & shapes.has_z, "3D geometry"),
    ):
        if rows.any():
            yield f"{int(rows.sum())} of {len(table)} rows have {what}: {_named(table, rows, key)}"


def _crs_problems(table: gpd.GeoDataFrame, crs: str) -> Iterator[str]:
    if table.crs is None:
        yield f"no CRS; {crs} is expected"
    elif table.crs != crs:
        yield f"CRS is {table.crs.to_string()}; {crs} is expected"
