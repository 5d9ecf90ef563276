"""The files of a quarter: what its page shows, in the formats of other programs."""

import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from htkgis.maps import load_text, style
from htkgis.pipeline.export_styles import layer_styles, symbol_of
from htkgis.pipeline.exports import listed_files
from htkgis.pipeline.origin_figures import column_name
from htkgis.publish.qml import FillSymbol, LineSymbol
from tests.pipeline.export_example import HOSTILE, example_inputs, files_of


def parsed(text):
    return ET.fromstring(text)  # noqa: S314  written by ourselves


@pytest.fixture
def inputs(shapes):
    return example_inputs(shapes)


@pytest.fixture
def package(inputs, tmp_path):
    path = tmp_path / "q.gpkg"
    path.write_bytes(files_of(inputs)["q.gpkg"])
    return path


def layer(package, name):
    return pyogrio.read_dataframe(package, layer=name)


def test_a_quarter_has_its_files_and_all_quarters_share_five_tables_and_a_project(inputs):
    files = files_of(inputs)
    assert sorted(files) == [
        "figures.parquet",
        "isochrones.parquet",
        "kvarterprofiler.qgz",
        "origin_figures.parquet",
        "origins.parquet",
        "places.parquet",
        "q.csv",
        "q.csv-metadata.json",
        "q.geojson",
        "q.gpkg",
        "q.xlsx",
    ]


def test_the_same_tables_give_the_same_bytes(inputs):
    assert files_of(inputs) == files_of(inputs)


def test_the_geopackage_holds_what_the_map_shows_in_the_crs_of_the_study(package):
    names = [name for name, _ in pyogrio.list_layers(package)]
    assert names == [
        "projects",
        "places",
        "origins",
        "area",
        "quarter",
        "streets",
        "isochrones",
        "municipality",
        "figures",
        "provenance",
        "layer_styles",
    ]
    assert layer(package, "area").crs == "EPSG:25832"
    assert layer(package, "streets")["id"].tolist() == ["near"]
    assert layer(package, "places")["id"].tolist() == ["s1", "s2"]


def test_origins_have_a_column_for_each_figure_its_place_and_its_bound(package):
    rows = layer(package, "origins").set_index("id")
    assert rows["walk_nearest_1_school_min"].iloc[0] == 4.13
    assert pd.isna(rows["walk_nearest_1_school_min"]["east"])
    assert rows["walk_nearest_1_school_min_place"].tolist()[0] == "s1"
    assert rows["walk_nearest_1_school_min_missing"].dropna().to_dict() == {"east": "not_reached"}
    assert rows["walk_jobs_15min_jobs"].tolist() == [1200.0, 1200.0]
    assert rows["walk_jobs_15min_jobs_bound"].dropna().to_dict() == {"west": "at_least"}


def test_origins_hold_columns_of_adults_in_the_shown_year_within_one_limit_only(inputs, tmp_path):
    access = inputs["access"]
    others = [access.assign(lens="child"), access.assign(state=2017)]
    others.append(access[access["unit"] == "jobs"].assign(limit_min=30.0))
    files = files_of(inputs | {"access": pd.concat([access, *others], ignore_index=True)})
    found = pd.read_parquet(io.BytesIO(files["origins.parquet"]))
    assert {name for name in found.columns if name.startswith("walk")} == {
        "walk_nearest_1_school_min",
        "walk_nearest_1_school_min_place",
        "walk_nearest_1_school_min_missing",
        "walk_jobs_15min_jobs",
        "walk_jobs_15min_jobs_bound",
    }
    long = pd.read_parquet(io.BytesIO(files["origin_figures.parquet"]))
    assert len(long) == 3 * len(access) + 2


def test_every_figure_of_every_origin_is_a_row_rounded_as_on_the_page(inputs):
    found = pd.read_parquet(io.BytesIO(files_of(inputs)["origin_figures.parquet"]))
    shown = found[["id", "measure", "value", "unit", "bound", "place_id"]].astype(object)
    assert shown.where(shown.notna(), None).to_numpy().tolist() == [
        ["west", "nearest_1", 4.13, "min", None, "s1"],
        ["east", "nearest_1", None, "min", None, None],
        ["west", "jobs", 1200.0, "jobs", "at_least", None],
        ["east", "jobs", 1200.0, "jobs", None, None],
    ]
    assert set(found["profile_quarter_id"]) == {"q"}


def test_projects_are_drawn_where_they_make_a_place_that_has_a_position(package):
    rows = layer(package, "projects")
    assert rows["id"].tolist() == ["new_school"]
    row = rows.iloc[0]
    assert (row["status"], row["budget_mio_dkk"], row["year_from"]) == ("planned", 12.5, 2028)
    assert pd.isna(row["year_to"])
    assert row["approximate"]
    assert row.geometry.equals(layer(package, "places").set_index("id").geometry["s2"])


