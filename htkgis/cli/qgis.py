"""``htkgis qgis``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FILE


@click.command("qgis")
@click.option(
    "--into", type=FILE, help="Folder of scripts; that of QGIS's default profile if not given."
)
@click.option("--where", is_flag=True, help="Only say which folder that is; writes nothing.")
def command(into: Path | None, where: bool) -> None:
    """Write the measures as scripts for the toolbox of QGIS.

    Four algorithms in the group htkgis: travel times, access, isochrones and access surface. They
    take layers that are open in QGIS, run this installation of htkgis, and load what it writes.
    QGIS 3.22 or later; its own Python needs nothing of htkgis. Open QGIS again to see them.

    Example: htkgis qgis

    \b
    Somewhere else, to hand a script on (in QGIS: Toolbox, Python, Add Script to Toolbox):
    htkgis qgis --into scripts-for-qgis
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.toolbox import scripts_folder, write_scripts

    folder = into or scripts_folder()
    if where:
        click.echo(folder)
        return
    for path in write_scripts(folder):
        click.echo(f"Wrote {path}")
