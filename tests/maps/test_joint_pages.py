"""The pages of all quarters: every number of a map in a table, and one look for all of them."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.maps import joint_pages, load_text, style
from htkgis.maps.difference_looks import BETTER, WORSE, legend_of, value_look
from htkgis.maps.differences_page import MOST_NUMBERS, coming, differences_page
from htkgis.maps.picture import Picture, sheet
from htkgis.maps.plans_page import project_look
from htkgis.maps.region_page import MOST_STOPS, region_map, region_page, stop_look
from htkgis.maps.style import contrast
from htkgis.maps.tables.differences import change_words, kind_counts
from htkgis.maps.tables.plans import numbered
from tests.maps.joint_example import STOPS, example_differences, joint_layers, joint_profiles
from tests.maps.profile_example import example_run

DANISH = load_text("da")
BUDGET_BYTES = 400_000


@cache
def pages(language="da"):
    text = load_text(language)
    made = joint_pages(joint_profiles(language), joint_layers(), text=text, run=example_run())
    return {page.file.removesuffix(".html"): page for page in made}


def words(page):
    """Text of a page without scripts, styles and tags."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\xa0", " "))


def table(page, key):
    found = page[page.index(f'<table id="{key}"') :]
    return words(found[: found.index("</table>")])


def row(page, key, name):
    """Words of one row of a table, by its heading."""
    found = page[page.index(f'<table id="{key}"') :]
    found = found[found.index(f"<span>{name}</span>") :]
    return words(found[: found.index("</tr>")])


def test_each_page_has_a_stable_file_name_in_each_language():
    assert list(pages()) == ["region", "projekter", "forskelle"]
    assert list(pages("en")) == ["region", "projects", "differences"]


def test_the_same_input_gives_the_same_bytes_of_pages_and_pictures():
    again = joint_pages(joint_profiles(), joint_layers(), text=DANISH, run=example_run())
    assert next(again) == pages()["region"]


@pytest.mark.parametrize("name", ["region", "projekter", "forskelle"])
def test_every_id_is_there_once_and_every_reference_leads_to_one(name):
    page = pages()[name].html
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [each for each, count in ids.items() if count > 1] == []
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    used = set(re.findall(r'href="#([^"]+)"', page))
    used |= set(" ".join(re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page)).split())
    assert sorted(used - set(ids)) == []


@pytest.mark.parametrize("name", ["region", "projekter", "forskelle"])
def test_a_page_is_labelled_as_a_sketch_and_so_is_its_picture_and_both_are_light(name):
    made = pages()[name]
    assert "Skitsedata 1:20.000" in words(made.html)
    assert b"Skitsedata 1:20.000" in made.picture
    assert len(made.html.encode()) < BUDGET_BYTES
    assert made.picture.startswith(b"<svg")
    assert b"<b>" not in made.picture


def test_names_of_stops_are_text_and_a_missing_one_is_said():
    page = pages()["region"].html
    assert "Bøgevej &lt;b&gt;" in page
    assert "uden navn" in table(page, "region-stops")


def test_stops_stand_in_the_order_of_the_danish_alphabet():
    found = table(pages()["region"].html, "region-stops")
    names = ["Bøgevej", "uden navn", "Ærø St.", "Aalstrup St."]
    assert sorted(names, key=found.index) == names


def test_minutes_have_their_range_and_what_is_farther_says_so():
    page = pages()["region"].html
    assert row(page, "region-stops", "Aalstrup St.").count("31,3 (30,3–33,3)") == 3  # noqa: RUF001
    assert row(page, "region-stops", "Ærø St.").count("58,0 (57,0–ikke nået)") == 3  # noqa: RUF001
    assert row(page, "region-stops", "uden navn").count("over 60") == 3


def test_the_region_is_summed_up_in_words():
    found = words(pages()["region"].html)
    counts = "1 inden for 30 min., 2 inden for 45 min. og 3 inden for 60 min. af de 4 stop"
    assert f"Fra Taastrupgaard nås {counts} på kortet." in found
    assert "Ingen station nås inden for 30 min." in found


def test_only_stops_are_coloured_by_class_and_every_class_has_a_shape_of_its_own():
    looks = [stop_look((30, 45, 60), limit) for limit in (30, 45, 60, None)]
    assert len({(look.shape, look.strike) for look in looks}) == 4
    for look in looks:
        assert (
            max(contrast(look.fill, style.BACKGROUND), contrast(look.stroke, style.BACKGROUND)) > 3
        )


