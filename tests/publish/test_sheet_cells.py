"""The cells of a sheet are written as xlsxwriter writes them, one by one."""

import io
import math
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.publish.downloads import FORMULA
from htkgis.publish.sheet_cells import HEAD, LINE, TEXTS, Column, Number, Sheet, Words
from htkgis.publish.workbook import _formats, workbook_bytes

KINDS = ("text", "line", "count", "minutes", "share", "decimal", "year")
LETTERS = st.text("aÆ<&\"' =\t\x01😀_x0041_\n", max_size=30)
NUMBERS = st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(
    st.none(),
    LETTERS,
    NUMBERS,
    st.builds(Words, LETTERS),
    st.builds(Number, NUMBERS, st.sampled_from(KINDS)),
)


@st.composite
def made_sheets(draw):
    """Up to three sheets, of which some are long enough for several spans."""
    sheets = []
    for number in range(draw(st.integers(1, 3))):
        widths = draw(st.lists(st.sampled_from([5, 9.5, 40]), min_size=1, max_size=4))
        columns = [Column(draw(LETTERS), each, draw(st.sampled_from(KINDS))) for each in widths]
        row = st.lists(CELLS, min_size=len(columns), max_size=len(columns))
        rows = draw(st.lists(row, max_size=6)) * draw(st.sampled_from([1, 1, 9]))
        notes = draw(st.lists(LETTERS, max_size=2))
        sheets.append(Sheet(f"S{number}", draw(LETTERS), draw(LETTERS), columns, rows, notes))
    return sheets


def one_by_one(sheets):
    """Write the same sheets with a call for every cell."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    formats = _formats(book)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.title, formats["title"])
        page.write_string(1, 0, sheet.lead, formats["lead"])
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, column.width)
            name = "header" if column.kind in TEXTS else "header of numbers"
            page.write_string(HEAD, at, column.title, formats[name])
        page.set_row(HEAD, height((each.title, each.width) for each in sheet.columns))
        for number, row in enumerate(sheet.rows, start=HEAD + 1):
            cells = list(zip(row, sheet.columns, strict=True))
            texts = [(each, column.width) for each, column in cells if column.kind == "text"]
            page.set_row(number, height(texts))
            for at, (value, column) in enumerate(cells):
                write(page, number, at, value, column.kind, formats)
        for number, note in enumerate(sheet.notes, start=HEAD + len(sheet.rows) + 2):
            page.write_string(number, 0, note, formats["lead"])
        if sheet.rows:
            page.autofilter(HEAD, 0, HEAD + len(sheet.rows), len(sheet.columns) - 1)
        page.freeze_panes(HEAD + 1, 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEAD)
    book.close()
    return parts(buffer.getvalue())


def height(texts):
    lines = [math.ceil(len(value) / width) for value, width in texts if isinstance(value, str)]
    return LINE * max([1, *lines])


def write(page, row, at, value, kind, formats):
    if isinstance(value, Words):
        page.write_string(row, at, value.why, formats["words"])
    elif isinstance(value, str):
        name = "quoted" if value.startswith(FORMULA) else "line" if kind == "line" else "text"
        page.write_string(row, at, value, formats[name])
    elif isinstance(value, Number):
        page.write_number(row, at, value.value, formats[value.kind])
    elif value is not None:
        page.write_number(row, at, value, formats[kind])


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # the properties hold title and date, which have tests of their own
        names = [name for name in archive.namelist() if name != "docProps/core.xml"]
        return {name: archive.read(name).decode() for name in names}


@given(made_sheets())
def test_cells_written_a_row_at_once_are_those_that_are_written_one_by_one(sheets):
    data = workbook_bytes(sheets, title="T", credits_line="", date="2026-11")
    assert parts(data) == one_by_one(sheets)


@pytest.mark.parametrize("value", [math.nan, math.inf, Number(-math.inf, "count")])
def test_a_number_that_is_not_finite_is_refused(value):
    sheet = Sheet("A", "T", "L", [Column("N", 9, "count")], [[1], [value]])
    with pytest.raises(SchemaError, match=r"workbook \(cell A6\): a number is (nan|-?inf)"):
        workbook_bytes([sheet], title="T", credits_line="", date="2026-11")
