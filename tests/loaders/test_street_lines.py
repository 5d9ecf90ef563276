"""Official limits and routes as files hold them: what is read, and what says nothing."""

import geopandas as gpd
import pytest
import shapely

from htkgis.errors import SchemaError
from htkgis.loaders.street_lines import read_cycle_routes, read_speed_limits
from tests.conftest import EAST_M, NORTH_M

CRS = "EPSG:25832"
ALONG = {"within_m": 10, "least_share": 0.6, "source": "målt", "source_en": "measured"}
LINE = shapely.LineString([(0, 0), (100, 0)])
PARTS = shapely.MultiLineString([LINE, shapely.LineString([(200, 0), (300, 0)])])


@pytest.fixture
def lines(tmp_path, catalog):
    """Write a layer of lines, and the catalog that names it in a role."""

    def write(role, *shapes, columns=None, **values):
        moved = gpd.GeoSeries(list(shapes), crs=CRS).translate(EAST_M, NORTH_M)
        path = tmp_path / f"{role}.gpkg"
        gpd.GeoDataFrame(values, geometry=moved).to_file(path)
        facts = {"path": path.name, "columns": {"id": "fid"} | (columns or {}), "along": ALONG}
        return catalog(**{role: facts})

    return write


def limits(catalog):
    table, report = read_speed_limits(catalog, "speed_limits", crs=CRS)
    return table["limit_kph"].fillna(-1).tolist(), report.notes


MAPPED = {"limit_kph": "type"}


@pytest.mark.parametrize("values", [[50.0, 80.0], [50, 80], ["50", "80,0"]])
def test_limits_are_numbers_however_they_are_written(lines, values):
    assert limits(lines("speed_limits", LINE, PARTS, columns=MAPPED, type=values)) == ([50, 80], [])


def test_a_line_without_a_limit_or_with_a_slip_says_nothing_and_is_noted(lines):
    shapes = [LINE] * 5
    read = lines("speed_limits", *shapes, columns=MAPPED, type=[5.0, 150.0, 4.9, 5000.0, None])
    assert limits(read) == (
        [5, 150, -1, -1, -1],
        [
            "1 lines with no limit say nothing of any street",
            "2 lines with a limit outside 5 to 150 km/h say nothing of any street",
        ],
    )


def test_a_limit_that_is_no_number_is_refused(lines):
    read = lines("speed_limits", LINE, columns=MAPPED, type=["halvtreds"])
    with pytest.raises(SchemaError, match=r"speed_limits .*column 'limit_kph'.*'halvtreds'"):
        limits(read)


def test_a_layer_of_limits_needs_its_column(lines):
    with pytest.raises(SchemaError, match=r"missing columns \['limit_kph'\]; mapped are \['id'"):
        limits(lines("speed_limits", LINE, type=[50]))


def test_areas_are_no_lines(lines):
    read = lines("cycle_routes", LINE.buffer(5))
    with pytest.raises(SchemaError, match="another geometry than lines"):
        read_cycle_routes(read, "cycle_routes", crs=CRS)


def test_routes_are_lines_with_ids(lines):
    table, report = read_cycle_routes(lines("cycle_routes", LINE, PARTS), "cycle_routes", crs=CRS)
    assert table["id"].tolist() == ["1", "2"]
    assert report.rows == 2
