"""What pages say of a scenario's edits: how much of what, in both languages."""

import tomllib
from importlib.resources import files

import pandas as pd
import pytest

from htkgis.maps.scenario import scenario_section
from htkgis.maps.text import load_text
from htkgis.profile.scenario import scenario_part
from htkgis.scenario_rules import Scenario

LINE = [[12.27, 55.65], [12.28, 55.65]]
PLACE = {"lat": 55.65, "lon": 12.27}
STOPS = [{"stop": "a", "minutes": 0.0}, {"stop": "b", "minutes": 5.0}]
EDITS = [
    {"kind": "add_street", "id": "n1", "line": LINE, "structure": "bridge", "modes": ["walk"]}
    | {"delay_s": 15.0, "width_m": 3.5, "lit": "yes", "lts": 1, "route": True},
    {"kind": "add_street", "id": "n2", "line": LINE, "structure": "tunnel", "modes": ["bike"]},
    {"kind": "add_street", "id": "n3", "line": LINE},
    {"kind": "change_street", "streets": ["s1"], "opens": ["walk", "bike", "car"]}
    | {"car_kph": 40.0, "oneway": True, "oneway_bike": True, "crossings": 1.0, "signals": 0.0},
    {"kind": "change_street", "streets": ["s2"], "oneway": False, "oneway_bike": False}
    | {"lit": "no", "route": False},
    {"kind": "close_street", "streets": ["s3"], "modes": ["walk", "bike", "car"]},
    {"kind": "add_dwellings", "id": "d1", "dwellings": 1200, "persons": 2500.0, **PLACE},
    {"kind": "add_dwellings", "id": "d2", "dwellings": -188, "persons": 500.0, "area": "a"},
    {"kind": "change_jobs", "place": "z", "jobs": 13260.0},
    {"kind": "change_headway", "line": "l1", "headway_min": 7.5},
    {"kind": "change_running_time", "line": "l2", "factor": 0.8},
    {"kind": "change_running_time", "line": "l3", "change_min": 2.0},
    {"kind": "change_running_time", "line": "l4", "change_min": -1.5},
    {"kind": "add_stop", "line": "l5", "stop": "s", "between": ["a", "b"], "lost_min": 1.0},
]


def part(where=()):
    edits = [edit | {"from_year": 2030} for edit in EDITS]
    own = Scenario.model_validate(
        {"id": "s", "name": "S", "name_en": "S", "edits": edits}, strict=False
    )
    nobody = pd.DataFrame({"id": [], "name": [], "name_en": []})
    run = {"scenario": own.model_dump(mode="json"), "year": 2040, "where": list(where)}
    return scenario_part(run, 2026, nobody, nobody)


def changes(language):
    table = scenario_section({"scenario": part()}, load_text(language))["table"]
    return [row[2].text for row in table.rows]


def test_an_edit_says_how_much_of_what_the_danish_way():
    found = changes("da")
    assert found[0] == (
        "ny vej eller sti: bro; kun for gående; forsinkelse på 15 sekunder for hver passage; "
        "3,5 m bred (ændrer ingen tid); trafikstress på trin 1 af 4; belyst; del af en skiltet "
        "cykelrute"
    )
    assert found[2] == "ny vej eller sti"
    assert found[6] == "boliger bygges eller rives ned: 1.200 boliger flere; 2.500 beboere flere"
    assert found[8] == "andet antal arbejdspladser: 13.260"


def test_an_edit_says_where_it_lies_as_far_as_that_is_known():
    known = [{"street": "Øtoftegårdsvej", "quarter": "Videnskvarteret"}, {"street": "Parkvej"}]
    known += [{"street": None, "quarter": "Nord"}] + [{}] * (len(EDITS) - 3)
    for language, said in (
        ("da", ["nærmest Øtoftegårdsvej, i Videnskvarteret", "nærmest Parkvej", "i Nord"]),
        ("en", ["nearest to Øtoftegårdsvej, in Videnskvarteret", "nearest to Parkvej", "in Nord"]),
    ):
        text = load_text(language)
        table = scenario_section({"scenario": part(known)}, text)["table"]
        assert [row[1].text for row in table.rows[:4]] == [*said, text("missing.none")]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_word_of_facts_is_one_that_an_edit_says_and_the_reverse(language):
    source = files("htkgis.maps") / "text" / f"{language}_scenario.toml"
    words = tomllib.loads(source.read_text("utf-8"))["scenario"]["fact"]
    said = {fact["fact"] for edit in part()["edits"] for fact in edit["facts"]}
    assert said == set(words)
    assert all(changes(language))
