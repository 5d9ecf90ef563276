"""Write a workbook (XLSX) that is the same bytes for the same sheets.

A number is a number cell with a format, text is a text cell and never a formula, and what is
missing says in words why, so that hidden, not reached and 0 are three different things.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import xlsxwriter

from htkgis.errors import SchemaError, first
from htkgis.store.memory import recalled_whole

from .sheet_cells import HEAD, Column, Kind, Number, Numbers, Sheet, Words, extent, sheet_cells

__all__ = [
    "Column",
    "FirstSheet",
    "Kind",
    "Number",
    "Sheet",
    "Words",
    "kept_first_sheet",
    "workbook_bytes",
]

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
MAX_NAME, MAX_TEXT = 31, 32_767
"""Letters of a sheet's name and of a cell that the format allows."""
FORBIDDEN = frozenset("[]:*?/\\'")
CELLS = re.compile(r'<dimension ref="[^"]*"/>(.*?)<sheetData(?:/>|>.*</sheetData>)', re.DOTALL)
"""What a sheet says of its cells: from where to where they reach, and the cells."""
COUNT = re.compile(r' count="\d+"')
"""How many cells hold a text, in the list of texts."""
TEXT_LIST = "xl/sharedStrings.xml"
MADE = (1980, 1, 1, 0, 0, 0)
"""The time that each entry of the file states."""
STAND_IN = "\x00"
"""For the line below a title: no text of a cell has this sign."""
UNIX = 3
"""The system that each entry says it was made by: Windows would make it another file."""
INK, QUIET, RULE = "#16212B", "#5A6672", "#C9D1D8"


class FirstSheet(NamedTuple):
    """The first sheet of a workbook: its rows empty, its cells, and what they refer to.

    Attributes
    ----------
    sheet, cells
        As many rows as it has; the cells as the file holds them.
    texts, formats, told
        As :class:`htkgis.publish.sheet_cells.Numbers` has them after it.
    """

    sheet: Sheet
    cells: str
    texts: list[str]
    formats: list[str]
    told: int

    def numbers(self) -> Numbers:
        """Give the numbers as they are for the second sheet."""
        numbers = Numbers(told=self.told)
        for known, names in ((numbers.texts, self.texts), (numbers.formats, self.formats)):
            for name in names:
                known[name]  # who asks for a name numbers it
        return numbers


def workbook_bytes(
    sheets: Sequence[Sheet],
    *,
    title: str,
    credits_line: str,
    date: str,
    begun: FirstSheet | None = None,
) -> bytes:
    """Write sheets as one workbook.

    Parameters
    ----------
    sheets
        In their order, those behind the first one where that is ``begun``. A cell is a number,
        text, ``Words`` where a number is missing, or None where there is nothing to say.
    title, credits_line
        Properties of the file.
    date
        ISO date, month or year that the file states as its making: that of the data, for a
        clock would make every file differ.
    begun
        The first sheet, where its cells were written before.

    Raises
    ------
    SchemaError
        If a name of a sheet is too long, stands twice or has a sign that spreadsheets refuse,
        a row has not as many cells as its sheet columns, or a text is too long for a cell.
    """
    _check(sheets)
    numbers = Numbers() if begun is None else begun.numbers()
    cells = [sheet_cells(sheet, numbers) for sheet in sheets]
    if begun is not None:
        sheets, cells = [begun.sheet, *sheets], [begun.cells, *cells]
        _check_names(sheets)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = dt.datetime.fromisoformat("-".join([*date.split("-"), "01", "01"][:3]))
    book.set_properties({"title": title, "comments": credits_line, "created": made})
    formats = _formats(book)
    pages = [_without_cells(book.add_worksheet(sheet.name), sheet) for sheet in sheets]
    _list(pages[0], numbers, formats)
    book.close()
    return _filled(buffer.getvalue(), sheets, cells, numbers)


def kept_first_sheet(make: Callable[[str], Sheet], lead: str, *facts: Any) -> FirstSheet:
    """Write the cells of the first sheet, unless they were written of the same before.

    Of the first one no others decide how its texts are numbered.

    Parameters
    ----------
    make
        Arranges the sheet with a line below its title; of that and ``facts``, and nothing else.
    lead
        The line, which changes with every run: it does not decide whether the rest is kept.
    facts
        Values that JSON holds.
    """

    def write() -> bytes:
        sheet, numbers = make(STAND_IN), Numbers()
        _check_cells([sheet])
        cells = sheet_cells(sheet, numbers)
        plain = {field.name: getattr(sheet, field.name) for field in fields(sheet)}
        columns = [[column.title, column.width, column.kind] for column in sheet.columns]
        plain |= {"rows": len(sheet.rows), "columns": columns, "notes": list(sheet.notes)}
        written = [plain, cells, list(numbers.texts), list(numbers.formats), numbers.told]
        return json.dumps(written).encode()

    kept = json.loads(recalled_whole("first sheet", [], write, *facts))
    plain, cells, texts, formats, told = kept
    columns = [Column(*column) for column in plain["columns"]]
    sheet = Sheet(**plain | {"rows": [()] * plain["rows"], "columns": columns, "lead": lead})
    if lead in texts:  # it stands elsewhere too, so all texts behind it have other numbers
        sheet, numbers = make(lead), Numbers()
        cells = sheet_cells(sheet, numbers)
        return FirstSheet(sheet, cells, list(numbers.texts), list(numbers.formats), numbers.told)
    texts = [lead if text == STAND_IN else text for text in texts]
    return FirstSheet(sheet, cells, texts, formats, told)


def _list(page: Any, numbers: Numbers, formats: Mapping[str, Any]) -> None:
    """Let xlsxwriter number formats and texts as the cells do: it does so in their order."""
    for at, name in enumerate(numbers.formats):
        page.write_number(0, at, 0, formats[name])
    for at, text in enumerate(numbers.texts, start=1):
        page.write_string(at, 0, text)


def _filled(
    archive: bytes, sheets: Sequence[Sheet], cells: Sequence[str], numbers: Numbers
) -> bytes:
    """Put the cells into a workbook that was written without, and count those that hold a text."""
    made = io.BytesIO()
    of_file = {
        f"xl/worksheets/sheet{number}.xml": (sheet, own)
        for number, (sheet, own) in enumerate(zip(sheets, cells, strict=True), start=1)
    }
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(made, "w") as written:
        for name in given.namelist():
            part = given.read(name)
            if name in of_file:
                part = _with_cells(part.decode(), *of_file[name]).encode()
            elif name == TEXT_LIST:
                part = COUNT.sub(f' count="{numbers.told}"', part.decode(), count=1).encode()
            entry = zipfile.ZipInfo(name, MADE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, UNIX
            written.writestr(entry, part)
    return made.getvalue()


def _with_cells(part: str, sheet: Sheet, cells: str) -> str:
    reach = f'<dimension ref="{extent(sheet)}"/>'
    return CELLS.sub(lambda found: f"{reach}{found[1]}{cells}", part, count=1)


def _check(sheets: Sequence[Sheet]) -> None:
    _check_names(sheets)
    _check_cells(sheets)


def _check_names(sheets: Sequence[Sheet]) -> None:
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


def _check_cells(sheets: Sequence[Sheet]) -> None:
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


def _without_cells(page: Any, sheet: Sheet) -> Any:
    """Set what a sheet has beside its cells."""
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
    if sheet.rows:
        page.autofilter(HEAD, 0, sheet.last, len(sheet.columns) - 1)
    page.freeze_panes(HEAD + 1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD)
    return page
