"""Streets that pages show: what is drawn and written of them is the same as of all streets."""

import geopandas as gpd
import shapely

from htkgis.pipeline.export_layers import STREET_COLUMNS
from htkgis.pipeline.shown_streets import shown_streets

CRS = "EPSG:25832"


def row(x, kind):
    return {"id": f"{kind}-{x}", "name": None, "kind": kind, "length_m": 10.0, "walk": True} | {
        "geometry": shapely.LineString([(x, 0), (x + 10, 0)])
    }


def test_streets_within_a_walk_and_main_streets_are_shown_in_their_order():
    rows = [row(500, "primary"), row(500, "residential"), row(95, "path"), row(0, "primary")]
    streets = gpd.GeoDataFrame(rows, crs=CRS)
    around = [shapely.box(-100, -100, 100, 100), shapely.box(400, -9, 600, 9)]
    isochrones = gpd.GeoDataFrame({"mode": ["walk", "car"]}, geometry=around, crs=CRS)
    found = shown_streets(streets, isochrones)["shown_streets"]
    assert found["id"].tolist() == ["primary-500", "path-95", "primary-0"]
    assert list(found.columns) == [name for name in STREET_COLUMNS if name in streets.columns]
    assert found.crs == streets.crs


def test_where_nobody_walks_only_main_streets_are_shown():
    streets = gpd.GeoDataFrame([row(0, "path"), row(20, "secondary")], crs=CRS)
    nothing = gpd.GeoDataFrame({"mode": []}, geometry=[], crs=CRS)
    assert shown_streets(streets, nothing)["shown_streets"]["id"].tolist() == ["secondary-20"]


def test_a_street_in_the_box_of_a_walk_alone_is_not_shown_and_one_that_touches_the_walk_is():
    streets = gpd.GeoDataFrame([row(x, "path") for x in (60, 90, 100, 200)], crs=CRS)
    triangle = shapely.Polygon([(0, -50), (0, 50), (100, 0)])
    areas = [triangle, shapely.Polygon(), shapely.box(60, 40, 300, 90)]
    isochrones = gpd.GeoDataFrame({"mode": "walk"}, geometry=areas, index=range(3), crs=CRS)
    found = shown_streets(streets, isochrones)["shown_streets"]
    assert found["id"].tolist() == ["path-60", "path-90", "path-100"]
    up = streets.assign(geometry=streets.translate(0, 30))
    found = shown_streets(up, isochrones.iloc[:2])["shown_streets"]
    assert found["id"].tolist() == []
