"""All figures side by side: every measure there, ordered as Danes and numbers are, missing last."""

import re
from functools import cache

from htkgis.maps import load_text, render_index_page
from htkgis.maps.ordering import danish_order
from htkgis.maps.tables import overview
from htkgis.maps.tables.overview import ranks
from tests.maps.example_whole import whole_profile
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_run

DANISH = load_text("da")


@cache
def whole():
    return [whole_profile(name) for name in QUARTERS]


def profiles(**parts):
    return [profile | parts for profile in whole()]


def rows(found=None):
    return [[cell.words for cell in row] for row in (found or overview(profiles(), DANISH)).rows]


def test_the_danish_alphabet_ends_in_ae_oe_aa_and_capitals_do_not_matter():
    given_words = ["Åby", "zebra", "Ørsted", "ærlig", "Aarhus", "Zoo", "ord", "Ølby"]
    assert sorted(given_words, key=danish_order) == [
        *("ord", "zebra", "Zoo", "ærlig", "Ølby", "Ørsted", "Åby", "Aarhus"),
    ]


def test_numbers_in_words_go_by_size():
    within = [f"inden for {limit} min." for limit in (30, 5, 15, 10)]
    assert [words.split()[2] for words in sorted(within, key=danish_order)] == [
        *("5", "10", "15", "30"),
    ]


def test_accents_and_quotes_do_not_part_words():
    assert danish_order("»Café«") == danish_order("cafe")


def test_equal_values_share_a_place_and_missing_ones_have_none():
    assert ranks([3.0, None, 1.0, 3.0], float) == [2, None, 1, 2]


def test_every_row_has_a_cell_per_column_and_a_theme_that_can_be_chosen():
    found = overview(profiles(), DANISH)
    assert {len(row) for row in found.rows} == {len(found.columns)}
    assert {row[-1].rank for row in found.rows} == {number for number, _ in found.themes}


def test_every_measure_of_every_part_is_there():
    found = overview(profiles(), DANISH)
    themes = " ".join(words for _, words in found.themes)
    for expected in ("Til fods", "På cykel", "I bil", "Kollektiv trafik", "Planregler", "lukket"):
        assert expected in themes
    compared = len(whole_profile()["comparison"])
    assert len(found.rows) > compared + len(whole_profile()["transit"]["jobs"]) * 3


def test_names_tell_by_which_mode_a_figure_is():
    names = [row[0] for row in rows()]
    assert "Minutter til nærmeste station, til fods" in names
    assert len(set(names)) == len(names)


def test_numbers_are_ordered_within_their_unit():
    found = overview(profiles(), DANISH)
    column = 1
    ranked = sorted(
        (row[column].rank, row[-3].words) for row in found.rows if row[column].rank is not None
    )
    units = [unit for _, unit in ranked]
    starts = [unit for at, unit in enumerate(units) if at == 0 or units[at - 1] != unit]
    assert len(starts) == len(set(starts))


def test_what_is_missing_or_hidden_has_words_and_no_place():
    found = overview(profiles(), DANISH)
    gone = {cell.words for row in found.rows for cell in row[1:4] if cell.rank is None}
    assert gone <= {"ikke nået", "skjult", "kendes ikke", "intet sted fundet"}
    assert gone


def test_a_quarter_that_lacks_a_part_is_not_known_there_and_never_zero():
    quarters = profiles()
    quarters[1] = quarters[1] | {"rules": None}
    found = [row for row in rows(overview(quarters, DANISH)) if row[-1] == "Planregler"]
    assert found
    assert {row[2] for row in found} == {"intet sted fundet"}


def test_parts_that_no_quarter_has_leave_no_rows():
    none = {"transit": None, "departures": None, "isolation": None, "rules": None}
    found = overview(profiles(**none, shares=None, indicators=None), DANISH)
    assert len(found.rows) == len(whole_profile()["comparison"])


def test_the_front_page_holds_the_table_in_full_without_script_and_links_the_maps():
    layers = {name: example_layers(name) for name in QUARTERS}
    pages = [{"file": "region.html", "open": "Se regionen", "lead": "Hvad nås?"}]
    run = example_run(joint_pages=pages)
    page = render_index_page(profiles(), layers, text=DANISH, run=run)
    body = page.split('<table id="overview"')[1].split("</table>")[0]
    assert body.count("<tr>") == len(rows()) + 1
    assert "<button" not in body
    assert '<a href="region.html">Se regionen</a>' in page
    assert re.search(r'role="status" data-initial="[^"]+"', page)
