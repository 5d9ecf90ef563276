"""Options that several commands share; a path that is missing is a fault of files (exit 1)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from htkgis.pipeline.steps import Progress
    from htkgis.pipeline.tiles import Tiling
    from htkgis.pipeline.travellers import Travellers

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
PROGRESS, LINES = "HTKGIS_PROGRESS", "lines"
"""Variable and value by which a program asks to be told of progress."""
HOW = {"walk": "on foot", "bike": "by bike", "ebike": "by e-bike", "car": "by car"}
"""Modes of the commands over streets, and how each is called in a sentence."""
ADULT = "adult"
"""The lens of :data:`htkgis.quantities.ADULT`, without its module: a help shall come at once."""


def study_option(command: Command) -> Command:
    """Add ``--study``."""
    return click.option(
        "--study",
        "study_path",
        type=FILE,
        default=Path("study.toml"),
        show_default=True,
        help="Every planning decision.",
    )(command)


def catalog_option(command: Command) -> Command:
    """Add ``--catalog``."""
    return click.option(
        "--catalog",
        "catalog_path",
        type=FILE,
        default=Path("layers/catalog.toml"),
        show_default=True,
        help="Facts about the layers.",
    )(command)


def data_option(command: Command) -> Command:
    """Add ``--data``."""
    return click.option(
        "--data",
        type=FILE,
        default=None,
        help="Folder that {data} stands for in the catalog.",
    )(command)


def mode_option(command: Command) -> Command:
    """Add ``--mode``, of those over streets."""
    return _mode_option(HOW)(command)


def any_mode_option(command: Command) -> Command:
    """Add ``--mode``, public transport too."""
    return _mode_option([*HOW, "transit"])(command)


def _mode_option(modes: Iterable[str]) -> Callable[[Command], Command]:
    return click.option(
        "--mode",
        type=click.Choice(list(modes)),
        default="walk",
        show_default=True,
        help="How people travel.",
    )


def lens_option(command: Command) -> Command:
    """Add ``--lens``."""
    return click.option(
        "--lens",
        default=ADULT,
        show_default=True,
        help="Who travels, as the study knows them: child, older, wheelchair.",
    )(command)


def plain_option(command: Command) -> Command:
    """Add ``--plain``."""
    return click.option(
        "--plain", is_flag=True, help="Length divided by speed: no delays, no parking."
    )(command)


def tiles_options(command: Command) -> Command:
    """Add ``--scheduler``, ``--tile-origins`` and ``--keep-tiles``."""
    for option in (
        click.option(
            "--keep-tiles",
            is_flag=True,
            help="With --scheduler: leave them, so that a later run searches only those that see "
            "changed streets or points.",
        ),
        click.option(
            "--tile-origins",
            type=click.IntRange(1),
            help="Origins of a tile, with --scheduler; 10,000 by default.",
        ),
        click.option(
            "--scheduler",
            help="Search tile by tile, to go on where a run was ended: 'local', or on the workers "
            "of a Dask scheduler, tcp://HOST:PORT.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def tiling_of(
    out: Path,
    scheduler: str | None,
    tile_origins: int | None,
    progress: Progress | None,
    *,
    keep: bool,
) -> Iterator[Tiling | None]:
    """Keep tiles beside a file until it is written; nothing without a scheduler.

    Raises
    ------
    UsageError
        If something is said of tiles without a scheduler.
    HtkgisError
        If the scheduler is no address, or another run writes the same file.
    """
    if scheduler is None:
        given = {"--tile-origins": tile_origins is not None, "--keep-tiles": keep}
        for option in (name for name, there in given.items() if there):
            msg = f"{option}: of use only with --scheduler. Add it, or leave this out."
            raise click.UsageError(msg)
        yield None
        return
    from htkgis.pipeline.tiles import ORIGINS_PER_TILE, Tiling, check_scheduler

    check_scheduler(scheduler)
    count = tile_origins or ORIGINS_PER_TILE
    tiling = Tiling(out.with_name(f"{out.name}.tiles"), scheduler, count, progress, keep)
    with tiling.held():
        yield tiling
    if tiling.worked is not None:
        tiles, kept, by = tiling.worked
        before = f", {kept} of them in an earlier run" if kept else ""
        click.echo(f"Searched {tiles} tiles on {by}{before}", err=True)


def how_words(who: Travellers) -> str:
    """Say in a sentence who travels how: ``on foot (older), plain``."""
    lens = "" if who.lens == ADULT else f" ({who.lens})"
    return f"{HOW[who.mode]}{lens}{', plain' if who.bare else ''}"


def minute_words(who: Travellers) -> str:
    """Call minutes by what they are: with a price they are felt, not measured."""
    return "felt minutes" if who.felt else "minutes"


def stairs_lines(who: Travellers) -> list[str]:
    """Warn where stairs count and the streets do not tell which ways are stairs."""
    if not who.stairs_unknown:
        return []
    return ["stairs: the streets do not tell them from other ways; the way may be longer in truth"]


@contextmanager
def shown_progress() -> Iterator[Progress | None]:
    """Progress on stderr while someone watches; nothing in a batch.

    A program that watches asks for lines (``HTKGIS_PROGRESS=lines``): ``progress 3/12 walk_graph``
    before the third of twelve steps.
    """
    if os.environ.get(PROGRESS) == LINES:
        yield lambda name, number, of: click.echo(f"progress {number}/{of} {name}", err=True)
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("") as status:
        yield lambda name, number, of: status.update(f"{number}/{of} {name.replace('_', ' ')}")


def split_column(text: str) -> tuple[Path, str | None]:
    r"""Part ``FILE:COLUMN``; the colon of a Windows drive belongs to the file.

    Examples
    --------
    >>> split_column("jobs.csv:antal")[1], split_column("jobs.csv")[1]
    ('antal', None)
    >>> split_column(r"C:\data\jobs.csv")[1]
    """
    file, colon, column = text.rpartition(":")
    drive = len(file) == 1 and file.isalpha() and column[:1] in {"\\", "/"}
    if not colon or not file or drive or not column:
        return Path(text.removesuffix(":")), None
    return Path(file), column
