"""Figures of few stand in no published file, and each file says that they are hidden."""

import io
import json
import sqlite3
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from openpyxl import load_workbook
from pandas.testing import assert_frame_equal

from htkgis.catalog import read_catalog
from htkgis.loaders.told_shares import read_told_shares
from htkgis.pipeline.places import load_places
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.steps import needed, run_steps
from htkgis.profile.job_disclosure import told_range
from htkgis.profile.suppression import Group, Sum, intervals
from htkgis.profile.workplace_sizes import size_classes
from htkgis.store import sha256_file
from htkgis.study import read_study

from .hidden_study import (
    AREA,
    FACTORY_JOBS,
    FEW_RESIDENTS,
    POPULATION,
    QUARTER,
    RARE_PERCENT,
    paths,
    workplaces,
    write_study,
)

HIDDEN_NUMBERS = (FACTORY_JOBS, RARE_PERCENT, FEW_RESIDENTS, POPULATION)
WORD = "skjult af diskretionshensyn"
SECTORS = ("industry", "trade_transport")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, study_cache):
    """Publish the study of few once."""
    folder = write_study(tmp_path_factory.mktemp("few"))
    run_profiles(*paths(folder), folder / "maps", cache=study_cache)
    return folder


@pytest.fixture(scope="module")
def maps(folder):
    return folder / "maps"


@pytest.fixture(scope="module")
def profile(maps):
    quarters = json.loads((maps / "profile.json").read_text("utf-8"))["quarters"]
    return next(each for each in quarters if each["quarter"]["id"] == QUARTER)


@pytest.fixture(scope="module")
def figures(maps):
    table = pd.read_csv(maps / f"{QUARTER}.csv", sep=";", decimal=",")
    return table[table["mode"] == "walk"]


def written(number):
    """Ways to write a number: as data, in Danish and in English."""
    plain = f"{number:.15g}"
    words = {plain, plain.replace(".", ",")}
    if number >= 1000:
        words |= {f"{number:,}", f"{number:,}".replace(",", ".")}
    return words


def texts(file):
    """All that a file says, as text: cells of tables, attributes of features, pages."""
    if file.suffix in {".html", ".json", ".geojson", ".csv", ".svg"}:
        yield file.read_text("utf-8-sig")
    elif file.suffix == ".gpkg":
        with sqlite3.connect(file) as base:
            names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in names:
                for row in base.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - its own names
                    yield " ".join(str(cell) for cell in row if not isinstance(cell, bytes))
    elif file.suffix == ".parquet":
        table = pq.read_table(file)
        yield str(table.schema.metadata)
        keep = [name for name in table.column_names if name != "geometry"]
        yield table.select(keep).to_pandas().to_csv(index=False)
    elif file.suffix in {".xlsx", ".qgz"}:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
    else:
        pytest.fail(f"{file.name}: this test cannot read such a file")


def says(text, number):
    """Whether a text holds the number and not only its digits within a longer one."""
    for words in written(number):
        start = text.find(words)
        while start >= 0:
            around = text[start - 1 : start] + text[start + len(words) : start + len(words) + 1]
            if not any(sign.isalnum() for sign in around):
                return True
            start = text.find(words, start + 1)
    return False


def test_no_published_file_holds_a_hidden_number(maps):
    files = [file for file in sorted(maps.rglob("*")) if file.is_file()]
    kinds = {file.suffix for file in files}
    assert {".html", ".json", ".csv", ".geojson", ".gpkg", ".parquet", ".xlsx"} <= kinds
    found = [
        (file.name, number)
        for file in files
        for text in texts(file)
        for number in HIDDEN_NUMBERS
        if says(text, number)
    ]
    assert found == []


@pytest.mark.parametrize("number", HIDDEN_NUMBERS)
def test_the_search_finds_a_number_that_is_there(number):
    assert all(says(f"<td>{words}</td>", number) for words in written(number))
    assert not says(f"1{number}", number)


def test_a_csv_says_hidden_of_the_sectors_and_not_of_the_total(figures):
    sectors = figures[figures["indicator"].eq("jobs") & figures["function"].isin(SECTORS)]
    told = sectors[sectors["missing"].isna()]
    # twelve shops alone are told as soon as the factory is out of reach, and never both
    assert not told["function"].eq("industry").mul(told["median"] > 0).any()
    hidden = sectors[sectors["missing"].eq("hidden")]
    assert set(hidden["function"]) == set(SECTORS)
    assert hidden[["min", "median", "max"]].isna().all(axis=None)
    assert hidden["bound"].isna().all()


