"""How closed an area is, and its residents, beside their range; what is said of it."""

import pytest

from htkgis.maps import load_text, tables
from htkgis.maps.changes import newer_places
from htkgis.maps.robustness import definition, stamps_beside
from tests.maps.profile_example import example_profile

NONE = "\u2013"
RANGE = {"low": 0.4, "high": 0.65, "bound": False, "stamp": "sensitive", "tried": 3}
CASES = [{"case": "slow", "factor": "speed", "value": 3.2, "unit": "km/h", "source": "skøn"}]


@pytest.fixture(scope="module")
def text():
    return load_text("da")


@pytest.fixture
def profile():
    found = example_profile()
    here = found["quarter"]["id"]
    robust = RANGE | {"changed_by": ["slow", "sketch_longer"]}

    def measure(indicator, unit, value, robust, *, bound=False, limit=0.5, **of):
        own = {"quarter_id": here, "value": value, "lower_bound": bound, "robust": robust} | of
        row = {"indicator": indicator, "unit": unit, "limit_min": 15, "values": [own]}
        return row | {"closed_from": limit}

    measures = [
        measure("crossings_per_km", "per km", 5.7, None, bound=True),
        measure("reached_surroundings", "share", 0.62, robust),
        measure("barrier_cost", "min", 0.3, None, bound=True),
        measure("through_movement", "times", 0.4, None),
    ]
    by_bike = [
        measure("directness_direction", "times", 1.6, RANGE | {"changed_by": []}, direction="ne"),
        measure("directness_function", "times", 1.7, None, limit=None, function="school"),
        measure("barrier_cost", "min", 0.3, None, bound=True, limit=None),
    ]
    by_car = [measure("crossings_per_km", "per km", 3.0, None)]
    modes = {"walk": measures, "bike": by_bike, "car": by_car}
    share = {"function": "school", "mode": "walk", "limit_min": 15, "share": 0.62}
    share |= {"lower_bound": False, "hidden": False, "robust": RANGE | {"changed_by": ["slow"]}}
    whole = share | {"kind": "municipality", "id": "m", "name": "M", "share": None, "robust": None}
    unit = {"mean": 0.5, "median": 0.62, "persons": 900, "edge": False, "hidden": False}
    jobs = {"mode": "walk", "limit_min": 30}
    jobs |= {"area": unit | {"robust": RANGE | {"changed_by": []}}, "municipality": unit}
    return found | {
        "isolation": {"modes": [{"mode": mode, "rows": rows} for mode, rows in modes.items()]},
        "shares": {"rows": [share | {"comparators": [whole]}]},
        "competition": {"missing": None, "rows": [jobs]},
        "robustness": {"cases": CASES, "beside": {"sure": 4, "sensitive": 2}},
        "assumptions": found["assumptions"]
        | {"isolation": {"sketch_length": 0.12}, "streets_year": 2021},
    }


def words(table):
    return [[(cell.text, cell.range) for cell in row] for row in table.rows]


def test_isolation_has_its_range_and_what_has_no_stamp_says_why(profile, text):
    table = tables.part_robustness(profile, text)[0]
    counted, reached, cost, through = ([cell[0] for cell in row] for row in words(table))
    assert counted[1:4] == ["mindst 5,7", NONE, NONE]
    assert counted[4].startswith("ingen af antagelserne indgår")
    assert reached[1:4] == ["62\u00a0%", "40\u00a0%\u201365\u00a0%", "følsom"]
    assert reached[4] == "gang 3,2 km/t.; vejene er 12\u00a0% længere end i skitsen"
    assert cost[3:] == [NONE, text("robust.unjudged")]
    assert through[3:] == [NONE, text("robust.untried")]


