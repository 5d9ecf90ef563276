"""``htkgis rollback``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FILE

if TYPE_CHECKING:
    from htkgis.publish import Edition, Rollback


@click.command("rollback")
@click.option("--out", type=FILE, default=Path("maps"), show_default=True, help="Published folder.")
@click.option(
    "--to", type=click.IntRange(1), default=None, help="Number of the edition; the one before."
)
@click.option("--list", "listed", is_flag=True, help="Say which editions are kept; change nothing.")
def command(out: Path, to: int | None, *, listed: bool) -> None:
    """Put an earlier edition of the published set back, all at once or not at all.

    A run keeps the last editions beside --out, five if the study says nothing else. What is put
    back stands until something changes: a run that would publish what was put aside, byte by
    byte, publishes nothing and says so; "htkgis run --again" does it all the same.

    Example: htkgis rollback --to 3
    """
    from htkgis.publish import kept_editions, roll_back
    from htkgis.publish.editions import standing_edition

    if listed:
        for line in list_lines(kept_editions(out), standing_edition(out), out):
            click.echo(line)
        return
    for line in lines(roll_back(out, to=to), out):
        click.echo(line)


def list_lines(kept: tuple[Edition, ...], stands: Edition | None, out: Path) -> Iterator[str]:
    """Write one edition a line, the newest first."""
    if not kept:
        yield f"no edition of {out} is kept; a run keeps one each time the published set changes"
    for each in reversed(kept):
        mark = " (stands)" if stands is not None and each.number == stands.number else ""
        yield f"{edition_words(each)}, {len(each.files)} files{mark}"


def lines(done: Rollback, out: Path) -> Iterator[str]:
    """Write what a rollback did."""
    now = edition_words(done.edition)
    if done.finished:
        yield f"An interrupted switch was finished first: {now} stands in {out}."
        yield "To go on from there, run htkgis rollback once more."
    elif not done.changed:
        yield f"Nothing was changed: {now} stands in {out} already."
    else:
        yield f"Put back {now}: {len(done.changed)} files of {out} changed."
        yield "It stands until something changes; htkgis run --again publishes the newer set."


def edition_words(edition: Edition) -> str:
    """Name an edition: number, run, when."""
    when = edition.published or "before editions were kept"
    return f"edition {edition.number} (run {edition.run or 'unknown'}, published {when})"
