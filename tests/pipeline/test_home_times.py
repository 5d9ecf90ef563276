"""Times from homes to jobs: those of the plain search, and kept for homes that did not move."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border_times, snap
from htkgis.network.search_digest import edges_digest
from htkgis.pipeline import home_times as module
from htkgis.pipeline.home_times import home_times, times_to_jobs
from htkgis.pipeline.job_cases import _of_case
from tests.network.towns import bike, grid, networks, points, spots, walk

DOORS = ["p", "q", "p"]
METRES = st.sampled_from([0.0, 5.0, 40.0, 900.0])
IDS = pd.Series(["p", "q"])
NEAR, FAR = shapely.box(-9, -9, 150, 999), shapely.box(-9, -9, 250, 999)


def at(graph, where, ids=None):
    found = snap(graph, where, max_snap_m=15)
    return found if ids is None else replace(found, ids=np.array(ids, dtype=object))


def measured(graph, homes, doors, covered, limit_min, earlier=None):
    found, kept = home_times(
        graph, at(graph, homes), at(graph, doors, DOORS), IDS, covered,
        limit_min=limit_min, earlier=earlier,
    )  # fmt: skip
    return {**found, **kept}


@st.composite
def worlds(draw):
    """A graph, homes, doors, how far jobs are known, and a limit; and the same with one change."""
    table, build = draw(networks()), draw(st.sampled_from([walk, bike]))
    homes, doors = draw(spots(table, count=9)), draw(spots(table, count=3))
    before = (build(table), homes, doors, NEAR, draw(st.sampled_from([1.0, 5.0, 120.0])))
    row, other = draw(st.integers(0, len(table) - 1)), draw(spots(table, count=9))
    longer = table.assign(length_m=table["length_m"].where(table.index != row, 77.0))
    rows = draw(st.lists(st.integers(0, len(table) - 1), min_size=1, max_size=3))
    several = table.assign(length_m=table["length_m"].where(~table.index.isin(rows), draw(METRES)))
    turned = table.assign(oneway=table["oneway"] ^ (table.index == row))
    changes = {
        "nothing": (build(table), *before[1:]),
        "street": (build(longer), *before[1:]),
        "streets": (build(several), *before[1:]),
        "one-way": (build(turned), *before[1:]),
        "home": (before[0], pd.concat([homes.iloc[:8], other.iloc[8:]]), *before[2:]),
        "homes": (before[0], other, *before[2:]),
        "fewer": (before[0], homes.iloc[1:], *before[2:]),
        "door": (before[0], homes, pd.concat([other.iloc[:1], doors.iloc[1:]]), *before[3:]),
        "border": (*before[:3], FAR, before[4]),
        "limit": (*before[:4], 3.0),
    }
    return before, changes[draw(st.sampled_from(sorted(changes)))]


@given(worlds())
def test_what_was_measured_before_changes_nothing(world):
    before, after = world
    alone, helped = measured(*after), measured(*after, earlier=measured(*before))
    assert alone.keys() == helped.keys()
    for name, array in alone.items():
        assert (helped[name].dtype, helped[name].tolist()) == (array.dtype, array.tolist())
    graph, homes, doors, covered, limit_min = after
    starts, ends = at(graph, homes), at(graph, doors, DOORS)
    times = times_to_jobs(graph, starts, ends, IDS, limit_min=limit_min)
    assert helped["time_ds"].tolist() == times.tolist()
    assert helped["border_ds"].tolist() == border_times(graph, starts, covered).tolist()


def same(helped, alone):
    return all(np.array_equal(helped[name], array) for name, array in alone.items())


@pytest.mark.parametrize(
    "change", ["street", "approach", "homes", "door", "named", "border", "limit"]
)
def test_what_was_measured_of_something_else_helps_nobody(change):
    table, doors, ids = grid(), points((0, 100), (100, 100), (200, 20)), IDS
    homes, covered, limit_min = points(*((10.0 * x, -5) for x in range(18))), NEAR, 5.0
    approach_kph = 4.5

    def found(earlier=None):
        graph = replace(walk(table), connector_kph=approach_kph)
        places = at(graph, doors, DOORS)
        parts = home_times(
            graph, at(graph, homes), places, ids, covered, limit_min=limit_min, earlier=earlier
        )
        return {**parts[0], **parts[1]}

    before = found()
    if change == "street":
        table = table.assign(length_m=table["length_m"] + 7)
    if change == "approach":
        approach_kph = 1.0
    if change == "homes":  # two of them, each to another place
        homes = points(*((10.0 * x, -5) for x in range(16)), (200, 50), (0, 60))
    if change == "door":
        doors = points((0, 100), (100, 100), (200, 90))
    if change == "named":
        ids = IDS[::-1]
    if change == "border":
        covered = FAR
    if change == "limit":
        limit_min = 3.0
    alone = found()
    measures = ("time_ds", "border_ds")
    assert not same(before, {name: alone[name] for name in measures})
    assert same(found(before), alone)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("nothing", []),
        ("home", [1]),
        ("farther", [1]),
        ("homes", [9]),
        ("street", [9]),
        ("far street", []),
        ("street of a home", [1]),
    ],
)
def test_only_homes_that_moved_are_searched_from(change, asked, monkeypatch):
    table, doors = grid(), points((0, 100), (100, 100), (200, 20))
    homes = points(*((10.0 * x, 0) for x in range(9)))
    before = measured(walk(table), homes, doors, FAR, 5.0)
    streets = {"street": ("00", "01"), "far street": ("12", "22"), "street of a home": ("11", "12")}
    if change == "street of a home":
        homes = points(*((10.0 * x, 0) for x in range(8)), (100, 150))
        before = measured(walk(table), homes, doors, FAR, 5.0)
    if change in streets:
        start, end = streets[change]
        beside = table["from_node"].eq(start) & table["to_node"].eq(end)
        table = table.assign(length_m=table["length_m"].mask(beside, 150.0))
    if change == "home":
        homes = points(*((10.0 * x, 0) for x in range(8)), (150, 0))
    if change == "farther":  # from the same place on the street
        homes = points(*((10.0 * x, 0) for x in range(8)), (80, -5))
    if change == "homes":
        homes = points(*((10.0 * x + 5, 0) for x in range(9)))
    searched, real = [], module.street_time_matrix

    def counted(graph, origins, places, **limit):
        searched.append(len(origins))
        return real(graph, origins, places, **limit)

    monkeypatch.setattr(module, "street_time_matrix", counted)
    measured(walk(table), homes, doors, FAR, 5.0, earlier=before)
    assert searched == asked


def test_the_way_to_the_street_is_part_of_what_times_are_made_of():
    graph = walk(grid())
    assert edges_digest(graph) == edges_digest(walk(grid()))
    assert edges_digest(graph) != edges_digest(replace(graph, connector_kph=9.0))


def test_what_was_found_in_a_case_is_given_to_that_case_alone():
    names = ("time_ds", "border_ds", "off", "homes", "key", "ways", "arcs_ds")
    held = {f"{case}.{name}": (case, name) for case in ("slow", "quick") for name in names}
    assert _of_case(held, "quick") == {name: ("quick", name) for name in names}
    assert _of_case(held, "other") is None
