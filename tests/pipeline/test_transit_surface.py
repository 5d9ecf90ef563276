"""Minutes by public transport to every cell: the same as a journey to its middle."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import Transformer

from htkgis.errors import ConfigError, NetworkError
from htkgis.pipeline.surfaces import write_surface
from htkgis.pipeline.transit_routes import find_transit_route
from htkgis.pipeline.transit_study import TransitMoment
from htkgis.pipeline.transit_surface import write_transit_surface

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "study.toml", ROOT / "layers" / "catalog.toml")
MOMENT = TransitMoment(window_min=10, percentile=0)
AREA = "taastrupgaard"
GATES = [f"{AREA}_{side}" for side in ("centre", "west", "north", "east", "south")]
TO_DEGREES = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True)


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def quickest(tmp_path_factory, cache):
    """The quickest of the departures from 7:00 to 7:10, in cells of 100 m."""
    out = tmp_path_factory.mktemp("surface") / "quickest.tif"
    report = write_transit_surface(
        *FILES, AREA, out, moment=MOMENT, max_min=40, cell_m=100, cache=cache
    )
    return report, out


def test_a_cell_holds_the_time_of_the_journey_to_its_middle(quickest, cache):
    report, out = quickest
    with rasterio.open(out) as raster:
        values, transform = raster.read(1), raster.transform
    rows, columns = np.nonzero((values > 12) & (values < 40))
    drawn = np.random.default_rng(3).choice(len(rows), 4, replace=False)
    for row, column in zip(rows[drawn], columns[drawn], strict=True):
        x, y = transform * (column + 0.5, row + 0.5)
        lon, lat = TO_DEGREES.transform(x, y)
        journeys = [
            find_transit_route(
                *FILES, gate, f"{lat:.9f},{lon:.9f}", moment=MOMENT, cache=cache
            ).time_min
            for gate in GATES
        ]
        assert values[row, column] == pytest.approx(min(journeys), abs=0.02)
    assert report.origins == len(GATES)


def test_no_cell_is_slower_than_walking_there(quickest, cache, tmp_path):
    _, out = quickest
    write_surface(*FILES, AREA, tmp_path / "walk.tif", cell_m=100, max_min=40, cache=cache)
    with rasterio.open(out) as ridden, rasterio.open(tmp_path / "walk.tif") as walked:
        both, on_foot = ridden.read(1), walked.read(1)
        checked = 0
        for row, column in zip(*np.nonzero(on_foot >= 0), strict=True):
            at = ridden.index(*walked.xy(row, column))
            # the grid by public transport ends with the streets
            if 0 <= at[0] < both.shape[0] and 0 <= at[1] < both.shape[1] and both[at] >= 0:
                assert both[at] <= on_foot[row, column] + 1e-4
                checked += 1
    assert checked > 100


def test_a_raster_says_what_it_is_made_of(quickest):
    _, out = quickest
    with rasterio.open(out) as raster:
        tags = raster.tags()
        assert raster.crs.to_epsg() == 25832
        assert raster.nodata == -9999
    assert tags["mode"] == "transit"
    assert tags["timetable"] == "transit_lines"
    assert "Rejseplanen" in tags["TIFFTAG_COPYRIGHT"]
    assert "07:00-07:10, 2026-11-24" in tags["TIFFTAG_IMAGEDESCRIPTION"]
    assert tags["note"] == "Skitsedata - ikke til sagsbehandling"


def test_the_same_input_gives_the_same_bytes(quickest, cache, tmp_path):
    report, _ = quickest
    again = write_transit_surface(
        *FILES,
        AREA,
        tmp_path / "again.tif",
        moment=MOMENT,
        max_min=40,
        cell_m=100,
        cache=cache,
    )
    assert again.sha256 == report.sha256


def test_an_area_that_is_none_is_refused(cache, tmp_path):
    with pytest.raises(ConfigError, match="the study shows no such area"):
        write_transit_surface(*FILES, "nowhere", tmp_path / "x.tif", cache=cache)


def test_a_place_out_of_time_is_refused(cache):
    with pytest.raises(NetworkError, match=r"no departure from .* makes it to"):
        find_transit_route(*FILES, "55.6,12.25", "koebenhavn_h", max_walk_min=0, cache=cache)
