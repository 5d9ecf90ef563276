"""Areas around which nothing has changed are spared, and every byte is that of measuring all."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.network import build_graph, graph_arrays
from htkgis.pipeline.area_isochrones import measure_isochrones
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.isolation import measure_closure, measure_detours, remembered_detours
from htkgis.pipeline.isolation_around import areas_around
from htkgis.pipeline.isolation_cases import measure_closure_cases, measure_detour_cases
from htkgis.pipeline.isolation_kept import LAST, SAME
from htkgis.pipeline.isolation_neighbours import measure_neighbours
from htkgis.pipeline.isolation_through import THROUGH
from htkgis.pipeline.modes import mode_of
from htkgis.pipeline.part_case_steps import passing_ups
from htkgis.pipeline.robustness_steps import case_study, cases_of
from htkgis.store.files import sha256_file
from htkgis.store.values import Arrays, write_value
from htkgis.study import read_study
from tests.pipeline.set_points import rows_at

CRS = "EPSG:25832"
APART_M, SIDE, BLOCK_M = 30_000.0, 5, 150.0
AREAS = ("west", "east")
HOMES = 1500
STUDY = read_study(embedded_study() / "study.toml")
LAYER = SimpleNamespace(coverage=None)
CATALOG = SimpleNamespace(layers={"streets": LAYER}, by_role=lambda role: {role: LAYER})


def points(ids, xy, **columns):
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=shapely.points(xy), crs=CRS)


def town():
    """Two towns of square blocks so far apart that nothing of the one matters to the other."""
    rows, lines = [], []
    for number, name in enumerate(AREAS):
        left = number * APART_M
        for x in range(SIDE):
            for y in range(SIDE):
                for dx, dy in ((1, 0), (0, 1)):
                    if x + dx < SIDE and y + dy < SIDE:
                        rows.append((f"{name}{x}{y}", f"{name}{x + dx}{y + dy}"))
                        ends = [
                            (left + BLOCK_M * a, BLOCK_M * b) for a, b in ((x, y), (x + dx, y + dy))
                        ]
                        lines.append(shapely.LineString(ends))
    streets = gpd.GeoDataFrame(
        {"id": [f"s{n:03}" for n in range(len(rows))], "from_node": [a for a, _ in rows],
         "to_node": [b for _, b in rows], "length_m": BLOCK_M, "oneway": False, "walk": True,
         "name": "Vej", "kind": "residential", "tunnel": False, "bridge": False},
        geometry=lines, crs=CRS,
    )  # fmt: skip
    boxes = [shapely.box(at + 140, 140, at + 310, 310) for at in (0, APART_M)]
    doors = [(at + x, y) for at in (0, APART_M) for x, y in ((160, 170), (290, 280))]
    fence = [shapely.LineString([(at + 400, -50), (at + 400, 350)]) for at in (0, APART_M)]
    schools = [(at + 40, 590) for at in (0, APART_M)]
    rng = np.random.default_rng(1)
    homes = rng.uniform(0, BLOCK_M * (SIDE - 1), (HOMES, 2)) + [
        (APART_M * (n % 2), 0) for n in range(HOMES)
    ]
    return {
        "streets": streets,
        "areas": gpd.GeoDataFrame({"id": AREAS}, geometry=boxes, crs=CRS),
        "origins": points([f"o{n}" for n in range(4)], doors, area_id=["west"] * 2 + ["east"] * 2),
        "barriers": gpd.GeoDataFrame(
            {"id": ["f0", "f1"], "kind": "railway"}, geometry=fence, crs=CRS
        ),
        "places": points(["k0", "k1"], schools, function="school"),
        "homes": points([f"h{n}" for n in range(HOMES)], homes),
    }


def moved(table, row, metres):
    shapes = table.geometry.to_numpy().copy()
    shapes[row] = shapely.transform(shapes[row], lambda xy: xy + np.array([metres, 0.0]))
    return table.set_geometry(gpd.GeoSeries(shapes, crs=CRS))


def without_own(homes, areas):
    """The homes that lie in no area."""
    outside = ~homes.within(areas.union_all())
    assert 0 < outside.sum() < len(homes)
    return homes[outside].reset_index(drop=True)


def longer(streets, metres=10):
    length_m = streets["length_m"].to_numpy().copy()
    length_m[20] += metres
    return streets.assign(length_m=length_m)


EDITS = {
    "nothing": {},
    "a street longer": {"streets": longer},
    "a street gone": {"streets": lambda table: table.drop(index=20).reset_index(drop=True)},
    "a street named": {"streets": lambda table: table.assign(name=["Anden", *table["name"][1:]])},
    "a barrier moved": {"barriers": lambda table: moved(table, 0, 45)},
    "an origin moved": {"origins": lambda table: moved(table, 0, 20)},
    "a place moved": {"places": lambda table: moved(table, 0, 80)},
    "homes gone": {"homes": lambda table: table.iloc[10:].reset_index(drop=True)},
    "homes of areas gone": {"homes": lambda table: without_own(table, town()["areas"])},
}
"""Each in the western town, but for homes, of which some go in both."""
TRIED = {
    "cases": ["walk_slow", "walk_brisk", "snap_near", "snap_far"],
    "with_graph": [],
    "waits": False,
}
ENTRANCES = gpd.GeoDataFrame({"place_id": pd.Series([], dtype=object)}, geometry=[], crs=CRS)

WIDE = "entrance_wide"
DOORS = points(["d0", "d1"], [(at + 40, 440) for at in (0, APART_M)], place_id=["k0", "k1"])
"""Of the schools, in the case of wide entrances."""


def measured(tables, part, earlier=None):
    graph = build_graph(tables["streets"], mode=mode_of(STUDY, "walk"))
    arrays = Arrays(graph_arrays(graph))
    ground = [tables[name] for name in ("areas", "origins", "barriers")]
    own = {"study": STUDY, "mode": "walk", "earlier": earlier}
    if part == "closure":
        return measure_closure(
            arrays, *ground, *[tables["streets"]] * 2, catalog=CATALOG, sketch=False, **own
        )
    if part == "closure_cases":
        known = measured(tables, "closure")["walk_closure"]
        return measure_closure_cases(arrays, *ground, known, {}, **TRIED, **own)
    if part == "detours":
        return measure_detours(arrays, *ground, tables["places"], ENTRANCES, **own)
    if part == "detour_cases":
        known = measured(tables, "detours")["walk_detours"]
        tried = {"cases": ["snap_near", WIDE], "with_table": [WIDE]}
        return measure_detour_cases(
            arrays, *ground, tables["places"], ENTRANCES, known, DOORS, **tried, **own
        )
    if part == "neighbours":
        return measure_neighbours(arrays, *ground, tables["homes"], sketch=False, **own)
    return measure_isochrones(
        arrays,
        tables["origins"],
        tables["streets"],
        rows_at(arrays, tables["origins"], STUDY, "walk", tables["barriers"]),
        catalog=CATALOG,
        **own,
    )


def bytes_of(folder, values):
    folder.mkdir(exist_ok=True)
    for name, value in values.items():
        write_value(folder, name, value)
    return {file.name: sha256_file(file) for file in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def before():
    tables = town()
    return {
        part: measured(tables, part)
        for part in (
            "closure",
            "closure_cases",
            "detours",
            "detour_cases",
            "neighbours",
            "isochrones",
        )
    }


PARTS = {
    "closure": ("streets", "barriers", "origins"),
    "closure_cases": ("streets", "barriers", "origins"),
    "detours": ("streets", "barriers", "origins", "places"),
    "detour_cases": ("streets", "barriers", "origins", "places"),
    "neighbours": ("streets", "barriers", "homes"),
    "isochrones": ("streets", "barriers", "origins"),
}
CASES = [
    (part, edit)
    for part, read in PARTS.items()
    for edit, changes in EDITS.items()
    if not changes or set(changes) & set(read)
]


SPARED = {
    ("closure", "nothing"): 2,
    ("closure_cases", "nothing"): 2,
    ("detours", "nothing"): 2,
    ("detour_cases", "nothing"): 2,
    ("neighbours", "nothing"): 2,
    ("isochrones", "nothing"): 2,
    # a name is told of barriers alone
    ("detours", "a street named"): 2,
    ("detour_cases", "a street named"): 2,
    ("neighbours", "a street named"): 2,
    ("isochrones", "a street named"): 2,
    # what is tried again knows of no names
    ("closure_cases", "a street named"): 2,
    # it stands before no door
    ("isochrones", "a barrier moved"): 2,
    # the nearest place as the crow flies may be any
    ("detours", "a place moved"): 0,
    # what is tried are its doors, which stay
    ("detour_cases", "a place moved"): 2,
    ("neighbours", "homes gone"): 0,
    # an area's own homes are no neighbours
    ("neighbours", "homes of areas gone"): 2,
    # streets are drawn by patches of 64 in their order, and one less moves all behind it
    ("isochrones", "a street gone"): 0,
}
"""How many of the two towns are spared; one where it is not said here."""


def kept(values, *, through=False):
    """Hashes of what was measured: of the areas, of which each has one function.

    Of trips through them or of all the rest.
    """
    hashes = next(v for name, v in values.items() if name.endswith("kept"))
    rows = {key for key in hashes if not key.startswith((SAME, LAST))}
    return {key for key in rows if key.startswith(THROUGH) == through}


@pytest.mark.parametrize(("part", "edit"), CASES)
def test_with_and_without_an_earlier_result_every_byte_is_the_same(part, edit, before, tmp_path):
    tables = town()
    tables |= {name: change(tables[name]) for name, change in EDITS[edit].items()}
    alone = bytes_of(tmp_path / "alone", measured(tables, part))
    found = measured(tables, part, before[part])
    assert bytes_of(tmp_path / "helped", found) == alone
    old, new = (
        set(values["walk_reached"].values()) if part == "isochrones" else kept(values)
        for values in (before[part], found)
    )
    assert len(old) == len(AREAS)
    assert len(old & new) == SPARED.get((part, edit), 1)


@pytest.mark.parametrize("edit", ["a barrier moved", "an origin moved", "a street named"])
@pytest.mark.parametrize("part", ["closure", "closure_cases"])
def test_trips_through_an_area_rest_on_its_streets_alone(part, edit, before):
    tables = town()
    tables |= {name: change(tables[name]) for name, change in EDITS[edit].items()}
    was, now = (
        kept(values, through=True)
        for values in (before[part], measured(tables, part, before[part]))
    )
    assert was == now
    assert len(was) == (len(AREAS) if part == "closure" else 2 * len(AREAS))


def test_trips_through_an_area_are_measured_again_where_a_street_is_longer(before):
    tables = town() | {"streets": longer(town()["streets"])}
    for part, left in (("closure", 1), ("closure_cases", 2)):
        now = kept(measured(tables, part, before[part]), through=True)
        assert len(now & kept(before[part], through=True)) == left


def test_a_search_at_all_speeds_finds_what_a_search_at_each_finds(before):
    tables = town()
    arrays = Arrays(graph_arrays(build_graph(tables["streets"], mode=mode_of(STUDY, "walk"))))
    ground = [tables[name] for name in ("areas", "origins", "barriers")]
    own = {"study": STUDY, "mode": "walk"}
    [ups] = passing_ups(STUDY).values()
    assert min(ups) < 1 < max(ups)
    found = measure_closure(
        arrays,
        *ground,
        *[tables["streets"]] * 2,
        catalog=CATALOG,
        sketch=False,
        speed_ups=ups,
        **own,
    )
    known = found["walk_closure"]
    assert known == before["closure"]["walk_closure"]
    cases = measure_closure_cases(
        arrays, *ground, known, found["walk_closure_kept"], **TRIED, **own
    )
    assert cases["walk_closure_cases"] == before["closure_cases"]["walk_closure_cases"]
    # what was searched is not searched again
    told = {
        key: 7.0 if key.startswith(THROUGH) else row
        for key, row in found["walk_closure_kept"].items()
    }
    cases = measure_closure_cases(arrays, *ground, known, told, **TRIED, **own)
    through = [row for row in cases["walk_closure_cases"] if row["indicator"] == "through_movement"]
    assert {row["value"] for row in through} == {7.0}


def test_a_street_too_little_longer_to_take_more_time_counts_in_the_kilometres(before):
    tables = town()
    tables["streets"] = longer(tables["streets"], 0.04)
    found = measured(tables, "isochrones", before["isochrones"])
    assert found["walk_reached"] == before["isochrones"]["walk_reached"]
    alone = measured(tables, "isochrones")["walk_isochrones"]
    assert found["walk_isochrones"]["reached_km"].equals(alone["reached_km"])
    was = before["isochrones"]["walk_isochrones"]
    more_km = found["walk_isochrones"]["reached_km"] - was["reached_km"]
    assert more_km.max() == pytest.approx(0.04 / 1000)
    assert found["walk_isochrones"].geometry.geom_equals_exact(was.geometry, 0).all()


def patches_of(area, values):
    table = values["walk_patches"]
    return set(table["keys"][table["of"][table["areas"].tolist().index(area)]].tolist())


def test_an_area_that_reaches_other_streets_is_drawn_anew_where_they_lie(before, tmp_path):
    tables = town() | {"streets": longer(town()["streets"], 2000)}
    found = measured(tables, "isochrones", before["isochrones"])
    alone = measured(tables, "isochrones")
    assert bytes_of(tmp_path / "helped", found) == bytes_of(tmp_path / "alone", alone)
    was, now = (patches_of("west", values) for values in (before["isochrones"], found))
    assert was & now
    assert now - was
    assert patches_of("east", found) == patches_of("east", before["isochrones"])
    assert not now & patches_of("east", found)


def west_and_east():
    tables = town()
    graph = build_graph(tables["streets"], mode=mode_of(STUDY, "walk"))
    ground = [tables[name] for name in ("areas", "origins")]
    return list(areas_around(Arrays(graph_arrays(graph)), *ground, None, STUDY, "walk"))


def test_the_same_streets_are_cut_once_and_others_for_themselves():
    west, east = west_and_east()
    cut = west.nearby().graph
    assert west.nearby().graph is cut
    assert west.within_reach().graph.edges == cut.edges
    assert not set(east.nearby().graph.edge_ids) & set(cut.edge_ids)
    assert east.seen_nearby() != west.seen_nearby()


def test_a_detour_is_not_taken_from_where_points_may_lie_farther_from_streets():
    west, _ = west_and_east()
    far, near = (
        west.with_(study=case_study(STUDY, cases_of(STUDY)[name]))
        for name in ("snap_far", "snap_near")
    )
    aside = {"school": points(["k"], [(300, 1000)])}  # 400 m from the last street
    [reached], kept = remembered_detours([(far, aside)], {})
    [alone], _ = remembered_detours([(near, aside)], {})
    assert reached["school"]["median"] is not None
    assert alone["school"]["median"] is None
    assert remembered_detours([(near, aside)], kept)[0] == [alone]
    told = {key: row if key.startswith(SAME) else {"median": 7.0} for key, row in kept.items()}
    assert remembered_detours([(far, aside)], told)[0] == [{"school": {"median": 7.0}}]


def test_what_is_measured_is_measured(before):
    tried = before["detour_cases"]["walk_detour_cases"]
    usual, wide = ([r["value"] for r in tried if r["case"] == c] for c in ("snap_near", WIDE))
    assert len(usual) == len(wide) == len(AREAS)
    assert usual != wide
    closure = before["closure"]["walk_closure"][0]
    assert closure["barriers"]["missing"] is None
    assert closure["through"]["missing"] is None
    assert before["detours"]["walk_detours"][0]["functions"][0]["origins"]
    assert before["neighbours"]["walk_neighbours"][0]["neighbours"]["count"]
    assert (before["isochrones"]["walk_isochrones"].area > 0).all()
