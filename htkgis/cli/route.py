"""``htkgis route``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import (
    FILE,
    catalog_option,
    data_option,
    how_words,
    lens_option,
    mode_option,
    plain_option,
    shown_progress,
    stairs_lines,
    study_option,
)

if TYPE_CHECKING:
    from htkgis.pipeline.routes import RouteReport


@click.command("route")
@study_option
@catalog_option
@data_option
@click.option("--from", "start", required=True, help="Id of an origin or place, or lat,lon.")
@click.option("--to", "end", required=True, help="Id of an origin or place, or lat,lon.")
@mode_option
@lens_option
@plain_option
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
) -> None:
    """Show the way behind a travel time, street by street.

    The minutes are those of the profiles for the same two points, so that a figure can be
    checked on the ground. Ids are those of htkgis explain and of the downloads.

    Example: htkgis route --from taastrupgaard_centre --to taastrup_st --out route.geojson
    """
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
