"""Broken CSV layers, as planners save them: one line says what to do; nothing is published."""

import codecs
import csv
import io

import pytest

from .bad_input import BrokenStudy, replaced, told

WITH_A_PLACE = ("gates", "stations", "places", "job_zones")
WITH_AN_OUTLINE = ("municipality", "quarters", "housing_areas")
WITHOUT = ("indicators", "criteria", "projects")
STREETS = ("streets", "street_nodes")
EVERY = (*WITH_A_PLACE, *WITH_AN_OUTLINE, *WITHOUT, *STREETS)
PAGE = b"<!DOCTYPE html>\n<html><body><h1>404 Not Found</h1></body></html>\n"


@pytest.fixture
def study(tmp_path):
    return BrokenStudy(tmp_path)


def lines(alter):
    return lambda data: b"".join(alter(data.splitlines(keepends=True)))


def danish(data):
    """Save a table as a Danish Excel does: BOM, semicolons, decimal commas, blank lines."""
    rows = list(csv.reader(io.StringIO(data.decode())))
    decimal = {n for n, name in enumerate(rows[0]) if name in {"lat", "lon", "length_m", "value"}}
    stream = io.StringIO()
    stream.write("sep=;\r\n")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in rows:
        cells = [cell.replace(".", ",") if n in decimal else cell for n, cell in enumerate(row)]
        writer.writerow([*cells, "", ""])
    return codecs.BOM_UTF8 + stream.getvalue().encode() + b";;;\r\n\r\n"


@pytest.mark.parametrize("name", EVERY)
def test_a_file_that_is_missing_is_named(study, name):
    path = study.layers / f"{name}.csv"
    path.unlink()
    assert f"{name}.csv ({path}): the file is missing" in told(study.check())


@pytest.mark.parametrize("name", ["gates", "criteria", "streets"])
def test_a_file_that_is_empty_or_a_web_page_is_named(study, name):
    path = study.layers / f"{name}.csv"
    path.write_bytes(PAGE)
    assert "it is no data but a web page ('404 Not Found')" in told(study.check())
    path.write_bytes(b"")
    assert f"{name}.csv ({path}): the file is empty (0 bytes)" in told(study.check())


def test_tables_saved_by_a_danish_excel_are_read_like_any_other(study):
    plain = study.check().stdout
    for name in EVERY:
        study.change(f"layers/{name}.csv", danish)
    found = study.check().stdout
    assert found.count("; file is changed") == 11
    assert found.replace("; file is changed", "") == plain


