"""Isolation on the page: the finding, the table, barriers, and words of what is missing."""

import pytest

from htkgis.maps import load_text, tables
from htkgis.maps.isolation import barrier_name, isolation_finding, isolation_method
from htkgis.maps.sections import isolation_section
from htkgis.maps.text import NBSP
from htkgis.profile.isolation import isolation_part
from tests.maps.example_isolation import ISOLATION, UNKNOWN, measured
from tests.maps.profile_example import example_profile

NAMES = [
    {"quarter_id": f"q{n}", "quarter_name": f"Q{n}", "area_id": f"a{n}", "area_name": f"A{n}"}
    for n in (1, 2)
]


def profile(area="a1"):
    facts = [
        measured(key, mode, **changed)
        for mode in ("walk", "bike")
        for key, changed in (("a1", {}), ("a2", UNKNOWN))
    ]
    found = isolation_part(facts, NAMES, ISOLATION, area_id=area)
    return {"isolation": found, "assumptions": {"isolation": ISOLATION}, "area": {"name": "A1"}}


def plain(words):
    return words.replace(NBSP, " ")


def test_the_finding_says_what_closes_the_area_beside_which_and_by_which_barrier():
    words = plain(isolation_finding(profile()["isolation"], load_text("da")))
    assert words.startswith("A1 er lukket på 4 af 5 mål til fods: få udgange, lange omveje")
    assert "på 2 af 3 mål" in words
    assert "Den barriere, der koster mest, er jernbanen: den gør en tur" in words
    assert "0,8 min. længere i gennemsnit og gør 25 % af turene længere." in words


def test_the_finding_of_a_sketch_names_what_is_not_judged_and_no_barrier():
    words = plain(isolation_finding(profile("a2")["isolation"], load_text("da")))
    assert "Ikke vurderet er antallet af udgange, gennemgangen og barriererne." in words
    assert "jernbanen" not in words


def test_the_table_marks_what_is_closed_in_words_and_the_neighbours():
    table = tables.isolation(profile(), load_text("da"), mode="walk", own="q1")
    rows = {row[0].text: row for row in table.rows}
    ways_out = rows["Udgange pr. km grænse"]
    assert (ways_out[1].text, ways_out[1].range) == ("9,0", "(omkring: 14,0; lukket)")
    assert (ways_out[1].own, ways_out[2].own) == (True, False)
    assert (ways_out[2].text, ways_out[2].range) == ("mindst 9,0", None)
    barrier = rows["Den barriere, der koster mest (min. pr. tur)"]
    assert plain(barrier[1].range) == "(jernbanen, 25 % af turene; lukket)"
    assert barrier[2].text == "kendes ikke"


def test_the_table_of_barriers_says_where_each_can_be_crossed():
    rail, road = (
        [plain(cell.text) for cell in row]
        for row in tables.barriers(profile(), load_text("da")).rows
    )
    assert rail == ["Jernbanen", "0,75", "25 %", "3,0", "4", "833 m"]
    assert road[:3] == ["Roskildevej", "mindst 0,20", "10 %"]
    assert road[4] == "i hvert kryds"
    assert tables.barriers(profile("a2"), load_text("da")) is None


def test_an_unknown_kind_of_barrier_is_called_by_its_id():
    assert barrier_name({"kind": "noise_wall", "name": None}, load_text("en")) == "noise wall"


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_method_says_every_limit(language):
    found = profile()
    text = load_text(language)
    words = " ".join(isolation_method(found["isolation"], ISOLATION, text))
    for number in (10, 1.5, 0.5, 60, 50, 100):
        assert text.format_number(number, None) in words


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_section_stands_where_it_is_measured(language):
    text = load_text(language)
    section = isolation_section(example_profile(), text)
    assert section["table"].rows
    assert len(section["folded"]) == 1
    assert isolation_section({"isolation": None}, text) is None
    assert isolation_section({}, text) is None
