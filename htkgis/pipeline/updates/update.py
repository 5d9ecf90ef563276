"""Update the layers of a catalog from their services: fetch, check, accept or hold back.

Each layer is decided on alone: a service that is down, or a version that is held back, leaves the
version in use and the other layers as they are.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError, HtkgisError, first
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.download import Validators
from htkgis.loaders.remote.fetched import Wanted, fetch_layer
from htkgis.loaders.remote.waiting import Patience
from htkgis.pipeline.steps import Progress
from htkgis.pipeline.update import study_area
from htkgis.schema.versions import compare_versions
from htkgis.services import Fetch, service_of
from htkgis.store import canonical_json, disk_error, lock, sha256_file, write_atomic
from htkgis.store.lock import WAIT
from htkgis.study import Study, read_study

from .installed import UPDATING, drop, held_file, hold_back, incoming_file, install, recover
from .judged import Judged, judge
from .versions import check_version, rows_of_version, with_version

Decision = Literal["unchanged", "accepted", "noted", "held", "failed", "would ask"]
Decided = Callable[["LayerUpdate", float, int, int], None]
MEMORY = ".fetched.json"
"""What servers say of the versions in use, beside the catalog; may be deleted at any time."""


@dataclass(frozen=True)
class LayerUpdate:
    """What was decided on one layer.

    Parameters
    ----------
    name
        The layer.
    decision
        ``unchanged``: there is nothing newer. ``accepted``: the new version is in use. ``noted``:
        it is in use, and differs in what somebody may want to know. ``held``: the old version
        stays in use until somebody has looked. ``failed``: nothing usable came, the old version
        stays. ``would ask``: in a dry run.
    judged
        How the versions differ.
    why
        Of ``held`` and ``failed``: why, in one line; of ``would ask``: what is asked.
    sha256
        Of the version that came; empty where none did.
    """

    name: str
    decision: Decision
    judged: tuple[Judged, ...] = ()
    why: str = ""
    sha256: str = ""


@dataclass
class UpdateRun:
    """All that an update needs; one for all layers.

    Parameters
    ----------
    study, catalog
        As they are read.
    today
        Date that a version without a date of its own is from.
    patience, pause
        How servers are waited for.
    """

    study: Study
    catalog: Catalog
    today: dt.date
    patience: Patience = field(default_factory=Patience)
    pause: Callable[[float], None] = time.sleep

    def update(self, name: str) -> LayerUpdate:
        """Fetch, check and decide on one layer; see :func:`update_layers`."""
        fetch = self.catalog.layers[name].fetch
        if fetch is None:
            raise ConfigError(_no_fetch(self.catalog, [name]))
        incoming = incoming_file(self.catalog, name)
        try:
            validators = self._fetched(name, fetch, incoming)
        except HtkgisError as error:
            return LayerUpdate(name, "failed", why=str(error))
        if validators is None:
            drop(held_file(self.catalog, name))
            return LayerUpdate(name, "unchanged")
        sha256 = sha256_file(incoming)
        if sha256 == self.catalog.layers[name].sha256:
            # the service has taken back what was held: nobody shall accept it by mistake
            drop(held_file(self.catalog, name))
            drop(incoming)
            self._remember(name, sha256, validators)
            return LayerUpdate(name, "unchanged", sha256=sha256)
        return self._decide(name, incoming, sha256, validators)

    def _fetched(self, name: str, fetch: Fetch, incoming: Path) -> Validators | None:
        """Fetch into ``incoming``; None where the server knows of nothing newer."""
        service = service_of(fetch, self.catalog.services, layer=name, where=str(self.catalog.path))
        crs = self.study.study.crs
        area = study_area(self.catalog, self.study).buffer(fetch.surroundings_m)
        west, south, east, north = (float(value) for value in area.total_bounds)
        around = Around((west, south, east, north), crs)
        try:
            incoming.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(incoming, error) from error
        wanted = Wanted(name, fetch, service, around, area.iloc[0], incoming, self._known(name))
        got = fetch_layer(wanted, patience=self.patience, pause=self.pause)
        return got.validators if got.new else None

    def _decide(
        self, name: str, incoming: Path, sha256: str, validators: Validators
    ) -> LayerUpdate:
        new = with_version(self.catalog, name, incoming)
        try:
            check_version(new, name, self.study)
            judged = self._judged(name, new)
        except HtkgisError as error:
            hold_back(self.catalog, name, incoming)
            return LayerUpdate(name, "held", why=str(error), sha256=sha256)
        held = [each for each in judged if each.held]
        if held:
            hold_back(self.catalog, name, incoming)
            why = "; ".join(each.line() for each in held)
            return LayerUpdate(name, "held", tuple(judged), why, sha256)
        reason = f"update {self.today.isoformat()}: {'; '.join(e.words for e in judged) or 'bytes'}"
        install(self.catalog, name, incoming, reason=reason, published=self._published(validators))
        drop(held_file(self.catalog, name))
        self._remember(name, sha256, validators)
        decision: Decision = "noted" if judged else "accepted"
        return LayerUpdate(name, decision, tuple(judged), sha256=sha256)

    def _judged(self, name: str, new: Catalog) -> list[Judged]:
        """Compare with the version in use; without one there is nothing to compare."""
        if not self.catalog.file(name).exists():
            return []
        before = rows_of_version(self.catalog, name, self.study)
        after = rows_of_version(new, name, self.study)
        return judge(compare_versions(before, after), self.study.updates, before)

    def _published(self, validators: Validators) -> str:
        """Day of the data: what the server says of the file, else the day they were asked for."""
        try:
            stated = email.utils.parsedate_to_datetime(validators.last_modified)
        except ValueError:
            return self.today.isoformat()
        return stated.date().isoformat()

    def _memory(self) -> dict[str, dict[str, str]]:
        try:
            known = json.loads((self.catalog.path.parent / MEMORY).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _known(self, name: str) -> Validators:
        """Give what the server said of the version in use; nothing where that is another by now."""
        known = self._memory().get(name, {})
        try:
            same = known.get("sha256") == self.catalog.hash(name)
        except HtkgisError:
            same = False
        return Validators(known["etag"], known["last_modified"]) if same else Validators()

    def _remember(self, name: str, sha256: str, validators: Validators) -> None:
        said = {
            "sha256": sha256,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
        }
        content = canonical_json(self._memory() | {name: said})
        write_atomic(self.catalog.path.parent / MEMORY, content.encode())


def update_layers(
    study_path: Path,
    catalog_path: Path,
    names: Sequence[str] = (),
    *,
    today: dt.date,
    data: Path | None = None,
    dry_run: bool = False,
    patience: Patience | None = None,
    pause: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
    done: Decided | None = None,
) -> list[LayerUpdate]:
    """Update layers from the services that the catalog names for them.

    A new version is read as a run reads it, with the layers that must fit it, and compared with
    the version in use. What breaks its contract, or differs by more than ``updates`` of the study
    trusts, is put into the folder ``held`` beside the layer, and the old version stays in use;
    ``htkgis layers accept NAME`` takes it after all.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    names
        Layers to update; all that name a service if missing.
    today
        Date that a version without a date of its own is from.
    data
        Folder that ``{data}`` stands for in the catalog.
    dry_run
        Whether to ask nothing and write nothing.
    patience, pause
        How servers are waited for.
    progress
        Told of each layer.
    done
        Told what was decided on a layer, in how many seconds, its number from 1, and how many
        there are.

    Returns
    -------
    updates
        One for each layer, in the order of the catalog; none where no layer names a service.

    Raises
    ------
    ConfigError
        A name is no layer, or names no service.
    StoreError
        If another update is writing or a run reads the layers, or the disk refuses; no layer is in
        between.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    wanted = _wanted(catalog, names)
    if dry_run:
        return [LayerUpdate(name, "would ask", why=_question(catalog, name)) for name in wanted]
    with lock(catalog_path, doing=UPDATING, advice=WAIT):
        recover(catalog)
        run = UpdateRun(study, catalog, today, patience or Patience(), pause)
        updates = []
        for number, name in enumerate(wanted, start=1):
            if progress is not None:
                progress(name, number, len(wanted))
            begun = time.perf_counter()
            run.catalog = read_catalog(catalog_path, data=data)
            updates.append(run.update(name))
            if done is not None:
                done(updates[-1], time.perf_counter() - begun, number, len(wanted))
    return updates


