"""``htkgis update``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.pipeline.update import UpdateReport


@click.command("update")
@click.argument("what", type=click.Choice(["osm"]))
@study_option
@catalog_option
@data_option
@click.option(
    "--buffer-m",
    type=click.FloatRange(0, 50_000),
    default=3000,
    show_default=True,
    help="How far around the municipality.",
)
@click.option("--overpass-url", default=None, help="Overpass server; overpass-api.de by default.")
@click.option("--date", default=None, help="Day of the data, YYYY-MM-DD; now by default.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched; ask nothing.")
@click.option("--out", type=FILE, required=True, help="FILE.graphml.")
def command(
    what: str,
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    buffer_m: float,
    overpass_url: str | None,
    date: str | None,
    dry_run: bool,
    out: Path,
) -> None:
    """Fetch the streets around the study from an Overpass server.

    Saves a graph that osmnx reads, whole or not at all, and prints what it holds, its hash, and
    the lines of the catalog that make it the layer of streets. The catalog is left as it is.

    Example: htkgis update osm --out layers/streets.graphml
    """
    del what  # one layer yet
    from htkgis.loaders.overpass import DEFAULT_URL
    from htkgis.pipeline.update import update_streets

    with shown_progress() as progress:
        if progress is not None and not dry_run:
            progress("fetching streets", 1, 1)
        report = update_streets(
            study_path,
            catalog_path,
            out,
            data=data,
            buffer_m=buffer_m,
            overpass_url=overpass_url or DEFAULT_URL,
            date=date,
            dry_run=dry_run,
        )
    for line in lines(report):
        click.echo(line)


def lines(report: UpdateReport) -> list[str]:
    """Write the report as text; the lines of the catalog can be pasted as they stand."""
    area = f"{report.area_km2:,.0f} km2 with a buffer of {report.buffer_m:g} m"
    if not report.sha256:
        return [f"Would ask {report.url} for the streets of {area}; nothing was asked or written."]
    size = f"{report.nodes:,} nodes, {report.arcs:,} edges; {report.streets:,} streets"
    return [
        f"# Fetched from {report.url}: {area}",
        f"# {size}, {report.walk_km:,.1f} km to walk; data of {report.published}",
        f"# Wrote {report.path}, sha256 {report.sha256}",
        "# In the catalog, instead of the layers streets and street_nodes:",
        *report.catalog_lines,
    ]