def test_of_very_many_stops_the_page_lists_stations_says_so_and_stays_light():
    few = joint_layers()
    number = MOST_STOPS - 3
    x, y = few.quarters.geometry.iloc[0].centroid.coords[0]
    further = gpd.GeoDataFrame(
        {"id": [f"n{at}" for at in range(number)], "name": "Ny", "kind": "stop"},
        geometry=[shapely.Point(x + at, y + at % 7) for at in range(number)],
        crs=few.region.crs,
    )
    layers = replace(few, region=pd.concat([few.region, further], ignore_index=True))
    page = region_page(joint_profiles(), layers, DANISH)
    tables = {each.key: each for section in page.sections for each in section.tables}
    assert [row[0].text for row in tables["region-stops"].rows] == ["Ærø St.", "Aalstrup St."]
    notes = [note for section in page.sections for note in section.notes]
    assert any("har 1.501 stop" in note and "2 stationer" in note for note in notes)
    drawn = region_map(joint_profiles(), layers, (30, 45, 60), DANISH)
    assert len(drawn.page_html().encode()) < BUDGET_BYTES
    beyond = next(look for look, said in drawn.layers()[-1].legend if "ikke nået" in said)
    assert not beyond.strike  # as it is drawn


def test_a_long_name_keeps_away_from_other_signs_and_a_number_does_not():
    # the only free place ends three units from the sign to the west, nearer than a letter is high
    signs = [(160, 50), (160, 85), (160, 15), (200, 50), (88, 50)]
    for name, written in (("Valby", 0), ("33", 1)):
        drawn = Picture((0, 0, 400, 100), letters=11)
        for number, (x, y) in enumerate(signs):
            drawn.add_symbol(shapely.Point(x, y), style.GATE, "" if number else name, size=3.0)
        svg = drawn.render("a", title="A", description="B", bar_words="{metres} m")
        assert svg.count(f">{name}<") == written


