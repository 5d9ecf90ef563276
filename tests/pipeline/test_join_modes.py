"""Tables of all modes: each lands under its name and mode, walking first, others last."""

from pathlib import Path

import pandas as pd
import pytest

from htkgis.pipeline.mode_steps import OF_ALL_MODES, joining_steps
from htkgis.pipeline.modes import join_modes
from htkgis.study import read_study

STUDY = read_study(Path(__file__).parents[2] / "study.toml")


def one(what):
    return pd.DataFrame({"what": [what]})


def test_tables_stand_below_each_other_by_mode_and_mappings_beside():
    values = [one("walk access"), one("bike access"), {"edges": 1}, {"edges": 2}]
    joined = join_modes(*values, tables=("access", "network"), modes=("walk", "bike"))
    assert joined["access"].to_numpy().tolist() == [
        ["walk access", "walk"],
        ["bike access", "bike"],
    ]
    assert joined["network"] == {"walk": {"edges": 1}, "bike": {"edges": 2}}


def test_access_of_others_stands_last_in_the_order_of_its_names():
    values = [one("walk"), one("bike"), one("older"), one("transit")]
    joined = join_modes(
        *values, tables=("access",), modes=("walk", "bike"), below=("older", "transit")
    )
    assert joined["access"]["what"].tolist() == ["walk", "bike", "older", "transit"]


def test_a_table_without_rows_does_not_decide_the_kinds_of_columns():
    empty = pd.DataFrame({"what": []})
    joined = join_modes(empty, one(7), tables=("access",), modes=("walk", "bike"))
    assert joined["access"]["what"].tolist() == [7]
    assert joined["access"]["what"].dtype == "int64"


def test_access_of_others_without_a_name_is_refused():
    with pytest.raises(ValueError, match=r"2 tables of access for \['older'\]"):
        join_modes(
            one("walk"), one("a"), one("b"), tables=("access",), modes=("walk",), below=("older",)
        )


def test_the_steps_hand_every_table_on_in_the_order_in_which_it_is_joined():
    steps = joining_steps(STUDY, "transit_access")
    # access waits for nothing else
    assert [step.outputs for step in steps] == [OF_ALL_MODES[:1], OF_ALL_MODES[1:]]
    joined = {}
    for step in steps:
        # a stand-in for each input that says what it is
        joined |= step.run(*(one(name) for name in step.inputs))
    assert tuple(joined) == OF_ALL_MODES
    modes = STUDY.modes.names
    assert modes[0] == "walk"
    for table in OF_ALL_MODES:
        own = joined[table].iloc[: len(modes)]
        assert own["what"].tolist() == [f"{mode}_{table}" for mode in modes]
        assert own["mode"].tolist() == list(modes)
    others = joined["access"]["what"].iloc[len(modes) :].tolist()
    lenses = [f"walk_{lens}_access" for lens in STUDY.profile.lenses]
    assert lenses
    assert others == [*lenses, "transit_access"]
