"""Options of commands that ask a timetable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from htkgis.clock import clock_s
from htkgis.errors import ConfigError

from .options import FILE

if TYPE_CHECKING:
    from htkgis.pipeline.transit_study import TransitMoment
    from htkgis.pipeline.transit_times import Asked, TransitQuestion

Command = TypeVar("Command", bound=Callable[..., Any])
TRANSIT = "transit"
NEEDED = ("timetable", "date", "depart")


class Clock(click.ParamType):  # type: ignore[type-arg]
    """A time of day, as seconds after midnight."""

    name = "HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read 07:30, or 24:30 for half past midnight."""
        if isinstance(value, int):
            return value
        try:
            return clock_s(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


OPTIONS = {
    "timetable": click.option(
        "--timetable",
        type=FILE,
        multiple=True,
        help="GTFS zip or folder, for --mode transit; once per feed.",
    ),
    "date": click.option(
        "--date",
        type=click.DateTime(["%Y-%m-%d"]),
        help="Service day, for --mode transit.",
    ),
    "depart": click.option(
        "--depart", type=Clock(), help="Start of the window, for --mode transit."
    ),
    "window_min": click.option(
        "--window-min",
        type=click.IntRange(1, 1440),
        default=60,
        show_default=True,
        help="Minutes of the window, one departure in each.",
    ),
    "window_of_one": click.option(
        "--window-min",
        type=click.IntRange(1, 1440),
        default=1,
        show_default=True,
        help="Minutes of the window, one departure in each.",
    ),
    "percentiles": click.option(
        "--percentile",
        "percentiles",
        type=click.FloatRange(0, 100),
        multiple=True,
        default=(50.0,),
        show_default=True,
        help="Per cent of the departures that are at least as quick; may be repeated.",
    ),
    "percentile": click.option(
        "--percentile",
        type=click.FloatRange(0, 100),
        default=50.0,
        show_default=True,
        help="Show a departure that so many per cent are at least as quick as.",
    ),
    "semantics": click.option(
        "--semantics",
        type=click.Choice(["any", "planned", "arrive-by"]),
        default="any",
        show_default=True,
        help="Leave at any minute, plan for no first wait, or arrive by each minute.",
    ),
    "access": click.option(
        "--access",
        type=click.Choice(["walk", "bike", "bike-aboard"]),
        default="walk",
        show_default=True,
        help="Reach the stops on foot, by a bicycle parked there, or by one taken along.",
    ),
    "max_walk_min": click.option(
        "--max-walk-min",
        type=click.FloatRange(0, 120),
        help="Longest way to or from a stop; the study's by default.",
    ),
    "max_rides": click.option(
        "--max-rides", type=click.IntRange(1, 8), help="Most rides; the study's by default."
    ),
}

OF_ONE = ("window_of_one", "percentile")
"""Options of a single journey, in place of those of a matrix."""


def chosen_options(*names: str) -> Callable[[Command], Command]:
    """Add some of the options that ask a timetable."""

    def add(command: Command) -> Command:
        for name in reversed(names):
            command = OPTIONS[name](command)
        return command

    return add


def transit_options(command: Command) -> Command:
    """Add the options of a matrix that asks a timetable."""
    return chosen_options(*(name for name in OPTIONS if name not in OF_ONE))(command)


def transit_question(
    mode: str, given: dict[str, Any], *, max_min: float | None
) -> TransitQuestion | None:
    """Put the options together; None where the mode asks no timetable.

    Raises
    ------
    ConfigError
        If an option is missing, or one is given that the mode has no use for.
    """
    if mode != TRANSIT:
        check_useless(mode, given)
        return None
    missing = [f"--{name}" for name in NEEDED if given[name] in (None, ())]
    if missing:
        msg = (
            f"--mode transit: {', '.join(missing)} missing; a timetable, a service day and a time "
            "of day are needed. For example: --timetable rejseplanen.zip --date 2026-11-24 "
            "--depart 07:00"
        )
        raise ConfigError(msg)
    from htkgis.pipeline.transit_times import TransitQuestion

    date: dt.datetime = given["date"]
    stated = {
        name: given[name] for name in ("semantics", "max_walk_min", "max_rides") if name in given
    }
    return TransitQuestion(
        feeds=tuple(Path(path) for path in given["timetable"]),
        date=date.date(),
        depart_s=given["depart"],
        window_min=given["window_min"],
        percentiles=tuple(dict.fromkeys(given["percentiles"])),
        access=given["access"],
        max_min=max_min,
        **stated,
    )


def check_useless(mode: str, given: dict[str, Any]) -> None:
    """Raise ConfigError if a timetable is named and the mode asks none."""
    useless = [f"--{name.replace('_', '-')}" for name in NEEDED if given[name]]
    if mode != TRANSIT and useless:
        msg = (
            f"{', '.join(useless)}: of no use with --mode {mode}; a timetable is asked with "
            "--mode transit. Add --mode transit, or leave them out."
        )
        raise ConfigError(msg)


def moment_of(given: dict[str, Any]) -> TransitMoment:
    """Put the options of a question to a study together; what is missing is the study's."""
    from htkgis.pipeline.transit_study import TransitMoment

    date: dt.datetime | None = given["date"]
    return TransitMoment(
        feeds=tuple(Path(path) for path in given["timetable"]),
        date=None if date is None else date.date(),
        depart_s=given["depart"],
        window_min=given["window_min"],
        percentile=given["percentile"],
    )


def day_lines(asked: Asked) -> Iterator[str]:
    """Say what runs on the day, before anything is said of travel times."""
    day = asked.day
    yield (
        f"timetable: {asked.loaded.where}; {day.date.isoformat()} ({day.kind}): {day.trips:,} "
        f"trips, {day.usual:,.0f} on a usual day of its kind"
    )
    if day.unusual:
        yield "  fewer than half the usual trips run: a holiday, or the end of a feed?"
    silent = [feed for feed, runs in day.feeds_in_window.items() if not runs]
    if silent:
        yield f"  nothing departs in the window of: {', '.join(silent)}"
    for flag, found in asked.left_out.items():
        yield (
            f"  {flag}: {found.left_out:,} trips left out; {found.unstated:,} state nothing and "
            "are kept"
        )
