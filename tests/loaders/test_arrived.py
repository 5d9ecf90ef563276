"""What a file is, looked at before it is opened: whole, safe, closed, and data at all."""

import os
import sqlite3
import time
import zipfile

import pytest
import shapely

from htkgis.errors import SourceError
from htkgis.loaders import arrived
from htkgis.loaders.arrived import (
    answer_instead_of_data,
    check_file,
    check_text,
    check_zip,
    layer_in_zip,
    plain,
)
from htkgis.loaders.vector import read_vector

POINT = shapely.Point(0, 0)
SHAPEFILE = ("lag.shp", "lag.shx", "lag.dbf", "lag.prj")
EXCEPTION = """<?xml version="1.0" encoding="UTF-8"?>
<!-- GeoServer -->
<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">
<ows:Exception exceptionCode="InvalidParameterValue"><ows:ExceptionText>Unknown typename
</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"""


def zipped(path, **entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def shapefile(tmp_path, shapes):
    """The parts of a shapefile of two points, as bytes by name."""
    folder = tmp_path / "parts"
    folder.mkdir()
    shapes([POINT, POINT], id=["x", "y"]).to_file(folder / "lag.shp")
    return {name: (folder / name).read_bytes() for name in SHAPEFILE}


def test_a_missing_file_and_an_empty_one_are_told_apart(tmp_path):
    with pytest.raises(
        SourceError, match=r"^no\.gpkg \(.*\): the file is missing\. Check the path\.$"
    ):
        check_file(tmp_path / "no.gpkg")
    (tmp_path / "a.gpkg").touch()
    with pytest.raises(SourceError, match=r"^a\.gpkg \(.*\): the file is empty \(0 bytes\)"):
        check_file(tmp_path / "a.gpkg")


@pytest.mark.skipif(os.name == "nt", reason="written for Windows, it is right there")
def test_a_path_written_for_windows_is_told_how_to_be_written(tmp_path):
    with pytest.raises(SourceError, match=r"the file is missing\. .*Write / between folders\."):
        check_file(tmp_path / "lag\\places.csv")


LONG = pytest.mark.skipif(os.name == "nt", reason="Windows calls a name that is too long missing")


@pytest.mark.parametrize("name", [pytest.param("x" * 300 + ".gpkg", marks=LONG), "a\0b.gpkg"])
def test_a_path_that_cannot_be_is_one_short_line(tmp_path, name):
    with pytest.raises(SourceError, match=r"cannot be read: .*\. Check the path\.$") as caught:
        check_file(tmp_path / name)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("name", ["a.gpkg", "a.csv", "a.shp"])
def test_a_file_that_may_not_be_read_is_left_to_who_opens_it(tmp_path, monkeypatch, name):
    tried = []

    def forbidden(path, *args, **kwargs):
        tried.append(path.name)
        raise PermissionError(13, "Permission denied")

    for part in {name, "a.shx", "a.dbf"}:
        (tmp_path / part).write_bytes(b"<html>" * 99)
    monkeypatch.setattr("pathlib.Path.open", forbidden)
    check_file(tmp_path / name)
    assert name in tried


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!DOCTYPE html>\n<html><title>404 Not Found</title></html>", r"a web page \('404 Not F"),
        ("\ufeff \n<HTML><body>Log på netværket</body></HTML>", r"a web page \('Log på netværket'"),
        ("<!-- x --><!-- y --><html><p>Hej</p></html>", r"a web page \('Hej'\)"),
        (EXCEPTION, r"the error of a server \('Unknown typename'\)"),
        ("<Error><Code>AccessDenied</Code></Error>", r"the error of a server \('AccessDenied'\)"),
        ('{"error": {"code": 498, "message": "Invalid Token"}}', r'the error of .*"Invalid Token"'),
    ],
    ids=["page", "login", "comments", "service", "storage", "json"],
)
@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.gpkg", "a.zip", "a.graphml", "a.tif"])
def test_an_answer_in_place_of_data_is_told_in_its_own_words(tmp_path, name, text, what):
    (tmp_path / name).write_text(text, "utf-8")
    told = rf"^{name} \(.*\): cannot be read: it is no data but {what}.*\. Fetch it again\.$"
    with pytest.raises(SourceError, match=told) as caught:
        check_file(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "FeatureCollection", "features": []}',
        '{"error": "none", "features": []}',
        '{"broken": ',
        "[1, 2]",
        '<?xml version="1.0"?><kml><description><![CDATA[<html>hej</html>]]></description></kml>',
        '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="x"/>',
        "id;navn\n<html>;x\n",
        "a < b",
    ],
)
def test_data_that_speaks_of_pages_and_errors_is_no_answer(tmp_path, text):
    (tmp_path / "a.json").write_text(text, "utf-8")
    check_file(tmp_path / "a.json")
    assert answer_instead_of_data(tmp_path / "a.json") is None


