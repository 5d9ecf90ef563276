"""Edits and timetables that tests of a scenario's public transport build on."""

from pydantic import TypeAdapter

from htkgis.scenario_rules import AnyEdit

ANY = TypeAdapter(AnyEdit)


def edit(kind, *, from_year=2030, **facts):
    """Give an edit as its file has it."""
    stops = {"stops": tuple(facts["stops"])} if "stops" in facts else {}
    return ANY.validate_python({"kind": kind, "from_year": from_year, **facts, **stops})


def at(stop, minutes, **facts):
    """Give a stop of a line, so many minutes from its first."""
    return {"stop": stop, "minutes": minutes, **facts}


def new(stop, minutes, lat=55.65, lon=12.25):
    """Give a stop that is not there yet."""
    return at(stop, minutes, name=stop.upper(), lat=lat, lon=lon)


def line(**facts):
    """Add a bus from A to C by B, every 20 minutes from 6 to 20 o'clock."""
    usual = {
        "id": "new",
        "name": "New bus",
        "mode": "bus",
        "stops": [at("A", 0), at("B", 3), at("C", 8)],
        "headway_min": 20,
        "first_departure": "06:00",
        "last_departure": "20:00",
    }
    return edit("add_line", **usual | facts)


def calls_by_trip(timetable):
    """Give the calls of each trip: stop, arrival and departure in minutes after midnight."""
    times = timetable.stop_times
    found = {}
    for trip, stop, arrival_s, departure_s in zip(
        times["trip_id"].astype(object),
        times["stop_id"].astype(object),
        times["arrival_s"] / 60,
        times["departure_s"] / 60,
        strict=True,
    ):
        found.setdefault(trip, []).append((stop, arrival_s, departure_s))
    return found
