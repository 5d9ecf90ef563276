"""For whom: the table, the sentences and the notes on who walks, in both languages."""

import copy

import pytest

from htkgis.maps import load_text, render_index_page, tables
from htkgis.maps.lenses import lens_method, lens_name, lens_who
from htkgis.maps.method import felt_note, method
from htkgis.maps.sections import lens_section
from htkgis.maps.text import NBSP
from tests.maps.example_facts import QUARTERS
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import example_profile, example_run, plain_profile
from tests.maps.test_pages import words
from tests.maps.test_parts import quarter

DANISH, ENGLISH = load_text("da"), load_text("en")


def profile(**changes):
    made = copy.deepcopy(example_profile())
    made["assumptions"] |= changes
    return made


def test_a_profile_of_adults_has_no_section():
    assert lens_section(plain_profile(), DANISH) is None
    assert "For hvem?" not in quarter(plain_profile(), example_layers(modes=("walk",)))


def test_a_column_for_each_who_walks_and_the_functions_within_below():
    table = tables.lenses(profile(), DANISH)
    assert [words for words, _ in table.columns] == [
        *("Slags sted", "Voksen", "Barn", "Ældre", "Barnevogn eller kørestol")
    ]
    found = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert found["Skole"] == ["7,9", "9,9", "11,1", "12,2"]
    assert found["Pleje"] == ["ikke nået"] * 4
    assert found["Idræt og fritid"][0] == "højst 15,4"
    assert list(found.items())[-1] == (
        "Slags steder inden for 15 min.",
        ["2 af 4", "2 af 4", "2 af 4", "1 af 4"],
    )
    assert all(row[0].head for row in table.rows)


def test_a_bound_that_only_others_than_adults_have_is_explained_below():
    made = profile()
    leisure = made["lenses"]["rows"][2]
    assert tables.lenses(made, DANISH).note is None
    leisure["values"][0]["upper_bound"] = False
    assert tables.lenses(made, DANISH).note == DANISH("bound.note")


def test_the_finding_says_who_and_what_falls_outside():
    assert lens_section(profile(), DANISH)["finding"] == (
        "På 15 minutter går en voksen til 2 af 4 slags steder, en med barnevogn eller kørestol "
        "til 1. Uden for de 15 minutter falder nærmeste station."
    )
    made = profile()
    values = {"area": "Vest", "adult": 2, "measured": 4, "limit_min": 15}
    made["lenses"]["finding"] = {"key": "finding.lenses_same", "values": values}
    assert lens_section(made, ENGLISH)["finding"] == (
        "In 15 minutes an adult walks to 2 of 4 kinds of places. So do all others who are measured."
    )


@pytest.mark.parametrize("text", [DANISH, ENGLISH], ids=["da", "en"])
def test_the_page_says_the_speed_of_each_and_that_stairs_are_not_known(text):
    page = quarter(text=text)
    assert text("quarter.lenses") in page
    for lens, speed in (("child", 3.6), ("older", 3.2), ("wheelchair", 2.9)):
        shown = text.format_number(speed, 1)
        assert text("method.lens", name=lens_name(lens, text), speed=shown) in page
    who = lens_who(["older", "wheelchair"], text)
    note = text("method.stairs_unknown", who=who)
    assert lens_section(profile(), text)["notes"] == [note]
    assert page.count(note) == 2  # below the table, and among how the figures were made


def test_stairs_are_closed_slow_or_not_spoken_of():
    used = profile()["assumptions"]["lenses"]
    found = [sentence.replace(NBSP, " ") for sentence in lens_method(used, DANISH, lambda s, *_: s)]
    stairs = [sentence for sentence in found if "trapper" in sentence]
    assert stairs == [
        "Ældre: på trapper holdes 30 % af farten.",
        "Barnevogn eller kørestol: trapper er regnet som lukkede.",
    ]


def test_a_lens_that_a_study_made_up_is_called_by_its_id():
    made = profile()
    made["lenses"]["lenses"][1] = "night_shift"
    assert tables.lenses(made, DANISH).columns[2][0] == "night shift"
    assert lens_who(["night_shift", "older"], DANISH) == "night shift og en ældre"


def test_minutes_with_a_price_are_called_felt_wherever_they_stand():
    assert felt_note(profile(), DANISH) is None
    felt = profile(felt=["walk", "bike"])
    note = felt_note(felt, DANISH)
    assert note.startswith("Minutterne til fods og på cykel er oplevede minutter")
    assert note in quarter(felt)
    layers = {name: example_layers(name) for name in QUARTERS}
    profiles = [profile(felt=["walk", "bike"]) for _ in QUARTERS]
    for made, name in zip(profiles, QUARTERS, strict=True):
        made["quarter"] = example_profile(name)["quarter"]
    assert note in words(render_index_page(profiles, layers, text=DANISH, run=example_run()))


def test_a_lens_with_a_price_is_named():
    made = profile()
    made["assumptions"]["lenses"] = copy.deepcopy(made["assumptions"]["lenses"])
    made["assumptions"]["lenses"]["older"]["felt"] = True
    note = "Minutterne for en ældre er oplevede minutter: veje, som folk undgår"
    assert any(each.startswith(note) for each in lens_section(made, DANISH)["notes"])
    assert any(each.startswith(note) for each in method(made, example_run(), DANISH))


def test_an_electric_bicycle_has_its_speed_in_the_method():
    made = profile(modes={"ebike": {"speed_kph": 18.0, "source": "en undersøgelse"}})
    found = " ".join(method(made, example_run(), DANISH))
    assert (
        "Tiden på elcykel er længden ad de veje og stier, hvor man må cykle, delt med 18,0" in found
    )
    assert "Kilde: en undersøgelse." in found
