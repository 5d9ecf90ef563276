"""Ways from door to door with what was known before: the same as without, and few searched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import snap
from htkgis.pipeline import door_to_door as module
from htkgis.pipeline.door_to_door import door_to_door
from tests.network.towns import bike, grid, networks, points, spots, walk

SPOTS = [(10, 5), (150, 8), (95, 60), (400, 400)]
ENDS = [(5, 90), (195, 100), (100, 10)]
LIMITS_DS = np.array([900, 1500, 900])


def asked(at=SPOTS, ends=ENDS, limits_ds=LIMITS_DS, make=walk, spacing_m=100.0):
    graph = make(grid(spacing_m=spacing_m))
    starts, stops = (snap(graph, points(*own), max_snap_m=30) for own in (at, ends))
    return graph, starts, stops, limits_ds


def arrays(ways, kept):
    """All that was measured, and all that is kept of it."""
    return [np.asarray(ways.from_ids), ways.indptr, ways.to_index, ways.time_ds, *kept.values()]


def same(one, other):
    for own, again in zip(one, other, strict=True):
        assert own.dtype == again.dtype
        np.testing.assert_array_equal(own, again)


CHANGES = {
    "nothing": (asked(), 0),
    "one moved": (asked([(15, 5), *SPOTS[1:]]), 1),
    "another order": (asked(SPOTS[::-1]), 0),
    "fewer, and one more": (asked([(60, 2), *SPOTS[2:]]), 1),
    "another end": (asked(ends=[(5, 80), *ENDS[1:]]), 4),
    "ends in another order": (asked(ends=ENDS[::-1]), 4),
    "ways that may be no longer": (asked(limits_ds=np.array([900, 300, 900])), 4),
    "one-way streets": (asked(make=lambda table: bike(table.assign(oneway=True))), 4),
    "streets that take longer": (asked(spacing_m=101.0), 4),
}
"""What is otherwise the second time, and from how many origins is searched."""


@pytest.mark.parametrize("change", CHANGES)
def test_ways_are_those_without_help_and_only_changed_origins_are_searched_from(
    change, monkeypatch
):
    after, count = CHANGES[change]
    _, before = door_to_door(*asked())
    alone = door_to_door(*after)
    searched, real = [], module.from_door_to_door

    def counted(graph, origins, *others):
        searched.append(len(origins))
        return real(graph, origins, *others)

    monkeypatch.setattr(module, "from_door_to_door", counted)
    helped = door_to_door(*after, earlier=before)
    same(arrays(*alone), arrays(*helped))
    assert sum(searched) == count


@given(data=st.data(), table=networks())
def test_whatever_was_known_before_the_ways_are_the_same(data, table):
    graph = walk(table)
    before, now, ends = (
        snap(graph, data.draw(spots(table, count=count)), max_snap_m=25) for count in (4, 5, 3)
    )
    limits_ds = np.array(data.draw(st.lists(st.sampled_from([600, 2000]), min_size=3, max_size=3)))
    _, kept = door_to_door(graph, before, ends, limits_ds)
    mixed = now if data.draw(st.booleans()) else before
    same(
        arrays(*door_to_door(graph, mixed, ends, limits_ds)),
        arrays(*door_to_door(graph, mixed, ends, limits_ds, earlier=kept)),
    )
