"""Broken vector layers of every format: one line that says what to do, and nothing published."""

import sqlite3
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.loaders.layer import read_layer

from .bad_input import ROOT, BrokenStudy, told

UTM32 = "EPSG:25832"
FORMATS = ("gpkg", "geojson", "fgb", "parquet", "shp.zip", "shp")
AREAS = "housing_areas"


@pytest.fixture(scope="module")
def tables():
    """Areas, gates and places of the embedded study, in EPSG:25832."""
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    return {
        name: read_layer(catalog, name, crs=UTM32)[0] for name in (AREAS, "gates", "places")
    } | {"municipality": read_layer(catalog, "municipality", crs=UTM32)[0]}


@pytest.fixture
def study(tmp_path):
    """A study of which a layer lies in a file of another format."""
    study = BrokenStudy(tmp_path)

    def write(layer, table, name, **facts):
        path = study.layers / name
        if name.endswith(".parquet"):
            table.to_parquet(path)
        elif name.endswith(".shp.zip"):
            table.to_file(path.with_suffix(""))
            with zipfile.ZipFile(path, "w") as archive:
                for part in sorted(study.layers.glob("lag.*")):
                    if part != path:
                        archive.write(part, f"mine lag/{part.name}")
                        part.unlink()
        else:
            table.to_file(path)
        more = [c for c in ("area_id", "function", "status") if c in table]
        columns = {c: c for c in ("id", "name", *more)}
        study.layer(layer, drop=("geometry", "crs"), path=name, columns=columns, **facts)
        return path

    study.write = write
    return study


def moved(table, change):
    """Replace the shapes of a table, as they are or claimed to be in its CRS."""
    return table.set_geometry(gpd.GeoSeries(change(table.geometry.to_numpy()), crs=table.crs))


def claimed(table, true, said):
    """A table whose coordinates are those of one CRS and that states another."""
    return table.to_crs(true).set_crs(said, allow_override=True)


def some(table, name):
    """A table in degrees where a format knows nothing else."""
    return table[["id", "name", "geometry"]].to_crs("EPSG:4326" if "json" in name else UTM32)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_whole_layer_of_each_format_is_read(study, tables, ending):
    name = f"lag.{ending}"
    study.write(AREAS, some(tables[AREAS], name), name)
    assert "housing_areas: 3 of 3 rows; CRS EPSG:" in study.check().stdout


