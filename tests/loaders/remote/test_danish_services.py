"""Stand-ins that answer as the documents of Danish services say, errors included."""

import json
import zipfile

import geopandas as gpd
import pytest
import shapely

from htkgis.errors import ConfigError, SourceError
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.client import Client
from htkgis.loaders.remote.datafordeler import fetch_datafordeler
from htkgis.loaders.remote.download import Validators
from htkgis.loaders.remote.geofa_sql import fetch_geofa_sql
from htkgis.loaders.remote.statbank import fetch_statbank
from htkgis.services import Fetch, Key, known_services

from .server import QUICK, Reply, service, serving

TOWN = Around((700900, 6171900, 701450, 6172450), "EPSG:25832")
HALLS = gpd.GeoDataFrame(
    {"navn": ["Taastrup Idrætshal", "Hedehushallen"]},
    geometry=[shapely.MultiPoint([(701000, 6172000)]), shapely.MultiPoint([(701100, 6172100)])],
    crs="EPSG:25832",
)
FOLK = "\ufeffOMRÅDE;TID;INDHOLD\r\n169;2026K3;55123\r\n169;2026K4;..\r\n"


def client(server, kind, **facts):
    return Client("halls", service(server.url, kind, **facts), patience=QUICK)


def test_every_service_that_htkgis_knows_is_whole_and_dated():
    known = known_services()
    assert {"plandata", "geofa", "datafordeler_files", "statbank", "rejseplanen"} <= set(known)
    assert all(each.url.startswith("https://") for each in known.values())
    assert {each.key.env for each in known.values() if each.key} == {"DATAFORDELER_API_KEY"}


# GeoFA


def geofa(*, count=2, rows=HALLS):
    def reply(asked):
        if "count(*)" in asked.params["q"]:
            told = {"features": [{"properties": {"n": count}, "geometry": None}]}
            return Reply(json.dumps(told).encode())
        return Reply(rows.to_json(drop_id=True).encode())

    return reply


def test_geofa_is_asked_in_sql_for_what_lies_in_the_rectangle():
    fetch = Fetch(service="geofa_sql", item="fkg.t_5800_fac_pkt", where="facil_ty_k = 4011")
    with serving(geofa()) as server:
        rows = fetch_geofa_sql(client(server, "geofa_sql"), fetch, TOWN)
    assert sorted(rows["navn"]) == ["Hedehushallen", "Taastrup Idrætshal"]
    assert server.asked[1].params["srs"] == "25832"
    assert server.asked[1].params["q"] == (
        "SELECT * FROM fkg.t_5800_fac_pkt WHERE ST_Intersects(geometri, "
        "ST_MakeEnvelope(700900, 6171900, 701450, 6172450, 25832)) AND (facil_ty_k = 4011)"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (geofa(count=3), "sent 2 of the 3 rows that it counts"),
        (Reply(b'{"success": false, "message": "column x does not exist"}'), "column x does not"),
        (Reply(b'{"features": []}'), "counts its rows in no words"),
    ],
)
def test_an_answer_of_geofa_that_is_not_whole_is_refused(answer, words):
    fetch = Fetch(service="geofa_sql", item="fkg.t_5800_fac_pkt")
    with serving(answer) as server, pytest.raises(SourceError, match=words):
        fetch_geofa_sql(client(server, "geofa_sql"), fetch, TOWN)


def test_what_is_no_table_never_reaches_the_database():
    fetch = Fetch(service="geofa_sql", item="fkg.t; DROP TABLE t")
    with serving(geofa()) as server, pytest.raises(ConfigError, match="is no name of a table"):
        fetch_geofa_sql(client(server, "geofa_sql"), fetch, TOWN)
    assert server.asked == []


# Statbank


def test_statbank_gives_its_csv_with_what_was_asked():
    fetch = Fetch(service="statbank", item="FOLK1A", options={"OMRÅDE": "169", "Tid": "a, b"})
    with serving(Reply(FOLK.encode())) as server:
        content = fetch_statbank(client(server, "statbank"), fetch)
    assert content.decode("utf-8") == FOLK.removeprefix("\ufeff")
    assert json.loads(server.asked[0].body)["variables"] == [
        {"code": "OMRÅDE", "values": ["169"]},
        {"code": "Tid", "values": ["a", "b"]},
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply(b'{"errorTypeCode":"X","message":"Table not found"}', 400), "Table not found"),
        (Reply("OMRÅDE;TID;INDHOLD\r\n".encode()), "sent no table"),
        (Reply(b"Something went wrong"), "sent no table: 'Something went wrong'"),
    ],
)
def test_an_answer_of_statbank_without_figures_is_refused(answer, words):
    fetch = Fetch(service="statbank", item="FOLK9")
    with serving(answer) as server, pytest.raises(SourceError, match=words):
        fetch_statbank(client(server, "statbank"), fetch)


# Datafordeleren


@pytest.fixture
def packed(tmp_path):
    """All Denmark in two rows, one of them far away, as a zip with a GeoPackage."""
    far = gpd.GeoDataFrame({"navn": ["Skagen"]}, geometry=[shapely.Point(594000, 6400000)])
    rows = gpd.GeoDataFrame(
        {"navn": [*HALLS["navn"], *far["navn"]]},
        geometry=[*HALLS.geometry, *far.geometry],
        crs="EPSG:25832",
    )
    rows.to_file(tmp_path / "Hal.gpkg", layer="Hal")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "Hal.gpkg", "Hal.gpkg")
    return (tmp_path / "all.zip").read_bytes()


def datafordeler(server, target, monkeypatch, item="GEODKV/Hal", known=None):
    monkeypatch.setenv("HTKGIS_TEST_KEY", "s3cret")
    key = Key(env="HTKGIS_TEST_KEY", param="apikey")
    asks = client(server, "datafordeler", key=key)
    fetch = Fetch(service="datafordeler_files", item=item)
    return fetch_datafordeler(asks, fetch, TOWN, target, known or Validators())


def test_an_entity_of_all_denmark_is_cut_to_the_study(packed, tmp_path, monkeypatch):
    with serving(Reply(packed, headers={"ETag": '"v1"'})) as server:
        rows, got = datafordeler(server, tmp_path / "hal.zip", monkeypatch)
    assert sorted(rows["navn"]) == ["Hedehushallen", "Taastrup Idrætshal"]
    assert got.validators.etag == '"v1"'
    assert server.asked[0].params == {
        "Register": "GEODKV",
        "LatestTotalForEntity": "Hal",
        "type": "current",
        "format": "gpkg",
        "apikey": "s3cret",
    }


def test_what_datafordeleren_knows_as_the_newest_is_not_read_again(tmp_path, monkeypatch):
    with serving(Reply(status=304)) as server:
        rows, got = datafordeler(server, tmp_path / "a.zip", monkeypatch, known=Validators('"v1"'))
    assert rows is None
    assert got.path is None


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"PK\x03\x04 not a zip", "is not a whole zip"), (b'{"error": "no"}', "error of a server")],
)
def test_a_file_that_is_no_zip_is_refused(body, words, tmp_path, monkeypatch):
    with serving(Reply(body)) as server, pytest.raises(SourceError, match=words):
        datafordeler(server, tmp_path / "a.zip", monkeypatch)


def test_an_entity_needs_its_register(tmp_path, monkeypatch):
    with serving(Reply()) as server, pytest.raises(ConfigError, match="must be REGISTER/ENTITY"):
        datafordeler(server, tmp_path / "a.zip", monkeypatch, item="Hal")
