"""The measures in the toolbox of QGIS: layers in, and what comes out is what the command says."""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from htkgis.maps import style
from htkgis.pipeline.point_access import measure_point_access
from htkgis.pipeline.times import measure_point_times
from htkgis.pipeline.toolbox import write_scripts

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """Homes in degrees, one of them in Jutland, and schools in metres with whole numbers as ids."""
    path = tmp_path_factory.mktemp("points") / "points.gpkg"
    homes = [shapely.Point(12.29, 55.656), shapely.Point(12.27, 55.652), shapely.Point(9.5, 56.5)]
    schools = [shapely.Point(706_990, 6_172_590), shapely.Point(707_690, 6_171_650)]
    tables = {
        "homes": gpd.GeoDataFrame({"code": ["a", "b", "far"]}, geometry=homes, crs="EPSG:4326"),
        "schools": gpd.GeoDataFrame(
            {"number": [7.0, 8.0], "places": [300, 500]}, geometry=schools, crs="EPSG:25832"
        ),
    }
    for name, table in tables.items():
        pyogrio.write_dataframe(table, path, layer=name)
    # the same points as the command takes them itself
    tables["homes"].rename(columns={"code": "id"}).to_file(path.with_name("homes.gpkg"))
    given = tables["schools"].assign(id=["7", "8"]).drop(columns="number")
    given.to_file(path.with_name("schools.gpkg"))
    return path


@pytest.fixture(scope="module")
def command(tmp_path_factory, study_cache):
    """The command of this very source, whatever is installed."""
    path = tmp_path_factory.mktemp("bin") / "htkgis"
    given = f'PYTHONPATH="{ROOT}" HTKGIS_CACHE_DIR="{study_cache.folder}"'
    path.write_text(f'#!/bin/sh\n{given} exec "{sys.executable}" -m htkgis "$@"\n', "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def toolbox(in_qgis, points, command, tmp_path_factory):
    """What the scripts of QGIS's toolbox give."""
    folder = tmp_path_factory.mktemp("toolbox")
    write_scripts(folder / "scripts")
    return in_qgis("run_toolbox.py", folder / "scripts", command, points, folder)


def test_the_toolbox_has_the_four_algorithms_in_two_languages(toolbox):
    names = ["htkgis_access", "htkgis_isochrones", "htkgis_surface", "htkgis_times"]
    assert toolbox["names"] == names
    assert toolbox["titles"] == [["Rejsetider", "Fra"], ["Travel times", "From"]]


def test_travel_times_are_those_of_the_command_of_the_selected_rows(toolbox, points):
    report = measure_point_times(
        "sketch", points.with_name("homes.gpkg"), points.with_name("schools.gpkg")
    )
    expected = pd.concat(report.parts())[["from_id", "to_id", "travel_time_min"]].round(3)
    found = pd.DataFrame(toolbox["times"])[["from_id", "to_id", "travel_time_min"]]
    assert len(found) == 4
    pd.testing.assert_frame_equal(found, expected.reset_index(drop=True), check_dtype=False)
    assert toolbox["progress"]


def test_access_stands_beside_each_origin_as_the_command_says_it(toolbox, points):
    report = measure_point_access(
        "sketch",
        points.with_name("homes.gpkg"),
        points.with_name("schools.gpkg"),
        column="places",
        limits_min=(15, 30),
        nearest=1,
    )
    rows, looks, crs = toolbox["access"]
    found = {row["code"]: row for row in rows}
    for row in report.table.itertuples():
        column = (
            "nearest_1_min" if row.measure == "nearest_1" else f"{row.measure}_{row.limit_min:g}min"
        )
        value = found[row.origin_id][column]
        assert value == (None if pd.isna(row.value) else pytest.approx(row.value, abs=5e-4))
    assert found["far"]["opportunities_30min"] is None
    assert crs == "EPSG:4326"
    assert looks[0][1] == style.BANDS[-1]
    assert looks[-1][1] == style.BANDS[0]


def test_isochrones_load_with_their_styles(toolbox):
    layers = toolbox["isochrones"]
    [legend] = [looks for count, looks in layers.values() if count == 2]
    assert [colour for _, colour in legend] == list(style.BANDS[:2])


def test_a_surface_loads_in_the_classes_and_colours_of_the_pages(toolbox):
    valid, crs, looks = toolbox["surface"]
    assert valid
    assert crs == "EPSG:25832"
    assert [words for words, _ in looks] == ["≤ 5", "≤ 10", "≤ 15", "≤ 30"]
    assert [colour for _, colour in looks] == list(style.BANDS)


def test_a_fault_is_the_command_s_one_line(toolbox):
    assert toolbox["wrong_area"].startswith("--area 'nowhere': the study shows no such area")
    assert "\n" not in toolbox["wrong_area"]
    assert "cannot be started" in toolbox["no_program"]
    assert toolbox["canceled"] == "Canceled."