def test_amounts_are_told_in_the_currency_of_the_study(inputs, tmp_path):
    files = files_of(inputs, language="da", currency="EUR")
    (tmp_path / "q.gpkg").write_bytes(files["q.gpkg"])
    rows = pyogrio.read_dataframe(tmp_path / "q.gpkg", layer="projects")
    assert rows["budget_mio_eur"].tolist() == [12.5]
    for name in ("q.gpkg", "kvarterprofiler.qgz", "q.xlsx"):
        data = files[name]
        if not name.endswith(".gpkg"):
            with zipfile.ZipFile(io.BytesIO(data)) as held:
                data = b"".join(held.read(part) for part in held.namelist())
        assert b"mio. EUR" in data
        assert not re.search(rb"mio\. kr|dkk", data)


def test_a_file_without_projects_has_no_such_layer(inputs, tmp_path):
    [profile] = inputs["profiles"]
    path = tmp_path / "none.gpkg"
    path.write_bytes(files_of(inputs | {"profiles": [profile | {"projects": []}]})["q.gpkg"])
    assert "projects" not in {name for name, _ in pyogrio.list_layers(path)}


def test_connectors_lie_below_the_points_that_they_join(inputs, tmp_path, shapes):
    lines = [shapely.LineString([(0, 0), (0, 9)])] * 3
    known = shapes(lines, id=["west", "s1", "far"], role=["origin", "place", "place"])
    path = tmp_path / "connected.gpkg"
    path.write_bytes(files_of(inputs | {"connectors": known})["q.gpkg"])
    names = [name for name, _ in pyogrio.list_layers(path)]
    assert names[:5] == ["projects", "places", "origins", "connectors", "area"]
    assert layer(path, "connectors")["id"].tolist() == ["west", "s1"]


def test_every_layer_says_what_it_holds_and_whom_its_data_are_from(package):
    names = {name for name, _ in pyogrio.list_layers(package)} - {"layer_styles"}
    assert names
    for name in names:
        said = pyogrio.read_info(package, layer=name)["layer_metadata"]
        assert said["IDENTIFIER"] != name
        assert "© OpenStreetMap contributors" in said["DESCRIPTION"]
        assert "ODbL 1.0" in said["DESCRIPTION"]
        assert "ikke til sagsbehandling" in said["DESCRIPTION"]


def test_places_have_state_and_minutes_and_missing_is_not_zero(package):
    rows = layer(package, "places").set_index("id")
    assert rows.loc["s1", ["minutes_min", "minutes_median"]].tolist() == [4.13, 9.5]
    assert rows.loc["s2", ["minutes_min", "minutes_median", "minutes_max"]].isna().all()
    assert rows["state"].tolist() == ["existing", "closed"]
    assert rows.loc["s1", "name"] == HOSTILE


def test_every_drawn_layer_has_a_style_that_covers_its_rows(package):
    styles = layer(package, "layer_styles").set_index("f_table_name")["styleQML"]
    drawn = [name for name, kind in pyogrio.list_layers(package) if kind is not None]
    assert sorted(styles.index) == sorted(drawn)
    for name in drawn:
        renderer = parsed(styles[name]).find("renderer-v2")
        column = renderer.get("attr")
        if column is None:
            continue
        values = {category.get("value") for category in renderer.iter("category")}
        found = layer(package, name)[column]
        numbers = pd.api.types.is_numeric_dtype(found)
        assert {f"{value:g}" if numbers else value for value in found} == values
        symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
        assert {category.get("symbol") for category in renderer.iter("category")} == symbols


def test_a_closed_approximate_school_has_words_and_a_picture_of_its_own(inputs):
    files = files_of(inputs, language="en")
    assert files["q.gpkg"] != files_of(inputs)["q.gpkg"]
    places = inputs["places"].assign(look="")
    layers = {**inputs, "places": places, "area": inputs["areas"], "quarter": inputs["quarters"]}
    drawn = {name: rows for name, rows in layers.items() if isinstance(rows, gpd.GeoDataFrame)}
    renderer = parsed(layer_styles(drawn, load_text("en"))["places"]).find("renderer-v2")
    labels = {row.get("value"): row.get("label") for row in renderer.iter("category")}
    assert labels["school, existing"] == "School"
    assert labels["school, closed, approximate"].startswith("School, closed")
    pictures = {
        option.get("value") for option in renderer.iter("Option") if option.get("name") == "name"
    }
    assert len(pictures) == len(labels) == 3


def test_symbols_are_those_of_the_page():
    assert symbol_of(style.band(0)) == FillSymbol(
        style.BANDS[0], style.INK, style.band(0).weight, 1.0
    )
    outline = symbol_of(style.QUARTER, outline=True)
    assert isinstance(outline, LineSymbol)
    assert outline.dash == (3.0, 7.0)
    picture = parsed(symbol_of(style.place("school", "closed")).svg)
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize(
    ("decimal", "separator", "point"), [("comma", ";", ","), ("point", ",", ".")]
)
def test_the_csv_holds_the_figures_of_the_page(inputs, decimal, separator, point):
    data = files_of(inputs, decimal=decimal)["q.csv"]
    found = pd.read_csv(io.BytesIO(data), sep=separator, decimal=point, encoding="utf-8-sig")
    assert found["label"].tolist() == [
        "Minutter til nærmeste skole",
        "Arbejdspladser i kommunen inden for 15 min.",
    ]
    near, jobs = found.to_dict("records")
    assert (near["min"], near["median"], near["unit"]) == (4.13, 9.5, "min")
    assert pd.isna(near["max"])
    assert (jobs["min"], jobs["median"], jobs["max"]) == (1200, 1200, 1200)
    assert (jobs["bound"], jobs["limit_min"]) == ("at_least", 15)
    assert near["place"] == f"'{HOSTILE}"


