"""Hidden, zero and missing in the tables of a page: three things, in words of their own."""

import pytest

from htkgis.maps import load_text, tables
from htkgis.maps.jobs_fit import jobs_fit
from htkgis.maps.text import NBSP

from .example_whole import example_fairness
from .test_jobs import with_jobs

DANISH, ENGLISH = load_text("da"), load_text("en")
MISSING = DANISH("missing.none")
HIDDEN = {"da": "skjult", "en": "hidden"}


def column(table, at):
    return [row[at].text.replace(NBSP, " ") for row in table.rows]


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_jobs_by_sector_are_hidden_zero_or_a_number(text):
    made = with_jobs(sectors=("industry", "public", "finance"))
    values = {"industry": (None, True), "public": (0, False), "finance": (1500, False)}
    for row in made["jobs_by_sector"]:
        row["median"], row["hidden"] = values[row["sector"]]
        row |= {"min": row["median"], "max": row["median"], "lower_bound": False}
    found = {row[0].text: row[1].text for row in tables.jobs_by_sector(made, text).rows}
    assert len(set(found.values())) == 3
    assert {HIDDEN[text.language], "0"} < set(found.values())


@pytest.mark.parametrize(
    ("persons", "words"),
    [
        (
            {"area": {"share": None, "lower_bound": False, "hidden": True}},
            "skjult af diskretionshensyn",
        ),
        ({"area": {"share": 0.0, "lower_bound": False, "hidden": False}}, "0 %"),
        ({"area": {"share": None, "lower_bound": False, "hidden": False}}, MISSING),
        ({"area": None}, MISSING),
    ],
)
def test_residents_who_have_everything_near_are_hidden_none_or_not_known(persons, words):
    row = {
        "mode": "walk",
        "limit_min": 15,
        "origins_complete": 0,
        "origins": 5,
        "functions_in_reach": None,
        "diversity": None,
        "diversity_missing": None,
        "lower_bound": False,
        "persons": persons,
    }
    table = tables.completeness(with_jobs() | {"completeness": [row]}, DANISH)
    assert column(table, -1) == [words]


def test_a_difference_to_a_hidden_share_and_the_persons_of_a_hidden_index_are_hidden():
    fairness = example_fairness()
    known, hidden = column(tables.sufficiency(with_jobs() | {"fairness": fairness}, DANISH), 4)
    assert (known, hidden) == ("0", "skjult af diskretionshensyn")
    fairness["inequality"][0] |= {"hidden": True, "value": None, "persons": None}
    table = tables.inequality(with_jobs() | {"fairness": fairness}, DANISH)
    assert column(table, 2) == ["skjult af diskretionshensyn", "50.000", "50.000"]


@pytest.mark.parametrize(("key", "says"), [("sizes", "cirka 5.600"), ("counted", "5.600")])
def test_a_total_of_size_classes_is_told_as_about_so_many(key, says):
    row = {"sector": None, "skill_level": None, "mode": "walk", "limit_min": 30}
    fit = {
        "total": 5600,
        "rows": [row | {"share": 1.0, "lower_bound": False}],
        "sector_missing": None,
        "skill_missing": None,
        "employment": None,
    }
    (said,) = jobs_fit(with_jobs(key=key, values={}) | {"jobs_fit": fit}, DANISH)
    assert says in said
    assert ("størrelsesgrupper" in said) == (key == "sizes")
