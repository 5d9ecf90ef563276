"""The attack on shares is run once on the same figures, wherever their rows stand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.pipeline import disclosed
from htkgis.pipeline.disclosed import remembering
from htkgis.profile.share_disclosure import publish_shares
from htkgis.profile.suppression import Figure, Group, Sum
from tests.profile.test_share_disclosure import RULES, town, towns

SUMS = (Sum((0, 1), 10.0, 10.0), Sum((0,), 8.0, 8.0))
"""Both together tell of 2 persons in the second cell."""


def refused(*_, **__):
    msg = "attacked again"
    raise AssertionError(msg)


def published(shares, distribution, parts, earlier):
    attacks = {}
    tables = publish_shares(
        shares, distribution, parts, RULES, withhold=remembering(earlier, attacks)
    )
    return tables, attacks


@given(towns, st.lists(st.integers(0, 19), max_size=2))
@settings(max_examples=3, deadline=None)
def test_what_is_withheld_is_the_same_whatever_was_attacked_before(persons, changed):
    before = persons.copy()
    before.ravel()[changed] += 3
    _, earlier = published(*town(before), {})
    helped, _ = published(*town(persons), earlier)
    for one, other in zip(helped, publish_shares(*town(persons), RULES), strict=True):
        pd.testing.assert_frame_equal(one, other)


def chosen(rows, earlier, **changed):
    kept = {}
    figures = [
        Figure(("share", row), (told,), float(cost))
        for cost, (row, told) in enumerate(zip(rows, SUMS, strict=True), start=1)
    ]
    asked = {"groups": [Group((1,), 10.0)], "min_count": 5} | changed
    return remembering(earlier, kept)(2, figures, **asked), kept


def test_what_was_attacked_is_not_attacked_again_though_its_rows_stand_elsewhere(monkeypatch):
    names, earlier = chosen([4, 5], {})
    assert names == [("share", 4)]
    monkeypatch.setattr(disclosed, "withheld", refused)
    assert chosen([7, 9], earlier) == ([("share", 7)], earlier)


@pytest.mark.parametrize(
    "changed",
    [
        {"min_count": 2},
        {"groups": [Group((0,), 8.0)]},
        {"groups": [Group((1,), 10.0, 9.0)]},
        {"known": (Sum((1,), 0.0, 9.0),)},
    ],
)
def test_another_attack_is_run(changed, monkeypatch):
    _, earlier = chosen([4, 5], {})
    monkeypatch.setattr(disclosed, "withheld", refused)
    with pytest.raises(AssertionError, match="attacked again"):
        chosen([4, 5], earlier, **changed)
