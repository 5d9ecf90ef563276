"""``htkgis times``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from htkgis.errors import ConfigError

from .options import (
    FILE,
    any_mode_option,
    how_words,
    lens_option,
    minute_words,
    plain_option,
    shown_progress,
    stairs_lines,
    tiles_options,
    tiling_of,
)
from .transit_options import day_lines, transit_options, transit_question

if TYPE_CHECKING:
    from htkgis.network import SnapAudit
    from htkgis.pipeline.times import TimesReport
    from htkgis.pipeline.transit_times import Asked, TransitQuestion


@click.command("times")
@click.option(
    "--streets",
    required=True,
    help="'sketch', an OpenStreetMap extract (.osm.pbf), or a graph of osmnx (.graphml).",
)
@click.option(
    "--origins", type=FILE, required=True, help="CSV id,lat,lon or a vector file with id."
)
@click.option("--destinations", type=FILE, required=True, help="Likewise.")
@any_mode_option
@lens_option
@click.option(
    "--speed-kph",
    type=click.FloatRange(0, 300, min_open=True),
    help="On every street; the study's by default.",
)
@click.option(
    "--max-min", type=click.FloatRange(0), help="Longest time of interest; no limit by default."
)
@plain_option
@click.option(
    "--max-snap-m", type=click.FloatRange(0), help="Farthest from a street; the study's by default."
)
@tiles_options
@transit_options
@click.option("--out", type=FILE, required=True, help="FILE.csv or FILE.parquet.")
def command(
    streets: str,
    origins: Path,
    destinations: Path,
    mode: str,
    lens: str,
    speed_kph: float | None,
    max_min: float | None,
    plain: bool,
    max_snap_m: float | None,
    scheduler: str | None,
    tile_origins: int | None,
    keep_tiles: bool,
    out: Path,
    **timetable: Any,
) -> None:
    """Write travel times between two files of points.

    Writes from_id, to_id and travel_time_min (three decimals) for the pairs that are reached, bound
    (at_most where a shorter way may lie beyond the end of the streets), mode, lens and plain, and
    says on stderr how the points met the streets. Times by car hold
    the way to the car and parking. Where the study puts a price on streets that people avoid,
    minutes are felt and the column is felt_time_min.

    By public transport there are columns per percentile (travel_time_p50_min, 0 is the best
    departure, 100 what all keep to) with bounds (bound_p50: at_most where even straight walks
    beyond the end of the streets could shorten it; bound_percent: at_least where they could let
    more departures make it; none with --semantics planned).

    Example: htkgis times --streets sketch --origins homes.csv --destinations schools.csv
    --out times.csv

    \b
    By bike over streets that htkgis update osm fetched:
    htkgis times --streets layers/streets.graphml --mode bike \\
      --origins homes.csv --destinations schools.csv --out times.csv

    \b
    Many origins, tile by tile on a cluster (or 'local'), going on where a run was ended:
    htkgis times --streets denmark.osm.pbf --origins addresses.csv --destinations schools.csv \
      --max-min 30 --scheduler tcp://10.0.0.1:8786 --out times.parquet

    \b
    By public transport, half and nine tenths of the departures from 7 to 9:
    htkgis times --streets streets.osm.pbf --mode transit --timetable feed.zip \\
      --date 2026-11-24 --depart 07:00 --window-min 120 --percentile 50 --percentile 90 \\
      --origins homes.csv --destinations jobs.csv --out times.csv
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.times import measure_point_times
    from htkgis.publish.tables import check_format, write_parts

    check_format(out)
    check_apart(out, {"--origins": origins, "--destinations": destinations, "--streets": streets})
    question = transit_question(mode, timetable, max_min=max_min)
    if question is not None:
        if scheduler is not None:
            msg = "--scheduler says nothing with --mode transit, which is not parted into tiles."
            raise click.UsageError(msg)
        _by_timetable(
            streets, origins, destinations, question, out,
            lens=lens, speed_kph=speed_kph, max_snap_m=max_snap_m, bare=plain,
        )  # fmt: skip
        return
    with (
        shown_progress() as progress,
        tiling_of(out, scheduler, tile_origins, progress, keep=keep_tiles) as tiling,
    ):
        report = measure_point_times(
            streets,
            origins,
            destinations,
            mode=mode,
            lens=lens,
            speed_kph=speed_kph,
            max_min=max_min,
            bare=plain,
            max_snap_m=max_snap_m,
            tiling=tiling,
            progress=progress,
        )
        write_parts(report.parts(), out, like=report.like, decimals=3)
    _say(report, out)


def _by_timetable(
    streets: str,
    origins: Path,
    destinations: Path,
    question: TransitQuestion,
    out: Path,
    *,
    lens: str,
    speed_kph: float | None,
    max_snap_m: float | None,
    bare: bool,
) -> None:
    """Write travel times by public transport."""
    from htkgis.pipeline.transit_times import measure_transit_times
    from htkgis.publish import write_table

    with shown_progress() as progress:
        report = measure_transit_times(
            streets,
            origins,
            destinations,
            question,
            lens=lens,
            speed_kph=speed_kph,
            max_snap_m=max_snap_m,
            bare=bare,
            progress=progress,
        )
    write_table(report.table, out, decimals=3)
    say_asked(report.asked)
    click.echo(f"Wrote {len(report.table)} pairs to {out}", err=True)


def say_asked(asked: Asked) -> None:
    """Say on stderr what runs on the day and how points and stops met the streets."""
    for line in day_lines(asked):
        click.echo(line, err=True)
    for what, found in asked.audits.items():
        click.echo(snap_line(what, found), err=True)
    for row in asked.too_far.itertuples():
        click.echo(f"not measured: {row.id} lies {row.distance_m:,.0f} m from a street", err=True)


def check_apart(out: Path, inputs: Mapping[str, str | Path]) -> None:
    """Raise ConfigError if a file that is read would be overwritten by what is written."""
    same = [option for option, path in inputs.items() if _is_same(out, Path(path))]
    if same:
        msg = (
            f"{out.name} ({out}): --out is the file of {' and '.join(same)}, which would be lost; "
            "another file is allowed. Choose another --out."
        )
        raise ConfigError(msg)


def _is_same(out: Path, path: Path) -> bool:
    """Whether two paths lead to one file, by links and in capitals too; none that is not there."""
    try:
        return out.samefile(path)
    except (OSError, ValueError):
        return False


def _say(report: TimesReport, out: Path) -> None:
    for what, audit in (("origins", report.origins), ("destinations", report.destinations)):
        click.echo(snap_line(what, audit), err=True)
    for row in report.too_far.itertuples():
        click.echo(f"not measured: {row.id} lies {row.distance_m:,.0f} m from a street", err=True)
    for line in stairs_lines(report.travellers):
        click.echo(line, err=True)
    what = f"{minute_words(report.travellers)} {how_words(report.travellers)}"
    click.echo(f"Wrote {len(report.found)} pairs, {what}, to {out}", err=True)


def snap_line(what: str, audit: SnapAudit, *, barriers: bool = False) -> str:
    """One line on how points met the streets; with ``barriers`` also how many those keep off."""
    farthest = ", ".join(f"{name} {metres:,.0f} m" for name, metres in audit.farthest)
    line = (
        f"{what}: {audit.snapped} of {audit.count} on the streets; distance median "
        f"{audit.median_m:,.0f} m, largest {audit.max_m:,.0f} m; farthest: {farthest or 'none'}"
    )
    return f"{line}; {audit.behind_barrier} behind a barrier" if barriers else line
