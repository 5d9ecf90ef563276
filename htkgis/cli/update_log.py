"""What an unattended update says: JSON lines while it goes on, and a text that can be mailed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .run_log import RunLog, listed, time_words, took, write_summary

if TYPE_CHECKING:
    from htkgis.pipeline.updates.update import LayerUpdate

IN_USE = ("accepted", "noted")
NO_SERVICE = (
    "No layer of {catalog} names a service to fetch from: there is nothing to update. "
    "State fetch = {{ service = ..., item = ... }} for a layer that has one."
)


def waiting(updates: list[LayerUpdate]) -> list[LayerUpdate]:
    """Give the updates that somebody has to look at."""
    return [each for each in updates if each.decision in {"held", "failed"}]


def result_words(updates: list[LayerUpdate], catalog_path: Path) -> str:
    """Say in one line how an update ended.

    Examples
    --------
    >>> result_words([], Path("catalog.toml"))
    'nothing to fetch: no layer of catalog.toml names a service'
    """
    if not updates:
        return f"nothing to fetch: no layer of {catalog_path.name} names a service"
    counts = {
        "in use": sum(each.decision in IN_USE for each in updates),
        "HELD BACK": sum(each.decision == "held" for each in updates),
        "NOT FETCHED": sum(each.decision == "failed" for each in updates),
        "would be asked for": sum(each.decision == "would ask" for each in updates),
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"{said or 'nothing new'}, of {len(updates)} layers"


@dataclass
class UpdateLog:
    """What happened in one update.

    Parameters
    ----------
    log
        Where lines go; holds the warnings too.
    catalog_path
        Whose layers.
    updates
        What was decided so far.
    """

    log: RunLog
    catalog_path: Path
    updates: list[LayerUpdate] = field(default_factory=list)

    def begin(self) -> None:
        """Write that an update has begun."""
        self.log.event("start", command="update", catalog=str(self.catalog_path))

    def layer(self, update: LayerUpdate, seconds: float, number: int, of: int) -> None:
        """Note what was decided on a layer."""
        self.updates.append(update)
        self.log.event(
            "layer",
            layer=update.name,
            decision=update.decision,
            why=update.why,
            differences=[each.line() for each in update.judged],
            sha256=update.sha256,
            seconds=round(seconds, 3),
            number=number,
            of=of,
        )

    def end(self, *, exit_code: int) -> None:
        """Write how the update ended."""
        self.log.event(
            "end",
            result=result_words(self.updates, self.catalog_path),
            exit_code=exit_code,
            in_use=[each.name for each in self.updates if each.decision in IN_USE],
            held=[each.name for each in self.updates if each.decision == "held"],
            failed=[each.name for each in self.updates if each.decision == "failed"],
            seconds=self.log.seconds,
        )


@dataclass(frozen=True)
class UpdateSummary:
    """A text that is mailed after an update; its first line can be the subject.

    Parameters
    ----------
    path
        File to write; None where no summary is wanted.
    catalog_path
        Whose layers.
    """

    path: Path | None
    catalog_path: Path

    def begin(self, log: RunLog) -> None:
        """Write that an update has begun: what a killed one leaves must not read as yesterday's."""
        self._write(
            [
                "htkgis update: DID NOT END",
                f"Began {time_words(log.began)} and has not ended, or was killed.",
                "Each layer is as it was or in use whole; the next update or run sees to that.",
            ]
        )

    def end(self, told: UpdateLog, held: Mapping[str, Path]) -> None:
        """Write what was decided on each layer.

        Parameters
        ----------
        held
            Versions that wait for somebody, those of earlier nights among them, by layer.
        """
        updates = told.updates
        lines = [f"htkgis update: {result_words(updates, self.catalog_path)}", *took(told.log), ""]
        used = [_line(each) for each in updates if each.decision in IN_USE]
        lines += listed("New versions in use", used, most=None)
        why = {each.name: f": {each.why}" for each in updates if each.decision == "held"}
        rows = [
            f"{name}{why.get(name, '')}: look at {path}, then htkgis layers accept {name}"
            for name, path in held.items()
        ]
        lines += listed("Held back, the old version stays in use", rows, most=None)
        failed = [f"{each.name}: {each.why}" for each in updates if each.decision == "failed"]
        lines += listed("Not fetched, the old version stays in use", failed, most=None)
        same = [each.name for each in updates if each.decision == "unchanged"]
        lines += listed("Nothing new", same, most=None)
        self._write([*lines, *listed("Warnings", told.log.warned, most=None)])

    def fail(self, told: UpdateLog, error: Exception) -> None:
        """Write why an update failed."""
        text = " ".join(str(error).split())
        lines = ["htkgis update: FAILED", *took(told.log), "", f"Error: {text}", ""]
        done = [f"{each.name}: {each.decision}" for each in told.updates]
        self._write([*lines, *listed("Layers that were decided on before", done, most=None)])

    def _write(self, lines: list[str]) -> None:
        write_summary(self.path, lines, stands="what the update did")


def _line(update: LayerUpdate) -> str:
    differences = "; ".join(each.line() for each in update.judged)
    return f"{update.name}: {differences or 'no row is another'}"
