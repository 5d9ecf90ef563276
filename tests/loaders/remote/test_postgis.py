"""Tables of a real PostGIS on this machine."""

import psycopg
import pytest

from htkgis.errors import ConfigError, SourceError
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.postgis import fetch_postgis
from htkgis.services import Fetch, Key

from .postgis_server import AVAILABLE, MISSING, PASSWORD, postgis
from .server import service

pytestmark = pytest.mark.skipif(not AVAILABLE, reason=MISSING)
TOWN = Around((700900, 6171900, 701450, 6172450), "EPSG:25832")
KEY = Key(env="HTKGIS_TEST_PGPASSWORD")
TABLES = """
CREATE EXTENSION postgis;
CREATE SCHEMA plan;
CREATE TABLE plan.skoler (
  id text, navn text, elever numeric, dato date, geom geometry(PointZ, 25832));
INSERT INTO plan.skoler VALUES
  ('b', 'Øster Skole', 12.5, '2026-08-01', 'SRID=25832;POINTZ(701000 6172000 -999)'),
  ('a', 'Ærø "Skole"', NULL, NULL, 'SRID=25832;POINTZ(701100 6172100 -999)'),
  ('c', 'Langt væk', 1, NULL, 'SRID=25832;POINTZ(600000 6100000 0)');
CREATE TABLE haller (id text, geom geometry(Point, 4326));
INSERT INTO haller SELECT id, ST_Transform(ST_Force2D(geom), 4326) FROM plan.skoler;
CREATE TABLE tal (id text);
CREATE TABLE ukendt (id text, geom geometry);
"""


@pytest.fixture(scope="module")
def database():
    with postgis() as url:
        with psycopg.connect(url, password=PASSWORD, autocommit=True) as connection:
            connection.execute(TABLES)
        yield url


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("HTKGIS_TEST_PGPASSWORD", PASSWORD)


def fetched(url, item="plan.skoler", where="", **options):
    fetch = Fetch(service="town", item=item, where=where, **options)
    return fetch_postgis("schools", service(url, "postgis", key=KEY), fetch, TOWN)


def test_rows_in_the_rectangle_come_flat_with_plain_values(database):
    rows = fetched(database).set_index("id")
    assert sorted(rows.index) == ["a", "b"]
    assert rows.crs == "EPSG:25832"
    assert rows.loc["b", "geometry"].wkt == "POINT (701000 6172000)"
    assert rows.loc["b", "elever"] == 12.5
    assert rows.loc["b", "dato"] == "2026-08-01"
    assert rows.loc["a", "navn"] == 'Ærø "Skole"'


def test_rows_in_degrees_come_in_metres(database):
    rows = fetched(database, "haller").set_index("id")
    assert (
        rows.loc["a", "geometry"].distance(fetched(database).set_index("id").geometry["a"]) < 0.01
    )


def test_rows_are_chosen_in_sql(database):
    assert list(fetched(database, where="elever > 10")["id"]) == ["b"]


@pytest.mark.parametrize(
    ("item", "where", "words"),
    [
        ("plan.skole", "", "there is no table 'skole' with geometry"),
        ("tal", "", "there is no table 'tal' with geometry"),
        ("ukendt", "", r"states no CRS \(SRID 0\)"),
        ("plan.skoler", "ingen = 1", 'column "ingen" does not exist'),
        ("plan.skoler", "true); DROP TABLE plan.skoler; --", "schools .PostGIS on 127"),
        ("plan.skoler", "elever < 0", "has no row of 'plan.skoler'"),
    ],
)
def test_what_the_database_refuses_is_one_line(database, item, where, words):
    with pytest.raises(SourceError, match=words) as told:
        fetched(database, item, where)
    assert PASSWORD not in str(told.value)
    assert len(fetched(database)) == 2


def test_no_row_may_be_right(database):
    assert fetched(database, where="elever < 0", may_be_empty=True).empty


def test_a_wrong_password_is_told_without_it(database, monkeypatch):
    monkeypatch.setenv("HTKGIS_TEST_PGPASSWORD", "wrong-word")
    with pytest.raises(SourceError, match="password authentication failed") as told:
        fetched(database)
    assert "wrong-word" not in str(told.value)


def test_a_missing_password_is_named(database, monkeypatch):
    monkeypatch.delenv("HTKGIS_TEST_PGPASSWORD")
    with pytest.raises(ConfigError, match="HTKGIS_TEST_PGPASSWORD is not set"):
        fetched(database)
