"""The command ``links``: a link saves what building it would, and what is not known is refused."""

import dataclasses
import sqlite3
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import tomlkit
from click.testing import CliRunner
from shapely import LineString, box

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.cli.links import lines as lines_of
from htkgis.errors import ConfigError
from htkgis.network import build_graph, snap
from htkgis.network.candidate_links import Gaps
from htkgis.network.link_gain import Links, link_gains
from htkgis.network.links import cut_at, linked
from htkgis.network.nearest_times import nearest_times
from htkgis.pipeline.layers import load_barriers, load_housing, load_streets
from htkgis.pipeline.link_list import ranked
from htkgis.pipeline.link_prices import kinds_met, priced
from htkgis.pipeline.link_streets import without_ends
from htkgis.pipeline.missing_links import find_links
from htkgis.pipeline.missing_links_file import write_links
from htkgis.pipeline.missing_links_page import ways_today
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.pipeline.places import load_places
from htkgis.study import read_study
from htkgis.units import cost_ds
from tests.network.towns import grid, points, streets, walk

ROOT = Path(__file__).parents[2]
STUDY, CATALOG = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"
AREA = "taastrupgaard"
RULES = read_study(STUDY).links
STUDY_CRS = read_study(STUDY).study.crs


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
    own = table[[name for name in parts if "_per_" not in name and "_in_" not in name]]
    assert np.allclose(own.sum(axis=1), table["saved_person_min"])


def test_persons_are_those_of_the_area(report, study_cache):
    assert report.persons == 2670
    everybody = find_links(STUDY, CATALOG, functions=("daycare",), most=1, cache=study_cache)
    assert everybody.persons == pytest.approx(2670 + 1755 + 2153)
    assert len(everybody.table) == 1
    assert everybody.functions == ("daycare",)
    areas = [name for name in everybody.table.columns if "person_min_in_" in name]
    assert len(areas) == 3
    saved = everybody.table.iloc[0]
    assert saved[areas].sum() == pytest.approx(saved["saved_person_min"])


def test_the_report_says_what_the_links_rest_on(report):
    assert report.sketch
    assert report.without == ("buildings", "water", "closed_land")
    assert report.candidates > report.useful >= len(report.table) > 0


def test_prices_are_told_in_the_currency_of_the_study(report, tmp_path):
    euro = dataclasses.replace(report, currency="EUR")
    said = "\n".join(lines_of(euro))
    assert "million EUR" in said
    assert "DKK" not in said
    where = {"study_path": STUDY, "catalog_path": CATALOG, "language": "en"}
    for one, code in ((report, "dkk"), (euro, "eur")):
        write_links(one, tmp_path / f"{code}.csv", **where)
    kroner, euros = (pd.read_csv(tmp_path / f"{code}.csv") for code in ("dkk", "eur"))
    assert euros["price_mio_eur"].tolist() == kroner["price_mio_dkk"].tolist()
    assert not [name for name in euros.columns if "dkk" in name]


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


def lines(*rows, **columns):
    """Lines along y from -9 to 9 at each x, with what stands in some columns."""
    shapes = [LineString([(x, -9), (x, 9)]) for x in rows]
    return gpd.GeoDataFrame(columns, geometry=shapes)


def met(found, streets=None, barriers=None, water=None):
    nothing = {"bridge": [], "tunnel": [], "walk": []}
    streets = gpd.GeoDataFrame({"id": [], **nothing}, geometry=[]) if streets is None else streets
    return kinds_met(
        found,
        streets=streets.astype(dict.fromkeys(nothing, bool)),
        barriers=lines(kind=[]) if barriers is None else barriers,
        water=lines() if water is None else water,
        rules=RULES,
    )


def test_a_link_costs_what_it_crosses_and_waits_there():
    found = gaps(((0, 0), (100, 0)), ((0, 50), (100, 50)))
    rails = lines(40, 44, 60, kind=["railway", "railway", "motorway"])
    kinds, price, cost = priced(found, met(found, barriers=rails), RULES)
    assert kinds.tolist() == ["motorway+railway", "path"]
    # 15 + 20 million and twice 50,000 a metre; 0.1 million and 5,000 a metre
    assert price.tolist() == [35_000_000 + 100 * 100_000, 100_000 + 100 * 5_000]
    assert cost.tolist() == [1000 + 150 + 150, 1000]


