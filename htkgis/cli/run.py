"""``htkgis run``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option
from .times import snap_line

if TYPE_CHECKING:
    from htkgis.pipeline.profiles import RunReport


@click.command("run")
@study_option
@catalog_option
@data_option
@click.option(
    "--out", type=FILE, default=Path("maps"), show_default=True, help="Folder to publish in."
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default=None,
    help="Of the pages; the study's own by default.",
)
@click.option(
    "--decimal",
    type=click.Choice(["comma", "point"]),
    default="comma",
    show_default=True,
    help="Of the numbers in CSV files: comma as in Danish (columns by ;), or point.",
)
@click.option(
    "--keep",
    type=click.IntRange(1, 1000),
    default=None,
    help="Editions kept for rollback; [editions] of the study by default, else 5.",
)
@click.option("--again", is_flag=True, help="Publish what a rollback put aside.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    out: Path,
    language: str | None,
    decimal: Literal["comma", "point"],
    keep: int | None,
    *,
    again: bool,
) -> None:
    """Measure everything and publish the quarter profiles.

    Writes index.html, one page per quarter with its downloads (GeoPackage with styles, CSV,
    GeoJSON), profile.json, figures.parquet and manifest.json into --out, all at once or not at
    all. What has not changed is not computed again.

    Example: htkgis run --out maps --decimal point
    """
    import datetime as dt

    from htkgis.pipeline.profiles import run_profiles

    with shown_progress() as progress:
        report = run_profiles(
            study_path,
            catalog_path,
            out,
            data=data,
            language=language,
            decimal=decimal,
            keep=keep,
            again=again,
            now=dt.datetime.now(dt.UTC),
            progress=progress,
        )
    if report.rolled_back_to is not None:
        click.echo(aside_line(report))
        return
    if not report.changed:
        what = "computed nothing" if not report.computed else "the figures came out the same"
        click.echo(f"Nothing has changed: {what}; {report.folder} is up to date.")
        return
    for line in lines(report):
        click.echo(line)
    click.echo(
        f"Published {len(report.changed)} files in {report.folder} "
        f"({len(report.computed)} steps computed). Open {report.folder / 'index.html'}"
    )


def aside_line(report: RunReport) -> str:
    """Say that a rollback stands, and how to publish all the same."""
    number = "?" if report.rolled_back_to is None else report.rolled_back_to.number
    return (
        f"Published nothing new: a rollback put this set aside, and edition {number} stands in "
        f"{report.folder} until something changes. htkgis run --again publishes it."
    )


def lines(report: RunReport) -> list[str]:
    """Say of each layer of points how it met the streets."""
    from htkgis.pipeline.connectors import audit_of

    return [
        snap_line(f"{name} (snapping)", audit_of(record), barriers=True)
        for name, record in report.snapping.items()
    ]
