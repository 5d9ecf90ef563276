"""``htkgis update osm``: a whole file or none, the same bytes again, and lines that work."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import osmnx
import pytest
import shapely
import tomlkit
from click.testing import CliRunner
from pandas.testing import assert_frame_equal

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError, SourceError, StoreError
from htkgis.loaders import read_graphml_streets
from htkgis.loaders.overpass import DEFAULT_URL
from htkgis.pipeline import update
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import needed, run_steps
from htkgis.pipeline.update import study_area, update_streets
from htkgis.store import Cache, sha256_file
from htkgis.study import read_study
from tests.light_study import light_study
from tests.loaders.overpass_server import (
    answer,
    as_html,
    as_json,
    overpass,
    refuse_other_hosts,
)

from .sketch_osm import as_answer, sketch_town, write_pbf

UTM32 = "EPSG:25832"


@pytest.fixture(autouse=True)
def hosts(monkeypatch):
    return refuse_other_hosts(monkeypatch)


@pytest.fixture
def study(tmp_path):
    """One quarter of the embedded study, in a folder of its own: its modes over streets alone."""
    light_study(tmp_path, keep=("bike", "car"), quarter="kulturkvarteret")
    return tmp_path


def fetched(study, server, out="layers/streets.graphml", **options):
    paths = study / "study.toml", study / "layers" / "catalog.toml", study / out
    return update_streets(*paths, overpass_url=server.url, **options)


def call(study, *arguments):
    paths = ["--study", study / "study.toml", "--catalog", study / "layers" / "catalog.toml"]
    command = ["update", "osm", *paths, "--out", study / "new" / "streets.graphml", *arguments]
    return CliRunner().invoke(main, [str(word) for word in command])


def held(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_file_holds_the_streets_that_the_report_counts(study):
    with overpass(as_json(answer())) as server:
        report = fetched(study, server)
    rules = street_rules(read_study(study / "study.toml").modes)
    streets, _ = read_graphml_streets(report.path, crs=UTM32, rules=rules)
    graph = osmnx.load_graphml(report.path)
    assert (report.nodes, report.arcs) == (graph.number_of_nodes(), graph.number_of_edges())
    assert report.streets == len(streets)
    walked = streets.loc[streets["walk"], "length_m"].sum() / 1000
    assert report.walk_km == pytest.approx(walked)
    assert report.published == "2026-11-01"
    assert report.sha256 == sha256_file(report.path)


def test_the_same_answer_gives_the_same_bytes(study):
    hashes = set()
    for out in ("one.graphml", "two.graphml"):
        with overpass(as_json(answer())) as server:
            hashes.add(fetched(study, server, out).sha256)
    assert len(hashes) == 1


def test_the_area_is_the_hull_of_the_municipality_with_its_buffer(study, root):
    catalog = read_catalog(root / "layers" / "catalog.toml")
    hull = study_area(catalog, read_study(root / "study.toml"))
    assert hull.iloc[0].equals(shapely.convex_hull(hull.iloc[0]))
    with overpass(as_json(answer())) as server:
        report = fetched(study, server, buffer_m=1500)
        words = server.asked[0][1].split("'")[1].split()
    assert report.area_km2 == pytest.approx(hull.buffer(1500).area.iloc[0] / 1e6)
    asked = shapely.Polygon(zip(map(float, words[1::2]), map(float, words[::2]), strict=True))
    around = gpd.GeoSeries([asked], crs="EPSG:4326").to_crs(UTM32).iloc[0]
    assert around.covers(hull.buffer(1900).iloc[0])  # osmnx asks for 500 m more
    assert hull.buffer(2100).iloc[0].covers(around)


def test_the_lines_make_it_the_layer_of_streets(study):
    with overpass(as_json(answer())) as server:
        report = fetched(study, server)
    layer = tomllib.loads("\n".join(report.catalog_lines))["layers"]["streets"]
    assert layer["path"] == "streets.graphml"
    assert layer["licence"] == "ODbL 1.0"
    path = study / "layers" / "catalog.toml"
    text = path.read_text("utf-8")
    start = text.index("[layers.streets]")
    end = text.find("\n[layers.", start + 1)
    path.write_text(text[:start] + "\n".join(report.catalog_lines) + text[end:], "utf-8")
    catalog = read_catalog(path)
    assert catalog.hash("streets") == catalog.layers["streets"].sha256 == report.sha256


def test_a_file_in_the_data_folder_is_named_so(study):
    with overpass(as_json(answer())) as server:
        report = fetched(study, server, "data/osm/streets.graphml", data=study / "data")
    assert 'path = "{data}/osm/streets.graphml"' in report.catalog_lines


@pytest.mark.parametrize(
    "reply",
    [
        as_html("<html>no</html>", 500),
        as_json(answer(remark="runtime error: out of memory")),
        as_json(answer(ways=(), nodes={})),
        as_html("<html>proxy</html>"),
    ],
)
def test_a_failed_fetch_leaves_the_old_file_and_nothing_else(study, reply):
    folder = study / "new"
    with overpass(as_json(answer())) as server:
        fetched(study, server, "new/streets.graphml")
    before = held(folder)
    with overpass(reply) as server, pytest.raises(SourceError, match="Overpass"):
        fetched(study, server, "new/streets.graphml")
    assert held(folder) == before


def test_a_failed_first_fetch_leaves_no_folder(study):
    with overpass(as_html("no", 500)) as server, pytest.raises(SourceError, match="HTTP 500"):
        fetched(study, server, "new/streets.graphml")
    assert not (study / "new").exists()


def test_a_disk_that_refuses_leaves_nothing(study):
    (study / "file").write_text("no folder", "utf-8")
    with (
        overpass(as_json(answer())) as server,
        pytest.raises(StoreError, match="cannot be written"),
    ):
        fetched(study, server, "file/streets.graphml")


def test_another_ending_is_refused_before_anything_is_asked(study):
    with overpass(as_json(answer())) as server:
        with pytest.raises(ConfigError, match=r"\.graphml is allowed"):
            fetched(study, server, "streets.osm.pbf")
        assert server.asked == []


def test_the_default_server_is_asked_unless_another_is_named(study, monkeypatch):
    asked = []

    def fetch(*_, overpass_url, **__):
        asked.append(overpass_url)
        msg = "stop here"
        raise SourceError(msg)

    monkeypatch.setattr(update, "fetch_osmnx_graph", fetch)
    with pytest.raises(SourceError, match="stop here"):
        update_streets(study / "study.toml", study / "layers" / "catalog.toml", study / "x.graphml")
    assert asked == [DEFAULT_URL]


def test_help_status_and_the_stages_load_neither_osmnx_nor_rasterio(root):
    code = "import sys; from click.testing import CliRunner; from htkgis.cli import main; "
    code += "[CliRunner().invoke(main, [n, '--help']) for n in ('update', 'surface', 'times')]; "
    code += "assert CliRunner().invoke(main, ['status']).exit_code == 0; "
    code += "import htkgis.loaders, htkgis.network, htkgis.publish.geotiff; "
    code += "print(*sorted({'osmnx', 'rasterio', 'networkx', 'requests'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.split() == []


# fetched, accepted, run


def sketch_call(study, monkeypatch, *arguments):
    """A command as a user calls it in the folder of the study."""
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(study / "cache"))
    monkeypatch.chdir(study)
    done = CliRunner().invoke(main, [str(word) for word in arguments])
    return done.exit_code, done.output


def fetch_sketch(study, monkeypatch, town):
    with overpass(as_json(as_answer(town))) as server:
        words = ("update", "osm", "--out", "layers/streets.graphml", "--overpass-url", server.url)
        code, said = sketch_call(study, monkeypatch, *words)
    assert code == 0, said
    return said


def put_into_the_catalog(study, lines):
    """Do what the command says: its lines instead of the layers streets and street_nodes."""
    path = study / "layers" / "catalog.toml"
    document = tomlkit.parse(path.read_text("utf-8"))
    document["layers"]["streets"] = tomlkit.parse(lines)["layers"]["streets"]
    del document["layers"]["street_nodes"]
    path.write_text(tomlkit.dumps(document), "utf-8")


def measured(study, catalog="catalog.toml"):
    """The steps of a run up to its figures, without the pages."""
    decisions = read_study(study / "study.toml")
    catalog = read_catalog(study / "layers" / catalog)
    steps = profile_steps(decisions, catalog, catalog.checked_hashes(), "da")
    return run_steps(needed(steps, ("figures",)), Cache(study / "cache"))


def as_extract(study, town):
    """The same study with the streets of a town as an extract."""
    path = write_pbf(town, study / "layers" / "streets.osm.pbf")
    document = tomlkit.parse((study / "layers" / "catalog.toml").read_text("utf-8"))
    document["layers"]["streets"].update(path=path.name, sha256=sha256_file(path))
    (study / "layers" / "extract.toml").write_text(tomlkit.dumps(document), "utf-8")
    return "extract.toml"


def test_streets_are_fetched_put_into_the_catalog_run_and_fetched_again(study, root, monkeypatch):
    town = sketch_town(root, signed=True)
    put_into_the_catalog(study, fetch_sketch(study, monkeypatch, town))
    code, said = sketch_call(study, monkeypatch, "run")
    assert (code, "Published" in said) == (0, True), said
    layers = json.loads((study / "maps" / "manifest.json").read_text("utf-8"))["layers"]
    assert layers["streets"]["sha256"] == sha256_file(study / "layers" / "streets.graphml")
    assert "street_nodes" not in layers
    assert "Skitsedata" not in (study / "maps" / "kulturkvarteret.html").read_text("utf-8")

    # its figures are those of an extract with the same streets, but for a tenth of a second
    results = measured(study)
    assert results.computed == []
    graph = results["figures"]
    extract = measured(study, as_extract(study, town))["figures"]
    columns = [name for name in graph.columns if name != "value"]
    assert len(graph) > 1000
    assert_frame_equal(graph[columns], extract[columns])
    assert (graph["value"].isna() == extract["value"].isna()).all()
    assert (graph["value"] - extract["value"]).abs().max() < 1.5 / 600

    # another day a street is gone: the file is refused until someone accepts it
    fetch_sketch(study, monkeypatch, town._replace(ways=town.ways[:300] + town.ways[301:]))
    code, said = sketch_call(study, monkeypatch, "run")
    assert (code, "are not the accepted files: 'streets'" in said) == (1, True), said
    code, said = sketch_call(study, monkeypatch, "layers", "accept", "streets")
    assert (code, said.startswith("streets: accepted ")) == (0, True), said
    again = measured(study)
    assert "load_streets" in again.computed
    assert not {"load_housing", "load_places", "load_facts"} & set(again.computed)


# the command


def test_the_command_says_what_it_fetched_and_the_rest_is_toml(study):
    with overpass(as_json(answer())) as server:
        done = call(study, "--overpass-url", server.url, "--buffer-m", "500")
    assert done.exit_code == 0, done.output
    assert "data of 2026-11-01" in done.output
    assert "km2 with a buffer of 500 m" in done.output
    facts = tomllib.loads(done.output)["layers"]["streets"]
    assert facts["path"] == "../new/streets.graphml"
    assert facts["sha256"] == sha256_file(study / "new" / "streets.graphml")
    assert facts["credit"] == "© OpenStreetMap contributors"


def test_a_dry_run_asks_nothing_and_writes_nothing(study, hosts):
    done = call(study, "--dry-run")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"Would ask {DEFAULT_URL} for the streets of ")
    assert "nothing was asked or written" in done.output
    assert hosts == []
    assert not (study / "new").exists()


def test_a_fault_of_the_server_is_one_line_and_exit_code_1(study, monkeypatch):
    monkeypatch.setattr("htkgis.loaders.overpass.PAUSE_S", 0.0)
    with overpass(as_html("busy", 429)) as server:
        done = call(study, "--overpass-url", server.url)
        assert len(server.asked) == 3
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: Overpass ({server.url}): answered HTTP 429")
    assert done.output.count("\n") == 1


def test_the_options_of_osm_are_of_no_other_layer():
    done = CliRunner().invoke(main, ["update", "cars", "--out", "x.graphml"])
    assert done.exit_code == 2
    assert "--out, --overpass-url and --date say something only of osm" in done.output
    done = CliRunner().invoke(main, ["update", "osm"])
    assert done.exit_code == 2
    assert "osm writes one file and needs its name: --out FILE.graphml" in done.output


def test_the_buffer_of_the_command_is_the_one_of_the_workflow():
    command = main.get_command(None, "update")
    default = next(option.default for option in command.params if option.name == "buffer_m")
    assert default == update.BUFFER_M
    assert Path(update.__file__).name == "update.py"