def test_water_has_a_price_whether_it_is_a_lake_or_a_line():
    found = gaps(((0, 0), (100, 0)), ((0, 50), (100, 50)), ((0, 90), (100, 90)))
    lake = gpd.GeoDataFrame(geometry=[box(20, 80, 300, 99)])
    crossed = met(found, barriers=lines(40, kind=["water"]), water=lake)
    kinds, price, cost = priced(found, crossed, RULES)
    assert kinds.tolist() == ["water", "path", "water"]
    assert price.tolist() == [3_000_000, 600_000, 3_000_000]  # 1 million and 20,000 a metre
    assert cost.tolist() == [1000] * 3


@pytest.mark.parametrize(("length_m", "kind"), [(60, "level"), (61, "path")])
def test_a_link_near_a_bridge_or_a_tunnel_climbs(length_m, kind):
    """The link ends at the far end of a ramp that leads from the bridge."""
    at = {"a": (0, 0), "b": (length_m, 0), "c": (length_m + 50, 0), "d": (0, 30), "e": (-900, 30)}
    rows = [("a", "b", length_m, 0), ("b", "c", 50, 0), ("d", "e", 900, 0)]
    for mark in ("bridge", "tunnel"):
        table = streets(rows, at).assign(bridge=False, tunnel=False)
        table.loc[1, mark] = True
        graph = walk(table)
        start, end = (
            np.array([graph.node_ids.tolist().index(name)], dtype=np.int32) for name in "ad"
        )
        found = Gaps(graph, start, end, np.array([30.0]))
        kinds, price, cost = priced(found, met(found, table), RULES)
        assert kinds.tolist() == [kind]
        assert cost.tolist() == [300 + (150 if kind == "level" else 0)]
        assert price.tolist() == [2_150_000 if kind == "level" else 250_000]


def test_a_link_that_crosses_a_bridge_of_a_motorway_climbs():
    found = gaps(((0, 0), (100, 0)), ((0, 50), (100, 50)))
    above = lines(40, id=["m"], bridge=[True], tunnel=[False], walk=[False])
    assert priced(found, met(found, above), RULES).kinds.tolist() == ["level", "path"]


