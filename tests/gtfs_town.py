"""A timetable small enough to check by head, written where a test needs it.

Three stops on a line going east, 1,000 m and 3,000 m from the first, and one bus at 8 o'clock.
"""

import csv
import io
import zipfile

from pyproj import Transformer

CRS = "EPSG:25832"
EAST_M, NORTH_M = 707_000.0, 6_172_000.0
TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def stop(stop_id, east_m=0.0, north_m=0.0, **columns):
    """Give the row of a stop so many metres from the first."""
    lon, lat = TO_DEGREES.transform(EAST_M + east_m, NORTH_M + north_m)
    row = {"stop_id": stop_id, "stop_name": f"Stop {stop_id}"}
    return row | {"stop_lat": f"{lat:.9f}", "stop_lon": f"{lon:.9f}"} | columns


def calls(trip_id, *times, stops=("A", "B", "C"), **columns):
    """Give the stop times of a trip; a time is one text for both, or two, or blank."""
    rows = []
    for number, (name, time) in enumerate(zip(stops, times, strict=True)):
        arrival, departure = (time, time) if isinstance(time, str) else time
        row = {"trip_id": trip_id, "stop_id": name, "stop_sequence": str(number + 1)}
        row |= {"arrival_time": arrival, "departure_time": departure}
        rows.append(row | {key: values[number] for key, values in columns.items()})
    return rows


def trip(trip_id="t", route_id="r", service_id="s", **columns):
    return {"route_id": route_id, "service_id": service_id, "trip_id": trip_id} | columns


def week(service_id="s", days=DAYS, start="20260101", end="20261231"):
    flags = {day: str(int(day in days)) for day in DAYS}
    return {"service_id": service_id, **flags, "start_date": start, "end_date": end}


def town(**tables):
    """Give the tables of the feed, some of them replaced; None takes one out."""
    base = {
        "agency": [
            {"agency_id": "m", "agency_name": "Movia", "agency_timezone": "Europe/Copenhagen"}
        ],
        "stops": [stop("A"), stop("B", 1000.0), stop("C", 3000.0)],
        "routes": [
            {"route_id": "r", "agency_id": "m", "route_short_name": "123", "route_type": "3"}
        ],
        "trips": [trip()],
        "stop_times": calls("t", "08:00:00", "08:02:00", "08:06:00"),
        "calendar": [week()],
    }
    return {name: rows for name, rows in (base | tables).items() if rows is not None}


def as_csv(rows):
    """Write rows as CSV; a text stays what it is."""
    if isinstance(rows, str | bytes):
        return rows if isinstance(rows, bytes) else rows.encode()
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def write_zip(path, tables, inside=""):
    """Write tables as a zip; ``inside`` is a folder in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(f"{inside}{name}.txt", as_csv(rows))
    return path


def write_folder(path, tables):
    """Write tables as the only files of a folder."""
    path.mkdir(parents=True, exist_ok=True)
    for old in path.glob("*.txt"):
        old.unlink()
    for name, rows in tables.items():
        (path / f"{name}.txt").write_bytes(as_csv(rows))
    return path
