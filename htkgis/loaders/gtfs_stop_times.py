"""Stop times of a feed: clipped, in order, complete, and each trip checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.clock import as_time
from htkgis.errors import SchemaError, first

from .gtfs_faults import Faults
from .gtfs_files import Feed, read_feed_table
from .gtfs_report import FeedReport
from .gtfs_times import (
    BLANK_S,
    WRONG_S,
    along_stops_mm,
    by_category,
    seconds_of,
    with_times_between,
)

FILE = "stop_times.txt"
FLEX = ("location_group_id", "location_id")
"""Columns by which a call is at a zone or a group of stops, on demand, instead of at a stop."""
TYPES = {"0": 0, "1": 1, "2": 2, "3": 3}
NOT_AVAILABLE = 1
DISTANCE = re.compile(r"\d+(\.\d*)?([eE][+-]?\d+)?|\.\d+")
BLANK, WRONG = BLANK_S, WRONG_S

LISTED = 1000
"""Faults that are written out for a message, at most."""
LEAST_CALLS = 2
"""Calls that a trip must have to carry anybody."""

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Calls:
    """Calls of trips at stops as arrays of one length, by row of the trip and the stop.

    ``trip`` and ``stop`` are row numbers; ``travelled`` is nan where the feed does not say.
    """

    trip: Ints
    stop: Ints
    sequence: Ints
    arrival_s: Ints
    departure_s: Ints
    pickup: Ints
    drop_off: Ints
    travelled: npt.NDArray[np.float64] | None

    def take(self, rows: Flags | npt.NDArray[np.intp]) -> Calls:
        """Return some of the calls, or all in another order."""
        taken = (None if v is None else v[rows] for v in vars(self).values())
        return Calls(*taken)  # type: ignore[arg-type]


def read_calls(
    feed: Feed,
    report: FeedReport,
    faults: Faults,
    ids: tuple[pd.Series, pd.Series],
    inside: Flags | None,
) -> Calls:
    """Read the calls of the trips that touch the area, as they stand in the feed.

    Parameters
    ----------
    feed, report, faults
        See :mod:`htkgis.loaders.gtfs`.
    ids
        Ids of trips and of stops; calls name them by their row.
    inside
        Whether each stop lies in the area; None where there is none.

    Returns
    -------
    calls
        All calls of the trips that have two in the area, those outside it too. Times, sequence
        and types are ``BLANK`` or ``WRONG`` where missing or unreadable.

    Raises
    ------
    SchemaError
        If calls are of trips that the feed does not have, or trips call at such stops.
    """
    raw = read_feed_table(
        feed,
        FILE,
        ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
        ("pickup_type", "drop_off_type", "shape_dist_traveled", *FLEX),
    )
    report.read[FILE] = len(raw)
    on_demand = raw["stop_id"].isna() & (raw[FLEX[0]].notna() | raw[FLEX[1]].notna())
    if on_demand.any():
        report.dropped["calls on demand at a zone or a group of stops"] += int(on_demand.sum())
        raw = raw.loc[~on_demand]
    trip = _rows(raw["trip_id"], ids[0])
    _check_trips(raw["trip_id"], trip, feed)
    stop = _rows(raw["stop_id"], ids[1])
    touching = _touching(trip, stop, inside, len(ids[0]), report)
    kept = touching[trip]
    if not kept.all():
        raw, trip, stop = raw.loc[kept], trip[kept], stop[kept]
    _check_stops(raw["stop_id"], trip, stop, faults)
    return Calls(
        trip,
        stop,
        by_category(raw["stop_sequence"], _whole, missing=BLANK),
        seconds_of(raw["arrival_time"]),
        seconds_of(raw["departure_time"]),
        by_category(raw["pickup_type"], _type, missing=0),
        by_category(raw["drop_off_type"], _type, missing=0),
        _distances(raw["shape_dist_traveled"]),
    )


def _touching(
    trip: Ints, stop: Ints, inside: Flags | None, trips: int, report: FeedReport
) -> Flags:
    """Which trips have two calls at least, and two in the area."""
    enough = np.bincount(trip, minlength=trips) >= LEAST_CALLS
    _drop(report, "trips with fewer than two calls", ~enough)
    if inside is None:
        return enough
    held = np.append(inside, False)[stop]
    here = np.bincount(trip[held], minlength=trips) >= LEAST_CALLS
    _drop(report, "trips with fewer than two calls in the area", enough & ~here)
    return here


def _drop(report: FeedReport, why: str, rows: Flags) -> None:
    if rows.any():
        report.dropped[why] += int(rows.sum())


def _check_stops(names: pd.Series, trip: Ints, stop: Ints, faults: Faults) -> None:
    lost = stop < 0
    if lost.any():
        named = sorted(names[lost].astype(object).fillna(""))
        faults.found(trip[lost], named, file=FILE, what="call at stops that stops.txt lacks")


def _rows(values: pd.Series, ids: pd.Series) -> Ints:
    """Row of each value among ids; ``BLANK`` where it is missing or not there."""
    found = pd.Index(ids).get_indexer(values.cat.categories)
    return np.append(found, BLANK).astype(np.int32)[values.cat.codes.to_numpy()]


def _check_trips(names: pd.Series, trip: Ints, feed: Feed) -> None:
    lost = names[trip < 0]
    if len(lost):
        named = first(sorted({str(name) for name in lost.astype(object).fillna("")}))
        msg = (
            f"{feed.where(FILE)}: {len(lost)} of {len(names)} rows are of trips that trips.txt "
            f"does not have: {named}. Fetch the feed again, or ask its publisher."
        )
        raise SchemaError(msg)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 9 else WRONG  # noqa: PLR2004


def _type(text: str) -> int:
    return TYPES.get(text, WRONG)


def _distances(values: pd.Series) -> npt.NDArray[np.float64] | None:
    """Distances as numbers, nan where missing or no number; None where there is none."""
    known = np.array([_distance(text) for text in values.cat.categories], dtype=np.float64)
    if not np.isfinite(known).any():
        return None
    return np.append(known, np.nan)[values.cat.codes.to_numpy()]


def _distance(text: str) -> float:
    return float(text) if DISTANCE.fullmatch(text) else np.nan


def complete_calls(
    calls: Calls,
    xy: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    trip_ids: pd.Series,
    faults: Faults,
) -> Calls:
    """Bring calls into order, fill blank times, and check every trip.

    Parameters
    ----------
    calls
        Of :func:`read_calls`.
    xy
        Metres east and north of each stop; nan where not known.
    trip_ids
        For messages.
    faults
        What to do about trips that cannot be right.

    Returns
    -------
    calls
        By trip and sequence, which counts 0, 1, 2 ...; all times known and never falling.
    """
    names = trip_ids.to_numpy(dtype=object)
    calls = _without(calls, faults)
    for values, what in (
        (calls.sequence, "stop_sequence is missing or no whole number"),
        (np.minimum(calls.pickup, calls.drop_off), "pickup_type or drop_off_type is not 0 to 3"),
    ):
        _note(values < 0, calls, names, faults, what)
    wrong = (calls.arrival_s == WRONG) | (calls.departure_s == WRONG)
    _note(wrong, calls, names, faults, "times are not H:MM:SS; hours of 24 and more are allowed")
    _note(~np.isfinite(xy[0][calls.stop]), calls, names, faults, "call at stops without a position")
    calls = _in_order(_without(calls, faults))
    _note(_repeats(calls), calls, names, faults, "a stop_sequence stands twice")
    calls = _with_both_times(calls, faults.report)
    ends = _begins(calls.trip) | _ends(calls.trip)
    blank = ends & (calls.departure_s == BLANK)
    _note(blank, calls, names, faults, "the first or the last call has no time")
    calls = _filled(_without(calls, faults), xy, faults.report)
    _note(_falls(calls), calls, names, faults, "times go back along the trip")
    calls = _without(calls, faults)
    _count_phone(calls, faults.report)
    return calls


def _note(
    wrong: Flags, calls: Calls, names: npt.NDArray[np.object_], faults: Faults, what: str
) -> None:
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong)
    order = np.lexsort((calls.sequence[rows], names[calls.trip[rows]].astype(str)))
    rows = rows[order]
    named = [
        f"{names[calls.trip[row]]} ({_written(calls.arrival_s[row])} at call {calls.sequence[row]})"
        for row in rows[:LISTED]
    ]
    faults.found(calls.trip[rows], named, file=FILE, what=what)


def _written(seconds: int) -> str:
    found = {BLANK: "no time", WRONG: "no time that can be read"}.get(int(seconds))
    return found or as_time(seconds)


def _without(calls: Calls, faults: Faults) -> Calls:
    """Leave out the calls of faulty trips."""
    if not faults.faulty:
        return calls
    wrong = np.isin(calls.trip, np.fromiter(faults.faulty, dtype=np.int64))
    return calls.take(~wrong) if wrong.any() else calls


def _in_order(calls: Calls) -> Calls:
    key = calls.trip.astype(np.int64) << 32 | calls.sequence
    if (np.diff(key) >= 0).all():
        return calls
    return calls.take(np.argsort(key, kind="stable"))


def _begins(trip: Ints) -> Flags:
    begins = np.ones(len(trip), dtype=bool)
    begins[1:] = trip[1:] != trip[:-1]
    return begins


def _ends(trip: Ints) -> Flags:
    ends = np.ones(len(trip), dtype=bool)
    ends[:-1] = trip[1:] != trip[:-1]
    return ends


def _repeats(calls: Calls) -> Flags:
    same = np.zeros(len(calls.trip), dtype=bool)
    same[1:] = (calls.trip[1:] == calls.trip[:-1]) & (calls.sequence[1:] == calls.sequence[:-1])
    return same


def _falls(calls: Calls) -> Flags:
    """Where a vehicle leaves before it came, or comes before it left the stop before."""
    falls = calls.departure_s < calls.arrival_s
    falls[1:] |= ~_begins(calls.trip)[1:] & (calls.arrival_s[1:] < calls.departure_s[:-1])
    return falls


def _with_both_times(calls: Calls, report: FeedReport) -> Calls:
    """Where one of arrival and departure is given, it is the other too."""
    one = (calls.arrival_s == BLANK) != (calls.departure_s == BLANK)
    if one.any():
        report.filled["calls with one of arrival and departure"] += int(one.sum())
    both = np.maximum(calls.arrival_s, calls.departure_s)
    return replace(
        calls,
        arrival_s=np.where(one, both, calls.arrival_s),
        departure_s=np.where(one, both, calls.departure_s),
    )


def _filled(
    calls: Calls,
    xy: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    report: FeedReport,
) -> Calls:
    begins = _begins(calls.trip)
    first_row = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
    blanks = int((calls.departure_s == BLANK).sum())
    arrival_s, departure_s, stated = calls.arrival_s, calls.departure_s, 0
    if blanks:
        along_mm = along_stops_mm(xy[0][calls.stop], xy[1][calls.stop], begins)
        arrival_s, departure_s, stated = with_times_between(
            arrival_s, departure_s, calls.travelled, along_mm
        )
    for count, how in (
        (stated, "calls without time, by shape_dist_traveled"),
        (blanks - stated, "calls without time, by straight lines"),
    ):
        if count:
            report.filled[how] += count
    sequence = (np.arange(len(begins)) - first_row).astype(np.int32)
    return replace(calls, sequence=sequence, arrival_s=arrival_s, departure_s=departure_s)


def _count_phone(calls: Calls, report: FeedReport) -> None:
    for values, what in ((calls.pickup, "boarding"), (calls.drop_off, "alighting")):
        count = int((values > NOT_AVAILABLE).sum())
        if count:
            report.counted[f"calls with {what} only after a phone call or a word to the driver"] = (
                count
            )
