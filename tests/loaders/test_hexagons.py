"""Outlines of hexagons from their H3 indexes: one cell, several joined, none, faults."""

import sys

import pandas as pd
import pytest

from htkgis.errors import MissingDependencyError, SchemaError
from htkgis.loaders.housing import read_addresses, read_areas
from htkgis.loaders.population import read_population

pytest.importorskip("h3", reason="needs the package h3: pip install 'htkgis[hexagons]'")

from htkgis.loaders.hexagons import shapes_from_h3

UTM22S = "EPSG:31982"
CELL, NEXT = "89a901288dbffff", "89a901288cbffff"
"""A cell of the middle of Porto Alegre, and a neighbour of it."""
FAR = "891f1d48077ffff"


def shapes_of(*cells):
    table = pd.DataFrame({"cells": list(cells)})
    return shapes_from_h3(table, "cells", where="hexagons").geometry


def test_a_cell_lies_south_and_west_of_zero_where_its_index_says():
    west, south, east, north = shapes_of(CELL).total_bounds
    assert -51.24 < west < east < -51.22
    assert -30.04 < south < north < -30.03


def test_neighbours_join_into_one_polygon_as_large_as_both():
    one, other, both = shapes_of(CELL, NEXT, f"{NEXT}  {CELL}").to_crs(UTM22S)
    assert both.geom_type == "Polygon"
    assert both.area == pytest.approx(one.area + other.area, rel=1e-9)
    assert shapes_of(f"{CELL} {CELL}").iloc[0].equals(shapes_of(CELL).iloc[0])


def test_cells_that_do_not_touch_are_a_multipolygon():
    assert shapes_of(f"{CELL} {FAR}").iloc[0].geom_type == "MultiPolygon"


@pytest.mark.parametrize("nothing", [None, "", float("nan")])
def test_a_row_without_cells_has_no_geometry(nothing):
    assert shapes_of(CELL, nothing).isna().tolist() == [False, True]


def test_what_is_no_index_is_named_with_its_row():
    with pytest.raises(SchemaError, match=r"hexagons: 2 values of 'cells' are no H3 indexes: "):
        shapes_of(CELL, "Mercado", f"{CELL} 89a9")
    with pytest.raises(SchemaError, match=r"'Mercado' in row 3"):
        shapes_of(CELL, "Mercado")


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(SchemaError, match=r"Correct geometry\.h3 in the catalog"):
        shapes_from_h3(pd.DataFrame({"id": [CELL]}), "h3", where="hexagons")


def test_without_the_package_the_message_holds_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "h3", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "htkgis\[hexagons\]"'):
        shapes_of(CELL)


@pytest.fixture
def hexagons(catalog, tmp_path):
    """Write an area of two cells, and the cells of a grid; return the catalog."""
    (tmp_path / "areas.csv").write_text(f"id,name,cells\na,A,{CELL} {NEXT}\n", "utf-8")
    rows = f"{CELL},100\n{NEXT},\n{FAR},7\n"
    (tmp_path / "grid.csv").write_text(f"h3,people\n{rows}", "utf-8")
    grid = {"path": "grid.csv", "geometry": {"h3": "h3"}}
    return catalog(
        housing_areas={
            "path": "areas.csv",
            "columns": {"id": "id", "name": "name"},
            "geometry": {"h3": "cells"},
        },
        addresses=grid | {"each": "cell", "columns": {"id": "h3"}, "rows": {"id": [CELL, NEXT]}},
        population=grid
        | {"columns": {"id": "h3", "persons": "people"}, "rows": {"id": [CELL, NEXT]}},
    )


def test_cells_of_an_area_are_its_origins_each_from_its_middle(hexagons):
    areas, _ = read_areas(hexagons, "housing_areas", None, crs=UTM22S)
    origins, report = read_addresses(hexagons, "addresses", areas, crs=UTM22S)
    assert origins["id"].tolist() == [NEXT, CELL]
    assert set(origins["kind"]) == {"cell"}
    assert report.mended["cells made a point in their middle"] == 2
    middle = shapes_of(CELL).to_crs(UTM22S).centroid.iloc[0]
    assert origins.geometry.iloc[1].distance(middle) < 0.01


def test_a_cell_without_a_number_of_people_counts_none(hexagons):
    cells, report = read_population(hexagons, "population", crs=UTM22S, within=None)
    assert cells["persons"].tolist() == [100, 0]
    assert report.notes == ["1 cells without a number count as 0"]
