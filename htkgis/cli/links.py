"""``htkgis links``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.pipeline.missing_links import LinksReport

SHOWN = 10
WITHOUT = {
    "buildings": "no layer of buildings: a link may pass through one",
    "water": "no layer of water: a link may cross some, and its price leaves that out",
    "closed_land": "no layer of closed land: a link may end where nobody may walk",
}


@click.command("links")
@study_option
@catalog_option
@data_option
@click.option("--area", help="Count the residents of one housing area, by its id; all by default.")
@click.option(
    "--function",
    "functions",
    multiple=True,
    help="Ways to the nearest place of this function count; several times for several. "
    "Those of [links] in the study by default.",
)
@click.option(
    "--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Links to list."
)
@click.option(
    "--out",
    type=FILE,
    help="FILE.csv, FILE.gpkg with lines and a style for QGIS, or FILE.html with a map.",
)
@click.option(
    "--language", type=click.Choice(["da", "en"]), help="Of the file; the study's by default."
)
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    area: str | None,
    functions: tuple[str, ...],
    most: int,
    out: Path | None,
    language: str | None,
) -> None:
    """Find the missing links that would save most walking.

    A link may be missing where two places on the streets lie within 150 m of each other and more
    than 600 m apart by street, and the straight line between them meets no other street and
    keeps clear of buildings. No link ends on a bridge, in a tunnel, along a carriageway of a
    divided road, or on closed land. What each would save is measured exactly, for every resident
    and the nearest place of each function, as if it alone were built. Links across a railway, a
    motorway or water, or up to a bridge, have prices of their own, which serve to compare links
    and are no estimates of projects. All limits and prices stand in [links] of the study.

    Look at each on a map before it is proposed: the streets of the data may lack a path that is
    there.

    Example: htkgis links --area AREA --function school --out links.csv

    \b
    On real layers, as a page with a map:
    htkgis links --catalog layers/catalog-data.toml --data DIR --out links.html
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.missing_links import find_links
    from htkgis.pipeline.missing_links_file import FORMATS, write_links
    from htkgis.publish.tables import check_format
    from htkgis.study import read_study

    if out is not None:
        check_format(out, FORMATS)
    with shown_progress() as progress:
        report = find_links(
            study_path,
            catalog_path,
            data=data,
            area=area,
            functions=functions,
            most=most,
            progress=progress,
        )
    for line in lines(report):
        click.echo(line)
    if out is not None:
        write_links(
            report,
            out,
            study_path=study_path,
            catalog_path=catalog_path,
            data=data,
            language=language or read_study(study_path).study.language,
        )
        click.echo(f"Wrote {len(report.table):,} links to {out}", err=True)


def lines(report: LinksReport) -> Iterator[str]:
    """Write the report as text: what was searched, then the first links."""
    yield (
        f"{report.candidates:,} short connections are missing; {report.useful:,} would save some "
        f"of {report.persons:,.0f} persons time to the nearest {', '.join(report.functions)}"
    )
    if report.sketch:
        yield "  the streets are a sketch: many a path that is there is not in it"
    for role in report.without:
        yield f"  {WITHOUT[role]}"
    for row in report.table.head(SHOWN).itertuples():
        way = (
            "no way today" if row.walk_today_m != row.walk_today_m else f"{row.walk_today_m:,.0f} m"
        )
        east_m, north_m = row.geometry.centroid.coords[0]
        yield (
            f"{row.rank:>3}. {row.kind}, {row.straight_m:.0f} m in place of {way}, "
            f"at {east_m:.0f} E {north_m:.0f} N: "
            f"saves {row.saved_person_min:,.0f} person-minutes per trip to each, "
            f"price {row.price_mio:.1f} million {report.currency}"
        )
    if len(report.table) > SHOWN:
        yield f"     and {len(report.table) - SHOWN:,} more with --out"