@pytest.mark.parametrize("ending", FORMATS)
def test_half_a_file_of_each_format_is_refused(study, tables, ending):
    name = f"lag.{ending}"
    path = study.write(AREAS, some(tables[AREAS], name), name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert f"{name} ({path})" in told(study.check())


@pytest.mark.parametrize("ending", FORMATS)
def test_a_page_to_log_in_under_the_name_of_each_format_is_refused(study, tables, ending):
    name = f"lag.{ending}"
    path = study.write(AREAS, some(tables[AREAS], name), name)
    path.write_text("<html><title>Log på</title></html>", "utf-8")
    assert "cannot be read: it is no data but a web page ('Log på')" in told(study.check())


def east_as_north(shapes):
    return shapely.transform(shapes, np.fliplr)


def bow_ties(shapes):
    boxes = shapely.bounds(shapes)
    return [shapely.Polygon([(a, b), (c, d), (c, b), (a, d)]) for a, b, c, d in boxes]


FAULTS = {
    "axes": (lambda t: moved(t, east_as_north), "3 of 3 rows have swapped axes (first at (617"),
    "twice": (lambda t: pd.concat([t, t.iloc[:1]]), "2 of 4 rows share"),
    "no crs": (lambda t: t.set_crs(None, allow_override=True), "has no CRS. Write it into the f"),
    "metres": (lambda t: claimed(t, UTM32, "EPSG:4326"), "lie nowhere near where EPSG:25832 is"),
    "degrees": (lambda t: claimed(t, "EPSG:4326", UTM32), "lie nowhere near where EPSG:25832 is"),
    "zone 33": (lambda t: claimed(t, "EPSG:25833", UTM32), "read as EPSG:25833 they would lie in"),
    "no rows": (lambda t: t.iloc[:0], "has no rows; one row at least is needed"),
    "a lost shape": (
        lambda t: t.set_geometry([None, *t.geometry[1:]], crs=t.crs),
        "1 of 3 rows have no position that can be read: 'taastrupgaard'; each needs one",
    ),
    "points": (lambda t: moved(t, shapely.centroid), "3 of 3 rows have another geometry than poly"),
    "no id": (lambda t: t.assign(id=["", *t["id"][1:]]), "column 'id' is empty in 1 of 3 rows"),
    "capitals": (lambda t: t.rename(columns={"name": "NAME"}), "'name' may be 'NAME'. Correct"),
    "garbled": (
        lambda t: t.assign(name=["Gadehaveg\u00c3\u00a5rd", "b", "c"]),
        "1 values of column 'name' are garbled",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_broken_layer_is_one_line_and_nothing_is_published(study, tables, fault):
    alter, message = FAULTS[fault]
    study.write(AREAS, alter(tables[AREAS][["id", "name", "geometry"]]), "lag.gpkg")
    line = study.refused()
    assert message in line
    assert str(study.layers / "lag.gpkg") in line


@pytest.mark.parametrize("layer", ["gates", "places", "municipality"])
def test_coordinates_of_another_zone_are_found_in_every_layer(study, tables, layer):
    study.write(layer, claimed(tables[layer], "EPSG:25833", UTM32), "lag.gpkg")
    assert "rows lies near the municipality: they span" in study.refused()


def test_a_layer_truly_in_another_zone_or_in_three_dimensions_is_read(study, tables):
    table = moved(tables[AREAS], lambda shapes: shapely.force_3d(shapes, 7.0)).to_crs("EPSG:25833")
    study.write(AREAS, table, "lag.gpkg")
    assert "3 of 3 rows; mended 3 (heights left out); CRS EPSG:25833" in study.check().stdout


def test_invalid_outlines_are_mended_and_counted(study, tables):
    study.write(AREAS, moved(tables[AREAS], bow_ties), "lag.gpkg")
    assert "housing_areas: 3 of 3 rows; mended 3 (invalid polygons)" in study.check().stdout


def test_a_sliver_beside_an_outline_does_no_harm(study, tables):
    def with_sliver(shapes):
        west, south, _, _ = shapely.bounds(shapes[0])
        sliver = shapely.box(west - 50, south, west - 50 + 1e-7, south + 9)
        return [shapely.MultiPolygon([*shapely.get_parts(shapes[0]), sliver]), *shapes[1:]]

    study.write(AREAS, moved(tables[AREAS], with_sliver), "lag.gpkg")
    assert "housing_areas: 3 of 3 rows; CRS EPSG:25832" in study.check().stdout


def test_ids_that_a_file_writes_as_1_point_0_are_1(study, tables):
    table = tables["gates"].assign(id=np.arange(15.0))
    study.write("gates", table, "lag.gpkg", constants={"kind": "gate"})
    assert study.check().exit_code == 0


def test_danish_letters_in_latin_1_are_read_as_the_cpg_says(study, tables):
    path = study.write(AREAS, tables[AREAS][["id", "name", "geometry"]], "område [1].shp")
    tables[AREAS][["id", "name", "geometry"]].to_file(path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").write_text("ISO-8859-1", "utf-8")
    assert "housing_areas: 3 of 3 rows" in study.check().stdout
    path.with_suffix(".cpg").write_text("UTF-8", "utf-8")
    assert "text is not utf-8: byte 229 in b'Gadehaveg" in study.refused()


def test_a_shapefile_without_prj_needs_the_word_of_the_catalog(study, tables):
    path = study.write(AREAS, tables[AREAS][["id", "name", "geometry"]], "lag.shp")
    path.with_suffix(".prj").unlink()
    assert "has no CRS. Write it into the file, or state it in the catalog" in told(study.check())
    study.layer(AREAS, crs=UTM32)
    assert "housing_areas: 3 of 3 rows; CRS EPSG:25832" in study.check().stdout
    path.with_suffix(".dbf").unlink()
    assert "1 parts of the shapefile are missing or empty: 'lag.dbf'" in told(study.check())


def test_a_geopackage_of_two_layers_needs_a_name(study, tables):
    path = study.write(AREAS, tables[AREAS][["id", "name", "geometry"]], "lag.gpkg")
    tables["gates"][["id", "geometry"]].to_file(path, layer="porte")
    assert "no layer was named; it holds lag, porte. Name one of them: layer =" in study.refused()
    study.layer(AREAS, layer="lag")
    assert study.check().exit_code == 0


def test_a_geopackage_with_changes_that_are_not_yet_in_it_is_refused(study, tables):
    path = study.write(AREAS, tables[AREAS][["id", "name", "geometry"]], "lag.gpkg")
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = wal")
    database.execute("CREATE TABLE mine (x)")
    line = told(study.check())
    assert "is open in another program" in line
    assert "lag.gpkg-wal. Save and close it there" in line
    database.close()
    assert study.check().exit_code == 0


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            {"../../evil.gpkg": b"x"},
            "1 entries lead outside the zip: '../../evil.gpkg'. Do not use",
        ),
        ({"nul.gpkg": bytes(20_000_000)}, "would unpack to 20.0 MB from 0.02 MB; at most 4 GB and"),
        ({"læs mig.pdf": b"%PDF"}, "the zip holds no layer: 'læs mig.pdf'; files that end in .shp"),
        (
            {"lag.shp": b"x", "lag.shx": b"x"},
            "1 parts of the shapefile are missing or empty: 'lag.",
        ),
    ],
    ids=["outside", "bomb", "no layer", "no table"],
)
def test_a_zip_that_should_not_be_opened_is_not(study, entries, message):
    with zipfile.ZipFile(study.layers / "lag.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    study.layer(AREAS, drop=("geometry", "crs"), path="lag.zip")
    assert message in study.refused()
