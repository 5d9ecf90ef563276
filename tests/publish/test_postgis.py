"""What is published, in a real PostGIS on this machine: all of it or nothing, as QGIS opens it."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely

from htkgis.errors import ConfigError, StoreError
from htkgis.pipeline.publishing import _layers, publish_to_postgis
from htkgis.publish.postgis import check_address, write_postgis
from tests.loaders.remote.postgis_server import AVAILABLE, MISSING, PASSWORD, postgis
from tests.pipeline.export_example import files_of
from tests.pipeline.three_kinds import COLUMN, KINDS, three_kinds

real = pytest.mark.skipif(not AVAILABLE, reason=MISSING)
MAPS = Path(__file__).parents[2] / "maps"
PLACES = gpd.GeoDataFrame(
    {
        "id": ["a", "b"],
        "name": ['Ærø "Skole"', None],
        "pupils": [12, 0],
        "share": [0.5, np.nan],
        "open": [True, False],
    },
    geometry=[shapely.Point(701000, 6172000), shapely.Point(701100, 6172100)],
    crs="EPSG:25832",
)


@pytest.fixture(scope="module")
def server():
    with postgis() as url:
        with psycopg.connect(url, password=PASSWORD, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield url


@pytest.fixture
def database(server, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return server


def asked(address, question):
    with psycopg.connect(address) as connection:
        return connection.execute(question).fetchall()


def write(address, tables, **options):
    known = {"documents": {"profile.json": "{}"}, "styles": {}, "comments": {}}
    write_postgis(address, "htkgis", tables, **(known | options))


@real
def test_values_come_back_as_they_went_in(database):
    write(database, {"places": PLACES}, comments={"places": "Kilde: 'kommunen'"})
    rows = asked(
        database,
        "SELECT fid, id, name, pupils, share, open, ST_AsText(geom), ST_SRID(geom) "
        "FROM htkgis.places ORDER BY fid",
    )
    assert rows == [
        (1, "a", 'Ærø "Skole"', 12, 0.5, True, "POINT(701000 6172000)", 25832),
        (2, "b", None, 0, None, False, "POINT(701100 6172100)", 25832),
    ]
    said = asked(database, "SELECT obj_description('htkgis.places'::regclass)")
    assert said == [("Kilde: 'kommunen'",)]


@real
def test_hidden_zero_and_missing_are_three_things(database, shapes):
    files = files_of(three_kinds(shapes))
    tables = {
        "origins": gpd.read_parquet(io.BytesIO(files["origins.parquet"])),
        "origin_figures": pd.read_parquet(io.BytesIO(files["origin_figures.parquet"])),
    }
    write(database, tables)
    for table, value, why in (
        ("origins", COLUMN, f"{COLUMN}_missing"),
        ("origin_figures", "value", "missing"),
    ):
        rows = asked(database, f'SELECT id, "{value}", "{why}" FROM htkgis.{table}')  # noqa: S608
        assert {name: (number, reason) for name, number, reason in rows} == KINDS


@real
def test_a_table_is_replaced_and_others_stay(database):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS htkgis")
        connection.execute("CREATE TABLE IF NOT EXISTS htkgis.own AS SELECT 1 AS n")
    write(database, {"places": PLACES})
    write(database, {"places": PLACES.iloc[:1]})
    assert asked(database, "SELECT count(*) FROM htkgis.places") == [(1,)]
    assert asked(database, "SELECT n FROM htkgis.own") == [(1,)]


@real
def test_a_fault_in_the_middle_leaves_all_as_it_was(database):
    write(database, {"places": PLACES})
    broken = pd.DataFrame({"n": [1]}).rename(columns={"n": "x" * 3})
    too_wide = pd.DataFrame({f"c{n}": [1] for n in range(1700)})  # more than a table can hold
    with pytest.raises(StoreError, match="nothing was published there"):
        write(database, {"places": PLACES.iloc[:1], "broken": broken, "wide": too_wide})
    assert asked(database, "SELECT count(*) FROM htkgis.places") == [(2,)]


@real
def test_the_published_study_is_all_there_with_styles_and_a_second_time_too(database):
    for _ in range(2):
        rows = publish_to_postgis(MAPS, database, schema="plan")
    assert {"origins", "places", "streets", "isochrones_walk", "figures"} <= set(rows)
    counted = asked(
        database,
        "SELECT relname, n_live_tup FROM pg_stat_user_tables WHERE schemaname = 'plan'",
    )
    assert rows.keys() | {"documents"} == {name for name, _ in counted}
    assert rows["origins"] == 15
    told = asked(database, "SELECT content FROM plan.documents WHERE name = 'profile.json'")
    assert json.loads(told[0][0]) == json.loads((MAPS / "profile.json").read_text("utf-8"))
    styled = asked(
        database,
        "SELECT f_table_name FROM layer_styles WHERE f_table_schema = 'plan' "
        "AND useasdefault AND xml_is_well_formed(styleqml::text)",
    )
    names = [name for (name,) in styled]
    assert sorted(names) == sorted(set(names))
    assert {"places", "origins", "isochrones_walk"} <= set(names)
    credit = asked(database, "SELECT obj_description('plan.streets'::regclass)")[0][0]
    assert "© OpenStreetMap contributors" in credit


def test_the_style_of_a_joined_layer_draws_the_rows_of_every_quarter():
    tables, styles = _layers(MAPS, sorted(path.name for path in MAPS.glob("*.gpkg")))
    for name, qml in styles.items():
        renderer = ET.fromstring(qml).find("renderer-v2")  # noqa: S314  written by ourselves
        column = renderer.get("attr")
        if column is None:
            continue
        numbers = pd.api.types.is_numeric_dtype(tables[name][column])
        held = {f"{value:g}" if numbers else value for value in tables[name][column]}
        drawn = [own.get("value") for own in renderer.iter("category")]
        assert held == set(drawn)
        assert len(drawn) == len(set(drawn))
        symbols = [own.get("name") for own in renderer.find("symbols")]
        assert sorted(own.get("symbol") for own in renderer.iter("category")) == sorted(symbols)


@real
def test_a_wrong_password_is_one_line_without_it(database, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "wrong-word")
    with pytest.raises(StoreError, match="password authentication failed") as told:
        write(database, {"places": PLACES})
    assert "wrong-word" not in str(told.value)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://planner@host/plan", "is no database"),
        ("postgresql:///plan", "is no database"),
        ("postgresql://planner:s3cret@host/plan", "holds a password"),
    ],
)
def test_an_address_that_is_none_or_tells_a_password_is_refused(address, words):
    with pytest.raises(ConfigError, match=words) as told:
        check_address(address)
    assert "s3cret" not in str(told.value)


def test_an_empty_or_edited_folder_is_not_published(tmp_path):
    with pytest.raises(ConfigError, match="nothing is published there"):
        publish_to_postgis(tmp_path, "postgresql://planner@host/plan", schema="plan")
