"""What a study trusts of a new version: up to the limit itself, and no farther."""

import pandas as pd
import pytest

from htkgis.pipeline.updates.judged import judge
from htkgis.schema.versions import Difference
from htkgis.update_rules import UpdateRules

from .test_update import RULES

TRUSTED = UpdateRules.model_validate(
    {**RULES, "keep": {"value": ("station",), "unit": "functions", "source": "s"}}
)


def held(difference, rules=TRUSTED, old=None):
    return judge([difference], rules, old)[0].held


@pytest.mark.parametrize(
    ("at_the_limit", "beyond", "limit"),
    [
        (Difference("lost", (), 1, 10), Difference("lost", (), 11, 100), "10%"),
        (Difference("moved", ("a",), 1, 9, 50.0), Difference("moved", ("a",), 1, 9, 50.1), "50 m"),
        (
            Difference("reshaped", ("a",), 1, 9, 0.1),
            Difference("reshaped", ("a",), 1, 9, 0.11),
            "10%",
        ),
        (
            Difference("emptied", ("a",), 1, 10, None, "name"),
            Difference("emptied", ("a", "b"), 2, 10, None, "name"),
            "10%",
        ),
        (
            Difference("overlapping", ("a", "b"), 2, 9, 0.05),
            Difference("overlapping", ("a", "b"), 2, 9, 0.06),
            "5%",
        ),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_what_differs_by_more_than_the_study_trusts_is_held(at_the_limit, beyond, limit):
    assert held(at_the_limit) == ""
    assert held(beyond) == f"above updates.{beyond.kind}, {limit}"


def test_what_is_new_or_has_another_value_is_told_and_not_held():
    assert held(Difference("new", ("a",), 1, 1)) == ""
    assert held(Difference("changed", ("a",), 1, 1, None, "name")) == ""


def test_a_place_that_may_not_be_lost_is_held_however_many_there_are():
    old = pd.DataFrame({"id": ["a", "b"], "function": ["station", "culture"]})
    assert held(Difference("lost", ("a",), 1, 100), old=old) == "updates.keep: station 'a'"
    assert held(Difference("lost", ("b",), 1, 100), old=old) == ""


def test_without_rules_nothing_that_was_there_is_trusted_to_differ():
    lost = Difference("lost", ("a",), 1, 1000)
    assert held(lost, rules=None) == "study.toml has no [updates]"
    assert held(Difference("new", ("a",), 1, 1), rules=None) == ""
