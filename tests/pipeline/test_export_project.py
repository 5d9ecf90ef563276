"""The QGIS project of a study: every layer of every GeoPackage, once, in words, on any machine."""

import dataclasses
import io
import re
import zipfile
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from htkgis.errors import SchemaError
from htkgis.maps import load_text, style
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.publish.qgis_project import Group, Project, ProjectLayer, project_bytes
from htkgis.publish.qml import LineSymbol, single_style
from tests.conftest import EAST_M, NORTH_M
from tests.pipeline.export_example import HOSTILE, example_inputs, files_of

FILE = "kvarterprofiler.qgz"


def read(data):
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        [name] = held.namelist()
        assert name.endswith(".qgs")
        return ET.fromstring(held.read(name))  # noqa: S314  written by ourselves


@pytest.fixture(scope="module")
def files(two_quarters):
    return files_of(two_quarters)


@pytest.fixture(scope="module")
def project(files):
    return read(files[FILE])


@pytest.fixture(scope="module")
def two_quarters(shapes):
    """The quarter of the example, and a second one of the same area."""
    inputs = example_inputs(shapes)
    [first] = inputs["profiles"]
    second = first | {"quarter": first["quarter"] | {"id": "r", "name": "Naboen"}}
    quarters = pd.concat([inputs["quarters"], inputs["quarters"].assign(id="r", name="Naboen")])
    modes = pd.concat([inputs["isochrones"].assign(mode=mode) for mode in ("walk", "bike")])
    return inputs | {
        "areas": inputs["areas"].assign(lunar_phase=1),
        "profiles": [first, second],
        "quarters": gpd.GeoDataFrame(quarters),
        "isochrones": gpd.GeoDataFrame(modes),
    }


def layer_of(project, key):
    [found] = [own for own in project.iter("maplayer") if own.find("id").text == key]
    return found


def titles(group):
    return [child.get("name") for child in group if child.get("name")]


def test_every_layer_of_every_geopackage_occurs_once(files, project, tmp_path):
    sources = [element.text for element in project.iter("datasource")]
    there = []
    for file in ("q.gpkg", "r.gpkg"):
        (tmp_path / file).write_bytes(files[file])
        names = [name for name, _ in pyogrio.list_layers(tmp_path / file)]
        there += [f"./{file}|layername={name}" for name in names if name != "layer_styles"]
    # the municipality is the same in both
    assert sorted([*sources, "./r.gpkg|layername=municipality"]) == sorted(there)
    assert len(set(sources)) == len(sources)


def test_the_tree_shows_each_layer_and_one_quarter_and_one_mode_at_a_time(project):
    tree = project.find("layer-tree-group")
    outlines, quarters, _ = tree
    assert titles(tree) == ["Områder og kvarterer", "Kvarterer", "Kommunen"]
    assert len(outlines) == 4
    assert titles(quarters) == ["Kvarteret", "Naboen"]
    assert quarters.get("mutually-exclusive") == "1"
    assert [own.get("checked") for own in quarters] == ["Qt::Checked", "Qt::Unchecked"]
    [reach] = [group for group in quarters[0] if group.get("name") == "Rækkevidde"]
    assert reach.get("mutually-exclusive") == "1"
    assert [own.get("checked") for own in reach] == ["Qt::Checked", "Qt::Unchecked"]
    assert titles(reach) == ["Rækkevidde, til fods", "Rækkevidde, på cykel"]
    listed = [leaf.get("id") for leaf in tree.iter("layer-tree-layer")]
    assert sorted(listed) == sorted(own.text for own in project.iterfind("projectlayers/*/id"))


def test_it_names_no_other_host_and_no_path_but_of_files_beside_it(project):
    assert project.find("properties/Paths/Absolute").text == "false"
    words = ET.tostring(project, encoding="unicode")
    paths = {own.text for own in project.iter("datasource")}
    paths |= {own.get("source") for own in project.iter("layer-tree-layer")}
    assert all(re.fullmatch(r"\./[qr]\.gpkg\|layername=\w+", path) for path in paths)
    assert set(re.findall(r"https?://[^\s\"'&<]+", words)) <= {"http://www.w3.org/2000/svg"}


def test_no_clock_and_no_system_is_in_the_bytes(files):
    assert project_bytes(one_layer(), "a.qgz") == project_bytes(one_layer(), "a.qgz")
    with zipfile.ZipFile(io.BytesIO(files[FILE])) as held:
        [entry] = held.infolist()
    assert (entry.date_time, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 3)


def test_layers_are_drawn_as_in_the_geopackage(files, project, tmp_path):
    (tmp_path / "q.gpkg").write_bytes(files["q.gpkg"])
    kept = pyogrio.read_dataframe(tmp_path / "q.gpkg", layer="layer_styles")
    assert len(kept)
    for name, qml in zip(kept["f_table_name"], kept["styleQML"], strict=True):
        layer = layer_of(project, f"htkgis_q_{name}")
        own, its = layer.find("renderer-v2"), ET.fromstring(qml).find("renderer-v2")  # noqa: S314
        assert ET.canonicalize(ET.tostring(own), strip_text=True) == ET.canonicalize(
            ET.tostring(its), strip_text=True
        )


