"""Read CSV tables as planners save them: BOM, ``;`` or ``,``, decimal comma, Danish letters.

What Excel adds is left out: ``sep=;``, columns without a name or a cell, blanks at a row's end.

Everything is read as text; :func:`numbers` and :func:`years` convert where a contract asks.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from htkgis.errors import MOJIBAKE, SchemaError, SourceError, first, why_unread

from .arrived import check_text

DANISH_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
FOREIGN_CODE = re.compile(r"([0-9]|[A-Za-z]{1,3}[0-9:_-])[0-9A-Za-z:_-]{3,}")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
SEPARATOR = re.compile(r'\s*"?sep=([,;|\t])"?[ \t]*(?=[\r\n])', re.IGNORECASE)
"""A first line by which a file tells Excel how its cells are parted."""
NAMED = 20
"""Columns that a message lists."""
SHAPEFILE_NAME = 10
"""Letters that a shapefile keeps of a column's name."""

csv.field_size_limit(1 << 30)  # an outline in WKT is longer than the 128 KiB of the standard


def read_csv_table(path: Path, *, encoding: str = "utf-8") -> pd.DataFrame:
    """Read a CSV file with every column as text and blanks as missing.

    Parameters
    ----------
    path
        File with a header row; separated by ``,``, ``;`` or tab (the header decides).
    encoding
        UTF-8 with or without byte order mark, or what the catalog states. A file that is marked
        as UTF-16, Excel's "Unicode text", is read as such.

    Raises
    ------
    SourceError
        The file is missing, empty, no text, in another encoding, or rows differ in length.
    SchemaError
        A column has no name or one that stands twice, the header stands again among the rows,
        or text was garbled by a wrong encoding.
    """
    text = decoded(path, encoding)
    said = SEPARATOR.match(text)
    if said:
        text = text[said.end() :]
    header = text.lstrip("\r\n ").splitlines()[0] if text.strip() else ""
    delimiter = said.group(1) if said else max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        msg = f"{path.name} ({path}): cannot be read as CSV: {error}. Save it again as CSV."
        raise SourceError(msg) from error
    cells = {n: [cell.strip() for cell in row] for n, row in enumerate(rows, start=1)}
    numbered = {n: row for n, row in cells.items() if any(row)}
    if not numbered:
        raise _empty(path)
    names = [name.strip("\ufeff") for name in numbered.pop(next(iter(numbered)))]
    numbered = {n: _without_blanks(row, len(names)) for n, row in numbered.items()}
    _check_shape(path, names, numbered)
    table = pd.DataFrame(
        [[cell or None for cell in row] for row in numbered.values()], columns=names, dtype=object
    )
    table = _with_names(path, table)
    check_letters(table, where=f"{path.name} ({path})")
    return table


def _without_blanks(row: list[str], width: int) -> list[str]:
    """Cut blank cells off the end of a row that is longer than the header."""
    return row[:width] if not any(row[width:]) else row


def _with_names(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns without name and cells; refuse one without a name that holds some."""
    bare = np.array([name == "" for name in table.columns], dtype=bool)
    held = table.notna().any().to_numpy()
    if (bare & held).any():
        unnamed = (np.flatnonzero(bare & held) + 1).tolist()
        msg = (
            f"{path.name} ({path}): {len(unnamed)} columns with cells have no name in the first "
            f"row: number {first(unnamed)}; the first row must be the header. Name them, or "
            "delete the lines above the header."
        )
        raise SchemaError(msg)
    return table.loc[:, ~bare]


def decoded(path: Path, encoding: str) -> str:
    """Return the text of a file, or say why it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path.name} ({path}): cannot be read: {why_unread(path, error)}. Check the path."
        raise SourceError(msg) from error
    check_text(path, data)
    codec = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = "utf-16"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        msg = (
            f"{path.name} ({path}): byte {error.start} is not {encoding}; Danish files are often "
            "Windows-1252. Save it as UTF-8, or state encoding = 'cp1252' in the catalog."
        )
        raise SourceError(msg) from error
    lost = text.count("\0")
    if lost:
        msg = (
            f"{path.name} ({path}): holds {lost} NUL characters, the first in line "
            f"{text[: text.index(chr(0))].count(chr(10)) + 1}: it is damaged, or UTF-16 without "
            "a mark. Save it as UTF-8, or fetch it again."
        )
        raise SourceError(msg)
    if not text.strip():
        raise _empty(path)
    return text


