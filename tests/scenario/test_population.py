"""Persons spread over addresses: cells, borders, conservation."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.scenario import persons_per_address

CRS = "EPSG:25832"
WORLD = shapely.box(-100, -100, 100, 100)


def cells(*rows):
    """Unit cells at (x, y) with their persons."""
    return gpd.GeoDataFrame(
        {"id": [f"c{x}_{y}" for x, y, _ in rows], "persons": [float(n) for *_, n in rows]},
        geometry=[shapely.box(x, y, x + 1, y + 1) for x, y, _ in rows],
        crs=CRS,
    )


def addresses(*positions):
    return gpd.GeoDataFrame(
        {"id": [f"a{number}" for number in range(len(positions))]},
        geometry=[shapely.Point(position) for position in positions],
        crs=CRS,
    )


def test_the_addresses_of_a_cell_share_its_persons():
    homes = addresses((0.1, 0.1), (0.9, 0.9), (1.5, 0.5))
    found = persons_per_address(homes, cells((0, 0, 30), (1, 0, 8)), inside=WORLD)
    assert found.to_dict() == {"a0": 15.0, "a1": 15.0, "a2": 8.0}


def test_of_a_cell_on_the_border_only_the_part_inside_counts():
    quarter = shapely.box(0, 0, 0.25, 1)
    found = persons_per_address(addresses((0.1, 0.5)), cells((0, 0, 100)), inside=quarter)
    assert found.tolist() == [25.0]


def test_an_address_outside_every_cell_has_nobody():
    found = persons_per_address(addresses((5, 5)), cells((0, 0, 10)), inside=WORLD)
    assert found.tolist() == [0.0]


def test_an_address_on_the_line_between_cells_counts_once():
    homes = addresses((1.0, 0.5), (0.5, 0.5))
    found = persons_per_address(homes, cells((0, 0, 10), (1, 0, 6)), inside=WORLD)
    assert found.tolist() == [5.0, 5.0]


@pytest.mark.parametrize(("homes", "grid"), [((), ((0, 0, 5),)), (((0.5, 0.5),), ())])
def test_without_addresses_or_cells_nobody_is_spread(homes, grid):
    found = persons_per_address(addresses(*homes), cells(*grid), inside=WORLD)
    assert found.tolist() == [0.0] * len(homes)


CELL = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 500))
POSITION = st.tuples(st.floats(0.01, 3.99), st.floats(0.01, 3.99))


@given(st.lists(CELL, max_size=8, unique_by=lambda row: row[:2]), st.lists(POSITION, max_size=12))
def test_the_persons_of_cells_with_addresses_are_all_spread(rows, positions):
    grid, homes = cells(*rows), addresses(*positions)
    found = persons_per_address(homes, grid, inside=WORLD)
    held = [bool(homes.intersects(cell).any()) for cell in grid.geometry]
    shared = {round(x) for x, _ in positions if x == round(x)}
    shared |= {round(y) for _, y in positions if y == round(y)}
    if not shared:
        assert found.sum() == pytest.approx(grid["persons"][np.array(held, dtype=bool)].sum())
    assert (found >= 0).all()
