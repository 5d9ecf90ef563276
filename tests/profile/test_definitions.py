"""Definitions: what every indicator measures, in both languages."""

import importlib
import inspect

import pandas as pd
import pytest

from htkgis.errors import SchemaError
from htkgis.maps import load_text
from htkgis.profile import definitions
from htkgis.profile.contract import parts
from htkgis.profile.definitions import (
    base_indicator,
    definition_rows,
    known_definitions,
    with_own_definitions,
)

KNOWN = known_definitions()


@pytest.mark.parametrize("name", KNOWN)
def test_a_definition_is_whole_in_both_languages(name):
    entry = KNOWN[name]
    for fact in definitions.FACTS:
        assert fact == "measure" or entry[fact].strip(), fact
    assert set(entry) <= {*definitions.FACTS, "of_figures", "kind"}
    assert entry["definition"] != entry["definition_en"]
    assert entry["direction"] in {"less", "more", "neither"}
    assert entry["part"] in parts()


@pytest.mark.parametrize("name", [name for name, entry in KNOWN.items() if "measure" in entry])
def test_the_measure_of_a_definition_is_in_the_code(name):
    module, _, function = KNOWN[name]["measure"].rpartition(".")
    measure = getattr(importlib.import_module(module), function)
    assert inspect.getdoc(measure)


@pytest.mark.parametrize(
    "name", [name for name, entry in KNOWN.items() if entry["part"] == "criteria"]
)
def test_a_criterion_is_defined_in_the_words_of_its_list(name):
    assert KNOWN[name]["definition"] == load_text("da")(f"indicator.{name}")
    assert KNOWN[name]["definition_en"] == load_text("en")(f"indicator.{name}")


@pytest.mark.parametrize(
    ("indicator", "base"),
    [
        ("nearest_1", "nearest"),
        ("nearest_12", "nearest"),
        ("count", "cumulative"),
        ("jobs_low", "jobs_low"),
        ("station_time", "station_time"),
        ("jobs", "jobs"),
    ],
)
def test_an_indicator_is_defined_without_its_rank(indicator, base):
    assert base_indicator(indicator) == base


def test_only_what_the_profile_holds_is_defined():
    profile = {"shares": None, "nearest": [1], "jobs": [1], "reach": []}
    rows = definition_rows(profile, ["nearest_1", "nearest_3", "jobs"])
    assert [row["indicator"] for row in rows] == ["nearest", "jobs"]
    rows = definition_rows({"jobs": [1], "shares": {"rows": []}}, ["jobs", "jobs_low"])
    assert [row["indicator"] for row in rows] == ["jobs", "jobs_low", "share", "distribution"]


def test_two_files_cannot_define_one_indicator(monkeypatch, tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[nearest]\nunit = "min"\n', encoding="utf-8")
    monkeypatch.setattr(definitions.resources, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"b.toml: defines \['nearest'\] a second time"):
        known_definitions.__wrapped__()


def own(**changed):
    row = {"indicator": "turnout", "name": "Valgdeltagelse", "unit": "%", "kind": "share"}
    row |= {"direction": "more", "definition": "Vælgere, der stemte", "source": "Statistik"}
    return pd.DataFrame([row | changed])


def test_a_study_defines_indicators_of_its_own_in_one_language_or_two():
    found = with_own_definitions(own(name_en="Turnout"))
    assert found["turnout"]["name_en"] == "Turnout"
    assert found["turnout"]["definition_en"] == "Vælgere, der stemte"
    assert {name: found[name] for name in KNOWN} == KNOWN
    rows = definition_rows({"indicators": {"rows": [1]}}, [], found)
    assert [row["name"] for row in rows][-1] == "Valgdeltagelse"


def test_what_is_defined_already_has_one_definition():
    with pytest.raises(SchemaError, match="1 of 1 are defined already: 'residents'"):
        with_own_definitions(own(indicator="residents"))
