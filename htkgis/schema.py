"""Column contracts of the tables that pass between stages, and the one check of them.

A table is checked where it enters (a loader) and trusted inside. Columns carry their
unit; ids are unique text; geometry lies in the study's projected CRS in metres, valid, 2D.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from numbers import Real
from typing import Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from .errors import CRSError, SchemaError, first

Kind = Literal["text", "number", "integer", "year", "flag"]
Geometry = Literal["point", "line", "polygon"]
Frame = TypeVar("Frame", bound=pd.DataFrame)

GEOMETRY_TYPES: dict[Geometry, frozenset[str]] = {
    "point": frozenset({"Point"}),
    "line": frozenset({"LineString"}),
    "polygon": frozenset({"Polygon", "MultiPolygon"}),
}


@dataclass(frozen=True)
class Column:
    """One column: what it holds, whether it may be missing, and its allowed range."""

    kind: Kind
    missing: bool = False
    minimum: float | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Contract of one table: its name, key and columns, and the geometry it carries."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, Column] = field(default_factory=dict)
    geometry: Geometry | None = None


TEXT = Column("text")
TEXT_OR_MISSING = Column("text", missing=True)
FLAG = Column("flag")
YEAR_OR_MISSING = Column("year", missing=True, minimum=1800)
COUNT_OR_MISSING = Column("number", missing=True, minimum=0)

STATUSES = ("existing", "planned", "moved", "cancelled")

PLACE_CORRECTIONS = Table(
    "place_corrections",
    ("name", "function"),
    {
        "name": TEXT,
        "function": TEXT,
        "becomes": TEXT_OR_MISSING,
        "valid_from": YEAR_OR_MISSING,
        "valid_to": YEAR_OR_MISSING,
    },
)
DISTRICTS = Table("districts", ("id",), {"id": TEXT, "name": TEXT}, "polygon")
QUARTERS = Table("quarters", ("id",), {"id": TEXT, "name": TEXT}, "polygon")
AREAS = Table(
    "areas",
    ("id",),
    {"id": TEXT, "name": TEXT, "population": COUNT_OR_MISSING, "dwellings": COUNT_OR_MISSING},
    "polygon",
)
ORIGINS = Table("origins", ("id",), {"id": TEXT, "area_id": TEXT, "kind": TEXT}, "point")
PLACES = Table(
    "places",
    ("id",),
    {
        "id": TEXT,
        "name": TEXT_OR_MISSING,
        "function": TEXT,
        "quarter_id": TEXT_OR_MISSING,
        "opportunities": Column("number", minimum=0),
        "opportunities_low": COUNT_OR_MISSING,
        "opportunities_high": COUNT_OR_MISSING,
        "unit": TEXT,
        "sector": TEXT_OR_MISSING,
        "status": Column("text", allowed=STATUSES),
        "valid_from": YEAR_OR_MISSING,
        "valid_to": YEAR_OR_MISSING,
        "position_accuracy_m": Column("number", minimum=0),
    },
    "point",
)
STREETS = Table(
    "streets",
    ("id",),
    {
        "id": TEXT,
        "from_node": TEXT,
        "to_node": TEXT,
        "length_m": Column("number", minimum=0),
        "kind": TEXT,
        "name": TEXT_OR_MISSING,
        "oneway": FLAG,
        "oneway_bike": FLAG,
        "tunnel": FLAG,
        "bridge": FLAG,
        "walk": FLAG,
        "bike": FLAG,
        "car": FLAG,
        "car_kph": Column("number", missing=True, minimum=0),
        "barrier_from": TEXT_OR_MISSING,
        "barrier_to": TEXT_OR_MISSING,
    },
    "line",
)
SCHOOL_DISTRICTS = Table(
    "school_districts", ("id",), {"id": TEXT, "name": TEXT, "school_id": TEXT}, "polygon"
)
LAND_USE = Table("land_use", ("id",), {"id": TEXT, "kind": TEXT}, "polygon")
BUILDINGS = Table("buildings", ("id",), {"id": TEXT}, "polygon")
POPULATION = Table(
    "population", ("id",), {"id": TEXT, "persons": Column("number", minimum=0)}, "polygon"
)
_MEASURED = Column("number", missing=True, minimum=0)
_UNIT = {
    **dict.fromkeys(("unit_id", "name", "function", "mode"), TEXT),
    "unit_kind": Column("text", allowed=("area", "municipality", "district")),
    "state": Column("integer"),
    "persons": Column("number", minimum=0),
}
SHARES = Table(
    "shares",
    ("unit_id", "function", "mode", "limit_min", "state"),
    {
        **_UNIT,
        "limit_min": Column("number", minimum=0),
        "share": _MEASURED,
        "lower_bound": FLAG,
    },
)
DISTRIBUTION = Table(
    "distribution",
    ("unit_id", "function", "mode", "state"),
    {
        **_UNIT,
        **dict.fromkeys(("p10_min", "p50_min", "p90_min"), _MEASURED),
        **dict.fromkeys(("p10_upper_bound", "p50_upper_bound", "p90_upper_bound"), FLAG),
        "searched_min": Column("number", minimum=0),
        "unreached_share": _MEASURED,
    },
)
INDICATORS = Table(
    "indicators",
    ("indicator", "area_id"),
    {"indicator": TEXT, "area_id": TEXT, "year": YEAR_OR_MISSING, "value": Column("number")},
)
CRITERIA = Table(
    "criteria",
    ("list", "valid_from", "indicator"),
    {
        "list": TEXT,
        "valid_from": Column("year", minimum=1800),
        "valid_to": YEAR_OR_MISSING,
        "indicator": TEXT,
        "operator": Column("text", allowed=(">", ">=", "<", "<=")),
        "threshold": Column("number"),
        "unit": TEXT,
        "needed": Column("integer", minimum=1),
        "min_residents": Column("number", minimum=0),
    },
)
PROJECTS = Table(
    "projects",
    ("id",),
    {
        "id": TEXT,
        "name": TEXT,
        "area_id": TEXT,
        "kind": TEXT,
        "phase": TEXT,
        "year_from": YEAR_OR_MISSING,
        "year_to": YEAR_OR_MISSING,
        "budget_mio_dkk": COUNT_OR_MISSING,
        "place_id": TEXT_OR_MISSING,
    },
)
TRAVEL_TIMES = Table(
    "travel_times",
    ("from_id", "to_id"),
    {"from_id": TEXT, "to_id": TEXT, "travel_time_ds": Column("integer", minimum=0)},
)
_SITUATION = {
    "function": TEXT_OR_MISSING,
    "mode": TEXT,
    "limit_min": Column("number", missing=True, minimum=0),
    "lens": TEXT,
    "state": Column("integer"),
}
ACCESS = Table(
    "access",
    ("id", "measure", "function", "mode", "limit_min", "percentile", "departure", "lens", "state"),
    {
        "id": TEXT,
        "measure": TEXT,
        **_SITUATION,
        "percentile": Column("number", missing=True),
        "departure": TEXT_OR_MISSING,
        "value": Column("number", missing=True, minimum=0),
        "unit": TEXT,
        "lower_bound": FLAG,
        "upper_bound": FLAG,
    },
)
PROFILE = Table(
    "profile",
    ("quarter_id", "indicator", "statistic", "function", "mode", "limit_min", "lens", "state"),
    {
        "quarter_id": TEXT,
        "indicator": TEXT,
        "statistic": TEXT,
        **_SITUATION,
        "value": Column("number", missing=True),
        "unit": TEXT,
        "label": TEXT,
        "direction": Column("text", allowed=("less", "more", "none")),
        "reference": Column("number", missing=True),
        "target": Column("number", missing=True),
        "population_covered": COUNT_OR_MISSING,
        "robustness": TEXT_OR_MISSING,
        "lower_bound": FLAG,
        "upper_bound": FLAG,
        "hidden": FLAG,
    },
)


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
    empty = values.isna()
    if column.kind == "text":
        empty |= values.astype("string").str.strip().eq("").fillna(value=False)
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


def _of_kind(values: pd.Series, kind: Kind) -> pd.Series:
    if kind == "text":
        # long tables are checked often: what pandas knows of the whole column comes first
        if pd.api.types.infer_dtype(values, skipna=True) == "string":
            return values.notna()
        return values.map(lambda value: isinstance(value, str)).astype(bool)
    if kind == "flag":
        return values.map(lambda value: isinstance(value, bool | np.bool_)).astype(bool)
    real = _real(values)
    numbers = pd.to_numeric(values.where(real), errors="coerce").astype("float64")
    fine = real & numbers.abs().lt(np.inf)
    if kind in {"integer", "year"}:
        fine &= numbers.mod(1).eq(0)
    return fine


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
