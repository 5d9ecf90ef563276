"""Numbers that a source knows as intervals only, as the CVR register publishes employees."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd

from htkgis.errors import SchemaError, first

from .layer import LayerReport
from .table import numbers

INTERVAL = "opportunities_interval"
LOW, HIGH = "opportunities_low", "opportunities_high"

_NUMBER = r"(\d{1,3}(?:[.\u00a0 ]\d{3})+|\d+)"
_DASH = "[-\u2010-\u2015\u2212]"
_EXACT = re.compile(_NUMBER)
_CLOSED = re.compile(rf"{_NUMBER}\s*(?:{_DASH}|til)\s*{_NUMBER}")
_OPEN = re.compile(rf"{_NUMBER}\s*(?:\+|{_DASH}|og derover|eller flere)")
_CODE = re.compile(r"ANTAL_(\d+)_(\d*)")
_NO_END = {"", "999999"}
"""How the register's codes write an interval that has no upper end."""


def parse_intervals(values: pd.Series, *, what: str) -> pd.DataFrame:
    """Read text such as ``5-9``, ``1.000+`` and ``ANTAL_5_9`` as the two ends of an interval.

    Parameters
    ----------
    values
        Text or numbers; blank is no interval. Any dash is allowed, and ``til``; a single number
        is an interval of one.
    what
        Table and column for the message.

    Returns
    -------
    ends
        Columns ``low`` and ``high``, indexed like ``values``; ``high`` is missing where no
        upper end is known, both where there is no interval.

    Raises
    ------
    SchemaError
        If a value is none of these, or its ends run backwards.

    Examples
    --------
    >>> parse_intervals(pd.Series(["5-9", "1000+", "3", None]), what="t").to_numpy().tolist()
    [[5.0, 9.0], [1000.0, nan], [3.0, 3.0], [nan, nan]]
    """
    found = [_ends(value) for value in values]
    wrong = [value for value, ends in zip(values, found, strict=True) if ends is None]
    if wrong:
        msg = (
            f"{what}: {len(wrong)} values are not intervals: {first(wrong)}; '5-9', '1000+', "
            "'ANTAL_5_9' and single numbers are allowed. Correct the file; a spreadsheet may have "
            "made dates of intervals."
        )
        raise SchemaError(msg)
    return pd.DataFrame(found, columns=["low", "high"], index=values.index, dtype="float64")


def _ends(value: object) -> tuple[float, float] | None:
    """Give the ends of one interval, both missing where there is none; None is not one."""
    missing = float("nan")
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return missing, missing
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    code = _CODE.fullmatch(text)
    if code:
        low, high = float(code[1]), missing if code[2] in _NO_END else float(code[2])
    elif closed := _CLOSED.fullmatch(text):
        low, high = _number(closed[1]), _number(closed[2])
    elif without_end := _OPEN.fullmatch(text):
        low, high = _number(without_end[1]), missing
    elif _EXACT.fullmatch(text):
        low = high = _number(text)
    else:
        return None
    return None if high < low else (low, high)


def _number(text: str) -> float:
    return float(re.sub(r"\D", "", text))


def with_intervals(table: gpd.GeoDataFrame, report: LayerReport) -> gpd.GeoDataFrame:
    """Give places the ends of what is known of their opportunities, and the middle.

    Parameters
    ----------
    table
        Places with ``opportunities`` (numbers, missing allowed), ``opportunities_low`` and
        ``opportunities_high``, or one text ``opportunities_interval``; each may be lacking.
    report
        Told how many places have no upper end.

    Returns
    -------
    table
        With both ends. Where a number is missing it is the middle of its interval, or the low
        end of one without an upper end. A number that stands beside an interval as text is exact,
        and its interval is left out.

    Raises
    ------
    SchemaError
        If an interval cannot be read, has no low end, or does not hold its number.
    """
    where = f"{report.name} ({report.file})"
    known = _column(table, "opportunities")
    ends = _ends_of(table, where)
    number = known.fillna((ends["low"] + ends["high"].fillna(ends["low"])) / 2)
    _check_order(table["id"], number, ends, where)
    if not {"opportunities", LOW, INTERVAL}.isdisjoint(table.columns):
        table = table.assign(opportunities=number)
    if INTERVAL in table.columns:
        ends = ends.mask(known.notna())
    endless = int((ends["low"].notna() & ends["high"].isna()).sum())
    if endless:
        report.notes.append(f"{endless} places have no upper end; they count with their low end")
    table = table.drop(columns=INTERVAL, errors="ignore")
    return table.assign(**{LOW: ends["low"], HIGH: ends["high"]})


def _column(table: gpd.GeoDataFrame, name: str) -> pd.Series:
    """Give a column, or one in which everything is missing."""
    return table[name] if name in table.columns else pd.Series(float("nan"), index=table.index)


def _ends_of(table: gpd.GeoDataFrame, where: str) -> pd.DataFrame:
    mapped = [name for name in (LOW, HIGH) if name in table.columns]
    if INTERVAL not in table.columns:
        low, high = (
            numbers(_column(table, name), what=f"{where} column {name!r}") for name in (LOW, HIGH)
        )
        return pd.DataFrame({"low": low, "high": high})
    if mapped:
        msg = (
            f"{where}: {INTERVAL} and {first(mapped)} are mapped; one of the two ways is allowed. "
            "Correct the catalog."
        )
        raise SchemaError(msg)
    return parse_intervals(table[INTERVAL], what=f"{where} column {INTERVAL!r}")


def _check_order(ids: pd.Series, number: pd.Series, ends: pd.DataFrame, where: str) -> None:
    """Refuse a number outside its interval, and an upper end without a low one."""
    low, high = ends["low"], ends["high"]
    for rows, fault, remedy in (
        (high.notna() & low.isna(), "have an upper end and no low one", "0 is a low end"),
        (
            (number < low) | (high < number) | (high < low),
            "have a number outside its ends",
            f"{LOW} <= opportunities <= {HIGH} is allowed",
        ),
    ):
        if rows.any():
            msg = (
                f"{where}: {int(rows.sum())} places {fault}: {first(ids[rows])}; {remedy}. "
                "Correct the file."
            )
            raise SchemaError(msg)
