"""Bounds of what is in reach at the very border, and who lives in no school district."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.access import TimeMatrix
from htkgis.pipeline.access_values import AccessGround, _count, _district_schools, _nearest

CRS = "EPSG:25832"
BORDER_DS = np.array([8999, 9000, 9001])


def test_a_count_is_a_lower_bound_where_the_border_is_met_by_the_limit_itself():
    found = _count(np.array([1.0, 1.0, 1.0]), "school", 15.0, BORDER_DS, 2026)
    assert found.lower_bound.tolist() == [True, True, False]


def test_the_nearest_is_an_upper_bound_where_the_border_is_met_before_it():
    to_id = np.array(["s", "s", "s"], dtype=object)
    found = _nearest(1, "school", np.array([15.0, 15.0, 15.0]), to_id, BORDER_DS, 2026)
    assert found.upper_bound.tolist() == [True, False, False]


def test_who_lives_in_no_school_district_has_no_school_of_its_own():
    homes = gpd.GeoDataFrame(
        {"id": ["in", "out"]}, geometry=[shapely.Point(5, 5), shapely.Point(50, 5)], crs=CRS
    )
    districts = gpd.GeoDataFrame(
        {"school_id": ["s"]}, geometry=[shapely.box(0, 0, 10, 10)], crs=CRS
    )
    nowhere = gpd.GeoDataFrame(geometry=[], crs=CRS)
    ground = AccessGround(homes, nowhere, districts)
    times_ds = np.array([[600], [1200]], dtype=np.int32)
    times = TimeMatrix(pd.Index(["in", "out"], name="id"), pd.Index(["s"]), times_ds)
    found = _district_schools(times, ground, gpd.GeoDataFrame({"id": ["s"]}), 2026)
    np.testing.assert_array_equal(found.value, [1.0, np.nan])
    assert found.to_id.tolist()[0] == "s"
    assert pd.isna(found.to_id[1])
