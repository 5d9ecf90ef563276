"""``--mode transit``: a small timetable over the sketch streets; what is said and refused."""

import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.study import read_study
from tests.gtfs_town import calls, town, trip, week, write_zip

ROOT = Path(__file__).parents[2]
STOPS = {
    "T": ("Taastrup", 55.6526, 12.3022),
    "H": ("Høje Taastrup", 55.6486, 12.2688),
}
BIKE_TRAIN = {"bikes_allowed": "1", "wheelchair_accessible": "2"}


def feed(path, **changes):
    """Trains from T at 8:05, 8:25 and 8:45 to H, ten minutes each; Mondays to Fridays."""
    rows = [
        {"stop_id": key, "stop_name": name, "stop_lat": str(lat), "stop_lon": str(lon)}
        for key, (name, lat, lon) in STOPS.items()
    ]
    ids = ("a", "b", "c")
    times = [
        call
        for key, minute in zip(ids, (5, 25, 45), strict=True)
        for call in calls(key, f"08:{minute:02}:00", f"08:{minute + 10}:00", stops=("T", "H"))
    ]
    trips = [trip(key, **(BIKE_TRAIN if key == "c" else {})) for key in ids]
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    tables = {"stops": rows, "trips": trips, "stop_times": times, "calendar": [week(days=days)]}
    return write_zip(path, town(**(tables | changes)))


def points(path, *keys):
    rows = [{"id": key, "lat": STOPS[key][1], "lon": STOPS[key][2]} for key in keys]
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def caches(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def ask(tmp_path, caches, monkeypatch):
    """Ask for times from T to H by the small timetable; give the result and the table."""
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(caches))
    feed(tmp_path / "feed.zip")
    start, end = points(tmp_path / "from.csv", "T"), points(tmp_path / "to.csv", "H")

    def run(*options, mode="transit"):
        out = tmp_path / "out.csv"
        words = [
            "times",
            "--streets",
            "sketch",
            "--origins",
            str(start),
            "--destinations",
            str(end),
        ]
        result = CliRunner().invoke(
            main, [*words, "--mode", mode, "--out", str(out), *map(str, options)]
        )
        return result, pd.read_csv(out) if result.exit_code == 0 else None

    run.feed = tmp_path / "feed.zip"
    return run


def whole(ask, *options, depart="08:00", **kwargs):
    """Ask with a timetable, a day and a time of day."""
    known = ("--timetable", ask.feed, "--date", "2026-06-02", "--depart", depart)
    return ask(*known, *options, **kwargs)


@pytest.fixture
def door_min(ask, tmp_path):
    """Minutes of walking from T's door to T's stop, which lies at the same place."""
    out = tmp_path / "door.csv"
    door = str(points(tmp_path / "door_at.csv", "T"))
    words = ["times", "--streets", "sketch", "--origins", door, "--destinations", door]
    assert CliRunner().invoke(main, [*words, "--out", str(out)]).exit_code == 0
    return pd.read_csv(out)["travel_time_min"].iloc[0]


def test_who_leaves_at_eight_waits_for_the_train_of_five_past(ask, door_min):
    result, table = whole(ask, "--window-min", 1)
    row = table.iloc[0]
    assert (row["from_id"], row["to_id"], row["departures_percent"]) == ("T", "H", 100)
    # the walk at the other end is the only thing beyond 8:15
    assert 15 <= row["travel_time_p50_min"] < 15 + 3
    assert door_min < 4
    assert "3 trips, 3 on a usual day" in result.stderr


def test_percentiles_of_twenty_departures_are_a_minute_apart(ask):
    _, table = whole(
        ask, "--window-min", 20, "--percentile", 5, "--percentile", 100, depart="08:05"
    )
    row = table.iloc[0]
    # who leaves at 8:05 has missed the first train; each minute later waits a minute less,
    # until the second one is missed too
    assert row["travel_time_p100_min"] - row["travel_time_p5_min"] == pytest.approx(19, abs=1e-6)


