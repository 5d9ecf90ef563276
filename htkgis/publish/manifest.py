"""The manifest: what a published set was made of. No clock, no machine, same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from htkgis import __version__
from htkgis.store import fingerprint, sha256_bytes

from .page_sizes import KB


def build_manifest(  # noqa: PLR0913 - all that a set was made of
    files: Mapping[str, bytes],
    *,
    study: Mapping[str, Any],
    layers: Mapping[str, Mapping[str, Any]],
    counts: Mapping[str, Any],
    language: str,
    decimal: str = "comma",
    limits_kb: Mapping[str, int] | None = None,
    scenario: Mapping[str, Any] | None = None,
) -> bytes:
    """Write the manifest of a set of files.

    Parameters
    ----------
    files
        Published files by name, without the manifest.
    study
        Every decision of the study, as JSON.
    layers
        Facts of each layer, its ``sha256`` among them.
    counts
        Rows read, kept, dropped and mended per layer, and what the network held.
    language
        Of the pages.
    decimal
        ``comma`` or ``point``, of the numbers in CSV files.
    limits_kb
        Most kilobytes (1,000 bytes) of the files that have a limit.
    scenario
        Its edits and its year, as JSON; None for a run of the study itself.
    """
    limits = limits_kb or {}
    manifest = {
        "htkgis": __version__,
        "language": language,
        "decimal": decimal,
        "run": run_identity(study=study, layers=layers, scenario=scenario),
        "study": {"id": study["study"]["id"], "sha256": fingerprint(study)},
        "layers": {name: dict(layer) for name, layer in layers.items()},
        "counts": dict(counts),
        "outputs": {
            name: output_facts(data, limits.get(name)) for name, data in sorted(files.items())
        },
    }
    if scenario is not None:
        own = scenario["scenario"]
        manifest["scenario"] = {
            "id": own["id"],
            "year": scenario["year"],
            "sha256": fingerprint(own),
        }
    return manifest_bytes(manifest)


def output_facts(data: bytes, limit_kb: int | None) -> dict[str, Any]:
    """State size and hash of a published file, and its most bytes where it has a limit."""
    facts: dict[str, Any] = {"bytes": len(data), "sha256": sha256_bytes(data)}
    return facts if limit_kb is None else facts | {"limit_bytes": limit_kb * KB}


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Write a manifest; the same one is always the same bytes."""
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def run_identity(
    *,
    study: Mapping[str, Any],
    layers: Mapping[str, Mapping[str, Any]],
    scenario: Mapping[str, Any] | None = None,
) -> str:
    """Twelve digits that name a run by what went into it: study, layers, and a scenario's edits."""
    hashes = {name: layer["sha256"] for name, layer in layers.items()}
    known = {"study": study, "layers": hashes}
    return fingerprint(known if scenario is None else {**known, "scenario": scenario})[:12]
