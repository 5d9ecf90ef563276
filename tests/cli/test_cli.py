"""The command line: exit codes, one line for a fault, data on stdout, files whole or absent."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.cli import main

ROOT = Path(__file__).parents[2]
HOMES = "id,lat,lon\nhome,55.6549,12.2874\n"
STATIONS = "id,lat,lon\ntaastrup,55.6526,12.3022\nhoje_taastrup,55.6486,12.2688\n"


@pytest.fixture
def points(tmp_path):
    (tmp_path / "homes.csv").write_text(HOMES, encoding="utf-8")
    (tmp_path / "stations.csv").write_text(STATIONS, encoding="utf-8")
    return tmp_path


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def times(folder, *more, streets="sketch", out="times.csv"):
    return call(
        "times",
        "--streets",
        streets,
        "--origins",
        folder / "homes.csv",
        "--destinations",
        folder / "stations.csv",
        "--mode",
        "walk",
        "--out",
        folder / out,
        *more,
    )


def fault(result):
    """The one line of a fault of data or files."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_the_help_lists_every_command():
    result = call("--help")
    assert result.exit_code == 0
    for name in ("check", "init", "layers", "run", "times"):
        assert f"\n  {name} " in result.stdout


def test_an_unknown_command_or_option_is_wrong_usage():
    assert call("walk").exit_code == 2
    assert call("run", "--speed", "3").exit_code == 2
    assert call("times", "--mode", "walk").exit_code == 2
    assert call("layers", "accept").exit_code == 2


def test_times_writes_reachable_pairs_with_three_decimals_and_reports_on_stderr(points):
    result = times(points)
    assert (result.exit_code, result.stdout) == (0, "")
    lines = (points / "times.csv").read_text("utf-8").splitlines()
    assert lines[0] == "from_id,to_id,travel_time_min,bound,mode,lens,plain"
    pairs = [line.split(",") for line in lines[1:]]
    assert [pair[:2] for pair in pairs] == [["home", "taastrup"], ["home", "hoje_taastrup"]]
    assert {tuple(pair[4:]) for pair in pairs} == {("walk", "adult", "False")}
    assert {pair[3] for pair in pairs} <= {"", "at_most"}
    for (_, _, minutes, *_), metres in zip(pairs, (1244, 1998), strict=True):
        assert len(minutes.split(".")[1]) == 3
        assert abs(float(minutes) * 75 / metres - 1) < 0.12
    assert "origins: 1 of 1 on the streets" in result.stderr
    assert "farthest: hoje_taastrup" in result.stderr


def test_times_as_parquet_are_those_of_the_csv(points):
    times(points)
    times(points, out="times.parquet")
    table = pd.read_csv(points / "times.csv")
    whole = pd.read_parquet(points / "times.parquet")
    pd.testing.assert_frame_equal(
        whole.drop(columns="bound"), table.drop(columns="bound"), check_dtype=False
    )
    assert whole["bound"].notna().tolist() == table["bound"].notna().tolist()


def test_a_bike_is_faster_than_feet_and_a_car_takes_its_parking_with_it(points):
    minutes = {}
    for mode in ("walk", "bike", "car"):
        assert times(points, "--mode", mode, out=f"{mode}.csv").exit_code == 0
        minutes[mode] = pd.read_csv(points / f"{mode}.csv")["travel_time_min"]
    assert (minutes["walk"] / minutes["bike"]).between(3, 3.7).all()
    assert (minutes["car"] > 5).all()
    assert (minutes["car"] - 5 < minutes["bike"]).all()


def test_a_mode_that_is_not_known_is_wrong_usage(points):
    assert times(points, "--mode", "horse").exit_code == 2


def test_double_speed_halves_the_minutes(points):
    times(points, "--speed-kph", "3")
    slow = pd.read_csv(points / "times.csv")["travel_time_min"]
    times(points, "--speed-kph", "6")
    fast = pd.read_csv(points / "times.csv")["travel_time_min"]
    assert ((slow / fast - 2).abs() < 0.002).all()


def test_a_longest_time_leaves_out_what_lies_beyond_it(points):
    times(points, "--max-min", "20")
    assert pd.read_csv(points / "times.csv")["to_id"].tolist() == ["taastrup"]


def test_no_pair_within_the_limit_is_a_table_with_a_header_only(points):
    assert times(points, "--max-min", "1").exit_code == 0
    assert (points / "times.csv").read_text("utf-8") == (
        "from_id,to_id,travel_time_min,bound,mode,lens,plain\n"
    )


def test_a_point_far_from_any_street_is_reported_and_in_no_pair(points):
    with (points / "stations.csv").open("a", encoding="utf-8") as file:
        file.write("far,55.70,12.20\n")
    result = times(points)
    assert "not measured: far lies" in result.stderr
    assert "far" not in (points / "times.csv").read_text("utf-8")


def test_points_nowhere_near_the_streets_are_a_fault_and_leave_no_file(points):
    (points / "homes.csv").write_text("id,lat,lon\nkoebenhavn,55.68,12.57\n", encoding="utf-8")
    assert "none of 1 points lies within 300 m" in fault(times(points))
    assert not (points / "times.csv").exists()


