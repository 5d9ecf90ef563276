"""Files of points as planners have them: read as they mean it, or refused in one line."""

import sqlite3

import geopandas as gpd
import pytest

from .bad_input import call, told

PLAIN = "id,lat,lon\nhome,55.6549,12.2874\n"
STATIONS = "id,lat,lon\ntaastrup,55.6526,12.3022\nhoeje_taastrup,55.6486,12.2688\n"


@pytest.fixture
def times(tmp_path):
    """Measure from a file of points, given as text or bytes, to two stations."""
    (tmp_path / "stations.csv").write_text(STATIONS, "utf-8")

    def measure(data, name="homes.csv", layer=""):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        if data is not None:
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        options = {
            "--streets": "sketch",
            "--origins": f"{path}{layer}",
            "--destinations": tmp_path / "stations.csv",
            "--mode": "walk",
            "--out": tmp_path / "times.csv",
        }
        return call("times", *(part for pair in options.items() for part in pair))

    measure.out = tmp_path / "times.csv"
    return measure


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PLAIN.upper().replace("HOME", "home"), "homes.csv"),
        ("\ufeffId;Navn;Lat;Lon;;\r\nhome;x;55,6549;12,2874;;\r\n;;;;;\r\n\r\n", "homes.csv"),
        ("sep=;\r\nid;lat;lon\r\nhome;55,6549;12,2874\r\n", "HOMES.CSV"),
        ("id\tlat\tlon\nhome\t55,6549\t12,2874\n".encode("utf-16"), "homes.txt"),
        ('id,navn,lat,lon\nhome,"to\nlinjer",55.6549,12.2874\n', "mine filer/høje tåstrup.csv"),
        ("id,lat,lon\nhome, 55.6549\u00a0 ,12.2874\n", "homes.tsv"),
    ],
    ids=["capitals", "Excel", "sep=", "UTF-16", "line break", "spaces"],
)
def test_points_are_read_however_they_are_saved(times, data, name):
    assert times(PLAIN).exit_code == 0
    expected = times.out.read_bytes()
    times.out.unlink()
    assert times(data, name).exit_code == 0
    assert times.out.read_bytes() == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("id,lat,lon\n", "holds no points; one at least is needed"),
        ("id,lat,lon\nid,lat,lon\na,55.6,12.2\n", "the header stands again in 1 rows: 2; once is"),
        ("Adresser;;\nid;lat;lon\na;55,6;12,2\n", "2 columns with cells have no name in the first"),
        ("id,lat,lon\na,55,6549,12,2874\n", "part cells with ; where numbers have a decimal comma"),
        ("id,lat,lng\na,55.6,12.2\n", "missing columns ['lon']; found ['id', 'lat', 'lng']"),
        ("id,lat,lon\na,nan,12.2\n", "column 'lat': 1 values are not numbers: 'nan'; digits with"),
        ("id,lat,lon\na,inf,12.2\n", "column 'lat': 1 values are not numbers: 'inf'"),
        ("id,lat,lon\na,55°39'17,12.2\n", "column 'lat': 1 values are not numbers"),
        ("id;lat;lon\na;55.654.900;12.287.400\n", "1 of 1 rows lie nowhere near where EPSG:25832"),
        ("id,lat,lon\na,6172474,706863\n", "rows lie nowhere near where EPSG:25832 is used (first"),
        (
            "id,lat,lon\na,0,0\n",
            "1 of 1 rows lie nowhere near where EPSG:25832 is used (first at (0",
        ),
        (
            "id,lat,lon\na,12.2,55.6\n",
            "1 of 1 rows have swapped axes (first at (55.6, 12.2)); x is",
        ),
        (
            "id,lat,lon\n" + "a,55.6,12.2\nb,55.6,12.2\n" * 4,
            "8 of 8 rows share an id: 'a', 'b'; id",
        ),
        ("id,lat,lon\n,55.6,12.2\n", "1 rows have no id: number 1. Give each an id"),
        ("<html><body>Log på</body></html>", "it is no data but a web page ('Log på')"),
        (b"PK\x03\x04" + bytes(99), "is a zip or an Excel workbook and no CSV. Save the sheet"),
        ("id,lat,lon\na,55.6,12.2\0\n", "holds 1 NUL characters, the first in line 2: it is dam"),
        (
            "id,lat,lon\nTåstrup,55.6,12.2\n".encode("cp1252"),
            "is not utf-8; Danish files are often",
        ),
    ],
)
def test_points_that_cannot_be_meant_are_refused_and_leave_no_file(times, data, message):
    line = told(times(data))
    assert message in line
    assert "homes.csv" in line
    assert not times.out.exists()


@pytest.mark.parametrize("name", ["homes.xlsx", "homes.ods"])
def test_a_workbook_is_refused(times, name):
    line = told(times(b"PK\x03\x04" + bytes(99), name))
    assert f"{name} (" in line
    assert (
        "is a workbook; a CSV or a vector file is allowed. Save the sheet as CSV (UTF-8)." in line
    )


def test_a_file_without_an_ending_is_told_to_have_one(times):
    assert "in no format that GDAL knows; a table must end in .csv" in told(times(PLAIN, "homes"))


def test_leading_zeros_of_ids_are_kept(times):
    assert times("id,lat,lon\n007,55.6549,12.2874\n7,55.6549,12.2874\n").exit_code == 0
    rows = times.out.read_text("utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["007", "007", "7", "7"]


@pytest.fixture
def geopackage(tmp_path):
    homes = gpd.GeoDataFrame(
        {"ID": [1.0]}, geometry=gpd.points_from_xy([12.2874], [55.6549]), crs="EPSG:4326"
    )
    path = tmp_path / "homes.gpkg"
    homes.to_file(path, layer="homes")
    homes.to_file(path, layer="others")
    return path


def test_one_layer_of_a_geopackage_is_named_as_qgis_does(times, geopackage):
    line = told(times(None, geopackage.name))
    assert "it holds homes, others. Name one of them: " in line
    assert "homes.gpkg|layername=homes elsewhere" in line
    assert times(None, geopackage.name, "|layername=others").exit_code == 0
    assert times.out.read_text("utf-8").splitlines()[1].startswith("1,taastrup,")


def test_a_geopackage_that_qgis_is_writing_is_refused(times, geopackage):
    database = sqlite3.connect(geopackage, isolation_level=None)
    database.execute("PRAGMA journal_mode = wal")
    database.execute("CREATE TABLE mine (x)")
    assert "homes.gpkg-wal. Save and close it there" in told(times(None, geopackage.name))
    database.close()
