"""The cells of a sheet as a workbook's file holds them, the same as xlsxwriter writes them.

xlsxwriter takes every cell by itself, keeps it, and writes it once more at the end, which took
most of the time of a workbook; here a row is written at once. The formats, the texts and all
that stands around the cells are still written by xlsxwriter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from xlsxwriter.utility import xl_col_to_name

from htkgis.errors import SchemaError

from .downloads import FORMULA

Kind = Literal["text", "line", "count", "minutes", "share", "decimal", "year"]
TEXTS = ("text", "line")
"""Kinds that hold words: ``text`` is broken into lines, a ``line`` is cut where the cell ends."""
HEAD = 3
"""Rows above the header: the title, where the figures come from, and a line of air."""
LINE = 13.5
"""Height of a line in points."""
SPAN_ROWS = 16
"""Rows that say together from which column to which they hold cells."""


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

    @property
    def last(self) -> int:
        """Number of the last row above the notes, from 0."""
        return HEAD + len(self.rows)


class _Numbered(dict[str, int]):
    """Numbers what is asked for, in the order in which it is asked for first."""

    def __init__(self, start: int) -> None:
        self.start = start

    def __missing__(self, name: str) -> int:
        self[name] = number = self.start + len(self)
        return number


@dataclass
class Numbers:
    """What the cells of all sheets of a workbook refer to by number.

    Attributes
    ----------
    texts
        Each text once, from 0.
    formats
        The formats that cells have, from 1: 0 is that of a cell without one.
    told
        How many cells hold a text.
    """

    texts: dict[str, int] = field(default_factory=lambda: _Numbered(0))
    formats: dict[str, int] = field(default_factory=lambda: _Numbered(1))
    told: int = 0


@dataclass
class _Row:
    """A row: its number from 0, its cells, its height in points, its first and last column."""

    number: int
    cells: list[str]
    height: float | None
    first: int | None
    last: int | None


def sheet_cells(sheet: Sheet, numbers: Numbers) -> str:
    """Write the element ``sheetData`` of a sheet.

    Parameters
    ----------
    sheet
        Its cells.
    numbers
        Of the texts and formats of the sheets before; those of this one are added.

    Raises
    ------
    SchemaError
        If a number is not finite.

    Examples
    --------
    >>> numbers = Numbers()
    >>> sheet = Sheet("A", "Title", "Lead", [Column("Name", 9)], [["a"], ["a"]])
    >>> sheet_cells(sheet, numbers).count("<row "), list(numbers.texts), numbers.told
    (5, ['Title', 'Lead', 'Name', 'a'], 5)
    """
    rows = [
        _line(0, [(sheet.title, "title")], numbers),
        _line(1, [(sheet.lead, "lead")], numbers),
        _header(sheet.columns, numbers),
        *_body(sheet, numbers),
    ]
    for number, note in enumerate(sheet.notes, start=sheet.last + 2):
        rows.append(_line(number, [(note, "lead")], numbers))
    spans = _spans(rows)
    written = (_row(row, spans.get(row.number // SPAN_ROWS, "")) for row in rows)
    return f"<sheetData>{''.join(written)}</sheetData>"


def extent(sheet: Sheet) -> str:
    """Say from which cell to which a sheet reaches, as its element ``dimension`` does."""
    last = sheet.last + 1 + len(sheet.notes) if sheet.notes else sheet.last
    return f"A1:{xl_col_to_name(max(0, len(sheet.columns) - 1))}{last + 1}"


def _line(
    number: int,
    cells: Sequence[tuple[str, str]],
    numbers: Numbers,
    height: float | None = None,
) -> _Row:
    """Write a row of texts, each with the name of its format, from the first column on."""
    written = []
    for at, (text, name) in enumerate(cells):
        place = f"{xl_col_to_name(at)}{number + 1}"
        style, told = numbers.formats[name], numbers.texts[text]
        written.append(f'<c r="{place}" s="{style}" t="s"><v>{told}</v></c>')
    numbers.told += len(written)
    last = len(written) - 1
    return _Row(number, written, height, 0 if written else None, last if written else None)


def _header(columns: Sequence[Column], numbers: Numbers) -> _Row:
    cells = [
        (column.title, "header" if column.kind in TEXTS else "header of numbers")
        for column in columns
    ]
    widths = [(at, column.width) for at, column in enumerate(columns)]
    height = _height([column.title for column in columns], widths)
    return _line(HEAD, cells, numbers, height)


def _body(sheet: Sheet, numbers: Numbers) -> Iterable[_Row]:
    """Write the rows below the header."""
    letters = [xl_col_to_name(at) for at in range(len(sheet.columns))]
    kinds = [column.kind for column in sheet.columns]
    broken = [(at, each.width) for at, each in enumerate(sheet.columns) if each.kind == "text"]
    for number, row in enumerate(sheet.rows, start=HEAD + 1):
        cells, held = [], []
        for at, value in enumerate(row):
            if value is not None:
                cells.append(_cell(f"{letters[at]}{number + 1}", value, kinds[at], numbers))
                held.append(at)
        first, last = (held[0], held[-1]) if held else (None, None)
        yield _Row(number, cells, _height(row, broken), first, last)


def _cell(place: str, value: Any, kind: Kind, numbers: Numbers) -> str:
    if isinstance(value, str):
        name = "quoted" if value.startswith(FORMULA) else "line" if kind == "line" else "text"
        text = value
    elif isinstance(value, Words):
        name, text = "words", value.why
    else:
        if isinstance(value, Number):
            value, kind = value.value, value.kind
        written = f"{value:.16G}"
        if "N" in written:  # NAN, INF
            msg = (
                f"workbook (cell {place}): a number is {value}; finite numbers are allowed. Say "
                "in words why there is none."
            )
            raise SchemaError(msg)
        return f'<c r="{place}" s="{numbers.formats[kind]}"><v>{written}</v></c>'
    numbers.told += 1
    return f'<c r="{place}" s="{numbers.formats[name]}" t="s"><v>{numbers.texts[text]}</v></c>'


def _height(row: Sequence[Any], broken: Iterable[tuple[int, float]]) -> float:
    """Height of a row whose longest text is broken into lines; not every program finds it."""
    lines = 1
    for at, width in broken:
        value = row[at]
        if isinstance(value, str) and len(value) > width:
            lines = max(lines, math.ceil(len(value) / width))
    return LINE * lines


def _spans(rows: Sequence[_Row]) -> Mapping[int, str]:
    """Say of every 16 rows from which column to which they hold cells, where they hold any."""
    ends: dict[int, tuple[int, int]] = {}
    for row in rows:
        if row.first is not None and row.last is not None:
            block = row.number // SPAN_ROWS
            first, last = ends.get(block, (row.first, row.last))
            ends[block] = min(first, row.first), max(last, row.last)
    return {block: f' spans="{first + 1}:{last + 1}"' for block, (first, last) in ends.items()}


def _row(row: _Row, span: str) -> str:
    height = "" if row.height is None else f' ht="{row.height:.16g}" customHeight="1"'
    begin = f'<row r="{row.number + 1}"{span}{height}'
    return f"{begin}>{''.join(row.cells)}</row>" if row.cells else f"{begin}/>"
