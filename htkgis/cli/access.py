"""``htkgis access``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

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
)
from .times import check_apart, say_asked, snap_line
from .transit_options import chosen_options, transit_question

if TYPE_CHECKING:
    from htkgis.pipeline.transit_times import TransitQuestion


@click.command("access")
@click.option(
    "--streets",
    help="'sketch', an OpenStreetMap extract (.osm.pbf), or a graph of osmnx (.graphml).",
)
@click.option("--origins", type=FILE, help="CSV id,lat,lon or a vector file with id.")
@click.option(
    "--opportunities",
    required=True,
    help="Likewise; FILE:COLUMN counts by a column of numbers, FILE counts one each.",
)
@any_mode_option
@lens_option
@click.option(
    "--limit-min",
    "limits_min",
    type=click.FloatRange(0, min_open=True),
    multiple=True,
    help="Limit in minutes; may be given several times.",
)
@click.option(
    "--impedance",
    help="Weight by travel time, such as exponential:0.1 or half_life:10; whole by default.",
)
@click.option(
    "--nearest", type=click.IntRange(1, 100), help="Also minutes to the 1st to n-th nearest."
)
@plain_option
@click.option(
    "--max-snap-m", type=click.FloatRange(0), help="Farthest from a street; the study's by default."
)
@chosen_options(
    "timetable",
    "date",
    "depart",
    "window_min",
    "percentiles",
    "access",
    "max_walk_min",
    "max_rides",
)
@click.option(
    "--times", help="Finished matrix instead of streets: FILE, or FILE:COLUMN of its minutes."
)
@click.option("--demand", help="With --times: FILE:COLUMN of the persons by id.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    help="With --times: e2sfca, raam:60 and others; may be given several times.",
)
@click.option("--out", type=FILE, required=True, help="FILE.csv or FILE.parquet.")
def command(
    streets: str | None,
    origins: Path | None,
    opportunities: str,
    mode: str,
    lens: str,
    limits_min: tuple[float, ...],
    impedance: str | None,
    nearest: int | None,
    plain: bool,
    max_snap_m: float | None,
    times: str | None,
    demand: str | None,
    measures: tuple[str, ...],
    out: Path,
    **timetable: Any,
) -> None:
    """Write what each origin reaches within minute limits.

    Writes origin_id, measure, limit_min, value and bound (at_least or at_most where the search
    met the end of the streets), with mode, lens and plain. Minutes that hold a price are felt:
    felt_limit_min, felt_nearest_1. Every origin is measured to every opportunity, however many.

    Example: htkgis access --streets sketch --origins homes.csv --opportunities jobs.csv:jobs
    --limit-min 15 --limit-min 30 --nearest 1 --out access.csv

    \b
    By public transport there are two figures: what so many per cent of the departures reach
    (reached_by_p50_of_departures), and what lies within the percentile of the travel times
    (within_p50_travel_time):
    htkgis access --streets streets.osm.pbf --mode transit --timetable feed.zip \\
      --date 2026-11-24 --depart 07:00 --window-min 120 --limit-min 45 \\
      --origins homes.csv --opportunities jobs.csv:jobs --out access.csv

    \b
    Over a finished matrix of any program (from_id, to_id, travel_time_min or travel_time):
    htkgis access --times matrix.csv --demand homes.csv:persons --opportunities jobs.csv:jobs \\
      --measure e2sfca --impedance exponential:0.1 --out access.csv
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.access.impedance import read_impedance
    from htkgis.pipeline.point_access import measure_point_access
    from htkgis.publish import write_table
    from htkgis.publish.tables import check_format

    check_format(out)
    path, column = split_column(opportunities)
    if times is not None:
        _refuse_with_matrix()
        _by_matrix(
            times,
            (path, column),
            demand,
            out,
            measures=measures,
            limits_min=limits_min,
            impedance=impedance,
            nearest=nearest,
        )
        return
    if demand is not None or measures:
        msg = f"{'--measure' if measures else '--demand'} says something only with --times."
        raise click.UsageError(msg)
    if streets is None or origins is None or not limits_min:
        raise click.UsageError(_missing(streets, origins))
    check_apart(out, {"--origins": origins, "--opportunities": path, "--streets": streets})
    question = transit_question(mode, timetable, max_min=max(limits_min))
    if question is not None:
        check_whole(impedance=impedance, nearest=nearest)
        _by_timetable(
            streets,
            origins,
            path,
            column,
            question,
            out,
            limits_min=limits_min,
            lens=lens,
            bare=plain,
            max_snap_m=max_snap_m,
        )
        return
    with shown_progress() as progress:
        report = measure_point_access(
            streets,
            origins,
            path,
            column=column,
            mode=mode,
            lens=lens,
            limits_min=limits_min,
            impedance=None if impedance is None else read_impedance(impedance),
            nearest=nearest,
            bare=plain,
            max_snap_m=max_snap_m,
            progress=progress,
        )
    write_table(report.table, out, decimals=4)
    for what, found in (("origins", report.origins), ("opportunities", report.opportunities)):
        click.echo(snap_line(what, found), err=True)
    for row in report.too_far.itertuples():
        click.echo(f"not measured: {row.id} lies {row.distance_m:,.0f} m from a street", err=True)
    for line in stairs_lines(report.travellers):
        click.echo(line, err=True)
    what = f"{minute_words(report.travellers)} {how_words(report.travellers)}"
    click.echo(f"Wrote {len(report.table)} values, {what}, to {out}", err=True)


