"""``htkgis print``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htkgis.errors import ConfigError

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.maps.paper import PrintedSheet

SCALES = ("6000", "20000", "100000")
PAPERS = ("A4", "A3", "A1")


@click.command("print")
@click.argument("quarter", required=False)
@study_option
@catalog_option
@data_option
@click.option(
    "--scale",
    type=click.Choice(SCALES),
    default="6000",
    show_default=True,
    help="6000: plans of quarters; 20000: the quarters together; 100000: the region.",
)
@click.option("--paper", type=click.Choice(PAPERS), default="A3", show_default=True, help="Size.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["pdf", "png", "svg"]),
    default="pdf",
    show_default=True,
    help="PNG has 300 dots per inch.",
)
@click.option(
    "--print-only",
    is_flag=True,
    help="A PDF without tags for screen readers, not to be published; it says so.",
)
@click.option(
    "--language", type=click.Choice(["da", "en"]), help="Of the maps; the study's by default."
)
@click.option(
    "--out", type=FILE, default=Path("print"), show_default=True, help="Folder to write into."
)
def command(
    quarter: str | None,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    scale: str,
    paper: str,
    file_format: str,
    print_only: bool,
    language: str | None,
    out: Path,
) -> None:
    """Print maps of the quarters or the region at an exact scale.

    In the study's projection, so that a ruler tells metres.

    Each sheet has its scale, a scale bar, 100 mm to lay a ruler on, grid and true north, a
    legend, sources and date. Where a map needs several sheets, each shows how they lie together.
    PDFs are tagged for screen readers and can be searched. Print them at 100 %, not "fit to page".

    Example: htkgis print QUARTER --scale 6000 --paper A3

    \b
    The plans of all quarters, the joint map, and the region as a picture:
    htkgis print --scale 6000 --paper A4 --out plans
    htkgis print --scale 20000 --paper A3
    htkgis print --scale 100000 --paper A4 --format png
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.printing import print_maps

    if print_only and file_format != "pdf":
        msg = (
            f"--print-only: it is said of a PDF, and a {file_format} has no tags anyway; "
            "allowed with --format pdf. Leave it out."
        )
        raise ConfigError(msg)
    with shown_progress() as progress:
        report = print_maps(
            study_path,
            catalog_path,
            quarter,
            out,
            scale=int(scale),
            paper=paper,
            file_format=file_format,
            print_only=print_only,
            data=data,
            language=language,
            progress=progress,
        )
    for path, sheet in zip(report.paths, report.sheets, strict=True):
        click.echo(line(path, sheet))


def line(path: Path, sheet: PrintedSheet) -> str:
    """Say what is on a sheet, and which names had no room."""
    words = f"Wrote {path}: sheet {sheet.tile.number} of {sheet.tile.of}, {sheet.names} names"
    if sheet.numbered:
        words += f"; by number in the legend: {', '.join(sheet.numbered)}"
    return words
