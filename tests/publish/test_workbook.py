"""Workbooks: numbers are numbers, text is never a formula, the same sheets are the same bytes."""

import io
import re
import zipfile

import openpyxl
import pytest

from htkgis.errors import SchemaError
from htkgis.publish.workbook import Column, Number, Sheet, Words, workbook_bytes

HOSTILE = [
    "=1+1",
    "+45 12",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://x")',
    "http://x.dk",
    "ÆØÅ",
]
COLUMNS = [Column("Navn", 20), Column("Min.", 10, "minutes"), Column("Andel", 10, "share")]


def sheet(rows, name="Tal"):
    return Sheet(name, "Titel", "Kørsel", COLUMNS, rows, notes=["Kilder: X"])


def written(*sheets):
    return workbook_bytes(sheets, title="T", credits_line="© X", date="2026-11")


def read(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_number_is_a_number_with_a_format_and_a_word_is_a_word():
    page = read(written(sheet([["a", 4.56, 0.25], ["b", 0, Words("skjult")]])))["Tal"]
    assert [page.cell(5, at).value for at in (1, 2, 3)] == ["a", 4.56, 0.25]
    assert page.cell(5, 2).data_type == "n"
    assert (page.cell(5, 2).number_format, page.cell(5, 3).number_format) == ("0.0", "0.0%")
    assert page.cell(6, 2).value == 0
    assert page.cell(6, 3).value == "skjult"


def test_a_number_may_be_of_another_kind_than_its_column_and_nothing_is_an_empty_cell():
    page = read(written(sheet([["a", Number(1200, "count"), None]])))["Tal"]
    assert page.cell(5, 2).number_format == "#,##0"
    assert page.cell(5, 3).value is None


def test_text_that_looks_like_a_formula_stays_text():
    data = written(sheet([[text, 1, 1] for text in HOSTILE]))
    page = read(data)["Tal"]
    assert [page.cell(row, 1).value for row in range(5, 5 + len(HOSTILE))] == HOSTILE
    assert {page.cell(row, 1).data_type for row in range(5, 5 + len(HOSTILE))} == {"s"}
    assert page.cell(5, 1).quotePrefix
    assert not page.cell(12, 1).quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        cells = parts.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f>|<hyperlink", cells)


def test_the_header_stays_in_sight_and_has_widths():
    page = read(written(sheet([["a", 1, 1]])))["Tal"]
    assert page.freeze_panes == "B5"
    assert [cell.value for cell in page[4]] == ["Navn", "Min.", "Andel"]
    assert page.column_dimensions["A"].width >= 20
    assert page.auto_filter.ref == "A4:C5"
    assert page.cell(7, 1).value == "Kilder: X"


def test_the_same_sheets_are_the_same_bytes_and_hold_no_clock():
    data = written(sheet([["a", 1, 1]]))
    assert written(sheet([["a", 1, 1]])) == data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "2026-11-01T00:00:00Z" in parts.read("docProps/core.xml").decode()


def test_windows_writes_the_same_bytes(monkeypatch):
    here = written(sheet([["ÆØÅ", 1, 1]]))
    for system in ("win32", "linux"):
        monkeypatch.setattr("zipfile.sys.platform", system)
        assert written(sheet([["ÆØÅ", 1, 1]])) == here
    with zipfile.ZipFile(io.BytesIO(here)) as parts:
        assert {entry.create_system for entry in parts.infolist()} == {3}
        assert parts.testzip() is None


def test_an_empty_sheet_has_its_header_and_notes():
    page = read(written(sheet([])))["Tal"]
    assert page.cell(4, 1).value == "Navn"
    assert page.auto_filter.ref is None


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ([sheet([], "a" * 32)], r"1 of 1 sheets have a name .*'a{32}'.*Rename"),
        ([sheet([], "a/b")], r"1 of 1 sheets have a name .*'a/b'"),
        ([sheet([], "Tal"), sheet([], "tal")], r"2 of 2 sheets have a name .*'Tal', 'tal'"),
        ([sheet([["a", 1]])], r"workbook \(Tal\): 1 rows have not a cell per column: '0'; 3 cells"),
        ([sheet([["a" * 32_768, 1, 1]])], r"workbook \(Tal\): 1 texts are long: 'a{40}'"),
    ],
)
def test_what_spreadsheets_refuse_is_refused_before(sheets, message):
    with pytest.raises(SchemaError, match=message):
        written(*sheets)