def test_an_express_with_one_call_on_the_streets_takes_part_in_a_journey(ask, tmp_path):
    # to Roskilde beyond the streets by one train, back by another, which calls at H alone
    town_stops = STOPS | {"R": ("Roskilde", 55.6390, 12.0888)}
    rows = [
        {"stop_id": key, "stop_name": name, "stop_lat": str(lat), "stop_lon": str(lon)}
        for key, (name, lat, lon) in town_stops.items()
    ]
    times = calls("out", "08:05:00", "08:15:00", stops=("T", "R"))
    times += calls("back", "08:20:00", "08:30:00", stops=("R", "H"))
    feed(ask.feed, stops=rows, trips=[trip("out"), trip("back")], stop_times=times)
    _, table = whole(ask, "--window-min", 1)
    assert 30 <= table["travel_time_p50_min"].iloc[0] < 33


def test_times_that_streets_beyond_could_shorten_are_bounds(ask, tmp_path):
    # far inside nobody is quicker by leaving the streets
    _, table = whole(ask, "--window-min", 1)
    assert table["bound_p50"].isna().all()
    assert table["bound_percent"].isna().all()
    # two ends of streets at the edge of the sketch, 1.1 km apart and further over the streets
    for name, lat, lon in (("from", 55.6737, 12.2539), ("to", 55.6736, 12.2719)):
        row = {"id": name, "lat": lat, "lon": lon}
        pd.DataFrame([row]).to_csv(tmp_path / f"{name}.csv", index=False)
    _, table = whole(ask, "--window-min", 1)
    assert table["bound_p50"].tolist() == ["at_most"]
    assert table["travel_time_p50_min"].iloc[0] > 20


def test_who_plans_has_no_bounds(ask):
    _, table = whole(ask, "--window-min", 5, "--semantics", "planned")
    assert not [name for name in table.columns if name.startswith("bound")]


def test_who_plans_waits_for_no_first_train(ask, door_min):
    _, any_time = whole(ask, "--window-min", 20, "--percentile", 50)
    _, planned = whole(ask, "--window-min", 20, "--percentile", 50, "--semantics", "planned")
    least = any_time["travel_time_p50_min"].iloc[0]
    assert planned["travel_time_p50_min"].iloc[0] < least
    assert planned["travel_time_p50_min"].iloc[0] >= 10 + 1 + door_min - 0.02


def test_who_must_arrive_by_nine_takes_the_last_train_but_one_that_makes_it(ask):
    _, table = whole(ask, "--window-min", 1, "--semantics", "arrive-by", depart="09:00")
    # 8:45 is too early to be needed only if a later one made it: it leaves at 8:45 less walk and
    # a minute, and the wait from 8:55 to 9:00 counts
    assert 15 < table["travel_time_p50_min"].iloc[0] < 15 + 1 + 4


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2026-06-06", "no trip runs"),
        ("2027-06-02", r"outside|lies"),
    ],
)
def test_a_day_without_trains_names_good_days(ask, date, said):
    result, _ = ask("--timetable", ask.feed, "--date", date, "--depart", "08:00")
    assert result.exit_code == 1
    assert re.search(said, result.output)
    assert "2026-" in result.output


def test_an_hour_without_trains_is_no_silent_walk(ask):
    result, _ = whole(ask, depart="03:00")
    assert result.exit_code == 1
    assert "nothing departs from 03:00 to 03:59" in result.output


@pytest.mark.parametrize("missing", ["--timetable", "--date", "--depart"])
def test_what_a_timetable_needs_is_asked_for(ask, missing):
    given = {"--timetable": ask.feed, "--date": "2026-06-02", "--depart": "08:00"}
    options = [word for name, value in given.items() if name != missing for word in (name, value)]
    result, _ = ask(*options)
    assert result.exit_code == 1
    assert f"{missing} missing" in result.output


def test_a_timetable_is_of_no_use_on_foot(ask):
    result, _ = whole(ask, mode="walk")
    assert result.exit_code == 1
    assert "of no use with --mode walk" in result.output


def test_a_clock_that_is_none_is_refused(ask):
    result, _ = whole(ask, depart="8.30")
    assert result.exit_code == 2
    assert "is no time of day; write it as 07:05" in result.output


def test_wheels_take_no_train_that_says_it_takes_none(ask):
    adult, table = whole(ask, "--window-min", 1, depart="08:30")
    assert adult.exit_code == 0
    assert 25 <= table["travel_time_p50_min"].iloc[0] < 28
    result, table = whole(ask, "--window-min", 1, "--lens", "wheelchair", depart="08:30")
    # the last train is stated to be closed: what is left is to roll all the way
    assert "wheelchair: 1 trips left out; 2 state nothing and are kept" in result.stderr
    assert len(table) == 1
    assert table["travel_time_p50_min"].iloc[0] > 40


