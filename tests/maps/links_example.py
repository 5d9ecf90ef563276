"""Two missing links near Taastrup, as the page takes them."""

from dataclasses import replace

import geopandas as gpd
from shapely import LineString, box

from htkgis.maps.links_page import LinksView

CRS = "EPSG:25832"
EAST_M, NORTH_M = 706_000.0, 6_172_000.0


def line(*points):
    return LineString([(EAST_M + x, NORTH_M + y) for x, y in points])


def example_links(street="Veststien"):
    """The first leads from a path without a name and saves more; the second crosses the railway."""
    return gpd.GeoDataFrame(
        {
            "rank": [1, 2],
            "id": ["a", "b"],
            "kind": ["path", "level+railway"],
            "straight_m": [40.0, 1140.0],
            "walk_today_m": [1234.0, None],
            "price_mio": [0.3, 79.2],
            "saved_person_min": [5000.0, 120.4],
            "saved_person_min_school": [4000.0, 120.4],
            "nearer_persons_school": [800.0, 3.0],
            "newly_persons_school": [0.0, 0.0],
            "saved_person_min_station": [1000.0, 0.0],
            "nearer_persons_station": [200.0, 0.0],
            "newly_persons_station": [0.0, 0.0],
            "saved_person_min_in_vest": [0.0, 120.4],
            "saved_person_min_per_mio": [16_666.7, 1.5],
            "from_street": [None, street],
            "from_street_kind": ["path", "cycleway"],
            "to_street": [street, street],
            "to_street_kind": ["cycleway", "tertiary_link"],
        },
        geometry=[line((0, 0), (40, 0)), line((0, 100), (0, 1240))],
        crs=CRS,
    )


def example_view(street="Veststien", **changes):
    links = example_links(street)
    here = box(EAST_M - 500, NORTH_M - 500, EAST_M + 1500, NORTH_M + 1500)
    view = LinksView(
        links=links,
        ways=links.loc[[0], ["id", "geometry"]],
        streets=gpd.GeoDataFrame(
            {"kind": ["path", "tertiary"]},
            geometry=[line((0, 0), (0, 400)), line((40, 0), (40, 1240))],
            crs=CRS,
        ),
        municipality=gpd.GeoDataFrame({"id": ["m"]}, geometry=[here], crs=CRS),
        areas=gpd.GeoDataFrame({"id": ["vest"], "name": [street]}, geometry=[here], crs=CRS),
        functions=("school", "station"),
        area=None,
        persons=50_203.4,
        candidates=18_742,
        useful=1_198,
        without=("water",),
        min_persons=5,
        rules={"straight": 150, "network": 600, "clear": 3, "limit": 30},
        municipality_name="Høje-Taastrup Kommune",
        crs=CRS,
    )
    return replace(view, **changes)
