"""By public transport: the windows side by side, and what the evening costs."""

import pandas as pd
import pytest

from htkgis.profile.transit import transit_comparison, transit_part, without_transit

WINDOWS = [
    {"window": "rush", "start": "07:00", "end": "09:00"},
    {"window": "evening", "start": "20:00", "end": "22:00"},
    {"window": "early", "start": "05:00", "end": "06:00"},
]
USED = {
    "windows": WINDOWS,
    "stations": [{"id": "h", "name": "København H"}],
    "percentile": 50.0,
    "sketch": True,
}


def figures(jobs, minutes, shares=(1.0, 1.0, 1.0), *, bound=False, lens="adult"):
    """Jobs within 45 minutes, minutes and shares in the order of the windows."""
    rows = []
    for at, window in enumerate(WINDOWS):
        common = {
            "mode": "transit",
            "lens": lens,
            "departure": window["window"],
            "lower_bound": False,
            "hidden": False,
            "robustness": None,
            "robust_bound": False,
        }
        for statistic, factor in (("min", 0.5), ("median", 1), ("max", 2)):
            own = common | {"statistic": statistic}
            rows += [
                own
                | {"indicator": "jobs_of_departures", "function": None, "limit_min": 45.0}
                | {"unit": "jobs"}
                | {"value": jobs[at] * factor, "lower_bound": bound},
                own
                | {"indicator": "station_time", "function": "h", "limit_min": None}
                | {"unit": "min"}
                | {"value": minutes[at] * factor},
                own
                | {"indicator": "station_share", "function": "h", "limit_min": None}
                | {"value": shares[at]},
            ]
    walk = {
        "mode": "walk",
        "lens": "adult",
        "indicator": "jobs",
        "statistic": "median",
        "value": 1.0,
    }
    return pd.DataFrame([walk, *rows])


def part(*values, **options):
    return transit_part(figures(*values, **options), USED, "Vest", rounding=100)


def test_without_public_transport_there_is_no_part():
    table = figures([1, 1, 1], [1, 1, 1])
    assert transit_part(table, None, "Vest", rounding=100) is None
    assert list(without_transit(table)["mode"]) == ["walk"]


def test_jobs_are_rounded_and_minutes_have_two_decimals_in_the_order_of_the_windows():
    made = part([20_040, 15_000, 15_000], [30.456, 40, 50])
    assert [value["median"] for value in made["jobs"][0]["values"]] == [20_000, 15_000, 15_000]
    assert made["jobs"][0]["limit_min"] == 45
    (station,) = made["stations"]
    assert station["name"] == "København H"
    assert [value["median"] for value in station["values"]] == [30.46, 40, 50]
    assert [value["window"] for value in station["values"]] == ["rush", "evening", "early"]


def test_a_lower_bound_is_rounded_down():
    (row,) = part([20_090, 15_000, 15_000], [30, 40, 50], bound=True)["jobs"]
    assert (row["values"][0]["median"], row["values"][0]["lower_bound"]) == (20_000, True)


def test_a_time_that_too_few_keep_to_is_missing_and_the_share_says_how_many_do():
    made = part([1, 1, 1], [30, float("nan"), 50], [1.0, 0.25, 1.0])
    evening = made["stations"][0]["values"][1]
    assert (evening["median"], evening["share"]) == (None, 0.25)


def test_the_finding_names_all_windows_that_lose_as_much_as_the_worst():
    found = part([20_000, 15_000, 15_000], [30, 40, 50])["finding"]
    assert found["key"] == "finding.transit"
    assert found["values"] == {
        "area": "Vest",
        "limit_min": 45,
        "first_window": "rush",
        "first_jobs": 20_000,
        "windows": ["evening", "early"],
        "jobs": 15_000,
        "share": 0.25,
    }


@pytest.mark.parametrize("jobs", [[20_000, 20_000, 20_000], [15_000, 20_000, 20_000]])
def test_where_nothing_is_lost_the_finding_says_so(jobs):
    assert part(jobs, [30, 40, 50])["finding"]["key"] == "finding.transit_same"


def test_where_the_first_window_reaches_no_jobs_nothing_is_compared():
    assert part([0, 0, 0], [30, 40, 50])["finding"] is None


def with_ends(low, high):
    """Jobs of a source with intervals: beside 1,000 in each window their ends."""
    table = figures([1000] * 3, [30] * 3)
    jobs = table[table["indicator"] == "jobs_of_departures"]
    ends = [
        jobs.assign(indicator=f"jobs_of_departures_{name}", value=value, lower_bound=False)
        for name, value in (("low", low), ("high", high))
    ]
    return transit_part(pd.concat([table, *ends]), USED, "Vest", rounding=100)["jobs"]


