"""CSV as planners save it, and the numbers, years and codes in it."""

import codecs
import csv
import errno
import io
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError, SourceError
from htkgis.loaders.table import (
    check_letters,
    decoded,
    lacking,
    municipality_code,
    numbers,
    read_csv_table,
    years,
)

LETTERS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc"], exclude_characters="Ã\N{REPLACEMENT CHARACTER}"
    )
)
FOUR = st.integers(0, 9999)


@pytest.fixture
def saved(tmp_path):
    """Write bytes, or text as UTF-8, to a CSV file."""

    def write(data):
        path = tmp_path / "tal.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


def rows(table):
    return [list(table.columns), *table.to_numpy().tolist()]


@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_separator_line_end_and_byte_order_mark_make_no_difference(saved, mark, newline, bom):
    text = newline.join([f"id{mark}navn", f"0012{mark}Høje Tåstrup", f"b{mark}", ""])
    table = read_csv_table(saved(bom + text.encode()))
    assert rows(table) == [["id", "navn"], ["0012", "Høje Tåstrup"], ["b", None]]


@given(
    st.lists(
        st.tuples(*[LETTERS] * 2),
        max_size=4,
    ),
    st.sampled_from(";,\t"),
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, cells, mark):
    kept = [[a.strip(), b.strip()] for a, b in cells if a.strip() or b.strip()]
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *cells])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(stream.getvalue().encode())
    table = read_csv_table(path)
    assert [[a or "", b or ""] for a, b in table.to_numpy().tolist()] == kept


def test_a_semicolon_file_keeps_its_decimal_commas(saved):
    table = read_csv_table(saved(codecs.BOM_UTF8 + b"id;areal\na;1.234,5\nb;12,5\n"))
    assert numbers(table["areal"], what="t").tolist() == [1234.5, 12.5]


def test_blank_lines_and_spaces_around_cells_are_left_out(saved):
    table = read_csv_table(saved("\n\n id ; navn \n\n a ; \n;\n"))
    assert rows(table) == [["id", "navn"], ["a", None]]


def test_a_header_alone_is_a_table_without_rows(saved):
    assert rows(read_csv_table(saved("id;navn\n"))) == [["id", "navn"]]


def test_one_column_and_one_row_are_a_table(saved):
    assert rows(read_csv_table(saved("id\na"))) == [["id"], ["a"]]


def test_quoted_cells_hold_separators_and_line_ends(saved):
    table = read_csv_table(saved('id;navn\na;"b;\nc"\n'))
    assert rows(table) == [["id", "navn"], ["a", "b;\nc"]]


def test_a_cell_may_be_as_long_as_an_outline_in_wkt(saved):
    outline = "POLYGON ((" + "12.2508 55.7084, " * 20_000 + "))"
    assert read_csv_table(saved(f'id,wkt\na,"{outline}"\n'))["wkt"].item() == outline


@pytest.mark.parametrize("data", ["", "  \n\n", codecs.BOM_UTF8, ";;\n;;\n"])
def test_an_empty_file_says_so(saved, data):
    with pytest.raises(SourceError, match=r"tal\.csv \(.*\): the file is empty; a header and rows"):
        read_csv_table(saved(data))


def test_a_missing_file_and_a_folder_name_the_path(tmp_path):
    with pytest.raises(SourceError, match=r"no\.csv \(.*\): cannot be read: No such file"):
        read_csv_table(tmp_path / "no.csv")
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        read_csv_table(tmp_path)


