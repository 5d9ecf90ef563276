"""The command ``scenario effects``: on the embedded study, and what it refuses."""

import dataclasses
import json
import re
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import tomlkit
from click.testing import CliRunner
from shapely import Point

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.cli.scenario_effects import lines
from htkgis.errors import ConfigError
from htkgis.network import build_graph, snap
from htkgis.network.nearest_times import nearest_times
from htkgis.pipeline.effect_sheets import project_sheets
from htkgis.pipeline.effects import find_effects
from htkgis.pipeline.effects_file import facts, write_effects
from htkgis.pipeline.layers import load_barriers, load_housing, load_streets
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.pipeline.places import load_places
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
STUDY, CATALOG = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"
HERE, THERE = {"lat": 55.656, "lon": 12.29}, {"lat": 55.6547, "lon": 12.2885}
PARK, WAY = "omraadefornyelse_gadehave", "raaderum"
"""Two projects with a budget: 16 and 52 million DKK."""


def doctor(name, project, where):
    return {"kind": "add_place", "id": name, "name": "Læge", "function": "health", **where,
            "from_year": 2030, "project": project}  # fmt: skip


EDITS = [
    doctor("doctor", PARK, HERE),
    doctor("second_doctor", WAY, THERE),
    {"kind": "close_place", "place": "gadehaveskolen", "from_year": 2031,
     "project": "gadehave_udskoling"},
    {"kind": "close_place", "place": "selsmosen", "from_year": 2028, "to_year": 2029,
     "project": "naerheden"},
    {"kind": "change_jobs", "place": "jobs_hoje_taastrup_c", "jobs": 13260, "from_year": 2030,
     "project": WAY},
    {"kind": "add_dwellings", "id": "homes", "area": "gadehavegaard", "dwellings": 100,
     "persons_per_dwelling": 2.0, "from_year": 2030, "project": "gadehave_udskoling"},
    {"kind": "remove_line", "line": "bus_gadehavegaard", "from_year": 2030, "project": PARK},
    {"kind": "remove_line", "line": "bus_taastrupgaard", "from_year": 2030,
     "project": "laeringshus"},
]  # fmt: skip


