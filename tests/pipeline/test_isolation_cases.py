"""Isolation in the cases: speeds as limits or as graphs, points that stay, which steps."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.network import build_graph, graph_arrays
from htkgis.pipeline.isolation_cases import Around, measure_closure_cases, measure_detour_cases
from htkgis.pipeline.isolation_through import through_ratios
from htkgis.pipeline.part_case_steps import part_case_steps, waits
from htkgis.robustness_rules import Case
from htkgis.store.values import Arrays
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
STEP_M = 150
SIDE = 14
SOURCED = {"source": "skøn", "source_en": "estimate"}
CRS = "EPSG:25832"
AREA = shapely.box(875, 875, 1075, 1075)


def streets():
    """Draw a square grid with its junctions named by column and row."""
    spots = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    ends = [
        (spot, other)
        for spot in spots
        for other in ((spot[0] + 1, spot[1]), (spot[0], spot[1] + 1))
        if max(other) < SIDE
    ]
    return gpd.GeoDataFrame(
        {
            "id": [f"s{n}" for n in range(len(ends))],
            "from_node": [f"{x}-{y}" for (x, y), _ in ends],
            "to_node": [f"{x}-{y}" for _, (x, y) in ends],
            "length_m": float(STEP_M),
            "oneway": False,
            "walk": True,
        },
        geometry=[shapely.LineString([(x * STEP_M, y * STEP_M) for x, y in pair]) for pair in ends],
        crs=CRS,
    )


def points(*xy, **columns):
    table = {"id": [f"p{n}" for n in range(len(xy))]} | columns
    return gpd.GeoDataFrame(table, geometry=[shapely.Point(spot) for spot in xy], crs=CRS)


def graph_at(speed_kph):
    return Arrays(graph_arrays(build_graph(streets(), mode="walk", speed_kph=speed_kph)))


@pytest.fixture(scope="module")
def study():
    own = read_study(ROOT / "study.toml")
    cases = {
        "slow": Case.model_validate({"speed": {"value": 3.6, "unit": "km/h", **SOURCED}}),
        "near": Case.model_validate({"max_snap": {"value": 200, "unit": "m", **SOURCED}}),
        "wide": Case.model_validate({"entrance_tolerance": {"value": 9, "unit": "m", **SOURCED}}),
    }
    robustness = own.robustness.model_copy(update={"cases": cases})
    return own.model_copy(update={"robustness": robustness})


AREAS = gpd.GeoDataFrame({"id": ["a"]}, geometry=[AREA], crs=CRS)
ORIGINS = points((900, 960), (940, 900), area_id="a")  # 0 and 10 m off the street
BARRIERS = gpd.GeoDataFrame({"id": [], "kind": []}, geometry=[], crs=CRS)
MEASURED = {
    "area_id": "a", "reached_share": 0.9, "through": {"missing": None, "ratio": 1.0},
    "directness": {"median": 1.3, "directions": [{"direction": "n", "ratio": 1.2}]},
    "barriers": {"rows": [{"saved_min": 0.4, "lower_bound": False}]},
}  # fmt: skip


def closure_cases(study, *graphs, cases=("slow",), waits=False):
    found = measure_closure_cases(
        graph_at(4.5), AREAS, ORIGINS, BARRIERS, [MEASURED], {}, *graphs,
        study=study, mode="walk", cases=cases, with_graph=["slow"] if graphs else [], waits=waits,
    )  # fmt: skip
    return {
        (row["indicator"], row.get("direction"), row["case"]): row["value"]
        for row in found["walk_closure_cases"]
    }


def test_another_speed_may_be_another_limit_or_another_graph(study):
    scaled, searched = closure_cases(study), closure_cases(study, graph_at(3.6))
    assert scaled == pytest.approx(searched)
    assert 0 < scaled["reached_surroundings", None, "slow"] < 0.9
    around = Around(build_graph(streets(), mode="walk", speed_kph=4.5), AREA, ORIGINS, None, study,
                    "walk")  # fmt: skip
    assert (
        scaled["through_movement", None, "slow"] == through_ratios([(around, 15 * 0.8)], {})[0][0]
    )


def test_a_slower_trip_waits_as_many_times_as_long_at_a_barrier_and_is_left_out_where_it_climbs(
    study,
):
    assert closure_cases(study)["barrier_cost", None, "slow"] == pytest.approx(0.5)  # 0.4 / 0.8
    assert ("barrier_cost", None, "slow") not in closure_cases(study, waits=True)


def test_what_no_snapping_moves_is_what_was_measured(study):
    found = closure_cases(study, cases=("near",))
    assert found == {
        ("directness", None, "near"): 1.3,
        ("reached_surroundings", None, "near"): 0.9,
        ("directness_direction", "n", "near"): 1.2,
    }


def test_only_functions_with_a_point_that_moves_are_searched_again(study):
    places = points((1800, 300), (300, 1800), function=["school", "green"])
    door = points((1800, 300), place_id="p0")
    moved = points((1650, 300), place_id="p0")
    known = [{"function": name, "median": 9.0} for name in ("school", "green")]
    found = measure_detour_cases(
        graph_at(4.5), AREAS, ORIGINS, BARRIERS, places, door,
        [{"area_id": "a", "functions": known}], moved,
        study=study, mode="walk", cases=["near", "wide"], with_table=["wide"],
    )["walk_detour_cases"]  # fmt: skip
    values = {(row["function"], row["case"]): row["value"] for row in found}
    assert values["school", "near"] == values["green", "near"] == values["green", "wide"] == 9.0
    assert 1.0 < values["school", "wide"] < 1.5


def test_each_mode_with_limits_is_tried_with_its_own_speeds_and_functions_with_their_entrances():
    study = read_study(ROOT / "study.toml")
    steps = {
        step.name: step
        for step in part_case_steps(study, read_catalog(ROOT / "layers" / "catalog.toml"))
    }
    assert steps["isolation_cases"].inputs == (
        "walk_closure_cases", "walk_detour_cases", "bike_closure_cases", "bike_detour_cases"
    )  # fmt: skip
    graphs = [name for name in steps["bike_closure_cases"].inputs if name.startswith("case_")]
    assert graphs == ["case_bike_calm_bike_graph", "case_bike_brisk_bike_graph"]
    assert not [name for name in steps["walk_closure_cases"].inputs if name.startswith("case_")]
    assert "case_entrance_wide_entrances" in steps["bike_detour_cases"].inputs
    assert not waits(study, "walk")
    none = {step.name: step for step in part_case_steps(
        study.model_copy(update={"isolation": None}), read_catalog(ROOT / "layers" / "catalog.toml")
    )}["isolation_cases"]  # fmt: skip
    assert none.run() == {"isolation_cases": []}
