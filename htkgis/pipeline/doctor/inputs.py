"""Study, catalog, layers and the published folder: readable, accepted, and held by whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from htkgis.catalog import Catalog, layer_states, read_catalog
from htkgis.errors import ConfigError, first
from htkgis.pipeline.updates.installed import held_versions
from htkgis.publish.published import published_state
from htkgis.store.files import refusal
from htkgis.store.lock import holder
from htkgis.study import Study, read_study

from .finding import Finding

START = "Go to the folder of a study, name one with --study, or write one: htkgis init DIR"
ACCEPT = "Look at what changed, then run: htkgis layers accept {names}"


def look_at_study(path: Path) -> tuple[Study | None, Finding]:
    """Read the decisions of a study."""
    try:
        study = read_study(path)
    except ConfigError as error:
        return None, Finding("study", "fault", str(error))
    names = ", ".join(quarter.id for quarter in study.quarters)
    return study, Finding("study", "ok", f"{path}: {len(study.quarters)} quarters: {names}")


def look_at_catalog(path: Path, data: Path | None) -> tuple[Catalog | None, Finding]:
    """Read the facts about the layers."""
    try:
        catalog = read_catalog(path, data=data)
    except ConfigError as error:
        return None, Finding("catalog", "fault", str(error))
    return catalog, Finding("catalog", "ok", f"{path}: {len(catalog.layers)} layers")


def look_at_layers(catalog: Catalog) -> Iterator[Finding]:
    """Files that are missing or not those that were accepted, and versions that wait."""
    yield from _data_folder(catalog)
    states = layer_states(catalog)
    missing = [name for name, state in states.items() if state == "missing"]
    if missing:
        said = f"{len(missing)} of {len(states)} files are missing: {first(missing)}"
        todo = "Put them where the catalog says, or correct it; htkgis layers list shows all."
        yield Finding("layers", "fault", said, todo)
    others = [name for name, state in states.items() if state not in {"accepted", "missing"}]
    if others:
        said = f"{len(others)} of {len(states)} files are not the accepted ones: {first(others)}"
        yield Finding("layers", "fault", said, ACCEPT.format(names=" ".join(others)))
    if not (missing or others):
        yield Finding("layers", "ok", f"all {len(states)} files are the accepted ones")
    if missing:
        return
    waiting = list(held_versions(catalog))
    if waiting:
        said = f"{len(waiting)} new versions are held back: {first(waiting)}"
        yield Finding("updates", "note", said, ACCEPT.format(names=" ".join(waiting)))


def look_at_folder(out: Path, catalog_path: Path) -> Iterator[Finding]:
    """Whether the published folder can be written, what stands there, and who is at work."""
    why = refusal(out)
    if why:
        todo = "Check your rights there, or choose another --out."
        yield Finding("published folder", "fault", f"{out}: cannot be written: {why}", todo)
    else:
        yield _published(out)
    for what, target in (("published folder", out), ("layers", catalog_path)):
        by = holder(target)
        if by is not None:
            todo = "Wait for it; if it hangs, end that process: what is published stands."
            yield Finding(f"lock of {what}", "note", f"{target}: {by}", todo)


def _published(out: Path) -> Finding:
    state = published_state(out)
    if not state.readable:
        todo = "Choose another --out, or put an earlier edition back: htkgis rollback"
        return Finding("published folder", "fault", f"{out}: manifest.json cannot be read", todo)
    if state.manifest is None:
        return Finding("published folder", "ok", f"{out}: nothing is published there yet")
    harmed = [*state.edited, *state.missing]
    if harmed:
        said = f"{out}: {len(harmed)} files were edited or are missing: {first(harmed)}"
        return Finding("published folder", "note", said, "Run: htkgis run, which renews them")
    said = f"{out}: {len(state.manifest['outputs'])} files, run {state.manifest['run']}"
    return Finding("published folder", "ok", said)


def _data_folder(catalog: Catalog) -> Iterator[Finding]:
    """Look at the folder that ``{data}`` stands for, where paths of the catalog begin so."""
    named = [name for name, layer in catalog.layers.items() if layer.path.startswith("{data}")]
    if not named:
        return
    if catalog.data is None:
        said = f"{len(named)} layers lie in it, and none was named"
        yield Finding("data folder", "fault", said, "Give it with --data DIR.")
    elif not catalog.data.is_dir():
        said = f"{catalog.data}: is no folder; {len(named)} layers lie in it"
        yield Finding("data folder", "fault", said, "Correct --data.")
    else:
        yield Finding("data folder", "ok", f"{catalog.data}: {len(named)} layers")
