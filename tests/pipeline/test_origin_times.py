"""Times of origins as arrays: those of the plain search, and kept where they still stand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border_times, snap, street_times
from htkgis.network.points import departing
from htkgis.network.search_digest import seen_rows
from htkgis.pipeline import origin_times as module
from htkgis.pipeline.entrances import fold_times
from htkgis.pipeline.origin_times import as_matrix, as_table, borders, origin_times
from htkgis.units import UNREACHED
from tests.network.towns import bike, grid, networks, points, spots, walk

PLACES = ["p", "q", "p", "r"]
"""Ids of entrances, two of them of one place."""
NEAR, FAR = shapely.box(-9, -9, 150, 999), shapely.box(-9, -9, 250, 999)
METRES = st.sampled_from([0.0, 5.0, 40.0, 900.0])
LIMITS = st.sampled_from([0, 400, 3000, 70_000])


def at(graph, where, ids=None):
    found = snap(graph, where, max_snap_m=15)
    return found if ids is None else replace(found, ids=np.array(ids, dtype=object))


def measured(graph, homes, doors, covered, limit_ds, earlier=None):
    places = at(graph, doors, PLACES)
    times, keys = origin_times(
        graph, at(graph, homes), places, covered, limit_ds=limit_ds, earlier=earlier
    )
    return {**times, **keys}


@st.composite
def worlds(draw):
    """A graph, homes, doors, how far layers reach, and a limit; and the same with one change."""
    table, build = draw(networks()), draw(st.sampled_from([walk, bike]))
    homes, doors = (draw(spots(table, count=4)) for _ in range(2))
    before = (build(table), homes, doors, {"places": NEAR}, draw(LIMITS))
    row, other = draw(st.integers(0, len(table) - 1)), draw(spots(table, count=4))
    longer = table.assign(length_m=table["length_m"].where(table.index != row, 77.0))
    rows = draw(st.lists(st.integers(0, len(table) - 1), min_size=1, max_size=3))
    several = table.assign(length_m=table["length_m"].where(~table.index.isin(rows), draw(METRES)))
    turned = table.assign(oneway=table["oneway"] ^ (table.index == row))
    changes = {
        "nothing": (build(table), *before[1:]),
        "street": (build(longer), *before[1:]),
        "streets": (build(several), *before[1:]),
        "one-way": (build(turned), *before[1:]),
        "name": (build(table.assign(id=table["id"] + "x")), *before[1:]),
        "home": (before[0], pd.concat([homes.iloc[:3], other.iloc[3:]]), *before[2:]),
        "fewer": (before[0], homes.iloc[1:], *before[2:]),
        "door": (before[0], homes, pd.concat([other.iloc[:1], doors.iloc[1:]]), *before[3:]),
        "border": (*before[:3], {"places": FAR}, before[4]),
        "limit": (*before[:4], draw(LIMITS)),
    }
    return before, changes[draw(st.sampled_from(sorted(changes)))]


@given(worlds())
def test_what_was_measured_before_changes_nothing(world):
    before, after = world
    alone = measured(*after)
    helped = measured(*after, earlier=measured(*before))
    assert alone.keys() == helped.keys()
    for name, array in alone.items():
        assert (helped[name].dtype, helped[name].tolist()) == (array.dtype, array.tolist())


@pytest.mark.parametrize("change", ["street", "home", "door", "named", "border", "limit"])
def test_what_was_measured_of_something_else_helps_nobody(change):
    table, names, limit_ds = grid(), PLACES, 3000
    homes, covered = points((20, 0), (120, 0), (0, 60)), {"places": NEAR}
    doors = points((0, 100), (100, 100), (200, 20), (50, 200))

    def found(earlier=None):
        graph, places = walk(table), at(walk(table), doors, names)
        starts = at(graph, homes)
        times, keys = origin_times(
            graph, starts, places, covered, limit_ds=limit_ds, earlier=earlier
        )
        return {**times, **keys}

    before = found()
    if change == "street":  # between junctions that are no end of a home's or a door's street
        beside = table["from_node"].eq("11") & table["to_node"].eq("12")
        assert beside.any()
        table = table.assign(length_m=table["length_m"].mask(beside, 20.0))
    if change == "home":
        homes = points((20, 0), (150, 0), (0, 70))
    if change == "door":
        doors = points((0, 100), (100, 100), (200, 40), (50, 200))
    if change == "named":
        names = ["q", "p", "q", "r"]
    if change == "border":
        covered = {"places": FAR}
    if change == "limit":
        limit_ds = 2000
    alone = found()
    measures = [name for name in alone if name not in {"ids", "off", "keys", "ways", "arcs_ds"}]
    assert any(not np.array_equal(before[name], alone[name]) for name in measures)
    helped = found(before)
    assert all(np.array_equal(helped[name], array) for name, array in alone.items())


@given(worlds())
def test_times_are_those_of_the_plain_search(world):
    graph, homes, doors, covered, limit_ds = world[1]
    starts, ends = at(graph, homes), at(graph, doors, PLACES)
    order = np.argsort(ends.ids, kind="stable")
    table = fold_times(street_times(graph, starts, ends.where(order), limit_ds=limit_ds).to_table())
    found = measured(*world[1])
    pd.testing.assert_frame_equal(as_table(found, starts.ids, pd.Series(["p", "q", "r"])), table)
    matrix = as_matrix(found, pd.Index(starts.ids))
    expected = pd.DataFrame(UNREACHED, index=matrix.origins, columns=matrix.destinations)
    for row in table.itertuples():
        expected.loc[row.from_id, row.to_id] = row.travel_time_ds
    assert matrix.destinations.tolist() == ["p", "q", "r"]
    assert matrix.times_ds.tolist() == expected.to_numpy().tolist()
    own = border_times(graph, starts, covered["places"])
    assert borders(found)["places"].tolist() == own.tolist()


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("nothing", []),
        ("name", []),
        ("home", [1]),
        ("street", [1]),
        ("quick street", [2]),
        ("far street", []),
        ("door", [3]),
    ],
)
def test_only_who_may_get_another_row_is_searched_from(change, asked, monkeypatch):
    table, homes = grid(), points((20, 0), (120, 0), (0, 60))
    doors = points((0, 100), (100, 100), (200, 20), (50, 200))
    before = measured(walk(table), homes, doors, {"places": FAR}, 3000)
    if change == "name":
        table = table.assign(id=table["id"] + "x")
    streets = {
        "street": ("00", "10", 150),
        "quick street": ("11", "12", 1),
        "far street": ("12", "22", 150),
    }
    if change in streets:
        start, end, length_m = streets[change]
        own = table["from_node"].eq(start) & table["to_node"].eq(end)
        table = table.assign(length_m=table["length_m"].mask(own, length_m))
    if change == "home":
        homes = points((20, 0), (130, 0), (0, 60))
    if change == "door":
        doors = points((0, 100), (100, 100), (200, 30), (50, 200))
    searched, real = [], module.street_time_matrix

    def counted(graph, origins, places, **limit):
        searched.append(len(origins))
        return real(graph, origins, places, **limit)

    monkeypatch.setattr(module, "street_time_matrix", counted)
    measured(walk(table), homes, doors, {"places": FAR}, 3000, earlier=before)
    assert searched == asked


def test_a_search_sees_where_a_point_lies_to_the_last_bit():
    graph = walk(grid())
    near, nearer = (departing(graph, at(graph, points((x, 0)))) for x in (20.0, 20.0000001))
    assert near.side.costs.tolist() == nearer.side.costs.tolist()
    assert seen_rows(near).tolist() != seen_rows(nearer).tolist()


def test_what_was_measured_of_another_number_of_places_helps_nobody_and_harms_nobody():
    graph, covered = walk(grid()), {"places": NEAR}
    homes, doors = points((0, 0), (100, 0)), points((200, 0), (0, 100))
    more = origin_times(graph, at(graph, homes), at(graph, doors, ["p", "q"]), covered, limit_ds=9)
    one = at(graph, doors.iloc[:1], ["p"])
    times, keys = origin_times(
        graph, at(graph, homes), one, covered, limit_ds=9, earlier={**more[0], **more[1]}
    )
    alone, plain = origin_times(graph, at(graph, homes), one, covered, limit_ds=9)
    assert keys["keys"].tolist() == plain["keys"].tolist()
    for name, array in alone.items():
        assert times[name].tolist() == array.tolist()
