"""What links save: each equals adding it and measuring everything again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import linked, snap
from htkgis.network.link_gain import Links, link_gains
from htkgis.network.nearest_times import nearest_times
from htkgis.units import UNREACHED

from .towns import bike, grid, networks, points, streets, walk


def links(*rows):
    return Links(*(np.array(column, dtype=np.int32) for column in zip(*rows, strict=True)))


def no_links():
    return Links(*(np.zeros(0, dtype=np.int32),) * 3)


def by_adding(graph, candidates, origins, persons, places, limit_ds):
    """Add each link alone and measure every origin again."""
    result = np.zeros((3, len(candidates.start), len(places)))
    for column, found in enumerate(places.values()):
        today = nearest_times(graph, origins, found, limit_ds=limit_ds)
        for row, (start, end, cost) in enumerate(zip(*candidates, strict=True)):
            added = linked(graph, *(np.array([one], dtype=np.int32) for one in (start, end, cost)))
            times = nearest_times(added, origins, found, limit_ds=limit_ds)
            saved = np.minimum(today, limit_ds) - np.minimum(times, limit_ds)
            result[0, row, column] = (persons * saved).sum() / 600
            result[1, row, column] = persons[saved > 0].sum()
            result[2, row, column] = persons[(saved > 0) & (today == UNREACHED)].sum()
    return result


TOWN = {"a": (0, 0), "b": (1000, 0), "c": (1000, 20), "d": (0, 20)}


def hairpin():
    """Two streets side by side that meet at their far end; a door and a shop face each other."""
    graph = walk(streets([("a", "b", 1000, 0), ("b", "c", 20, 0), ("c", "d", 1000, 0)], TOWN))
    door, shop = (snap(graph, points((100, y)), max_snap_m=1) for y in (0, 20))
    ends = [graph.node_ids.tolist().index(name) for name in ("a", "d")]
    return graph, door, shop, ends


def test_a_link_saves_the_way_round_less_the_way_over_it():
    graph, door, shop, (a, d) = hairpin()
    gains = link_gains(graph, links((a, d, 200)), door, [3], {"s": shop}, limit_ds=36_000)
    # 900 + 20 + 900 m before, 100 + 20 + 100 m with the link: 1,600 s for each of three
    assert gains.saved_person_min.tolist() == [[3 * 1600 / 60]]
    assert gains.nearer_persons.tolist() == [[3.0]]
    assert gains.newly_persons.tolist() == [[0.0]]


@pytest.mark.parametrize(("limit_ds", "newly"), [(18_200, 0), (18_199, 3)])
def test_who_reached_nothing_within_the_limit_is_told_apart(limit_ds, newly):
    graph, door, shop, (a, d) = hairpin()
    gains = link_gains(graph, links((a, d, 200)), door, [3], {"s": shop}, limit_ds=limit_ds)
    assert gains.newly_persons.tolist() == [[newly]]
    assert gains.saved_person_min.tolist() == [[3 * (limit_ds - 2200) / 600]]


@pytest.mark.parametrize("cost", [16_200, 16_201])
def test_a_link_that_is_no_shorter_saves_nothing(cost):
    graph, door, shop, (a, d) = hairpin()
    gains = link_gains(graph, links((a, d, cost)), door, [3], {"s": shop}, limit_ds=36_000)
    assert not np.array(gains).any()


def test_who_may_leave_by_both_ends_of_a_street_takes_the_shorter_way():
    # a street without a shop, 20 m beside one with a shop at its end: linked by its left end
    graph = walk(streets([("a", "b", 1000, 0), ("c", "d", 1000, 0)], TOWN))
    homes = snap(graph, points((100, 0), (900, 0)), max_snap_m=1)
    shop = snap(graph, points((0, 20)), max_snap_m=1)
    a, d = (graph.node_ids.tolist().index(name) for name in ("a", "d"))
    gains = link_gains(graph, links((a, d, 200)), homes, [1, 1], {"s": shop}, limit_ds=30_000)
    # 120 m and 920 m in place of none within 3,000 m
    assert gains.saved_person_min.tolist() == [[(28_800 + 20_800) / 600]]
    assert gains.newly_persons.tolist() == [[2.0]]


def test_a_link_from_a_junction_to_itself_saves_nothing():
    graph, door, shop, (a, _) = hairpin()
    gains = link_gains(graph, links((a, a, 0)), door, [3], {"s": shop}, limit_ds=36_000)
    assert not np.array(gains).any()


def test_no_links_no_places_and_no_origins_are_allowed():
    graph, door, shop, (a, d) = hairpin()
    one = links((a, d, 200))
    assert link_gains(
        graph, no_links(), door, [1], {"s": shop}, limit_ds=9
    ).nearer_persons.shape == (
        0,
        1,
    )
    assert link_gains(graph, one, door, [1], {}, limit_ds=9).nearer_persons.shape == (1, 0)
    nobody = door.where(np.zeros(1, dtype=bool))
    assert not link_gains(graph, one, nobody, [], {"s": shop}, limit_ds=9).nearer_persons.any()
    nowhere = shop.where(np.zeros(1, dtype=bool))
    assert not link_gains(graph, one, door, [1], {"s": nowhere}, limit_ds=9).nearer_persons.any()


def test_an_origin_off_the_streets_gains_nothing():
    graph, _, shop, (a, d) = hairpin()
    far = snap(graph, points((100, 400)), max_snap_m=1)
    gains = link_gains(graph, links((a, d, 200)), far, [3], {"s": shop}, limit_ds=36_000)
    assert not np.array(gains).any()


@pytest.mark.parametrize(
    ("row", "persons", "said"),
    [
        ((-1, 0, 5), [1], "1 of 1 end at no junction"),
        ((0, 99, 5), [1], "1 of 1 end at no junction"),
        ((0, 1, -5), [1], "1 of 1 end at no junction"),
        ((0, 1, 5), [-1], "persons must be one number of 0 or more per origin"),
        ((0, 1, 5), [float("nan")], "persons must be one number of 0 or more per origin"),
        ((0, 1, 5), [1, 2], "there are 1 origins and 2 numbers"),
    ],
)
def test_what_is_no_link_or_no_number_of_persons_is_refused(row, persons, said):
    graph, door, shop, _ = hairpin()
    with pytest.raises(NetworkError, match=said):
        link_gains(graph, links(row), door, persons, {"s": shop}, limit_ds=9)


@settings(max_examples=60, deadline=None)
@given(
    networks(),
    st.sampled_from([walk, bike]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=4),
    st.integers(1, 40_000),
    st.data(),
)
def test_every_link_equals_adding_it_and_measuring_everything(
    table, build, homes, shops, limit, data
):
    graph = build(table)
    origins = snap(graph, points(*homes), max_snap_m=1000)
    found = snap(graph, points(*shops), max_snap_m=1000)
    places = {"first": found.where(np.arange(len(found)) == 0), "all": found}
    node = st.integers(0, graph.nodes - 1)
    rows = data.draw(st.lists(st.tuples(node, node, st.integers(0, 3000)), min_size=1, max_size=6))
    persons = np.array(
        data.draw(st.lists(st.integers(0, 9), min_size=len(homes), max_size=len(homes)))
    )
    candidates = links(*rows)
    gains = link_gains(graph, candidates, origins, persons, places, limit_ds=limit)
    expected = by_adding(graph, candidates, origins, persons, places, limit)
    assert np.allclose(np.array(gains), expected, rtol=0, atol=1e-9)


def test_the_number_of_threads_changes_no_bit():
    graph = walk(grid(12))
    random = np.random.default_rng(3)
    homes, shops = (
        snap(graph, points(*random.uniform(0, 1100, (count, 2))), max_snap_m=100)
        for count in (40, 3)
    )
    rows = random.integers(0, graph.nodes, (700, 2))
    many = links(*((a, b, 150) for a, b in rows))
    persons = random.uniform(0, 3, 40)
    one, two = (
        link_gains(graph, many, homes, persons, {"s": shops}, limit_ds=20_000, threads=count)
        for count in (1, 3)
    )
    assert one.saved_person_min.any()
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