def test_a_figure_has_the_stamp_and_range_of_its_median_and_not_of_the_others(inputs):
    data = files_of(inputs, decimal="point")["q.csv"]
    near, jobs = pd.read_csv(io.BytesIO(data)).to_dict("records")
    assert (near["robustness"], near["robust_low"]) == ("sensitive", 8.13)
    assert pd.isna(near["robust_high"])
    assert pd.isna([jobs[name] for name in ("robustness", "robust_low", "robust_high")]).all()


def test_a_hidden_figure_has_no_range_either(inputs):
    data = files_of(inputs | {"figures": inputs["figures"].assign(hidden=True)})["q.csv"]
    found = pd.read_csv(io.BytesIO(data), sep=";", decimal=",", encoding="utf-8-sig")
    assert found[["robustness", "robust_low", "robust_high"]].isna().all(axis=None)


def test_the_labels_are_in_the_language_of_the_page(inputs):
    data = files_of(inputs, language="en", decimal="point")["q.csv"]
    assert b"Minutes to the nearest school" in data


def test_the_shown_year_stands_before_the_others_and_both_say_which(inputs):
    then = inputs["figures"].assign(state=2017)
    both = pd.concat([then, inputs["figures"]], ignore_index=True)
    data = files_of(inputs | {"figures": both}, decimal="point")["q.csv"]
    found = pd.read_csv(io.BytesIO(data))
    assert found["state"].tolist() == [2026, 2026, 2017, 2017]
    assert found["place"].notna().tolist() == [True, False, False, False]


def test_a_hidden_figure_has_no_value_and_says_that_it_is_hidden(inputs):
    figures = inputs["figures"]
    hidden = figures.assign(hidden=figures["indicator"] == "jobs")
    data = files_of(inputs | {"figures": hidden}, decimal="point")["q.csv"]
    near, jobs = pd.read_csv(io.BytesIO(data)).to_dict("records")
    assert (near["missing"], jobs["missing"]) == ("not_reached", "hidden")
    assert pd.isna([jobs[name] for name in ("min", "median", "max")]).all()
    assert b"1200" not in data


def test_the_table_of_all_figures_is_the_contract_table(inputs):
    data = files_of(inputs)["figures.parquet"]
    found = pd.read_parquet(io.BytesIO(data))
    pd.testing.assert_frame_equal(found, inputs["figures"], check_dtype=False)


def test_credits_licence_and_caution_lie_in_every_file(inputs, package):
    files = files_of(inputs)
    sources = layer(package, "provenance").iloc[0]
    assert sources["credit"] == "© OpenStreetMap contributors"
    assert sources["licence"] == "ODbL 1.0"
    assert sources["sha256"] == "a" * 64
    assert sources["caution"] == "Skitsedata 1:20.000 – ikke til sagsbehandling"  # noqa: RUF001
    for name in ("q.csv-metadata.json", "q.geojson", "figures.parquet"):
        assert "© OpenStreetMap contributors".encode() in files[name]


def test_the_geojson_holds_isochrones_and_places(inputs):
    value = json.loads(files_of(inputs)["q.geojson"])
    assert [row["properties"]["layer"] for row in value["features"]] == [
        "isochrones",
        "isochrones",
        "places",
        "places",
    ]
    assert value["features"][2]["properties"]["name"] == HOSTILE


def test_each_mode_has_a_layer_of_isochrones_of_its_own(inputs, tmp_path):
    walk = inputs["isochrones"].assign(mode="walk")
    both = gpd.GeoDataFrame(pd.concat([walk, walk.assign(mode="bike")], ignore_index=True))
    path = tmp_path / "modes.gpkg"
    path.write_bytes(files_of(inputs | {"isochrones": both})["q.gpkg"])
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert {"isochrones_walk", "isochrones_bike"} <= names
    assert "isochrones" not in names


def test_every_download_has_words_and_a_size(inputs):
    files = files_of(inputs)
    listed = listed_files(files, load_text("da"))
    assert [row["name"] for row in listed] == list(files)
    assert all(row["label"] and row["bytes"] == len(files[row["name"]]) for row in listed)


def test_a_column_of_another_year_names_it():
    case = {
        "mode": "bike",
        "measure": "nearest_3",
        "function": "school",
        "limit_min": float("nan"),
        "percentile": 50.0,
        "departure": "0800",
        "lens": "child",
        "state": 2017,
        "unit": "min",
    }
    assert column_name(case, shown_state=2026) == "bike_nearest_3_school_p50_0800_child_min_2017"