def test_a_bicycle_taken_along_rides_with_trains_that_take_it(ask):
    result, _ = whole(ask, "--access", "bike-aboard", "--window-min", 1)
    assert "bikes: 0 trips left out; 2 state nothing and are kept" in result.stderr


def test_a_bicycle_is_quicker_to_the_stop_than_feet(ask):
    _, on_foot = whole(ask, "--window-min", 30, "--percentile", 50)
    _, by_bike = whole(ask, "--window-min", 30, "--percentile", 50, "--access", "bike")
    assert by_bike["travel_time_p50_min"].iloc[0] <= on_foot["travel_time_p50_min"].iloc[0]


@pytest.fixture
def route(caches, monkeypatch):
    """Ask for a journey of the embedded study."""
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(caches))
    monkeypatch.chdir(ROOT)
    return lambda *words: CliRunner().invoke(main, ["route", "--mode", "transit", *words])


LEG = re.compile(r"  (\d\d:\d\d:\d\d) (.+), (\d\d:\d\d:\d\d) (.+)")


def seconds(text):
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_a_journey_is_told_leg_by_leg_and_adds_up(route):
    result = route("--from", "taastrupgaard_centre", "--to", "koebenhavn_h", "--window-min", "120")
    assert result.exit_code == 0, result.output
    head = re.match(r".* leaving (\d\d:\d\d:\d\d): (\d+\.\d) min", result.output)
    legs = [found.groups() for found in map(LEG.match, result.output.splitlines()) if found]
    assert legs[0][0] == head[1]
    assert legs[-1][3] == "København H"
    total = seconds(legs[-1][2]) - seconds(legs[0][0])
    assert total / 60 == pytest.approx(float(head[2]), abs=0.051)
    for before, after in pairwise(legs):
        assert seconds(after[0]) >= seconds(before[2])
    every = 120 * read_study(ROOT / "study.toml").transit.draws.value
    assert f"{every} of {every} departures make it" in result.output
    assert "states headways, not minutes" in result.output
    assert "Rejseplanen" in result.output


def test_a_median_journey_is_no_quicker_than_the_quickest(route):
    words = ("--from", "gadehavegaard_centre", "--to", "roskilde_st", "--window-min", "60")
    found = []
    for percentile in ("0", "50", "100"):
        result = route(*words, "--percentile", percentile)
        found.append(float(re.search(r": (\d+\.\d) min", result.output)[1]))
    assert found == sorted(found)
    assert found[0] < found[2]


def test_a_journey_on_a_sunday_is_refused_with_good_days(route):
    result = route("--from", "taastrupgaard_centre", "--to", "koebenhavn_h", "--date", "2026-11-22")
    assert result.exit_code == 1
    assert "no trip runs" in result.output
    assert "2026-11-23" in result.output


def test_a_journey_is_not_drawn(route, tmp_path):
    result = route("--from", "taastrup_st", "--to", "koebenhavn_h", "--out", str(tmp_path / "r"))
    assert result.exit_code == 1
    assert "shown as text" in result.output
    assert not (tmp_path / "r").exists()


def test_what_half_of_the_departures_reach_is_not_what_half_reach_in_time(ask, tmp_path):
    """Trains every twenty minutes: within 25 minutes from door to door only some departures."""
    pd.DataFrame([{"id": "H", "lat": STOPS["H"][1], "lon": STOPS["H"][2], "jobs": 7}]).to_csv(
        tmp_path / "jobs.csv", index=False
    )
    out = tmp_path / "access.csv"
    known = ("--timetable", ask.feed, "--date", "2026-06-02", "--depart", "08:05")
    words = ("--window-min", 20, "--limit-min", 20, "--limit-min", 40, "--percentile", 10)
    words += ("--percentile", 0)
    points(tmp_path / "from.csv", "T")
    result = CliRunner().invoke(
        main,
        ["access", "--streets", "sketch", "--mode", "transit", "--origins",
         str(tmp_path / "from.csv"), "--opportunities", f"{tmp_path / 'jobs.csv'}:jobs",
         *map(str, known), *map(str, words), "--percentile", "90", "--out", str(out)],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out).set_index(["limit_min", "measure"])["value"]
    assert table[20, "reached_by_p10_of_departures"] == 7
    # the 0th percentile is the best departure, of what is reached as of the travel time
    assert table[20, "reached_by_p0_of_departures"] == table[20, "within_p0_travel_time"] == 7
    assert table[20, "reached_by_p90_of_departures"] == 0
    assert table[20, "within_p10_travel_time"] == 7
    assert table[20, "within_p90_travel_time"] == 0
    assert (table.loc[40] == 7).all()


