"""Edits of timetables: lines, stops, headways and running times.

A line is named by its ``route_id`` or, where only one line has it, by its name; a stop by its
``stop_id`` or, where it can mean no other, by its name.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from htkgis.clock import Clock, clock_s
from htkgis.quantities import Decision

from .edit import Edit, Fact, Latitude, Longitude, Name, Text, refused

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEK: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
Mode = Literal["tram", "metro", "train", "s_train", "bus", "ferry"]
Minutes = Annotated[float, Field(ge=0, le=24 * 60)]
Headway = Annotated[float, Field(ge=1 / 60, le=24 * 60)]
"""Minutes; a second at least."""


class NewStop(Decision):
    """A stop that the timetable may not have yet.

    Parameters
    ----------
    stop
        A stop of the timetable; with ``name``, ``lat`` and ``lon`` the id of a new one.
    wheelchair
        Whether wheelchairs may board at a new stop; not known where it is missing.
    """

    stop: Text
    name: Text | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    wheelchair: bool | None = None

    @model_validator(mode="after")
    def _is_new_or_not(self) -> Self:
        said = [self.name is not None, self.lat is not None, self.lon is not None]
        if any(said) != all(said) or (self.wheelchair is not None and not all(said)):
            msg = (
                f"stop {self.stop!r} is described in part: a new one has name, lat and lon, one of "
                "the timetable none of them"
            )
            raise refused(msg)
        return self

    @property
    def is_new(self) -> bool:
        """Whether the edit makes it."""
        return self.name is not None


class TimedStop(NewStop):
    """A stop of a line, ``minutes`` after its first."""

    minutes: Minutes


class HeadwayPeriod(Decision):
    """A headway from a time until, not including, another; of departures from the first stop."""

    start: Clock
    end: Clock
    headway_min: Headway

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        _check_clocks(self.start, self.end)
        return self


def _check_clocks(start: str, end: str) -> None:
    if clock_s(end) <= clock_s(start):
        msg = f"ends at {end}, before it begins at {start}: after midnight it is 24:00 and later"
        raise refused(msg)


def _check_minutes(stops: tuple[TimedStop, ...]) -> None:
    """Refuse calls that do not begin with 0, or follow each other in no time."""
    if stops[0].minutes:
        msg = f"stops: the first has {stops[0].minutes:g} minutes; 0 is allowed"
        raise refused(msg)
    for before, after in pairwise(stops):
        if after.minutes <= before.minutes:
            msg = (
                f"stops: from {before.stop!r} to {after.stop!r} takes "
                f"{after.minutes - before.minutes:g} minutes; above 0 is allowed: each stop has "
                "more minutes than the one before"
            )
            raise refused(msg)
        if after.stop == before.stop:
            msg = f"stops: {after.stop!r} follows itself; another stop is allowed"
            raise refused(msg)


Calls = Annotated[tuple[TimedStop, ...], Field(min_length=2)]


class AddLine(Edit):
    """A new line, with the same running times both ways.

    Parameters
    ----------
    headway_min, headways
        Minutes between departures from the first stop; other ones in some periods.
    exact_times
        Whether departures are at ``first_departure`` and every headway after it; else nobody knows
        the minutes, and a departure may lie anywhere in the headway.
    days
        On which it runs.
    """

    kind: Literal["add_line"]
    id: Name
    name: Text
    mode: Mode
    stops: Calls
    headway_min: Headway
    headways: tuple[HeadwayPeriod, ...] = ()
    first_departure: Clock
    last_departure: Clock
    exact_times: bool = False
    both_directions: bool = True
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEK
    wheelchair: bool | None = None
    bikes: bool | None = None

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        _check_minutes(self.stops)
        if clock_s(self.last_departure) < clock_s(self.first_departure):
            _check_clocks(self.first_departure, self.last_departure)
        in_order = sorted(self.headways, key=lambda period: clock_s(period.start))
        for before, after in pairwise(in_order):
            if clock_s(after.start) < clock_s(before.end):
                msg = (
                    f"headways: those from {before.start} and from {after.start} overlap; one at a "
                    "time is allowed"
                )
                raise refused(msg)
        return self

    @property
    def touches(self) -> str:
        """The line."""
        return f"line {self.id}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """How often it runs."""
        return (Fact("headway_min", self.headway_min),)


class OfLine(Edit):
    """An edit of a line that there is."""

    line: Text

    @property
    def subject(self) -> str:
        """The line, as the file calls it."""
        return self.line


class RemoveLine(OfLine):
    """A line that runs no more, or not for some years."""

    kind: Literal["remove_line"]

    @property
    def touches(self) -> str:
        """The line."""
        return f"line {self.line}"


class RerouteLine(OfLine):
    """Another way of a line: other stops in a part of it, at one of its ends, or all along.

    Parameters
    ----------
    stops
        The new calls, minutes from the first of them. In a part they begin and end where a trip
        calls; beyond the end of a trip one end is new. What lies outside of them stays.
    whole
        Whether all calls are replaced; a trip keeps its first departure.
    both_directions
        Whether trips the other way run the same stops turned round, with the same minutes.
    """

    kind: Literal["reroute_line"]
    stops: Calls
    whole: bool = False
    both_directions: bool = True

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        _check_minutes(self.stops)
        return self

    @property
    def touches(self) -> str:
        """The part of the line."""
        part = "all" if self.whole else f"{self.stops[0].stop} to {self.stops[-1].stop}"
        return f"way of line {self.line} ({part})"


class ChangeHeadway(OfLine):
    """Another headway, all day or from ``start`` until, not including, ``end``."""

    kind: Literal["change_headway"]
    headway_min: Headway
    start: Clock | None = None
    end: Clock | None = None

    @model_validator(mode="after")
    def _has_a_window_or_none(self) -> Self:
        if (self.start is None) != (self.end is None):
            msg = "has start or end only: both are allowed, or none for the whole day"
            raise refused(msg)
        if self.start is not None and self.end is not None:
            _check_clocks(self.start, self.end)
        return self

    @property
    def touches(self) -> str:
        """The headway in a window."""
        window = "all day" if self.start is None else f"from {self.start} to {self.end}"
        return f"headway of line {self.line} {window}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """How often it runs."""
        return (Fact("headway_min", self.headway_min),)


class ChangeRunningTime(OfLine):
    """A line that runs quicker or slower, all along or between two stops; it waits as before.

    Parameters
    ----------
    from_stop, to_stop
        Between which; from the first to the last stop where they are missing.
    factor
        Of the running time: 0.8 is a fifth quicker.
    change_min
        Minutes that the part takes more, or, below 0, less; shared by its rides as long as they
        are.
    both_directions
        Whether it holds for trips from ``to_stop`` to ``from_stop`` too.
    """

    kind: Literal["change_running_time"]
    from_stop: Text | None = None
    to_stop: Text | None = None
    factor: Annotated[float, Field(gt=0, le=10)] | None = None
    change_min: Annotated[float, Field(ge=-24 * 60, le=24 * 60)] | None = None
    both_directions: bool = True

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.factor is None) == (self.change_min is None):
            msg = "has both or none of factor and change_min; one is allowed"
            raise refused(msg)
        if (self.from_stop is None) != (self.to_stop is None):
            msg = "has from_stop or to_stop only: both are allowed, or none for the whole line"
            raise refused(msg)
        return self

    @property
    def touches(self) -> str:
        """The running time of a part."""
        part = "all" if self.from_stop is None else f"{self.from_stop} to {self.to_stop}"
        return f"running time of line {self.line} ({part})"

    @property
    def told(self) -> tuple[Fact, ...]:
        """How much longer or shorter."""
        if self.change_min is None:
            return (Fact("factor", self.factor),)
        return (Fact("longer_min" if self.change_min > 0 else "shorter_min", abs(self.change_min)),)


class AddStop(OfLine, NewStop):
    """A stop more on a line, between two at which its trips call one after the other.

    Parameters
    ----------
    between
        The two stops.
    lost_min
        Minutes that trips take longer, for braking, waiting and starting.
    share
        Part of the running time between the two after which it is reached; by the straight
        distances to them where it is missing.
    """

    kind: Literal["add_stop"]
    between: tuple[Text, Text]
    lost_min: Minutes
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    both_directions: bool = True

    @property
    def touches(self) -> str:
        """The stop on the line."""
        return f"stop {self.stop} of line {self.line}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """What it costs those who ride past it."""
        return (Fact("lost_min", self.lost_min),)


class CloseStop(Edit):
    """A stop that everything passes: nobody gets on or off, running times stay.

    ``stop`` may be a station too: then all its stops close.
    """

    kind: Literal["close_stop"]
    stop: Text

    @property
    def touches(self) -> str:
        """The stop."""
        return f"stop {self.stop}"


TimetableEdit = (
    AddLine | RemoveLine | RerouteLine | ChangeHeadway | ChangeRunningTime | AddStop | CloseStop
)
TIMETABLE_EDITS = (
    AddLine,
    RemoveLine,
    RerouteLine,
    ChangeHeadway,
    ChangeRunningTime,
    AddStop,
    CloseStop,
)
"""All kinds of edits of timetables."""
