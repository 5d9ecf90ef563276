"""The page of sites for a new place: its words, its table, and how sure it says the choice is."""

import re
from itertools import pairwise

import pytest

from htkgis.maps import load_text
from htkgis.maps.locate_page import render_locate_page
from htkgis.maps.tables.locate import sites_table
from tests.maps.locate_example import example_sites, example_view
from tests.maps.profile_example import example_run

TEXT = load_text("da")


def page(view=None, language="da", **run):
    return render_locate_page(
        view or example_view(), text=load_text(language), run=example_run() | run
    )


def table(*, own_sites=False, aim="median"):
    return sites_table(
        example_sites(), [("vest", "Vest")], aim=aim, own_sites=own_sites, min_persons=5, text=TEXT
    )


def test_a_row_names_the_streets_of_a_site_and_leads_to_the_map():
    first, second = table().rows
    assert [cell.text for cell in first] == [
        "1. Veststien", "5.000", "5.000", "1.800", "4.000", "900",
    ]  # fmt: skip
    assert first[0].show == "site:s1"
    assert second[0].text == "2. Kryds uden vejnavn"


def test_who_are_few_are_not_told_and_the_table_says_so():
    second = table().rows[1]
    assert [cell.text for cell in second[3:]] == ["under 5", "skjult", "skjult"]
    assert "under 5 beboere" in table().note
    told = sites_table(
        example_sites().iloc[:1], [], aim="median", own_sites=False, min_persons=5, text=TEXT
    )
    assert told.note is None


def test_given_sites_keep_their_names():
    first, second = table(own_sites=True).rows
    assert (first[0].text, second[0].text) == ("1. s1 (Veststien)", "2. s2")


@pytest.mark.parametrize(
    ("changes", "said", "never"),
    [
        ({}, "Det er bevist, at intet andet valg af 2", "Et andet valg kan"),
        # rounded up: 1.23 % is not at most 1.2 %
        ({"gap": 0.0123}, "Et andet valg kan højst give 1,3 % mere", "bevist, at intet"),
        ({"sites": example_sites().iloc[:1]}, "hver af dem er regnet igennem", "bevist, at"),
        ({"sites": example_sites().iloc[:0]}, "Ingen af de 4 placeringer", "hver af dem er"),
    ],
)
def test_the_page_says_how_sure_the_choice_is(changes, said, never):
    words = page(example_view(**changes)).replace("\u00a0", " ")
    assert said in words
    assert never not in words


def test_the_lead_says_what_was_compared_for_whom():
    html = page()
    assert "2 nye steder spare kommunens 50.203 beboere mest gang" in html
    assert "af slagsen skole. 4 placeringer er sammenlignet, ved siden af det ene" in html
    english = page(example_view(aim="covering", whose=("Vest",)), "en")
    assert "give most of the 50,203 residents of Vest a place of the kind school" in english
    assert "within 15 min on foot" in english
    none = example_view(places=example_view().places.iloc[:0])
    assert "ved siden af ingen, der er i dag" in page(none)


def test_a_site_is_no_plot_and_given_ones_are_not_called_junctions():
    assert "En placering er et vejkryds og ikke en grund." in page()
    own = page(example_view(own_sites=True))
    assert "et vejkryds" not in own
    assert "de opgivne punkter" in own


def test_the_map_draws_who_gains_and_the_other_sites_by_what_they_bring():
    html = page()
    for words in ("1-5 min. kortere", "10 min. eller mere kortere", "50-75 % af den bedste"):
        assert words in html
    nobody = example_view(points=example_view().points.iloc[:1])
    assert "min. kortere" not in page(nobody)


def test_the_page_asks_nobody_and_its_headings_are_in_order():
    html = page(example_view("<b>Åsvej</b>"))
    assert not re.search(r"""src=["'](?!data:)""", html)
    assert "<b>Åsvej" not in html
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
