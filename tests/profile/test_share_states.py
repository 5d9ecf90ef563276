"""Shares of a scenario beside those of the study: nobody can subtract one from the other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.share_disclosure import case_table, publish_shares
from htkgis.profile.share_states import Living, PublishedState, beside, joint_cells, unit_parts
from htkgis.profile.suppression import exposed, intervals
from htkgis.schema import DISTRIBUTION, SHARES
from htkgis.units import UNREACHED, deciseconds

RULES = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
LIMITS = (5.0, 15.0)
MIDDLE = (2.5, 12.5, 60.0, np.nan)
TIMES = [*(deciseconds(minutes) for minutes in MIDDLE[:3]), UNREACHED]
"""A time in each band."""
BANDS = len(TIMES)
PARTS = (("a", "d"), ("b", "d"), (None, "d"))
UNITS = (("a", "area", [0]), ("b", "area", [1]), ("d", "municipality", [0, 1, 2]))


def town(persons):
    """Tables as they are measured, of persons by part and band of time."""
    shares, spreads = [], []
    for unit, kind, own in UNITS:
        bands = persons[own].sum(axis=0)
        total = float(bands.sum())
        reached = np.cumsum(bands) / total if total else np.full(BANDS, np.nan)
        facts = {"unit_id": unit, "unit_kind": kind, "name": unit, "persons": total}
        facts |= {"function": "school", "mode": "walk", "state": 2026}
        shares += [
            facts | {"limit_min": limit, "share": part, "lower_bound": False}
            for limit, part in zip(LIMITS, reached, strict=False)
        ]
        at = [int(np.searchsorted(reached, part - 1e-12)) for part in (0.1, 0.5, 0.9)]
        quantiles = [MIDDLE[band] if total else np.nan for band in at]
        spreads.append(
            facts
            | dict(zip(("p10_min", "p50_min", "p90_min"), quantiles, strict=True))
            | {f"p{percent}_upper_bound": False for percent in (10, 50, 90)}
            | {"searched_min": 120.0, "unreached_share": 1 - reached[2] if total else np.nan}
        )
    return (
        pd.DataFrame(shares)[list(SHARES.columns)],
        pd.DataFrame(spreads)[list(DISTRIBUTION.columns)],
    )


def states(persons):
    """The study and a scenario, of persons by part, band before and band after."""
    addresses = [(*place, n) for place, n in np.ndenumerate(persons) if n]
    residents = pd.DataFrame(
        {
            "id": [f"{part}-{was}-{now}" for part, was, now, _ in addresses],
            "persons": [float(n) for *_, n in addresses],
            "area_id": [PARTS[part][0] for part, *_ in addresses],
            "district_id": [PARTS[part][1] for part, *_ in addresses],
        }
    )
    times = [
        pd.DataFrame({"id": residents["id"], "school": [TIMES[row[at]] for row in addresses]})
        for at in (1, 2)
    ]
    before = measured(persons.sum(axis=2), residents)
    after = measured(persons.sum(axis=1), residents, state=2040)
    lives = [Living(residents, {"walk": each}) for each in times]
    return before, after, lives


def measured(persons, residents, state=2026):
    shares, distribution = town(persons)
    return shares.assign(state=state), distribution.assign(state=state), unit_parts(residents)


def published(before, after, lives):
    """Publish the study, then the scenario beside it."""
    told = publish_shares(*before, RULES)
    known = PublishedState(lives[0], *before[:2], *told)
    widen = beside(known, lives[1], RULES)
    found = publish_shares(*after, RULES, accepted=known.told_in(2040), widen=widen)
    return told, found


def attack(before, after, lives, told, found):
    """Work out all that both sets tell together, cell by cell; written apart from the module."""
    residents = lives[0].residents
    order = list(unit_parts(residents)[["area_id", "district_id"]].itertuples(index=False))
    order = [tuple(None if pd.isna(name) else name for name in part) for part in order]
    places = [tuple(int(n) for n in key.split("-")) for key in residents["id"]]
    sums, groups = [], {}
    tables = [
        case_table(*each, RULES, accepted=accepted)
        for each, accepted in ((before, {}), (after, known_in(told[0])))
    ]
    for side, (table, published_as) in enumerate(zip(tables, (told, found), strict=True)):
        cells = {}
        for at, place in enumerate(places):
            part = order.index(PARTS[place[0]])
            cells.setdefault(part * BANDS + place[1 + side], []).append(at)
        hidden = {("share", at) for at in published_as[0].index[published_as[0]["hidden"]]}
        hidden |= {("spread", at) for at in published_as[1].index[published_as[1]["hidden"]]}
        figures = [each for each in table.figures if each.name not in hidden]
        own = [*table.known, *(each for figure in figures for each in figure.sums)]
        sums.append([lifted(each, cells) for each in own])
        for group in table.groups:
            groups[tuple(lifted(group, cells).cells)] = lifted(group, cells)
    groups.pop((), None)
    own = list(groups.values())
    public = [each for each in sums[0] if each.cells]
    both = [*public, *(each for each in sums[1][: len(tables[1].known)] if each.cells)]
    everything = [each for side in sums for each in side if each.cells]
    bare, known = (intervals(len(places), some, own) for some in (both, everything))
    marked = [exposed(ends, own, min_count=RULES.min_count) for ends in (bare, known)]
    return marked[1] & ~marked[0], known, own


def lifted(some, cells):
    numbers = tuple(sorted(at for cell in some.cells for at in cells.get(cell, [])))
    return type(some)(numbers, *[getattr(some, name) for name in list(vars(some))[1:]])


def known_in(told):
    lives = Living(pd.DataFrame(), {})
    return PublishedState(lives, told, told, told, told).told_in(2040)


numbers = st.one_of(st.just(0), st.integers(1, 8), st.integers(1, 400))
towns = st.lists(numbers, min_size=15, max_size=15)
"""Persons of each part who stay in each band, and who come from the second to the first."""


def persons_of(numbers):
    persons = np.zeros((3, BANDS, BANDS), dtype=int)
    for part in range(3):
        own = numbers[part * 5 : part * 5 + 5]
        persons[part, range(BANDS), range(BANDS)] = own[:BANDS]
        persons[part, 1, 0] = own[BANDS]
    return persons


@given(towns)
@settings(max_examples=3, deadline=None)
def test_nobody_can_work_out_a_small_number_of_persons_from_both(numbers):
    persons = persons_of(numbers)
    if not persons.any():
        return
    before, after, lives = states(persons)
    told, found = published(before, after, lives)
    newly, known, groups = attack(before, after, lives, told, found)
    assert not newly.any()
    true = persons[persons > 0]
    for group, (low, high) in zip(groups, known, strict=True):
        assert low - 1e-3 <= true[list(group.cells)].sum() <= high + 1e-3


def example(*, moved):
    """Of area a 30 of 1,000 are in the first band; ``moved`` of b come into the second."""
    persons = np.zeros((3, BANDS, BANDS), dtype=int)
    persons[0, 0, 0], persons[0, 2, 2] = 30, 970
    persons[1, 2, 2], persons[1, 2, 1] = 800 - moved, moved
    persons[2, 1, 1] = 500
    return persons


def test_what_no_edit_touches_is_told_as_it_was():
    before, after, lives = states(example(moved=0))
    told, found = published(before, after, lives)
    for was, now in zip(told, found, strict=True):
        pd.testing.assert_frame_equal(now.assign(state=2026), was)


def test_a_share_that_was_hidden_stays_hidden_though_the_scenario_alone_would_tell_it():
    before, after, lives = states(example(moved=200))
    shares, distribution = publish_shares(*before, RULES)
    row = shares.index[shares["unit_id"].eq("a") & shares["limit_min"].eq(5.0)][0]
    alone, _ = publish_shares(*after, RULES)
    assert not alone["hidden"][row]
    hidden = shares.assign(hidden=shares["hidden"] | (shares.index == row))
    known = PublishedState(lives[0], *before[:2], hidden, distribution)
    found, _ = publish_shares(
        *after, RULES, accepted=known.told_in(2040), widen=beside(known, lives[1], RULES)
    )
    assert found["hidden"][row]
    assert np.isnan(found["share"][row])


def test_minutes_that_were_hidden_stay_hidden():
    before, after, lives = states(example(moved=200))
    shares, distribution = publish_shares(*before, RULES)
    row = distribution.index[distribution["unit_id"].eq("b")][0]
    hidden = distribution.assign(hidden=distribution.index == row)
    known = PublishedState(lives[0], *before[:2], shares, hidden)
    _, found = publish_shares(
        *after, RULES, accepted=known.told_in(2040), widen=beside(known, lives[1], RULES)
    )
    assert found["hidden"].tolist() == hidden["hidden"].tolist()
    assert np.isnan(found["p50_min"][row])


@pytest.mark.parametrize("moved", [2, 200])
def test_what_an_edit_changes_for_many_is_told_and_for_few_is_not(moved):
    before, after, lives = states(example(moved=moved))
    told, found = published(before, after, lives)
    own = told[0]["unit_id"].eq("b") & told[0]["limit_min"].eq(15.0)
    was, now = (float(each.loc[own, "share"].iloc[0]) for each in (told[0], found[0]))
    assert was == 0.0
    assert not found[0].loc[own, "hidden"].any()
    assert now == (0.26 if moved == 200 else 0.0)  # in steps of 2 of 100


def test_a_function_with_its_first_place_is_told_as_it_would_be_alone():
    before, after, lives = states(example(moved=0))
    known = PublishedState(lives[0], *before[:2], *before[:2])
    first = [each.assign(function="library") for each in after[:2]]
    widen = beside(known, lives[1], RULES)
    found = publish_shares(*first, after[2], RULES, widen=widen)
    for one, other in zip(found, publish_shares(*first, after[2], RULES), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_who_moves_in_is_in_no_cell_of_before():
    was = pd.DataFrame({"cell": [1], "persons": [5.0]}, index=["a"])
    now = pd.DataFrame({"cell": [1, 0], "persons": [5.0, 9.0]}, index=["a", "new"])
    assert joint_cells(was, now).to_numpy().tolist() == [[-1, 0, 9.0], [1, 1, 5.0]]
