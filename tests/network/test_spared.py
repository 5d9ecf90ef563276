"""A trip that no changed street concerns takes what it took, and most streets concern few."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border_times, snap
from htkgis.network.points import at_nodes, departing
from htkgis.network.resnap import snapped_on as on
from htkgis.network.search_digest import border_digest
from htkgis.network.spared import changed_arcs, concerned, kept_arcs
from htkgis.units import UNREACHED
from tests.network.towns import LENGTH_M, bike, grid, networks, points, shortest, streets, walk

COVERED = shapely.box(-9, -9, 150, 999)


@st.composite
def changes(draw):
    """Streets, and the same of which one to three take otherwise or lead in other directions."""
    table, build = draw(networks()), draw(st.sampled_from([walk, bike]))
    other = table.copy()
    for row in draw(st.lists(st.integers(0, len(table) - 1), min_size=1, max_size=3)):
        other.loc[row, "length_m"] = draw(LENGTH_M)
    if draw(st.booleans()):
        other.loc[row, "oneway"] = not table.loc[row, "oneway"]
    return build(table), build(other)


def whole(times):
    """Times as whole numbers, with the one that stands for no way."""
    return np.where(np.isinf(times), UNREACHED, times).astype(np.int64)


@given(changes())
def test_trips_that_are_not_concerned_take_what_they_took(world):
    before, now = world
    changed = changed_arcs(now, kept_arcs(before))
    if changed is None:  # a direction was closed or opened
        assert not np.array_equal(before.indptr, now.indptr) or not np.array_equal(
            before.adjacency[:, 0], now.adjacency[:, 0]
        )
        return
    took_ds, takes_ds = whole(shortest(before)), whole(shortest(now))
    ends = at_nodes(now)
    through_ds, onward_ds = changed.through(now, ends), changed.onward(now, ends)
    stays = ~concerned(through_ds[:, None], onward_ds, took_ds)
    assert took_ds[stays].tolist() == takes_ds[stays].tolist()
    assert stays.all() or len(changed.start)
    limit_ds = 3000
    inside = ~concerned(through_ds[:, None], onward_ds, np.minimum(took_ds, limit_ds))
    for own_ds, other_ds in ((took_ds, takes_ds), (takes_ds, took_ds)):
        near = inside & (own_ds <= limit_ds)
        assert own_ds[near].tolist() == other_ds[near].tolist()


@given(changes())
def test_who_is_not_concerned_on_the_way_out_meets_the_border_when_he_did(world):
    before, now = world
    changed = changed_arcs(now, kept_arcs(before))
    if changed is None:
        return
    at = points(*before.node_xy)  # at junctions no cost of the street beside them counts
    snaps = snap(now, at, max_snap_m=1)
    facts = [border_digest(graph, COVERED, costs=False) for graph in (before, now)]
    took_ds, takes_ds = (border_times(graph, on(graph, snaps), COVERED) for graph in (before, now))
    starts = [departing(graph, on(graph, snaps)).side.costs.tolist() for graph in (before, now)]
    through_ds = changed.through(now, departing(now, snaps))
    stays = ~concerned(through_ds, changed.to_border(now, COVERED), took_ds)
    stays &= [own == other for own, other in zip(*starts, strict=True)]
    if facts[0] == facts[1]:
        assert took_ds[stays].tolist() == takes_ds[stays].tolist()


def test_on_one_way_streets_a_change_concerns_who_comes_through_it_and_not_who_comes_from_it():
    square = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}
    ring = [(one, other, 100.0, True) for one, other in zip("abcd", "bcda", strict=True)]
    table = streets(ring, square)
    before, now = (
        bike(table.assign(length_m=table["length_m"].mask(table["from_node"].eq("c"), length_m)))
        for length_m in (100.0, 110.0)
    )
    changed = changed_arcs(now, kept_arcs(before))
    ends, took_ds = at_nodes(now), whole(shortest(before))
    found = concerned(changed.through(now, ends)[:, None], changed.onward(now, ends), took_ds)
    trips = {"".join(now.node_ids[list(pair)]) for pair in np.argwhere(found)}
    assert trips == {"cd", "ca", "cb", "bd", "ba", "ad"}


def test_a_street_at_the_edge_of_town_concerns_nobody_in_the_middle():
    table = grid(4)
    far = table["from_node"].eq("32") & table["to_node"].eq("33")
    before, now = walk(table), walk(table.assign(length_m=table["length_m"].mask(far, 130.0)))
    changed = changed_arcs(now, kept_arcs(before))
    assert sorted(now.node_ids[changed.start].tolist()) == ["32", "33"]
    assert changed.least_ds.tolist() == [1000, 1000]
    took_ds = whole(shortest(before))
    ends = at_nodes(now)
    found = concerned(changed.through(now, ends)[:, None], changed.onward(now, ends), took_ds)
    pairs = {frozenset(now.node_ids[list(pair)].tolist()) for pair in np.argwhere(found)}
    assert frozenset(("32", "33")) in pairs
    assert frozenset(("30", "33")) in pairs
    assert not any(pair <= {"00", "01", "10", "11", "22"} for pair in pairs)


def test_streets_that_join_other_junctions_are_not_compared():
    table = grid()
    kept = kept_arcs(walk(table))
    assert changed_arcs(walk(table.iloc[1:]), kept) is None
    assert changed_arcs(walk(table.assign(id=table["id"] + "x")), kept).start.tolist() == []


def test_a_quicker_street_concerns_who_leaves_by_it_and_nobody_whom_the_border_is_nearer_to():
    table = grid(4)
    out = table["from_node"].eq("01") & table["to_node"].eq("11")
    before, now = walk(table), walk(table.assign(length_m=table["length_m"].mask(out, 60.0)))
    snaps = snap(before, points((0, 100), (100, 100), (200, 100)), max_snap_m=1)
    changed = changed_arcs(now, kept_arcs(before))
    took_ds, takes_ds = (border_times(graph, on(graph, snaps), COVERED) for graph in (before, now))
    assert took_ds.tolist() == [1500, 500, 0]
    assert takes_ds.tolist() == [1100, 500, 0]
    starts = departing(now, snaps)
    through_ds, beyond_ds = changed.through(now, starts), changed.to_border(now, COVERED)
    assert concerned(through_ds, beyond_ds, took_ds).tolist() == [True, False, False]