def test_no_text_makes_the_look_slow(tmp_path):
    (tmp_path / "a.xml").write_text("<!---->" * 580 + "x", "utf-8")
    started = time.monotonic()
    check_file(tmp_path / "a.xml")
    assert time.monotonic() - started < 2


def test_a_servers_own_word_for_an_error_comes_first():
    assert plain("<p><strong>Error</strong>: runtime error: x.</p><p>..") == "runtime error: x"
    assert len(plain("x" * 500)) == arrived.SHOWN


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04", "a zip or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"SQLite format 3\x00", "a GeoPackage or another database"),
        (b"%PDF-1.7", "a PDF"),
        (b"PAR1", "a parquet file"),
    ],
)
def test_another_file_under_the_name_of_a_table_is_called_what_it_is(tmp_path, head, what):
    with pytest.raises(SourceError, match=rf"^a\.csv \(.*\): is {what} and no CSV\. Save the"):
        check_text(tmp_path / "a.csv", head + bytes(99))


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        (("lag.shx",), r"1 parts .*: 'lag\.shx'; \.shp, \.shx"),
        (("lag.dbf",), r"1 parts .*: 'lag\.dbf'; \.shp"),
        (("lag.shx", "lag.dbf"), r"2 parts .*: 'lag\.shx', 'lag\.dbf'; \.shp, .*Copy all of them"),
    ],
)
@pytest.mark.parametrize("empty", [False, True])
def test_parts_of_a_shapefile_that_are_missing_or_empty_are_named(
    tmp_path, shapefile, absent, named, empty
):
    for name, data in shapefile.items():
        if name not in absent:
            (tmp_path / name).write_bytes(data)
        elif empty:
            (tmp_path / name).touch()
    with pytest.raises(SourceError, match=rf"^lag\.shp \(.*\): {named}"):
        check_file(tmp_path / "lag.shp")


def test_a_shapefile_without_prj_and_with_parts_in_capitals_is_whole(tmp_path, shapefile):
    for name in ("lag.shp", "lag.shx", "lag.dbf"):
        folder = tmp_path / "lag [1]"
        folder.mkdir(exist_ok=True)
        (folder / name.replace("lag", "lag [1]").replace("dbf", "DBF")).write_bytes(shapefile[name])
    assert read_vector(folder / "lag [1].shp")["id"].tolist() == ["x", "y"]


def test_a_shapefile_whose_shapes_are_cut_short_does_not_lose_rows_in_silence(tmp_path, shapefile):
    for name, data in shapefile.items():
        (tmp_path / name).write_bytes(data[:-28] if name == "lag.shp" else data)
    with pytest.raises(
        SourceError, match=r"^lag\.shp \(.*\): is cut short: 128 of 156 bytes\. Fetch"
    ):
        read_vector(tmp_path / "lag.shp")


@pytest.fixture
def geopackage(tmp_path, shapes):
    path = tmp_path / "lag.gpkg"
    shapes([POINT], id=["old"]).to_file(path)
    database = sqlite3.connect(path, isolation_level=None)
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        database.execute(f'DROP TRIGGER "{trigger}"')
    yield path, database
    database.close()


def test_a_geopackage_with_changes_beside_it_is_refused(geopackage):
    path, database = geopackage
    database.execute("PRAGMA journal_mode = wal")
    database.execute("UPDATE lag SET id = 'new'")
    assert (path.parent / "lag.gpkg-wal").stat().st_size > 0
    with pytest.raises(
        SourceError,
        match=r"^lag\.gpkg \(.*\): is open in another program.* in lag\.gpkg-wal\. Save",
    ):
        read_vector(path)
    database.close()
    assert read_vector(path)["id"].tolist() == ["new"]


def test_a_geopackage_that_is_open_and_unchanged_is_read(geopackage):
    path, database = geopackage
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("SELECT count(*) FROM lag").fetchall()
    assert (path.parent / "lag.gpkg-wal").exists()
    assert read_vector(path)["id"].tolist() == ["old"]


def test_a_geopackage_in_the_middle_of_a_change_is_refused(geopackage):
    path, database = geopackage
    database.execute("BEGIN EXCLUSIVE")
    database.execute("UPDATE lag SET id = 'new'")
    with pytest.raises(SourceError, match=r"is open in another program.* in lag\.gpkg-journal\."):
        read_vector(path)
    database.execute("ROLLBACK")


# zips


