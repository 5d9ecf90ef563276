"""Results by key in one folder; the key says what went in, never a time stamp."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from htkgis.errors import StoreError

from .before import Before
from .files import canonical_json, crc32_file, disk_error, patiently, sha256_file, write_atomic
from .twins import file_sums, forget, moved

PART = ".part-"
"""How the folders begin that entries are built in."""

LATEST = "latest"
"""Folder that names the entry written last of each family."""


class Cache:
    """Results by key in one folder; a broken or partial entry counts as absent.

    An entry is a folder of files with ``entry.json``, which holds each file's size, hash and
    checksum and is written last, so that a killed run leaves nothing that looks whole.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: set[str] = set()
        """Keys of the entries that were written through this object."""

    @classmethod
    def default(cls) -> Cache:
        """Take the cache of this user, or the folder that ``HTKGIS_CACHE_DIR`` names."""
        named = os.environ.get("HTKGIS_CACHE_DIR")
        if named:
            return cls(Path(named))
        import platformdirs  # noqa: PLC0415 - only commands that cache need it

        return cls(Path(platformdirs.user_cache_dir("htkgis", appauthor=False)))

    def read(self, key: str) -> dict[str, str] | None:
        """Hashes by file name of an entry, or None where there is no whole entry.

        Sizes are compared here; :meth:`whole` looks at the bytes.
        """
        try:
            files = self._stated(key)
            return {name: str(stated["sha256"]) for name, stated in files.items()}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def whole(self, key: str) -> bool:
        """Whether every byte of an entry is what was written, by the checksum of each file."""
        try:
            for name, stated in self._stated(key).items():
                path = self.path(key, name)
                if not _is_as_written(path, stated):
                    forget(path)
                    return False
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True

    def _stated(self, key: str) -> dict[str, Any]:
        """Read what the entry says of its files; ValueError where one has another size."""
        record = json.loads(self.path(key, "entry.json").read_text("utf-8"))
        files: dict[str, Any] = record["files"]
        for name, stated in files.items():
            if self.path(key, name).stat().st_size != stated["bytes"]:
                msg = f"{name} of {key} has not the size that was written"
                raise ValueError(msg)
        return files

    def path(self, key: str, name: str) -> Path:
        """Where a file of an entry lies."""
        return self.folder / key[:2] / key / name

    def keep(self, key: str, files: Mapping[str, Path | bytes]) -> None:
        """Keep files as they are, by name; an entry that is there stays.

        Parameters
        ----------
        files
            Their bytes, or where they lie: they are copied.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        if self.read(key) is not None:
            return
        with self.writing(key) as folder:
            for name, content in files.items():
                if isinstance(content, bytes):
                    (folder / name).write_bytes(content)
                else:
                    shutil.copyfile(content, folder / name)

    def drop(self, key: str) -> None:
        """Remove an entry, if it is there; what cannot be removed counts as absent all the same."""
        folder = self.path(key, "entry.json").parent
        with contextlib.suppress(OSError):
            # first of all, so that a kill leaves nothing that looks whole
            (folder / "entry.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def note_latest(self, family: str, key: str) -> None:
        """Note which entry of a family was written last; see :meth:`latest`.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        path = self._latest_path(family)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # no more than a help: a name that a power cut leaves half names no entry
            write_atomic(path, key.encode(), sync=False)
        except OSError as error:
            raise disk_error(path, error) from error

    def latest(self, family: str) -> str | None:
        """Give the key of the entry of a family that was written last, if every byte is there."""
        try:
            key = self._latest_path(family).read_text("utf-8")
        except (OSError, ValueError):
            return None
        return key if self.whole(key) else None

    def before(self, family: str, key: str) -> Before | None:
        """Give the entry of a family that was written last, to be compared with one to be written.

        Nothing is said of its bytes, for they are compared. Not where it is the same entry, which
        is written again because something in it is not what it was.
        """
        try:
            last = self._latest_path(family).read_text("utf-8")
            return None if last == key else Before(self.path(last, ""), self._stated(last))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _latest_path(self, family: str) -> Path:
        return self.folder / LATEST / family

    def sweep(self, *, before: dt.datetime) -> None:
        """Remove what killed runs left half written before some time."""
        for part in self.folder.glob(f"*/{PART}*"):
            with contextlib.suppress(OSError):
                if part.stat().st_mtime < before.timestamp():
                    shutil.rmtree(part, ignore_errors=True)

    @contextlib.contextmanager
    def writing(self, key: str, before: Before | None = None) -> Iterator[Path]:
        """Give an empty folder to fill; the entry appears whole when the block ends.

        Parameters
        ----------
        key
            Of the entry.
        before
            Of which files were named again; their sums are known.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        final = self.path(key, "entry.json").parent
        staging: Path | None = None
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=PART, dir=final.parent))
            yield staging
            files = {
                file.name: (before and before.sums(file)) or file_sums(file)
                for file in sorted(staging.iterdir())
            }
            record = canonical_json({"files": files}).encode()
            # nobody looks into the folder before it is moved, and who finds half a file in it,
            # as after a power cut, counts the entry as absent
            (staging / "entry.json").write_bytes(record)
            self._put(staging, final, key)
            moved(staging, final)
            self.written.add(key)
        except StoreError:
            raise
        except OSError as error:
            raise disk_error(final, error) from error
        finally:
            if staging is not None:
                shutil.rmtree(staging, ignore_errors=True)

    def _put(self, staging: Path, final: Path, key: str) -> None:
        """Let an entry appear; one that is there and whole stays, for another run may read it.

        Two runs may write the same entry at once. It is looked at only after the move has failed:
        who looked first would take away what the other has put there in between.
        """
        try:
            staging.rename(final)
        except OSError:
            if self.whole(key):
                return
        else:
            return
        shutil.rmtree(final, ignore_errors=True)
        try:
            patiently(staging.rename, final)
        except OSError:
            if not self.whole(key):
                raise

    def is_empty(self) -> bool:
        """Whether no whole entry is there."""
        return next(self.folder.glob("*/*/entry.json"), None) is None

    def clear(self) -> None:
        """Remove all entries and the folder, where nothing else uses them any more."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_as_written(path: Path, stated: Mapping[str, Any]) -> bool:
    if "crc32" in stated:
        return bool(crc32_file(path) == stated["crc32"])
    # an entry of a version that noted no checksums
    return bool(sha256_file(path) == stated["sha256"])
