"""``htkgis verify``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option

if TYPE_CHECKING:
    from htkgis.pipeline.verify import Verified

FAULTS = {
    "edited": "was edited since it was published",
    "missing": "is missing",
    "differs": "comes out otherwise",
    "not made": "is published, and a run makes no such file",
    "not named": "is made by a run, and was not published",
}


@click.command("verify")
@study_option
@catalog_option
@data_option
@click.option("--out", type=FILE, default=Path("maps"), show_default=True, help="Published folder.")
def command(study_path: Path, catalog_path: Path, data: Path | None, out: Path) -> None:
    """Compute the published set once more, and say which files differ.

    First the study and the layers are held against the hashes in manifest.json; where they are
    others, it says which and computes nothing. Then every step is computed in a temporary
    folder, none taken from the cache, and each file is compared. Writes nothing else.

    Exit code 0: every file is the same. 1: a file or an input differs, or a fault.

    Example: htkgis verify --out maps
    """
    from htkgis.pipeline.verify import verify_published

    with shown_progress() as progress:
        found = verify_published(study_path, catalog_path, out, data=data, progress=progress)
    for line in lines(found):
        click.echo(line)
    if not found.same:
        click.get_current_context().exit(1)


def lines(found: Verified) -> Iterator[str]:
    """Write what was found, one file or input a line."""
    if found.version:
        yield f"published by htkgis {found.version}, which is not the version that computes now"
    yield from found.inputs
    if found.inputs:
        yield f"Not compared: {len(found.inputs)} inputs are not those of {found.folder}."
        return
    for name, fault in found.files.items():
        yield f"{name}: {FAULTS[fault]}"
    if found.same:
        yield f"All {found.compared} files of {found.folder} come out the same, byte by byte."
    else:
        yield f"{len(found.files)} of {found.compared} files of {found.folder} differ."
