"""Rows are taken from an earlier run where no way that decides them comes to what has changed."""

import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network import build_graph, graph_arrays
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.isolation import measure_closure
from htkgis.pipeline.isolation_around import Around, seen_part
from htkgis.pipeline.isolation_cases import measure_closure_cases
from htkgis.pipeline.isolation_kept import Looked, remembered_within
from htkgis.pipeline.isolation_neighbours import measure_neighbours
from htkgis.pipeline.modes import mode_of
from htkgis.store.values import Arrays
from htkgis.study import read_study

from .test_spared_areas import CATALOG, CRS, TRIED, points

SIDE, BLOCK_M = 13, 100.0
MIDDLE_M = BLOCK_M * (SIDE // 2)


def decided(model, **numbers):
    """The same decisions with other numbers."""
    of = {name: getattr(model, name).model_copy(update={"value": n}) for name, n in numbers.items()}
    return model.model_copy(update=of)


def small(study):
    """Decisions for a place so small that some of its streets matter to no way."""
    rules = decided(
        study.isolation,
        surroundings=120, neighbours=80, compared=1, barrier_width=10, crossing_reach=60,
        limits={"walk": 2.0, "bike": 1.0}, longest={"walk": 32.0, "bike": 12.0},
    )  # fmt: skip
    modes = {
        mode: decided(study.modes[mode], max_snap=40, min_part=250) for mode in ("walk", "bike")
    }
    cases = study.robustness.cases
    snaps = {
        name: decided(cases[name], max_snap=n) for name, n in (("snap_near", 20), ("snap_far", 80))
    }
    robust = study.robustness.model_copy(update={"cases": cases | snaps})
    return study.model_copy(
        update={
            "isolation": rules,
            "modes": study.modes.model_copy(update=modes),
            "robustness": robust,
        }
    )


STUDY = small(read_study(embedded_study() / "study.toml"))


def town(*, river=True):
    """Square blocks; only the last street crosses a river."""
    ends = [
        ((x, y), (x + dx, y + dy))
        for x in range(SIDE)
        for y in range(SIDE)
        for dx, dy in ((1, 0), (0, 1))
        if x + dx < SIDE and y + dy < SIDE
        if not river or (x, dx) != (SIDE // 2, 1) or y == SIDE - 1
    ]
    lines = [shapely.LineString([(BLOCK_M * x, BLOCK_M * y) for x, y in pair]) for pair in ends]
    return gpd.GeoDataFrame(
        {"id": [f"s{n:03}" for n in range(len(ends))], "from_node": [f"{a}" for a, _ in ends],
         "to_node": [f"{b}" for _, b in ends], "length_m": BLOCK_M, "oneway": False, "walk": True,
         "bike": True, "oneway_bike": False, "name": "Vej", "kind": "residential",
         "tunnel": False, "bridge": False},
        geometry=lines, crs=CRS,
    )  # fmt: skip


AREA = shapely.box(*[MIDDLE_M - 60] * 2, *[MIDDLE_M + 60] * 2)
AREAS = gpd.GeoDataFrame({"id": ["a"]}, geometry=[AREA], crs=CRS)
DOORS = points(["o0", "o1"], [(MIDDLE_M - 30, MIDDLE_M + 4), (MIDDLE_M + 9, MIDDLE_M)], area_id="a")
FENCE = gpd.GeoDataFrame(
    {"id": ["f"], "kind": "railway"},
    geometry=[shapely.LineString([(MIDDLE_M + 90, y) for y in (MIDDLE_M - 300, MIDDLE_M + 300)])],
    crs=CRS,
)
HOMES = points(["h0", "h1"], [(MIDDLE_M + 140, MIDDLE_M), (MIDDLE_M, MIDDLE_M - 150)])


def measured(streets, mode, earlier):
    """All three parts, each with what it kept, of a street network."""
    graph = Arrays(graph_arrays(build_graph(streets, mode=mode_of(STUDY, mode))))
    ground = [graph, AREAS, DOORS, FENCE]
    own = {"study": STUDY, "mode": mode, "earlier": earlier}
    found = measure_closure(*ground, streets, streets, catalog=CATALOG, sketch=False, **own)
    found |= measure_neighbours(*ground, HOMES, sketch=False, **own)
    known = found[f"{mode}_closure"], found[f"{mode}_closure_kept"]
    found |= measure_closure_cases(*ground, *known, **TRIED, **own)
    return json.loads(json.dumps(found))


def edited(streets, row, edit):
    if edit == "gone":
        return streets.drop(index=streets.index[row]).reset_index(drop=True)
    column, change = {
        "longer": ("length_m", lambda old: old + 30),
        "shorter": ("length_m", lambda old: old / 4),
        "one way": ("oneway_bike", lambda old: not old),
    }[edit]
    changed = streets[column].to_list()
    changed[row] = change(changed[row])
    return streets.assign(**{column: changed})


edits = st.tuples(
    st.integers(0, len(town()) - 9),  # a few may be gone before
    st.sampled_from(["gone", "longer", "shorter", "one way"]),
)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(["walk", "bike"]), st.lists(edits, min_size=1, max_size=3))
def test_whatever_becomes_of_streets_all_is_as_if_it_were_measured_anew(mode, history):
    streets = town()
    known = measured(streets, mode, None)
    for row, edit in history:
        streets = edited(streets, row, edit)
        known = measured(streets, mode, known)
        assert known == measured(streets, mode, None)


TOLD = {"told": 7}


def told(found, name):
    """What was kept, as if more had been found of each area."""
    return {
        name: {
            key: old | {"row": [TOLD, *old["row"]] if name.endswith(CASES) else old["row"] | TOLD}
            if isinstance(old, dict) and "row" in old
            else old
            for key, old in found[name].items()
        }
    }


CASES = "cases_kept"


@pytest.mark.parametrize("part", ["closure", "neighbours", "closure_cases"])
@pytest.mark.parametrize("mode", ["walk", "bike"])
def test_a_street_that_no_way_comes_to_is_not_looked_at_and_one_that_matters_is(mode, part):
    streets = town(river=False)
    earlier = told(measured(streets, mode, None), f"{mode}_{part}_kept")
    near = int(streets.distance(shapely.Point(MIDDLE_M, MIDDLE_M)).argmin())
    for street, spared in ((0, True), (near, False)):
        found = measured(edited(streets, street, "longer"), mode, earlier)
        assert ("told" in found[f"{mode}_{part}"][0]) is spared


def test_what_points_may_join_rests_on_what_hangs_on_their_streets_however_far_off():
    corners = [(0, 0), (400, 0), (800, 0), (800, 400), (0, 400), (0, 0)]
    digests = []
    for backward in (False, True):
        legs = [shapely.LineString(pair) for pair in [*pairwise(corners), ((800, 400), (800, 900))]]
        streets = gpd.GeoDataFrame(
            {"id": list("abcdef"), "from_node": list("123454"), "to_node": list("234516"),
             "length_m": [leg.length for leg in legs], "oneway": False, "walk": True, "bike": True,
             "oneway_bike": [True] * 5 + [False]}, geometry=legs, crs=CRS,
        )  # fmt: skip
        if backward:  # now nobody who left the first street comes back
            streets.loc[3, ["from_node", "to_node"]] = ["5", "4"]
            streets.loc[3, "geometry"] = legs[3].reverse()
        graph = build_graph(streets, mode=mode_of(STUDY, "bike"))
        around = Around(graph, shapely.box(-9, -9, 9, 9), DOORS, None, STUDY, "bike")
        digests.append(around.seen_within(shapely.box(100, -9, 300, 9), Looked()))
    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    "change",
    [
        {"length_m": [50.0, 100.0, 101.0]},
        {"oneway_bike": [False, True, False]},
        {"from_node": ["1", "3", "3"]},
        {"geometry": [shapely.LineString([(x, y), (x + 100, 0)]) for x, y in
                      ((0, 1), (100, 0), (200, 0))]},
    ],
)  # fmt: skip
def test_a_part_is_seen_by_all_but_names_and_by_nothing_beyond_it(change):
    lines = [shapely.LineString([(x, 0), (x + 100, 0)]) for x in (0, 100, 200)]
    streets = gpd.GeoDataFrame(
        {"id": list("abc"), "from_node": list("123"), "to_node": list("234"), "length_m": 100.0,
         "oneway": False, "oneway_bike": False, "walk": True, "bike": True},
        geometry=lines, crs=CRS,
    )  # fmt: skip

    def seen(table, *rows):
        graph = build_graph(table, mode=mode_of(STUDY, "bike"))
        return seen_part(graph, np.isin(np.arange(graph.edges), rows))

    changed = streets.assign(**change)
    assert seen(changed, 0, 1, 2) != seen(streets, 0, 1, 2) != seen(streets, 0, 1)
    assert seen(streets.assign(id=list("xyz")), 0, 1, 2) == seen(streets, 0, 1, 2)
    longer = streets.assign(length_m=[100.0, 100.0, 7.0])
    assert seen(longer, 0, 1) == seen(streets, 0, 1)


worlds = st.lists(st.integers(0, 3), min_size=1, max_size=8)


def summed(world):
    """Add numbers up to the first nothing; whatever stands behind it does not count."""
    end = world.index(0) if 0 in world else len(world)
    return sum(world[:end]), Looked(way_dm=end)


def rows_of(first, second, earlier):
    both = first, second

    def within(number, looked):
        return f"{number} {both[number][: looked.way_dm + 1]} {looked}"

    return remembered_within(
        ["a", "b"], list(map(str, both)), within, lambda number: summed(both[number]), earlier
    )


@given(st.lists(st.tuples(worlds, worlds), min_size=1, max_size=6))
def test_rows_and_what_is_kept_of_them_rest_on_no_history(history):
    earlier = {}
    for both in history:
        rows, earlier = rows_of(*both, earlier)
        assert (rows, earlier) == rows_of(*both, {})
        assert rows == [summed(world)[0] for world in both]
