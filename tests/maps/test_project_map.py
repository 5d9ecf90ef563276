"""The map of a project: every class has a sign of its own, and many addresses become squares."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from htkgis.maps import load_text
from htkgis.maps.project_map import MOST_POINTS, ProjectLayers, change_look, project_map

BREAKS = (1.0, 5.0, 10.0)
CRS = "EPSG:25832"


def layers(minutes, *edits, apart_m=10.0):
    """Points in a row, ``apart_m`` from each other, below an area."""
    areas = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(0, 0, 500, 300)], crs=CRS)
    return ProjectLayers(
        areas=areas,
        streets=gpd.GeoDataFrame(
            {"kind": ["primary"]}, geometry=[shapely.LineString([(0, -50), (900, -50)])], crs=CRS
        ),
        edits=gpd.GeoDataFrame(
            {"drawn": [one for one, _ in edits], "name": ["New <place>"] * len(edits)},
            geometry=[shape for _, shape in edits],
            crs=CRS,
        ),
        points=gpd.GeoDataFrame(
            {"minutes": minutes},
            geometry=[shapely.Point(apart_m * n, 5) for n in range(len(minutes))],
            crs=CRS,
        ),
        area=areas,
        breaks_min=BREAKS,
    )


def drawn(own):
    return project_map(own, key="k", project="P", text=load_text("en"))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_class_begins_with_its_own_minutes(sign):
    fills = [change_look(sign * minutes, BREAKS).fill for minutes in (1, 4.9, 5, 9.9, 10, 90)]
    assert fills[0] == fills[1] != fills[2] == fills[3] != fills[4] == fills[5]
    assert change_look(sign * 0.9, BREAKS).shape == "circle"


def test_the_legend_names_what_is_on_the_map_and_nothing_else():
    point, line = shapely.Point(100, 100), shapely.LineString([(0, 0), (200, 100)])
    drawing, legend, in_cells = drawn(layers([7.0, -12.0, 0.0], ("place", point), ("shut", line)))
    assert [words for _, words in legend] == [
        "5-10 min shorter", "10 min or more longer", "changed by less than 1 min",
        "street that is closed", "new or moved place",
    ]  # fmt: skip
    assert not in_cells
    assert "1 points get a shorter way and 1 a longer one" in drawing
    assert "New &lt;place&gt;" in drawing


def test_many_addresses_become_squares_of_their_middle_minutes():
    count = MOST_POINTS + 100
    minutes = np.where(np.arange(count) % 10 < 6, 6.0, 40.0)
    drawing, legend, in_cells = drawn(layers(minutes))
    assert in_cells
    # ten points of 10 m in each square of 100 m, six of them six minutes
    assert [words for _, words in legend] == ["5-10 min shorter"]
    assert drawing.count("<polygon") == count / 10


def test_where_nothing_changes_the_area_is_drawn():
    drawing, legend, _ = drawn(layers([0.0]))
    assert "0 points get a shorter way" in drawing
    assert [words for _, words in legend] == ["changed by less than 1 min"]
