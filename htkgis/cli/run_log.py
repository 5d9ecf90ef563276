"""What an unattended run says: JSON lines while it goes on, and a text that can be mailed."""

from __future__ import annotations

import datetime as dt
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from htkgis.errors import HtkgisError, StoreError
from htkgis.store import canonical_json, write_atomic

if TYPE_CHECKING:
    from htkgis.pipeline.profiles import RunReport
    from htkgis.pipeline.steps import StepDone

Command = TypeVar("Command", bound=Callable[..., Any])
SLOWEST = 10
"""Steps and files that a summary names; of the others it says how many there are."""


def utc_now() -> dt.datetime:
    """Give the time, for logs and editions; nothing that is published holds it."""
    return dt.datetime.now(dt.UTC)


def log_json_option(command: Command) -> Command:
    """Add ``--log-json``."""
    return click.option(
        "--log-json",
        is_flag=True,
        help="Write steps, warnings and the end to stderr as JSON lines; as HTKGIS_LOG=json does "
        "where stderr is no terminal.",
    )(command)


def json_asked(*, option: bool) -> bool:
    """Whether to write JSON lines: by the option, or HTKGIS_LOG=json where nobody watches."""
    return option or (os.environ.get("HTKGIS_LOG") == "json" and not sys.stderr.isatty())


@dataclass
class RunLog:
    """What happened in one run.

    Parameters
    ----------
    json_lines
        Whether each step, each warning and the end are written to stderr, one JSON object a line.
    clock
        Gives the time.
    """

    json_lines: bool
    clock: Callable[[], dt.datetime] = utc_now
    steps: list[StepDone] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    began: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        """Note when it began."""
        self.began = self.clock()

    def event(self, event: str, **said: Any) -> None:
        """Write one JSON line."""
        if self.json_lines:
            now = self.clock().isoformat(timespec="milliseconds")
            click.echo(canonical_json({"time": now, "event": event, **said}), err=True)

    def step(self, done: StepDone) -> None:
        """Note what became of a step."""
        self.steps.append(done)
        self.event(
            "step",
            step=done.name,
            state=done.state,
            seconds=round(done.seconds, 3),
            cpu_s=round(done.cpu_s, 3),
            number=done.number,
            of=done.of,
        )

    @contextmanager
    def noting_faults(self) -> Iterator[None]:
        """Write why a block ended; as JSON lines alone it is the last one, and the exit code 1."""
        try:
            yield
        except HtkgisError as error:
            self.fail(error)
            if not self.json_lines:
                raise
            click.get_current_context().exit(1)

    @contextmanager
    def noting_warnings(self) -> Iterator[None]:
        """Keep the warnings of a block, and write them as lines of the log."""
        with warnings.catch_warnings():
            shown = warnings.showwarning

            def note(
                message: Warning | str,
                category: type[Warning],
                filename: str,
                lineno: int,
                file: TextIO | None = None,
                line: str | None = None,
            ) -> None:
                text = " ".join(str(message).split())
                self.warned.append(text)
                if self.json_lines:
                    self.event("warning", message=text)
                else:
                    shown(message, category, filename, lineno, file, line)

            warnings.showwarning = note
            yield

    def end(self, report: RunReport) -> None:
        """Write how the run ended."""
        self.event(
            "end",
            result=result_of(report),
            exit_code=0,
            computed=len(report.computed),
            changed=list(report.changed),
            seconds=self.seconds,
        )

    def fail(self, error: Exception) -> None:
        """Write why the run ended."""
        text = " ".join(str(error).split())
        self.event("end", result="failed", exit_code=1, error=text, seconds=self.seconds)

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return round((self.clock() - self.began).total_seconds(), 1)


def result_of(report: RunReport) -> str:
    """Say in a word how a run ended: published, unchanged or rolled back."""
    if report.rolled_back_to is not None:
        return "rolled back"
    return "published" if report.changed else "unchanged"


