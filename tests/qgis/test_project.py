"""The project opens in QGIS as it is written: every layer valid, styled, drawn in its colours."""

import shutil
from pathlib import Path

import pytest

from htkgis.maps import style
from htkgis.store import sha256_bytes
from tests.conftest import EAST_M, NORTH_M
from tests.pipeline.export_example import HOSTILE, example_inputs, files_of

PUBLISHED = Path(__file__).parent.parent.parent / "maps"
PLACES = {"inner": (350, 330), "outer": (-300, 200), "outside": (-490, -490)}


@pytest.fixture(scope="module")
def opened(in_qgis, shapes, tmp_path_factory):
    """What QGIS finds in the example, moved into a folder that no file knows, with its bytes."""
    folder = tmp_path_factory.mktemp("Æ flyttet & 'mappe'")
    files = files_of(example_inputs(shapes))
    for name in ("kvarterprofiler.qgz", "q.gpkg"):
        (folder / name).write_bytes(files[name])
    points = [f"{EAST_M + east},{NORTH_M + north}" for east, north in PLACES.values()]
    found = in_qgis("open_project.py", folder / "kvarterprofiler.qgz", folder / "map.png", *points)
    return found | {"untouched": sha256_bytes((folder / "q.gpkg").read_bytes()), "files": files}


def test_every_layer_opens_with_its_rows_and_its_style(opened):
    assert opened["opened"]
    assert len(opened["layers"]) == 10
    assert all(own["valid"] and own["rows"] > 0 for own in opened["layers"].values())
    drawn = {name: own for name, own in opened["layers"].items() if own["renderer"]}
    assert {own["crs"] for own in drawn.values()} == {"EPSG:25832"}
    assert drawn["htkgis_q_isochrones"]["renderer"] == "categorizedSymbol"
    assert drawn["htkgis_q_isochrones"]["legend"] == ["inden for 5 min.", "inden for 10 min."]
    assert len(drawn["htkgis_q_places"]["legend"]) == 2


def test_columns_have_words_and_layers_have_licences(opened):
    assert opened["layers"]
    for own in opened["layers"].values():
        assert own["licences"] == ["ODbL 1.0"]
        assert own["read_only"]
        assert own["unnamed"] == 0


def test_the_project_knows_its_extent_its_crs_and_whose_data_it_shows(opened):
    assert opened["crs"] == "EPSG:25832"
    west, south, east, north = opened["extent"]
    assert (west - EAST_M, south - NORTH_M) == (-500, -500)
    assert (east - EAST_M, north - NORTH_M) == (900, 900)
    assert opened["credit"].endswith("© OpenStreetMap contributors")
    assert opened["bookmarks"] == ["Kvarteret"]


def test_the_map_is_drawn_in_the_colours_of_the_page(opened):
    assert dict(zip(PLACES, opened["colours"], strict=True)) == {
        "inner": style.BANDS[0],
        "outer": style.BANDS[1],
        "outside": style.BACKGROUND,
    }


def test_to_open_the_project_changes_no_published_file(opened):
    assert opened["untouched"] == sha256_bytes(opened["files"]["q.gpkg"])


def test_the_published_project_opens_with_every_layer(in_qgis, tmp_path):
    project = PUBLISHED / "kvarterprofiler.qgz"
    if not project.exists():
        pytest.skip("the published set was made before it held a project")
    for path in (project, *PUBLISHED.glob("*.gpkg")):
        shutil.copy(path, tmp_path)
    found = in_qgis("open_project.py", tmp_path / project.name, tmp_path / "map.png")
    assert found["layers"]
    assert all(own["valid"] and own["rows"] > 0 for own in found["layers"].values())
    assert {own["unnamed"] for own in found["layers"].values()} <= {0}
    assert project.stat().st_size < 200_000
    assert HOSTILE not in found["title"]