def test_zero_hidden_and_not_reached_are_three_things_in_a_csv(maps):
    table = pd.concat(
        pd.read_csv(file, sep=";", decimal=",") for file in maps.glob("*kvarteret.csv")
    )
    assert {"hidden", "not_reached"} <= set(table["missing"].dropna())
    zero = table[table["median"] == 0]
    assert len(zero)
    assert zero["missing"].isna().all()


def test_all_files_mark_the_jobs_of_the_factory_as_hidden(maps, profile):
    rows = [row for row in profile["jobs_by_sector"] if row["sector"] == "industry"]
    assert any(row["hidden"] for row in rows)
    for row in rows:
        assert row["hidden"] == (row["median"] is None)
    table = pd.read_parquet(maps / "figures.parquet")
    own = table[table["quarter_id"].eq(QUARTER) & table["function"].eq("industry")]
    assert own["hidden"].any()
    assert own.loc[own["hidden"], "value"].isna().all()
    for origins in (
        pyogrio.read_dataframe(maps / f"{QUARTER}.gpkg", layer="origins"),
        pd.read_parquet(maps / "origins.parquet"),
    ):
        column = "walk_jobs_sector_industry_30min_jobs"
        hidden = origins[f"{column}_missing"] == "hidden"
        assert hidden.any()
        assert origins.loc[hidden, column].isna().all()


def test_jobs_by_public_transport_are_told_of_everybody_or_hidden_and_never_missing(maps, profile):
    rows = [row["values"] for row in profile["transit"]["lenses"]["rows"] if row["unit"] == "jobs"]
    values = [value for row in rows for value in row]
    assert {value["lens"] for value in values} > {"adult"}
    assert all(value["hidden"] == (value["value"] is None) for value in values)
    table = pd.read_csv(maps / f"{QUARTER}.csv", sep=";", decimal=",")
    table = table[table["mode"].eq("transit") & table["lens"].ne("adult")]
    jobs = table[table["indicator"].str.startswith("jobs")]
    assert set(jobs["missing"].dropna()) <= {"hidden"}
    assert (jobs["missing"].eq("hidden") == jobs["median"].isna()).all()
    assert jobs["median"].notna().any()
    each = pd.read_parquet(maps / "origin_figures.parquet")
    each = each[each["mode"].eq("transit") & each["unit"].eq("jobs")]
    assert (each["missing"].eq("hidden") == each["value"].isna()).all()
    assert each["value"].notna().any()


def test_whoever_knows_every_walk_tells_of_a_workplace_its_size_class_and_no_more(
    folder, maps, study_cache
):
    study, catalog = read_study(folder / "study.toml"), read_catalog(paths(folder)[1])
    steps = needed(
        profile_steps(study, catalog, catalog.checked_hashes(), "da"), ("walk_travel_times",)
    )
    times = run_steps(steps, study_cache)["walk_travel_times"]
    units = workplaces().set_index("id")
    table = pd.read_parquet(maps / "origin_figures.parquet").query("mode == 'walk'")
    table = table[table["unit"].eq("jobs") & table["missing"].isna()]
    times = times[times["to_id"].isin(units.index)]
    classes = size_classes(units["jobs"].astype(float), study.disclosure.workplace_sizes.value)
    groups = [Group((at,), 1.0) for at in range(len(units))]
    for end, measure in {"low": "jobs_low", "middle": "jobs", "high": "jobs_high"}.items():
        known = []
        for row in table[table["measure"] == measure].to_dict("records"):
            near = times["from_id"].eq(row["id"]) & times["travel_time_ds"].le(
                600 * row["limit_min"]
            )
            own = [
                units.index.get_loc(name)
                for name in times.loc[near, "to_id"]
                if pd.isna(row["function"]) or row["function"] == units["sector"][name]
            ]
            ends = told_range(row["value"], 100, cut=row["bound"] == "at_least")
            if own:
                known.append(Sum(tuple(own), *ends))
        assert len(known) >= 4
        found = intervals(len(units), known, groups)
        # the number that the class counts with is never left out: nothing tells one within it
        assert (found[:, 0] <= classes[end] + 1e-6).all()
        assert (found[:, 1] >= classes[end] - 1e-6).all()
    # the middle of the factory's class is all that anybody comes near to, and it is no secret
    assert (classes.loc["factory", "low"], classes.loc["factory", "high"]) == (2_000, 4_999)