def test_every_column_has_words_of_its_own(two_quarters, project):
    for layer in project.iter("maplayer"):
        words = {own.get("field"): own.get("name") for own in layer.iter("alias")}
        assert all(words.values())
        assert len(set(words.values())) == len(words)
    origins = layer_of(project, "htkgis_q_origins")
    words = {own.get("field"): own.get("name") for own in origins.iter("alias")}
    assert words["walk_nearest_1_school_min"] == "Minutter til nærmeste skole, til fods"
    assert words["walk_nearest_1_school_min_place"].endswith(": hvilket sted")
    places = layer_of(project, "htkgis_q_places")
    words = {own.get("field"): own.get("name") for own in places.iter("alias")}
    assert words["minutes_median_bike"] == "På cykel, midterste (min.)"


def test_a_column_that_nothing_is_known_of_keeps_its_name(project):
    area = layer_of(project, "htkgis_q_area")
    assert "lunar_phase" not in {own.get("field") for own in area.iter("alias")}


def test_an_english_project_speaks_english_and_a_layer_may_be_without_rows(two_quarters, shapes):
    inputs = two_quarters | {
        "places": two_quarters["places"].assign(name_en="School"),
        "connectors": shapes([], id=[], role=[]),
        "isochrones": two_quarters["isochrones"].set_geometry(
            gpd.GeoSeries([shapely.Polygon()] * 4, two_quarters["isochrones"].index), crs=25832
        ),
    }
    made = read(files_of(inputs, language="en")["quarter-profiles.qgz"])
    assert titles(made.find("layer-tree-group"))[:2] == ["Areas and quarters", "Quarters"]
    places = layer_of(made, "htkgis_q_places")
    assert 'coalesce("name_en", "name")' in places.find(".//text-style").get("fieldName")
    assert made.find("projectMetadata/language").text == "ENG"
    connectors = layer_of(made, "htkgis_q_connectors")
    assert connectors.get("geometry") != "No geometry"
    # nothing is reached, so the map opens on the outline of the quarter
    assert float(made.find("mapcanvas/extent/xmin").text) == EAST_M - 100


def test_it_says_whose_data_it_shows_and_what_they_are_not_for(project):
    credit = project.find("properties/CopyrightLabel/Label").text
    assert credit == (
        "Skitsedata 1:20.000 – ikke til sagsbehandling.\n© OpenStreetMap contributors"  # noqa: RUF001
    )
    assert project.find("properties/CopyrightLabel/Enabled").text == "1"
    assert "© OpenStreetMap contributors" in project.find("projectMetadata/abstract").text
    layers = list(project.iter("maplayer"))
    assert layers
    for layer in layers:
        assert layer.find("resourceMetadata/license").text == "ODbL 1.0"
        assert layer.get("readOnly") == "1"


def test_it_opens_on_what_is_reached_by_the_first_mode(project):
    # the square of 400 m and 500 m around it, from the corner that the tests share
    west, south, east, north = (float(own.text) for own in project.find("mapcanvas/extent"))
    assert (west - EAST_M, south - NORTH_M) == (-500.0, -500.0)
    assert (east - EAST_M, north - NORTH_M) == (900.0, 900.0)
    assert [own.get("name") for own in project.iter("Bookmark")] == ["Kvarteret", "Naboen"]
    assert next(own.text for own in project.iter("authid")) == "EPSG:25832"


def one_layer(**changed):
    facts = LayerFacts(HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE,))
    layer = ProjectLayer(
        id="a", file="a.gpkg", layer="rows", facts=facts, shape="MultiPolygon",
        style=single_style(LineSymbol(style.INK, outline=True)), label='"name"',
        aliases={"name": HOSTILE},
    )  # fmt: skip
    project = Project(
        title=HOSTILE, description="\x00\x1b", credit=HOSTILE, language="da", date="2026",
        crs="EPSG:25832", extent=(0, 0, 1, 1), background="#ffffff",
        places={HOSTILE: (0, 0, 1, 1)}, members=[Group(HOSTILE, [layer])],
    )  # fmt: skip
    return dataclasses.replace(project, **changed)


def test_hostile_words_stay_words():
    root = read(project_bytes(one_layer(), "a.qgz"))
    assert root.find("title").text == HOSTILE
    assert root.find("properties/CopyrightLabel/Label").text == HOSTILE
    assert root.find(".//layer-tree-layer").get("name") == HOSTILE
    assert root.find(".//alias").get("name") == HOSTILE
    assert root.find("projectMetadata/abstract").text is None
    assert root.find(".//maplayer").get("geometry") == "Polygon"


def test_two_layers_of_one_id_are_refused():
    project = one_layer()
    with pytest.raises(SchemaError, match=r"a\.qgz: 1 ids stand at more than one layer.*'a'"):
        project_bytes(dataclasses.replace(project, members=[*project.members] * 2), "a.qgz")


def test_every_word_of_the_project_is_in_both_languages():
    words = [set(load_text(language).words) for language in ("da", "en")]
    own = [{key for key in known if key.startswith("qgis.")} for known in words]
    assert own[0] == own[1]
    assert len(own[0]) > 60
