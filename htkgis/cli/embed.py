"""``htkgis embed``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FILE


@click.command("embed")
@click.argument("quarter", required=False)
@click.option(
    "--in",
    "folder",
    type=FILE,
    default=Path("maps"),
    show_default=True,
    help="Folder that a run has published.",
)
@click.option(
    "--address", default="", help="Where that folder stands on the web: https://example.org/plan."
)
@click.option(
    "--height",
    "height_px",
    type=click.IntRange(200, 20000),
    default=900,
    show_default=True,
    help="Of the frame in pixels.",
)
@click.option(
    "--resize", is_flag=True, help="Add a script for the host that gives the frame its full height."
)
@click.option("--language", type=click.Choice(["da", "en"]), help="Of the words; the page's own.")
@click.option(
    "--beside",
    type=FILE,
    help="Write the page with scripts and styles as files of their own into this folder.",
)
def command(
    quarter: str | None,
    folder: Path,
    address: str,
    height_px: int,
    resize: bool,
    language: str | None,
    beside: Path | None,
) -> None:
    """Print the HTML that shows a published page inside another.

    The frame is closed: it can read nothing of the page around it. It has a title for screen
    readers, a plain link beside it, and works without any script of the host. Without QUARTER
    the front page is shown.

    With --beside the page is written once more, with its scripts and styles as files of their
    own, for sites whose policy forbids them inside a page.

    Example: htkgis embed QUARTER --address https://example.org/plan

    \b
    htkgis embed QUARTER --address /plan --height 1200 --resize
    htkgis embed QUARTER --beside site
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    from htkgis.pipeline.embedding import Embedding, embed_page, write_beside

    if beside is not None:
        for path in write_beside(folder, quarter, beside):
            click.echo(f"Wrote {path}")
        return
    wanted = Embedding(address, height_px, resize, language)
    click.echo(embed_page(folder, quarter, wanted), nl=False)
