"""Travel times do not depend on the kind of file that the streets come in."""

import shutil
from pathlib import Path

import networkx as nx
import osmnx
import pandas as pd
import pyproj
import pytest
import tomlkit
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError, CRSError, SourceError
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import needed, run_steps
from htkgis.pipeline.times import measure_point_times
from htkgis.pipeline.update import graphml_bytes, update_streets
from htkgis.store import Cache, sha256_file
from htkgis.study import read_study
from tests.loaders.overpass_server import as_json, overpass

from .sketch_osm import as_answer, sketch_town, write_pbf, write_tables

ROOT = Path(__file__).parents[2]
MODES = ("walk", "bike", "car")
HOMES = "id,lat,lon\nhome,55.6549,12.2874\nother,55.6541,12.2760\nfar_west,55.6491,12.2178\n"
STATIONS = "id,lat,lon\ntaastrup,55.6526,12.3022\nhoje_taastrup,55.6486,12.2688\n"
WGS84 = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The embedded study, its streets as ways in two kinds of file, with signs and without."""
    folder = tmp_path_factory.mktemp("times")
    shutil.copy(ROOT / "study.toml", folder)
    shutil.copytree(ROOT / "layers", folder / "layers")
    (folder / "homes.csv").write_text(HOMES, "utf-8")
    (folder / "stations.csv").write_text(STATIONS, "utf-8")
    for name, signed in (("plain", False), ("signed", True)):
        town = sketch_town(ROOT, signed=signed)
        write_pbf(town, folder / "layers" / f"{name}.osm.pbf")
        with overpass(as_json(as_answer(town))) as server:
            update_streets(
                folder / "study.toml",
                folder / "layers" / "catalog.toml",
                folder / "layers" / f"{name}.graphml",
                overpass_url=server.url,
            )
    (folder / "layers" / "tables").mkdir()
    write_tables(sketch_town(ROOT, signed=False), folder / "layers" / "tables")
    return folder


# in a run


def catalog_with(study, streets, nodes=None):
    """The embedded catalog with other streets."""
    document = tomlkit.parse((study / "layers" / "catalog.toml").read_text("utf-8"))
    layers = document["layers"]
    for name, file in (("streets", streets), ("street_nodes", nodes)):
        if file is None:
            del layers[name]
        else:
            layers[name].update(path=file, sha256=sha256_file(study / "layers" / file))
    path = study / "layers" / f"{Path(streets).name}.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return read_catalog(path)


def times_of_a_run(study, *files):
    """Deciseconds from all origins to all places by (mode, from, to), as a run makes them."""
    decisions = read_study(study / "study.toml")
    catalog = catalog_with(study, *files)
    steps = profile_steps(decisions, catalog, catalog.checked_hashes(), "da")
    wanted = tuple(f"{mode}_travel_times" for mode in MODES)
    results = run_steps(needed(steps, wanted), Cache(study / "cache"))
    tables = [results[name].assign(mode=name.split("_")[0]) for name in wanted]
    return pd.concat(tables).set_index(["mode", "from_id", "to_id"])["travel_time_ds"]


def test_a_graph_an_extract_and_tables_of_one_network_give_the_same_times(study):
    extract = times_of_a_run(study, "plain.osm.pbf")
    graph = times_of_a_run(study, "plain.graphml")
    tables = times_of_a_run(study, "tables/streets.csv", "tables/street_nodes.csv")
    assert len(extract) > 2000
    assert extract.equals(tables)
    assert extract.index.equals(graph.index)
    # a graph keeps lengths to the millimetre, which may turn a decisecond
    assert (extract - graph).abs().max() <= 1
    assert (extract == graph).mean() > 0.99


def test_one_way_streets_limits_and_bollards_are_those_of_the_extract(study):
    extract, graph = (
        times_of_a_run(study, f"signed.{ending}") for ending in ("osm.pbf", "graphml")
    )
    assert extract.index.equals(graph.index)
    assert (extract - graph).abs().max() <= 1
    plain = times_of_a_run(study, "plain.graphml")
    both = pd.concat([plain.rename("plain"), graph.rename("signed")], axis=1).dropna()
    slower = (both["signed"] > both["plain"]).groupby("mode").mean()
    assert slower["walk"] == 0
    assert slower["bike"] > 0.1
    assert slower["car"] > 0.5


def test_the_sketch_keeps_true_lengths_where_its_lines_are_generalised(study):
    """So its times differ from those along its lines by what the lines cut off."""
    sketch = times_of_a_run(study, "streets.csv", "street_nodes.csv")
    ratio = (sketch / times_of_a_run(study, "plain.graphml"))["walk"]
    assert ratio.median() == pytest.approx(1.0, abs=0.03)
    assert ratio.between(0.9, 1.25).all()


# between a user's own points


def measure(study, streets, **options):
    files = study / "homes.csv", study / "stations.csv"
    report = measure_point_times(str(streets), *files, cache=Cache(study / "cache"), **options)
    return report.table.set_index(["from_id", "to_id"])["travel_time_min"]


@pytest.mark.parametrize("mode", MODES)
def test_times_over_a_graph_are_those_over_the_extract(study, mode):
    graph, extract = (
        measure(study, study / "layers" / f"signed.{ending}", mode=mode)
        for ending in ("graphml", "osm.pbf")
    )
    assert len(graph) == 6
    assert (graph - extract).abs().max() <= 0.01


def test_a_second_call_finds_the_network_in_the_cache(study):
    told = []
    streets = study / "layers" / "plain.graphml"
    for _ in range(2):
        told.clear()
        measure(study, streets, progress=lambda name, *_: told.append(name))
    assert told == []


def test_a_projected_graph_is_measured_in_the_study_s_crs(study, tmp_path):
    path = tmp_path / "ZONE.GRAPHML"
    projected = osmnx.project_graph(osmnx.load_graphml(study / "layers" / "plain.graphml"))
    assert projected.graph["crs"].to_epsg() == 32633  # the next zone, where osmnx moves it
    osmnx.save_graphml(projected, path)
    gap = measure(study, path) - measure(study, study / "layers" / "plain.graphml")
    assert gap.abs().max() <= 0.01


def test_a_graph_elsewhere_is_measured_in_its_own_zone(tmp_path):
    ends = (-51.2177, -30.0277), (-51.2077, -30.0277)
    metres = WGS84.inv(*ends[0], *ends[1])[2]
    town = nx.MultiDiGraph(crs="epsg:4326")
    for number, (lon, lat) in enumerate(ends):
        town.add_node(number, x=lon, y=lat)
    for start, end in ((0, 1), (1, 0)):
        known = {"osmid": 1, "highway": "path", "length": metres, "oneway": False}
        town.add_edge(start, end, **known, reversed=start > end)
    (tmp_path / "town.graphml").write_bytes(graphml_bytes(town))
    for name, (lon, lat) in zip(("homes", "stations"), ends, strict=True):
        (tmp_path / f"{name}.csv").write_text(f"id,lat,lon\n{name},{lat},{lon}\n", "utf-8")
    found = measure(tmp_path, tmp_path / "town.graphml", speed_kph=6.0)
    assert found.item() == pytest.approx(metres / 100, abs=0.01)


def test_another_ending_names_both_kinds_of_file(study):
    with pytest.raises(ConfigError, match=r"ends in \.osm\.pbf .* or \.graphml .* is allowed"):
        measure(study, "streets.shp")


def test_faults_of_a_graph_are_named(study, tmp_path):
    content = (study / "layers" / "plain.graphml").read_bytes()
    path = tmp_path / "streets.graphml"
    with pytest.raises(SourceError, match="the file is missing"):
        measure(study, path)
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match="is not whole XML"):
        measure(study, path)
    path.write_bytes(content.replace(b"epsg:4326", b"epsg:32722"))
    with pytest.raises(CRSError, match="where UTM has no zone"):
        measure(study, path)


def test_the_command_walks_unless_told_otherwise(study, tmp_path, monkeypatch):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(study / "cache"))
    words = ["times", "--streets", study / "layers" / "signed.graphml"]
    words += ["--origins", study / "homes.csv", "--destinations", study / "stations.csv"]
    texts = []
    for name, more in (("plain", []), ("walk", ["--mode", "walk"]), ("bike", ["--mode", "bike"])):
        out = tmp_path / f"{name}.csv"
        done = CliRunner().invoke(main, [str(word) for word in (*words, "--out", out, *more)])
        assert done.exit_code == 0, done.output
        texts.append(out.read_bytes())
    assert texts[0] == texts[1] != texts[2]


def test_plain_is_length_divided_by_speed(tmp_path):
    gates, stations = (ROOT / "layers" / name for name in ("gates.csv", "stations.csv"))
    cache = Cache(tmp_path / "cache")
    found = {
        bare: measure_point_times("sketch", gates, stations, mode="car", bare=bare, cache=cache)
        for bare in (False, True)
    }
    key = ["from_id", "to_id"]
    whole, moving = (found[bare].table.set_index(key)["travel_time_min"] for bare in found)
    # two minutes to the car and three to park
    assert (whole - moving - 5.0).abs().max() < 0.0011  # both are rounded to three decimals


def test_times_beyond_the_end_of_the_streets_are_bounds(tmp_path):
    """Near places are exact; what takes longer than the way to the end of the sketch is not."""
    rows = ["id,lat,lon", "home,55.6549,12.2874", "near,55.6560,12.2890", "far,55.6489,12.1976"]
    (tmp_path / "points.csv").write_text("\n".join(rows), "utf-8")
    path = tmp_path / "points.csv"
    report = measure_point_times("sketch", path, path, cache=Cache(tmp_path / "cache"))
    found = report.table.set_index(["from_id", "to_id"])
    assert pd.isna(found.loc[("home", "near"), "bound"])
    assert found.loc[("home", "far"), "bound"] == "at_most"
    from_home = found.loc["home"].sort_values("travel_time_min")
    # once a time is a bound, so is every longer one
    assert from_home["bound"].notna().is_monotonic_increasing
