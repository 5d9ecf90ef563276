"""Folding: what is kept out of the search comes out as if it had been searched."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.fold import FOLDS, fold, wanted_parts
from htkgis.network.points import at_nodes
from htkgis.network.time_matrix import times_between
from htkgis.units import UNREACHED

from .engines import by_scipy
from .towns import bike, grid, streets, walk

SHAPES = {
    "path": ["ab", "bc", "cd"],
    "star": ["ab", "ac", "ad", "ae"],
    "ring": ["ab", "bc", "cd", "da"],
    "ring with a dead end": ["ab", "bc", "ca", "cd", "de"],
    "two rings on a path": ["ab", "bc", "ca", "cd", "de", "ef", "fg", "ge"],
    "dead end on a chain": ["ab", "bc", "cd", "da", "ac", "be", "ef", "eg"],
    "two islands": ["ab", "bc", "ca", "de", "ef"],
    "parallel streets": ["ab", "ab", "bc", "bc", "cd"],
    "loop": ["aa", "ab", "bb"],
    "three chains between two junctions": ["ac", "cb", "ad", "db", "ae", "ef", "fb"],
}


def named(rows, oneways=0):
    """A graph of streets named by their ends, the first of them one-way."""
    names = sorted(set("".join(rows)))
    at = {name: (100.0 * (place % 3), 90.0 * (place // 3)) for place, name in enumerate(names)}
    table = [(*row, 50 + 7 * number, number < oneways) for number, row in enumerate(rows)]
    return bike(streets(table, at))


@pytest.mark.parametrize("oneways", [0, 1, 2, 9])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_searched_as_by_scipy(shape, oneways):
    graph = named(SHAPES[shape], oneways)
    every = at_nodes(graph)
    expected = by_scipy(graph, np.arange(graph.nodes))
    for limit in (600, 1300, 60_000):
        found = times_between(graph, every, every, cutoff_ds=limit, method="batch")
        assert np.array_equal(found, np.where(expected <= limit, expected, UNREACHED))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_some_origins_and_places_of_a_winding_town_are_those_of_scipy(data):
    graph = winding_town(data.draw(st.integers(0, 20)))
    node = st.integers(0, graph.nodes - 1)
    starts, ends = (np.array(data.draw(st.lists(node, min_size=1, max_size=9))) for _ in "ab")
    limit = data.draw(st.integers(0, 12_000))
    expected = by_scipy(graph, starts)[:, ends]
    found = times_between(
        graph, at_nodes(graph, starts), at_nodes(graph, ends), cutoff_ds=limit, method="batch"
    )
    assert np.array_equal(found, np.where(expected <= limit, expected, UNREACHED))


def winding_town(seed):
    """A town with half of its streets gone and the others bent, some of them one-way."""
    random = np.random.default_rng(seed)
    table = grid(7)[lambda rows: random.random(len(rows)) < 0.6]
    at, rows = {}, []
    for number, street in enumerate(table.itertuples()):
        names = [street.from_node, *(f"{number}-{bend}" for bend in range(3)), street.to_node]
        for share, name in zip(np.linspace(0, 1, 5), names, strict=True):
            spot = street.geometry.interpolate(share, normalized=True)
            at[name] = (spot.x, spot.y)
        oneway = random.random() < 0.2
        length = random.choice([0, 5, 30, 900], 4)
        rows += [(*pair, m, oneway) for *pair, m in zip(names, names[1:], length, strict=False)]
    return bike(streets(rows, at))


def test_a_long_way_home_is_one_arc():
    rows = [*SHAPES["three chains between two junctions"], "ag", "gh"]
    graph = named(rows)
    folded = fold(graph, reverse=False)
    junctions = sorted(
        graph.node_ids[np.unique(folded.meeting_start, return_index=True)[1][1:] - 1]
    )
    assert junctions == ["a", "b"]
    assert len(folded.chain_start) == 4
    assert len(folded.tree_steps) == 2
    assert (folded.root == np.arange(graph.nodes)).sum() == graph.nodes - 2


def test_parts_without_a_target_are_not_passed():
    graph = named([*SHAPES["three chains between two junctions"], "ag", "gh"])
    folded = fold(graph, reverse=False)
    hanging = np.isin(graph.node_ids, ["a", "b"])
    chains, trees = wanted_parts(folded, hanging)
    assert not chains.any()
    assert not trees.any()
    chains, trees = wanted_parts(folded, hanging | np.isin(graph.node_ids, ["h", "d"]))
    assert chains.sum() == 1
    assert graph.node_ids[trees].tolist() == ["a"]


def test_a_fold_is_made_once_and_goes_with_its_graph():
    graph = walk(grid())
    assert fold(graph, reverse=False) is fold(graph, reverse=True)
    before = len(FOLDS)
    del graph
    gc.collect()
    assert len(FOLDS) < before
