"""Indicators and lists on a page: years, breaks, targets, hidden figures, what is not known."""

import pytest

from htkgis.maps import load_text
from htkgis.maps.indicators import indicator_section, list_section
from htkgis.maps.tables import counted, indicators, list_criteria, lists
from htkgis.maps.text import MINUS, NBSP
from tests.maps.profile_example import example_profile

DANISH, ENGLISH = load_text("da"), load_text("en")


def point(year, area, *, unit="percent", hidden=False, **beside):
    stated = {"period": None, "source": f"kilde {year}"}
    return {"year": year, "unit": unit, "area": area, "area_hidden": hidden} | stated | beside


def row(*series, why="one_year", value=None, targets=(), breaks=(), **changed):
    change = {"from_year": 2016, "to_year": series[-1]["year"], "value": value}
    change |= {"unit": "points", "why": why}
    return {
        "indicator": "convicted",
        "unit": "percent",
        "name": "Dømte",
        "direction": "less",
        "definition": "Dømte i alt.",
        "series": list(series),
        "breaks": list(breaks),
        "change": change,
        "targets": list(targets),
    } | changed


def profile(*rows, units=("area",), evaluations=()):
    found = example_profile()
    found["indicators"] = {"baseline_year": 2016, "units": list(units), "rows": list(rows)}
    found["lists"] = list(evaluations)
    return found


def words(table):
    return [[cell.text.replace(NBSP, " ") for cell in cells] for cells in table.rows]


def test_one_year_stands_alone_without_change_or_target():
    table = indicators(profile(row(point(2016, 2.28))), DANISH)
    assert [heading for heading, _ in table.columns] == ["Nøgletal", "2016", "Bedst er"]
    assert words(table) == [["Dømte", "2,28 %", "lavt tal"]]
    assert table.note is None


def test_a_change_is_told_in_points_with_its_sign():
    fallen = row(point(2016, 31.4), point(2020, 26.7), why=None, value=-4.7)
    risen = row(point(2016, 31.4), point(2020, 33.4), why=None, value=2)
    rows = words(indicators(profile(fallen, risen), DANISH))
    assert [cells[-1] for cells in rows] == [f"{MINUS}4,7 procentpoint", "+2,0 procentpoint"]


def test_a_break_is_said_instead_of_a_change_and_explained():
    law = {"from_year": 2018, "reason": "Ny lov."}
    broken = row(point(2016, 31.4), point(2020, 26.7), why="break", breaks=[law])
    table = indicators(profile(broken), DANISH)
    assert words(table)[0][-1] == "kan ikke sammenlignes"
    assert table.note == (
        "Tal fra før 2018 kan ikke sammenlignes med tal fra 2018 og senere. Ny lov."
    )


def test_a_break_of_one_indicator_names_it():
    law = {"from_year": 2018, "reason": "Ny lov."}
    broken = row(point(2016, 31.4), point(2020, 26.7), why="break", breaks=[law])
    other = row(point(2016, 1.0), point(2020, 2.0), why=None, value=1.0, name="Beboere")
    note = indicators(profile(broken, other), DANISH).note
    assert "2018 og senere for Dømte. Ny lov." in note


def test_hidden_zero_and_missing_are_three_words():
    rows = [
        row(point(2016, None, hidden=True)),
        row(point(2016, 0)),
        row(point(2016, None)),
    ]
    table = indicators(profile(*rows), DANISH)
    assert [cells[1] for cells in words(table)] == [
        "skjult",
        "0,0 %",
        DANISH("missing.none"),
    ]
    assert "hverken nul eller ukendt" in table.note


def test_the_municipality_stands_beside_the_area_in_the_latest_year():
    beside = row(point(2016, 2.28, municipality=1.1, municipality_hidden=False))
    table = indicators(profile(beside, units=("area", "municipality")), DANISH)
    assert table.columns[2][0] == "Kommunen 2016"
    assert words(table)[0][2] == "1,1 %"


@pytest.mark.parametrize(
    ("on_track", "why", "told"),
    [
        (
            True,
            None,
            "30,0 % i 2026 (plan): på vej; en ret linje mod målet ville give 34,0 % i 2020",
        ),
        (
            False,
            None,
            "30,0 % i 2026 (plan): ikke på vej; en ret linje mod målet ville give 34,0 % i 2020",
        ),
        (None, "break", "30,0 % i 2026 (plan): kan ikke sammenlignes"),
        (None, None, "30,0 % i 2026 (plan): skal holdes uændret"),
    ],
)
def test_a_target_says_where_it_leads_and_whether_the_way_is_kept(on_track, why, told):
    aim = {
        "target_year": 2026,
        "value": 30,
        "unit": "percent",
        "source": "plan",
        "expected": 34,
        "on_track": on_track,
        "change": {"why": why, "to_year": 2020},
    }
    table = indicators(profile(row(point(2016, 40.0), targets=[aim])), DANISH)
    assert words(table)[0][-1] == told