def test_any_other_register_of_the_same_size_classes_is_loaded_as_the_same_places(folder, tmp_path):
    other = write_study(tmp_path)
    file = other / "layers" / "workplaces.csv"
    register = pd.read_csv(file, dtype=str)  # as text: pandas 2 errs in the last digit
    ends = size_classes(
        register["jobs"].astype(float), (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
    )
    register.assign(jobs=ends["high"]).to_csv(file, index=False)
    catalog = (other / "layers" / "catalog.toml").read_text("utf-8")
    catalog = catalog.replace(sha256_file(folder / "layers" / file.name), sha256_file(file))
    (other / "layers" / "catalog.toml").write_text(catalog, "utf-8")
    study = read_study(folder / "study.toml")
    places = [
        load_places(read_catalog(paths(each)[1]), study)["places"] for each in (folder, other)
    ]
    # all that is published of jobs is made of this table, so that it is the same to the last byte
    assert_frame_equal(*places)
    assert not register["jobs"].astype(float).equals(ends["high"])


def test_a_single_workplace_has_no_jobs_in_any_file(maps, profile):
    ids = set(workplaces()["id"])
    own = [place for place in profile["places"] if place["id"] in ids]
    assert own
    assert all(place["jobs"] is None and place["jobs_hidden"] for place in own)
    collection = json.loads((maps / f"{QUARTER}.geojson").read_text("utf-8"))
    features = [each["properties"] for each in collection["features"]]
    for places in (
        pyogrio.read_dataframe(maps / f"{QUARTER}.gpkg", layer="places"),
        pd.read_parquet(maps / "places.parquet"),
        pd.DataFrame([each for each in features if each.get("id") in ids]),
    ):
        mine = places[places["id"].isin(ids)]
        assert len(mine)
        assert mine["opportunities_hidden"].astype(bool).all()
        assert mine["opportunities"].isna().all()


def test_the_page_says_hidden_in_words(maps):
    page = (maps / f"{QUARTER}.html").read_text("utf-8")
    jobs = page.split('id="jobs-heading"')[1].split("</section>")[0]
    assert "skjult" in jobs
    assert "færre end 5 arbejdssteder" in jobs
    assert f"antallet af arbejdspladser er {WORD}" in page
    assert page.count(WORD) > 3


def test_the_workbook_says_hidden_in_words(maps):
    book = load_workbook(io.BytesIO((maps / f"{QUARTER}.xlsx").read_bytes()), read_only=True)
    hidden = {
        sheet.title for sheet in book for row in sheet.iter_rows(values_only=True) if WORD in row
    }
    assert {"Tal", "Steder", "Andele", "Nøgletal"} <= hidden


def test_few_residents_are_hidden_and_not_missing(maps, profile):
    assert profile["area"]["population"] is None
    assert profile["area"]["population_hidden"] is True
    assert profile["shares"]["persons"] is None
    assert all(row["hidden"] and row["share"] is None for row in profile["shares"]["rows"])
    sufficiency = profile["fairness"]["sufficiency"]
    assert sufficiency
    assert all(row["area"]["hidden"] and row["area"]["share"] is None for row in sufficiency)
    area = pyogrio.read_dataframe(maps / f"{QUARTER}.gpkg", layer="area")
    assert area["population_hidden"].astype(bool).all()
    assert area["population"].isna().all()


def test_a_rare_trait_is_hidden_in_its_series(profile):
    (row,) = (each for each in profile["indicators"]["rows"] if each["indicator"] == "convicted")
    point = row["series"][-1]
    assert (point["year"], point["area"], point["area_hidden"]) == (2023, None, True)
    assert row["change"]["value"] is None


def test_an_edition_writes_what_it_told_so_that_the_next_can_read_it(folder, maps, catalog):
    told = maps / "shares.csv"
    layer = {"path": str(told), "columns": {name: name for name in COLUMNS}}
    table, _ = read_told_shares(catalog(told_shares=layer), "told_shares")
    assert len(table)
    own = table[table["unit_id"] == AREA]
    assert own["hidden"].all()
    assert own["share"].isna().all()
    assert (~table["hidden"]).any()
    assert read_catalog(paths(folder)[1]).by_role("told_shares") == {}


COLUMNS = ("unit_id", "function", "mode", "limit_min", "state", "share", "hidden")
