"""The attack on shares is run once on the same figures, wherever their rows stand."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.pipeline import disclosed
from htkgis.pipeline.disclosed import remembering
from htkgis.profile.share_disclosure import publish_shares
from htkgis.profile.suppression import withheld
from tests.profile.test_share_disclosure import RULES, town, towns

FEW = np.array([[7, 5, 30, 16, 2], [0, 0, 0, 10, 7], [5, 8, 30, 36, 8], [6, 5, 32, 33, 8]])
"""Persons by part and band of whom rounded figures still tell, so that some are withheld."""


def refused(*_, **__):
    msg = "attacked again"
    raise AssertionError(msg)


def published(shares, distribution, parts, earlier):
    attacks = {}
    tables = publish_shares(
        shares, distribution, parts, RULES, withhold=remembering(earlier, attacks)
    )
    return tables, attacks


def of_function(persons, function):
    shares, distribution, parts = town(persons)
    return shares.assign(function=function), distribution.assign(function=function), parts


@given(towns, st.lists(st.integers(0, 19), max_size=2))
@settings(max_examples=5, deadline=None)
def test_what_is_withheld_is_the_same_whatever_was_attacked_before(persons, changed):
    before = persons.copy()
    before.ravel()[changed] += 3
    _, earlier = published(*town(before), {})
    helped, _ = published(*town(persons), earlier)
    for one, other in zip(helped, publish_shares(*town(persons), RULES), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_what_was_attacked_is_not_attacked_again_where_rows_of_another_function_stand_before_it(
    monkeypatch,
):
    alone, earlier = published(*of_function(FEW, "school"), {})
    assert all(earlier.values())
    _, others = published(*of_function(FEW[:, ::-1], "library"), {})
    first, second = of_function(FEW[:, ::-1], "library"), of_function(FEW, "school")
    both = [
        pd.concat([one, other], ignore_index=True)
        for one, other in zip(first[:2], second[:2], strict=True)
    ]
    expected = publish_shares(*both, second[2], RULES)
    monkeypatch.setattr(disclosed, "withheld", refused)
    found, kept = published(*of_function(FEW, "school"), earlier)
    pd.testing.assert_frame_equal(found[0], alone[0])
    assert kept == earlier
    monkeypatch.setattr(disclosed, "withheld", withheld)
    again, _ = published(*both, second[2], earlier | others)
    for one, other in zip(again, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)
