"""Edits of timetables that touch nothing, contradict each other or cannot be: one line each."""

import datetime as dt

import geopandas as gpd
import pytest
import shapely
from pydantic import ValidationError

from htkgis.errors import ConfigError, SchemaError
from htkgis.loaders import read_timetable
from htkgis.scenario import check_new_stops, edited_timetable
from htkgis.scenario_rules import Scenario, read_scenario
from tests.gtfs_town import CRS, calls, stop, town, trip, week, write_zip

from .timetable_examples import at, edit, line, new

TUESDAY = dt.date(2026, 6, 9)


@pytest.fixture(scope="module")
def timetable(tmp_path_factory):
    """Two lines of one name: by B on every day, straight from A to C on Sundays."""
    tables = town(
        stops=[stop("A"), stop("B", 1000.0), stop("C", 3000.0), stop("far", 9000.0)],
        routes=[
            {"route_id": "r", "route_short_name": "123", "route_type": "3"},
            {"route_id": "sun", "route_short_name": "123", "route_type": "3"},
        ],
        trips=[trip(), trip("u", "sun", "w")],
        stop_times=calls("t", "08:00:00", "08:02:00", "08:06:00")
        + calls("u", "10:00:00", "10:05:00", stops=("A", "C")),
        calendar=[week(), week("w", days=["sunday"])],
    )
    path = write_zip(tmp_path_factory.mktemp("feed") / "feed.zip", tables)
    return read_timetable(path, crs=CRS)[0]


def test_a_name_of_two_places_means_neither(tmp_path):
    stops = [stop("A"), stop("B", 1000.0), stop("C", 3000.0)]
    for one in (stops[0], stops[2]):
        one["stop_name"] = "Kirkevej"
    own = read_timetable(write_zip(tmp_path / "feed.zip", town(stops=stops)), crs=CRS)[0]
    said = "2 of 3 stops, more than 300 m apart, are called 'Kirkevej': 'A', 'C'"
    with pytest.raises(SchemaError, match=f"close_stop 'Kirkevej': {said}"):
        edited_timetable(own, [edit("close_stop", stop="Kirkevej")], year=2030)


