"""What stands in a published folder, read without changing it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from htkgis.errors import SourceError
from htkgis.store import sha256_file

from .folder import JOURNAL, MANIFEST, _staging

Pending = Literal["none", "switch", "build"]


@dataclass(frozen=True)
class PublishedState:
    """A published folder as it is now.

    Parameters
    ----------
    manifest
        What was published; None where nothing was, or the manifest cannot be read.
    readable
        False where there is a manifest that is none.
    edited, missing
        Published files whose bytes are not those of the manifest, and those that are gone.
    pending
        ``switch`` where a run was interrupted while it switched (the next run finishes it),
        ``build`` where one was before (the next run clears it away).
    """

    manifest: dict[str, Any] | None
    readable: bool
    edited: tuple[str, ...]
    missing: tuple[str, ...]
    pending: Pending


def published_state(folder: Path) -> PublishedState:
    """Look at a published folder; whatever is wrong with it is part of the answer."""
    manifest, readable = _manifest(folder)
    edited, missing = [], []
    for name, stated in sorted((manifest or {}).get("outputs", {}).items()):
        try:
            same = sha256_file(folder / name) == stated["sha256"]
        except SourceError:
            missing.append(name)
            continue
        if not same:
            edited.append(name)
    return PublishedState(manifest, readable, tuple(edited), tuple(missing), _pending(folder))


def _manifest(folder: Path) -> tuple[dict[str, Any] | None, bool]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        # the keys that are looked at; a manifest without them was not written by a run
        _ = manifest["run"], manifest["study"]["sha256"], manifest["layers"].items()
        _ = [stated["sha256"] for stated in manifest["outputs"].values()]
    except FileNotFoundError:
        return None, True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, False
    return dict(manifest), True


def _pending(folder: Path) -> Pending:
    staging = _staging(folder)
    if not staging.exists():
        return "none"
    return "switch" if (staging / JOURNAL).is_file() else "build"