def test_jobs_of_intervals_have_the_medians_of_both_ends():
    (row,) = with_ends(849.0, 1260.0)
    first = row["values"][0]
    assert (first["low"], first["median"], first["high"]) == (800, 1000, 1300)


def test_a_high_end_that_is_not_known_is_missing_and_no_number():
    (row,) = with_ends(849.0, float("nan"))
    assert row["values"][0]["high"] is None


def test_jobs_that_are_counted_have_no_ends():
    (row,) = part([1000] * 3, [30] * 3)["jobs"]
    assert not {"low", "high"} & set(row["values"][0])


QUARTERS = pd.DataFrame({"id": ["east", "west"], "name": ["Øst", "Vest"]})


def compared(*, bound=False):
    west = figures([20_040, 15_000, 0], [30.456, 40, 50], bound=bound).assign(quarter_id="west")
    east = figures([900, 149, 0], [60, float("nan"), 61.5]).assign(quarter_id="east")
    table = pd.concat([west, east], ignore_index=True)
    return transit_comparison(table, USED, QUARTERS, rounding=100)


def values_of(row):
    return {value["quarter_id"]: value["value"] for value in row["values"]}


def test_quarters_stand_side_by_side_in_each_window_jobs_first():
    rows = compared()
    assert [(row["unit"], row["window"]) for row in rows] == [
        (unit, window["window"]) for unit in ("jobs", "min") for window in WINDOWS
    ]
    assert [value["quarter_name"] for value in rows[0]["values"]] == ["Øst", "Vest"]
    assert values_of(rows[0]) == {"east": 900, "west": 20_000}
    assert values_of(rows[1]) == {"east": 100, "west": 15_000}
    assert values_of(rows[3]) == {"east": 60, "west": 30.46}
    # fewer departures than asked for make it in the evening
    assert values_of(rows[4]) == {"east": None, "west": 40}
    assert rows[3]["station"] == {"id": "h", "name": "København H"}
    assert rows[0]["limit_min"] == 45


def test_the_comparison_says_what_the_part_of_a_quarter_says():
    west = figures([20_090, 15_000, 0], [30.456, 40, 50], bound=True).assign(quarter_id="west")
    own = transit_part(west, USED, "Vest", rounding=100)
    rows = transit_comparison(west, USED, QUARTERS.iloc[1:], rounding=100)
    jobs = [row for row in rows if row["unit"] == "jobs"]
    assert jobs
    for row, value in zip(jobs, own["jobs"][0]["values"], strict=True):
        assert row["values"][0]["value"] == value["median"]
        assert row["values"][0]["lower_bound"] is value["lower_bound"] is True


def test_the_middle_one_of_the_limits_is_compared():
    table = figures([1000, 1000, 1000], [1, 1, 1]).assign(quarter_id="west")
    jobs = table[table["indicator"] == "jobs_of_departures"]
    others = [jobs.assign(limit_min=jobs["limit_min"] + more, value=0.0) for more in (-15, 15)]
    every = pd.concat([others[1], table, others[0]], ignore_index=True)
    rows = transit_comparison(every, USED, QUARTERS.iloc[1:], rounding=100)
    assert {row["limit_min"] for row in rows if row["unit"] == "jobs"} == {45}
    assert values_of(rows[0]) == {"west": 1000}


def test_nothing_is_compared_where_nothing_is_measured():
    table = figures([1, 1, 1], [1, 1, 1]).assign(quarter_id="west")
    assert transit_comparison(table, None, QUARTERS, rounding=100) == []
    walked = table[table["mode"] == "walk"]
    assert transit_comparison(walked, USED, QUARTERS, rounding=100) == []


def test_where_no_jobs_are_known_minutes_alone_are_told_and_no_number_of_jobs():
    table = figures([1, 1, 1], [30.456, 40, 50]).assign(quarter_id="west")
    minutes = table[table["indicator"] != "jobs_of_departures"]
    made = transit_part(minutes, USED, "Vest", rounding=100)
    assert (made["jobs"], made["finding"]) == ([], None)
    assert [value["median"] for value in made["stations"][0]["values"]] == [30.46, 40, 50]
    west = pd.DataFrame({"id": ["west"], "name": ["Vest"]})
    rows = transit_comparison(minutes, USED, west, rounding=100)
    assert [(row["unit"], row["window"]) for row in rows] == [
        ("min", window["window"]) for window in WINDOWS
    ]
