"""Write a workbook (XLSX) that is the same bytes for the same sheets.

A number is a number cell with a format, text is a text cell and never a formula, and what is
missing says in words why, so that hidden, not reached and 0 are three different things.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter

from htkgis.errors import SchemaError, first

from .downloads import FORMULA

Kind = Literal["text", "line", "count", "minutes", "share", "decimal", "year"]
TEXTS = ("text", "line")
"""Kinds that hold words: ``text`` is broken into lines, a ``line`` is cut where the cell ends."""
FORMATS: dict[Kind, str] = {
    "text": "@",
    "line": "@",
    "count": "#,##0",
    "minutes": "0.0",
    "share": "0.0%",
    "decimal": "#,##0.0##",
    "year": "0",
}
"""Spreadsheets write the separators of their own language for these."""
HEAD = 3
"""Rows above the header: the title, where the figures come from, and a line of air."""
LINE = 13.5
"""Height of a line in points."""
MAX_NAME, MAX_TEXT = 31, 32_767
"""Letters of a sheet's name and of a cell that the format allows."""
FORBIDDEN = frozenset("[]:*?/\\'")
ENTRY_BYTES, MADE_BY, LENGTHS = 46, 5, 28
"""Of an entry in the directory of a ZIP file: its size before name, extra and comment, and where
the system that made it and the lengths of these three stand."""
UNIX = 3
INK, QUIET, RULE = "#16212B", "#5A6672", "#C9D1D8"


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in letters, and what its cells hold."""

    title: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True)
class Number:
    """A number that is written otherwise than the others of its column."""

    value: float
    kind: Kind


@dataclass(frozen=True)
class Words:
    """A cell of a number column that holds no number, and says why."""

    why: str


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, a title and a line below it, columns, rows, and notes below."""

    name: str
    title: str
    lead: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


def workbook_bytes(sheets: Sequence[Sheet], *, title: str, credits_line: str, date: str) -> bytes:
    """Write sheets as one workbook.

    Parameters
    ----------
    sheets
        In their order. A cell is a number, text, ``Words`` where a number is missing, or None
        where there is nothing to say.
    title, credits_line
        Properties of the file.
    date
        ISO date, month or year that the file states as its making: that of the data, for a
        clock would make every file differ.

    Raises
    ------
    SchemaError
        If a name of a sheet is too long, stands twice or has a sign that spreadsheets refuse,
        a row has not as many cells as its sheet columns, or a text is too long for a cell.
    """
    _check(sheets)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = dt.datetime.fromisoformat("-".join([*date.split("-"), "01", "01"][:3]))
    book.set_properties({"title": title, "comments": credits_line, "created": made})
    formats = _formats(book)
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return _as_unix(buffer.getvalue())


def _as_unix(archive: bytes) -> bytes:
    """Let each entry of a ZIP file say that Unix wrote it: Windows would make it another file."""
    made = bytearray(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        at = entries.start_dir
        for _ in entries.infolist():
            made[at + MADE_BY] = UNIX
            at += ENTRY_BYTES + sum(struct.unpack_from("<3H", archive, at + LENGTHS))
    return bytes(made)


def _check(sheets: Sequence[Sheet]) -> None:
    names = [sheet.name for sheet in sheets]
    wrong = [n for n in names if not 0 < len(n) <= MAX_NAME or set(n) & FORBIDDEN]
    wrong += sorted({n for n in names if [m.lower() for m in names].count(n.lower()) > 1})
    if wrong:
        msg = (
            f"workbook: {len(wrong)} of {len(names)} sheets have a name that spreadsheets refuse: "
            f"{first(wrong)}; 1 to {MAX_NAME} letters without {' '.join(sorted(FORBIDDEN))}, each "
            "once, are allowed. Rename them."
        )
        raise SchemaError(msg)
    for sheet in sheets:
        uneven = [str(n) for n, row in enumerate(sheet.rows) if len(row) != len(sheet.columns)]
        texts = (c for row in sheet.rows for c in row if isinstance(c, str | Words))
        long = [str(c)[:40] for c in texts if len(str(c)) > MAX_TEXT]
        for found, what in ((uneven, "rows have not a cell per column"), (long, "texts are long")):
            if found:
                msg = (
                    f"workbook ({sheet.name}): {len(found)} {what}: {first(found)}; "
                    f"{len(sheet.columns)} cells of at most {MAX_TEXT} letters are allowed. "
                    "Correct them."
                )
                raise SchemaError(msg)


def _formats(book: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "font_name": "Arial",
        "font_size": 10,
        "font_color": INK,
        "valign": "top",
    }
    made: dict[str, dict[str, Any]] = {
        kind: base | {"num_format": code} for kind, code in FORMATS.items()
    }
    made["text"] = base | {"text_wrap": True}
    made["line"] = dict(base)
    # a mark of the cell, not of the text: whoever edits it keeps text and gets no formula
    made["quoted"] = made["text"] | {"quote_prefix": True}
    made["words"] = base | {"italic": True, "font_color": QUIET, "align": "right"}
    made["title"] = base | {"bold": True, "font_size": 14}
    made["lead"] = base | {"font_color": QUIET}
    made["header"] = base | {
        "bold": True,
        "text_wrap": True,
        "bottom": 1,
        "bottom_color": RULE,
        "bg_color": "#EEF2F5",
    }
    made["header of numbers"] = made["header"] | {"align": "right"}
    return {name: book.add_format(properties) for name, properties in made.items()}


def _write(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, sheet.lead, formats["lead"])
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        name = "header" if column.kind in TEXTS else "header of numbers"
        page.write_string(HEAD, at, column.title, formats[name])
    titles = [Column(column.title, column.width) for column in sheet.columns]
    page.set_row(HEAD, _height([column.title for column in titles], titles))
    for number, row in enumerate(sheet.rows, start=HEAD + 1):
        page.set_row(number, _height(row, sheet.columns))
        for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _cell(page, number, at, value, column.kind, formats)
    last = HEAD + len(sheet.rows)
    if sheet.rows:
        page.autofilter(HEAD, 0, last, len(sheet.columns) - 1)
    page.freeze_panes(HEAD + 1, 1)
    for number, note in enumerate(sheet.notes, start=last + 2):
        page.write_string(number, 0, note, formats["lead"])
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD)


def _height(row: Sequence[Any], columns: Sequence[Column]) -> float:
    """Height of a row whose longest text is broken into lines; not every program finds it."""
    lines = [
        math.ceil(len(value) / column.width)
        for value, column in zip(row, columns, strict=True)
        if column.kind == "text" and isinstance(value, str)
    ]
    return LINE * max([1, *lines])


def _cell(
    page: Any, row: int, column: int, value: Any, kind: Kind, formats: Mapping[str, Any]
) -> None:
    if value is None:
        return
    if isinstance(value, Words):
        page.write_string(row, column, value.why, formats["words"])
    elif isinstance(value, Number):
        page.write_number(row, column, value.value, formats[value.kind])
    elif isinstance(value, str):
        name = "quoted" if value.startswith(FORMULA) else "line" if kind == "line" else "text"
        page.write_string(row, column, value, formats[name])
    else:
        page.write_number(row, column, value, formats[kind])