def test_isolation_by_bike_names_its_longest_detours_and_a_car_has_no_table(profile, text):
    made = tables.part_robustness(profile, text)
    assert [table.key for table in made] == [
        "robustness-isolation", "robustness-isolation-bike",
        "robustness-shares", "robustness-competition",
    ]  # fmt: skip
    assert "på cykel" in made[1].caption
    direction, function, cost = ([cell[0] for cell in row] for row in words(made[1]))
    assert direction[0].endswith("(antal gange den lige linje): mod nordøst")
    assert function[0].endswith(f": {text('nearest.school')}")
    assert function[3:] == [NONE, text("robust.untried")]
    assert cost[3:] == [NONE, text("robust.unjudged_low")]


def test_residents_stand_beside_those_of_the_municipality(profile, text):
    _, _, shares, jobs = (words(table) for table in tables.part_robustness(profile, text))
    assert shares[0][1:] == [
        ("62\u00a0%", "(40\u00a0%\u201365\u00a0%)"), ("følsom", None), (NONE, None), (NONE, None),
        ("gang 3,2 km/t.", None),
    ]  # fmt: skip
    assert jobs[0][1:] == [
        ("0,62", "(0,40\u20130,65)"), ("følsom", None), ("0,62", None), (NONE, None), (NONE, None),
    ]  # fmt: skip


def test_a_profile_without_cases_or_without_stamps_has_no_such_table(profile, text):
    assert tables.part_robustness(profile | {"robustness": None}, text) == []
    bare = {"isolation": None, "shares": None, "competition": {"missing": "x", "rows": []}}
    assert tables.part_robustness(profile | bare, text) == []


def test_stamps_are_counted_in_words(profile, text):
    assert stamps_beside(profile, text).endswith("er 4 sikre og 2 følsomme.")
    counts = {"beside": {"sure": 0, "sensitive": 0}}
    assert stamps_beside(profile | {"robustness": counts}, text) is None


def test_the_definition_says_that_opening_hours_are_in_no_layer(text):
    part = {
        "limits_min": [5, 15], "transit_limits_min": [30], "choice": 3, "everyday_min": 15,
        "jobs_change": 0.25, "share_change": 0.1, "detour_change": 0.1, "closure_change": 0.25,
        "cases": CASES, "unmoved": [],
        "figures": [{"mode": "walk", "lens": "adult", "departure": None, "state": 2026}],
    }  # fmt: skip
    profile = {"robustness": part, "isolation": {"modes": []}, "shares": None, "assumptions": {}}
    said = definition(profile, text)
    assert any(sentence.startswith("Åbningstider står ikke i nogen") for sentence in said)
    assert any("mere end 10\u00a0%, når den del" in sentence for sentence in said)
    assert any("mere end 10 procentpoint" in sentence for sentence in said)


def test_the_definition_says_at_which_speeds_others_than_adults_were_tried(text):
    cases = [
        {"case": name, "factor": "speed", "value": value, "source": "skøn"}
        for name, value in (("slow", 3.6), ("calm", 4.05), ("quick", 5.4))
    ]
    who = {"lens": "older", "departure": None, "state": 2026}
    part = {
        "limits_min": [5], "transit_limits_min": [30], "choice": 3, "everyday_min": 15,
        "jobs_change": 0.25, "share_change": 0.1, "cases": cases, "unmoved": [],
        "reference": {"speed": 4.5},
        "figures": [who | {"mode": "walk"}, who | {"mode": "transit"}],
    }  # fmt: skip
    profile = {"robustness": part, "isolation": None, "shares": None, "assumptions": {}}
    said = " ".join(definition(profile, text))
    assert "tilfælde: gang 20\u00a0% langsommere og gang 20\u00a0% hurtigere." in said
    assert "disse tilfælde: gang 20\u00a0% langsommere. Hurtigere gang er ikke prøvet" in said


def test_a_place_newer_than_the_streets_is_told_of(profile, text):
    def told(year, streets=2021):
        found = {"rows": [{"opened": [{"name": "Skolen", "year": year}]}]}
        assumed = {"assumptions": {"streets_year": streets}}
        return newer_places(assumed, found, text)

    assert told(2022)[0].startswith("Vejene i kortlaget er fra 2021.")
    assert told(2021) == told(None) == told(2022, None) == []
