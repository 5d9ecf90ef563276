"""Jobs spread over buildings on business land: conservation, densities, cells, borders."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.scenario import spread_jobs

CRS = "EPSG:25832"
TOWN = shapely.box(0, 0, 10_000, 10_000)
DENSITY = {"industrial": 1.0, "commercial": 4.0}


def halls(*rows):
    """Square buildings at (x, y) with a side in metres."""
    return gpd.GeoDataFrame(
        {"id": [f"b{number}" for number in range(len(rows))]},
        geometry=[shapely.box(x, y, x + side, y + side) for x, y, side in rows],
        crs=CRS,
    )


def land(*rows):
    return gpd.GeoDataFrame(
        {"kind": [kind for kind, *_ in rows]},
        geometry=[shapely.box(*bounds) for _, *bounds in rows],
        crs=CRS,
    )


INDUSTRY = land(("industrial", 0, 0, 5000, 5000))


def spread(buildings, land_use, total=100, cell_m=1, inside=TOWN):
    return spread_jobs(
        buildings, land_use, total=total, jobs_per_100_m2=DENSITY, cell_m=cell_m, inside=inside
    )


def test_twice_the_ground_area_holds_twice_the_jobs():
    found = spread(halls((100, 100, 10), (300, 100, 20)), INDUSTRY)
    assert sorted(found["opportunities"]) == [20.0, 80.0]


def test_offices_hold_more_jobs_than_halls_of_their_size():
    both = land(("industrial", 0, 0, 200, 200), ("commercial", 200, 0, 400, 200))
    found = spread(halls((50, 50, 10), (250, 50, 10)), both).set_index("kind")
    assert found["opportunities"].to_dict() == {"industrial": 20.0, "commercial": 80.0}


def test_homes_and_buildings_beyond_the_border_hold_none():
    known = land(("industrial", 0, 0, 200, 200), ("residential", 200, 0, 400, 200))
    found = spread(
        halls((50, 50, 10), (250, 50, 10), (150, 150, 10)),
        known,
        inside=shapely.box(0, 0, 400, 100),
    )
    assert found["opportunities"].tolist() == [100.0]
    assert found.geometry.iloc[0].equals(shapely.Point(55, 55))


def test_buildings_of_a_cell_are_one_place_at_their_middle_by_jobs():
    (place,) = spread(halls((0, 0, 10), (40, 0, 10)), INDUSTRY, cell_m=250).itertuples()
    assert (place.opportunities, place.geometry.x, place.geometry.y) == (100, 25, 5)


def test_of_overlapping_land_the_first_holds_the_building():
    both = land(("commercial", 0, 0, 100, 100), ("industrial", 0, 0, 100, 100))
    assert spread(halls((5, 5, 10)), both)["kind"].tolist() == ["commercial"]


def test_no_building_on_business_land_is_a_named_error():
    with pytest.raises(SchemaError, match=r"none of 1 buildings.*'industrial', 'commercial'"):
        spread(halls((6000, 6000, 10)), INDUSTRY)


ROWS = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 4000), st.integers(1, 50)),
    min_size=1,
    max_size=12,
)


@given(ROWS, st.integers(1, 50_000), st.sampled_from([1, 100, 250, 5000]))
def test_no_job_is_lost_or_made_whatever_the_cells(rows, total, cell_m):
    found = spread(halls(*rows), INDUSTRY, total=total, cell_m=cell_m)
    assert found["opportunities"].sum() == pytest.approx(total)
    assert found["id"].is_unique
    assert (found["opportunities"] > 0).all()


@given(ROWS)
def test_the_order_of_the_buildings_does_not_matter(rows):
    one, other = (spread(halls(*order), INDUSTRY, cell_m=250) for order in (rows, rows[::-1]))
    assert one["id"].tolist() == other["id"].tolist()
    assert one["opportunities"].tolist() == pytest.approx(other["opportunities"].tolist())
