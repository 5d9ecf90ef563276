"""Where edits lie: the nearest street that has a name, and the quarter of their middle."""

import geopandas as gpd
import shapely

from htkgis.pipeline.scenario_places import drawn_edits, edit_places
from htkgis.scenario_rules import Scenario
from tests.conftest import EAST_M, NORTH_M

CRS = "EPSG:25832"


def at(x, y):
    return EAST_M + x, NORTH_M + y


def degrees(x, y):
    point = gpd.GeoSeries([shapely.Point(at(x, y))], crs=CRS).to_crs(4326).iloc[0]
    return point.x, point.y


def table(names, shapes, **columns):
    known = {"id": names, "name": names} | columns
    return gpd.GeoDataFrame(known, geometry=shapes, crs=CRS)


STREETS = table(
    ["s1", "s2", "s3"],
    [shapely.LineString([at(0, y), at(1000, y)]) for y in (0, 100, 300)],
    name=["Parkvej", None, "Skolevej"],
)
PLACES = table(["hal"], [shapely.Point(at(900, 290))])
QUARTERS = table(["Nord"], [shapely.box(*at(0, 200), *at(1000, 400))])
AREAS = table(["gaarden"], [shapely.box(*at(0, 280), *at(100, 380))])


def scenario(*edits):
    own = [{"from_year": 2030, "id": f"e{at}"} | edit for at, edit in enumerate(edits)]
    for edit in own:
        if edit["kind"] in {"close_place", "close_street", "remove_line"}:
            del edit["id"]
    return Scenario.model_validate(
        {"id": "s", "name": "S", "name_en": "S", "edits": own}, strict=False
    )


def where(*edits, streets=STREETS):
    found = edit_places(scenario(*edits), streets, PLACES, AREAS, QUARTERS)
    return [tuple(each.values()) for each in found]


def test_an_edit_lies_by_the_nearest_street_that_has_a_name():
    path = {"kind": "add_street", "line": [degrees(500, 90), degrees(500, 100)]}
    assert where(path) == [("Parkvej", None)]
    assert where(path, streets=STREETS.assign(name=None)) == [(None, None)]


def test_the_middle_of_a_line_decides_the_quarter():
    line = [degrees(500, 190), degrees(500, 300)]
    assert where({"kind": "add_street", "line": line}) == [("Skolevej", "Nord")]


def test_what_names_a_street_a_place_or_an_area_lies_there():
    assert where(
        {"kind": "close_street", "streets": ["s2"], "modes": ["car"]},
        {"kind": "close_place", "place": "hal"},
        {"kind": "add_dwellings", "dwellings": 10, "persons": 20.0, "area": "gaarden"},
    ) == [("Parkvej", None), ("Skolevej", "Nord"), ("Skolevej", "Nord")]


def test_an_edit_of_both_scenarios_is_drawn_once_and_one_of_later_not_at_all():
    path = {"kind": "add_street", "line": [degrees(500, 90), degrees(500, 100)]}
    home = {"kind": "add_dwellings", "dwellings": 10, "persons": 20.0, "area": "gaarden"}
    sides = [scenario(path), scenario(path, home, {"kind": "close_place", "place": "hal"})]
    words = [
        {"subject": "x", "subject_en": None, "holds": edit.kind != "close_place"}
        for edit in sides[1].edits
    ]
    tables = {"streets": STREETS, "places": PLACES, "areas": AREAS}
    found = drawn_edits([(side, words[: len(side.edits)]) for side in sides], tables)
    assert found["sides"].tolist() == ["01", "1"]
    assert found.geometry.geom_type.tolist() == ["LineString", "LineString"]  # of homes the outline
    assert drawn_edits([(scenario(), [])], tables).empty


def test_a_line_of_public_transport_has_no_place_and_no_edits_have_none():
    assert where({"kind": "remove_line", "line": "s1"}) == [(None, None)]
    assert where() == []
