"""The command ``service``: the study's origins, own points, and what it refuses."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.cli import main

ROOT = Path(__file__).parents[2]
# in the middle of Taastrupgaard, at Hoeje Taastrup station, and far from everything
HOMES = "id,lat,lon\ncentre,55.6545,12.2884\nstation,55.6486,12.2688\nfield,55.69,12.16\n"


@pytest.fixture
def homes(tmp_path):
    path = tmp_path / "homes.csv"
    path.write_text(HOMES, "utf-8")
    return path


def call(*arguments):
    return CliRunner().invoke(main, ["service", *(str(argument) for argument in arguments)])


def of_points(homes, *more):
    out = homes.with_name("service.csv")
    return call("--streets", "sketch", "--origins", homes, "--out", out, *more), out


def test_the_gates_of_the_study_are_counted_and_no_share_of_them_is_given(tmp_path):
    out = tmp_path / "service.parquet"
    catalog = ROOT / "layers" / "catalog.toml"
    result = call("--study", ROOT / "study.toml", "--catalog", catalog, "--out", out)
    assert result.exit_code == 0, result.output
    table = pd.read_parquet(out).set_index("origin_id")
    assert len(table) == 15
    # every 16 minutes each way, 7.5 an hour, and every 14 minutes more: 16.1
    assert table.loc["taastrupgaard_centre", "departures_per_hour"] == pytest.approx(7.5, abs=0.05)
    assert table.loc["taastrupgaard_centre", "sdg_level"] == "medium"
    assert table.loc["gadehavegaard_centre", "sdg_level"] == "high"
    assert table.loc["charlottekvarteret_centre", "sdg_level"] == "low"
    assert "a sketch: other lines are missing" in result.output
    assert "Charlottekvarteret, service level of 5 gates: very high 0, high 0, medium 0, low 5" in (
        result.output
    )
    assert "%" not in result.output
    assert table["sdg_level_lower_bound"].all()


def test_own_points_over_the_sketch_take_its_timetable(homes):
    result, out = of_points(homes)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out, index_col="origin_id")
    # S-train, two regional lines and three buses stop at the station
    assert table.loc["station", ["sdg_level", "modes", "service_class"]].tolist() == [
        "very_high",
        2,
        "A",
    ]
    assert table.loc["field"].isna().all()
    assert "all points, service level of 2 points: very high 50.0 %" in result.output
    assert "1 not measured" in result.output


def test_the_same_question_gives_the_same_bytes(homes):
    out = of_points(homes)[1]
    first = out.read_bytes()
    of_points(homes)
    assert out.read_bytes() == first


def test_a_day_without_service_is_an_error_that_names_good_days(homes):
    result, out = of_points(homes, "--date", "2026-11-22")
    assert result.exit_code == 1
    assert "no trip runs" in result.stderr
    assert "2026-11-23" in result.stderr
    assert not out.exists()


def test_other_streets_need_a_timetable(homes):
    result = call(
        "--streets", "streets.osm.pbf", "--origins", homes, "--out", homes.with_suffix(".parquet")
    )
    assert result.exit_code == 1
    assert "--timetable: none is named" in result.stderr


def test_own_points_and_own_streets_belong_together(homes):
    result = call("--origins", homes, "--out", homes.with_name("out.csv"))
    assert result.exit_code == 2
    assert "is missing: --streets and --origins belong together" in result.stderr


def test_the_points_are_not_overwritten(homes):
    result = call("--streets", "sketch", "--origins", homes, "--out", homes)
    assert result.exit_code == 1
    assert "--out is the file of --origins" in result.stderr
    assert homes.read_text("utf-8") == HOMES
