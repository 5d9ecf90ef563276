"""Strengths and gaps: exactly on the limit, some origins, nobody, why, bike, projects, order."""

import pandas as pd
import pytest

from htkgis.profile.gaps import Evidence, function_limits, gap_part

LIMITS = {"everyday_min": 15, "own_min": {"civic": 30}, "direct": 1.2}
PLACES = pd.DataFrame(
    {
        "id": ["s", "t", "c", "new"],
        "name": ["School", "Station", "Town hall", "New school"],
        "function": ["school", "station", "civic", "school"],
        "state": ["existing", "existing", "existing", "planned"],
        "valid_from": [2022, None, None, 2030],
    }
)
WAY = {
    "function": "school",
    "place_id": "s",
    "origin_name": "North",
    "origin_name_en": None,
    "time_min": 18.0,
    "way_m": 1350.0,
    "straight_m": 900.0,
    "straight_min": 12.0,
    "worst_street": "Vej",
    "worst_kind": "path",
    "worst_m": 300.0,
    "passages": [],
    "barriers": [],
}


def nearest(function, minutes, mode="walk", n=1):
    known = sorted(value for value in minutes if value is not None)
    count = len(minutes)
    ranked = known + [None] * (count - len(known))
    middle = ranked[(count - 1) // 2 : count // 2 + 1]
    median = None if None in middle else sum(middle) / len(middle)
    return {
        "function": function,
        "mode": mode,
        "n": n,
        "min": ranked[0],
        "median": median,
        "max": ranked[-1],
        "upper_bound": False,
        "place_id": function[0],
        "place_name": function,
        "places": 1,
    }


def access(function, minutes):
    return pd.DataFrame(
        {
            "id": [f"o{number}" for number in range(len(minutes))],
            "measure": "nearest_1",
            "mode": "walk",
            "function": function,
            "value": [float("nan") if value is None else float(value) for value in minutes],
        }
    )


def found(by_function, *, bike=None, third=None, named_only=False, **evidence):
    rows = [nearest(name, minutes) for name, minutes in by_function.items()]
    rows += [nearest(name, minutes, mode="bike") for name, minutes in (bike or {}).items()]
    rows += [nearest(name, minutes, n=3) for name, minutes in (third or {}).items()]
    known = {"reasons": [], "projects": [], "places": PLACES, "shares": []}
    known |= {"streets_year": 2026} | evidence
    return gap_part(
        rows,
        pd.concat([access(*item) for item in by_function.items()]),
        evidence=Evidence(**known, named_only=named_only),
        limits=LIMITS,
        choice=3,
    )


def test_a_function_has_its_own_limit_or_the_everyday_one():
    assert function_limits(["school", "civic"], LIMITS) == {"school": 15.0, "civic": 30.0}


def test_exactly_on_the_limit_is_a_strength_and_beyond_it_a_gap():
    part = found({"school": [5, 15.0], "station": [5, 15.1]})
    assert [row["function"] for row in part["strengths"]] == ["school"]
    assert [row["function"] for row in part["gaps"]] == ["station"]


def test_what_most_have_is_a_gap_of_the_others_and_says_how_many():
    (gap,) = found({"school": [5, 6, 18]})["gaps"]
    assert (gap["origins_beyond"], gap["origins"], gap["short_min"]) == (1, 3, None)
    assert gap["lacking"] == pytest.approx(3 / 15 / 3, abs=5e-5)


def test_minutes_short_are_those_of_the_median():
    (gap,) = found({"school": [14, 18, 20]})["gaps"]
    assert (gap["median_min"], gap["short_min"], gap["origins_beyond"]) == (18, 3, 2)


def test_who_reaches_none_is_beyond_and_counts_as_twice_the_limit():
    (gap,) = found({"school": [None, None]})["gaps"]
    assert (gap["median_min"], gap["short_min"], gap["origins_beyond"]) == (None, None, 2)
    assert gap["lacking"] == 1.0
    assert gap["reason"] == {"kind": "unreached"}


def test_everyday_functions_come_before_others_and_more_is_lacking_first():
    part = found({"school": [16, 16], "station": [25, 25], "civic": [90, 90]})
    assert [row["function"] for row in part["gaps"]] == ["station", "school", "civic"]


@pytest.mark.parametrize(
    ("way_m", "straight_m", "straight_min", "kind"),
    [
        (1350.0, 900.0, 12.0, "detour"),
        (1080.0, 900.0, 12.0, "direct"),  # exactly 1.2 times the straight line
        (1350.0, 1125.0, 15.0, "direct"),  # the straight line is exactly on the limit
        (1350.0, 1126.0, 15.01, "far"),
    ],
)
def test_a_place_too_far_is_told_from_a_way_too_long(way_m, straight_m, straight_min, kind):
    way = WAY | {"way_m": way_m, "straight_m": straight_m, "straight_min": straight_min}
    (gap,) = found({"school": [18, 18]}, reasons=[way])["gaps"]
    assert gap["reason"]["kind"] == kind
    assert gap["reason"]["worst_street"] == "Vej"


@pytest.mark.parametrize(("minutes", "solves"), [(15.0, True), (15.01, False), (None, False)])
def test_the_bike_solves_a_gap_within_the_same_limit(minutes, solves):
    (gap,) = found({"school": [18, 18]}, bike={"school": [minutes, minutes]})["gaps"]
    assert gap["bike"] == {"median_min": minutes, "solves": solves}


def test_without_bikes_nothing_is_said_of_them():
    assert found({"school": [18]})["gaps"][0]["bike"] is None


def project(status, place):
    return {"id": "p", "name": "P", "name_en": "P", "status": status} | {
        "place_id": place,
        "year_to": 2030,
    }


@pytest.mark.parametrize(
    ("status", "place", "named"),
    [
        ("planned", "new", ["New school"]),
        ("running", "new", ["New school"]),
        ("done", "new", []),
        ("cancelled", "new", []),
        ("planned", "s", []),  # it exists already
        ("planned", None, []),
    ],
)
def test_only_an_open_project_with_a_place_to_come_closes_a_gap(status, place, named):
    (gap,) = found({"school": [18]}, projects=[project(status, place)])["gaps"]
    assert [row["place_name"] for row in gap["projects"]] == named


def test_a_choice_is_one_from_everywhere():
    part = found(
        {"school": [5, 6], "station": [5, 6]}, third={"school": [9, 15.0], "station": [9, 16]}
    )
    assert {row["function"]: row["choice"] for row in part["strengths"]} == {
        "school": True,
        "station": False,
    }


@pytest.mark.parametrize(
    ("share", "lower_bound", "hidden", "beyond"),
    [
        (0.3, False, False, 0.7),
        (1.0, False, False, 0.0),  # nobody: zero, and told
        (0.3, True, False, None),  # not known
        (None, False, False, None),
        (None, False, True, None),  # hidden
    ],
)
def test_the_share_beyond_is_known_or_zero_or_missing_or_hidden(share, lower_bound, hidden, beyond):
    row = {"function": "school", "mode": "walk", "limit_min": 15}
    rows = [row | {"share": share, "lower_bound": lower_bound, "hidden": hidden}]
    (gap,) = found({"school": [18]}, shares=rows)["gaps"]
    assert (gap["residents_beyond"], gap["residents_hidden"]) == (beyond, hidden)
    (without,) = found({"school": [18]}, shares=[])["gaps"]
    assert (without["residents_beyond"], without["residents_hidden"]) == (None, False)


def test_a_plan_that_names_places_knows_all_stations_and_not_all_schools():
    gaps = found({"school": [18], "station": [18]}, named_only=True)["gaps"]
    assert {row["function"]: row["named_only"] for row in gaps} == {
        "school": True,
        "station": False,
    }


@pytest.mark.parametrize(
    ("streets_year", "warned"),
    [(2021, {"place_year": 2022, "streets_year": 2021}), (2022, None), (2026, None)],
)
def test_a_place_that_is_newer_than_the_streets_is_told(streets_year, warned):
    assert found({"school": [18]}, streets_year=streets_year)["gaps"][0]["opened_later"] == warned
    assert found({"civic": [38]}, streets_year=streets_year)["gaps"][0]["opened_later"] is None
