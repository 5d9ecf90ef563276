"""``htkgis access --measure`` over streets: what ``--times`` gives over their matrix."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.pipeline import network_access
from htkgis.pipeline.access_measures import MEASURES
from htkgis.pipeline.equity import EQUITY
from htkgis.pipeline.pair_measures import PAIR_MEASURES
from htkgis.pipeline.point_access import _felt

ROOT = Path(__file__).parents[2]
KEYS = ["origin_id", "measure", "limit_min", "impedance"]
NAMED = [f"{name}:1.5" if measure.parameter else name for name, measure in MEASURES.items()]
LIMITS = ("--limit-min", "9", "--limit-min", "14")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Gates with persons and income, job zones with kinds; one gate 5 km off the streets."""
    made = tmp_path_factory.mktemp("points")
    gates = pd.read_csv(ROOT / "layers" / "gates.csv")[["id", "lat", "lon", "area"]]
    gates["persons"] = 100 + 7 * np.arange(len(gates))
    gates["income"] = np.where(np.arange(len(gates)) == 3, np.nan, 200.0 + np.arange(len(gates)))
    gates.loc[len(gates)] = ["far", 55.70, 12.28, "nowhere", 50, 100.0]
    gates.to_csv(made / "gates.csv", index=False)
    jobs = pd.read_csv(ROOT / "layers" / "job_zones.csv")[["id", "lat", "lon", "jobs_estimate"]]
    jobs["kind"] = ["office", "shop", "works"] * (len(jobs) // 3)
    jobs.loc[1, "jobs_estimate"] = 0
    jobs.to_csv(made / "jobs.csv", index=False)
    return made


@pytest.fixture
def call(folder, tmp_path):
    """Call a command in the folder; give its result and the parquet it wrote."""

    def run(command, *words, out="out.parquet"):
        given = [command, *map(str, words), "--out", str(tmp_path / out)]
        result = CliRunner().invoke(main, given)
        return result, pd.read_parquet(tmp_path / out) if result.exit_code == 0 else None

    run.folder, run.made = folder, tmp_path
    return run


def over_streets(call, *words, measures=NAMED, demand="persons", **options):
    asked = [word for name in measures for word in ("--measure", name)]
    who = [] if demand is None else ["--demand", demand]
    return call(
        "access", "--streets", "sketch", "--origins", call.folder / "gates.csv", *who,
        "--opportunities", f"{call.folder / 'jobs.csv'}:jobs_estimate", "--function", "kind",
        *asked, *words, **options,
    )  # fmt: skip


def over_times(call, *words, times, measures=NAMED, **options):
    asked = [word for name in measures for word in ("--measure", name)]
    return call(
        "access", "--times", times, "--demand", f"{call.folder / 'gates.csv'}:persons",
        "--opportunities", f"{call.folder / 'jobs.csv'}:jobs_estimate", "--function", "kind",
        *asked, *words, **options,
    )  # fmt: skip


def matrix(call, *how, out="matrix.csv"):
    """Write the matrix of the same points; give its path."""
    words = [
        "times", "--streets", "sketch", "--origins", call.folder / "gates.csv",
        "--destinations", call.folder / "jobs.csv", *how, "--out", call.made / out,
    ]  # fmt: skip
    result = CliRunner().invoke(main, list(map(str, words)))
    assert result.exit_code == 0, result.output
    return call.made / out


def assert_same(ours, theirs):
    """Compare by origin, measure, limit and impedance; who is on no street has no value."""
    far = ours["origin_id"] == "far"
    assert ours.loc[far, ["value", "bound"]].isna().all(axis=None)
    ours, theirs = (
        table[table["origin_id"] != "far"].set_index(KEYS)["value"].sort_index()
        for table in (ours, theirs)
    )
    assert len(ours) > 0
    pd.testing.assert_series_equal(ours, theirs, rtol=1e-9, atol=2e-9)


@pytest.mark.parametrize(
    "how",
    [
        ("--mode", "walk"),
        ("--lens", "wheelchair"),
        ("--mode", "bike", "--plain"),
        ("--mode", "car"),
    ],
)
def test_every_measure_over_streets_is_that_over_the_matrix_of_the_same_points(call, how):
    weighed = (*LIMITS, "--impedance", "exponential:0.1", "--nearest", "2")
    result, ours = over_streets(call, *how, *weighed)
    assert result.exit_code == 0, result.output
    _, theirs = over_times(call, *weighed, times=matrix(call, *how))
    assert_same(ours, theirs)
    assert set(ours["mode"]) == {how[1] if how[0] == "--mode" else "walk"}


@pytest.mark.parametrize("limits", [(), LIMITS])
def test_with_an_impedance_only_or_with_limits_only_they_agree_too(call, limits):
    free = [name for name in NAMED if MEASURES[name.split(":")[0]].limits in {"none", "weight"}]
    words = limits or ("--impedance", "stepped:10,1,20,0.68,30,0.22")
    result, ours = over_streets(call, *words, measures=free)
    assert result.exit_code == 0, result.output
    _, theirs = over_times(call, *words, times=matrix(call), measures=free)
    assert_same(ours, theirs)


def test_pairs_over_streets_are_those_over_the_matrix_of_the_same_points(call):
    words = (*LIMITS, "--impedance", "exponential:0.1")
    singly = [name for name in PAIR_MEASURES if name != "doubly_constrained"]
    result, ours = over_streets(call, *words, measures=singly)
    assert result.exit_code == 0, result.output
    _, theirs = over_times(call, *words, times=matrix(call), measures=singly)
    ids = [*KEYS, "destination_id"]
    ours_by, theirs_by = (table.set_index(ids)["value"].sort_index() for table in (ours, theirs))
    pd.testing.assert_series_equal(ours_by, theirs_by, rtol=1e-9, atol=2e-9)
    assert set(ours["bound"].dropna()) <= {"either_way"}
    assert ours.columns[:2].tolist() == ["origin_id", "destination_id"]
    # every person within 14 minutes of any job is shared out once; nobody at "far"
    far = ours[ours["limit_min"] == 14]
    kept = far[far["measure"] == "singly_constrained_demand"].groupby("origin_id")["value"].sum()
    persons = pd.read_csv(call.folder / "gates.csv").set_index("id")["persons"]
    pd.testing.assert_series_equal(
        kept, persons[kept.index].astype(float), check_names=False, atol=1e-6
    )
    assert len(kept) > 5
    assert "far" not in kept.index


def test_the_longest_time_of_interest_is_that_of_the_matrix(call):
    free = ["balancing_time", "nearest", "raam:30", "time_to_opportunities:2.5"]
    _, ours = over_streets(call, "--max-min", "12", "--nearest", "3", measures=free)
    times = matrix(call, "--max-min", "12")
    _, theirs = over_times(call, "--nearest", "3", times=times, measures=free)
    assert_same(ours, theirs)
    assert ours["value"].isna().sum() > len(free)  # some are beyond 12 minutes


def test_a_limit_that_is_a_time_of_the_matrix_is_inside_in_both(call):
    times = matrix(call)
    limit = pd.read_csv(times)["travel_time_min"].median()
    # three decimals: the next decisecond above the time
    words = ("--limit-min", f"{np.ceil(limit * 600 - 1e-6 - 0.5) / 600:.9f}")
    names = ["cumulative", "e2sfca"]
    _, ours = over_streets(call, *words, measures=names)
    _, theirs = over_times(call, *words, times=times, measures=names)
    assert_same(ours, theirs)


def test_equity_over_streets_is_that_over_the_matrix(call):
    named = [f"{name}:0.5" if figure.parameter else name for name, figure in EQUITY.items()]
    figures = [word for name in named for word in ("--equity", name)]
    beside = (*figures, "--income", "income", "--group", "area")
    near = ("cumulative", "e2sfca", "nearest")
    made = [call.made / name for name in ("a.parquet", "b.parquet")]
    result, _ = over_streets(
        call, *LIMITS, *beside, "--population", "persons", "--equity-out", made[0], measures=near
    )
    assert result.exit_code == 0, result.output
    result, _ = over_times(
        call, *LIMITS, *beside, "--population", f"{call.folder / 'gates.csv'}:persons",
        "--equity-out", made[1], times=matrix(call), measures=near,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    ours, theirs = map(pd.read_parquet, made)
    assert set(ours["mode"]) == {"walk"}
    ours = ours.drop(columns=["mode", "lens", "plain"])
    # those on no street are left out over streets, and reach nothing in the matrix
    means = ours["statistic"] == "mean"
    assert set(ours.loc[means, "persons_left_out"]) == {50.0}
    near_rows = ours["measure"] == "nearest_1"
    pd.testing.assert_frame_equal(ours[near_rows], theirs[near_rows])
    assert ours[["measure", "statistic"]].equals(theirs[["measure", "statistic"]])


def test_bounds_say_which_way_a_value_may_be_off(call):
    _, table = over_streets(call, "--mode", "car", *LIMITS, "--limit-min", "60", "--nearest", "11")
    wide = table[(table["limit_min"] == 60) & (table["origin_id"] != "far")]
    bounds = wide.groupby("measure")["bound"].agg(set).to_dict()
    assert bounds["cumulative"] == bounds["gravity"] == {"at_least"}
    assert bounds["e2sfca"] == bounds["total_constrained"] == {"either_way"}
    complete = wide["measure"] == "completeness_complete"
    assert wide.loc[complete, "bound"].isna().all()  # all is there already
    last = table[(table["measure"] == "nearest_11") & (table["origin_id"] != "far")]
    assert set(last["bound"]) == {"at_most"}


def test_near_the_middle_of_the_streets_nothing_is_a_bound(call):
    _, table = over_streets(call, "--limit-min", "1", measures=["cumulative", "shen"])
    assert table["bound"].isna().all()


def test_competitors_count_who_live_a_limit_beyond_what_is_reached(call):
    _, table = over_streets(call, *LIMITS, measures=["cumulative", "shen", "bfca"])
    marked = table.assign(bound=table["bound"].notna()).groupby(["measure", "limit_min"])["bound"]
    count = marked.sum()
    assert (count["cumulative"] <= count["shen"]).all()
    assert (count["shen"] <= count["bfca"]).all()
    assert (count["cumulative"] < count["bfca"]).any()


def test_too_many_pairs_are_refused_with_their_number(call, monkeypatch):
    monkeypatch.setattr(network_access, "MAX_PAIRS", 3)
    result, _ = over_streets(call, *LIMITS, measures=["e2sfca", "cumulative"])
    assert result.exit_code == 1
    assert "--measure e2sfca, cumulative (pairs in memory): 16 origins and 12" in result.output
    pairs = pd.read_csv(matrix(call, "--max-min", "14"))
    assert f"make {len(pairs)} pairs; 3 are allowed" in result.output
    result, table = over_streets(call, *LIMITS, measures=["cumulative", "gravity", "nearest"])
    assert result.exit_code == 0, result.output
    assert len(table) == 16 * 5


def test_minutes_that_hold_a_price_keep_their_name(call):
    """The names of felt minutes; the price itself is tested with the lenses."""
    minutes = ["nearest_1", "balancing_time", "time_to_opportunities_2.5"]
    table = pd.DataFrame({"measure": [*minutes, "shen"], "limit_min": 1})
    felt = [f"felt_{name}" for name in minutes]
    assert _felt(table)["measure"].tolist() == [*felt, "shen"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--measure", "completeness", "--function", "sort", *LIMITS), "missing columns ['sort']"),
        (("--measure", "shen", "--demand", "people", *LIMITS), "missing columns ['people']"),
        (("--measure", "shen", *LIMITS), "--measure shen: needs --demand, which was not given"),
        (("--measure", "huff"), "--measure huff: is none of those there are"),
    ],
)
def test_what_is_missing_is_said_in_one_line(call, words, message):
    result, _ = call(
        "access", "--streets", "sketch", "--origins", call.folder / "gates.csv",
        "--opportunities", call.folder / "jobs.csv", *words,
    )  # fmt: skip
    assert result.exit_code == 1
    assert message in result.output


def test_a_kind_that_is_empty_is_named(call):
    jobs = pd.read_csv(call.folder / "jobs.csv")
    jobs.loc[2, "kind"] = " "
    jobs.to_csv(call.made / "jobs.csv", index=False)
    result, _ = call(
        "access", "--streets", "sketch", "--origins", call.folder / "gates.csv",
        "--opportunities", call.made / "jobs.csv", "--function", "kind", *LIMITS,
        "--measure", "completeness",
    )  # fmt: skip
    assert result.exit_code == 1
    assert f"column 'kind' is empty in 1 of 12 rows: '{jobs['id'][2]}'" in result.output
