"""Official limits and routes of a catalog, on streets by hand and on the real study."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.pipeline.check import check_layers
from htkgis.pipeline.layers import load_streets
from htkgis.pipeline.official_lines import with_official_lines
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import step_key
from htkgis.study import read_study
from tests.conftest import EAST_M, NORTH_M

ROOT = Path(__file__).parents[2]
DATA = os.environ.get("HTKGIS_TEST_DATA")
CRS = "EPSG:25832"
STUDY = read_study(ROOT / "study.toml")
ALONG = {"within_m": 10, "least_share": 0.6, "source": "målt", "source_en": "measured"}


@pytest.fixture
def lines(tmp_path):
    """Write lines along the road by hand, and give their layer as a catalog has it."""

    def write(role, name, *, at_m=(0.0,), **values):
        shapes = [shapely.LineString([(0, y), (100, y)]) for y in at_m]
        moved = gpd.GeoSeries(shapes, crs=CRS).translate(EAST_M, NORTH_M)
        path = tmp_path / f"{name}.gpkg"
        gpd.GeoDataFrame(values, geometry=moved).to_file(path)
        columns = {"id": "fid"} | ({"limit_kph": "type"} if values else {})
        return {name: {"role": role, "path": path.name, "columns": columns, "along": ALONG}}

    return write


@pytest.fixture
def streets(shapes):
    """A road of 100 m, another 50 m beside it, and a path 5 m beside the first."""
    rows = [shapely.LineString([(0, y), (100, y)]) for y in (0, 50, 5)]
    return shapes(
        rows,
        id=["road", "other", "path"],
        length_m=[100.0, 100.0, 100.0],
        car=[True, True, False],
        bike=True,
        car_kph=[45.0, 45.0, np.nan],
    )


def test_streets_take_signed_limits_and_routes_and_the_km_are_counted(catalog, lines, streets):
    layers = catalog(
        **lines("speed_limits", "limits", type=[30.0]), **lines("cycle_routes", "routes")
    )
    found, reports, kilometres = with_official_lines(streets, layers, crs=CRS)
    assert found["car_kph"].fillna(-1).tolist() == [30, 45, -1]
    assert found["route"].tolist() == [True, False, True]
    assert kilometres == {"signed_limit_km": 0.1, "marked_route_km": 0.2}
    assert [report.notes for report in reports] == [
        ["0.1 km of streets took a signed limit"],
        ["0.2 km of streets for bikes lie on a marked route"],
    ]


def test_of_several_layers_of_limits_the_last_counts_and_streets_of_the_first_stay(
    catalog, lines, streets
):
    layers = catalog(
        **lines("speed_limits", "state", at_m=(0, 50), type=[30.0, 60.0]),
        **lines("speed_limits", "town", type=[40.0]),
    )
    found, _, kilometres = with_official_lines(streets, layers, crs=CRS)
    assert found["car_kph"].fillna(-1).tolist() == [40, 60, -1]
    assert found["limit_share"].tolist() == [1, 1, 0]
    assert kilometres == {"signed_limit_km": 0.2}


def test_without_official_layers_the_streets_stay_as_they_are(catalog, streets):
    found, reports, kilometres = with_official_lines(
        streets, catalog(streets={"path": "s.csv"}), crs=CRS
    )
    assert found is streets
    assert (reports, kilometres) == ([], {})


def embedded(catalog, **more):
    """The sketch's own layers of streets, with others beside them."""
    own = read_catalog(ROOT / "layers" / "catalog.toml")
    streets = {
        name: {
            key: value
            for key, value in own.layers[name].model_dump(exclude_defaults=True).items()
            if key != "path"
        }
        | {"path": str(own.file(name))}
        for name in ("streets", "street_nodes")
    }
    return catalog(**streets, **more)


def test_the_sketch_takes_official_limits_too(catalog, lines, tmp_path):
    plain = load_streets(embedded(catalog), STUDY)
    road = plain["streets"].loc[plain["streets"]["kind"] == "main street"].iloc[[0]]
    path = tmp_path / "limits.gpkg"
    gpd.GeoDataFrame({"type": [20.0]}, geometry=road.geometry.to_numpy(), crs=CRS).to_file(path)
    layer = {
        "path": path.name,
        "columns": {"id": "fid", "limit_kph": "type"},
        "along": ALONG,
        "role": "speed_limits",
    }
    # the municipality is not in this catalog, so that nothing is said of how near the layer lies
    loaded = load_streets(embedded(catalog, limits=layer), STUDY)
    changed = loaded["streets"]["car_kph"] != plain["streets"]["car_kph"]
    assert road.index[0] in set(loaded["streets"].index[changed & loaded["streets"]["car"]])
    assert loaded["street_report"]["signed_limit_km"] > 0
    assert [row["name"] for row in loaded["street_report"]["beside"]] == ["limits"]
    assert "signed_limit_km" not in plain["street_report"]


def loading_key(catalog, **sha):
    hashes = dict.fromkeys(catalog.layers, "") | sha
    (step,) = [s for s in profile_steps(STUDY, catalog, hashes, "da") if s.name == "load_streets"]
    return step_key(step, {}), set(step.files)


def test_streets_are_read_again_when_an_official_layer_or_how_it_is_joined_changes(catalog):
    def facts(**along):
        return {"path": "l.gpkg", "role": "speed_limits", "along": ALONG | along}

    street = {"path": "s.csv"}
    before, files = loading_key(catalog(streets=street, limits=facts()))
    assert files == {"streets", "limits"}
    assert loading_key(catalog(streets=street, limits=facts()))[0] == before
    assert loading_key(catalog(streets=street, limits=facts()), limits="other")[0] != before
    assert loading_key(catalog(streets=street, limits=facts(within_m=12)))[0] != before
    assert loading_key(catalog(streets=street))[0] != before


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
def test_the_real_limits_and_routes_reach_the_streets_and_the_report():
    report = check_layers(
        ROOT / "study.toml", ROOT / "layers" / "catalog-data.toml", data=Path(DATA), mode="car"
    )
    assert report.streets["signed_limit_km"] == pytest.approx(209.7, abs=0.1)
    assert report.streets["marked_route_km"] == pytest.approx(107.6, abs=0.1)
    notes = {row["name"]: row["notes"] for row in report.layers}
    assert notes["speed_limits"] == ["209.7 km of streets took a signed limit"]
    assert notes["cycle_routes"] == ["107.6 km of streets for bikes lie on a marked route"]
