"""Isolation of the study: barriers by name, points around, and what a sketch leaves missing."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.pipeline.explain_any import explain
from htkgis.pipeline.isolation_barriers import grid_points, named_barriers
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.question import Question
from htkgis.pipeline.steps import run_steps
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
PATHS = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"
ZONE = shapely.box(0, 0, 1000, 1000)


def line(*xy):
    return shapely.LineString(xy)


def streets(*rows):
    """Give rows of name, kind, whether one may walk there, bridge, line."""
    columns = ("name", "kind", "walk", "bridge")
    table = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    return gpd.GeoDataFrame(
        table | {"tunnel": False}, geometry=[row[4] for row in rows], crs="EPSG:25832"
    )


def barriers(*rows):
    return gpd.GeoDataFrame(
        {"id": [f"b{n}" for n in range(len(rows))], "kind": [kind for kind, _ in rows]},
        geometry=[shape for _, shape in rows],
        crs="EPSG:25832",
    )


MOTORWAY = line((0, 500), (900, 500))
STREETS = streets(
    ("Vestvejen", "motorway", False, False, MOTORWAY),
    ("Byvej", "primary", True, False, line((0, 100), (2000, 100))),
    ("Byvej", "primary", True, True, line((0, 120), (900, 120))),
    ("Stien", "path", True, False, line((0, 300), (900, 300))),
)


def test_a_barrier_takes_the_name_of_its_street_and_ramps_that_of_their_motorway():
    table = barriers(
        ("motorway", MOTORWAY),
        ("motorway", line((800, 510), (900, 600))),
        ("railway", line((0, 700), (900, 700))),
    )
    found = named_barriers(table, STREETS, ZONE, ("primary",))
    assert sorted(found["barrier"]) == [
        "motorway:Vestvejen",
        "motorway:Vestvejen",
        "railway:",
        "road:Byvej",
    ]


def test_barriers_end_with_the_zone_and_bridges_and_small_streets_are_none():
    found = named_barriers(barriers(), STREETS, ZONE, ("primary",))
    assert found["barrier"].tolist() == ["road:Byvej"]
    assert found.length.tolist() == [1000]
    assert named_barriers(barriers(), STREETS, ZONE, ()).empty


def test_points_of_a_grid_lie_inside_on_whole_multiples():
    found = grid_points(shapely.box(50, 50, 250, 250), 100, "EPSG:25832")
    assert sorted(map(tuple, shapely.get_coordinates(found.geometry.to_numpy()))) == [
        (100, 100),
        (100, 200),
        (200, 100),
        (200, 200),
    ]


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def results(cache):
    study, catalog = read_study(PATHS[0]), read_catalog(PATHS[1])
    steps = profile_steps(study, catalog, catalog.checked_hashes(), "da")
    return run_steps([step for step in steps if "pages" not in step.outputs], cache)


def test_a_sketch_bounds_its_ways_out_and_leaves_barriers_and_neighbours_missing(results):
    rows = results["isolation"]
    assert [row["mode"] for row in rows] == ["walk"] * 3 + ["bike"] * 3 + ["car"] * 3
    for row in rows:
        assert row["crossings"]["lower_bound"]
        assert row["crossings"]["per_km"] == pytest.approx(
            row["crossings"]["count"] / row["crossings"]["outline_m"] * 1000, rel=1e-3
        )
        if row["mode"] == "car":
            assert set(row) == {"area_id", "mode", "crossings"}
            continue
        assert row["barriers"] == {"missing": "no_layer"}
        assert row["neighbours"] == {"missing": "sketch"}
        assert row["through"] == {"missing": "sketch"}
        assert 0 < row["reached_share"] < 1
        assert row["directness"]["min"] >= 1
        assert {own["function"] for own in row["functions"]} >= {"station", "school"}


def test_a_figure_is_explained_by_its_row_its_decisions_and_its_layers(cache, results, tmp_path):
    found = explain(
        Question("crossings_per_km", "kulturkvarteret", mode="walk"), *PATHS, tmp_path, cache=cache
    )
    assert {"isolation.same_place", "isolation.closed.crossings"} <= {
        row["key"] for row in found.parameters
    }
    assert {"streets", "housing_areas"} <= {row["layer"] for row in found.layers}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "walk = 15, bike = 5 }",
            "walk = 15 }",
            "limits and isolation.longest name the same modes",
        ),
        (
            'neighbours = { value = 500, unit = "m"',
            'neighbours = { value = 0, unit = "m"',
            "isolation.neighbours is 0: above 0 is needed",
        ),
        (
            "walk = 60, bike = 30 }",
            "walk = 0, bike = 30 }",
            r"isolation\.longest\.value\.walk is 0",
        ),
    ],
)
def test_decisions_that_cannot_be_are_named(tmp_path, old, new, message):
    text = PATHS[0].read_text("utf-8")
    assert old in text
    path = tmp_path / "study.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError, match=message):
        read_study(path)