def _empty(path: Path) -> SourceError:
    msg = (
        f"{path.name} ({path}): the file is empty; a header and rows are expected. Fetch it again."
    )
    return SourceError(msg)


def _check_shape(path: Path, names: list[str], rows: dict[int, list[str]]) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        msg = (
            f"{path.name} ({path}): {len(twice)} of {len(names)} column names stand twice: "
            f"{first(twice)}; each may stand once. Rename one of each."
        )
        raise SchemaError(msg)
    again = [number for number, row in rows.items() if row == names]
    if again:
        msg = (
            f"{path.name} ({path}): the header stands again in {len(again)} rows: {first(again)}; "
            "once is allowed. Delete these rows."
        )
        raise SchemaError(msg)
    other = [number for number, row in rows.items() if len(row) != len(names)]
    if other:
        msg = (
            f"{path.name} ({path}): {len(other)} rows do not have the header's {len(names)} "
            f"cells; first: rows {first(other)}. Quote cells that hold the separator, part cells "
            "with ; where numbers have a decimal comma, or fetch the file again if it ends there."
        )
        raise SourceError(msg)


def lacking(missing: Sequence[str], found: Iterable[object]) -> str:
    """Say which columns are missing, which there are, and which of those may be meant.

    Examples
    --------
    >>> lacking(["lat"], ["ID", "LAT"])
    "missing columns ['lat']; found ['ID', 'LAT']; 'lat' may be 'LAT'"
    """
    there = [str(name) for name in found]
    more = f" and {len(there) - NAMED} more" if len(there) > NAMED else ""
    text = f"missing columns {list(missing)}; found {there[:NAMED]}{more}"
    pairs = ((ours, next((name for name in there if _alike(ours, name)), None)) for ours in missing)
    meant = [f"{ours!r} may be {theirs!r}" for ours, theirs in pairs if theirs is not None]
    return "; ".join([text, ", ".join(meant)]) if meant else text


def _alike(ours: str, theirs: str) -> bool:
    """Whether names differ in capital letters only, or in what a shapefile keeps of them."""
    one, other = ours.strip().casefold(), theirs.strip().casefold()
    return one == other or (len(other) == SHAPEFILE_NAME and one.startswith(other))


def check_letters(table: pd.DataFrame, *, where: str) -> None:
    """Raise SchemaError if text columns hold garbled Danish letters, as UTF-8 read as cp1252."""
    for name in table.columns:
        if pd.api.types.is_numeric_dtype(table[name]):
            continue
        values = table[name].tolist()
        # all at once first: next to no column is garbled
        if MOJIBAKE.search("\n".join(map(str, values))) is None:
            continue
        garbled = [value for value in values if MOJIBAKE.search(str(value))]
        if garbled:
            msg = (
                f"{where}: {len(garbled)} values of column {name!r} are garbled: "
                f"{first(garbled)}; æ, ø and å are expected. Save the file as UTF-8, or state "
                "its encoding in the catalog."
            )
            raise SchemaError(msg)


