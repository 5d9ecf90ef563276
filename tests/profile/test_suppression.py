"""The attack and the defence: intervals by linear program, tables with margins, editions."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.profile.suppression import (
    Figure,
    Group,
    Sum,
    exposed,
    exposed_groups,
    intervals,
    withheld,
)
from htkgis.profile.suppression_bounds import plain_bounds

MIN_COUNT = 5


def exact(name, cells, value, cost=None):
    return Figure(name, (Sum(cells, value, value),), value if cost is None else cost)


def table_figures(counts):
    """Cells, sums of rows and of columns, and the total of a table, all exact."""
    rows, columns = counts.shape
    number = np.arange(counts.size).reshape(counts.shape)
    sets = {("cell", r, c): (number[r, c],) for r in range(rows) for c in range(columns)}
    sets |= {("row", r): tuple(number[r]) for r in range(rows)}
    sets |= {("column", c): tuple(number[:, c]) for c in range(columns)}
    sets["total"] = tuple(number.ravel())
    flat = counts.ravel()
    return [
        exact(name, tuple(int(cell) for cell in cells), float(flat[list(cells)].sum()))
        for name, cells in sets.items()
    ]


def attacked(counts, figures, hidden):
    groups = [Group((cell,), float(counts.sum())) for cell in range(counts.size)]
    known = [each for figure in figures if figure.name not in hidden for each in figure.sums]
    return groups, intervals(counts.size, known, groups)


tables = st.integers(2, 3).flatmap(
    lambda rows: st.integers(2, 3).flatmap(
        lambda columns: st.lists(
            st.integers(0, 12), min_size=rows * columns, max_size=rows * columns
        ).map(lambda cells: np.array(cells).reshape(rows, columns))
    )
)


@given(tables)
@settings(max_examples=6, deadline=None)
def test_no_small_cell_of_a_table_with_margins_can_be_worked_out(counts):
    figures = table_figures(counts)
    groups = [Group((cell,), float(counts.sum())) for cell in range(counts.size)]
    hidden = withheld(counts.size, figures, groups, min_count=MIN_COUNT)
    _, found = attacked(counts, figures, hidden)
    limit = min(MIN_COUNT, counts.sum())
    for (low, high), count in zip(found, counts.ravel(), strict=True):
        assert low - 1e-6 <= count <= high + 1e-6
        if 0 < count < limit:
            assert high - low >= limit - 1e-6
    small = [("cell", *at) for at in np.ndindex(counts.shape) if 0 < counts[at] < limit]
    assert set(small) <= set(hidden)


@given(tables)
@settings(max_examples=6, deadline=None)
def test_a_table_without_small_cells_is_published_whole(counts):
    large = np.where(counts > 0, counts + MIN_COUNT, 0)
    groups = [Group((cell,), float(large.sum())) for cell in range(large.size)]
    assert withheld(large.size, table_figures(large), groups, min_count=MIN_COUNT) == []


def test_one_hidden_cell_is_not_enough_where_there_are_margins():
    counts = np.array([[3, 20], [30, 40]])
    figures = table_figures(counts)
    _, alone = attacked(counts, figures, [("cell", 0, 0)])
    assert alone[0].tolist() == pytest.approx([3, 3])
    groups = [Group((cell,), 93.0) for cell in range(4)]
    hidden = withheld(4, figures, groups, min_count=MIN_COUNT)
    assert ("cell", 0, 0) in hidden
    assert len(hidden) > 1
    _, found = attacked(counts, figures, hidden)
    assert found[0][1] - found[0][0] >= MIN_COUNT - 1e-6


def test_the_linear_program_finds_what_trying_every_table_finds():
    # a 2 x 2 table with margins 4 and 6 by 3 and 7: the first cell is 0 to 3
    tried = [
        cells
        for cells in itertools.product(range(11), repeat=4)
        if cells[0] + cells[1] == 4
        and cells[2] + cells[3] == 6
        and cells[0] + cells[2] == 3
        and cells[1] + cells[3] == 7
    ]
    known = [Sum((0, 1), 4, 4), Sum((2, 3), 6, 6), Sum((0, 2), 3, 3), Sum((1, 3), 7, 7)]
    groups = [Group((cell,), 10.0) for cell in range(4)]
    found = intervals(4, known, groups)
    for cell in range(4):
        values = [cells[cell] for cells in tried]
        assert found[cell].tolist() == pytest.approx([min(values), max(values)])


def test_rounded_sums_can_meet_in_one_number():
    # 3 to 8 persons, and the same persons within a group of at most 3: exactly 3
    known = [Sum((0,), 3.0, 8.0), Sum((0, 1), 0.0, 3.0)]
    groups = [Group((0,), 100.0)]
    assert intervals(2, known, groups)[0].tolist() == pytest.approx([3, 3])
    figures = [Figure("own", (known[0],), 10.0), Figure("of both", (known[1],), 20.0)]
    hidden = withheld(2, figures, groups, min_count=MIN_COUNT, known=[Sum((0, 1), 0, 100)])
    assert hidden


def test_zero_and_all_are_no_small_numbers():
    groups = [Group((0,), 3.0), Group((0,), 3.0), Group((0,), 3.0)]
    ends = np.array([[0.0, 0.0], [3.0, 3.0], [2.0, 2.0]])
    assert exposed(ends, groups, min_count=MIN_COUNT).tolist() == [False, False, True]


def test_what_anybody_knows_cannot_be_withheld():
    groups = [Group((0,), 10.0)]
    known = [Sum((0,), 2.0, 2.0)]
    assert withheld(1, [exact("own", (0,), 2.0)], groups, min_count=5, known=known) == []


def test_the_cheapest_figure_that_helps_is_withheld_and_no_more():
    figures = [exact("part", (0,), 3.0), exact("rest", (1,), 50.0), exact("all", (0, 1), 53.0)]
    groups = [Group((0,), 100.0)]
    assert withheld(2, figures, groups, min_count=5) == ["part", "rest"]


def test_figures_that_fit_no_table_are_a_fault():
    with pytest.raises(ValueError, match="no table fits them"):
        intervals(1, [Sum((0,), 1.0, 1.0), Sum((0,), 2.0, 2.0)], [Group((0,), 2.0)])
    # also where every group is known to be safe before any program is solved
    with pytest.raises(ValueError, match="no table fits them"):
        exposed_groups(
            1, [Sum((0,), 7.0, 7.0), Sum((0,), 8.0, 8.0)], [Group((0,), 8.0)], min_count=5
        )


def test_without_groups_or_figures_there_is_nothing_to_do():
    assert intervals(1, [Sum((0,), 1.0, 2.0)], []).shape == (0, 2)
    assert withheld(1, [], [Group((0,), 10.0)], min_count=5) == []


@given(tables)
@settings(max_examples=6, deadline=None)
def test_fewer_programs_find_the_same_exposed_groups(counts):
    groups = [Group((cell,), float(counts.sum())) for cell in range(counts.size)]
    known = [each for figure in table_figures(counts)[counts.size :] for each in figure.sums]
    flags = exposed(intervals(counts.size, known, groups), groups, min_count=MIN_COUNT)
    plain = [group for group, flag in zip(groups, flags, strict=True) if flag]
    assert exposed_groups(counts.size, known, groups, min_count=MIN_COUNT) == plain


@given(tables, st.data())
@settings(max_examples=20, deadline=None)
def test_plain_bounds_never_tell_more_than_the_attack_finds(counts, data):
    slack = data.draw(st.sampled_from([0.0, 2.0]))
    known = [
        Sum(each.cells, max(each.low - slack * (len(each.cells) > 1), 0.0), each.high + slack)
        for figure in table_figures(counts)[counts.size :]
        for each in figure.sums
    ]
    sets = st.sets(st.integers(0, counts.size - 1), min_size=1, max_size=3)
    drawn = data.draw(st.lists(sets, min_size=1, max_size=5))
    groups = [Group(tuple(sorted(cells)), float(counts.sum())) for cells in drawn]
    narrowest = intervals(counts.size, known, groups)
    bounds = plain_bounds(known, groups)
    assert (bounds[:, 0] <= narrowest[:, 0] + 1e-6).all()
    assert (bounds[:, 1] >= narrowest[:, 1] - 1e-6).all()


def test_who_is_beyond_all_limits_is_everybody_less_those_within():
    everybody, within = Sum((0, 1, 2), 100.0, 100.0), Sum((0, 1), 97.0, 99.0)
    groups = [Group((2,), 3.0), Group((0, 1), 97.0), Group((0,), 97.0)]
    assert plain_bounds([everybody, within], groups).tolist() == [[1, 3], [97, 99], [0, 99]]
    nobody = [everybody, Sum((0,), 100.0, 100.0)]  # nobody is farther than the first band
    assert plain_bounds(nobody, [Group((1,), 0.0), Group((2,), 0.0)]).tolist() == [[0, 0], [0, 0]]
