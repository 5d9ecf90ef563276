"""``htkgis run``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from htkgis.errors import HtkgisError

from .options import FILE, catalog_option, data_option, shown_progress, study_option
from .run_log import RunLog, Summary, held_layers, json_asked, log_json_option
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
    default=None,
    help="Of the numbers in CSV files: comma (columns by ;) or point; as the study's language by "
    "default.",
)
@click.option(
    "--keep",
    type=click.IntRange(1, 1000),
    default=None,
    help="Editions kept for rollback; [editions] of the study by default, else 5.",
)
@click.option("--again", is_flag=True, help="Publish what a rollback put aside.")
@log_json_option
@click.option("--summary", type=FILE, default=None, help="Text file to mail: what was done.")
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    out: Path,
    language: str | None,
    decimal: Literal["comma", "point"] | None,
    keep: int | None,
    summary: Path | None,
    *,
    again: bool,
    log_json: bool,
) -> None:
    """Measure everything and publish the quarter profiles.

    Writes index.html, one page per quarter with its downloads (GeoPackage with styles, CSV,
    GeoJSON), profile.json, figures.parquet and manifest.json into --out, all at once or not at
    all. What has not changed is not computed again. The set before is kept as an edition, see
    "htkgis rollback".

    Exit codes: 0 published, or nothing to publish; 1 a fault of data or files, another run is
    writing, or the disk refuses: what was published stands; 2 wrong usage.

    Example: htkgis run --out maps --decimal point
    """
    from htkgis.pipeline.profiles import run_profiles

    log = RunLog(json_lines=json_asked(option=log_json))
    told = Summary(summary, out)
    told.begin(log)
    log.event("start", out=str(out))
    try:
        with log.noting_warnings(), shown_progress() as progress:
            report = run_profiles(
                study_path,
                catalog_path,
                out,
                data=data,
                language=language,
                decimal=decimal,
                keep=keep,
                again=again,
                now=log.began,
                progress=progress,
                done=log.step,
            )
    except HtkgisError as error:
        log.fail(error)
        told.fail(log, error, held_layers(catalog_path, data))
        if not log.json_lines:
            raise
        click.get_current_context().exit(1)
    log.end(report)
    told.end(log, report, held_layers(catalog_path, data), stands_line(out))
    for line in result_lines(report):
        click.echo(line)


def stands_line(out: Path) -> str:
    """Say which edition stands, and which one a rollback would put back."""
    from htkgis.publish.editions import kept_editions, standing_edition

    stands = standing_edition(out)
    if stands is None:
        return ""
    earlier = [each.number for each in kept_editions(out) if each.number < stands.number]
    back = f"htkgis rollback puts edition {max(earlier)} back" if earlier else "no earlier is kept"
    return f"Edition {stands.number} stands; {back}."


def result_lines(report: RunReport) -> Iterator[str]:
    """Say what a run did."""
    if report.rolled_back_to is not None:
        yield aside_line(report)
        return
    if not report.changed:
        what = "computed nothing" if not report.computed else "the figures came out the same"
        yield f"Nothing has changed: {what}; {report.folder} is up to date."
        return
    yield from lines(report)
    yield (
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
