"""Shares of the residents on a page: tables, folds, bounds, what is hidden, both languages."""

import pytest

from htkgis.maps import load_text, render_quarter_page, tables
from htkgis.maps.sections import share_tables
from htkgis.maps.tables.shares import distribution
from htkgis.maps.text import NBSP
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run, plain_profile
from tests.maps.test_pages import words

DANISH, ENGLISH = load_text("da"), load_text("en")
HIDDEN_NOTE = (
    "Tal for færre end 20 beboere vises ikke, og heller ikke tal, som så få kunne regnes ud fra. "
    "Et skjult tal er hverken nul eller ukendt."
)


def page_of(profile, text=DANISH):
    return render_quarter_page(profile, example_layers(), text=text, run=example_run())


def quarter(profile, text=DANISH):
    return words(page_of(profile, text)).replace(NBSP, " ")


def cells(table):
    return {row[0].text: [cell.text.replace(NBSP, " ") for cell in row[1:]] for row in table.rows}


def headings(table):
    return [heading.replace(NBSP, " ") for heading, _ in table.columns]


def test_shares_are_whole_percent_and_never_all_or_none_by_rounding():
    found = cells(tables.shares(example_profile(), DANISH))
    assert found["Station"] == ["83 %", "51 %"]
    assert found["Skole"][0] == "over 99 %"
    assert found["Grønt område"][0] == "under 1 %"
    assert found["Pleje"][0] == "–"  # noqa: RUF001
    assert found["Indkøb"][0] == "mindst 60 %"


@pytest.mark.parametrize(
    ("share", "lower_bound", "said"),
    [
        (0.836, False, "84 %"),
        (0.836, True, "mindst 83 %"),
        (0.83, True, "mindst 83 %"),
        (1.0, True, "100 %"),
        (0.0, False, "0 %"),
    ],
)
def test_a_bounded_share_is_rounded_down(share, lower_bound, said):
    assert DANISH.format_share(share, lower_bound=lower_bound).replace(NBSP, " ") == said


def test_shares_stand_beside_the_municipality_and_its_districts_are_folded():
    page = page_of(example_profile())
    main = page[page.index('<table id="shares-walk-municipality"') :].split("</table>")[0]
    assert "Hele kommunen" in main
    assert "Rønnevang" not in main
    others = page.index('<table id="shares-walk-districts"')
    folds = page.rindex("<details>", 0, others)
    assert folds > page.index('<table id="shares-walk-municipality"')
    assert "beregnet i en model ud fra folketællingens kvadratnet" in page


def test_a_district_with_the_name_of_its_municipality_is_told_from_it():
    profile = example_profile()
    for row in profile["shares"]["rows"]:
        row["comparators"][0]["name"] = row["comparators"][2]["name"]
    table = tables.shares(profile, DANISH, mode="bike", beside="all")
    assert headings(table)[1:4] == ["Taastrupgaard", "Hele kommunen", "Taastrup Nykirke"]
    assert "i kommunens dele (Sogne)" in table.caption


def test_districts_are_called_what_the_catalog_calls_their_layer():
    profile = example_profile()
    assert "Sammenlign med dele af kommunen: Sogne" in quarter(profile)
    profile["shares"]["districts"] = {"title": "School districts"}
    page = quarter(profile, ENGLISH)
    assert "Compare with parts of the municipality: School districts" in page
    assert "of the parts of the municipality (School districts) who" in page
    profile["shares"]["districts"] = None
    assert "Sammenlign med dele af kommunen Andel af" in quarter(profile)


def test_the_source_of_the_population_stands_with_the_shares():
    profile = example_profile()
    sentence = "Folketallet er fra »Folketal pr. km²« (2021); personerne i hver celle er fordelt"
    assert sentence in quarter(profile)
    assert "The population is “Folketal pr. km²” (2021); the" in quarter(profile, ENGLISH)
    profile["shares"]["source"] = None
    assert "Folketallet er fra" not in quarter(profile)