def _missing(streets: str | None, origins: Path | None) -> str:
    """Name the first option that measuring over streets needs."""
    lacks = [option for option, given in (("streets", streets), ("origins", origins)) if not given]
    return f"Missing option '--{(lacks or ['limit-min'])[0]}' (or measure over --times)."


def _refuse_with_matrix() -> None:
    """Raise UsageError for options that say how to travel, for a matrix has travelled."""
    context = click.get_current_context()
    useful = {"times", "demand", "measures", "opportunities", "limits_min", "impedance", "nearest"}
    given = [
        option.opts[0]
        for option in context.command.params
        if option.name not in useful | {"out"}
        and context.get_parameter_source(str(option.name)) == ParameterSource.COMMANDLINE
    ]
    if given:
        msg = f"{given[0]} says nothing with --times, whose travel times are finished."
        raise click.UsageError(msg)


def _by_matrix(
    times: str,
    opportunities: tuple[Path, str | None],
    demand: str | None,
    out: Path,
    *,
    measures: tuple[str, ...],
    limits_min: tuple[float, ...],
    impedance: str | None,
    nearest: int | None,
) -> None:
    """Write what each origin reaches over a finished matrix."""
    from htkgis.access.impedance import read_impedance
    from htkgis.pipeline.matrix_access import measure_matrix_access
    from htkgis.publish import write_table

    if not measures:
        msg = "--measure: none was given; --times needs one or more. Name e2sfca, for instance."
        raise ConfigError(msg)
    wanted = None if demand is None else split_column(demand)
    inputs = {"--times": split_column(times)[0], "--opportunities": opportunities[0]}
    check_apart(out, inputs | ({} if wanted is None else {"--demand": wanted[0]}))
    report = measure_matrix_access(
        split_column(times),
        opportunities,
        demand=wanted,
        measures=measures,
        limits_min=limits_min,
        impedance=None if impedance is None else read_impedance(impedance),
        nearest=nearest,
    )
    write_table(report.table, out, decimals=9)
    for what, count in report.alone.items():
        if count:
            click.echo(f"{count} ids with {what} stand in no pair of --times", err=True)
    click.echo(f"Wrote {len(report.table)} values over {report.pairs} pairs to {out}", err=True)


def check_whole(*, impedance: str | None, nearest: int | None) -> None:
    """Raise ConfigError for what is not measured by public transport."""
    given = {"--impedance": impedance, "--nearest": nearest}
    useless = [option for option, value in given.items() if value is not None]
    if useless:
        msg = (
            f"{' and '.join(useless)}: not measured with --mode transit; limits in minutes are "
            "allowed. Leave it out, or weigh the times that htkgis times writes."
        )
        raise ConfigError(msg)


def _by_timetable(
    streets: str,
    origins: Path,
    opportunities: Path,
    column: str | None,
    question: TransitQuestion,
    out: Path,
    *,
    limits_min: tuple[float, ...],
    lens: str,
    bare: bool,
    max_snap_m: float | None,
) -> None:
    """Write what each origin reaches by public transport."""
    from htkgis.pipeline.transit_access import measure_transit_access
    from htkgis.publish import write_table

    with shown_progress() as progress:
        report = measure_transit_access(
            streets,
            origins,
            opportunities,
            question,
            column=column,
            limits_min=limits_min,
            lens=lens,
            bare=bare,
            max_snap_m=max_snap_m,
            progress=progress,
        )
    write_table(report.table, out, decimals=4)
    say_asked(report.asked)
    click.echo(f"Wrote {len(report.table)} values, by public transport, to {out}", err=True)


def split_column(text: str) -> tuple[Path, str | None]:
    r"""Part ``FILE:COLUMN``; the colon of a Windows drive belongs to the file.

    Examples
    --------
    >>> split_column("jobs.csv:antal")[1], split_column("jobs.csv")[1]
    ('antal', None)
    >>> split_column(r"C:\data\jobs.csv")[1]
    """
    file, colon, column = text.rpartition(":")
    drive = len(file) == 1 and file.isalpha() and column[:1] in {"\\", "/"}
    if not colon or not file or drive or not column:
        return Path(text.removesuffix(":")), None
    return Path(file), column
