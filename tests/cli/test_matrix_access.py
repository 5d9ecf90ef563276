"""``htkgis access --times``: every measure over a finished matrix, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.pipeline.access_measures import MEASURES
from htkgis.pipeline.equity import EQUITY
from tests.access.worked import BELO_JOBS, BELO_PEOPLE, BELO_TIMES


@pytest.fixture
def belo(tmp_path):
    """Write five hexagons of Belo Horizonte as another program would."""
    matrix = BELO_TIMES.assign(travel_time=BELO_TIMES["travel_time_ds"] / 600)
    matrix = matrix.drop(columns="travel_time_ds")
    matrix.to_csv(tmp_path / "matrix.csv", index=False)
    matrix.to_parquet(tmp_path / "matrix.parquet")
    zones = pd.DataFrame({"persons": BELO_PEOPLE, "jobs": BELO_JOBS}).rename_axis("id")
    zones["kind"] = ["shop", "shop", "school", "school", "school"]
    zones["income"] = [4757.8, 1627.8, 543.1, 3822.0, np.nan]
    zones.to_csv(tmp_path / "zones.csv")
    return tmp_path


def call(folder, *more, times="matrix.csv", demand="zones.csv:persons", out="access.parquet"):
    given = [] if demand is None else ["--demand", str(folder / demand)]
    arguments = [
        "access", "--times", str(folder / times), *given,
        "--opportunities", str(folder / "zones.csv:jobs"), "--out", str(folder / out), *more,
    ]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    return result, pd.read_parquet(folder / out) if result.exit_code == 0 else None


def measured(table, measure):
    return table[table["measure"] == measure].set_index("origin_id")["value"]


@pytest.mark.parametrize("times", ["matrix.csv", "matrix.parquet", "matrix.csv:travel_time"])
def test_floating_catchments_over_a_file_are_those_in_python(belo, times):
    result, table = call(
        belo, "--measure", "two_step_fca", "--measure", "bfca", "--limit-min", "45", times=times
    )
    assert result.exit_code == 0, result.output
    assert "Wrote 10 values over 25 pairs" in result.output
    assert measured(table, "two_step_fca").round(4).fillna(-1).tolist() == [
        0.0152, 0.1491, 0.1491, 0.1068, -1,
    ]  # fmt: skip
    assert measured(table, "bfca").round(4).fillna(-1).tolist() == [
        0.0094, 0.1993, 0.1993, 0.1147, -1,
    ]  # fmt: skip
    assert set(table["limit_min"]) == {45}


def test_every_measure_is_written(belo):
    named = [f"{name}:60" if measure.parameter else name for name, measure in MEASURES.items()]
    more = [word for name in named for word in ("--measure", name)] + ["--function", "kind"]
    result, table = call(
        belo, *more, "--limit-min", "30", "--limit-min", "60", "--impedance", "exponential:0.1",
        "--nearest", "2",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    of_several = {"nearest", "cumulative_interval", "diversity", "completeness"}
    of_several |= {"time_to_opportunities"}
    assert set(table["measure"]) == {
        *(set(MEASURES) - of_several),
        "nearest_1",
        "nearest_2",
        "cumulative_interval_mean",
        "cumulative_interval_p50",
        "diversity_60",
        "time_to_opportunities_60",
        "completeness_complete",
        "completeness_functions",
        "lacks_school",
        "lacks_shop",
    }
    weighed = table[table["measure"] == "gravity"]
    assert set(weighed["impedance"]) == {"exponential:0.1"}
    assert set(weighed["limit_min"]) == {30, 60}
    assert measured(table, "nearest_1").tolist() == [5.8, 5.8, 5.8, 5.8, 60]
    assert measured(table, "time_to_opportunities_60").tolist() == [5.8, 5.8, 5.8, 5.8, 60]
    assert table[table["measure"] == "cumulative"]["impedance"].isna().all()


def test_an_impedance_ends_at_a_limit_and_a_time_on_it_is_inside(belo):
    more = ("--measure", "gravity", "--impedance", "exponential:0.1")
    _, table = call(belo, *more, "--limit-min", "13")
    near = np.exp(-0.58)
    assert measured(table, "gravity")["5b3"] == pytest.approx(
        100 * near + 308 * np.exp(-1.3), abs=1e-8
    )
    _, free = call(belo, *more)
    assert (measured(free, "gravity") > measured(table, "gravity")).all()
    assert free["limit_min"].isna().all()


def test_without_demand_the_origins_are_those_of_the_matrix(belo):
    result, table = call(belo, "--measure", "cumulative", "--limit-min", "45", demand=None)
    assert result.exit_code == 0, result.output
    assert table["origin_id"].tolist() == ["57b", "597", "5b3", "5cf", "909"]
    # within 45 minutes: 57b itself; 597 all but 909; 5b3 likewise; 5cf all but 5b3
    assert table["value"].tolist() == [82, 599, 599, 499, 0]


def test_a_pair_without_a_time_is_not_reached(belo):
    text = (belo / "matrix.csv").read_text("utf-8").replace("57b,57b,5.8", "57b,57b,")
    (belo / "matrix.csv").write_text(text, "utf-8")
    result, table = call(belo, "--measure", "nearest")
    assert "over 24 pairs" in result.output
    assert measured(table, "nearest_1")["57b"] == 47


def test_functions_in_reach_are_counted_and_those_lacking_named(belo):
    more = ("--measure", "completeness", "--measure", "diversity:0", "--measure", "diversity:2")
    result, table = call(belo, *more, "--limit-min", "45", "--function", "kind", demand=None)
    assert result.exit_code == 0, result.output
    # within 45 minutes: 57b itself, a shop; the next three both; 909 itself, a school of no jobs
    assert measured(table, "completeness_functions").tolist() == [1, 2, 2, 2, 0]
    assert measured(table, "completeness_complete").tolist() == [0, 1, 1, 1, 0]
    assert measured(table, "lacks_school").tolist() == [1, 0, 0, 0, 1]
    assert measured(table, "lacks_shop").tolist() == [0, 0, 0, 0, 1]
    assert measured(table, "diversity_0").tolist() == [1, 2, 2, 2, 0]
    shops, schools = 390 / 599, 209 / 599
    assert measured(table, "diversity_2")["597"] == pytest.approx(1 / (shops**2 + schools**2))


def equity_of(belo, *more, measures=("cumulative", "nearest"), population="zones.csv:persons"):
    words = [word for name in measures for word in ("--measure", name)]
    out = belo / "equity.parquet"
    result, _ = call(
        belo, *words, "--limit-min", "45", "--equity-out", str(out),
        "--population", str(belo / population), *more,
    )  # fmt: skip
    return result, pd.read_parquet(out) if result.exit_code == 0 else None


def test_equity_is_of_the_persons_who_have_the_access(belo):
    more = ("--equity", "mean", "--equity", "gini", "--equity", "access_poverty:500")
    result, table = equity_of(belo, *more, "--equity", "time_quantile:1")
    assert result.exit_code == 0, result.output
    assert "Wrote 9 figures of equity" in result.output
    own = table[table["measure"] == "cumulative"].set_index("statistic")
    # 82, 599, 599 and 499 jobs within 45 minutes of 852, 394, 1969 and 2189 persons
    everybody = 852 + 394 + 1969 + 2189
    held = 82 * 852 + 599 * (394 + 1969) + 499 * 2189
    assert own["value"]["mean"] == pytest.approx(held / everybody)
    assert own["value"]["access_poverty_500_share"] == pytest.approx((852 + 2189) / everybody)
    shares = np.cumsum([0, 82 * 852, 499 * 2189, 599 * (394 + 1969)]) / held
    parts = np.array([852, 2189, 394 + 1969]) / everybody
    assert own["value"]["gini"] == pytest.approx(1 - (parts * (shares[:-1] + shares[1:])).sum())
    assert set(own["persons"]) == {everybody}
    near = table[table["measure"] == "nearest_1"].set_index("statistic")["value"]
    assert near["time_quantile_1"] == 5.8


def test_every_figure_of_equity_is_written(belo):
    named = [f"{name}:0.5" if figure.parameter else name for name, figure in EQUITY.items()]
    more = [word for name in named for word in ("--equity", name)]
    result, table = equity_of(belo, *more, "--income", "income", "--group", "kind")
    assert result.exit_code == 0, result.output
    for name in EQUITY:
        assert table["statistic"].str.startswith(name).any()
    ranked = table[table["statistic"] == "concentration_index"]
    assert ranked["persons_left_out"].tolist() == [0.0]  # nobody lives where no income is known


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--equity", "hoover"), "--equity hoover: is none of those there are; mean, gini"),
        (("--equity", "access_poverty"), "access_poverty:THRESHOLD"),
        (("--equity", "time_quantile:2"), "above 0 and at most 1 is allowed"),
        (("--equity", "palma"), "--equity palma: needs --income, which was not given"),
        (("--equity", "theil_by_group"), "needs --group, which was not given"),
    ],
)
def test_what_a_figure_of_equity_lacks_is_said_in_one_line(belo, more, message):
    result, _ = equity_of(belo, *more)
    assert result.exit_code == 1
    assert message in result.output
    assert len(result.output.strip().split("Error")[-1].splitlines()) == 1


def test_a_figure_about_none_of_the_measures_is_refused(belo):
    result, _ = equity_of(belo, "--equity", "gini", measures=("nearest",))
    assert result.exit_code == 1
    assert "--equity gini: is about access, and none was measured: 'nearest_1'" in result.output


def test_persons_must_be_known_of_every_origin(belo):
    (belo / "some.csv").write_text("id,persons\n57b,4\n", "utf-8")
    result, _ = equity_of(belo, "--equity", "gini", population="some.csv:persons")
    assert result.exit_code == 1
    assert "--population: 4 of 5 origins have no persons: '597', '5b3', '5cf'" in result.output


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            ("--population", "zones.csv:persons"),
            "--population: of use only with --equity. Add it, or leave",
        ),
        (("--equity", "gini"), "Missing option '--population', which --equity needs"),
        (
            ("--equity", "gini", "--population", "zones.csv:persons"),
            "Missing option '--equity-out', which --equity needs",
        ),
    ],
)
def test_options_of_equity_belong_together(belo, more, message):
    result, _ = call(belo, "--measure", "nearest", *more)
    assert result.exit_code == 2
    assert message in result.output


def test_equity_is_not_written_over_the_measures(belo):
    out = str(belo / "access.parquet")
    more = ("--equity", "gini", "--population", "zones.csv:persons", "--equity-out", out)
    result, _ = call(belo, "--measure", "nearest", *more)
    assert result.exit_code == 2
    assert "access.parquet: is the file of --out, too; name another" in result.output


def test_ids_that_stand_in_no_pair_are_counted(belo):
    with (belo / "zones.csv").open("a", encoding="utf-8") as file:
        file.write("island,10,20,shop,1\n")
    result, table = call(belo, "--measure", "e2sfca", "--limit-min", "45")
    assert "1 ids with demand stand in no pair of --times" in result.output
    assert "1 ids with opportunities stand in no pair of --times" in result.output
    assert measured(table, "e2sfca")["island"] == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ((), "--measure: none was given; one or more are needed"),
        (("--measure", "huff"), "--measure huff: is none of those there are; cumulative, "),
        (("--measure", "raam"), "raam:TIME_SCALE_MIN"),
        (("--measure", "raam:0"), "--measure raam:0: is none"),
        (("--measure", "shen:5"), "--measure shen:5: is none"),
        (("--measure", "shen"), "needs --impedance or --limit-min, which was not given"),
        (("--measure", "cumulative"), "needs --limit-min, which was not given"),
        (
            ("--measure", "cumulative_interval", "--limit-min", "30"),
            "needs two or more --limit-min",
        ),
        (("--measure", "diversity:-1"), "--measure diversity:-1: is none"),
        (
            ("--measure", "completeness", "--limit-min", "15"),
            "--measure completeness: needs --function, which was not given",
        ),
    ],
)
def test_what_a_measure_lacks_is_said_in_one_line(belo, more, message):
    result, _ = call(belo, *more)
    assert result.exit_code == 1
    assert message in result.output
    assert result.output.strip().count("\n") == 0
    assert not (belo / "access.parquet").exists()


def test_who_competes_must_be_known(belo):
    result, _ = call(belo, "--measure", "raam:60", demand=None)
    assert result.exit_code == 1
    assert "--measure raam: needs --demand, which was not given" in result.output


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("travel_time", "minutes", "missing columns ['travel_time_min']; found"),
        ("57b,57b,5.8", "57b,57b,near", "1 values are not numbers: 'near'"),
        ("57b,57b,5.8", "57b,57b,-1", "column 'travel_time_ds' is below 0 in 1 rows"),
        ("57b,57b,5.8", "57b,57b,1e30", "1 times are no minutes: 1e+30"),
        ("57b,57b,5.8", "57b,597,5.8", "2 of 25 rows share from_id/to_id"),
        ("57b,57b,5.8", ",57b,5.8", "column 'from_id' is empty in 1 of 25 rows"),
    ],
)
def test_a_matrix_with_a_fault_is_refused_by_name(belo, old, new, message):
    text = (belo / "matrix.csv").read_text("utf-8").replace(old, new)
    (belo / "matrix.csv").write_text(text, "utf-8")
    result, _ = call(belo, "--measure", "nearest")
    assert result.exit_code == 1
    assert message in result.output
    assert "matrix.csv" in result.output


def test_tables_of_other_ids_are_refused(belo):
    text = (belo / "zones.csv").read_text("utf-8").replace("\n", "\nx")
    (belo / "zones.csv").write_text(text.rstrip("x"), "utf-8")
    result, _ = call(belo, "--measure", "nearest")
    assert result.exit_code == 1
    assert "--demand: none of 4 ids stands in from_id of --times: 'x57b'" in result.output


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("matrix.parquet", "no parquet", "is no parquet"),
        ("matrix.xlsx", "sheet", "'.xlsx' names no table; .csv and .parquet are allowed"),
    ],
)
def test_a_file_that_is_no_table_is_refused(belo, name, text, message):
    (belo / name).write_text(text, "utf-8")
    result, _ = call(belo, "--measure", "nearest", times=name)
    assert result.exit_code == 1
    assert message in result.output


def test_amounts_with_a_fault_are_refused_by_id(belo):
    text = (belo / "zones.csv").read_text("utf-8").replace("852", "-852")
    (belo / "zones.csv").write_text(text, "utf-8")
    result, _ = call(belo, "--measure", "nearest")
    assert "column 'persons' is missing or below 0 in 1 of 5 rows: '57b'" in result.output
    result, _ = call(belo, "--measure", "nearest", demand="zones.csv:people")
    assert "missing columns ['people']" in result.output


def test_how_people_travel_says_nothing_over_a_finished_matrix(belo):
    result, _ = call(belo, "--measure", "nearest", "--mode", "bike")
    assert result.exit_code == 2
    assert "--mode: of no use with --times" in result.output


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((), "Missing option '--streets'"),
        (("--streets", "sketch"), "Missing option '--origins'"),
        (("--streets", "sketch", "--origins", "homes.csv"), "Missing option '--limit-min'"),
        (("--streets", "sketch", "--measure", "shen"), "Missing option '--origins'"),
        (
            ("--streets", "sketch", "--origins", "homes.csv", "--demand", "persons"),
            "--demand: of use only with --measure. Add it, or leave",
        ),
    ],
)
def test_without_a_matrix_streets_origins_and_a_limit_are_needed(belo, given, message):
    arguments = ["access", "--opportunities", "jobs.csv", "--out", str(belo / "o.csv"), *given]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert message in result.output
