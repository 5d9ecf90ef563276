"""Two sites for a new school near Taastrup, as the page takes them."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
from shapely import Point, box

from htkgis.maps.locate_page import LocateView
from tests.maps.links_example import CRS, EAST_M, NORTH_M, line


def at(*points):
    return [Point(EAST_M + x, NORTH_M + y) for x, y in points]


def example_sites(street="Veststien"):
    """The second lies at no street with a name; few people of the area gain by it."""
    return gpd.GeoDataFrame(
        {
            "rank": [1, 2],
            "site_id": ["s1", "s2"],
            "street": [street, None],
            "gain": [5000.0, 120.4],
            "gain_alone": [5000.0, 1300.0],
            "nearer_persons": [1800.0, np.nan],
            "gain_in_vest": [4000.0, np.nan],
            "nearer_persons_in_vest": [900.0, np.nan],
        },
        geometry=at((0, 0), (600, 600)),
        crs=CRS,
    )


def example_view(street="Veststien", **changes):
    here = box(EAST_M - 500, NORTH_M - 500, EAST_M + 1500, NORTH_M + 1500)
    places = at((900, 900))
    view = LocateView(
        function="school",
        aim="median",
        limit_min=15.0,
        own_sites=False,
        spacing_m=200.0,
        sites=example_sites(street),
        candidates=gpd.GeoDataFrame(
            {"site_id": ["s1", "s2", "s3", "s4"], "gain_alone": [5000.0, 1300.0, 2500.0, np.nan]},
            geometry=at((0, 0), (600, 600), (300, 0), (0, 300)),
            crs=CRS,
        ),
        points=gpd.GeoDataFrame(
            {"minutes": [0.5, 1.0, 7.5, 12.0]},
            geometry=at((10, 0), (20, 0), (30, 0), (40, 0)),
            crs=CRS,
        ),
        places=gpd.GeoDataFrame({"id": ["p"], "name": [street]}, geometry=places, crs=CRS),
        gap=0.0,
        persons=50_203.4,
        whose=(),
        areas=gpd.GeoDataFrame({"id": ["vest"], "name": ["Vest"]}, geometry=[here], crs=CRS),
        told_areas=(("vest", "Vest"),),
        streets=gpd.GeoDataFrame(
            {"kind": ["path", "tertiary"]},
            geometry=[line((0, 0), (0, 400)), line((40, 0), (40, 1240))],
            crs=CRS,
        ),
        municipality=gpd.GeoDataFrame({"id": ["m"]}, geometry=[here], crs=CRS),
        breaks_min=(1.0, 5.0, 10.0),
        min_persons=5,
        municipality_name="Høje-Taastrup Kommune",
        crs=CRS,
    )
    return replace(view, **changes)
