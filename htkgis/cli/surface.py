"""``htkgis surface``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from htkgis.errors import ConfigError

from .options import (
    FILE,
    any_mode_option,
    catalog_option,
    data_option,
    how_words,
    lens_option,
    minute_words,
    plain_option,
    shown_progress,
    split_column,
    stairs_lines,
    study_option,
)
from .times import check_apart
from .transit_options import TRANSIT, chosen_options, moment_of

if TYPE_CHECKING:
    from htkgis.pipeline.surfaces import SurfaceReport
    from htkgis.pipeline.zone_surfaces import AccessReport


@click.command("surface")
@study_option
@catalog_option
@data_option
@click.option("--area", help="Id of a housing area of the study.")
@any_mode_option
@lens_option
@plain_option
@click.option(
    "--cell-m",
    type=click.FloatRange(10, 100),
    default=25,
    show_default=True,
    help="Side of a cell in metres.",
)
@click.option(
    "--max-min",
    type=click.FloatRange(0, 240, min_open=True),
    default=30,
    show_default=True,
    help="Longest time of interest in minutes.",
)
@click.option(
    "--opportunities",
    help="FILE[:COLUMN], points with id: how much of them each cell reaches.",
)
@click.option(
    "--limit-min",
    type=click.FloatRange(0, 240, min_open=True),
    help="Minutes within which opportunities count.",
)
@click.option(
    "--zones", help="'quarters', or a vector file with id: a table per zone instead of a raster."
)
@chosen_options("timetable", "date", "depart", "window_min", "percentile")
@click.option("--out", type=FILE, required=True, help="FILE.tif; FILE.csv with --zones.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    area: str | None,
    mode: str,
    lens: str,
    plain: bool,
    cell_m: float,
    max_min: float,
    opportunities: str | None,
    limit_min: float | None,
    zones: str | None,
    out: Path,
    **timetable: Any,
) -> None:
    """Write minutes by one mode around an area as a raster for QGIS.

    By bike or by car with --mode. Each cell holds the time from the nearest origin of the area
    to the middle of the cell; -9999 where that takes longer than --max-min, or no street is
    near. One-way streets count, and the last stretch from the street is walked, whatever the
    mode. Times by car hold the way to the car and parking. The file is a Cloud Optimized
    GeoTIFF in the study's CRS.

    With --opportunities each cell holds how much of them is reached from its middle within
    --limit-min, 0 where nothing is, -9999 where no street is near. With --zones a table is
    written instead: cells, the share that is reached, min, p10, median, mean, p90 and max of
    each zone, and of minutes the share within each limit of the study.

    Example: htkgis surface --area AREA --out walk.tif

    \b
    By bike; by car, 20 minutes at most, in larger cells:
    htkgis surface --area AREA --mode bike --out bike.tif
    htkgis surface --area AREA --mode car --max-min 20 --cell-m 50 --out car.tif
    \b
    Jobs within 30 minutes of each cell; minutes per quarter:
    htkgis surface --area AREA --opportunities jobs.csv:jobs --limit-min 30 --out jobs.tif
    htkgis surface --area AREA --zones quarters --out minutes.csv
    \b
    By public transport, half of the departures of the study's first window:
    htkgis surface --area AREA --mode transit --window-min 120 --max-min 60 \\
      --cell-m 100 --out transit.tif
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.surfaces import write_surface

    if mode == TRANSIT:
        if opportunities is not None or zones is not None:
            msg = (
                "--opportunities and --zones: not measured with --mode transit; --area is allowed. "
                "Leave them out, or use htkgis access --mode transit."
            )
            raise ConfigError(msg)
        if area is None:
            msg = "Missing option '--area'."
            raise click.UsageError(msg)
        _by_timetable(
            study_path, catalog_path, area, out, timetable,
            lens=lens, data=data, cell_m=cell_m, max_min=max_min,
        )  # fmt: skip
        return
    if opportunities is not None or zones is not None:
        options = {"mode": mode, "lens": lens, "bare": plain, "cell_m": cell_m}
        options |= {"max_min": max_min, "limit_min": limit_min}
        _write_other(study_path, catalog_path, area, opportunities, zones, out, data, options)
        return
    if area is None:
        msg = "Missing option '--area'."
        raise click.UsageError(msg)
    with shown_progress() as progress:
        report = write_surface(
            study_path,
            catalog_path,
            area,
            out,
            mode=mode,
            lens=lens,
            bare=plain,
            data=data,
            cell_m=cell_m,
            max_min=max_min,
            progress=progress,
        )
    for line in lines(report, max_min):
        click.echo(line)


