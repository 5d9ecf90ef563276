"""A file that arrives in pieces: kept between attempts until it is whole, then put in place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from .files import canonical_json, disk_error, move_into_place, remove, write_atomic


class PartialFile:
    """A part of a file beside where the whole will lie, and a note of what it is a part of.

    Parameters
    ----------
    target
        Where the whole file goes; what lies there stays until :meth:`finish`.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.part = target.with_name(f".{target.name}.part")
        self.note = target.with_name(f".{target.name}.part.json")

    def of(self) -> dict[str, str]:
        """Say what the part is a part of; nothing where none is kept, or the note is damaged."""
        try:
            known = json.loads(self.note.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) and self.part.exists() else {}

    def size(self) -> int:
        """Count the bytes that have arrived."""
        return self.part.stat().st_size if self.part.exists() else 0

    def begin(self, of: dict[str, str]) -> None:
        """Start anew: forget the part that was kept, and note what the next one belongs to.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        self.drop()
        write_atomic(self.note, canonical_json(of).encode())

    def append(self, pieces: Iterable[bytes]) -> None:
        """Write pieces behind those that are there; what came before a fault stays.

        Raises
        ------
        StoreError
            If the disk refuses. Whatever the pieces themselves raise goes through.
        """
        try:
            stream = self.part.open("ab")
        except OSError as error:
            raise disk_error(self.part, error) from error
        with stream:
            for piece in pieces:
                try:
                    stream.write(piece)
                except OSError as error:
                    raise disk_error(self.part, error) from error
            try:
                stream.flush()
                os.fsync(stream.fileno())
            except OSError as error:
                raise disk_error(self.part, error) from error

    def finish(self) -> Path:
        """Put the whole file in place of what was there, in one step.

        Raises
        ------
        StoreError
            If the disk refuses; the old file stands.
        """
        move_into_place(self.part, self.target)
        remove(self.note)
        return self.target

    def drop(self) -> None:
        """Forget the part.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        remove(self.note)
        remove(self.part)