def test_points_in_another_country_are_a_fault(points):
    (points / "homes.csv").write_text("id,lat,lon\nporto_alegre,-30.03,-51.2\n", encoding="utf-8")
    assert "1 of 1 rows lie nowhere near where EPSG:25832 is used" in fault(times(points))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,lat,lon\na,12.2874,55.6549\n", "swapped axes"),
        ("id,lat,lon\na,55.65,12.28\na,55.66,12.29\n", "2 of 2 rows share an id: 'a'"),
        ("id,lat,lon\na,north,12.28\n", "1 values are not numbers: 'north'"),
        ("id,lat,lon\na,,12.28\n", "1 of 1 rows have no position: 'a'"),
        ("name,lat,lon\na,55.65,12.28\n", "missing columns ['id']"),
        ("id,x,y\na,55.65,12.28\n", "missing columns ['lat', 'lon']"),
        ("", "the file is empty"),
        ("id,lat,lon\nJ\u00c3\u00b8rn,55.65,12.28\n", "are garbled"),
    ],
)
def test_a_fault_in_a_file_of_points_is_one_line_and_leaves_no_file(points, text, message):
    (points / "homes.csv").write_text(text, encoding="utf-8")
    assert message in fault(times(points))
    assert not (points / "times.csv").exists()


def test_a_danish_csv_gives_the_same_times(points):
    times(points)
    expected = (points / "times.csv").read_bytes()
    danish = HOMES.replace(",", ";").replace("55.6549;12.2874", "55,6549;12,2874")
    (points / "homes.csv").write_text(danish, encoding="utf-8-sig")
    times(points)
    assert (points / "times.csv").read_bytes() == expected


def test_missing_paths_are_faults_and_not_wrong_usage(points):
    assert "the file is missing" in fault(times(points, "--origins", points / "no.csv"))
    assert "no.osm.pbf" in fault(times(points, streets=points / "no.osm.pbf"))
    assert "no.toml" in fault(call("run", "--study", points / "no.toml"))
    assert "no.toml" in fault(call("check", "--catalog", points / "no.toml"))
    assert "no.toml" in fault(call("layers", "list", "--catalog", points / "no.toml"))


def test_a_format_that_cannot_be_written_is_named_before_any_work(points):
    assert ".csv, .parquet are allowed" in fault(times(points, out="times.xlsx"))
    assert "neither 'sketch' nor" in fault(times(points, streets="streets.shp"))


def test_a_target_that_cannot_be_written_is_a_fault(points):
    (points / "file").write_text("x", encoding="utf-8")
    assert "cannot be written" in fault(times(points, out="file/times.csv"))


def test_init_writes_a_study_that_runs_and_a_second_init_is_refused(tmp_path, monkeypatch):
    assert call("init", tmp_path / "study").exit_code == 0
    assert "the folder holds 3 files already" in fault(call("init", tmp_path / "study"))
    monkeypatch.chdir(tmp_path / "study")
    result = call("run")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "study" / "maps" / "index.html").exists()
    published = len(list((tmp_path / "study" / "maps").iterdir()))
    assert f"Published {published} files in maps" in result.stdout
    again = call("run")
    assert again.stdout == "Nothing has changed: computed nothing; maps is up to date.\n"


def test_init_says_what_to_type_next_as_any_shell_takes_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("init", "plan").stdout.endswith(" Next: cd plan, then htkgis run\n")
    assert call("init", "my plan").stdout.endswith(' Next: cd "my plan", then htkgis run\n')


def test_layers_are_listed_with_state_licence_and_credit():
    result = call("layers", "list", "--catalog", ROOT / "layers" / "catalog.toml")
    assert result.exit_code == 0
    streets = next(line for line in result.stdout.splitlines() if line.startswith("streets "))
    assert "accepted" in streets
    assert "ODbL 1.0" in streets
    assert "© OpenStreetMap contributors" in streets


def test_accept_takes_a_changed_layer_and_keeps_the_reason(tmp_path):
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    catalog = tmp_path / "layers" / "catalog.toml"
    with (tmp_path / "layers" / "gates.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    listed = call("layers", "list", "--catalog", catalog).stdout
    assert "changed" in next(line for line in listed.splitlines() if line.startswith("gates "))
    accepted = call("layers", "accept", "gates", "--catalog", catalog, "--reason", "ny port")
    assert accepted.stdout.startswith("gates: accepted ")
    assert 'reason = "ny port"' in catalog.read_text("utf-8")
    everything = call("layers", "accept", "--all", "--catalog", catalog)
    assert everything.stdout == "Nothing had changed.\n"
    assert "no layer is called 'door'" in fault(
        call("layers", "accept", "door", "--catalog", catalog)
    )


def test_check_says_what_is_in_every_layer_and_what_is_not_measured():
    result = call(
        "check", "--study", ROOT / "study.toml", "--catalog", ROOT / "layers" / "catalog.toml"
    )
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "gates: 15 of 15 rows; CRS EPSG:4326; bounds 12.2091 55.6482 12.2937 55.6553" in lines
    assert any(line.startswith("network: 402 nodes, 552 edges; 0 islands") for line in lines)
    assert any("outside the outline of their quarter: 15: borgerskolen" in line for line in lines)
    assert any("too inexact to measure: 10: " in line for line in lines)
    assert any(
        line.startswith("gates (snapping): 15 of 15 on the streets; distance median")
        for line in lines
    )


def test_a_batch_run_prints_nothing_on_stderr(tmp_path):
    shutil.copy(ROOT / "study.toml", tmp_path)
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    done = subprocess.run(
        [sys.executable, "-m", "htkgis", "run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert (done.returncode, done.stderr) == (0, "")
    *audits, told = done.stdout.splitlines()
    assert told.startswith("Published ")
    # how points met the streets is said where no other test had it computed before
    assert all(" (snapping): " in line for line in audits)