def test_any_measure_by_percentile_is_that_over_the_percentiles_of_the_matrix(ask, tmp_path):
    given = [("T", 1, "x"), ("H", 7, "y")]
    rows = [
        {"id": key, "lat": STOPS[key][1], "lon": STOPS[key][2], "jobs": jobs, "kind": kind}
        for key, jobs, kind in given
    ]
    both = tmp_path / "both.csv"
    pd.DataFrame(rows).to_csv(both, index=False)
    known = (
        "--streets", "sketch", "--mode", "transit", "--origins", both, "--timetable", ask.feed,
        "--date", "2026-06-02", "--depart", "08:05", "--window-min", "20", "--percentile", "10",
        "--percentile", "90",
    )  # fmt: skip
    measures = (
        "e2sfca",
        "nearest",
        "completeness",
        "balancing_time",
        "time_to_opportunities:30",
        "raam:20",
    )
    asked = [word for name in measures for word in ("--measure", name)]
    asked += ["--limit-min", "20", "--limit-min", "40", "--nearest", "2", "--function", "kind"]
    asked += ["--opportunities", f"{both}:jobs"]
    run = CliRunner().invoke
    ours, times = tmp_path / "ours.csv", tmp_path / "times.csv"
    whole_day = ("--destinations", both)
    result = run(main, ["times", *map(str, (*known, *whole_day, "--out", times))])
    assert result.exit_code == 0, result.output
    result = run(main, ["access", *map(str, (*known, *asked, "--demand", "jobs", "--out", ours))])
    assert result.exit_code == 0, result.output
    table = pd.read_csv(ours)
    keys = ["origin_id", "measure", "limit_min"]
    for percentile in (10, 90):
        theirs = tmp_path / "theirs.csv"
        column = f"{times}:travel_time_p{percentile}_min"
        words = ("--times", column, *asked, "--demand", f"{both}:jobs", "--out", theirs)
        result = run(main, ["access", *map(str, words)])
        assert result.exit_code == 0, result.output
        own = table[table["percentile"] == percentile].set_index(keys)["value"]
        expected = pd.read_csv(theirs).set_index(keys)["value"]
        pd.testing.assert_series_equal(own, expected)
    by_percentile = table.groupby("percentile")["value"].apply(list)
    assert by_percentile[10] != by_percentile[90]


@pytest.mark.parametrize("option", [("--nearest", 1), ("--impedance", "exponential:0.1")])
def test_what_is_not_measured_by_public_transport_is_refused(ask, tmp_path, option):
    result = CliRunner().invoke(
        main,
        ["access", "--streets", "sketch", "--mode", "transit", "--origins",
         str(tmp_path / "from.csv"), "--opportunities", str(tmp_path / "to.csv"),
         "--timetable", str(ask.feed), "--date", "2026-06-02", "--depart", "08:00",
         "--limit-min", "20", *map(str, option), "--out", str(tmp_path / "a.csv")],
    )  # fmt: skip
    assert result.exit_code == 1
    assert "not measured with --mode transit" in result.output


def test_wheels_board_at_no_stop_that_says_it_has_steps(ask):
    _, before = whole(ask, "--window-min", 1, "--lens", "wheelchair", depart="08:00")
    rows = [
        {"stop_id": key, "stop_name": name, "stop_lat": str(lat), "stop_lon": str(lon)}
        | {"wheelchair_boarding": "2" if key == "H" else "0"}
        for key, (name, lat, lon) in STOPS.items()
    ]
    feed(ask.feed, stops=rows)
    _, after = whole(ask, "--window-min", 1, "--lens", "wheelchair", depart="08:00")
    _, adult = whole(ask, "--window-min", 1, depart="08:00")
    assert before["travel_time_p50_min"].iloc[0] < 20
    assert after["travel_time_p50_min"].iloc[0] > 40
    assert adult["travel_time_p50_min"].iloc[0] < 20
