"""Jobs beside who lives there: shares by hand, and what is not known says why."""

import pandas as pd
import pytest

from htkgis.maps import load_text
from htkgis.maps.jobs_fit import jobs_fit
from htkgis.profile.jobs_fit import jobs_fit_part

PLACES = pd.DataFrame(
    {
        "unit": ["jobs", "jobs", "jobs", "places"],
        "measured": [True, True, False, True],
        "opportunities": [300.0, 100.0, 900.0, 1.0],
        "sector": ["trade", None, "trade", None],
    }
)
VALUES = pd.DataFrame(
    {
        "indicator": ["outside_work_or_education"] * 3,
        "area_id": ["x", "x", "y"],
        "year": [2016, 2023, 2024],
        "value": [31.4, 26.7, 9.0],
    }
)


def row(median, **more):
    return {
        "median": median,
        "mode": "walk",
        "limit_min": 30,
        "lower_bound": False,
        "hidden": False,
    } | more


def part(jobs=(), by_sector=(), by_skill=(), places=PLACES, values=VALUES):
    return jobs_fit_part(jobs, by_sector, by_skill, places, values, area_id="x", rounding=100)


def test_sectors_of_single_workplaces_have_no_total_and_all_jobs_are_rounded():
    single = PLACES.assign(
        opportunities=[310.0, 120.0, 900.0, 1.0], opportunities_hidden=[True, True, True, False]
    )
    found = part([row(200)], [row(150, sector="trade")], places=single)
    of_all, trade = found["rows"]
    assert (found["total"], of_all["total"], of_all["share"]) == (400, 400, 0.5)
    assert (trade["total"], trade["share"], trade["hidden"]) == (None, None, True)


def test_shares_are_of_all_jobs_and_of_those_of_the_sector():
    found = part([row(200)], [row(150, sector="trade"), row(50, sector="unknown")])
    assert [(each["sector"], each["share"]) for each in found["rows"]] == [
        (None, 0.5),  # 200 of 300 + 100; the place that is not measured has no part in it
        ("trade", 0.5),
        ("unknown", 0.5),
    ]
    assert found["total"] == 400
    assert found["sector_missing"] is None


def test_skill_levels_stand_beside_the_sectors_with_shares_and_ends_of_their_own():
    places = PLACES.assign(skill_level=["2", "4", "2", None])
    found = part(
        [row(200)], by_skill=[row(150, skill_level="2", low=100, high=None)], places=places
    )
    skilled = found["rows"][1]
    assert (skilled["sector"], skilled["skill_level"]) == (None, "2")
    assert (skilled["total"], skilled["share"], skilled["low"], skilled["high"]) == (
        300, 0.5, 100, None,
    )  # fmt: skip
    assert found["skill_missing"] is None
    assert found["sector_missing"] == "jobs_fit.no_sector"
    single = places.assign(opportunities_hidden=True)
    of_single = part([row(200)], by_skill=[row(150, skill_level="2")], places=single)["rows"][1]
    assert (of_single["total"], of_single["hidden"]) == (None, True)


@pytest.mark.parametrize(("median", "share"), [(0, 0.0), (None, None), (500, 1.0)])
def test_none_is_not_zero_and_rounding_makes_no_more_than_all(median, share):
    assert part([row(median)])["rows"][0]["share"] == share


def test_the_latest_value_of_the_area_is_taken_and_no_other_areas():
    assert part()["employment"] == {
        "indicator": "outside_work_or_education",
        "value": 26.7,
        "year": 2023,
    }
    assert part(values=VALUES.iloc[2:])["employment"] is None


def test_what_the_layer_does_not_say_has_a_reason():
    found = part([row(200)])
    assert found["sector_missing"] == "jobs_fit.no_sector"
    assert found["skill_missing"] == "jobs_fit.no_skill"
    assert part(places=PLACES.iloc[3:]) is None


def test_the_page_says_shares_employment_and_what_is_not_known():
    profile = {"area": {"name": "Byen"}, "jobs_fit": part([row(200), row(40, limit_min=15)])}
    words = [each.replace("\u00a0", " ") for each in jobs_fit(profile, load_text("da"))]
    assert words[0] == (
        "Af kommunens 400 arbejdspladser når det midterste startpunkt på 30 minutter 50 % til fods."
    )
    assert "26,7 % uden tilknytning" in words[1]
    assert len(words) == 4
    assert "færdigheder" in words[3]
    assert jobs_fit({"jobs_fit": None}, load_text("da")) == []


def test_the_page_says_nothing_of_unknown_skills_where_they_are_known():
    places = PLACES.assign(skill_level="2")
    profile = {"area": {"name": "Byen"}}
    profile["jobs_fit"] = part([row(200)], by_skill=[row(200, skill_level="2")], places=places)
    words = " ".join(jobs_fit(profile, load_text("da")))
    assert "færdigheder" not in words
    assert "brancher kendes ikke" in words
    assert words.count("50") == 1  # of all jobs, not of the level