def numbers(values: pd.Series, *, what: str) -> pd.Series:
    """Convert text to float64; ``1.234,5`` and ``1234.5`` are the same number.

    A point is a thousands mark beside a decimal comma or another such point, in the same value
    or in another one: ``1.234`` is a little more than one where the column holds no ``12,5``
    and no ``1.234.567``.

    Parameters
    ----------
    values
        Text or numbers; missing stays missing.
    what
        Table and column for the message.

    Raises
    ------
    SchemaError
        If a value is not a number.

    Examples
    --------
    >>> numbers(pd.Series(["12,5", "1.234,5", "7", None]), what="t").tolist()
    [12.5, 1234.5, 7.0, nan]
    >>> numbers(pd.Series(["1.234", "12,5"]), what="t").tolist()
    [1234.0, 12.5]
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype("float64")
    text = [None if pd.isna(value) else str(value).strip() for value in values]
    wrong = [value for value in text if value is not None and _number(value) is None]
    if wrong:
        msg = (
            f"{what}: {len(wrong)} values are not numbers: {first(wrong)}; digits with a decimal "
            "point or comma are allowed. Correct the file."
        )
        raise SchemaError(msg)
    danish = any(value and _number(value, danish=False) is None for value in text)
    parsed = [None if value is None else _number(value, danish=danish) for value in text]
    return pd.Series(parsed, index=values.index, dtype="float64", name=values.name)


def _number(text: str, *, danish: bool | None = None) -> float | None:
    """Read one number; ``danish`` says whether Danish notation is sure, excluded, or either."""
    if PLAIN_NUMBER.fullmatch(text) and not (danish and THOUSANDS.fullmatch(text)):
        return float(text)
    if danish is False:
        return None
    if DANISH_NUMBER.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    return None


def years(values: pd.Series, *, what: str) -> pd.Series:
    """Convert years and dates to years (``Int64``, missing allowed).

    ``2021``, ``20210801`` (yyyymmdd, as Plandata writes dates), ``2021-08-01`` and
    ``01-08-2021`` are all 2021.

    Raises
    ------
    SchemaError
        If a value is none of these.

    Examples
    --------
    >>> years(pd.Series(["2021", "20210801", "01-08-2021", None]), what="t").tolist()
    [2021, 2021, 2021, <NA>]
    """
    found = pd.Series([_year(value) for value in values], index=values.index, dtype="Int64")
    wrong = values[values.notna() & found.isna()]
    if len(wrong):
        msg = (
            f"{what}: {len(wrong)} values are not years or dates: {first(wrong)}; yyyy, yyyymmdd, "
            "yyyy-mm-dd and dd-mm-yyyy are allowed. Correct the file."
        )
        raise SchemaError(msg)
    return found


_MM, _DD = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_DATES = (
    re.compile(r"(\d{4})(?:\.0)?"),
    re.compile(rf"(\d{{4}}){_MM}{_DD}(?:\.0)?"),
    re.compile(rf"(\d{{4}})-{_MM}-{_DD}(?:[T ].*)?"),
    re.compile(rf"{_DD}[-./]{_MM}[-./](\d{{4}})"),
)


def _year(value: object) -> object:
    if pd.isna(value):  # type: ignore[call-overload]
        return pd.NA
    for pattern in _DATES:
        found = pattern.fullmatch(str(value).strip())
        if found:
            return int(found.group(1))
    return pd.NA


def municipality_code(value: object) -> str:
    """Write a Danish municipality code as four digits: ``101``, ``'101'`` and ``'0101'``.

    Codes of other countries are longer (7 digits in Brazil) or hold letters, and stay as they are.

    Raises
    ------
    SchemaError
        If the value is neither one to four digits nor a code of four signs or more, of letters
        and digits.

    Examples
    --------
    >>> municipality_code(101), municipality_code(4314902.0), municipality_code("E09000001")
    ('0101', '4314902', 'E09000001')
    """
    text = str(value).strip().removesuffix(".0")
    if not text.isdecimal() and not FOREIGN_CODE.fullmatch(text):
        msg = (
            f"municipality code: {value!r} is not one; '0101', '101' or 101 is allowed, and "
            "'4314902' or 'E09000001' in other countries. Correct the file, or its mapping in "
            "the catalog."
        )
        raise SchemaError(msg)
    return text.zfill(4)
