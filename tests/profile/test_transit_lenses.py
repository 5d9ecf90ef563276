"""By public transport for others than adults, and what is known of step-free travel."""

import pandas as pd
import pytest

from htkgis.profile.transit import transit_part
from htkgis.profile.transit_lenses import step_free_known, transit_lens_part
from tests.profile.test_transit import USED, WINDOWS, figures

STEP_FREE = {"step_free": {"lenses": ["wheelchair"], "known": "unknown"}}


def table():
    """An adult, an older person and a wheelchair, each with other jobs and minutes."""
    return pd.concat(
        [
            figures([20_000, 15_000, 9000], [30, 40, 50]),
            figures([8000, 4000, 0], [35, 45, 55], lens="older"),
            figures([2000, 0, 0], [36, float("nan"), 60], lens="wheelchair", bound=True),
        ]
    )


def part(lenses=("older", "wheelchair"), decisions=STEP_FREE):
    return transit_lens_part(table(), USED | decisions, lenses, rounding=100)


def test_who_travels_stands_side_by_side_the_adult_first():
    made = part()
    assert made["limit_min"] == 45
    assert [(row["unit"], row["window"]) for row in made["rows"]] == [
        (unit, window["window"]) for unit in ("jobs", "min") for window in WINDOWS
    ]
    values = [[value["value"] for value in row["values"]] for row in made["rows"]]
    assert values == [
        [20_000, 8000, 2000],
        [15_000, 4000, 0],
        [9000, 0, 0],
        [30, 35, 36],
        [40, 45, None],
        [50, 55, 60],
    ]
    assert [value["lower_bound"] for value in made["rows"][0]["values"]] == [False, False, True]


def test_only_who_needs_a_step_free_way_says_how_far_it_is_known():
    assert part()["lenses"] == [
        {"lens": "adult", "step_free": None},
        {"lens": "older", "step_free": None},
        {"lens": "wheelchair", "step_free": "unknown"},
    ]
    nobody = part(["older"], {"step_free": None})
    assert [each["step_free"] for each in nobody["lenses"]] == [None, None]


def test_without_others_or_public_transport_there_is_no_part():
    assert part([]) is None
    assert transit_lens_part(table(), None, ["older"], rounding=100) is None
    walked = table().assign(mode="walk")
    assert transit_lens_part(walked, USED | STEP_FREE, ["older"], rounding=100) is None


def test_figures_of_others_enter_no_figure_of_adults():
    with_others, alone = (
        transit_part(own, USED, "Vest", rounding=100)
        for own in (table(), table().query("lens == 'adult'"))
    )
    assert with_others == alone


def test_hidden_jobs_of_others_are_no_number_and_say_that_they_are_hidden():
    own = table()
    gone = own["lens"].ne("adult") & own["indicator"].eq("jobs_of_departures")
    own = own.assign(hidden=gone, value=own["value"].mask(gone))
    rows = transit_lens_part(own, USED | STEP_FREE, ["older", "wheelchair"], rounding=100)["rows"]
    of_jobs = [row["values"] for row in rows if row["unit"] == "jobs"]
    assert [[value["value"] for value in row] for row in of_jobs] == [
        [20_000, None, None],
        [15_000, None, None],
        [9000, None, None],
    ]
    assert all([value["hidden"] for value in row] == [False, True, True] for row in of_jobs)
    assert not any(
        value["hidden"] for row in rows if row["unit"] == "min" for value in row["values"]
    )


@pytest.mark.parametrize(
    ("trips", "stops", "known"),
    [((5, 5), (3, 3), "unknown"), ((5, 0), (3, 3), "partly"), ((5, 0), (3, 0), "stated")],
)
def test_what_is_known_is_told_from_what_trips_and_stops_state(trips, stops, known):
    counts = {
        name: {"all": every, "unstated": unstated}
        for name, (every, unstated) in (("trips", trips), ("stops", stops))
    }
    assert step_free_known(counts) == known


def test_each_value_has_its_stamp_and_a_range_that_is_rounded_as_it_is():
    own = table()
    tried = own["lens"].eq("older") & own["departure"].eq("rush")
    tried &= own["indicator"].isin(("jobs_of_departures", "station_time"))
    jobs = own["unit"].eq("jobs")
    own = own.assign(
        lower_bound=own["statistic"].eq("max") & jobs,
        robustness=own["robustness"].mask(tried, "sensitive"),
        robust_low=own["value"].where(tried) - 31 * jobs,
        robust_high=(own["value"].where(tried) + 60).where(jobs),
    )
    found = {
        (row["unit"], row["window"], value["lens"]): value
        for row in transit_lens_part(own, USED | STEP_FREE, ["older"], rounding=100)["rows"]
        for value in row["values"]
    }
    # one origin meets the end of the data: the value is rounded down, and its range with it
    assert found["jobs", "rush", "older"]["value"] == 8000
    assert found["jobs", "rush", "older"]["robust"] == {
        "stamp": "sensitive", "low": 7900, "high": 8000, "bound": None,
    }  # fmt: skip
    assert found["min", "rush", "older"]["robust"] == {
        "stamp": "sensitive", "low": 35, "high": None, "bound": None,
    }  # fmt: skip
    unstamped = [key for key, value in found.items() if value["robust"] is None]
    assert len(unstamped) == len(found) - 2