def test_a_shapefile_in_a_folder_of_a_zip_is_found(tmp_path, shapefile):
    entries = {f"mine lag/{name}": data for name, data in shapefile.items()}
    more = {"læs mig.txt": "hej", "__MACOSX/mine lag/._lag.shp": "x", "metadata.json": "{}"}
    path = zipped(tmp_path / "a.zip", **entries, **more)
    assert layer_in_zip(path) == "mine lag/lag.shp"
    assert read_vector(path)["id"].tolist() == ["x", "y"]


def test_several_layers_of_one_folder_need_a_name(tmp_path, shapefile):
    other = {name.replace("lag", "andre"): data for name, data in shapefile.items()}
    path = zipped(tmp_path / "a.zip", **shapefile, **other)
    with pytest.raises(SourceError, match=r"no layer was named; it holds .*andre"):
        read_vector(path)
    assert len(read_vector(path, layer="andre")) == 2


def test_layers_in_several_folders_are_named(tmp_path, shapefile):
    entries = {f"{folder}/{name}": data for folder in "ab" for name, data in shapefile.items()}
    with pytest.raises(
        SourceError, match=r"holds 2 layers in 2 folders: 'a/lag\.shp', 'b/lag\.shp'; .*Unpack it"
    ):
        read_vector(zipped(tmp_path / "a.zip", **entries))


def test_a_zip_without_a_layer_says_what_it_holds(tmp_path):
    with pytest.raises(SourceError, match=r"^a\.zip .*the zip holds no layer: 'readme\.md'; files"):
        read_vector(zipped(tmp_path / "a.zip", **{"readme.md": "hello"}))
    with pytest.raises(SourceError, match=r"^b\.zip \(.*\): the zip holds no file\. Fetch"):
        read_vector(zipped(tmp_path / "b.zip"))


def test_a_shapefile_in_a_zip_without_its_table_is_refused(tmp_path, shapefile):
    del shapefile["lag.dbf"]
    with pytest.raises(SourceError, match=r"1 parts of the shapefile are missing .*'lag\.dbf'"):
        read_vector(zipped(tmp_path / "a.zip", **shapefile))


def test_a_geodatabase_in_a_zip_is_its_folder(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"x/plan.gdb/a00000001.gdbtable": "x", "x/readme.json": ""})
    assert layer_in_zip(path) == "x/plan.gdb"


def test_a_zip_with_a_damaged_file_is_refused(tmp_path, shapefile):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in shapefile.items():
            archive.writestr(name, data)
    data = path.read_bytes()
    place = data.index(shapefile["lag.dbf"]) + 70
    path.write_bytes(data[:place] + b"?" + data[place + 1 :])
    with pytest.raises(
        SourceError, match=r"is not a whole zip: 'lag\.dbf' in it is damaged\. Fetch"
    ):
        read_vector(path)


def test_a_zip_with_a_password_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"a.geojson": "x"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"1 files in it need a password: 'a\.geojson'\. Unpack"):
        read_vector(path)


def test_a_cut_zip_is_refused(tmp_path):
    data = zipped(tmp_path / "a.zip", **{"a.geojson": "x" * 999}).read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-30])
    with pytest.raises(SourceError, match=r"^a\.zip \(.*\): is not a whole zip: .*\. Fetch it ag"):
        read_vector(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil.txt", "/etc/passwd", "..\\evil.txt", "C:\\evil.txt"]
)
def test_a_zip_that_leads_outside_itself_is_not_opened(tmp_path, name):
    path = zipped(tmp_path / "a.zip", **{"a.geojson": "x", name: "x"})
    with pytest.raises(
        SourceError,
        match=r"^a\.zip \(.*\): 1 entries lead outside the zip: .*(evil|passwd).*Do not",
    ):
        read_vector(path)


def test_names_with_dots_and_folders_stay_inside_the_zip(tmp_path):
    check_zip(zipped(tmp_path / "a.zip", **{"a/b..c.txt": "x", "./d.txt": "x", "a/./e": "x"}))


def test_a_zip_bomb_is_not_opened(tmp_path):
    limit = arrived.MAX_RATIO * (1 << 16)
    check_zip(zipped(tmp_path / "a.zip", zeros=b"\0" * limit))
    path = zipped(tmp_path / "b.zip", zeros=b"\0" * (limit + 1))
    with pytest.raises(
        SourceError, match=r"^b\.zip \(.*\): would unpack to 13\.1 MB from 0\.01 MB; at most"
    ):
        read_vector(path)


def test_a_zip_above_the_size_limit_is_not_opened_however_little_it_is_packed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(arrived, "MAX_UNPACKED_BYTES", 1000)
    check_zip(zipped(tmp_path / "a.zip", a=b"x" * 1000))
    with pytest.raises(SourceError, match="would unpack to"):
        check_zip(zipped(tmp_path / "b.zip", a=b"x" * 600, b=b"x" * 401))
