"""The command ``links``: a link saves what building it would, and what is not known is refused."""

import sqlite3
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import tomlkit
from click.testing import CliRunner
from shapely import LineString

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError
from htkgis.network import build_graph, snap
from htkgis.network.candidate_links import Gaps
from htkgis.network.links import cut_at, linked
from htkgis.network.nearest_times import nearest_times
from htkgis.pipeline.layers import load_barriers, load_housing, load_places, load_streets
from htkgis.pipeline.missing_links import _priced, _ranked, find_links
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.study import read_study
from htkgis.units import cost_ds

ROOT = Path(__file__).parents[2]
STUDY, CATALOG = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"
AREA = "taastrupgaard"


@pytest.fixture(scope="module")
def report(study_cache):
    return find_links(STUDY, CATALOG, area=AREA, cache=study_cache)


def call(*arguments):
    return CliRunner().invoke(main, ["links", *(str(argument) for argument in arguments)])


def test_what_a_link_saves_is_what_everybody_walks_less_with_it(report):
    best = report.table.iloc[0]
    study, catalog = read_study(STUDY), read_catalog(CATALOG)
    graph = build_graph(load_streets(catalog, study)["streets"], mode=mode_of(study, "walk"))
    ends = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=list(best.geometry.boundary.geoms))
    cut, nodes = cut_at(graph, snap(graph, ends, max_snap_m=1))
    cost = cost_ds([best.straight_m], graph.speed_kph)
    built = linked(cut, nodes[:1], nodes[1:], cost)
    barriers = load_barriers(catalog, study)["barriers"]
    where = {"barriers": barriers, **snapping(study)}
    places = load_places(catalog, study)["places"]
    places = places[places["measured"] & places["state"].eq("existing")]
    gates = load_housing(catalog, study)["origins"]
    gates = gates[gates["area_id"] == AREA]
    each = report.persons / len(gates)
    for function in report.functions:
        own = places[places["function"] == function]
        today, then = (
            np.minimum(
                nearest_times(
                    one, snap(one, gates, **where), snap(one, own, **where), limit_ds=18_000
                ),
                18_000,
            )
            for one in (cut, built)
        )
        saved = (today - then).sum() * each / 600
        assert best[f"saved_person_min_{function}"] == pytest.approx(saved, abs=0.2)
        assert best[f"nearer_persons_{function}"] == pytest.approx((then < today).sum() * each)
    assert best["saved_person_min"] > 0


def test_links_are_short_ranked_and_apart(report):
    table = report.table
    rules = tomllib.loads(STUDY.read_text("utf-8"))["links"]
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["saved_person_min"].is_monotonic_decreasing
    assert (table["straight_m"] <= rules["straight"]["value"]).all()
    assert (table["walk_today_m"].dropna() > rules["network"]["value"]).all()
    assert table["id"].is_unique
    parts = [name for name in table.columns if name.startswith("saved_person_min_")]
    own = table[[name for name in parts if not name.endswith("dkk")]]
    assert np.allclose(own.sum(axis=1), table["saved_person_min"])


def test_persons_are_those_of_the_area(report, study_cache):
    assert report.persons == 2670
    everybody = find_links(STUDY, CATALOG, functions=("daycare",), most=1, cache=study_cache)
    assert everybody.persons == pytest.approx(2670 + 1755 + 2153)
    assert len(everybody.table) == 1
    assert everybody.functions == ("daycare",)


def test_the_report_says_what_the_links_rest_on(report):
    assert report.sketch
    assert report.without_buildings
    assert report.candidates > report.useful >= len(report.table) > 0


def gaps(*pairs):
    """Candidates between points at one metre per second, by their coordinates."""
    xy = np.array([point for pair in pairs for point in pair], dtype=float)
    lines = [LineString([a, b]) for a, b in pairs]
    streets = gpd.GeoDataFrame(
        {
            "id": [f"s{n}" for n in range(len(lines))],
            "from_node": [f"a{n}" for n in range(len(lines))],
            "to_node": [f"b{n}" for n in range(len(lines))],
            "length_m": [line.length for line in lines],
            "oneway": False,
            "walk": True,
        },
        geometry=lines,
    )
    graph = build_graph(streets, mode="walk", speed_kph=3.6)
    at = {tuple(point): node for node, point in enumerate(graph.node_xy)}
    start, end = (
        np.array([at[tuple(xy[2 * n + side])] for n in range(len(pairs))], dtype=np.int32)
        for side in (0, 1)
    )
    return Gaps(graph, start, end, np.array([line.length for line in lines]))


