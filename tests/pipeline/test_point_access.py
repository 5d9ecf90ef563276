"""Access of own points: the sums and times of the matrix, bounds, and what is off the streets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.access.impedance import read_impedance
from htkgis.cli import main
from htkgis.cli.options import split_column
from htkgis.errors import ConfigError, SchemaError
from htkgis.pipeline.point_access import measure_point_access
from htkgis.pipeline.times import measure_point_times

ROOT = Path(__file__).parents[2]
GATES, JOBS = ROOT / "layers" / "gates.csv", ROOT / "layers" / "job_zones.csv"


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module", params=["walk", "bike", "car"])
def mode(request):
    return request.param


def measure(cache, mode="walk", **options):
    given = {"column": "jobs_estimate", "limits_min": (15, 30)} | options
    return measure_point_access("sketch", GATES, JOBS, mode=mode, cache=cache, **given)


def pairs(cache, mode):
    found = measure_point_times("sketch", GATES, JOBS, mode=mode, cache=cache).table
    return found.assign(jobs=found["to_id"].map(pd.read_csv(JOBS, index_col="id")["jobs_estimate"]))


def values(report, measure_name, limit):
    table = report.table
    own = table[(table["measure"] == measure_name) & (table["limit_min"] == limit)]
    return own.set_index("origin_id")["value"]


def test_sums_are_those_of_the_travel_times(cache, mode):
    report, times = measure(cache, mode), pairs(cache, mode)
    for limit in (15, 30):
        # the table of times is rounded to three decimals, far from any limit here
        within = times[times["travel_time_min"] <= limit]
        expected = within.groupby("from_id")["jobs"].sum()
        found = values(report, "opportunities", limit)
        assert found.to_dict() == expected.reindex(found.index, fill_value=0).to_dict()


def test_the_nearest_are_the_least_times(cache, mode):
    report, times = measure(cache, mode, nearest=3), pairs(cache, mode)
    ranked = times[times["travel_time_min"] <= 30].sort_values("travel_time_min")
    for rank in (1, 2, 3):
        found = values(report, f"nearest_{rank}", 30)
        nth = ranked.groupby("from_id")["travel_time_min"].nth(rank - 1)
        nth.index = ranked.loc[nth.index, "from_id"]
        pd.testing.assert_series_equal(
            found.sort_index(),
            nth.reindex(found.index).sort_index(),
            check_names=False,
            check_index_type=False,
        )


def test_an_impedance_weighs_by_the_time_up_to_the_limit(cache):
    report = measure(cache, impedance=read_impedance("half_life:10"), limits_min=(30,))
    times = pairs(cache, "walk")
    own = times[times["travel_time_min"] <= 30]
    expected = (own["jobs"] * 0.5 ** (own["travel_time_min"] / 10)).groupby(own["from_id"]).sum()
    found = values(report, "half_life", 30)
    assert found[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-3)


def test_without_a_column_each_counts_one(cache):
    found = values(measure(cache, column=None, limits_min=(600,)), "opportunities", 600)
    assert set(found) == {12.0}


def test_sums_at_the_end_of_the_streets_are_lower_and_times_upper_bounds(cache):
    table = measure(cache, "car", limits_min=(5.5, 60), nearest=12).table
    far = table[table["limit_min"] == 60]
    assert set(far.loc[far["measure"] == "opportunities", "bound"]) == {"at_least"}
    assert set(far.loc[far["measure"] == "nearest_12", "bound"].dropna()) == {"at_most"}
    near = table[(table["limit_min"] == 5.5) & (table["measure"] == "opportunities")]
    assert near["bound"].isna().all()


def test_an_origin_off_the_streets_has_no_value_and_is_named(cache, tmp_path):
    origins = tmp_path / "o.csv"
    origins.write_text("id,lat,lon\nnear,55.6545,12.2884\nfar,55.70,12.28\n")
    report = measure_point_access("sketch", origins, JOBS, limits_min=(30,), nearest=1, cache=cache)
    own = report.table[report.table["origin_id"] == "far"]
    assert own["value"].isna().all()
    assert own["bound"].isna().all()
    assert report.too_far["id"].tolist() == ["far"]


def test_no_limit_is_refused(cache):
    with pytest.raises(ConfigError, match="--limit-min: none was given"):
        measure(cache, limits_min=())


@pytest.mark.parametrize(
    ("value", "message"),
    [("-1", "below 0 in 1 of 2 rows: 'b'"), ("", "missing or below 0 in 1"), ("x", "not numbers")],
)
def test_a_weight_that_is_none_is_named(cache, tmp_path, value, message):
    jobs = tmp_path / "j.csv"
    jobs.write_text(f"id,lat,lon,jobs\na,55.65,12.28,1\nb,55.65,12.28,{value}\n")
    with pytest.raises(SchemaError, match=message):
        measure_point_access("sketch", GATES, jobs, column="jobs", limits_min=(9,), cache=cache)


def test_the_command_writes_one_row_per_origin_measure_and_limit(tmp_path):
    out = tmp_path / "access.csv"
    arguments = ["access", "--streets", "sketch", "--origins", str(GATES), "--out", str(out)]
    arguments += ["--opportunities", f"{JOBS}:jobs_estimate", "--limit-min", "15", "--nearest", "1"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out)
    assert list(table.columns) == [
        *("origin_id", "measure", "limit_min", "value", "bound"),
        *("mode", "lens", "plain"),
    ]
    assert table.groupby("measure").size().to_dict() == {"nearest_1": 15, "opportunities": 15}
    assert np.issubdtype(table["limit_min"].dtype, np.integer)


def test_the_colon_of_a_drive_is_no_column():
    assert split_column(r"C:\data\jobs.csv") == (Path(r"C:\data\jobs.csv"), None)
    assert split_column(r"C:\data\jobs.csv:antal") == (Path(r"C:\data\jobs.csv"), "antal")