RING = [at("A", 0), at("B", 2), at("A", 5)]
REFUSED = {
    "no line": (
        edit("remove_line", line="rr"),
        r"remove_line 'rr': none of 2 lines is called 'rr'; .*nearest: 'r', 'sun', '123'\. Correct",
    ),
    "two lines of a name": (
        edit("remove_line", line="123"),
        r"remove_line '123': 2 of 2 lines are called '123': 'r', 'sun'; .* route_id",
    ),
    "no stop": (
        edit("close_stop", stop="Stop BB"),
        r"close_stop 'Stop BB': none of 3 stops is called .*nearest: 'Stop B', 'Stop C', 'Stop A'",
    ),
    "a stop that no trip calls at": (
        edit("close_stop", stop="far"),
        "close_stop 'far': none of 3 stops is called 'far'",
    ),
    "a line of another day": (
        edit("change_headway", line="sun", headway_min=10, start="10:00", end="11:00"),
        r"'sun': it touches nothing on the service day 2026-06-09: none of the 1 trips.* 'u'\.",
    ),
    "nothing in the window": (
        edit("change_headway", line="r", headway_min=10, start="12:00", end="14:00"),
        "change_headway 'r': it touches nothing: the line has fewer than two departures",
    ),
    "one departure all day": (
        edit("change_headway", line="r", headway_min=10),
        "change_headway 'r': it touches nothing: the line has fewer than two departures",
    ),
    "no part of the line": (
        edit("change_running_time", line="sun", from_stop="B", to_stop="C", factor=2),
        "'sun': it touches nothing: no trip of the line takes time from 'B' to 'C'",
    ),
    "no neighbours": (
        edit(
            "add_stop",
            line="r",
            stop="x",
            name="X",
            lat=55.65,
            lon=12.3,
            lost_min=1,
            between=("A", "C"),
        ),
        "add_stop 'r': it touches nothing: no trip of the line goes from 'A' straight to 'C'",
    ),
    "between itself": (
        edit("add_stop", line="r", stop="A", lost_min=1, between=("A", "B")),
        "add_stop 'r': the stop is one of those it lies between",
    ),
    "a way from nowhere": (
        edit("reroute_line", line="r", stops=[new("x", 0), new("y", 5)]),
        "reroute_line 'r': it touches nothing: no trip of the line calls at 'x' and 'y'",
    ),
    "a ring": (
        edit("reroute_line", line="r", stops=RING, whole=True),
        "reroute_line 'r': a trip from 'A' to 'C' runs neither way of the new stops",
    ),
    "no time to run": (
        edit("change_running_time", line="r", from_stop="A", to_stop="B", change_min=-2),
        "a trip that takes 2 minutes between the two stops would take 0; above 0 is allowed",
    ),
    "before midnight": (
        edit("reroute_line", line="r", stops=[new("x", 0), at("A", 481)]),
        "reroute_line 'r': 1 of 1 trips would begin before midnight of their service day: 't'",
    ),
    "an id that is taken": (line(id="r"), "add_line 'r': the id is taken by a line"),
    "a stop that is taken": (
        line(stops=[at("A", 0), new("B", 3)]),
        r"1 of 1 new stops have the id of a stop that there is: 'B'; .*leave out name, lat and lon",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_edit_that_cannot_be_is_refused_in_one_line(timetable, name):
    one, said = REFUSED[name]
    with pytest.raises(SchemaError, match=said) as error:
        edited_timetable(timetable, [one], year=2030, date=TUESDAY)
    assert str(error.value).startswith("scenario")
    assert "\n" not in str(error.value)


def test_a_line_of_another_day_is_edited_where_no_day_is_asked_about(timetable):
    edited = edited_timetable(timetable, [edit("remove_line", line="sun")], year=2030)
    assert edited.routes["route_id"].tolist() == ["r"]


HEADWAY = {"line": "r", "headway_min": 5}
CONTRADICTIONS = {
    "headway of what is removed": (
        edit("remove_line", line="r"),
        edit("change_headway", start="08:00", end="09:00", **HEADWAY),
    ),
    "windows that overlap": (
        edit("change_headway", start="07:30", end="08:30", **HEADWAY),
        edit("change_headway", start="08:00", end="09:00", **HEADWAY),
    ),
    "a window of the whole day": (
        edit("change_headway", start="07:30", end="08:30", **HEADWAY),
        edit("change_headway", **HEADWAY),
    ),
    "a new line at a closed stop": (line(), edit("close_stop", stop="B")),
    "two closings": (edit("close_stop", stop="B"), edit("close_stop", stop="Stop B")),
    "two running times": (
        edit("change_running_time", line="r", from_stop="A", to_stop="B", factor=2),
        edit("change_running_time", line="r", from_stop="B", to_stop="Stop A", factor=3),
    ),
    "two ways": (
        edit("reroute_line", line="r", stops=[at("A", 0), at("C", 5)], whole=True),
        edit("reroute_line", line="r", stops=[at("A", 0), at("B", 5)], whole=True),
    ),
    "a stop twice": (
        edit("add_stop", line="r", stop="C", lost_min=1, between=("A", "B")),
        edit("add_stop", line="r", stop="C", lost_min=2, between=("A", "B")),
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_edits_that_cannot_both_hold_are_refused_in_either_order(timetable, name):
    for edits in (CONTRADICTIONS[name], CONTRADICTIONS[name][::-1]):
        with pytest.raises(SchemaError, match="1 contradictions between edits of timetables"):
            edited_timetable(timetable, edits, year=2030, date=TUESDAY)


def test_windows_that_only_touch_may_both_hold(timetable):
    edits = [
        edit("change_headway", start="08:00", end="09:00", **HEADWAY),
        edit("change_headway", start="09:00", end="10:00", **HEADWAY),
    ]
    with pytest.raises(SchemaError, match="touches nothing: the line has fewer than two"):
        edited_timetable(timetable, edits[1:], year=2030)
    # what the first makes does not reach into the second
    with pytest.raises(SchemaError, match="touches nothing: the line has fewer than two"):
        edited_timetable(timetable, edits, year=2030)


def test_one_new_stop_lies_in_one_place(timetable):
    lines = [
        line(id="one", stops=[at("A", 0), new("x", 4)]),
        line(id="two", stops=[at("A", 0), new("x", 4, lat=55.7)]),
    ]
    with pytest.raises(SchemaError, match="stop 'x' is described in two ways"):
        edited_timetable(timetable, lines, year=2030)


def test_a_new_stop_lies_near_a_street_that_can_be_walked():
    bus = line(stops=[at("A", 0), new("x", 4)])
    there = gpd.GeoSeries([shapely.Point(12.25, 55.65)], crs="EPSG:4326").to_crs(CRS).iloc[0]
    lines = [
        shapely.LineString([(there.x - 50, there.y + 20), (there.x + 50, there.y + 20)]),
        shapely.LineString([(there.x - 50, there.y + 300), (there.x + 50, there.y + 300)]),
    ]
    streets = gpd.GeoDataFrame({"walk": [False, True]}, geometry=lines, crs=CRS)
    check_new_stops([bus], streets, year=2030, max_snap_m=300.5)
    check_new_stops([bus], streets, year=2029, max_snap_m=1)
    # the nearer one is a motorway
    with pytest.raises(SchemaError, match=r"1 of 1 new stops lie farther than 299.*: 'x \(X\)'"):
        check_new_stops([bus], streets, year=2030, max_snap_m=299)


TOML = """
id = "bus"
name = "Ny bus"
name_en = "A new bus"

[[edits]]
kind = "add_line"
from_year = 2030
id = "new"
name = "Ny bus"
mode = "bus"
headway_min = 15
first_departure = "06:00"
last_departure = "24:30"
headways = [{ start = "07:00", end = "09:00", headway_min = 7.5 }]
stops = [
    { stop = "A", minutes = 0 },
    { stop = "x", name = "Ny", lat = 55.65, lon = 12.25, minutes = 4 },
]
"""


def test_a_line_is_read_from_its_file(tmp_path):
    path = tmp_path / "bus.toml"
    path.write_text(TOML, "utf-8")
    (bus,) = read_scenario(path).edits
    assert bus == line(
        name="Ny bus",
        headway_min=15,
        last_departure="24:30",
        headways=({"start": "07:00", "end": "09:00", "headway_min": 7.5},),
        stops=[at("A", 0), at("x", 4, name="Ny", lat=55.65, lon=12.25)],
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("headway_min = 15", "headway_min = 0", "headway_min is 0: .*greater than or equal"),
        ("headway_min = 15\n", "", "add_line.headway_min is missing"),
        ('"24:30"', '"05:00"', "ends at 05:00, before it begins at 06:00"),
        ('"24:30"', '"24.30"', "'24.30' is no time of day; write it as 07:05"),
        ("minutes = 4", "minutes = 0", "from 'A' to 'x' takes 0 minutes; above 0 is allowed"),
        ("minutes = 0", "minutes = 1", "the first has 1 minutes; 0 is allowed"),
        ("lon = 12.25, ", "", "stop 'x' is described in part"),
        ('"bus"\nheadway_min', '"plane"\nheadway_min', "mode is 'plane': .*'bus' or 'ferry'"),
        ('end = "09:00"', 'end = "07:00"', "ends at 07:00, before it begins at 07:00"),
        ("from_year = 2030\n", "", "from_year is missing"),
    ],
)
def test_a_wrong_line_names_the_file_and_the_key(tmp_path, before, after, said):
    path = tmp_path / "bus.toml"
    assert before in TOML
    path.write_text(TOML.replace(before, after), "utf-8")
    with pytest.raises(ConfigError, match=rf"bus.toml .*{said}"):
        read_scenario(path)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": "change_headway", "headway_min": 5, "start": "07:00"}, "start or end only"),
        ({"kind": "change_running_time"}, "both or none of factor and change_min"),
        ({"kind": "change_running_time", "factor": 2, "to_stop": "B"}, "from_stop or to_stop only"),
        ({"kind": "change_running_time", "factor": 0}, "greater than 0"),
    ],
)
def test_half_an_edit_is_refused(facts, said):
    with pytest.raises(ValidationError, match=said):
        edit(facts["kind"], line="r", **{k: v for k, v in facts.items() if k != "kind"})


def test_periods_of_a_line_do_not_overlap():
    rush = [{"start": "07:00", "end": "09:00", "headway_min": 5}]
    with pytest.raises(ValidationError, match="those from 07:00 and from 08:59 overlap"):
        line(headways=(*rush, {"start": "08:59", "end": "10:00", "headway_min": 5}))


def test_a_scenario_does_not_add_and_remove_one_line():
    edits = (line(), edit("remove_line", line="new", from_year=2031))
    with pytest.raises(ValidationError, match="add_line and remove_line of line new hold at the"):
        Scenario(id="s", name="S", name_en="S", edits=edits)
