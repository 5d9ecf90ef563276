"""``htkgis route``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from htkgis.clock import as_time
from htkgis.errors import ConfigError

from .options import (
    FILE,
    any_mode_option,
    catalog_option,
    data_option,
    how_words,
    lens_option,
    plain_option,
    shown_progress,
    stairs_lines,
    study_option,
)
from .transit_options import TRANSIT, chosen_options, moment_of

if TYPE_CHECKING:
    from htkgis.pipeline.routes import RouteReport
    from htkgis.pipeline.transit_routes import TransitRouteReport


@click.command("route")
@study_option
@catalog_option
@data_option
@click.option("--from", "start", required=True, help="Id of an origin or place, or lat,lon.")
@click.option("--to", "end", required=True, help="Id of an origin or place, or lat,lon.")
@any_mode_option
@lens_option
@plain_option
@chosen_options(
    "timetable", "date", "depart", "window_of_one", "percentile", "max_walk_min", "max_rides"
)
@click.option("--out", type=FILE, default=None, help="GeoJSON to draw the route in.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    start: str,
    end: str,
    mode: str,
    lens: str,
    plain: bool,
    out: Path | None,
    **timetable: Any,
) -> None:
    """Show the way behind a travel time, street by street.

    The minutes are those of the profiles for the same two points, so that a figure can be
    checked on the ground. Ids are those of htkgis explain and of the downloads.

    Example: htkgis route --from ORIGIN --to PLACE --out route.geojson

    \b
    By public transport, the journey of the median of the study's first window:
    htkgis route --mode transit --from ORIGIN --to STOP --window-min 120
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    if mode == TRANSIT:
        _by_timetable(study_path, catalog_path, data, start, end, lens, out, timetable)
        return
    from htkgis.pipeline.routes import find_route, write_route

    with shown_progress() as progress:
        report = find_route(
            study_path,
            catalog_path,
            start,
            end,
            mode=mode,
            lens=lens,
            bare=plain,
            data=data,
            progress=progress,
        )
    for line in lines(report):
        click.echo(line)
    if out is not None:
        write_route(report, out)
        click.echo(f"Wrote {out}")


def _by_timetable(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    start: str,
    end: str,
    lens: str,
    out: Path | None,
    given: dict[str, Any],
) -> None:
    """Show a journey by public transport."""
    if out is not None:
        msg = (
            f"--out {out}: a journey by public transport is shown as text; --out is allowed with "
            "the modes over streets. Leave it out."
        )
        raise ConfigError(msg)
    from htkgis.pipeline.transit_routes import find_transit_route

    with shown_progress() as progress:
        report = find_transit_route(
            study_path,
            catalog_path,
            start,
            end,
            moment=moment_of(given),
            max_walk_min=given["max_walk_min"],
            max_rides=given["max_rides"],
            lens=lens,
            data=data,
            progress=progress,
        )
    for line in journey_lines(report):
        click.echo(line)


def journey_lines(report: TransitRouteReport) -> Iterator[str]:
    """Write a journey as text: the whole, then one leg a line."""
    yield (
        f"{report.start} to {report.end} by public transport on {report.day.date.isoformat()}, "
        f"leaving {as_time(report.departure_s)}: {report.time_min:.1f} min"
    )
    if report.departures > 1:
        yield f"  {report.made} of {report.departures} departures make it"
    for leg in report.legs:
        start, end = leg.start or "the door", leg.end or "the door"
        what = f"{leg.line or 'walk'} from {start}"
        yield f"  {as_time(leg.departs_s)} {what}, {as_time(leg.arrives_s)} {end}"
    if report.drawn:
        yield (
            "  The timetable states headways, not minutes: the clock times are those of one "
            "position within them."
        )
    yield "Timetable: " + report.where
    yield "Data: " + "; ".join(report.credits)


def lines(report: RouteReport) -> Iterator[str]:
    """Write the route as text: the whole, then one street a line."""
    yield (
        f"{report.start} to {report.end} {how_words(report.travellers)}: {report.time_min:.1f} "
        f"{'felt min' if report.travellers.felt else 'min'}, {report.length_m:,.0f} m of street"
    )
    yield f"  {report.leave_min:5.1f} min          to the street"
    for leg in report.legs.itertuples():
        name = f"{leg.name!s} ({leg.kind!s})" if isinstance(leg.name, str) else str(leg.kind)
        yield f"  {leg.time_min:5.1f} min {leg.length_m:7,.0f} m  {name}"
    yield f"  {report.arrive_min:5.1f} min          from the street"
    yield from stairs_lines(report.travellers)
    yield "Streets: " + "; ".join(report.credits)