def _by_timetable(
    study_path: Path,
    catalog_path: Path,
    area: str,
    out: Path,
    given: dict[str, Any],
    **options: Any,
) -> None:
    """Write minutes by public transport."""
    from htkgis.pipeline.transit_surface import write_transit_surface

    with shown_progress() as progress:
        report = write_transit_surface(
            study_path,
            catalog_path,
            area,
            out,
            moment=moment_of(given),
            progress=progress,
            **options,
        )
    size = f"{report.columns} x {report.rows} cells of {report.cell_m:g} m"
    click.echo(
        f"Wrote {report.path}: {size}, {report.reached:,} within {options['max_min']:g} minutes by "
        f"public transport on {report.day.date.isoformat()}, {given['percentile']:g} % of the "
        f"departures, from {report.origins} origins; timetable: {report.where}"
    )


def _write_other(
    study_path: Path,
    catalog_path: Path,
    area: str | None,
    opportunities: str | None,
    zones: str | None,
    out: Path,
    data: Path | None,
    options: dict[str, Any],
) -> None:
    """Write a surface of access, or a table of zones."""
    from htkgis.pipeline.zone_surfaces import Question, write_access_surface, write_zone_table

    path, column = (None, None) if opportunities is None else split_column(opportunities)
    if area is None and (path is None or zones is None):
        msg = "Missing option '--area'."
        raise click.UsageError(msg)
    inputs = {"--opportunities": path or "", "--zones": zones or ""}
    check_apart(out, {option: file for option, file in inputs.items() if file})
    with shown_progress() as progress:
        question = Question(
            study_path,
            catalog_path,
            area,
            opportunities=path,
            column=column,
            data=data,
            progress=progress,
            **options,
        )
        if zones is not None:
            table = write_zone_table(question, zones, out)
            click.echo(f"Wrote {out}: {len(table)} zones of {int(table['cells'].sum()):,} cells")
            return
        report = write_access_surface(question, out)
    for line in access_lines(report):
        click.echo(line)


def access_lines(report: AccessReport) -> list[str]:
    """Write the report on a surface of access as text, one fact a line."""
    size = f"{report.columns} x {report.rows} cells of {report.cell_m:g} m"
    counted = f"{report.measured:,} with a value, at most {report.largest:,.10g}"
    how = f"{minute_words(report.travellers)} {how_words(report.travellers)}"
    found = [f"Wrote {report.path}: {size}, {counted}, of {report.points} points; {how}"]
    if report.points_off:
        found.append(f"not counted: {report.points_off} points far from any street")
    if report.lower_bounds:
        found.append(
            f"at least: {report.lower_bounds:,} cells, whose search meets the end of the streets"
        )
    return found + stairs_lines(report.travellers)


def lines(report: SurfaceReport, max_min: float) -> list[str]:
    """Write the report as text, one fact a line."""
    size = f"{report.columns} x {report.rows} cells of {report.cell_m:g} m"
    how = f"{minute_words(report.travellers)} {how_words(report.travellers)}"
    reached = f"{report.reached:,} within {max_min:g} {how} of {report.origins} origins"
    found = [f"Wrote {report.path}: {size}, {reached}"]
    if report.origins_off:
        found.append(f"not searched from: {report.origins_off} origins far from any street")
    if report.border_min < max_min:
        found.append(
            f"the end of the streets is met after {report.border_min:.1f} minutes: longer times "
            "may be shorter in truth"
        )
    return found + stairs_lines(report.travellers)