@pytest.mark.parametrize(
    ("name", "alter", "message"),
    [
        ("places", lines(lambda rows: [*rows, rows[-1]]), "2 of 57 rows share"),
        ("streets", lines(lambda rows: [*rows, rows[-1]]), "2 of 553 rows share"),
        ("criteria", lines(lambda rows: [*rows, rows[-1]]), "2 of 20 rows share"),
        ("gates", lines(lambda rows: [rows[0], *rows]), "header stands again in 1 rows: 2"),
        ("projects", lines(lambda rows: [b"Projekter\n", *rows]), "do not have the header's 1"),
        ("indicators", lines(lambda rows: [b"Tal;;;;;\n", *rows]), "header's 6 cells; first: rows"),
        ("places", lambda data: data.decode().encode("cp1252"), "state encoding = 'cp1252' in the"),
        ("stations", lambda data: data.decode("latin-1").encode(), "1 values of column 'name' are"),
        (
            "streets",
            lambda data: data.decode("latin-1").encode(),
            "160 values of column 'name' are garbled: 'N",
        ),
        ("housing_areas", lambda data: data[: len(data) * 6 // 10], "first: rows 4. Quote cells"),
        ("municipality", lambda data: data[: len(data) // 2], "cannot be read as CSV: unexpected"),
        ("quarters", lambda data: data[:40] + bytes(100), "NUL characters, the first in line 1"),
        ("gates", lambda data: b"PK\x03\x04" + data, "is a zip or an Excel workbook and no CSV"),
        (
            "gates",
            lines(lambda rows: [rows[0].upper(), *rows[1:]]),
            "'lat' may be 'LAT', 'lon' may",
        ),
        ("quarters", lines(lambda rows: rows[:1]), "has no rows; one row at least is needed"),
        ("housing_areas", lines(lambda rows: rows[:1]), "has no rows; one row at least is needed"),
        ("streets", lines(lambda rows: rows[:1]), "has no rows; one at least is needed"),
        ("municipality", lines(lambda rows: rows[:1]), "0 rows have municipality code '0169'; one"),
        ("municipality", replaced("0169", "0101"), "code '0169'; one is expected, found '0101'"),
        ("municipality", replaced("0169", "KBH"), "'KBH' is not one; '0101', '101' or 101 is"),
        ("stations", replaced("55.6526", "nord"), "'lat': 1 values are not numbers: 'nord'"),
        ("stations", replaced("55.6526", "nan"), "'lat': 1 values are not numbers: 'nan'"),
        ("stations", replaced("55.6526,12.3022", "12.3022,55.6526"), "1 of 3 rows have swapped"),
        ("stations", replaced("55.6526,12.3022", "0,0"), "1 of 3 rows lie nowhere near where EPSG"),
        ("gates", replaced("55.6545", ""), "1 of 15 rows have no position that can be read: 'taas"),
        ("gates", replaced("taastrupgaard,", "Taastrupgaard,"), "'Taastrupgaard' may be 'taastrup"),
        ("gates", replaced("55.6545", "55.7545"), "1 of 15 gates lie away from their area: 'taast"),
        ("places", replaced(",2021,", ",august 2021,"), "values are not years or dates: 'august 2"),
    ],
)
def test_a_broken_table_is_one_line_and_nothing_is_published(study, name, alter, message):
    study.change(f"layers/{name}.csv", alter)
    line = study.refused()
    assert message in line
    assert str(study.layers / f"{name}.csv") in line


@pytest.mark.parametrize("code", ["0169", "169", "169.0", " 169 "])
def test_a_municipality_is_found_however_its_code_is_written(study, code):
    study.change("layers/municipality.csv", replaced("0169", code))
    assert study.check().exit_code == 0


def test_dates_as_plandata_writes_them_are_years(study):
    study.change("layers/places.csv", replaced(",,2021,", ",,20210801,"))
    assert study.check().exit_code == 0


def test_an_outline_that_crosses_itself_is_mended_and_counted(study):
    def crossed(data):
        ring = data.split(b"((")[1].split(b"))")[0].split(b", ")
        ring[1], ring[2] = ring[2], ring[1]
        return data.replace(
            b"((" + data.split(b"((")[1].split(b"))")[0], b"((" + b", ".join(ring), 1
        )

    study.change("layers/housing_areas.csv", crossed)
    assert "housing_areas: 3 of 3 rows; mended 1 (invalid polygons)" in study.check().stdout


@pytest.mark.parametrize("layer", ["places", "projects"])
def test_a_layer_of_which_there_may_be_none_is_noted(study, layer):
    study.change(f"layers/{layer}.csv", lines(lambda rows: rows[:1]))
    result = study.check()
    assert result.exit_code == 0
    assert f"{layer}: 0 of 0 rows" in result.stdout
    assert "has no rows; file is changed" in result.stdout


def test_one_place_is_a_layer(study):
    study.change("layers/places.csv", lines(lambda rows: rows[:2]))
    assert "places: 1 of 1 rows;" in study.check().stdout


def test_check_and_run_say_the_same_of_a_fault(study):
    study.change("layers/projects.csv", lines(lambda rows: [*rows, rows[-1]]))
    assert study.refused() == told(study.check())


def test_streets_of_another_place_reach_no_area(study):
    def three_degrees_west(data):
        return data.replace(b",12.", b",9.").replace(b"(12.", b"(9.").replace(b" 12.", b" 9.")

    for name in STREETS:
        study.change(f"layers/{name}.csv", three_degrees_west)
    assert "3 areas have no origin within 300 m of a street: 'char" in study.refused()
    assert "gates (snapping): 0 of 15 on the streets" in study.check().stdout
