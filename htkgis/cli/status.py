"""``htkgis status``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import FILE, catalog_option, data_option, shown_progress, study_option
from .tables import print_table

if TYPE_CHECKING:
    from htkgis.pipeline.status import LayerStatus, Status

PENDING = {
    "switch": "an interrupted switch is pending; the next run finishes it",
    "build": "an unfinished build lies beside the folder; the next run clears it away",
}


BASELINE = "baseline"
SINCE_STEPS = 4
"""As many as :data:`htkgis.pipeline.since.STEPS`, which takes long to load."""


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day, or the baseline year of the study."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date | str:
        """Read a day; fail on anything else."""
        if isinstance(value, dt.date):
            return value
        if value == BASELINE:
            return BASELINE
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f'{value!r} is no day; YYYY-MM-DD or "{BASELINE}" is allowed', param, ctx)


@click.command("status")
@study_option
@catalog_option
@data_option
@click.option("--out", type=FILE, default=Path("maps"), show_default=True, help="Published folder.")
@click.option(
    "--since",
    type=Day(),
    default=None,
    help="Say instead what moved since the edition in force on a day, YYYY-MM-DD, or since the "
    'study\'s "baseline" year.',
)
@click.option(
    "--report",
    type=FILE,
    default=None,
    help="--since: FILE.html, a page for the meeting; FILE.csv, every figure; or FILE.json.",
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default=None,
    help="--since: of the words; that of the published pages by default.",
)
def command(
    study_path: Path,
    catalog_path: Path,
    data: Path | None,
    out: Path,
    since: dt.date | str | None,
    report: Path | None,
    language: str | None,
) -> None:
    """Say what is published, from which layers, and what a run would compute.

    Computes and writes nothing. Lists edited, missing and stale files, each layer with its age in
    days against the newest layer, and the steps that a run would compute.

    With --since it says what moved, for a meeting: public figures since the baseline year, with
    direction and target, and measured figures with direction and cause. Editions that are kept
    are compared, see "htkgis rollback --list"; [editions] of the study says of how many years the
    last one is kept.

    \b
    Example: htkgis status
    htkgis status --since 2025-12-01 --report meeting.html
    htkgis status --since baseline --language en
    """  # noqa: D301 - \b is click's mark for text it must not wrap
    if since is not None:
        with shown_progress() as progress:
            if progress is not None:  # what words and figures take to load is most of the wait
                progress("start", 1, SINCE_STEPS)
            from htkgis.pipeline.since_report import status_since

            day = since if isinstance(since, dt.date) else None
            told = status_since(out, day, language=language, report=report, progress=progress)
        for part in told:
            if isinstance(part, str):
                click.echo(part)
            else:
                print_table(part.columns, [[cell.text for cell in row] for row in part.rows])
        return
    if report is not None or language is not None:
        msg = "--report and --language say something only with --since DATE or baseline."
        raise click.UsageError(msg)
    from htkgis.pipeline.status import read_status

    for line in lines(read_status(study_path, catalog_path, out, data=data)):
        click.echo(line)


def lines(status: Status) -> Iterator[str]:
    """Write the status as text, one fact a line."""
    yield from _published_lines(status)
    yield from (_layer_line(layer) for layer in status.layers)
    yield _next_line(status)


def _published_lines(status: Status) -> Iterator[str]:
    published, manifest = status.published, status.published.manifest
    if manifest is None:
        why = "nothing" if published.readable else "manifest.json cannot be read"
        yield f"published in {status.folder}: {why}"
    else:
        yield (
            f"published in {status.folder}: run {manifest['run']}, "
            f"language {manifest.get('language')}, htkgis {manifest.get('htkgis')}, "
            f"{len(manifest['outputs'])} files: {', '.join(sorted(manifest['outputs']))}"
        )
        for what, names in (("edited by hand", published.edited), ("missing", published.missing)):
            if names:
                yield f"{what}: {', '.join(names)}; the next run puts them right"
        stale = "; ".join(status.reasons)
        yield f"stale: {stale}" if stale else "up to date with study, layers and code"
    if published.pending in PENDING:
        yield PENDING[published.pending]


def _layer_line(layer: LayerStatus) -> str:
    exact = "" if layer.published.count("-") == 2 else "about "  # noqa: PLR2004  year-month-day
    age = "the newest" if layer.age_days == 0 else f"{exact}{layer.age_days:,} days older"
    since = {"changed": "; not the file that was published", "new": "; not in the published set"}
    return (
        f"layer {layer.name}: {layer.state}, published {layer.published} ({age}), "
        f"{layer.licence}{since.get(layer.since, '')}"
    )


def _next_line(status: Status) -> str:
    refused = [
        layer.name for layer in status.layers if layer.state in {"changed", "never accepted"}
    ]
    absent = [layer.name for layer in status.layers if layer.state == "missing"]
    if absent:
        return f"a run would stop: {len(absent)} layers are missing: {', '.join(absent)}"
    if refused:
        names = " ".join(refused)
        return f"a run would stop: look at what changed, then htkgis layers accept {names}"
    if not status.computed:
        return "a run would compute nothing"
    behind = f"; then, unless they come out the same: {', '.join(status.perhaps)}"
    return f"a run would compute: {', '.join(status.computed)}" + (behind if status.perhaps else "")
