"""Zonal statistics: by head, by rasterio, by every cell one by one; empty, missing, on the line."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.features import geometry_mask
from rasterio.transform import from_origin

from htkgis.access import zonal_statistics

CELL_M, SIDE = 10.0, 12


def middles():
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return np.column_stack([(column + 0.5) * CELL_M, SIDE * CELL_M - (row + 0.5) * CELL_M])


def zones(*shapes):
    ids = [f"z{number}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"id": ids}, geometry=list(shapes))


def test_a_zone_of_four_cells_by_head():
    xy = np.array([[5.0, 5.0], [15.0, 5.0], [25.0, 5.0], [35.0, 5.0], [95.0, 5.0]])
    values = np.array([10.0, np.nan, 2.0, 6.0, 1.0])
    found = zonal_statistics(values, xy, zones(shapely.box(0, 0, 40, 10)), limits=[2, 5.9, 6, 30])
    assert found.iloc[0].to_dict() == {
        "id": "z0",
        "cells": 4,
        "reached_share": 0.75,
        "min": 2,
        "p10": pytest.approx(2.8),
        "median": 6,
        "mean": 6,
        "p90": pytest.approx(9.2),
        "max": 10,
        "within_2_share": 0.25,
        "within_5.9_share": 0.25,
        "within_6_share": 0.5,
        "within_30_share": 0.75,
    }


def test_a_zone_without_cells_and_one_where_nothing_is_reached_are_missing_and_not_0():
    xy, values = np.array([[5.0, 5.0], [15.0, 5.0]]), np.array([np.nan, 3.0])
    found = zonal_statistics(
        values, xy, zones(shapely.box(500, 0, 600, 9), shapely.box(0, 0, 9, 9)), limits=[5]
    )
    assert found["cells"].tolist() == [0, 1]
    assert np.isnan(found["reached_share"][0])
    assert found["reached_share"][1] == 0
    assert found[["min", "median", "mean", "max"]].isna().all(axis=None)
    assert np.isnan(found["within_5_share"][0])
    assert found["within_5_share"][1] == 0


def test_no_zones_and_no_cells_keep_the_columns():
    none = zonal_statistics(np.zeros(0), np.zeros((0, 2)), zones(), limits=[15])
    assert (len(none), none.columns[-1]) == (0, "within_15_share")
    assert zonal_statistics(np.zeros(0), np.zeros((0, 2)), zones(shapely.box(0, 0, 1, 1)))[
        "cells"
    ].tolist() == [0]


def test_a_middle_on_an_outline_belongs_to_the_zones_on_both_sides():
    halves = zones(shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10))
    found = zonal_statistics(np.array([7.0]), np.array([[5.0, 5.0]]), halves)
    assert found["cells"].tolist() == [1, 1]


NUMBER = st.one_of(st.just(float("nan")), st.integers(0, 60).map(float))


@given(
    data=st.data(),
    values=st.lists(NUMBER, min_size=SIDE * SIDE, max_size=SIDE * SIDE),
    radius_m=st.integers(3, 70),
    at=st.tuples(st.integers(0, 120), st.integers(0, 120)),
)
def test_cells_are_those_of_a_raster_mask_and_of_every_cell_one_by_one(data, values, radius_m, at):
    zone = shapely.Point(at[0] + 0.123, at[1] + 0.321).buffer(radius_m)
    limit = data.draw(st.integers(0, 60))
    grid = np.array(values)
    found = zonal_statistics(grid, middles(), zones(zone), limits=[limit]).iloc[0]
    transform = from_origin(0, SIDE * CELL_M, CELL_M, CELL_M)
    inside = geometry_mask([zone], (SIDE, SIDE), transform, invert=True).ravel()
    one_by_one = [zone.covers(shapely.Point(xy)) for xy in middles()]
    assert inside.tolist() == one_by_one
    own = grid[inside]
    reached = own[~np.isnan(own)]
    assert found["cells"] == len(own)
    if len(own):
        assert found["reached_share"] == pytest.approx(len(reached) / len(own))
        assert found[f"within_{limit}_share"] == pytest.approx((reached <= limit).sum() / len(own))
    if len(reached):
        ranked = pd.Series(reached)
        expected = [ranked.min(), ranked.median(), ranked.mean(), ranked.max()]
        assert found[["min", "median", "mean", "max"]].tolist() == pytest.approx(expected)
        assert found["p90"] == pytest.approx(ranked.quantile(0.9))
