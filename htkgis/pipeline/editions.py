"""What an edition was made of, kept so that the next one can say why figures moved.

The published folder holds the figures of an edition; its decisions and the very files of its
layers are kept in the cache, never in what is published, for a layer may hold what pages may not
tell. Without them (the cache was emptied) the next report says what moved, and of causes only
which layers have another hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from htkgis import __version__
from htkgis.catalog import SHAPEFILE, Catalog, Layer
from htkgis.errors import ConfigError, SourceError
from htkgis.publish.folder import MANIFEST
from htkgis.store import Cache, fingerprint, sha256_file
from htkgis.study import Study
from htkgis.toml_file import lists_as_tuples

from .steps import code_fingerprint

RECORD = "edition.json"
NOT_DECIDING = frozenset(
    {
        "path",
        "history",
        "fetch",
        "title",
        "title_en",
        "source",
        "source_en",
        "source_url",
        "licence",
        "credit",
        "note",
        "note_en",
    }
)
"""Facts of a layer that no figure depends on."""


@dataclass(frozen=True)
class Edition:
    """What the figures of a run were made of.

    Parameters
    ----------
    study
        Every decision, as JSON.
    layers
        By name: the catalog's facts, with the hash of the file in ``sha256``.
    version, code
        Of htkgis, and the hash of its own files.
    """

    study: dict[str, Any]
    layers: dict[str, dict[str, Any]]
    version: str
    code: str


def edition_of(study: Study, catalog: Catalog, hashes: Mapping[str, str]) -> Edition:
    """Describe the edition that a run makes."""
    layers = {
        name: layer.model_dump(mode="json", exclude={"history"}) | {"sha256": hashes[name]}
        for name, layer in catalog.layers.items()
    }
    return Edition(study.model_dump(mode="json"), layers, __version__, code_fingerprint())


def keep_edition(cache: Cache, folder: Path, edition: Edition, catalog: Catalog) -> tuple[str, ...]:
    """Keep what a published edition was made of; what is kept already is not written again.

    Parameters
    ----------
    folder
        Published folder: the edition is found again by the hash of its manifest.

    Returns
    -------
    keys
        Of the cache, under which all of it lies.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    # in the order of study and catalog, which decides the order of what is computed from them
    record = {RECORD: json.dumps(asdict(edition)).encode()}
    keys = [_edition_key(folder), _edition_key(folder, edition.code)]
    layers = {name: _layer_key(facts["sha256"]) for name, facts in edition.layers.items()}
    if not all(cache.read(key) is not None for key in keys):
        for name, key in layers.items():
            cache.keep(key, {part.name: part for part in _files(catalog.file(name))})
        for key in keys:
            cache.keep(key, record)
    return (*keys, *layers.values())


def kept_edition(cache: Cache, folder: Path) -> Edition | None:
    """Find what the edition in a folder was made of; None where nothing is published or kept.

    Where the code as it is now has made the very same edition since, it is said to be of this code.
    """
    for code in (code_fingerprint(), ""):
        try:
            record = cache.path(_edition_key(folder, code), RECORD)
            return Edition(**json.loads(record.read_text("utf-8")))
        except (SourceError, OSError, ValueError, TypeError):
            continue
    return None


def kept_catalog(cache: Cache, edition: Edition, like: Catalog) -> Catalog:
    """Give the catalog of an edition, over the files that were kept of it.

    Parameters
    ----------
    like
        Whose path errors name.

    Raises
    ------
    SourceError
        If a layer is no longer kept.
    ConfigError
        If the facts of a layer are none by this version of htkgis.
    """
    layers = {}
    for name, facts in edition.layers.items():
        file = _kept_file(cache, name, facts)
        try:
            layers[name] = Layer.model_validate(
                lists_as_tuples({**facts, "path": str(file.resolve())})
            )
        except ValidationError as error:
            msg = (
                f"layers.{name} (the edition before): its facts are none that this version of "
                "htkgis reads. What moved has no causes this time; the next report has."
            )
            raise ConfigError(msg) from error
    return Catalog(like.path, layers, like.data, like.services)


def _kept_file(cache: Cache, name: str, facts: Mapping[str, Any]) -> Path:
    key, file = _layer_key(facts["sha256"]), Path(facts["path"]).name
    if not cache.whole(key):
        msg = (
            f"{name} ({file}): the file of the edition before is no longer in the cache. What "
            "moved has no causes this time; keep the cache for the next report."
        )
        raise SourceError(msg)
    path = cache.path(key, file)
    return path if path.exists() else path.parent  # a feed is a folder of files


def _files(file: Path) -> list[Path]:
    """List the files that a layer is made of: those whose bytes its hash is of."""
    if file.is_dir():
        return sorted(file.glob("*.txt"))
    if file.suffix.lower() == SHAPEFILE[0]:
        beside = sorted(file.parent.glob("*"))
        return [part for part in beside if part.stem == file.stem and _is_part(part)]
    return [file]


def _is_part(path: Path) -> bool:
    return path.suffix.lower() in SHAPEFILE


def _edition_key(folder: Path, code: str = "") -> str:
    return fingerprint({"edition": sha256_file(folder / MANIFEST), "code": code})


def _layer_key(sha256: str) -> str:
    return fingerprint({"layer": sha256})
