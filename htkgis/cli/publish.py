"""``htkgis publish``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FILE, shown_progress


@click.command("publish")
@click.option(
    "--in",
    "folder",
    type=FILE,
    default=Path("maps"),
    show_default=True,
    help="Folder that a run has published.",
)
@click.option("--to", "address", required=True, help="postgresql://USER@HOST[:PORT]/DATABASE.")
@click.option("--schema", default="htkgis", show_default=True, help="Where the tables go.")
def command(folder: Path, address: str, schema: str) -> None:
    """Write published layers, figures and profiles into a PostGIS database.

    All tables are replaced at once or not at all; QGIS opens them with their styles. The password
    is taken from the environment variable PGPASSWORD or the file .pgpass.

    Example: htkgis publish --to postgresql://planner@localhost/plan
    """
    from htkgis.pipeline.publishing import publish_to_postgis

    with shown_progress() as progress:
        rows = publish_to_postgis(folder, address, schema=schema, progress=progress)
    for name, count in sorted(rows.items()):
        click.echo(f"{schema}.{name}: {count:,} rows")
