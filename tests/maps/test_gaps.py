"""Strengths and gaps on a page: right numbers and words, nothing said that is not known."""

import pytest

from htkgis.maps import load_text
from htkgis.maps.fairness import fairness_section
from htkgis.maps.gaps import strengths_and_gaps
from htkgis.pipeline.localised import localised
from tests.maps.profile_example import example_profile

DANISH, ENGLISH = load_text("da"), load_text("en")
REASON = {
    "kind": "detour",
    "place_id": "s",
    "detour_ratio": 1.5,
    "origin_name": "Nord",
    "origin_name_en": "North",
    "time_min": 18.0,
    "way_m": 1346.0,
    "straight_m": 897.0,
    "straight_min": 12.0,
    "worst_street": "Vejvej",
    "worst_kind": "path",
    "worst_m": 301.0,
    "passages": ["tunnel"],
    "barriers": ["railway"],
}
GAP = {
    "function": "station",
    "limit_min": 15,
    "everyday": True,
    "median_min": 18.0,
    "max_min": 22.0,
    "upper_bound": False,
    "short_min": 3.0,
    "origins_beyond": 4,
    "origins": 5,
    "lacking": 0.2,
    "place_id": "s",
    "place_name": "Stationen",
    "named_only": False,
    "opened_later": None,
    "residents_beyond": None,
    "residents_hidden": False,
    "reason": REASON,
    "bike": {"median_min": 6.0, "solves": True},
    "projects": [],
}
STRENGTH = {name: GAP[name] for name in GAP if name not in {"reason", "bike", "projects"}} | {
    "function": "shopping",
    "max_min": 9.0,
    "choice": True,
}
LIMITS = {"everyday_min": 15, "own_min": {}, "direct": 1.2, "source": None, "source_en": None}


def profile(*gaps, strengths=(STRENGTH,), **more):
    known = example_profile()
    known["assumptions"] |= {"gap_limits": LIMITS, "choice": 3}
    return known | {"strengths": list(strengths), "gaps": list(gaps), "completeness": []} | more


def shown(text=DANISH, **changed):
    section = strengths_and_gaps(profile(GAP | changed), text)
    return (section["gaps"] or section["for_some"])[0]


def plain(words):
    return words.replace("\u00a0", " ")


def test_a_profile_without_the_parts_has_no_section():
    assert strengths_and_gaps(example_profile(), DANISH) is None
    assert fairness_section(example_profile(), DANISH) is None


def test_a_gap_says_the_place_the_minutes_and_for_how_many():
    assert plain(shown()["sentence"]) == (
        "Til nærmeste station, Stationen, er der 18,0 minutter til fods: 3,0 mere end grænsen "
        "på 15. Det gælder 4 af 5 startpunkter."
    )
    assert "all 5 starting points" in plain(shown(ENGLISH, origins_beyond=5)["sentence"])


def test_why_not_names_the_way_the_street_the_barrier_and_the_bike():
    way = (
        "Det er vejen, der er for lang, ikke afstanden: i lige linje er der 900 m "
        "(12,0 minutter), men vejen er 1.350 m, 1,5 gange så meget."
    )
    assert [plain(words) for words in shown()["why"]] == [
        "Målt fra Nord.",
        way,
        "Det største stykke af omvejen, 300 m, ligger på Vejvej.",
        "Den lige linje krydser jernbanen.",
        "Vejen går gennem en tunnel.",
        "På cykel er der 6,0 minutter, så cyklen løser det.",
    ]
    assert plain(shown(ENGLISH)["why"][0]) == "Measured from North."


def test_a_place_too_far_away_says_that_no_way_is_short_enough():
    why = shown(reason=REASON | {"kind": "far"})["why"]
    assert "En kortere vej er ikke nok." in why[1]
    assert not any("omvejen" in words for words in why)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bike": {"median_min": 20.0, "solves": False}}, "Heller ikke på cykel"),
        ({"bike": {"median_min": None, "solves": False}}, "På cykel kan det heller ikke nås."),
        ({"reason": {"kind": "unreached"}}, "Ingen vej i kortlaget"),
        ({"opened_later": {"place_year": 2022, "streets_year": 2021}}, "åbnede i 2022"),
    ],
)
def test_what_does_not_help_is_said(changed, words):
    assert any(words in sentence for sentence in shown(**changed)["why"])


def test_a_bound_is_not_called_too_far():
    words = plain(shown(upper_bound=True)["sentence"])
    assert "18,0 minutter til fods eller mindre" in words
    assert "mere end grænsen" not in words
    assert "startpunkter" not in words


def test_what_only_some_lack_stands_apart():
    some = GAP | {"median_min": 12.0, "short_min": None, "origins_beyond": 1}
    section = strengths_and_gaps(profile(some), DANISH)
    assert section["gaps"] == []
    words = plain(section["for_some"][0]["sentence"])
    assert words.startswith("For 1 af 5 startpunkter er der mere end 15 minutter til fods")


def test_a_strength_says_how_far_at_most_and_whether_there_is_a_choice():
    section = strengths_and_gaps(profile(), DANISH)
    assert section["strengths"] == [
        (
            "Indkøb",
            "Højst 9,0 minutter til fods. Der er mindst 3 at vælge imellem inden for samme tid.",
        )
    ]
    assert section["lead"] == "Alle slags steder, der måles, ligger inden for grænsen."
    assert section["no_project"] is None


def test_house_numbers_are_no_names_of_where_a_way_begins():
    known = profile(GAP) | {"origins": {"kind": "address", "count": 5}}
    why = strengths_and_gaps(known, DANISH)["gaps"][0]["why"]
    assert why[0] == "Målt fra den midterste af de adresser, der har for langt."


def test_a_project_that_closes_a_gap_stands_with_its_year():
    project = {"id": "p", "name": "Ny station", "name_en": None, "place_id": "n"}
    project |= {"place_name": "Station Syd", "year_to": 2030}
    section = strengths_and_gaps(profile(GAP | {"projects": [project]}), DANISH)
    assert section["gaps"][0]["why"][-1] == (
        "Projektet »Ny station« giver et nyt sted: Station Syd, planlagt til 2030."
    )
    assert section["no_project"] is None


def test_without_residents_fairness_says_why_there_is_nothing():
    missing = {"missing": "fairness.no_persons", "sufficiency": [], "inequality": []}
    section = fairness_section(profile(fairness=missing | {"not_measured": []}), DANISH)
    assert section["folded"] == []
    assert "ikke talt beboere" in section["lead"][0]


def test_a_profile_whose_texts_are_chosen_is_told_in_english_too():
    chosen = localised(profile(GAP), "en")
    section = strengths_and_gaps(chosen, ENGLISH)
    assert section["gaps"][0]["why"][0] == "Measured from North."
