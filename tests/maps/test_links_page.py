"""The page of missing links: its words, its table, and what it says of few and of nothing."""

import re

import pytest

from htkgis.maps import load_text
from htkgis.maps.links_page import look_of, render_links_page
from htkgis.maps.tables.links import links_table
from tests.maps.links_example import example_links, example_view
from tests.maps.profile_example import example_run

TEXT = load_text("da")


def page(view=None, language="da", **run):
    return render_links_page(
        view or example_view(), text=load_text(language), run=example_run() | run
    )


def cells(functions=("school", "station"), areas=(("vest", "Vest"),)):
    return links_table(example_links(), functions, areas, TEXT)


def test_each_row_names_what_a_link_joins_and_leads_to_the_map():
    first, second = (row[0] for row in cells().rows)
    assert first.words == "1. Sti uden navn \u2013 Veststien"
    assert (first.rank, first.show) == (1, "link:a")
    assert second.words == "2. Langs Veststien"


def test_numbers_are_danish_and_where_there_is_no_way_it_says_so_and_stands_last():
    first, second = cells().rows
    assert [cell.words for cell in first[1:4]] == ["40", "1.234", "5.000"]
    assert [cell.words for cell in second[1:4]] == ["1.140", "ingen vej", "120"]
    assert [row[2].rank for row in (first, second)] == [1, None]
    assert [row[3].rank for row in (first, second)] == [2, 1]
    assert [cell.words for cell in second[4:9]] == ["120", "0", "120", "79,2", "2"]
    assert second[9].words == "op eller ned ved bro eller tunnel og under eller over jernbanen"


def test_columns_follow_the_functions_and_the_areas():
    assert len(cells(areas=()).columns) == len(cells().columns) - 1
    headings = [words for words, _ in cells().columns]
    assert headings[4:7] == [
        "Skole: sparer (personmin.)",
        "Station: sparer (personmin.)",
        "Heraf i Vest (personmin.)",
    ]
    assert all(len(row) == len(headings) for row in cells().rows)


def test_the_lead_says_whose_ways_to_what_were_counted_and_among_how_many():
    html = page()
    assert "På 2 steder ville en kort ny forbindelse spare kommunens 50.203 beboere" in html
    assert "skole og station" in html
    assert "blandt 18.742 korte forbindelser" in html
    assert "de 50.203 beboere i Veststien" in page(example_view(area="vest"))


def test_a_sketch_says_loudly_that_its_links_exist():
    words = "Langt de fleste af forbindelserne findes i virkeligheden"
    assert re.search(rf"<strong>[^<]*{words}", page(sketch=True, sketch_scale="1:20.000"))
    assert words not in page(sketch=False)


def test_the_method_holds_the_numbers_of_the_study_and_what_no_layer_tells():
    html = page(language="en")
    assert "within 150 m of each other" in html
    assert "more than 600 m from each other" in html
    assert "keeps 3 m clear" in html
    assert "There is no layer of water" in html
    assert "There is no layer of buildings" not in html


def test_fewer_persons_than_may_be_shown_are_not_told():
    html = page(language="en")
    assert "nearer for 800 residents" in html
    assert "nearer for fewer than 5 residents" in html
    assert "for 3 residents" not in html


def test_without_a_link_the_page_has_no_map_and_says_why():
    view = example_view()
    html = page(example_view(links=view.links.iloc[:0], ways=view.ways.iloc[:0]))
    assert "Ingen kort ny forbindelse ville spare kommunens 50.203 beboere gang" in html
    assert "plan-map" not in html
    assert '<table id="links"' not in html


@pytest.mark.parametrize(
    ("kind", "like"), [("level+railway", "railway"), ("water+level", "level"), ("fence", "hedge")]
)
def test_a_link_looks_like_the_hardest_thing_it_meets(kind, like):
    assert look_of(kind) == look_of(like)
    assert look_of("path") != look_of(like)


def test_the_same_links_make_the_same_bytes():
    assert page() == page()
