"""``htkgis isochrone``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    FILE,
    HOW,
    any_mode_option,
    catalog_option,
    data_option,
    lens_option,
    plain_option,
    shown_progress,
    study_option,
)
from .tables import print_table
from .times import check_apart
from .transit_options import TRANSIT, check_useless, chosen_options, moment_of

if TYPE_CHECKING:
    from htkgis.pipeline.isochrones import IsochroneReport

COLUMNS = ("Place", ("Within", True), ("Reached streets", True))


@click.command("isochrone")
@study_option
@catalog_option
@data_option
@click.option("--area", help="Id of a housing area: what is reached from its nearest origin.")
@click.option(
    "--origins",
    type=FILE,
    help="CSV id,lat,lon or a vector file with id: what is reached from each.",
)
@any_mode_option
@lens_option
@plain_option
@click.option(
    "--limit-min",
    "limits_min",
    type=click.FloatRange(0, 240, min_open=True),
    multiple=True,
    help="Minutes; may be repeated. The study's catchment by default.",
)
@chosen_options(
    "timetable", "date", "depart", "window_min", "percentile", "max_walk_min", "max_rides"
)
@click.option("--out", type=FILE, required=True, help="FILE.gpkg or FILE.geojson.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    area: str | None,
    origins: Path | None,
    mode: str,
    lens: str,
    plain: bool,
    limits_min: tuple[float, ...],
    out: Path,
    **timetable: Any,
) -> None:
    """Write what is reached within minute limits, as areas and streets for QGIS.

    A GeoPackage holds the areas (nested), the reached parts of the streets with their true length,
    the origins, styles, credits and decisions; a GeoJSON file the areas and origins. Streets end
    where the time is up, not at the next junction. bound is at_least where the search met the end
    of the streets: there may be more beyond.

    By public transport a place is inside if at least --percentile per cent of the departures, one
    each minute of the window, reach it within the limit: 50 are half of them, 0 the best one, 100
    all. Only streets of the study are drawn; what is reached beyond them is not.

    Example: htkgis isochrone --area AREA --limit-min 10 --limit-min 15 --out walk.gpkg

    \b
    From own points by bike:
    htkgis isochrone --origins schools.csv --mode bike --limit-min 15 --out schools.gpkg
    \b
    By public transport from 7 to 9, what half of the departures reach:
    htkgis isochrone --area AREA --mode transit --window-min 120 \\
      --limit-min 30 --limit-min 45 --out transit.gpkg
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.isochrones import IsochroneQuestion, write_isochrones

    inputs = {"--origins": origins} if origins is not None else {}
    check_apart(out, {**inputs, "--study": study_path, "--catalog": catalog_path})
    check_useless(mode, timetable)
    question = IsochroneQuestion(
        area=area,
        points=origins,
        limits_min=limits_min,
        mode=mode,
        lens=lens,
        bare=plain,
        moment=moment_of(timetable),
        max_walk_min=timetable["max_walk_min"],
        max_rides=timetable["max_rides"],
    )
    paths = (study_path, catalog_path, question, out)
    with shown_progress() as progress:
        if mode != TRANSIT:
            report = write_isochrones(*paths, data=data, progress=progress)
        else:
            from htkgis.pipeline.transit_isochrones import write_transit_isochrones

            report = write_transit_isochrones(*paths, data=data, progress=progress)
    for line in before_lines(report, mode):
        click.echo(line)
    if len(report.table):
        print_table(COLUMNS, rows(report))
    for line in after_lines(report):
        click.echo(line)


def before_lines(report: IsochroneReport, mode: str) -> Iterator[str]:
    """Write what was drawn: the file, and of what departures."""
    areas, about = len(report.table), report.about
    count = report.table["origin_id"].nunique()
    how = "by public transport" if mode == TRANSIT else HOW[mode]
    yield (
        f"Wrote {report.path}: {areas:,} area{'s'[: areas != 1]} {how} from {count:,} "
        f"place{'s'[: count != 1]}"
    )
    if mode == TRANSIT:
        yield f"  {about['date']}, {about['departures']}: {about['definition']}"
        yield f"  timetable: {about['timetable']}"


def rows(report: IsochroneReport) -> Iterator[tuple[str, str, str]]:
    """Write what each place reaches within each limit."""
    for row in report.table.itertuples():
        least = "at least " if row.bound else ""
        yield str(row.origin_id), f"{row.limit_min:g} min", f"{least}{row.reached_km:,.1f} km"


def after_lines(report: IsochroneReport) -> Iterator[str]:
    """Write what is left out, what the streets do not tell, and whose data it is."""
    for row in report.too_far.itertuples():
        yield f"not measured: {row.id} lies {row.distance_m:,.0f} m from a street"
    if "stairs" in report.about:
        yield "stairs: the streets do not tell them from other ways; the way may be longer in truth"
    yield f"Data: {report.about['credit']}"
