"""The command ``locate``: a site brings what a place there would, and no site brings more."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError
from htkgis.network import build_graph, nearest_times, snap
from htkgis.pipeline.layers import load_barriers, load_housing, load_streets
from htkgis.pipeline.locations import find_locations
from htkgis.pipeline.locations_file import write_locations
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.pipeline.places import load_places
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
STUDY, CATALOG = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"
LIMIT_DS = 9000
SITES = "id,lat,lon\nnorth,55.6570,12.2880\nsouth,55.6490,12.2690\nfield,55.69,12.16\n"


@pytest.fixture(scope="module")
def town():
    """The sketch streets, who starts where, and the daycare that there is."""
    study, catalog = read_study(STUDY), read_catalog(CATALOG)
    graph = build_graph(load_streets(catalog, study)["streets"], mode=mode_of(study, "walk"))
    where = {"barriers": load_barriers(catalog, study)["barriers"], **snapping(study)}
    places = load_places(catalog, study)["places"]
    places = places[places["measured"] & places["state"].eq("existing")]
    housing = load_housing(catalog, study)
    gates = housing["origins"]
    people = housing["areas"].set_index("id")["population"] / gates.groupby("area_id").size()
    persons = people.reindex(gates["area_id"]).to_numpy(dtype=float)
    daycare = places[places["function"] == "daycare"]
    return graph, where, gates, persons, daycare


def walked(town, *sites):
    """Minutes of everybody to the nearest daycare, with further ones at some points."""
    graph, where, gates, persons, daycare = town
    more = gpd.GeoDataFrame({"id": [f"new{n}" for n in range(len(sites))]}, geometry=list(sites))
    both = pd.concat([daycare[["id", "geometry"]], more.set_crs(daycare.crs)], ignore_index=True)
    times = nearest_times(
        graph, snap(graph, gates, **where), snap(graph, both, **where), limit_ds=LIMIT_DS
    )
    return times, (persons * np.minimum(times, LIMIT_DS)).sum() / 600


def test_sites_save_what_places_there_would_and_the_first_saves_most(town, study_cache):
    report = find_locations(STUDY, CATALOG, "daycare", count=2, cache=study_cache)
    table = report.table
    today = walked(town)[1]
    one, two = (walked(town, *table.geometry[:count])[1] for count in (1, 2))
    assert table["gain"].tolist() == pytest.approx([today - one, one - two], abs=1e-6)
    assert report.choice.gain == pytest.approx(today - two)
    assert report.choice.gap == 0
    assert table["rank"].tolist() == [1, 2]
    assert report.persons == pytest.approx(6578)
    assert report.existing == len(town[-1])
    assert report.sketch


def test_covering_counts_who_gets_a_place_within_the_limit(town, study_cache):
    report = find_locations(STUDY, CATALOG, "daycare", aim="covering", cache=study_cache)
    (today, _), (then, _) = walked(town), walked(town, report.table.geometry[0])
    newly = (then <= LIMIT_DS) & (today > LIMIT_DS)
    assert report.table["gain"].item() == pytest.approx(town[3][newly].sum())
    assert report.table["gain"].item() > 0


def test_own_sites_are_compared_and_those_off_the_streets_left_out(tmp_path, study_cache):
    path = tmp_path / "sites.csv"
    path.write_text(SITES, "utf-8")
    report = find_locations(STUDY, CATALOG, "daycare", count=3, sites_path=path, cache=study_cache)
    assert report.sites == 2
    assert set(report.table["site_id"]) <= {"north", "south"}
    path.write_text("id,lat,lon\nfield,55.69,12.16\n", "utf-8")
    with pytest.raises(ConfigError, match="none of 1 sites lies on a street: 'field'"):
        find_locations(STUDY, CATALOG, "daycare", sites_path=path, cache=study_cache)


def test_only_the_residents_of_an_area_count(study_cache):
    report = find_locations(STUDY, CATALOG, "daycare", area="gadehavegaard", cache=study_cache)
    assert report.persons == pytest.approx(2153)
    assert report.table["nearer_persons"].item() <= 2153 + 1e-6


def test_who_gains_is_told_by_area_and_all_sites_that_were_compared(town, study_cache):
    report = find_locations(STUDY, CATALOG, "daycare", count=2, cache=study_cache)
    table, areas = report.table, town[2]["area_id"].unique()
    # all of the sketch live in an area, so that the parts of each site sum to it
    for row in table.to_dict("records"):
        assert sum(row[f"gain_in_{area}"] for area in areas) == pytest.approx(row["gain_alone"])
        assert sum(row[f"nearer_persons_in_{area}"] for area in areas) == pytest.approx(
            row["nearer_persons"]
        )
    (today, _), (then, _) = walked(town), walked(town, *table.geometry)
    saved = (np.minimum(today, LIMIT_DS) - np.minimum(then, LIMIT_DS)) / 600
    assert report.points["minutes"].to_numpy() == pytest.approx(saved)
    # nobody alone brings more than the first of those that were chosen
    assert report.candidates["gain_alone"].max() == pytest.approx(table["gain"].iloc[0])
    assert len(report.candidates) == report.sites
    assert report.proven


@pytest.mark.parametrize("ending", [".gpkg", ".html"])
def test_sites_are_written_for_qgis_and_as_a_page(tmp_path, study_cache, ending):
    report = find_locations(STUDY, CATALOG, "daycare", count=2, cache=study_cache)
    path = tmp_path / f"sites{ending}"
    facts = {"study_path": STUDY, "catalog_path": CATALOG, "language": "en", "cache": study_cache}
    write_locations(report, path, **facts)
    if ending == ".gpkg":
        sites, others = (gpd.read_file(path, layer=name) for name in ("sites", "candidates"))
        assert sites["site_id"].tolist() == report.table["site_id"].tolist()
        assert sites.geometry.iloc[0].equals_exact(report.table.geometry.iloc[0], 1e-6)
        assert len(others) == report.sites
        assert gpd.read_file(path, layer="layer_styles")["f_table_name"].tolist() == [
            "sites", "candidates",
        ]  # fmt: skip
    else:
        page = path.read_text("utf-8")
        assert "It is proven that no other choice of 2" in page
        assert "the 6,578 residents of Taastrupgaard, Gadehavegård" in page
        assert f"1. {report.table['street'][0]}" in page
    first = path.read_bytes()
    write_locations(report, path, **facts)
    assert path.read_bytes() == first


def call(*arguments):
    common = ("--study", STUDY, "--catalog", CATALOG)
    return CliRunner().invoke(main, ["locate", *map(str, (*arguments, *common))])


def test_the_command_prints_the_sites_and_writes_them(tmp_path, monkeypatch, study_cache):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(study_cache.folder))
    out = tmp_path / "sites.csv"
    result = call("daycare", "--count", 2, "--out", out)
    assert result.exit_code == 0, result.output
    assert "no other choice brings more" in result.output
    assert "  1. site_" in result.output
    table = pd.read_csv(out)
    assert table["lat"].between(55.6, 55.7).all()
    assert table["gain"].is_monotonic_decreasing


def test_where_nobody_comes_nearer_it_is_said(monkeypatch, study_cache):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(study_cache.folder))
    result = call("daycare", "--limit", "0.01")
    assert result.exit_code == 0, result.output
    assert "no site brings anybody a place nearer" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pub",), "FUNCTION: 'pub' is not known"),
        (("daycare", "--area", "x"), "--area: 'x' is not known"),
        (("daycare", "--count", 0), "--count: 0 is given"),
        (("daycare", "--limit", 0), "--limit: 0 is given"),
        (("daycare", "--spacing", -1), "--spacing: -1 is given"),
        (("daycare", "--out", "sites.xlsx"), "'.xlsx' names no format"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(arguments, said):
    result = call(*arguments)
    assert result.exit_code == 1
    assert said in result.output
