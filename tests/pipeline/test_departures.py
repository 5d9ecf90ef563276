"""Stops with enough departures: the best within the walk, the nearest with enough, the sketch."""

import pandas as pd
import pytest

from htkgis.pipeline.departures import departures_of

from .test_profiles import cache, first, profile_of  # noqa: F401

OFTEN = pd.DataFrame(
    [("bus", "x", 1.0), ("bus", "y", 0.5), ("tram", "x", 3.0), ("train", "y", 6.0)],
    columns=["stop_id", "next_stop_id", "departures_per_hour"],
)


def of(*ways, least=3):
    distances = pd.DataFrame(ways, columns=["origin_id", "stop_id", "distance_m"])
    table = departures_of(distances, OFTEN, pd.Index(["a", "b"]), within_m=500, least=least)
    return table.set_index("origin_id").loc["a"]


def test_a_stop_exactly_at_the_end_of_the_walk_counts_and_one_beyond_does_not():
    assert of(("a", "bus", 100.0), ("a", "tram", 500.0))["departures_per_hour"] == 3.0
    assert of(("a", "bus", 100.0), ("a", "tram", 500.1))["departures_per_hour"] == 1.0


def test_directions_of_a_stop_are_not_added_up():
    assert of(("a", "bus", 100.0))["departures_per_hour"] == 1.0


def test_the_better_stop_is_the_nearest_with_enough_and_not_the_best():
    row = of(("a", "bus", 100.0), ("a", "train", 900.0), ("a", "tram", 800.0))
    assert (row["better_stop_id"], row["better_stop_m"]) == ("tram", 800.0)


def test_exactly_enough_wants_no_better_stop():
    assert pd.isna(of(("a", "tram", 10.0), ("a", "train", 20.0))["better_stop_id"])


def test_where_nothing_departs_there_are_none_and_no_stop():
    row = of(("b", "bus", 1.0), ("a", "closed", 1.0))
    assert row["departures_per_hour"] == 0.0
    assert pd.isna(row["stop_id"])
    assert pd.isna(row["better_stop_id"])


def test_charlottekvarteret_is_the_one_with_an_hourly_bus(first):  # noqa: F811
    """Headways of the sketch timetable: 60, 16 and 14 minutes; the first ends at 20:00."""
    rows = {
        quarter: profile_of(first.folder, quarter)["departures"]["rows"]
        for quarter in ("ivaerksaetterkvarteret", "kulturkvarteret", "videnskvarteret")
    }
    rush = {quarter: own[0]["headway_min"] for quarter, own in rows.items()}
    assert list(rush.values()) == [60.0, 16.0, 14.0]
    own = rows["ivaerksaetterkvarteret"]
    assert [row["origins_below"] for row in own] == [5, 5]
    assert own[0]["better"]["stop_name"] == "Hedehusene St."
    assert own[0]["better"]["walk_min"] == pytest.approx(own[0]["better"]["walk_m"] / 75, abs=0.01)
    assert own[1]["headway_min"] is None
    text = (first.folder / "ivaerksaetterkvarteret.html").read_text("utf-8")
    assert "én gang i timen" in text
    assert "Charlottekvarteret har færrest af de 3 områder" in text
