"""What is published, from what, and what a run would do; nothing is computed or written.

This module imports nothing heavy, so that it answers at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from htkgis import __version__
from htkgis.catalog import Catalog, Layer, read_catalog
from htkgis.errors import ConfigError, SourceError
from htkgis.publish.edition_files import REPORT
from htkgis.publish.editions import withdrawn_by
from htkgis.publish.folder import MANIFEST
from htkgis.publish.published import PublishedState, published_state
from htkgis.store import Cache, fingerprint
from htkgis.study import read_study

from .profile_steps import Decimal, profile_steps
from .profiles import published_hashes
from .steps import Results, Step, hashes_of, step_key

NO_FILE = ""
"""Stands for the hash of a file that is not there."""
KEPT = ("title", "title_en", "source", "source_en", "licence", "credit", "published", "note")
"""Facts of a layer that a manifest keeps."""


@dataclass(frozen=True)
class LayerStatus:
    """One layer now, beside what was published.

    Parameters
    ----------
    name, published, licence
        As in the catalog.
    state
        ``accepted``, ``changed`` since it was accepted, ``never accepted`` or ``missing``.
    age_days
        Days between its date and that of the newest layer; a month or a year counts from its
        first day.
    since
        Beside the published set: ``same``, ``changed``, ``new``, or ``described anew`` (its
        title, licence, credit or date differ); ``unknown`` where nothing is published.
    """

    name: str
    published: str
    licence: str
    state: str
    age_days: int
    since: str


@dataclass(frozen=True)
class Status:
    """What is published and what a run would do.

    Parameters
    ----------
    folder
        Published folder.
    published
        What stands there.
    layers
        Layers of the catalog; ``gone`` names those that the published set used and the
        catalog does not.
    reasons
        Why the published set is not what a run would publish; empty where it is.
    computed
        Steps that a run would compute for certain.
    perhaps
        Steps behind them, which are computed unless their inputs come out the same.
    """

    folder: Path
    published: PublishedState
    layers: tuple[LayerStatus, ...]
    gone: tuple[str, ...]
    reasons: tuple[str, ...]
    computed: tuple[str, ...]
    perhaps: tuple[str, ...]


def read_status(
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    cache: Cache | None = None,
) -> Status:
    """Compare a published folder with the study, the layers and the code as they are.

    Raises
    ------
    ConfigError
        If ``study.toml`` or ``catalog.toml`` cannot be read.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    published = published_state(out)
    manifest = published.manifest or {}
    hashes = {name: _hash(catalog, name) for name in catalog.layers}
    language = str(manifest.get("language", study.study.language))
    decimal: Decimal = "point" if manifest.get("decimal") == "point" else "comma"
    steps = profile_steps(study, catalog, hashes, language, decimal=decimal)
    results, computed, perhaps = stale_steps(steps, cache or Cache.default())
    layers = _layers(catalog, hashes, published)
    gone = tuple(sorted(set(manifest.get("layers", {})) - set(catalog.layers)))
    decisions = fingerprint(study.model_dump(mode="json"))
    reasons = _reasons(published, decisions, layers, gone)
    if published.manifest is not None:
        aside = _aside(out, results, computed)
        reasons = aside or reasons or _other_reasons(manifest, results, computed)
    return Status(out, published, layers, gone, reasons, computed, perhaps)


def stale_steps(
    steps: list[Step], cache: Cache
) -> tuple[Results, tuple[str, ...], tuple[str, ...]]:
    """Tell which steps are not in the cache, and which cannot be told before those are done."""
    results = Results(cache)
    computed, perhaps = [], []
    known: set[str] = set()
    for step in steps:
        if not known.issuperset(step.decided_by.values()):
            perhaps.append(step.name)
            continue
        key = step_key(step, hashes_of(step, results))
        record = cache.read(key)
        if record is None:
            computed.append(step.name)
            continue
        results.finish(step, key, record)
        known |= set(step.outputs)
    return results, tuple(computed), tuple(perhaps)


def _hash(catalog: Catalog, name: str) -> str:
    try:
        return catalog.hash(name)
    except (SourceError, ConfigError):
        return NO_FILE


def _layers(
    catalog: Catalog, hashes: Mapping[str, str], published: PublishedState
) -> tuple[LayerStatus, ...]:
    days = {name: first_day(layer.published) for name, layer in catalog.layers.items()}
    newest = max(days.values())
    before = None if published.manifest is None else published.manifest["layers"]
    rows = []
    for name, layer in catalog.layers.items():
        used = None if before is None else before.get(name, {})
        rows.append(
            LayerStatus(
                name=name,
                published=layer.published,
                licence=layer.licence,
                state=_state(hashes[name], layer.sha256),
                age_days=(newest - days[name]).days,
                since=_since(layer, hashes[name], used),
            )
        )
    return tuple(rows)


def _since(layer: Layer, found: str, used: Mapping[str, Any] | None) -> str:
    """Compare a layer with what the published set says of it; None where nothing is published."""
    if used is None:
        return "unknown"
    if not used:
        return "new"
    if used.get("sha256") != found:
        return "changed"
    facts = layer.model_dump(mode="json")
    same = all(facts[key] == value for key, value in used.items() if key in KEPT)
    return "same" if same else "described anew"


def _state(found: str, accepted: str) -> str:
    if found == NO_FILE:
        return "missing"
    return "accepted" if found == accepted else "changed" if accepted else "never accepted"


def first_day(published: str) -> date:
    """First day of a date, a month or a year.

    Examples
    --------
    >>> first_day("2026-11"), first_day("2016-12-01")
    (datetime.date(2026, 11, 1), datetime.date(2016, 12, 1))
    """
    year, month, day = [*map(int, published.split("-")), 1, 1][:3]
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 1, 1)


def _reasons(
    published: PublishedState,
    decisions: str,
    layers: tuple[LayerStatus, ...],
    gone: tuple[str, ...],
) -> tuple[str, ...]:
    manifest = published.manifest
    if manifest is None:
        return ()
    reasons = []
    if manifest["study"]["sha256"] != decisions:
        reasons.append("the study has changed")
    for word in ("changed", "new", "described anew"):
        named = [layer.name for layer in layers if layer.since == word]
        if named:
            reasons.append(f"{len(named)} layers are {word}: {', '.join(named)}")
    if gone:
        reasons.append(f"{len(gone)} layers are no longer in the catalog: {', '.join(gone)}")
    if manifest.get("htkgis") != __version__:
        reasons.append(f"the code is version {__version__}, not {manifest.get('htkgis')}")
    return tuple(reasons)


def _aside(out: Path, results: Results, computed: tuple[str, ...]) -> tuple[str, ...]:
    """Say that a rollback stands: then the set differs, and a run leaves it."""
    stands = None if computed else withdrawn_by(published_hashes(results)[MANIFEST], out)
    if stands is None:
        return ()
    number = stands.number
    return (f"a rollback put the newer set aside, and edition {number} stands until a change",)


def _other_reasons(
    manifest: Mapping[str, Any], results: Results, computed: tuple[str, ...]
) -> tuple[str, ...]:
    """Say why a run would publish other files although neither study nor layers differ."""
    if computed:
        # all that the key of a step holds besides: the code, and how columns are read
        return ("the code or the catalog's columns have changed, or the cache was emptied",)
    stated = {name: row["sha256"] for name, row in manifest["outputs"].items()}
    made = published_hashes(results)
    # the report follows from the edition before as well
    differ = [n for n, sha in stated.items() if n not in REPORT and made.get(n) != sha]
    return ("it was published by another version of the code",) if differ else ()