def test_definitions_say_when_each_year_was_counted_and_who_says_so():
    told = row(point(2016, 2.28) | {"period": "2014-15"}, point(2023, 1.62), why="break")
    table = counted(profile(told), DANISH)
    assert words(table) == [["Dømte", "Dømte i alt.", "2016: 2014-15; 2023: ikke oplyst"]]
    assert table.note == "Kilde til tal for 2016: kilde 2016. Kilde til tal for 2023: kilde 2023."


def test_a_profile_without_indicators_has_no_section():
    found = example_profile()
    assert indicator_section(found, DANISH) is None
    assert list_section(found, DANISH) is None


def criterion(name="convicted", *, met=None, why=None, **changed):
    return {
        "indicator": name,
        "value": 1.62,
        "operator": ">=",
        "threshold": 3.0,
        "unit": "times the national mean",
        "limit": None,
        "mandatory": False,
        "met": met,
        "why": why,
    } | changed


def evaluation(*rows, answer="unknown", **changed):
    return {
        "year": 2023,
        "list": "udsat boligområde",
        "needed": 2,
        "of": 4,
        "met": 1,
        "not_met": 2,
        "not_known": 1,
        "min_residents": 1000,
        "residents": 1587,
        "residents_why": None,
        "size_met": True,
        "answer": answer,
        "rows": list(rows),
    } | changed


@pytest.mark.parametrize(
    ("answer", "told"),
    [("yes", "opfyldt"), ("no", "ikke opfyldt"), ("unknown", "kan ikke afgøres")],
)
def test_a_list_has_three_answers(answer, told):
    found = evaluation(criterion(met=True), answer=answer)
    assert words(lists([found], profile(), DANISH)) == [
        ["udsat boligområde", "2023", "1 af 4, 2 kræves; 1 kendes ikke", "intet", "1.587", told]
    ]


def test_a_criterion_whose_national_mean_is_missing_says_why_it_is_not_known():
    table = list_criteria(evaluation(criterion(why="national_missing")), DANISH, key="k")
    assert words(table)[0][1:] == [
        "mindst 3 gange landsgennemsnittet",
        "1,62 %",
        "vides ikke: landsgennemsnittet mangler i data",
    ]


def test_a_known_national_mean_gives_the_limit_in_percent():
    table = list_criteria(evaluation(criterion(met=False, limit=2.35)), ENGLISH, key="k")
    assert words(table)[0][1:] == ["at least 3 times the national mean (2.35%)", "1.62%", "no"]


def test_hidden_figures_are_hidden_in_lists_too():
    rows = [criterion(why="hidden", value=None, limit=2.0)]
    table = list_criteria(evaluation(*rows), DANISH, key="k")
    assert words(table)[0][2:] == ["skjult af diskretionshensyn", "vides ikke: tallet er skjult"]
    found = evaluation(*rows, residents=None, residents_why="hidden")
    assert words(lists([found], profile(), DANISH))[0][4] == "skjult af diskretionshensyn"


def test_the_list_that_the_page_shows_already_stands_once():
    found = profile(row(point(2016, 2.28)), evaluations=[evaluation(criterion(met=True))])
    shown = found["criteria"]
    again = evaluation(criterion(met=True), year=shown["year"], list=shown["list"])
    found["lists"] = [again, *found["lists"]]
    assert len(list_section(found, DANISH)["table"].rows) == 1
    found["lists"] = [again]
    assert list_section(found, DANISH) is None


def published(**changed):
    return {
        "list": "listen",
        "published": "2017-12-01",
        "called": "Byen",
        "on_list": False,
        "worked_out": None,
        "agrees": None,
        "source": "Avisen",
    } | changed


def test_published_lists_say_who_was_on_them_what_the_figures_say_and_who_says_so():
    found = profile()
    found["published_lists"] = [
        published(published="2016-12-01", on_list=True, worked_out="yes", agrees=True),
        published(),
    ]
    section = list_section(found, DANISH)
    assert section["lead"].startswith("Det er ministeriet, der hvert år")
    assert section["table"] is None  # no list is worked out but the one the page shows
    assert words(section["published"]) == [
        ["1. december 2016", "listen", "ja", "opfyldt", "Avisen"],
        ["1. december 2017", "listen", "nej", "ingen tal for året", "Avisen"],
    ]
    assert "På listerne hedder området Byen." in section["published"].note
    assert "ministeriets liste, der gælder" not in section["published"].note


def test_where_list_and_figures_differ_the_page_says_which_counts():
    found = profile()
    found["published_lists"] = [published(worked_out="yes", agrees=False)]
    assert "the ministry's list counts" in list_section(found, ENGLISH)["published"].note
