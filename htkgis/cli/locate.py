"""``htkgis locate``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.pipeline.locations import LocationsReport

UNITS = {"median": "person-minutes", "covering": "persons"}


@click.command("locate")
@click.argument("function")
@study_option
@catalog_option
@data_option
@click.option("--area", help="Count the residents of one housing area, by its id; all by default.")
@click.option("--count", type=int, default=1, show_default=True, help="New places.")
@click.option(
    "--aim",
    type=click.Choice(["median", "covering"]),
    default="median",
    show_default=True,
    help="Most person-minutes saved, or most persons who get a place within the limit.",
)
@click.option(
    "--limit",
    "limit_min",
    type=float,
    help="Longest walk in minutes; the everyday distance of the study by default.",
)
@click.option(
    "--sites",
    "sites_path",
    type=FILE,
    help="Points where a place could be: CSV id,lat,lon or a vector file; junctions by default.",
)
@click.option(
    "--spacing",
    "spacing_m",
    type=float,
    default=200.0,
    show_default=True,
    help="Without --sites: one junction in each square of so many metres.",
)
@click.option(
    "--out",
    type=FILE,
    help="FILE.csv, FILE.parquet, FILE.gpkg with points for QGIS, or FILE.html with a map.",
)
@click.option(
    "--language", type=click.Choice(["da", "en"]), help="Of the file; the study's by default."
)
def command(
    function: str,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    area: str | None,
    count: int,
    aim: Literal["median", "covering"],
    limit_min: float | None,
    sites_path: Path | None,
    spacing_m: float,
    out: Path | None,
    language: str | None,
) -> None:
    """Find where new places of a function would bring residents most.

    The places that are there stay; each resident goes to the nearest. One site is always the
    best of all; several are solved exactly where there are few enough, else the text says by how
    much a better choice could exceed them. A site is a junction of the streets, not a plot: it
    says where to look for one.

    Example: htkgis locate daycare --count 2 --area AREA --out sites.csv

    \b
    Plots that could be bought, for the most persons within 10 minutes:
    htkgis locate school --sites plots.csv --aim covering --limit 10
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.locations import find_locations
    from htkgis.pipeline.locations_file import FORMATS, write_locations
    from htkgis.publish.tables import check_format
    from htkgis.study import read_study

    if out is not None:
        check_format(out, FORMATS)
    with shown_progress() as progress:
        report = find_locations(
            study_path,
            catalog_path,
            function,
            data=data,
            area=area,
            count=count,
            aim=aim,
            limit_min=limit_min,
            sites_path=sites_path,
            spacing_m=spacing_m,
            progress=progress,
        )
    for line in lines(report, function, UNITS[aim]):
        click.echo(line)
    if out is not None:
        write_locations(
            report,
            out,
            study_path=study_path,
            catalog_path=catalog_path,
            data=data,
            language=language or read_study(study_path).study.language,
        )
        click.echo(f"Wrote {len(report.table):,} sites to {out}", err=True)


def lines(report: LocationsReport, function: str, unit: str) -> Iterator[str]:
    """Write the report as text: what was compared, the sites, and how sure the choice is."""
    yield (
        f"{report.sites:,} sites for {function} compared beside {report.existing:,} places there "
        f"are, for {report.persons:,.0f} persons"
    )
    if report.sketch:
        yield "  the streets are a sketch: ways on paths that it leaves out are shorter"
    if report.table.empty:
        yield "no site brings anybody a place nearer within the limit"
        return
    for row in report.table.itertuples():
        yield (
            f"{row.rank:>3}. {row.site_id} at {row.geometry.x:.0f} E {row.geometry.y:.0f} N"
            f"{f', {row.street}' if row.street else ''}: adds "
            f"{row.gain:,.0f} {unit} ({row.gain_alone:,.0f} alone), nearer for "
            f"{_persons(row.nearer_persons)}"
        )
    if not report.proven:
        more = report.choice.bound / report.choice.gain - 1
        yield f"another choice could bring at most {100 * more:.1f} % more"
    else:
        yield "no other choice brings more"


def _persons(count: float) -> str:
    return "few persons" if math.isnan(count) else f"{count:,.0f} persons"
