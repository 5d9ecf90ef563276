"""Compute a published set once more from the inputs that its manifest names, and compare.

Nothing is taken from the user's cache: every step is computed in a folder of its own, which is
removed afterwards. The published folder is only read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from htkgis import __version__
from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError, SourceError, StoreError
from htkgis.publish.edition_files import REPORT, holds_edition
from htkgis.publish.folder import MANIFEST
from htkgis.publish.published import published_state
from htkgis.store import Cache, disk_error, fingerprint, reading, sha256_file
from htkgis.study import Study, read_study

from .profile_steps import Decimal, profile_steps
from .profiles import published_hashes
from .steps import Progress, run_steps

Fault = Literal["edited", "missing", "differs", "not made", "not named"]


@dataclass(frozen=True)
class Verified:
    """What was found.

    Parameters
    ----------
    folder
        Published folder.
    inputs
        Inputs that are not those the manifest names, each with what is wrong; nothing was
        computed where there are any.
    files
        What is wrong with a file, by name. ``edited`` and ``missing``: on the disk, while the
        computation gives what the manifest names; ``differs``: the computation gives other bytes
        than the manifest names; ``not made``: it gives no such file; ``not named``: it gives one
        that the manifest does not name.
    compared
        How many files were compared.
    version
        Version of the code that published, where it is another than this; empty otherwise.
    """

    folder: Path
    inputs: tuple[str, ...]
    files: Mapping[str, Fault]
    compared: int
    version: str = ""

    @property
    def same(self) -> bool:
        """Whether every byte came out as it was published, and stands so."""
        return not self.inputs and not self.files


def verify_published(
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Compare a published folder with what its inputs give when all is computed anew.

    Raises
    ------
    ConfigError
        If ``study.toml`` or ``catalog.toml`` cannot be read.
    SourceError
        If nothing is published there, or the manifest cannot be read.
    StoreError
        If a switch was interrupted there, an update is writing the layers, or the disk refuses the
        temporary folder.
    """
    study = read_study(study_path)
    with reading(catalog_path, doing="a verification is reading here"):
        return _verified(study, read_catalog(catalog_path, data=data), out, progress)


def _verified(study: Study, catalog: Catalog, out: Path, progress: Progress | None) -> Verified:
    manifest = _manifest(out)
    found = {name: _hash(catalog, name) for name in catalog.layers}
    wrong = other_inputs(manifest, study, found)
    published_by = str(manifest.get("htkgis"))
    version = "" if published_by == __version__ else published_by
    if wrong:
        return Verified(out, wrong, {}, 0, version)
    hashes = {name: sha for name, sha in found.items() if sha is not None}
    language = str(manifest.get("language", study.study.language))
    decimal: Decimal = "point" if manifest.get("decimal") == "point" else "comma"
    steps = profile_steps(study, catalog, hashes, language, decimal=decimal)
    try:
        with tempfile.TemporaryDirectory(prefix="htkgis-verify-") as folder:
            made = published_hashes(run_steps(steps, Cache(Path(folder)), progress=progress))
    except OSError as error:
        if isinstance(error, StoreError | SourceError):
            raise
        raise disk_error(Path(tempfile.gettempdir()), error) from error
    stated = {name: row["sha256"] for name, row in manifest["outputs"].items()}
    # the report follows from the edition before as well: it is compared by what was published
    made |= {name: stated[name] for name in REPORT if name in stated}
    if holds_edition(made, out):
        made[MANIFEST] = sha256_file(out / MANIFEST)
    names = sorted({*made, *stated, MANIFEST})
    faults = {name: fault for name in names if (fault := fault_of(name, stated, made, out))}
    return Verified(out, (), faults, len(names), version)


def fault_of(
    name: str, stated: Mapping[str, str], made: Mapping[str, str], out: Path
) -> Fault | None:
    """Say what is wrong with one file; None where it stands as computed.

    Parameters
    ----------
    name
        Of the file.
    stated, made
        sha256 by name: what the published manifest names, and what was computed just now.
    out
        Published folder.
    """
    if name not in made:
        return "not made"
    # the manifest names all files but itself: it is compared by what stands there
    if name != MANIFEST and name not in stated:
        return "not named"
    if stated.get(name, made[name]) != made[name]:
        return "differs"
    if not (out / name).is_file():
        return "missing"
    same = sha256_file(out / name) == made[name]
    return None if same else "differs" if name == MANIFEST else "edited"


def other_inputs(
    manifest: Mapping[str, Any], study: Study, found: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Say which inputs are not those that a manifest names.

    Parameters
    ----------
    manifest
        Of the published set.
    study
        As it is now.
    found
        sha256 of each layer of the catalog as it is now; None where the file is missing.
    """
    wrong = []
    if manifest["study"]["sha256"] != fingerprint(study.model_dump(mode="json")):
        wrong.append("the study: its decisions are others than those published")
    used = {name: row.get("sha256") for name, row in manifest["layers"].items()}
    for name in sorted({*used, *found}):
        if name not in found:
            wrong.append(f"layer {name}: no longer in the catalog")
        elif name not in used:
            wrong.append(f"layer {name}: not among those published")
        elif found[name] is None:
            wrong.append(f"layer {name}: the file is missing or cannot be read")
        elif found[name] != used[name]:
            wrong.append(
                f"layer {name}: the file is sha256 {str(found[name])[:12]}, published was "
                f"{str(used[name])[:12]}"
            )
    return tuple(wrong)


def _manifest(out: Path) -> Mapping[str, Any]:
    state = published_state(out)
    if state.manifest is None:
        why = "nothing is published there" if state.readable else f"{MANIFEST} cannot be read"
        msg = f"{out.name} ({out}): {why}. Name the folder of a run with --out."
        raise SourceError(msg)
    if state.pending == "switch":
        msg = (
            f"{out.name} ({out}): a switch to other files was interrupted, so two sets lie there. "
            "Run htkgis run, which finishes it, then verify again."
        )
        raise StoreError(msg)
    return state.manifest


def _hash(catalog: Catalog, name: str) -> str | None:
    try:
        return catalog.hash(name)
    except (SourceError, ConfigError):
        return None