def test_fixed_maps_of_many_addresses_show_classes_and_say_where_the_numbers_stand():
    profiles = joint_profiles()
    few = differences_page(profiles, joint_layers(), DANISH)
    assert any(">+1<" in drawing for _, drawing in few.pictures)
    each = profiles[0]["differences"]["origins"]
    profiles[0]["differences"]["origins"] = each * (MOST_NUMBERS // len(each)) + each[:1]
    many = differences_page(profiles, joint_layers(), DANISH)
    assert not any(">+1<" in drawing for _, drawing in many.pictures)
    assert "står i tabellerne" in many.pictures_lead
    by_bike = [heading for heading, _ in many.folded_pictures[1] if "cykeltid" in heading]
    assert by_bike == []
    assert any("cykeltid" in heading for heading, _ in few.folded_pictures[1])
    each_of = [[table.key for table in page.sections[0].folded[0][1]] for page in (few, many)]
    assert "each-kulturkvarteret-station" in each_of[0]
    assert "each-kulturkvarteret-station" not in each_of[1]
    assert "Tallet ved figuren" in few.pictures_lead


def test_projects_are_numbered_where_they_stand_on_the_map_and_listed_where_not():
    rows = numbered(joint_profiles())
    assert [each["number"] for each in rows if each["on_map"]] == list(range(1, 7))
    assert {each["number"] for each in rows if not each["on_map"]} == {None}
    page = pages()["projekter"].html
    assert table(page, "plans-unplaced").count("Stibro til Teknologisk Institut") == 3
    assert "15 projekter i 3 kvarterer" in words(page)
    assert "6 af dem har en kendt placering" in words(page)


def test_how_certain_a_project_is_stands_as_the_data_have_it():
    found = row(pages()["projekter"].html, "plans", "Stibro til Teknologisk Institut")
    assert "(intet år angivet)" in found
    assert "ikke kendt" in found
    known = row(pages()["projekter"].html, "plans", "Boliger ved Selsmosen")
    assert "omtrentlig (±200 m)" in known


def test_each_status_has_a_shape_and_a_rough_position_a_ring():
    looks = {
        status: project_look({"status": status, "approximate": False})
        for status in ("done", "running", "planned", "cancelled")
    }
    assert len({look.shape for look in looks.values()}) == 4
    assert looks["cancelled"].strike == 2
    assert project_look({"status": "done", "approximate": True}).ring


def test_every_number_of_the_differences_stands_in_a_table():
    page = pages()["forskelle"].html
    assert table(page, "each-kulturkvarteret-school").count("højst 20,0 min.") == 1
    found = table(page, "each-kulturkvarteret-school")
    for expected in ("−7,6 (bedre)", "+0,9", "+12,0 (dårligere)", "kan ikke afgøres"):  # noqa: RUF001
        assert expected in found
    assert "uændret" in table(page, "each-kulturkvarteret-station")


def test_differences_by_bicycle_have_a_map_tables_and_a_sentence_of_their_own():
    page = pages()["forskelle"].html
    assert "−7,6 (bedre)" in table(page, "each-bike-kulturkvarteret-school")  # noqa: RUF001
    assert "på cykel" in table(page, "differences-bike-kulturkvarteret")
    assert "Cykeltid til nærmeste skole" in page.split('class="panel"')[1].split("</fieldset>")[0]
    found = words(page)
    assert "Taastrupgaard på cykel, 5 startpunkter. Bedre: skole (1)." in found
    assert "der findes kun en køreplan for ét af årene" in found
    on_foot = joint_profiles()
    for profile in on_foot:
        profile["differences"]["bike_rows"] = []
    assert "cykel" not in differences_page(on_foot, joint_layers(), DANISH).kicker


def test_unchanged_measures_are_said_and_not_drawn():
    found = words(pages()["forskelle"].html)
    assert "Uændret for alle, eller under 1 min. forskel: station." in found
    assert "Kan ikke afgøres: antal slags steder inden for 15 min. (1) og skole (1)." in found
    choice = pages()["forskelle"].html.split('class="panel"')[1].split("</fieldset>")[0]
    assert "nærmeste skole" in choice
    assert "station" not in choice


def test_fewer_minutes_and_more_functions_are_better():
    fewer = value_look({"step": -3, "kind": "less"}, "min")
    more = value_look({"step": 3, "kind": "more"}, "functions")
    assert fewer == more
    assert fewer.shape != value_look({"step": 3, "kind": "more"}, "min").shape
    count, school, _ = example_differences()["rows"]
    assert kind_counts(count) == {"better": 2, "worse": 1, "same": 1, "unsure": 1}
    assert kind_counts(school) == {"better": 1, "worse": 2, "same": 1, "unsure": 1}


def test_classes_are_the_same_on_either_side_of_unchanged():
    legend = [said for _, said in legend_of(joint_profiles(), DANISH)]
    assert legend[:7] == [
        "mindst 10 min. kortere, eller mindst 4 slags steder flere",
        "5–10 min. kortere, eller 2–3 slags steder flere",  # noqa: RUF001
        "1–5 min. kortere, eller 1 slags sted mere",  # noqa: RUF001
        "under 1 min. eller samme antal slags steder",
        "1–5 min. længere, eller 1 slags sted mindre",  # noqa: RUF001
        "5–10 min. længere, eller 2–3 slags steder færre",  # noqa: RUF001
        "mindst 10 min. længere, eller mindst 4 slags steder færre",
    ]
    assert len(legend) == 8


def test_colours_grow_darker_on_either_side():
    for fills in (BETTER, WORSE):
        light = [contrast(fill, "#ffffff") for fill in fills]
        assert light == sorted(light)


def test_a_difference_below_the_first_class_is_neither_better_nor_worse():
    value = {"delta": 0.9, "step": 0, "kind": "same"}
    assert change_words(value, "min", DANISH) == "+0,9"
    assert change_words(value | {"delta": 0}, "min", DANISH) == "uændret"


def test_what_opens_later_is_said_or_that_there_is_no_map_of_the_future():
    assert "Der er intet kort over fremtiden" in words(pages()["forskelle"].html)
    profiles = joint_profiles()
    place = {"id": "hal", "name": "Hallen", "year": 2031}
    profiles[0]["differences"] |= {"coming": [place]}
    assert "Efter 2026 åbner: Hallen i 2031." in coming(profiles, DANISH)


def test_a_page_that_has_nothing_to_show_is_not_made():
    nothing = {"region": None, "differences": None, "projects": []}
    profiles = [profile | nothing for profile in joint_profiles()]
    assert list(joint_pages(profiles, joint_layers(), text=DANISH, run=example_run())) == []


def test_without_lines_the_stops_are_still_drawn():
    layers = joint_layers()
    layers = replace(layers, region=layers.region[2:].reset_index(drop=True))
    page = region_page(joint_profiles(), layers, DANISH)
    assert [svg.count("<polygon") for _, svg in page.pictures] == [len(STOPS)] * 3


def test_names_in_a_picture_do_not_meet_and_one_without_room_is_left():
    drawn = Picture((0, 0, 1000, 1000))
    for at in range(12):
        drawn.add_symbol(shapely.Point(500 + at, 500), style.GATE, "Et langt navn")
    svg = drawn.render("p", title="T", description="D", bar_words="{metres} m")
    boxes = [
        (float(x), float(y)) for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-a', svg)
    ]
    assert 1 < len(boxes) < 12
    for one, (x, y) in enumerate(boxes):
        for other_x, other_y in boxes[:one]:
            assert abs(x - other_x) >= 80 or abs(y - other_y) >= 13


def test_a_symbol_outside_the_extent_is_not_drawn():
    drawn = Picture((0, 0, 1000, 1000))
    drawn.add_symbol(shapely.Point(2000, 500), style.GATE, "Ude")
    assert "Ude" not in drawn.render("p", title="T", description="D", bar_words="{metres} m")


def test_a_sheet_holds_every_drawing_its_legend_and_the_credit():
    drawn = Picture((0, 0, 1000, 500)).render("p", title="T", description="D", bar_words="{km} km")
    made = sheet([("Nord & syd", drawn)], [(style.GATE, "port"), (style.AREA, "omrids")], "Kilde")
    for expected in (b"Nord &amp; syd", b"port", b"omrids", b"Kilde", b"0.2 km"):
        assert expected in made