def test_a_folder_is_named_as_one_where_the_system_speaks_of_rights(tmp_path, monkeypatch):
    def refused(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        read_csv_table(tmp_path)
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        read_csv_table(tmp_path / "no.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("stated", ["utf-8", "cp1252"])
def test_unicode_text_of_excel_is_read_by_its_mark(saved, encoding, stated):
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    data = marks.get(encoding, b"") + "id\tnavn\na\tHøje Tåstrup\n".encode(encoding)
    assert read_csv_table(saved(data), encoding=stated)["navn"].item() == "Høje Tåstrup"


@pytest.mark.parametrize(
    "data", ["id;navn\na;b\n".encode("utf-16-le"), b"id;navn\na;b\n\0\0", b"id;navn\n\0a;b\n"]
)
def test_nul_characters_are_counted_and_found(saved, data):
    with pytest.raises(
        SourceError, match=r"tal\.csv .*holds \d+ NUL characters, the first in line"
    ):
        read_csv_table(saved(data))


@pytest.mark.parametrize(("line", "mark"), [("sep=;", ";"), ('"SEP=,"', ","), ("sep=\t", "\t")])
def test_the_line_that_tells_excel_the_separator_is_no_header(saved, line, mark):
    table = read_csv_table(saved(f"{line}\r\nid{mark}navn\r\na{mark}1\r\n"))
    assert rows(table) == [["id", "navn"], ["a", "1"]]
    with pytest.raises(SourceError, match="first: rows 4"):
        read_csv_table(saved(f"{line}\nid{mark}navn\na{mark}b\nc\n"))


def test_columns_without_name_and_cells_are_left_out(saved):
    table = read_csv_table(saved("id;;navn;;\na;;x;;\nb;;y;;;;\n"))
    assert rows(table) == [["id", "navn"], ["a", "x"], ["b", "y"]]


def test_cells_below_no_name_are_refused(saved):
    with pytest.raises(
        SchemaError,
        match=r"tal\.csv .*: 2 columns with cells have no name in the first row: number 2, 3; the",
    ):
        read_csv_table(saved("Skoler i kommunen;;\nid;lat;lon\na;55,65;12,29\n"))


def test_a_header_that_stands_again_is_no_row(saved):
    with pytest.raises(
        SchemaError, match=r"tal\.csv .*: the header stands again in 2 rows: 3, 5; once is allowed"
    ):
        read_csv_table(saved("id;navn\na;b\nid;navn\nc;d\nid ; navn\n"))


def test_a_workbook_saved_under_the_name_of_a_csv_is_refused(saved):
    with pytest.raises(
        SourceError, match=r"^tal\.csv .*: is a zip or an Excel workbook and no CSV"
    ):
        read_csv_table(saved(b"PK\x03\x04" + bytes(range(256))), encoding="cp1252")


def test_of_many_columns_twenty_are_listed_and_those_alike_are_named():
    found = [f"c{n}" for n in range(30)]
    told = lacking(["Navn", "x"], [*found, "NAVN"])
    assert "'c19'] and 11 more; 'Navn' may be 'NAVN'" in told
    assert "c20" not in told


def test_windows_1252_is_refused_until_it_is_stated(saved):
    path = saved("id;navn\na;Høje Tåstrup\n".encode("cp1252"))
    with pytest.raises(
        SourceError, match=r"tal\.csv .*byte 11 is not utf-8; .*state encoding = 'cp1252'"
    ):
        read_csv_table(path)
    assert read_csv_table(path, encoding="cp1252")["navn"].item() == "Høje Tåstrup"


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf_8", "utf-8-sig"])
def test_every_name_of_utf8_drops_the_byte_order_mark(saved, encoding):
    assert decoded(saved(codecs.BOM_UTF8 + b"id"), encoding) == "id"


@pytest.mark.parametrize("garbled", ["æ", "ø", "å", "Æ", "Ø", "Å"])
@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_each_garbled_danish_letter_is_found(saved, garbled, wrong):
    text = f"id;navn\na;T{garbled}strup\nb;Ishoj\n".encode().decode(wrong)
    with pytest.raises(
        SchemaError, match=r"tal\.csv \(.*\): 1 values of column 'navn' are garbled: 'TÃ.*strup'"
    ):
        read_csv_table(saved(text))


def test_lost_letters_are_garbled_and_foreign_letters_are_not():
    with pytest.raises(SchemaError, match="2 values of column 'n' are garbled"):
        check_letters(pd.DataFrame({"n": ["T\N{REPLACEMENT CHARACTER}", "a", "Ã\xb8"]}), where="t")
    for dtype in (object, "str", "category"):
        table = pd.DataFrame({"n": ["São Paulo", "Ængø", None], "m": [1.0, 2.0, 3.0]})
        check_letters(table.astype({"n": dtype}), where="t")
    with pytest.raises(SchemaError, match="1 values of column 'n' are garbled: 'Ã\xb8'"):
        check_letters(pd.DataFrame({"n": pd.Series(["Ã\xb8", None], dtype="category")}), where="t")


def test_rows_of_unequal_length_are_counted_and_numbered_as_in_the_file(saved):
    path = saved("id,navn\n\na,b\nc\nd,e,f\ng,h\n12,5,x\ni\n")
    with pytest.raises(
        SourceError,
        match=r"4 rows do not have the header's 2 cells; first: rows 4, 5, 7 and 1 more\. Quote",
    ):
        read_csv_table(path)


def test_a_column_name_that_stands_twice_is_refused(saved):
    with pytest.raises(SchemaError, match=r"\d of \d column names stand twice: 'id'; each may"):
        read_csv_table(saved("id,navn,id\na,b,c\n"))


def test_a_quote_that_does_not_end_is_refused(saved):
    with pytest.raises(SourceError, match=r"tal\.csv .*cannot be read as CSV: .*\. Save it again"):
        read_csv_table(saved('id,navn\na,"b\n'))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("1234.5", 1234.5),
        ("1234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234.567", 1234567),
        ("1.234", 1.234),
        ("0,001", 0.001),
        ("1e3", 1000),
        (" 12,5 ", 12.5),
    ],
)
def test_a_number_is_the_same_in_danish_and_international_notation(text, number):
    assert numbers(pd.Series([text]), what="t").tolist() == [number]