def test_a_link_costs_what_it_crosses_and_waits_there():
    rules = read_study(STUDY).links
    found = gaps(((0, 0), (100, 0)), ((0, 50), (100, 50)))
    rails = gpd.GeoDataFrame(
        {"kind": ["railway", "railway", "motorway"]},
        geometry=[LineString([(x, -9), (x, 9)]) for x in (40, 44, 60)],
    )
    kinds, price, cost = _priced(found, rails, rules)
    assert kinds.tolist() == ["motorway+railway", "path"]
    # 15 + 20 million and twice 50,000 a metre; 0.1 million and 5,000 a metre
    assert price.tolist() == [35_000_000 + 100 * 100_000, 100_000 + 100 * 5_000]
    assert cost.tolist() == [1000 + 150 + 150, 1000]


def test_a_barrier_without_a_price_is_refused():
    wall = gpd.GeoDataFrame({"kind": ["wall"]}, geometry=[LineString([(40, -9), (40, 9)])])
    with pytest.raises(ConfigError, match=r"no price for 1 kinds of barrier .* 'wall'"):
        _priced(gaps(((0, 0), (100, 0))), wall, read_study(STUDY).links)


def test_versions_of_one_link_stand_once_whichever_way_they_are_drawn():
    lines = [((0, 0), (0, 90)), ((60, 90), (60, 0)), ((0, 0), (90, 0)), ((400, 0), (400, 90))]
    table = gpd.GeoDataFrame(
        {"saved_person_min": [5.0, 9.0, 4.0, 0.0], "start": range(4), "end": range(4)},
        geometry=[LineString(line) for line in lines],
    )
    assert _ranked(table, 61.0, 9)["start"].tolist() == [1, 2]
    assert _ranked(table, 59.0, 9)["start"].tolist() == [1, 0, 2]
    assert _ranked(table, 59.0, 2)["start"].tolist() == [1, 0]


def test_links_are_written_for_a_spreadsheet_and_for_qgis_the_same_twice(
    tmp_path, monkeypatch, study_cache
):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(study_cache.folder))
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "a.gpkg", "b.gpkg")]
    for path in paths:
        arguments = ("--study", STUDY, "--catalog", CATALOG, "--area", AREA, "--out", path)
        result = call(*arguments)
        assert result.exit_code == 0, result.output
    assert "the streets are a sketch" in result.output
    assert "  1. path, " in result.output
    first, second, third, fourth = (path.read_bytes() for path in paths)
    assert (first, third) == (second, fourth)
    table, layer = pd.read_csv(paths[0]), gpd.read_file(paths[2], layer="missing_links")
    assert table["id"].tolist() == layer["id"].tolist()
    assert table["from_lat"].between(55.6, 55.7).all()
    assert layer.crs == "EPSG:25832"
    with sqlite3.connect(paths[2]) as base:
        (style,) = base.execute("SELECT styleQML FROM layer_styles").fetchone()
        said = base.execute("SELECT description FROM gpkg_contents").fetchone()[0]
    assert "© OpenStreetMap contributors" in said
    assert 'value="path"' in style
    assert 'label="sti"' in style


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--area", "nowhere"), "--area: 'nowhere' is not known"),
        (("--function", "pub"), "--function: 'pub' is not known"),
        (("--out", "links.shp"), "'.shp' names no format"),
    ],
)
def test_what_is_not_known_is_refused_in_one_line(arguments, said):
    result = call("--study", STUDY, "--catalog", CATALOG, *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_study_without_links_says_what_is_missing(tmp_path):
    study = tomlkit.parse(STUDY.read_text("utf-8"))
    study.remove("links")
    path = tmp_path / "study.toml"
    path.write_text(tomlkit.dumps(study), "utf-8")
    with pytest.raises(ConfigError, match=r"a table \[links\] is needed"):
        find_links(path, CATALOG)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("spacing", 0, "links.spacing is 0: above 0 is needed"),
        ("network", 150, "links.network must be longer than links.straight"),
        ("functions", ["pub"], "links.functions is pub"),
    ],
)
def test_rules_that_find_nothing_or_everything_are_refused(tmp_path, key, value, said):
    study = tomlkit.parse(STUDY.read_text("utf-8"))
    if isinstance(value, list):
        study["links"][key] = value
    else:
        study["links"][key]["value"] = value
    path = tmp_path / "study.toml"
    path.write_text(tomlkit.dumps(study), "utf-8")
    with pytest.raises(ConfigError, match=said):
        read_study(path)
