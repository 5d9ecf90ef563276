"""``--lens``, ``--plain`` and ``--mode ebike``: what is measured, written and said."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import rasterio
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.pipeline import own_streets, point_access, times

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "study.toml").read_text("utf-8")
SUGGESTED = [line.removeprefix("#: ") for line in TEXT.splitlines() if line.startswith("#: ")]
EBIKE = "\n".join(SUGGESTED[SUGGESTED.index("[modes.ebike]") :])
GATES, STATIONS = (str(ROOT / "layers" / name) for name in ("gates.csv", "stations.csv"))
DARK = """
[modes.walk.lenses.night]
darkness = { value = 2, unit = "times", kinds = ["path"], source = "s" }
"""
POINTS = {
    "times": ("--origins", GATES, "--destinations", STATIONS),
    "access": ("--origins", GATES, "--opportunities", STATIONS, "--limit-min", "20"),
}
STUDIED = {
    "route": ("--from", "taastrupgaard_centre", "--to", "taastrup_st"),
    "surface": ("--area", "taastrupgaard", "--max-min", "10", "--cell-m", "50"),
}
ENDINGS = {"times": "csv", "access": "csv", "route": "geojson", "surface": "tif"}


@pytest.fixture(scope="module")
def caches(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path, caches, monkeypatch):
    """The embedded study with an e-bike and a lens of darkness, where its streets know light."""
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(caches))
    (tmp_path / "study.toml").write_text(f"{TEXT}\n{EBIKE}\n{DARK}", "utf-8")
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    for module in (own_streets, point_access, times):
        monkeypatch.setattr(module, "embedded_study", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def call(folder):
    """Call a command on the study; give its result and the file that it wrote."""

    def run(command, *options):
        out = folder / f"out.{ENDINGS[command]}"
        words = [command, *POINTS.get(command, ()), *STUDIED.get(command, ()), "--out", str(out)]
        if command in POINTS:
            words += ["--streets", "sketch"]
        else:
            words += ["--study", str(folder / "study.toml")]
            words += ["--catalog", str(folder / "layers" / "catalog.toml")]
        return CliRunner().invoke(main, [*words, *options]), out

    return run


@pytest.fixture
def lit(folder, monkeypatch):
    """Sketch streets that know of no light, so that its paths are dark."""
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(folder / "cache"))

    def read(*files, **options):
        table = own_streets_read(*files, **options)
        return table.assign(lit=pd.Series([None] * len(table), dtype=object))

    from htkgis.pipeline import layers

    own_streets_read = layers.read_street_table
    for module in (layers, own_streets):
        monkeypatch.setattr(module, "read_street_table", read)


def minutes(out):
    return pd.read_csv(out).set_index(["from_id", "to_id"])["travel_time_min"]


def tags_of(out):
    with rasterio.open(out) as raster:
        return raster.tags()


def test_a_lens_walks_at_its_speed_and_the_table_says_whose_minutes_they_are(call):
    result, out = call("times", "--lens", "older")
    assert result.exit_code == 0, result.output
    older = minutes(out)
    table = pd.read_csv(out)
    assert set(zip(table["mode"], table["lens"], table["plain"], strict=True)) == {
        ("walk", "older", False)
    }
    adult = minutes(call("times")[1])
    assert (older * 3.2 / 4.5 - adult).abs().max() < 0.05
    assert f"{len(table)} pairs, minutes on foot (older), to" in result.stderr


def test_an_electric_bicycle_is_as_much_faster_as_the_study_says(call):
    bike, ebike = (minutes(call("times", "--mode", mode)[1]) for mode in ("bike", "ebike"))
    assert (ebike <= bike).all()
    assert (bike / ebike).median() == pytest.approx(18 / 16, abs=0.02)


def test_access_says_who_travels(call):
    result, out = call("access", "--lens", "wheelchair", "--plain", "--nearest", "1")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out)
    assert (set(table["lens"]), set(table["plain"])) == ({"wheelchair"}, {True})
    assert "minutes on foot (wheelchair), plain, to" in result.stderr


def test_a_route_says_who_travels_in_text_and_file(call):
    result, out = call("route", "--lens", "child")
    assert result.exit_code == 0, result.output
    assert "Taastrupgaard midt to Taastrup St. on foot (child): " in result.stdout
    (feature,) = json.loads(out.read_text("utf-8"))["features"]
    stated = feature["properties"]
    assert (stated["mode"], stated["lens"], stated["plain"]) == ("walk", "child", False)
    adult, _ = call("route")
    assert "Taastrup St. on foot: " in adult.stdout


def test_a_raster_says_who_travels(call):
    result, out = call("surface", "--lens", "older", "--plain")
    assert result.exit_code == 0, result.output
    tags = tags_of(out)
    assert tags["TIFFTAG_IMAGEDESCRIPTION"].startswith("Minutter til fods (ældre) fra det")
    assert (tags["lens"], tags["plain"], tags["minutes"]) == ("older", "yes", "measured")
    assert tags["walk_speed_kph"] == "3.2"
    assert "minutes on foot (older), plain of" in result.stdout
    result, out = call("surface", "--mode", "ebike")
    assert tags_of(out)["ebike_speed_kph"] == "18"
    assert tags_of(out)["TIFFTAG_IMAGEDESCRIPTION"].startswith("Minutter på elcykel fra")


def test_zones_and_what_cells_reach_are_told_for_the_lens(call, folder):
    table = folder / "zones.csv"
    result, _ = call("surface", "--zones", "quarters", "--lens", "older", "--out", str(table))
    assert result.exit_code == 0, result.output
    older = pd.read_csv(table)
    assert (set(older["lens"]), set(older["plain"])) == ({"older"}, {False})
    call("surface", "--zones", "quarters", "--out", str(table))
    adult = pd.read_csv(table)
    assert (older["cells"] == adult["cells"]).all()
    assert (older["reached_share"] <= adult["reached_share"]).all()
    assert older["reached_share"].sum() < adult["reached_share"].sum()
    result, out = call(
        "surface", "--opportunities", STATIONS, "--limit-min", "10", "--lens", "wheelchair"
    )
    assert result.exit_code == 0, result.output
    assert "minutes on foot (wheelchair)" in result.stdout
    assert "stairs: the streets do not tell" in result.stdout
    assert tags_of(out)["walk_speed_kph"] == "2.9"


def test_a_plain_trip_by_car_has_no_parking(call):
    found = {}
    for name, options in (("whole", ()), ("plain", ("--plain",))):
        result, out = call("route", "--mode", "car", *options)
        assert result.exit_code == 0, result.output
        found[name] = json.loads(out.read_text("utf-8"))["features"][0]["properties"]["minutes"]
    assert found["whole"] - found["plain"] == pytest.approx(5, abs=0.011)
    result, out = call("surface", "--mode", "car", "--plain", "--max-min", "5")
    assert result.exit_code == 0, result.output
    tags = tags_of(out)
    assert "parkering" not in tags["TIFFTAG_IMAGEDESCRIPTION"]
    assert "car_parking_time_min" not in tags


@pytest.mark.parametrize("command", ["times", "access", "route", "surface"])
def test_a_lens_that_the_study_does_not_have_is_one_line_that_lists_them(call, command):
    result, out = call(command, "--lens", "tall")
    assert result.exit_code == 1
    assert "modes.walk has no lens 'tall'; there are adult, child, older, whee" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("command", ["times", "access", "route", "surface"])
def test_a_mode_that_the_study_does_not_have_is_one_line_that_lists_them(call, folder, command):
    (folder / "study.toml").write_text(TEXT, "utf-8")
    result, out = call(command, "--mode", "ebike")
    assert result.exit_code == 1
    assert "decides on no mode 'ebike'; there are walk, bike, car. Add" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("command", ["times", "access", "route", "surface"])
def test_stairs_that_the_sketch_does_not_know_are_spoken_of_where_they_count(call, command):
    words = "stairs: the streets do not tell them from other ways"
    assert words in call(command, "--lens", "wheelchair")[0].output
    assert words not in call(command)[0].output
    assert words not in call(command, "--lens", "wheelchair", "--plain")[0].output


@pytest.mark.usefixtures("lit")
def test_minutes_with_a_price_are_called_felt_in_all_that_is_written(call):
    night = ("--lens", "night")
    result, out = call("times", *night)
    assert result.exit_code == 0, result.output
    assert "felt minutes on foot (night), to" in result.stderr
    felt = pd.read_csv(out)
    assert list(felt.columns)[:3] == ["from_id", "to_id", "felt_time_min"]
    result, out = call("access", *night, "--nearest", "1")
    table = pd.read_csv(out)
    assert "felt_limit_min" in table.columns
    assert set(table["measure"]) == {"opportunities", "felt_nearest_1"}
    assert "felt minutes on foot (night), to" in result.stderr
    result, out = call("route", *night)
    assert " felt min, " in result.stdout
    assert "felt_minutes" in json.loads(out.read_text("utf-8"))["features"][0]["properties"]
    result, out = call("surface", *night)
    assert "within 10 felt minutes on foot (night) of" in result.stdout
    tags = tags_of(out)
    assert tags["TIFFTAG_IMAGEDESCRIPTION"].startswith("Oplevede minutter til fods (night) fra")
    assert (tags["minutes"], tags["dark"]) == ("felt", "2.0")


@pytest.mark.usefixtures("lit")
def test_plain_takes_the_price_off_and_minutes_are_minutes_again(call):
    felt = pd.read_csv(call("times", "--lens", "night")[1])
    result, out = call("times", "--lens", "night", "--plain")
    assert "felt" not in result.stderr
    plain = minutes(out)
    pd.testing.assert_series_equal(plain, minutes(call("times")[1]))
    both = felt.set_index(["from_id", "to_id"])["felt_time_min"].reindex(plain.index)
    assert (both >= plain).all()
    assert (both > plain).any()


def test_a_lens_that_asks_for_what_the_streets_do_not_know_names_the_column(call):
    result, out = call("times", "--lens", "night")
    assert result.exit_code == 1
    assert "no column 'lit'" in result.stderr
    assert not out.exists()