def written(folder, edits=EDITS):
    path = folder / "test.toml"
    facts = {"id": "test", "name": "Prøve", "name_en": "Test", "year": 2031, "edits": edits}
    path.write_text(tomlkit.dumps(facts), "utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return written(tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="module")
def report(scenario, study_cache):
    return find_effects(STUDY, CATALOG, scenario, functions=["health", "school"], cache=study_cache)


def call(*arguments):
    words = ["scenario", "effects", *(str(argument) for argument in arguments)]
    return CliRunner().invoke(main, words)


def whole(report, project, measure="saved", function="all"):
    table = report.table
    own = table[(table["project"] == project) & (table["measure"] == measure)]
    return own[(own["function"] == function) & (own["group"] == "everybody")].iloc[0]


def test_a_project_alone_saves_what_everybody_walks_less_with_it(report):
    study, catalog = read_study(STUDY), read_catalog(CATALOG)
    graph = build_graph(load_streets(catalog, study)["streets"], mode=mode_of(study, "walk"))
    where = {"barriers": load_barriers(catalog, study)["barriers"], **snapping(study)}
    places = load_places(catalog, study)["places"]
    places = places[places["measured"] & places["state"].eq("existing")]
    old = places[places["function"] == "health"][["id", "geometry"]]
    new = gpd.GeoSeries([Point(HERE["lon"], HERE["lat"])], crs="EPSG:4326").to_crs(old.crs)
    both = pd.concat([old, gpd.GeoDataFrame({"id": ["doctor"]}, geometry=new)], ignore_index=True)
    housing = load_housing(catalog, study)
    gates = housing["origins"]
    each = housing["areas"].set_index("id")["population"] / gates.groupby("area_id").size()
    starts = snap(graph, gates, **where)
    today, then = (
        np.minimum(
            nearest_times(graph, starts, snap(graph, some, **where), limit_ds=18_000), 18_000
        )
        for some in (old, both)
    )
    saved = gates["area_id"].map(each).to_numpy(dtype=float) * (today - then)
    assert saved.sum() > 0
    found = whole(report, PARK)
    assert found["alone"] == pytest.approx(saved.sum() / 600, abs=0.1)
    # persons are counted in thousandths: 5 gates of 534 and so on
    gained = gates["area_id"].map(each).to_numpy(dtype=float)[today - then >= 3000].sum()
    assert whole(report, PARK, "gainers")["alone"] == pytest.approx(gained, abs=0.01)


def test_shares_of_all_projects_sum_to_what_they_do_together(report):
    keys = ["group", "function", "measure"]
    for _, own in report.table.groupby(keys):
        assert own["shapley"].sum() == pytest.approx(own["together"].iloc[0], abs=1e-6)
    assert whole(report, PARK)["together"] != 0


def test_two_doctors_near_each_other_do_the_same_work_in_part(report):
    park, way = (report.projects.loc[name] for name in (PARK, WAY))
    (other, minutes), *_ = park["interacts_with"]
    assert other == WAY
    assert minutes < 0
    pair = whole(report, PARK)["alone"] + whole(report, WAY)["alone"] + minutes
    school = whole(report, "gadehave_udskoling")["alone"]
    assert whole(report, PARK)["together"] == pytest.approx(pair + school, abs=1e-6)
    assert park["saved_person_min"] < park["saved_person_min_alone"]
    assert way["saved_person_min"] > whole(report, WAY)["last"]


def test_jobs_are_those_that_a_resident_reaches_more_on_average(report):
    way = report.projects.loc[WAY]
    row = whole(report, WAY, "jobs_30", "jobs")
    assert row["unit"] == "person-jobs"
    # 4,760 jobs more for whoever lives within 30 minutes of them, and nothing for the others
    near = row["alone"] / 4760
    assert 500 < near < 6578
    assert way["jobs_30"] == way["jobs_30_alone"] == pytest.approx(row["alone"] / 6578)
    assert report.projects.loc[PARK, "jobs_30"] == 0
    assert report.jobs_min == (15.0, 30.0)


def test_who_moves_in_stands_apart_and_closing_their_school_takes_it_from_them(report):
    school = report.projects.loc["gadehave_udskoling"]
    assert (school["moved_in"], school["moved_out"]) == (200, 0)
    own = whole(report, "gadehave_udskoling", "new_reach", "health")
    assert 0 <= own["alone"] <= own["together"] <= 200
    # the doctors of the other projects come near to them once they are there
    assert whole(report, PARK, "new_reach")["alone"] == 0
    assert own["together"] > own["alone"]
    assert school["losers"] < 6578


def test_the_budget_stands_beside_the_effect_and_none_is_made_up(report):
    park = report.projects.loc[PARK]
    assert park["budget_mio"] == 16
    assert park["person_min_per_mio"] == pytest.approx(park["saved_person_min"] / 16)
    assert park["money_per_gainer"] == pytest.approx(16e6 / park["gainers"])
    closed = report.projects.loc["gadehave_udskoling"]
    assert closed["ranked_by"] == "effect"
    assert closed[["budget_mio", "money_per_gainer", "person_min_per_mio"]].isna().all()
    assert closed["losers"] > 0


def test_ranks_are_looked_at_in_every_stated_case(report):
    assert report.cases == (
        "study", "walk_slow", "walk_calm", "walk_brisk", "longest_20", "longest_45",
    )  # fmt: skip
    assert set(report.projects["holds"]) <= {"sure", "sensitive"}
    priced = report.projects[report.projects["ranked_by"] == "per_mio"]
    assert sorted(priced["rank"]) == [1, 2]


def test_projects_that_change_no_way_are_named_with_the_reason(report):
    reasons = report.left_out.set_index("project")["reason"]
    assert reasons["naerheden"] == "other_year"
    assert reasons["boligsocial_taastrupgaard"] == "no_edit"
    assert reasons["laeringshus"] == "timetable"
    assert not set(reasons.index) & set(report.projects.index)


def test_the_text_says_whose_ways_and_that_budgets_are_missing(report):
    text = "\n".join(lines(report))
    assert "3 projects, measured on foot for 6,578 residents to the nearest health, school" in text
    assert "residents of an area are spread evenly over its gates" in text
    assert "budget not told" in text
    assert "budget 16.0 million DKK" in text


def test_money_is_told_in_the_currency_of_the_study(report, tmp_path):
    euro = dataclasses.replace(report, currency="EUR")
    said = "\n".join(lines(euro))
    assert "budget 16.0 million EUR: " in said
    assert "DKK" not in said
    write_effects(euro, tmp_path / "e.csv")
    write_effects(euro, tmp_path / "e.json")
    table = pd.read_csv(tmp_path / "e.csv")
    assert set(table["ranked_by"]) == {"per_mio_eur", "effect"}
    assert table.loc[table["project"] == PARK, "budget_mio_eur"].eq(16).all()
    [park] = [
        row
        for row in json.loads((tmp_path / "e.json").read_text("utf-8"))["projects"]
        if row["project"] == PARK
    ]
    assert park["eur_per_gainer"] == pytest.approx(16e6 / park["gainers"], abs=1e-3)
    assert (park["ranked_by"], "dkk" in str(park)) == ("per_mio_eur", False)


def test_files_hold_every_row_and_plain_numbers(report, tmp_path):
    write_effects(report, tmp_path / "e.csv")
    table = pd.read_csv(tmp_path / "e.csv")
    # four measures of ways, who moves in and out and what is in reach of them, and two of jobs
    assert len(table) == len(report.table) == 3 * 4 * ((4 + 1) * 3 + 2 + 2)
    assert table.loc[table["project"] == PARK, "budget_mio_dkk"].eq(16).all()
    write_effects(report, tmp_path / "e.json")
    read = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert read["year"] == 2031
    assert {**read, "projects": None} == {**facts(report), "projects": None}
    assert [row["dkk_per_gainer"] for row in read["projects"] if row["budget_mio_dkk"] is None] == [
        None
    ]


def sheets(report, **facts):
    page = project_sheets(report, read_study(STUDY), CATALOG, **facts).decode()
    return page, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_project_has_a_sheet_with_its_edits_its_people_and_its_price(report):
    page, words = sheets(report)
    assert page.count('<svg class="locator"') == 3
    assert "Nyt sted: Læge (sundhed), fra 2030." in words
    assert "lukker, fra 2031." in words
    assert "16 mio. kr." in words
    assert "Nye boliger: 100, fra 2030." in words
    assert "200 flytter ind i nye boliger." in words
    assert "får 13.260 arbejdspladser, fra 2030." in words
    assert "Inden for 30 min. når en beboer i gennemsnit" in words
    assert "Det mærkes kun med bus og tog og er ikke målt her." in words
    assert "gælder kun køreplanen" in words
    assert "Budgettet er ikke oplyst, så virkningen kan ikke sættes i forhold til prisen." in words
    assert "personminutter mindre, end de to giver hver for sig" in words
    assert "fordelt ligeligt på hvert områdes startpunkter" in words
    assert "Skitsedata 1:20.000" in words
    assert "Scenariet har ingen ændring, der hører til projektet." in words


def test_the_page_of_sheets_stands_alone_and_its_headings_and_tables_are_in_order(report):
    page, words = sheets(report, language="en")
    assert '<html lang="en">' in page
    assert "New place: Læge (health), from 2030." in words
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.count("<table") == page.count("<caption")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_sheet_of_one_project_and_of_one_that_is_not_measured(report):
    page, _ = sheets(report, projects=[PARK])
    assert page.count('<svg class="locator"') == 1
    with pytest.raises(ConfigError, match="'boligsocial_taastrupgaard' is not measured"):
        sheets(report, projects=["boligsocial_taastrupgaard"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--area", "nowhere"], "--area: 'nowhere' is not known; taastrupgaard"),
        (["--function", "pub"], "--function: 'pub' is not known; station"),
        (["--out", "effects.pdf"], "'.pdf' names no format; .csv, .json, .html"),
    ],
)
def test_what_is_not_known_is_refused(scenario, arguments, said):
    result = call(scenario, "--study", STUDY, "--catalog", CATALOG, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([], "no edit that holds in 2031"),
        ([EDITS[0] | {"from_year": 2020}], "1 contradict the study"),
        (
            [EDITS[0] | {"project": "nobody"}],
            r"are not known: 'nobody'; ids .* are allowed, such as '.*', '.*\. C",
        ),
        ([{n: v for n, v in EDITS[0].items() if n != "project"}], "no edit that holds in 2031"),
    ],
)
def test_a_scenario_without_projects_that_change_ways_is_refused(
    tmp_path, study_cache, edits, said
):
    with pytest.raises(ConfigError, match=said):
        find_effects(STUDY, CATALOG, written(tmp_path, edits), cache=study_cache)


def test_a_study_that_decides_nothing_on_effects_is_told_so(tmp_path, scenario):
    study = tomlkit.parse(STUDY.read_text("utf-8"))
    study.remove("effects")
    (tmp_path / "study.toml").write_text(tomlkit.dumps(study), "utf-8")
    with pytest.raises(ConfigError, match=r"a table \[effects\] is needed"):
        find_effects(tmp_path / "study.toml", CATALOG, scenario)