@dataclass(frozen=True)
class Summary:
    """A text that is mailed after a run; its first line can be the subject.

    Parameters
    ----------
    path
        File to write; None where no summary is wanted.
    out
        Published folder.
    """

    path: Path | None
    out: Path

    def _write(self, lines: list[str]) -> None:
        write_summary(self.path, lines, stands="what the run published")

    def begin(self, log: RunLog) -> None:
        """Write that a run has begun: what a killed one leaves must not read as yesterday's."""
        self._write(
            [
                f"htkgis run: DID NOT END in {self.out}",
                f"Began {time_words(log.began)} and has not ended, or was killed.",
                "The next run finishes or clears away what this one began.",
            ]
        )

    def end(self, log: RunLog, report: RunReport, held: Mapping[str, Path], stands: str) -> None:
        """Write what a run did.

        Parameters
        ----------
        held
            New versions of layers that wait for somebody, by layer.
        stands
            Which edition stands, in words; empty where none is kept.
        """
        head = {
            "published": f"published {len(report.changed)} files in {self.out}",
            "unchanged": f"nothing changed in {self.out}",
            "rolled back": f"nothing published in {self.out}: a rollback stands",
        }[result_of(report)]
        lines = [f"htkgis run: {head}", *took(log), *([stands] if stands else []), ""]
        lines += [*_computed(log), *listed("Changed files", report.changed)]
        self._write([*lines, *_held(held), *listed("Warnings", log.warned, most=None)])

    def fail(self, log: RunLog, error: Exception, held: Mapping[str, Path]) -> None:
        """Write why a run failed."""
        text = " ".join(str(error).split())
        lines = [f"htkgis run: FAILED in {self.out}", *took(log), "", f"Error: {text}"]
        lines += ["What was published before stands, unless the error says otherwise.", ""]
        lines += [*_computed(log), *_held(held), *listed("Warnings", log.warned, most=None)]
        self._write(lines)


def held_layers(catalog_path: Path, data: Path | None) -> dict[str, Path]:
    """Give the new versions of layers that wait for somebody; none where no catalog can be read."""
    from htkgis.catalog import read_catalog
    from htkgis.pipeline.updates.installed import held_versions

    try:
        return held_versions(read_catalog(catalog_path, data=data))
    except HtkgisError:
        return {}


def write_summary(path: Path | None, lines: list[str], *, stands: str) -> None:
    """Write a text to mail; nowhere where no path is given.

    Parameters
    ----------
    stands
        What a summary that cannot be written does not touch.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    if path is None:
        return
    try:
        write_atomic(path, ("\n".join(lines).rstrip() + "\n").encode())
    except StoreError as error:
        cause = error.__cause__
        why = cause.strerror if isinstance(cause, OSError) else cause
        msg = (
            f"{path.name} ({path}): the summary cannot be written: {why}; {stands} is not touched "
            "by that. Choose another --summary."
        )
        raise StoreError(msg) from error


def time_words(when: dt.datetime) -> str:
    """Write a time to the second."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def took(log: RunLog) -> list[str]:
    """Say when it began and how long it took."""
    return [f"Began {time_words(log.began)}, took {log.seconds:g} seconds."]


def _computed(log: RunLog) -> list[str]:
    computed = [done for done in log.steps if done.state == "computed"]
    of = log.steps[-1].of if log.steps else 0
    cached = len(log.steps) - len(computed)
    slowest = sorted(computed, key=lambda done: (-done.seconds, done.number))
    named = [f"{done.name}: {done.seconds:.1f} s" for done in slowest]
    head = f"Steps of {of}: {cached} from the cache, computed"
    return listed(head, named)


def _held(held: Mapping[str, Path]) -> list[str]:
    rows = [
        f"{name}: a new version waits in {path}; look at it, then htkgis layers accept {name}"
        for name, path in held.items()
    ]
    return listed("Layers held back", rows, most=None)


def listed(
    head: str, rows: list[str] | tuple[str, ...], *, most: int | None = SLOWEST
) -> list[str]:
    """Write a head with a count, some rows below it, and how many more there are."""
    named = [f"  {row}" for row in rows[:most]]
    more = len(rows) - len(named)
    return [f"{head}: {len(rows)}", *named, *([f"  and {more} more"] if more else []), ""]
