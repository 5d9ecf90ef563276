"""``htkgis access --measure`` of pairs over a finished matrix; the measures that there are."""

import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis import access
from htkgis.cli import main
from htkgis.pipeline.access_request import ALL_MEASURES
from htkgis.pipeline.equity import EQUITY


def call(folder, *more, demand="zones.csv:persons"):
    given = [] if demand is None else ["--demand", str(folder / demand)]
    arguments = [
        "access", "--times", str(folder / "matrix.csv"), *given,
        "--opportunities", str(folder / "zones.csv:jobs"), "--out", str(folder / "p.parquet"),
        *more,
    ]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    return result, pd.read_parquet(folder / "p.parquet") if result.exit_code == 0 else None


@pytest.fixture
def odds(tmp_path):
    """Two homes of 50 persons, two places of 50 and of 30 jobs; staying is four times as near."""
    (tmp_path / "matrix.csv").write_text(
        "from_id,to_id,travel_time_min\na,a,1\na,b,4\nb,a,4\nb,b,1\n", "utf-8"
    )
    (tmp_path / "zones.csv").write_text("id,persons,jobs,fewer\na,50,50,30\nb,50,50,30\n", "utf-8")
    return tmp_path


def test_pairs_over_a_file_are_shared_out_as_by_hand(odds):
    result, table = call(
        odds, "--measure", "singly_constrained_supply", "--measure", "singly_constrained_demand",
        "--measure", "doubly_constrained", "--impedance", "power:1",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert table.columns.tolist() == [
        "origin_id", "destination_id", "measure", "limit_min", "impedance", "value",
    ]  # fmt: skip
    found = table.groupby("measure")["value"].agg(list).to_dict()
    # of each place, and of each home, 1 / (1 + 1/4) = 4 of 5 fall to whom is near
    assert found == {
        "singly_constrained_supply": [40, 10, 10, 40],
        "singly_constrained_supply_share": [0.8, 0.2, 0.2, 0.8],
        "singly_constrained_demand": [40, 10, 10, 40],
        "singly_constrained_demand_share": [0.8, 0.2, 0.2, 0.8],
        "doubly_constrained": [40, 10, 10, 40],
    }
    pairs = table[table["measure"] == "doubly_constrained"]
    assert pairs[["origin_id", "destination_id"]].agg("".join, axis=1).tolist() == [
        "aa", "ab", "ba", "bb",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--measure", "doubly_constrained", "--opportunities", "zones.csv:fewer"),
            "--measure doubly_constrained: demand sums to 100 and supply to 60; equal sums are",
        ),
        (
            ("--measure", "doubly_constrained", "--measure", "gravity"),
            "--measure 'doubly_constrained': gives values of pairs, and others values of origins",
        ),
        (
            ("--measure", "singly_constrained_supply", "--equity", "gini", "--population",
             "zones.csv:persons", "--equity-out", "e.csv"),
            "--equity 'gini': says how values of origins are spread over persons",
        ),
    ],
)  # fmt: skip
def test_what_pairs_cannot_say_is_refused_in_one_line(odds, monkeypatch, words, message):
    monkeypatch.chdir(odds)
    result, _ = call(odds, *words, "--impedance", "power:1")
    assert result.exit_code == 1, result.output
    assert message in result.output


def test_measures_of_pairs_need_persons_who_compete(odds):
    result, _ = call(odds, "--measure", "doubly_constrained", "--limit-min", "9", demand=None)
    assert "--measure doubly_constrained: needs --demand, which was not given" in result.output


ACCESS_NAMES = {
    "cumulative": "cumulative_opportunities",
    "diversity": "hill_number",
    "singly_constrained_supply": "singly_constrained",
    "singly_constrained_demand": "singly_constrained",
    "time_quantile": "time_quantiles",
}
BY_TIMETABLE = {
    "direction_frequency", "exceeded_by_departures", "opportunities_of_departures",
    "sdg_service_level", "service_classes",
    "service_frequency", "station_services",
}  # fmt: skip
OTHERWISE = {
    "assigned": "minutes to a district's own school: needs districts",
    "cumulative_in": "cumulative_opportunities over a finished TimeMatrix",
    "nearest_in": "nearest over a finished TimeMatrix",
    "share_within": "1 less the share of time_poverty",
    "time_matrix": "makes a TimeMatrix",
    "zonal_statistics": "of a surface",
}


def test_the_command_knows_every_measure_of_the_library():
    known = {*ALL_MEASURES, *EQUITY} - {"mean"}
    functions = {name for name in access.__all__ if name[0].islower()}
    assert {ACCESS_NAMES.get(name, name) for name in known} == (
        functions - BY_TIMETABLE - set(OTHERWISE)
    )
