"""The report on what moved, beside the files of a run: published and owned like them.

The pages of a run follow from the study, the layers and the code alone. The report follows from the
edition before as well, so it is joined to the finished set, and taken off again to see whether a
folder holds this set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from htkgis.store import sha256_bytes

from .folder import MANIFEST, is_published
from .manifest import manifest_bytes, output_facts

REPORT_PAGE, REPORT_FILE = "changes.html", "changes.json"
REPORT = (REPORT_PAGE, REPORT_FILE)


def with_report(
    files: Mapping[str, bytes],
    report: Mapping[str, bytes],
    limits_kb: Mapping[str, int] | None = None,
) -> dict[str, bytes]:
    """Join a report to a set of files, and to the outputs that its manifest names.

    Parameters
    ----------
    files
        Bytes by name, ``manifest.json`` among them.
    report
        Bytes of :data:`REPORT`.
    limits_kb
        Most kilobytes (1,000 bytes) of the files that have a limit.
    """
    manifest = json.loads(files[MANIFEST])
    manifest["outputs"] |= {
        name: output_facts(report[name], (limits_kb or {}).get(name)) for name in REPORT
    }
    joined = {**files, **{name: report[name] for name in REPORT}}
    joined[MANIFEST] = manifest_bytes(manifest)
    return joined


def set_hash(manifest: bytes) -> str:
    """Hash of the manifest of a set as a run makes it: without the report that was joined to it."""
    try:
        known = json.loads(manifest)
        for name in REPORT:
            known["outputs"].pop(name)
    except (ValueError, KeyError, TypeError, AttributeError):
        return sha256_bytes(manifest)
    return sha256_bytes(manifest_bytes(known))


def holds_edition(hashes: Mapping[str, str], folder: Path) -> bool:
    """Tell whether a folder's manifest is that of a set of files, whatever report is joined.

    Parameters
    ----------
    hashes
        sha256 by name of the set without report, the manifest among them.
    """
    manifest = _manifest(folder)
    return manifest is not None and set_hash(manifest_bytes(manifest)) == hashes[MANIFEST]


def is_published_with_report(hashes: Mapping[str, str], folder: Path) -> bool:
    """Tell whether a folder holds exactly a set of files, by hash, and a report that is whole."""
    manifest = _manifest(folder)
    if manifest is None or not holds_edition(hashes, folder):
        return False
    own = {name: manifest["outputs"][name]["sha256"] for name in REPORT}
    own[MANIFEST] = sha256_bytes(manifest_bytes(manifest))
    return is_published({**hashes, **own}, folder)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """Read a manifest that names a report; None where there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        _ = [manifest["outputs"][name]["sha256"] for name in REPORT]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(manifest)
