"""Points set on the streets once: as each search would, and again only where a case moves any."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.network import snap
from htkgis.network.storage import graph_from_arrays
from htkgis.pipeline.entrances import snap_places
from htkgis.pipeline.modes import build_mode_graph, snapping
from htkgis.pipeline.planning_rules import distance_graph
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.robustness_steps import case_study
from htkgis.pipeline.snap_steps import (
    all_streets,
    case_snap_step,
    snap_steps,
    stop_snap_step,
    streets_of,
    streets_of_distances,
)
from htkgis.pipeline.snapped import in_order, of_places, on_streets, same_positions
from htkgis.quantities import WalkCosts
from htkgis.study import read_study
from tests.network.towns import streets

ROOT = Path(__file__).parents[2]
STUDY = read_study(ROOT / "study.toml")
CATALOG = read_catalog(ROOT / "layers" / "catalog.toml")
CASES = STUDY.robustness.cases
LENSES = ("adult", "child", "older", "wheelchair")
CRS = "EPSG:25832"


def at(*spots, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapely.points(np.reshape(spots, (-1, 2))), crs=CRS)


def without_stairs(study):
    """A study whose adults use no stairs; older people do."""
    costs = WalkCosts(stairs=study.modes.walk.lenses["wheelchair"].stairs)
    walk = study.modes.walk.model_copy(update={"costs": costs})
    return study.model_copy(update={"modes": study.modes.model_copy(update={"walk": walk})})


def ways():
    """A long street, and stairs beside it that lead on to another one."""
    table = streets(
        [("a", "b", 3000, 0), ("b", "c", 3000, 0), ("a", "s", 500, 0), ("s", "t", 3000, 0)],
        {"a": (0, 0), "b": (3000, 0), "c": (6000, 0), "s": (0, 500), "t": (3000, 500)},
        modes=("walk", "bike", "car"),
    )
    kinds = ["residential", "residential", "steps", "residential"]
    return table.assign(kind=kinds, oneway_bike=False, car_kph=50.0)


@pytest.fixture(scope="module")
def town():
    """Two streets, a railway between them, and points before and behind it."""
    table = ways()
    places = at(
        (500, 20), (1500, 250), (2500, -30), (4000, 40), (700, 950),
        id=["school", "station", "works", "park", "mast"], name="", layer="",
        function=["school", "station", "business area", "green", "green"],
    )  # fmt: skip
    doors = at((4100, 5), (4900, 260), (2600, -4))
    tables = {
        "origins": at((100, 10), (2000, 290), (2000, 480), id=list("opq")),
        "homes": at((100, 10), (2200, 450), (2300, 5000), id=list("xyz")),
        "counted_places": places,
        "counted_functions": places[places["id"] != "works"].reset_index(drop=True),
        "entrances": doors.assign(place_id=["park", "park", "works"]),
        "barriers": gpd.GeoDataFrame(
            {"kind": ["rail"]}, geometry=[shapely.LineString([(-100, 240), (7000, 240)])], crs=CRS
        ),
        "stops": at((1500, 250), (2500, 300), id=["B", "S"], function=["station", "stop"]),
        "stations": at((1500, 250), id=["B"], function=["station"]),
    }
    for mode in STUDY.modes.names:
        tables |= build_mode_graph(table, study=STUDY, mode=mode)
    for lens in STUDY.profile.lenses:
        tables |= build_mode_graph(table, study=STUDY, mode="walk", lens=lens)
    tables |= distance_graph(table, study=STUDY)
    for each in all_streets(STUDY):
        for step in snap_steps(each, STUDY):
            tables |= ran(step, tables)
    return tables


def ran(step, tables):
    return step.run(*(tables[name] for name in step.inputs))


def snapped(town, study, mode, kind, entrances="entrances"):
    """What a search that sets its own points on the streets finds."""
    rules = snapping(study, mode) | {"barriers": town["barriers"]}
    graph = graph_from_arrays(town[f"{mode}_graph"])
    if kind in {"origins", "homes"}:
        return snap(graph, town[kind], **rules)
    jobs = town["counted_places"]["id"].eq("works")
    places = town["counted_places"][jobs if kind == "jobs" else ~jobs]
    return snap_places(graph, places, town[entrances], **rules)


def read(town, mode, kind, arrays):
    points = town[kind] if kind in {"origins", "homes"} else None
    return on_streets(graph_from_arrays(town[f"{mode}_graph"]), arrays, points)


@pytest.mark.parametrize("kind", ["origins", "functions", "jobs", "homes"])
@pytest.mark.parametrize("mode", STUDY.modes.names)
def test_points_lie_where_each_search_would_set_them(town, mode, kind):
    found = read(town, mode, kind, town[f"{mode}_at_{kind}"])
    expected = snapped(town, STUDY, mode, kind)
    for name, values in vars(expected).items():
        np.testing.assert_array_equal(getattr(found, name), values, err_msg=name)


@pytest.mark.parametrize("mode", STUDY.modes.names)
@pytest.mark.parametrize("name", ["snap_near", "snap_far", "entrance_wide", "entrance_strict"])
def test_a_case_tells_of_the_points_that_it_moves_and_of_no_others(town, mode, name):
    case, study = CASES[name], case_study(STUDY, CASES[name])
    doors = f"case_{name}_entrances"
    wide = name == "entrance_wide"
    moved = town["entrances"].assign(geometry=shapely.points([(4300, 5), (4900, 260), (2600, -4)]))
    there = town | {doors: moved if wide else town["entrances"]}
    found = ran(case_snap_step(name, case, STUDY, study), there)
    told = {}
    for kind in ("origins", "functions", "jobs", "homes"):
        output = f"case_{name}_{mode}_at_{kind}"
        if output not in found:
            assert case.entrance_tolerance is not None, kind
            continue
        own_doors = doors if case.entrance_tolerance is not None else "entrances"
        expected = snapped(there, study, mode, kind, own_doors)
        before = snapped(town, STUDY, mode, kind)
        told[kind] = found[output] is not None
        assert told[kind] != same_positions(expected, before), kind
        if told[kind]:
            after = read(town, mode, kind, found[output])
            for field, values in vars(expected).items():
                np.testing.assert_array_equal(getattr(after, field), values, err_msg=field)
    moving = {
        "snap_near": {"origins": True, "functions": True, "jobs": False, "homes": False},
        "snap_far": {"origins": False, "functions": True, "jobs": False, "homes": False},
        "entrance_wide": {"functions": True, "jobs": False},
        "entrance_strict": {"functions": False, "jobs": False},
    }
    if mode == "walk":
        assert told == moving[name]


def test_a_case_tells_of_a_door_that_moves_less_than_a_step_of_its_own_graph(town):
    """Six centimetres: no tenth of a second for adults, and one for who counts metres."""
    name = "entrance_wide"
    nudged = town["entrances"].assign(
        geometry=shapely.points([(4100.06, 5), (4900, 260), (2600, -4)])
    )
    there = town | {f"case_{name}_entrances": nudged}
    places = town["counted_functions"]
    before, after = (
        [
            snap_places(
                graph_from_arrays(town[graph]), places, doors,
                barriers=town["barriers"], **snapping(STUDY),
            )
            for graph in ("walk_graph", "distance_graph")
        ]
        for doors in (town["entrances"], nudged)
    )  # fmt: skip
    seen = [same_positions(one, other) for one, other in zip(before, after, strict=True)]
    assert seen == [True, False]
    case = CASES[name]
    found = ran(case_snap_step(name, case, STUDY, case_study(STUDY, case)), there)
    assert found[f"case_{name}_walk_at_functions"] is not None
    assert found[f"case_{name}_walk_at_jobs"] is None


def test_entrances_are_taken_by_place_and_put_in_the_order_of_places(town):
    graph = graph_from_arrays(town["walk_graph"])
    functions, jobs = (on_streets(graph, town[f"walk_at_{kind}"]) for kind in ("functions", "jobs"))
    ids = town["counted_places"]["id"]
    rules = snapping(STUDY, "walk") | {"barriers": town["barriers"]}
    expected = snap_places(graph, town["counted_places"], town["entrances"], **rules)
    found = in_order(ids, functions, jobs)
    assert found.ids.tolist() == ["school", "station", "works", "park", "park", "mast"]
    np.testing.assert_array_equal(found.point_xy, expected.point_xy)
    some = of_places(functions, ["park", "school", "works"])
    assert some.ids.tolist() == ["school", "park", "park"]
    assert in_order(["park", "school"], functions, jobs).ids.tolist() == ["park", "park", "school"]


def test_no_railway_keeps_a_station_off_the_streets_and_it_does_a_stop(town):
    found = ran(stop_snap_step(STUDY), town)
    graph = graph_from_arrays(town["walk_graph"])
    stops, stations = (
        on_streets(graph, found[f"walk_at_{kind}"], town[kind]) for kind in ("stops", "stations")
    )
    assert stations.edge.tolist() == stops.edge[:1].tolist()
    assert graph.edge_ids[stops.edge].tolist() == ["s000", "s003"]


@pytest.mark.parametrize(
    ("study", "apart"),
    [(STUDY, {"wheelchair"}), (without_stairs(STUDY), {"older", "distance"})],
    ids=["stairs", "no stairs"],
)
def test_who_may_use_the_same_ways_is_on_the_same_streets(study, apart):
    table, own = ways(), streets_of(study, "walk")
    named = {lens: streets_of(study, "walk", lens) for lens in LENSES}
    built = {
        lens: next(iter(build_mode_graph(table, study=study, mode="walk", lens=lens).values()))
        for lens in LENSES
    }
    named["distance"] = streets_of_distances(study)
    built["distance"] = distance_graph(table, study=study)["distance_graph"]
    for who, arrays in built.items():
        alike = np.array_equal(arrays["edge_ids"], built["adult"]["edge_ids"])
        assert (named[who] == own) == alike == (who not in apart)
    assert {each.name for each in all_streets(study)} >= {each.name for each in named.values()}


SEARCHING = (
    "travel_times", "access", "isochrones", "resident_times", "job_times", "figures", "walks",
    "nearest_cases", "job_time_cases", "rule_distances", "rule_ways", "rule_levels", "departures",
    "region",
)  # fmt: skip
"""How the names of steps end that search from points on the streets, or for them."""


def test_no_step_that_searches_takes_barriers():
    steps = profile_steps(STUDY, CATALOG, dict.fromkeys(CATALOG.layers, "0" * 64), "da")
    named = {step.name: step for step in steps}
    searching = [name for name in named if name.endswith(SEARCHING)]
    assert {end for end in SEARCHING if any(name.endswith(end) for name in searching)} == {
        *SEARCHING
    }
    # the explorer starts from homes of areas alone, and leads to places far around them
    own_points = {"explorer_walks"}
    assert {name for name in searching if "barriers" in named[name].inputs} == own_points
    assert "barriers" in named["walk_home_snaps"].inputs