@pytest.mark.parametrize("sibling", ["12,5", "1.234.567", "1.234,5"])
def test_a_lone_point_is_a_thousands_mark_beside_danish_numbers(sibling):
    assert numbers(pd.Series(["2.670", sibling]), what="t").iloc[0] == 2670


@pytest.mark.parametrize("text", ["55.6545", "0.125", "1234.500", "12.5"])
def test_a_point_that_cannot_mark_thousands_stays_a_decimal_point(text):
    assert numbers(pd.Series([text, "12,5"]), what="t").iloc[0] == float(text)


@pytest.mark.parametrize(
    "text",
    ["abc", "1,2,3", "1.23,4", "1,234.5", "1 234", "nan", "inf", "12 m", "0x1F", ".", "True"],
)
def test_what_is_no_number_is_named(text):
    with pytest.raises(SchemaError, match=r"^t column 'n': 1 values are not numbers: ") as caught:
        numbers(pd.Series(["1", text, None]), what="t column 'n'")
    assert repr(text) in str(caught.value)


def test_yes_and_no_are_not_numbers():
    with pytest.raises(SchemaError, match="2 values are not numbers: 'True', 'False'"):
        numbers(pd.Series([True, False]), what="t")


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1.5, None], dtype=object),
        pd.Series([1.5, None]),
        pd.Series(["1,5", None], dtype="str"),
        pd.Series(["1,5", pd.NA], dtype=object),
        pd.Series([1.5, pd.NA], dtype="Float64"),
    ],
)
def test_a_missing_number_stays_missing_in_every_dtype(values):
    values.index = ["x", "y"]
    found = numbers(values.rename("n"), what="t")
    assert (found.dtype, found.name, list(found.index)) == ("float64", "n", ["x", "y"])
    assert found["x"] == 1.5
    assert pd.isna(found["y"])


def test_no_values_are_no_numbers():
    assert numbers(pd.Series([], dtype=object), what="t").dtype == "float64"
    assert numbers(pd.Series([None, None], dtype=object), what="t").isna().all()


def danish(text):
    return text.translate(str.maketrans(",.", ".,"))


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_numbers_survive_danish_and_international_notation(values):
    expected = [float(value) for value in values]
    for written in (
        [f"{value:f}" for value in values],
        [danish(f"{value:f}") for value in values],
        [danish(f"{value:,f}") for value in values],
    ):
        assert numbers(pd.Series(written, dtype=object), what="t").tolist() == expected


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_whole_numbers_survive_thousands_marks_beside_a_decimal_comma(values):
    written = [danish(f"{value:,}") for value in values]
    found = numbers(pd.Series([*written, "0,5"], dtype=object), what="t")
    assert found.tolist() == [*map(float, values), 0.5]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_float_survives_its_own_text(values):
    assert numbers(pd.Series([repr(v) for v in values], dtype=object), what="t").tolist() == values


@given(st.dates(date(1000, 1, 1)))
def test_a_date_has_its_year_in_every_notation(day):
    written = [
        f"{day.year}",
        f"{day:%Y%m%d}",
        day.isoformat(),
        f"{day.isoformat()}T12:00:00",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%Y}",
        f"{day:%d/%m/%Y}",
        day,
        datetime(day.year, day.month, day.day),  # noqa: DTZ001
        pd.Timestamp(day),
        day.year,
        float(day.year),
        float(f"{day:%Y%m%d}"),
    ]
    assert years(pd.Series(written, dtype=object), what="t").tolist() == [day.year] * 13


@pytest.mark.parametrize(
    "value",
    ["21", "august 2021", "20211301", "20210832", "2021-13-01", "2021-08", "01-13-2021", 2021.5],
)
def test_what_is_no_year_is_named(value):
    with pytest.raises(
        SchemaError, match=r"^t: 1 values are not years or dates: .*; yyyy, yyyymmdd, yyyy-mm-dd"
    ) as caught:
        years(pd.Series(["2021", value, None], dtype=object), what="t")
    assert repr(value) in str(caught.value)


def test_a_missing_year_stays_missing_and_the_index_stays():
    found = years(pd.Series(["2021", None, pd.NA, float("nan")], index=list("abcd")), what="t")
    assert found.isna().tolist() == [False, True, True, True]
    assert (found.dtype, list(found.index)) == ("Int64", list("abcd"))
    assert years(pd.Series([], dtype=object), what="t").dtype == "Int64"


@given(FOUR)
def test_a_municipality_code_is_the_same_with_and_without_zeros(code):
    four = f"{code:04d}"
    for value in (code, str(code), four, float(code), f" {four} ", f"{code}.0"):
        assert municipality_code(value) == four


@pytest.mark.parametrize("value", [None, "", "169 0", -169, 169.5, "HTK", float("nan")])
def test_what_is_no_municipality_code_is_refused(value):
    with pytest.raises(SchemaError, match="is not one; '0101', '101' or 101 is allowed"):
        municipality_code(value)
