"""``htkgis surface``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import (
    FILE,
    HOW,
    catalog_option,
    data_option,
    mode_option,
    shown_progress,
    study_option,
)

if TYPE_CHECKING:
    from htkgis.pipeline.surfaces import SurfaceReport


@click.command("surface")
@study_option
@catalog_option
@data_option
@click.option("--area", required=True, help="Id of a housing area of the study.")
@mode_option
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
@click.option("--out", type=FILE, required=True, help="FILE.tif.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    area: str,
    mode: str,
    cell_m: float,
    max_min: float,
    out: Path,
) -> None:
    """Write minutes by one mode around an area as a raster for QGIS.

    By bike or by car with --mode. Each cell holds the time from the nearest origin of the area
    to the middle of the cell; -9999 where that takes longer than --max-min, or no street is
    near. One-way streets count, and the last stretch from the street is walked, whatever the
    mode. Times by car hold the way to the car and parking. The file is a Cloud Optimized
    GeoTIFF in the study's CRS.

    Example: htkgis surface --area taastrupgaard --out walk.tif

    \b
    By bike; by car, 20 minutes at most, in larger cells:
    htkgis surface --area taastrupgaard --mode bike --out bike.tif
    htkgis surface --area taastrupgaard --mode car --max-min 20 --cell-m 50 --out car.tif
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.surfaces import write_surface

    with shown_progress() as progress:
        report = write_surface(
            study_path,
            catalog_path,
            area,
            out,
            mode=mode,
            data=data,
            cell_m=cell_m,
            max_min=max_min,
            progress=progress,
        )
    for line in lines(report, max_min):
        click.echo(line)


def lines(report: SurfaceReport, max_min: float) -> list[str]:
    """Write the report as text, one fact a line."""
    size = f"{report.columns} x {report.rows} cells of {report.cell_m:g} m"
    how = HOW[report.mode]
    reached = f"{report.reached:,} within {max_min:g} minutes {how} of {report.origins} origins"
    found = [f"Wrote {report.path}: {size}, {reached}"]
    if report.origins_off:
        found.append(f"not searched from: {report.origins_off} origins far from any street")
    if report.border_min < max_min:
        found.append(
            f"the end of the streets is met after {report.border_min:.1f} minutes: longer times "
            "may be shorter in truth"
        )
    return found