def _wanted(catalog: Catalog, names: Sequence[str]) -> list[str]:
    strangers = [name for name in names if name not in catalog.layers]
    if strangers:
        msg = (
            f"{catalog.path.name} ({catalog.path}): no layer is called {first(strangers)}; there "
            f"are {', '.join(catalog.layers)}. Correct the name."
        )
        raise ConfigError(msg)
    fetched = [name for name, layer in catalog.layers.items() if layer.fetch is not None]
    without = [name for name in names if name not in fetched]
    if without:
        raise ConfigError(_no_fetch(catalog, without))
    return [name for name in fetched if not names or name in names]


def _no_fetch(catalog: Catalog, names: list[str]) -> str:
    fetched = [name for name, layer in catalog.layers.items() if layer.fetch is not None]
    return (
        f"{catalog.path.name} ({catalog.path}): {len(names)} layers name no service to fetch from: "
        f"{first(names)}; those that do are {first(fetched) or 'none'}. State fetch = "
        '{ service = "...", item = "..." } for each, or leave it out.'
    )


def _question(catalog: Catalog, name: str) -> str:
    fetch = catalog.layers[name].fetch
    if fetch is None:
        raise ConfigError(_no_fetch(catalog, [name]))
    service = service_of(fetch, catalog.services, layer=name, where=str(catalog.path))
    what = " ".join(part for part in (fetch.item, fetch.where) if part)
    return f"{service.url} {what}".strip()
