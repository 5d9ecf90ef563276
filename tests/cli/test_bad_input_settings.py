"""Broken settings and catalogs: file and key are named in one line, and nothing is published."""

import codecs
import os

import pytest

from .bad_input import BrokenStudy, replaced, told

CATALOG = "layers/catalog.toml"


@pytest.fixture
def study(tmp_path):
    return BrokenStudy(tmp_path)


@pytest.mark.parametrize("name", ["study.toml", CATALOG])
@pytest.mark.parametrize(
    "alter",
    [
        lambda data: codecs.BOM_UTF8 + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b" = ", b"\t=\t"),
    ],
    ids=["byte order mark", "Windows line ends", "tabs"],
)
def test_what_an_editor_adds_makes_no_difference(study, name, alter):
    study.change(name, alter)
    assert study.check().exit_code == 0


@pytest.mark.parametrize("name", ["study.toml", CATALOG])
@pytest.mark.parametrize(
    ("alter", "message"),
    [
        (lambda data: data.decode().encode("utf-16"), "is not TOML in UTF-8: 'utf-8' codec can't"),
        (lambda data: data.decode().encode("cp1252", "replace"), "is not TOML in UTF-8: 'utf-8'"),
        (lambda data: data[: data.index(b"]") - 2], "is not TOML: "),
        (lambda _: b"<html>404</html>", "is not TOML: Invalid statement (at line 1"),
        (lambda data: data + b"\0", "is not TOML: "),
        (lambda _: b"", "is missing"),
    ],
    ids=["UTF-16", "Windows-1252", "cut", "page", "NUL", "empty"],
)
def test_a_file_of_settings_that_is_no_toml_is_named(study, name, alter, message):
    study.change(name, alter)
    line = told(study.command("run", "--out", study.out))
    assert message in line
    assert str(study.folder / name) in line
    assert not study.out.exists()


@pytest.mark.parametrize("name", ["study.toml", CATALOG])
def test_a_file_of_settings_that_is_missing_or_a_folder_is_named(study, name):
    (study.folder / name).unlink()
    assert "cannot be read: No such file or directory. Give its path" in told(study.check())
    (study.folder / name).mkdir()
    assert "cannot be read: Is a directory. Give its path" in told(study.check())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[study]", "[study]\nspeed = 3", "study.speed is not a known key"),
        ("value = 4.5, unit", "value = 4,5, unit", "is not TOML: "),
        (
            "value = 4.5, unit",
            'value = "4,5", unit',
            "modes.walk.speed.value is '4,5': should be a",
        ),
        ("value = 4.5, unit", "value = nan, unit", "modes.walk.speed.value is nan: should be a fi"),
        ("value = 4.5, unit", "value = 0, unit", "modes.walk.speed.value is 0: should be greater"),
        ('value = 4.5, unit = "km/h",', "value = 4.5,", "modes.walk.speed has no unit; write {"),
        ('4.5, unit = "km/h"', '1.25, unit = "m/s"', "modes.walk.speed.unit is 'm/s': should be"),
        ("{ value = 2026", "{ value = 20260101", "study.state.value is 20260101: should be less"),
        (
            '= "0169"',
            '= "0101"',
            "0 rows have municipality code '0101'; one is expected, found '01",
        ),
        ('= "EPSG:25832"', '= "EPSG:4326"', "EPSG:4326 is not projected in metres; EPSG:25832 is"),
        ('= "EPSG:25832"', '= "EPSG:3857"', "EPSG:3857 draws lengths here 1.77 times as long as"),
        ('= "EPSG:25832"', '= "EPSG:99999"', "'EPSG:99999' is not a CRS; 'EPSG:25832' is one"),
        ('= "EPSG:25832"', '= "EPSG:32722"', "lie nowhere near where EPSG:32722 is used"),
        ('id = "kulturkvarteret"', 'id = "kultur"', "quarters.id names 'kultur', which no layer"),
    ],
)
def test_a_decision_that_cannot_be_is_named(study, old, new, message):
    study.change("study.toml", replaced(old, new))
    assert message in told(study.check())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('path = "places.csv"', 'path = "C:\\data\\places.csv"', "Unescaped '\\' in a string"),
        (
            'path = "places.csv"',
            "path = 'lag\\places.csv'",
            "is missing. Check the path." + ("" if os.name == "nt" else " Write / b"),
        ),
        ('path = "places.csv"', 'path = "../../places.csv"', "the file is missing. Check the path"),
        (
            'path = "places.csv"',
            'path = "{data}/places.csv"',
            "none was named. Give it with --data",
        ),
        ('path = "places.csv"', 'path = ""', "layers.places.path is '': is empty; text is allowed"),
        ('path = "places.csv"', 'path = "places.xlsx"', "the file is missing"),
        ('licence = "CC BY 4.0"\n', "", "layers.municipality.licence is missing"),
        ("[layers.places]\n", '[layers.places]\nencoding = "dansk"\n', "'dansk': is no encoding;"),
        ("[layers.places]\n", "[layers.steder]\n", "1 layers have no role: 'steder'; state role"),
        ("[layers.places]\n", "[layers.jobs]\n", "Cannot declare ('layers', 'jobs') twice"),
        ('crs = "EPSG:4326"', 'crs = "UTM32"', "layers.municipality.crs is 'UTM32': 'EPSG:' and a"),
        ('crs = "EPSG:4326"', 'crs = "EPSG:99999"', "'EPSG:99999' is not a CRS; 'EPSG:25832' is"),
        ('crs = "EPSG:4326"', 'crs = "EPSG:25832"', "nowhere near where EPSG:25832 is used (first"),
        ('{ lat = "lat", lon = "lon" }', '{ lat = "lon", lon = "lat" }', "15 of 15 rows have swa"),
        ('name = "name", function', 'name = "navn", function', "missing columns ['navn']; found ["),
        ('name = "name", function', 'name = "Name", function', "; 'Name' may be 'name'. Correct"),
    ],
)
def test_a_fact_of_the_catalog_that_cannot_be_is_named(study, old, new, message):
    study.change(CATALOG, replaced(old, new))
    assert message in told(study.check())


def test_folders_with_spaces_and_danish_letters_are_like_any_other(study):
    folder = study.layers / "mine lag, æøå"
    folder.mkdir()
    (study.layers / "places.csv").rename(folder / "stéder nr. 1 (kopi).csv")
    study.layer("places", path="mine lag, æøå/stéder nr. 1 (kopi).csv")
    assert "places: 56 of 56 rows" in study.check().stdout
