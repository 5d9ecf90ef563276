"""``htkgis service``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option
from .times import check_apart, snap_line

if TYPE_CHECKING:
    import pandas as pd

    from htkgis.pipeline.service import ServiceReport

MEASURES = {
    "sdg_level": "service level",
    "sdg_level_every_stop": "service level with every stop counted",
    "service_class": "service class",
}
BOUNDS = ("sdg_level", "service_class")
SATURDAY = 5


@click.command("service")
@study_option
@catalog_option
@data_option
@click.option(
    "--streets",
    help="For your own points: 'sketch', an extract (.osm.pbf), or a graph of osmnx (.graphml).",
)
@click.option("--origins", type=FILE, help="Your own points: CSV id,lat,lon or a vector file.")
@click.option(
    "--timetable",
    "timetables",
    type=FILE,
    multiple=True,
    help="GTFS zip or folder, once per feed; the catalog's timetable by default.",
)
@click.option(
    "--date", type=click.DateTime(["%Y-%m-%d"]), help="Service day; the study's by default."
)
@click.option("--out", type=FILE, required=True, help="FILE.csv or FILE.parquet.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    streets: str | None,
    origins: Path | None,
    timetables: tuple[Path, ...],
    date: dt.datetime | None,
    out: Path,
) -> None:
    """Write what service by public transport each origin has, from 6 to 20 o'clock.

    For each origin of the study, or each of your own points: departures per hour and kinds of
    vehicle within 500 m on foot, the service level of SDG indicator 11.2.1 as Statistics Denmark
    has it (very_high, high, medium, low, none), and the Swiss and German service class (A to F)
    with the stop that gives it, all by distance over the streets. A bus that passes several
    stops within reach counts once; columns with every_stop count it at each, which comes nearer
    to the national figures. Prints the share of persons, addresses or points per level
    and area; of gates, which stand for no number of residents, how many.

    Example: htkgis service --out service.csv

    \b
    The study on real layers and a real timetable, all addresses with their persons:
    htkgis service --catalog layers/catalog-data.toml --data DIR --timetable feed.zip \\
      --date 2026-11-24 --out service.parquet
    \b
    Your own points:
    htkgis service --streets streets.osm.pbf --origins homes.csv --timetable feed.zip \\
      --date 2026-11-24 --out service.csv
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.service import measure_point_service, measure_study_service
    from htkgis.publish import write_table
    from htkgis.publish.tables import check_format

    if (streets is None) != (origins is None):
        lacks = "--streets" if streets is None else "--origins"
        msg = (
            f"{lacks} is missing: --streets and --origins belong together, your own points over "
            "your own streets. Add it, or leave both out to measure the study."
        )
        raise click.UsageError(msg)
    check_format(out)
    files = {"--streets": streets, "--origins": origins}
    files |= {f"--timetable {path}": path for path in timetables}
    check_apart(out, {option: file for option, file in files.items() if file is not None})
    day = None if date is None else date.date()
    with shown_progress() as progress:
        if streets is not None and origins is not None:
            report = measure_point_service(
                streets, origins, timetables, date=day, progress=progress
            )
        else:
            report = measure_study_service(
                study_path, catalog_path, data=data, feeds=timetables, date=day, progress=progress
            )
    write_table(report.table, out, decimals=4)
    for line in lines(report):
        click.echo(line)
    click.echo(f"Wrote {len(report.table):,} origins to {out}", err=True)


def lines(report: ServiceReport) -> Iterator[str]:
    """Write the report as text: what it rests on, then the levels of each area."""
    day, sketch = report.day, report.loaded.sketch
    yield (
        f"timetable: {report.loaded.where}; {day.date.isoformat()} ({day.kind}): "
        f"{day.trips:,} trips, {day.usual:,.0f} on a usual day of its kind"
    )
    if sketch:
        yield "  a sketch: other lines are missing, so every level and class is a lower bound"
    if day.date.weekday() >= SATURDAY:
        yield "  levels and classes are made for working days; this is none"
    if day.unusual:
        yield "  fewer than half the usual trips run: a holiday, or the end of a feed?"
    yield snap_line("origins", report.origins)
    yield snap_line("stops", report.stops)
    for column in BOUNDS:
        near_end = int(report.table[f"{column}_lower_bound"].fillna(value=False).sum())
        if near_end and not sketch:
            better = f"{near_end:,} origins near the end of the streets may have a better one"
            yield f"{MEASURES[column]}: {better}"
    for _, own in report.shares.groupby(["unit_kind", "unit_id"], sort=False):
        yield from _of_unit(str(own["name"].iloc[0]), own, report.counted)


def _of_unit(name: str, own: pd.DataFrame, counted: str) -> Iterator[str]:
    """Write the levels and classes of one area, and how many origins they are of."""
    for column, what in MEASURES.items():
        levels = own[own["measure"] == column]
        measured, lost = int(levels["origins"].sum()), int(levels["not_measured"].max())
        names = levels["level"].str.replace("_", " ")
        parts = [
            f"{level} {count}" if counted == "gates" else f"{level} {100 * share:.1f} %"
            for level, count, share in zip(names, levels["origins"], levels["share"], strict=True)
        ]
        people = f"persons at {measured:,} addresses"
        of = people if counted == "persons" else f"{measured:,} {counted}"
        missing = f"; {lost:,} not measured" if lost else ""
        yield f"{name}, {what} of {of}: {', '.join(parts)}{missing}"
