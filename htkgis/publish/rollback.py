"""Put an earlier edition back, by the same switch that published it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from htkgis.errors import StoreError
from htkgis.store import lock
from htkgis.store.lock import WAIT

from .editions import (
    Edition,
    edition_files,
    editions_folder,
    keep_standing,
    kept_editions,
    note_rollback,
)
from .folder import recover, switch


@dataclass(frozen=True)
class Rollback:
    """What a rollback did.

    Parameters
    ----------
    edition
        The edition that stands now.
    before
        The one that stood; None where what stood was not kept, because it was edited by hand.
    changed
        Files that were added, changed or removed.
    finished
        Whether an interrupted switch was finished, and nothing else done: which edition is the
        earlier one could not be known before.
    """

    edition: Edition
    before: Edition | None
    changed: tuple[str, ...]
    finished: bool = False


def roll_back(folder: Path, *, to: int | None = None) -> Rollback:
    """Put an earlier edition back into the published folder.

    Parameters
    ----------
    folder
        Published folder.
    to
        Number of the edition; the one before that which stands where missing.

    Raises
    ------
    StoreError
        If no such edition is kept or it is damaged, another run is writing here, or the disk
        refuses. Nothing has changed then, or the switch has begun and the next run or rollback
        finishes it; the message says which.
    """
    if not editions_folder(folder).is_dir():
        raise StoreError(_none_kept(folder))
    with lock(folder, doing="a rollback is writing here", advice=WAIT):
        finished = recover(folder)
        before = keep_standing(folder)
        if finished and to is None and before is not None:
            return Rollback(before, before, (), finished=True)
        edition = _chosen(folder, before, to)
        files = edition_files(edition, folder)
        note_rollback(edition, folder)
        return Rollback(edition, before, tuple(switch(files, folder)))


def _chosen(folder: Path, stands: Edition | None, to: int | None) -> Edition:
    kept = {each.number: each for each in kept_editions(folder)}
    if to is None:
        # what stands and is not kept came after all that are
        earlier = [number for number in kept if stands is None or number < stands.number]
        to = max(earlier, default=None)
        if to is None:
            raise StoreError(_none_kept(folder))
    if to not in kept:
        msg = (
            f"edition {to} ({editions_folder(folder)}): is not kept; there are "
            f"{', '.join(map(str, kept)) or 'none'}. Choose one of them: htkgis rollback --list."
        )
        raise StoreError(msg)
    return kept[to]


def _none_kept(folder: Path) -> str:
    return (
        f"{folder.name} ({folder}): no earlier edition is kept in {editions_folder(folder)}. A run "
        "keeps one each time the published set changes. Correct --out, or publish: htkgis run."
    )
