"""Times beside those that are known: equal to times without, and searched only where they lack."""

from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network import build_graph, known_times, snap, street_times, street_times_beside

from .towns import bike, grid, networks, points, spots, walk


def ends(graph, *positions):
    return snap(graph, points(*positions), max_snap_m=60)


def kept(graph, origins, destinations, limit_ds=None):
    return street_times_beside(graph, origins, destinations, limit_ds=limit_ds)[1]._asdict()


def searched(graph, origins, destinations, earlier, limit_ds=None):
    """Times, and how many origins and destinations each search was between."""
    with mock.patch.object(known_times, "street_times", wraps=street_times) as spy:
        found, _ = street_times_beside(
            graph, origins, destinations, limit_ds=limit_ds, earlier=earlier
        )
    return found, [(len(call.args[1]), len(call.args[2])) for call in spy.call_args_list]


def same(one, other):
    return all(
        np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(other).values(), strict=True)
    )


HOMES = [(0, 0), (100, 0), (200, 0)]
SCHOOLS = [(200, 200), (0, 100), (100, 200)]


def test_a_place_that_moved_is_searched_for_alone():
    graph = walk(grid())
    homes, moved = ends(graph, *HOMES), ends(graph, (200, 200), (0, 100), (150, 200))
    earlier = kept(graph, homes, ends(graph, *SCHOOLS))
    found, pairs = searched(graph, homes, moved, earlier)
    assert pairs == [(3, 1)]
    assert same(found, street_times(graph, homes, moved, limit_ds=None))
    # from the second home 50 m along its street, 200 m up
    assert found.time_ds.reshape(3, 3)[1].tolist() == [3000, 2000, 2500]


def test_a_home_that_moved_is_searched_from_alone():
    graph = walk(grid())
    schools, moved = ends(graph, *SCHOOLS), ends(graph, (0, 0), (150, 0), (200, 0))
    earlier = kept(graph, ends(graph, *HOMES), schools)
    found, pairs = searched(graph, moved, schools, earlier)
    assert pairs == [(1, 3)]
    assert same(found, street_times(graph, moved, schools, limit_ds=None))


def test_what_comes_in_another_order_is_not_searched_at_all():
    graph = walk(grid())
    homes, schools = ends(graph, *HOMES), ends(graph, *SCHOOLS)
    earlier = kept(graph, homes, schools)
    turned = schools.where(np.array([2, 0, 1, 0]))
    found, pairs = searched(graph, homes, turned, earlier)
    assert pairs == []
    assert same(found, street_times(graph, homes, turned, limit_ds=None))


def test_a_place_at_the_door_stays_at_no_time_at_all():
    graph = walk(grid())
    homes, schools = ends(graph, *HOMES), ends(graph, (0, 0), (200, 200), (0, 100))
    earlier = kept(graph, homes, schools)
    found, _ = searched(graph, homes, schools, earlier)
    assert found.time_ds.reshape(3, 3)[0].tolist() == [0, 4000, 1000]


def test_other_streets_another_speed_and_another_limit_are_searched_anew():
    graph = walk(grid())
    homes, schools = ends(graph, *HOMES), ends(graph, *SCHOOLS)
    earlier = kept(graph, homes, schools)
    longer = grid()
    longer["length_m"] *= 2
    quick = build_graph(grid(), mode="walk", speed_kph=7.2)
    for other, limit_ds in ((walk(longer), None), (quick, None), (graph, 2500)):
        own = ends(other, *HOMES), ends(other, *SCHOOLS)
        found, pairs = searched(other, *own, earlier, limit_ds)
        assert pairs == [(3, 3)]
        assert same(found, street_times(other, *own, limit_ds=limit_ds))


def test_where_most_has_moved_all_are_searched_at_once():
    graph = walk(grid())
    earlier = kept(graph, ends(graph, *HOMES), ends(graph, *SCHOOLS))
    homes, schools = ends(graph, (10, 0), (110, 0), (200, 0)), ends(graph, (190, 200), (0, 90))
    _, pairs = searched(graph, homes, schools, earlier)
    assert pairs == [(3, 2)]


def test_nobody_and_nowhere_are_known_too():
    graph = walk(grid())
    homes, none = ends(graph, *HOMES), ends(graph)
    for origins, destinations in ((homes, none), (none, homes), (none, none)):
        earlier = kept(graph, origins, destinations)
        found, pairs = searched(graph, homes, homes, earlier)
        assert pairs == [(3, 3)]
        assert len(found) == 9
        assert len(searched(graph, origins, destinations, earlier)[0]) == 0


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_times_equal_those_without_earlier_ones(table, data):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    old_from, old_to, new_from, new_to = (
        snap(graph, data.draw(spots(table, count=count)), max_snap_m=30) for count in (4, 3, 2, 2)
    )
    limit_ds = data.draw(st.one_of(st.none(), st.integers(0, 6000)))
    earlier = kept(graph, old_from, old_to, limit_ds)

    def mixed(old, new, rows):
        both = {
            name: np.concatenate([getattr(old, name), getattr(new, name)]) for name in vars(old)
        }
        return type(old)(**both).where(np.array(rows, dtype=np.int64))

    origins = mixed(old_from, new_from, data.draw(st.lists(st.integers(0, 5), max_size=7)))
    places = mixed(old_to, new_to, data.draw(st.lists(st.integers(0, 4), max_size=7)))
    found, known = street_times_beside(graph, origins, places, limit_ds=limit_ds, earlier=earlier)
    alone = street_times(graph, origins, places, limit_ds=limit_ds)
    assert same(found, alone)
    assert [part.dtype for part in vars(found).values()] == [
        part.dtype for part in vars(alone).values()
    ]
    again, _ = street_times_beside(
        graph, origins, places, limit_ds=limit_ds, earlier=known._asdict()
    )
    assert same(again, alone)
