"""Two scenarios on a page: names are text, who gains and loses, and nothing for the same."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.maps import load_text, render_comparison_page
from htkgis.pipeline.comparison_files import comparison_table
from htkgis.pipeline.localised import localised
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.scenario_differences import (
    Compared,
    ComparisonClasses,
    Side,
    scenario_differences,
)
from tests.maps.joint_example import joint_layers
from tests.maps.profile_example import example_run

AREA = "taastrupgaard"
SIDES = ("midten", "vest", "nord", "øst", "syd")
HOSTILE = "Bro <script>alert(1)</script> & {year}"
CLASSES = {"min": [1.0, 5.0, 10.0], "functions": [1, 2, 4], "jobs": [500, 2000, 5000]}
NOBODY = pd.DataFrame({"id": [], "persons": [], "area_id": []})
BUDGET_BYTES = 300_000
EDIT = {
    "kind": "add_street",
    "subject": "Sti <b>nord</b>",
    "subject_en": "Path <b>north</b>",
    "facts": [{"fact": "delay_s", "value": 15}],
    "from_year": 2030,
    "to_year": None,
    "holds": True,
    "project": None,
    "project_name": None,
    "project_name_en": None,
    "note": "skøn",
    "note_en": "estimate",
}


def access(minutes, jobs):
    known = {"upper_bound": False, "hidden": False, "departure": None, "mode": "walk"}
    rows = [
        known
        | {
            "id": side, "measure": "nearest_1", "function": "school", "limit_min": None,
            "unit": "min", "value": value, "lower_bound": False, "to_id": "s",
        }
        for side, value in zip(SIDES, minutes, strict=True)
    ]  # fmt: skip
    rows += [
        known
        | {
            "id": side, "measure": "jobs_of_departures", "mode": "transit", "function": None,
            "departure": "rush", "limit_min": 45.0, "unit": "jobs", "value": value,
            "lower_bound": True, "to_id": None,
        }
        for side, value in zip(SIDES, jobs, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


BEFORE = access((20.0, 10.0, None, 16.0, 12.0), (9000, 9000, 9000, 9000, 9000))
AFTER = access((14.0, 10.4, 12.0, None, 23.5), (9000, 9000, 9700, 9000, 9000))


def compared(before, after, *, persons=()):
    origins = pd.DataFrame(
        {
            "id": SIDES,
            "area_id": AREA,
            "name": [f"Startpunkt {side}" for side in SIDES],
            "name_en": [f"Point {side}" for side in SIDES],
        }
    )
    asked = Compared(
        {AREA: "q1"},
        ["walk", "transit"],
        15.0,
        ComparisonClasses(*CLASSES.values()),
        100,
        SmallNumbers(20, 3, 5, (0.01,)),
    )
    found = scenario_differences(
        *(Side(table, origins, NOBODY, {}) for table in (before, after)), asked
    )
    side = {"name": HOSTILE, "name_en": HOSTILE, "year": 2040, "edits": [EDIT]}
    return {
        "study": {"municipality": "Kommunen", "crs": "EPSG:25832"},
        "first": {"id": None, "name": "reference", "year": 2026, "edits": []},
        "second": {"id": "bro", **side},
        "between": [
            {"id": "p", "name": "Ny hal", "name_en": None, "function": "leisure"} | {"in": "second"}
        ],
        "origins": "gate",
        "classes": CLASSES,
        "job_rounding": 100,
        "stations": {},
        "files": ["comparison.csv"],
        **found,
        "persons": list(persons),
        "areas": [each | {"quarter": "Nordkvarteret", "area": "Nord"} for each in found["areas"]],
    }


def drawn():
    """A path beside an area, and a place in both."""
    layers = joint_layers()
    x, y = layers.areas.geometry.iloc[0].centroid.coords[0]
    return gpd.GeoDataFrame(
        {"name": [EDIT["subject"], "Ny hal"], "sides": ["1", "01"]},
        geometry=[shapely.LineString([(x, y), (x + 300, y + 50)]), shapely.Point(x, y + 200)],
        crs=layers.areas.crs,
    )


@cache
def page(language="da", *, same=False):
    found = localised(compared(BEFORE, BEFORE if same else AFTER), language)
    text = load_text(language)
    layers = replace(joint_layers(), edits=drawn())
    return render_comparison_page(found, layers, text=text, run=example_run())


def words(html):
    """Text of a page without scripts, styles and tags."""
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\xa0", " "))


def test_the_page_says_first_who_gains_and_who_loses_most():
    found = words(page())
    gain = "Størst gevinst i B: gangtid til nærmeste skole for Startpunkt nord i Nord"
    assert f"{gain} (nyt i rækkevidde, 12,0 min. i B)." in found
    loss = "Størst tab i B: gangtid til nærmeste skole for Startpunkt øst i Nord"
    assert f"{loss} (ude af rækkevidde, 16,0 min. i A)." in found
    assert "Nord: kommer inden for 15 min. i B: gangtid til nærmeste skole (2 af 5" in found
    assert found.index("Størst gevinst i B") < found.index("Hvad der er anderledes")


def test_jobs_that_more_may_lie_beyond_say_at_least_and_have_a_difference():
    found = words(page())
    assert "mindst 9.000 mindst 9.000 uændret 1 0 0 " in found
    assert "mindst 9.000 mindst 9.700 +700 (bedre)" in found
    assert "med bus og tog i myldretiden" in found


def test_the_map_shows_the_edits_and_in_which_of_the_two_they_hold():
    html = page()
    layer = next(line for line in html.splitlines() if "Ny hal" in line and "A og B" in line)
    assert '"B","A og B"' in layer
    assert "Sti \\u003cb\\u003enord" in layer or "Sti \\u003cb>nord" in layer


@pytest.mark.parametrize("language", ["da", "en"])
def test_names_of_scenarios_and_edits_are_text_in_every_place(language):
    html = page(language)
    assert "<script>alert" not in html
    assert "<b>n" not in html
    assert "Bro &lt;script&gt;alert(1)&lt;/script&gt; &amp; {year}" in html


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_id_is_there_once_and_the_page_is_light(language):
    html = page(language)
    ids = Counter(re.findall(r'\bid="([^"]+)"', html))
    assert [each for each, count in ids.items() if count > 1] == []
    assert len(html.encode()) < BUDGET_BYTES
    assert 'src="http' not in html
    assert "index.html" not in html  # no front page lies beside it


def test_what_differs_are_edits_and_places_that_open_between_the_years():
    found = words(page())
    assert "A har ingen ændringer" in found
    assert "ny vej eller sti: forsinkelse på 15 sekunder" in found
    assert "Ny hal" in found
    assert "Scenarier er regnestykker og ikke vedtaget." in found


def test_the_same_has_no_difference_and_says_so_first():
    found = words(page(same=True))
    assert "Ingen forskel: »Bro" in found
    assert "hvert tal, der er sammenlignet, er det samme i A og B" in found
    assert "Alle 2 mål er ens i A og B." in found
    assert "bedre)" not in found
    assert "dårligere)" not in found


def test_residents_are_named_by_area_and_those_of_few_are_hidden():
    row = {
        "area_id": AREA, "mode": "walk", "function": "school", "persons": 1000,
        "hidden": False, "half_step": 6, "gain": [500, 200, 0], "lose": [0, 0, 0],
        "new": 0, "gone": 0, "unsure": 0,
    }  # fmt: skip
    everybody = row | {"area_id": None, "persons": 30_000, "half_step": 150}
    everybody |= {"gain": [1200, 80, 0], "lose": [29_990, 0, 0]}
    few = row | {"hidden": True, "persons": None, "gain": [None] * 3, "lose": [None] * 3}
    found = compared(BEFORE, AFTER, persons=[row, everybody, few])
    html = render_comparison_page(
        localised(found, "da"), joint_layers(), text=load_text("da"), run=example_run()
    )
    said = words(html)
    assert "får cirka 1.200 beboere mindst 1 min. kortere gangtid til nærmeste skole i B" in said
    assert "Gangtid til nærmeste skole Nord 1.000 500 200 0 0 0 0 0 0 0" in said
    assert "Gangtid til nærmeste skole Hele kommunen 30.000 1.200 højst 150 0 mindst 29.850" in said
    assert "får mindst 29.850 beboere mindst 1 min. længere gangtid" in said


def shown(found):
    found = localised(found, "da")
    html = render_comparison_page(found, joint_layers(), text=load_text("da"), run=example_run())
    return words(html)


def test_that_residents_elsewhere_gain_is_a_difference_though_no_origin_has_any():
    row = {
        "area_id": None, "mode": "walk", "function": "school", "persons": 30_000,
        "hidden": False, "half_step": 150, "gain": [1200, 0, 0], "lose": [0, 0, 0],
        "new": 0, "gone": 0, "unsure": 0,
    }  # fmt: skip
    said = shown(compared(BEFORE, BEFORE, persons=[row]))
    assert "Ingen forskel" not in said
    assert "Ingen af de målte startpunkter får det bedre i B." in said
    assert "cirka 1.200 beboere" in said


def test_what_is_hidden_in_both_is_hidden_and_no_difference():
    hidden = BEFORE.assign(hidden=BEFORE["unit"].eq("jobs"))
    said = shown(compared(hidden, hidden))
    assert "Ingen forskel: " in said
    assert "Alle 1 mål er ens" in said
    assert "med bus og tog i myldretiden skjult" in said


def test_the_table_has_a_row_for_each_measure_with_counts_by_class():
    table = comparison_table(compared(BEFORE, AFTER)).set_index("measure")
    school = table.loc["nearest_1"]
    assert (school["median_before"], school["median_after"]) == (16.0, 14.0)
    assert (school["gain_class_1"], school["gain_class_2"], school["lose_class_2"]) == (1, 1, 1)
    assert (school["origins_new"], school["origins_gone"]) == (1, 1)
    assert bool(table.loc["jobs_of_departures", "before_bound"])