def test_the_everyday_distance_of_the_study_is_used():
    profile = example_profile()
    profile["assumptions"]["everyday_min"] = 10
    assert cells(tables.shares(profile, DANISH))["Station"][0] == "55 %"


def test_shares_without_comparators_or_minutes_are_shown():
    profile = example_profile()
    profile["shares"]["distribution"] = []
    for row in profile["shares"]["rows"]:
        row["comparators"] = []
    page = quarter(profile)
    assert "Hvor stor en del af beboerne?" in page
    assert "Sammenlign med dele" not in page
    assert "Sådan er minutterne fordelt" not in page
    assert share_tables(plain_profile(), DANISH) is None


def test_a_share_of_few_persons_is_hidden_and_the_table_says_why():
    table = tables.shares(example_profile(), DANISH, beside="districts")
    assert cells(table)["Station"][1:] == ["0 %", "20 %", "skjult af diskretionshensyn"]
    assert table.note.endswith(HIDDEN_NOTE)
    english = tables.shares(example_profile(), ENGLISH, beside="districts")
    assert cells(english)["Station"][-1] == "hidden for confidentiality"
    assert "diskretion" not in (tables.shares(example_profile(), DANISH).note or "")
    assert "færre end" not in (tables.shares(example_profile(), DANISH).note or "")


def test_minutes_of_the_residents_stand_beside_the_half_of_the_municipality():
    table = distribution(example_profile(), DANISH)
    assert headings(table) == [
        "Slags sted",
        "10 % har højst",
        "Halvdelen har højst",
        "90 % har højst",
        "Hele kommunen: halvdelen",
    ]
    found = cells(table)
    assert found["Station"] == ["16,4", "17,3", "20,2", "17,6"]
    assert found["Indkøb"] == ["6,4", "9,9", "højst 14,0", "8,5"]
    assert found["Grønt område"] == ["8,3", "11,7", "ikke nået", "10,2"]
    assert found["Pleje"] == ["ikke nået"] * 4
    assert (
        "beboerne ikke når et sted inden for 120 minutter. »Mindst« og »højst« står" in table.note
    )


def test_minutes_are_told_in_english():
    table = distribution(example_profile(), ENGLISH, mode="bike")
    assert headings(table)[1:] == [
        "10% have at most",
        "Half have at most",
        "90% have at most",
        "Whole municipality: half",
    ]
    assert table.caption.startswith("Minutes by bike to the nearest place, spread over")
    assert "no place within 60 minutes" in table.note
    assert cells(table)["Green space"][2:] == ["not reached", "3.1"]


def test_hidden_minutes_are_neither_missing_nor_not_reached():
    profile = example_profile()
    for row in profile["shares"]["distribution"]:
        for unit in (row, *row["comparators"]):
            unit |= {"p10": None, "p50": None, "p90": None, "hidden": True}
            unit |= {"p90_upper_bound": False}
    table = distribution(profile, DANISH)
    assert cells(table)["Station"] == ["skjult af diskretionshensyn"] * 4
    assert table.note == HIDDEN_NOTE


def test_minutes_on_foot_are_folded_by_themselves_and_others_with_their_shares():
    found = share_tables(example_profile(), DANISH)
    assert [(words, [table.key for table in each]) for words, each in found["folded"]] == [
        ("Sådan er minutterne fordelt mellem beboerne", ["distribution-walk"]),
        ("Sammenlign med dele af kommunen: Sogne", ["shares-walk-districts"]),
        ("Andre grænser", ["shares-limits"]),
        ("Andele og minutter på cykel", ["shares-bike-all", "distribution-bike"]),
        ("Andele og minutter i bil", ["shares-car-all", "distribution-car"]),
    ]


def test_a_mode_with_minutes_only_shows_them():
    profile = example_profile()
    rows = profile["shares"]["rows"]
    profile["shares"]["rows"] = [row for row in rows if row["mode"] != "car"]
    assert [table.key for table in share_tables(profile, DANISH)["folded"][-1][1]] == [
        "distribution-car"
    ]
