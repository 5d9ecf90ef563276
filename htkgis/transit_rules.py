"""What a study decides of public transport: the service day, the windows, walks and rides."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from .clock import Clock, clock_s
from .quantities import Decision, Delay, Duration, Limits, Quantity

WindowName = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise PydanticCustomError("date", "should be a date such as 2026-11-24") from None


class ServiceDate(Quantity):
    """A service day of a timetable."""

    value: Annotated[dt.date, BeforeValidator(_date)]
    unit: Literal["date"]


class Slack(Quantity):
    """Seconds that are kept before a departure, at least one."""

    value: Annotated[int, Field(ge=1, le=3600)]
    unit: Literal["s"]


class Rides(Quantity):
    """A number of rides in one journey."""

    value: Annotated[int, Field(ge=1, le=8)]
    unit: Literal["rides"]


class Draws(Quantity):
    """How often the frequencies of a timetable are drawn."""

    value: Annotated[int, Field(ge=1, le=1000)]
    unit: Literal["draws"]


class Percentile(Quantity):
    """Per cent of the departures that are at least as quick, or reach at least as much."""

    value: Annotated[float, Field(gt=0, le=100)]
    unit: Literal["%"]


class StopNames(Quantity):
    """Ids of stops."""

    value: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    unit: Literal["ids"]


class LensNames(Quantity):
    """Lenses of walking."""

    value: tuple[Annotated[str, Field(min_length=1)], ...]
    unit: Literal["lenses"]


class Window(Quantity):
    """From when to when people leave: times of day, the second one left out."""

    value: tuple[Clock, Clock]
    unit: Literal["clock"]

    @property
    def start_s(self) -> int:
        """First departure, in seconds after midnight."""
        return clock_s(self.value[0])

    @property
    def minutes(self) -> int:
        """How many minutes the window has, one departure in each."""
        return (clock_s(self.value[1]) - self.start_s) // 60

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        if self.minutes < 1:
            raise PydanticCustomError("clock", "must end after it begins; 24:30 is past midnight")
        return self


class Transit(Decision):
    """How people travel by public transport, and when.

    People walk as the study's walking mode decides. ``stations`` are stops that profiles give
    the minutes to; the first of ``windows`` stands first on a page. Travellers of the lenses
    ``step_free`` board no trip that states that it takes no wheelchairs.
    """

    date: ServiceDate
    max_walk: Duration
    max_change: Duration
    slack: Slack
    max_rides: Rides
    search: Duration
    draws: Draws
    percentile: Percentile
    jobs: Limits
    stations: StopNames
    step_free: LensNames
    bike_parking: Delay
    windows: Annotated[dict[WindowName, Window], Field(min_length=1)]

    @model_validator(mode="after")
    def _search_reaches_every_limit(self) -> Self:
        if self.search.value < max(self.jobs.value):
            raise PydanticCustomError(
                "search",
                "search is {value}: at least {longest}, the longest limit of jobs, is needed",
                {"value": self.search.value, "longest": max(self.jobs.value)},
            )
        return self