def test_no_link_ends_on_a_bridge_nor_along_a_carriageway_of_a_divided_road():
    at = {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (300, 0), "e": (400, 0)}
    rows = [("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 1), ("d", "e", 100, 1)]
    table = streets(rows, at).assign(
        bridge=[True, False, False, False],
        tunnel=False,
        kind=["path", "tertiary", "tertiary", "residential"],
    )
    graph = walk(table)
    barred = without_ends(graph, table, RULES.divided)
    assert sorted(graph.edge_ids[barred]) == sorted(table["id"].iloc[[0, 2]])


def test_a_barrier_without_a_price_is_refused():
    found = gaps(((0, 0), (100, 0)))
    with pytest.raises(ConfigError, match=r"no price for 1 of 1 kinds of barrier .* 'wall'"):
        priced(found, met(found, barriers=lines(40, kind=["wall"])), RULES)


def test_what_links_save_with_crossings_and_waits_equals_building_them():
    """Brute force: each is added at the cost it was priced with, and everybody measured again."""
    graph = walk(grid(6).assign(length_m=300.0))  # winding streets, which links cut short
    random = np.random.default_rng(5)
    start, end = (random.integers(0, graph.nodes, 40).astype(np.int32) for _ in range(2))
    ends = graph.node_xy[np.stack([start, end], axis=1)]
    found = Gaps(graph, start, end, np.hypot(*(ends[:, 0] - ends[:, 1]).T))
    barriers = lines(130, kind=["railway"]).assign(geometry=[LineString([(130, -9), (130, 999)])])
    cost = priced(found, met(found, barriers=barriers), RULES).cost_ds
    homes, shops = (
        snap(graph, points(*random.uniform(0, 500, (count, 2))), max_snap_m=99) for count in (30, 2)
    )
    gains = link_gains(
        graph, Links(start, end, cost), homes, [1] * 30, {"s": shops}, limit_ds=20_000
    )
    today = nearest_times(graph, homes, shops, limit_ds=20_000)
    for row in range(40):
        own = slice(row, row + 1)
        built = linked(graph, start[own], end[own], cost[own])
        then = nearest_times(built, homes, shops, limit_ds=20_000)
        saved = np.minimum(today, 20_000) - np.minimum(then, 20_000)
        assert gains.saved_person_min[row, 0] == pytest.approx(saved.sum() / 600)
    assert gains.saved_person_min.any()
    assert (cost > cost_ds(found.straight_m, graph.speed_kph)).any()


def test_the_way_today_is_drawn_between_the_ends_of_a_link_where_there_is_one():
    at = {"a": (0, 0), "b": (100, 0), "c": (100, 20), "d": (0, 20), "x": (0, 50), "y": (80, 50)}
    rows = [("a", "b", 100, 0), ("b", "c", 20, 0), ("c", "d", 100, 0), ("x", "y", 80, 0)]
    graph = walk(streets(rows, at))
    links = gpd.GeoDataFrame(
        {"id": ["way", "none"]},
        geometry=[LineString([(30, 0), (40, 20)]), LineString([(0, 20), (0, 50)])],
        crs=STUDY_CRS,
    )
    ways = ways_today(links, graph)
    assert ways["id"].tolist() == ["way"]
    assert ways.length.tolist() == [70 + 20 + 60]


def versions(*rows):
    """Links by their ends, what they save and what they cost."""
    saved, price, shapes = zip(*rows, strict=True)
    columns = {"saved_person_min": saved, "price_mio": price}
    return gpd.GeoDataFrame(
        {**columns, "start": range(len(rows)), "end": range(len(rows))},
        geometry=[LineString(shape) for shape in shapes],
    )


def test_versions_of_one_link_stand_once_whichever_way_they_are_drawn():
    table = versions(
        (5.0, 1, ((0, 0), (0, 90))),
        (9.0, 1, ((60, 90), (60, 0))),
        (4.0, 1, ((0, 0), (90, 0))),
        (0.0, 1, ((400, 0), (400, 90))),
    )
    assert ranked(table, 61.0, 0.9, 9)["start"].tolist() == [1, 2]
    assert ranked(table, 59.0, 0.9, 9)["start"].tolist() == [1, 0, 2]
    assert ranked(table, 59.0, 0.9, 2)["start"].tolist() == [1, 0]


@pytest.mark.parametrize(("saved", "chosen"), [(9.0, 1), (8.9, 0)])
def test_of_versions_the_cheapest_that_is_as_good_stands(saved, chosen):
    table = versions((10.0, 3, ((0, 0), (0, 90))), (saved, 1, ((5, 0), (5, 50))))
    assert ranked(table, 60.0, 0.9, 9)["start"].tolist() == [chosen]


def test_the_list_is_in_order_of_what_the_chosen_version_saves():
    """The version that stands saves less than the best link elsewhere: that one comes first."""
    table = versions(
        (10.0, 3, ((0, 0), (0, 90))),
        (9.0, 1, ((5, 0), (5, 50))),
        (9.5, 1, ((900, 0), (900, 50))),
    )
    assert ranked(table, 60.0, 0.9, 9)["start"].tolist() == [2, 1]
    assert ranked(table, 60.0, 0.9, 1)["start"].tolist() == [2]


def test_links_are_written_for_a_spreadsheet_for_qgis_the_same_twice_and_as_a_page(
    tmp_path, monkeypatch, study_cache
):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(study_cache.folder))
    paths = [tmp_path / name for name in ("a.csv", "a.html", "a.gpkg", "b.gpkg")]
    for path in paths:
        arguments = ("--study", STUDY, "--catalog", CATALOG, "--area", AREA, "--out", path)
        result = call(*arguments, *(("--language", "en") if path.suffix == ".html" else ()))
        assert result.exit_code == 0, result.output
    assert "the streets are a sketch" in result.output
    assert "  1. path, " in result.output
    assert paths[2].read_bytes() == paths[3].read_bytes()
    page = paths[1].read_text("utf-8")
    assert "the 2,670 residents of Taastrupgaard" in page
    assert "By far most of the links exist in reality" in page
    assert "OpenStreetMap contributors" in page
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
        ("functions", ["pub"], "links.functions holds 1 unknown to the study: 'pub'"),
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
