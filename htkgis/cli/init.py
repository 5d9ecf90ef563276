"""``htkgis init``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FILE


@click.command("init")
@click.argument("folder", metavar="DIR", type=FILE)
def command(folder: Path) -> None:
    """Write the embedded study (study.toml and layers/) into a new folder.

    DIR must be new or empty.

    Example: htkgis init my-study
    """
    from htkgis.pipeline.embedded import write_embedded_study

    written = write_embedded_study(folder)
    click.echo(f"Wrote {len(written)} files. Next: cd {folder} && htkgis run")
