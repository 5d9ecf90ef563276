"""Every step times every fault: what is lost, what stands, and whether the next night mends it.

A study is published; then one of its decisions changes, and the next run or update meets a fault at
each of its steps in turn: it is killed, the disk is full, the target is read-only, an entry of the
cache or a staged file is damaged. After each fault what was published must stand, and the next run
must end as if nothing had happened. What a step makes is computed once and kept in memory, so that
the matrix costs little more than a run.

Example: python scripts/fault_matrix.py matrix
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import http.server
import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from htkgis.catalog import read_catalog
from htkgis.loaders.remote.waiting import Patience
from htkgis.pipeline import profiles, steps
from htkgis.pipeline.steps import Results, Step
from htkgis.pipeline.updates.installed import note_file
from htkgis.pipeline.updates.update import update_layers
from htkgis.publish.edition_files import REPORT
from htkgis.publish.editions import editions_folder
from htkgis.publish.folder import MANIFEST, STAGING
from htkgis.store import Cache

sys.path.insert(0, str(Path(__file__).parent))
from faults import (
    DAMAGES,
    REFUSED,
    STAGED,
    KilledError,
    disk_calls,
    fault_at,
    outcome,
)
from week_of_nights import FETCHED, Quiet, implausible, prepare, street_longer

TODAY = dt.date(2026, 11, 24)
OLD, NEW = "value = 4.5, unit", "value = 3.2, unit"
"""The decision that changes: the walking speed."""
GOOD = "stands, mended"
Matrix = dict[str, dict[str, str]]


def same_set(folder: Path) -> dict[str, bytes]:
    """Give what is published, but for the report of changes: it tells of the edition before."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    manifest = json.loads(files[MANIFEST])
    for name in REPORT:
        files.pop(name, None)
        manifest["outputs"].pop(name, None)
    return files | {MANIFEST: json.dumps(manifest).encode()}


class Runs:
    """A published study with a changed decision, and what it ought to become."""

    def __init__(self, folder: Path, study: Path, catalog: Path, data: Path | None) -> None:
        self.folder, self.study, self.catalog, self.data = folder, study, catalog, data
        self.cache = Cache(folder / "cache")
        self.values: dict[str, Mapping[str, Any]] = {}
        self.maps = folder / "maps"
        self.run(progress=None)
        self.before = same_set(self.maps)
        self.values.clear()
        text = study.read_text("utf-8")
        study.write_text(text.replace(OLD, NEW, 1), "utf-8")
        self.kept = folder / "kept"
        self.keep()

    def keep(self) -> None:
        """Keep the published set and its editions, to begin from them again."""
        shutil.copytree(self.maps, self.kept / "maps")
        shutil.copytree(editions_folder(self.maps), self.kept / "editions")

    def again(self) -> None:
        """Put the set before and its editions back."""
        for folder, kept in ((self.maps, "maps"), (editions_folder(self.maps), "editions")):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self.kept / kept, folder)

    def run(self, *, progress: Any = None) -> Any:
        """Run once; what a step has made before in this process is not computed again."""
        original = profiles.profile_steps

        def remembered(*args: Any, **kwargs: Any) -> list[Step]:
            return [self.memorised(step) for step in original(*args, **kwargs)]

        with mock.patch.object(profiles, "profile_steps", remembered):
            return profiles.run_profiles(
                self.study,
                self.catalog,
                self.maps,
                data=self.data,
                cache=Cache(self.cache.folder),
                progress=progress,
            )

    def memorised(self, step: Step) -> Step:
        """Make a step that computes once."""

        def work(*inputs: Any, **helped: Any) -> Mapping[str, Any]:
            if step.name not in self.values:
                self.values[step.name] = step.run(*inputs, **helped)
            return self.values[step.name]

        return dataclasses.replace(step, run=work)

    def stands(self) -> bool:
        """Whether the set before stands, byte by byte."""
        return same_set(self.maps) == self.before

    def each_step(self, matrix: Matrix) -> None:
        """Meet the first three faults at every step that is stale, one after the other."""
        for fault in ("killed", *REFUSED):
            self.again()
            reached: list[str] = []
            while True:
                name = self.until_new_step(fault, reached)
                if name is None:
                    break
                reached.append(name)
                ended = self.ended
                cell = ended if ended.startswith(("TRACE", "SEVERAL")) else ""
                cell = cell or ("" if self.stands() else "THE SET BEFORE IS GONE")
                matrix.setdefault(f"step {name}", {})[fault] = cell or GOOD
            if not hasattr(self, "after"):
                self.after = same_set(self.maps)
            if same_set(self.maps) != self.after:
                matrix.setdefault("end of the run", {})[fault] = "OTHER BYTES"
            if fault != list(REFUSED)[-1]:
                self.forget()

    def forget(self) -> None:
        """Empty the cache of what the changed study has computed; values stay in memory."""
        for key in self.keys.values():
            self.cache.drop(key)

    def until_new_step(self, fault: str, reached: list[str]) -> str | None:
        """Run until the next step that was not reached yet, and let the fault happen there."""
        found: list[str] = []
        writing = Cache.writing

        def killed(name: str, *_: int) -> None:
            if name not in reached and not found:
                found.append(name)
                if fault == "killed":
                    raise KilledError

        @contextmanager
        def refused(cache: Cache, key: str) -> Iterator[Path]:
            with writing(cache, key) as folder:
                yield folder
                if found and not hit and fault != "killed":
                    hit.append(key)
                    raise OSError(REFUSED[fault], os.strerror(REFUSED[fault]))

        hit: list[str] = []
        results: list[Results] = []
        original = steps.run_steps

        def noted(*args: Any, **kwargs: Any) -> Results:
            made = original(*args, **kwargs)
            results.append(made)
            return made

        with (
            mock.patch.object(Cache, "writing", refused),
            mock.patch.object(profiles, "run_steps", noted),
        ):
            self.ended = outcome(lambda: self.run(progress=killed))
        if not found:
            self.keys = {name: results[0].keys[name] for name in self.values}
            if self.ended:
                print(f"the run after the last fault ended with: {self.ended}", flush=True)
        return found[0] if found else None

    def each_entry(self, matrix: Matrix) -> None:
        """Damage what each step has left in the cache, in three ways; the run after computes it."""
        for fault, damage in DAMAGES.items():
            for name, key in self.keys.items():
                damage(self.cache.path(key, "entry.json").parent)
                reports: list[Any] = []
                ended = outcome(lambda: reports.append(self.run()))  # noqa: B023 - called at once
                found = ended or self.after_damage(name, reports[0].computed)
                matrix.setdefault(f"step {name}", {})[fault] = found or GOOD

    def after_damage(self, name: str, computed: tuple[str, ...]) -> str:
        """Say what is wrong after a run over a damaged entry."""
        if computed != (name,):
            return f"COMPUTED {len(computed)} STEPS"
        return "" if same_set(self.maps) == self.after else "OTHER BYTES"

    def each_switch(self, matrix: Matrix) -> None:
        """Meet faults at the first and the last call of each kind while the set is switched."""
        self.again()
        rows: list[str] = []
        with disk_calls(rows.append):
            self.run()
        for row in dict.fromkeys(rows):
            for fault in ("killed", *REFUSED):
                for count in sorted({1, rows.count(row)}):
                    self.again()
                    with disk_calls(fault_at(row, count, fault)):
                        ended = outcome(self.run)
                    matrix.setdefault(f"publish: {row}", {})[fault] = self.judged(ended)
        self.damaged_staging(matrix)

    def judged(self, ended: str) -> str:
        """Say what is wrong after a fault: a file of neither set, or a run that mends nothing."""
        if ended.startswith(("TRACE", "SEVERAL")):
            return ended
        sets = (self.before, self.after)
        for name, data in same_set(self.maps).items():
            if name != MANIFEST and data not in [known.get(name) for known in sets]:
                return f"HALF A FILE: {name}"
        again = outcome(self.run)
        if again or same_set(self.maps) != self.after or (self.maps / STAGING).exists():
            return f"NOT MENDED {again}"
        return GOOD

    def damaged_staging(self, matrix: Matrix) -> None:
        """Damage a staged file after a kill: the run after must not publish it."""
        for what, damage in STAGED.items():
            self.again()
            rows: list[str] = []
            with disk_calls(rows.append):
                self.run()
            first = next(row for row in rows if row.startswith("replace published"))
            self.again()
            with disk_calls(fault_at(first, 1, "killed")):
                outcome(self.run)
            damage(self.maps / STAGING)
            matrix.setdefault(f"publish: damaged {what}", {})["damaged"] = self.judged("")


class Updates:
    """Layers with a service, and a night on which one is put in use and one is held back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        server = folder / "server"
        shutil.copytree(Path(__file__).parent.parent / "layers", server)
        handler = functools.partial(Quiet, directory=str(server))
        self.running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.running.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.running.server_address[1]}"
        self.study, self.catalog = prepare(folder / "own", url)
        street_longer(server)
        implausible(server)
        self.kept = folder / "layers before"
        shutil.copytree(self.catalog.parent, self.kept)
        self.work()
        self.after = self.layers()

    def again(self) -> None:
        """Put the layers of the night before back."""
        shutil.rmtree(self.catalog.parent)
        shutil.copytree(self.kept, self.catalog.parent)

    def work(self) -> None:
        """Update once."""
        update_layers(self.study, self.catalog, today=TODAY, patience=Patience(attempts=1))

    def layers(self) -> dict[str, bytes]:
        """Give all layers, the catalog and what is held back."""
        root = self.catalog.parent
        files = [path for path in root.rglob("*") if path.is_file()]
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in files
            if not path.name.startswith(".")
        }

    def each_call(self, matrix: Matrix) -> None:
        """Meet faults at the first and last call of each kind of one update."""
        self.again()
        rows: list[str] = []
        with disk_calls(rows.append):
            self.work()
        for row in dict.fromkeys(rows):
            for fault in ("killed", *REFUSED):
                for count in sorted({1, rows.count(row)}):
                    self.again()
                    with disk_calls(fault_at(row, count, fault)):
                        ended = outcome(self.work)
                    matrix.setdefault(f"update: {row}", {})[fault] = self.judged(ended)
        for what, path in (
            ("incoming version", self.catalog.parent / ".incoming" / "streets.csv"),
            ("note of the update", note_file(self.catalog)),
            ("memory of servers", self.catalog.parent / ".fetched.json"),
        ):
            self.again()
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b'{"name": "streets", "sour')
            matrix.setdefault(f"update: damaged {what}", {})["damaged"] = self.judged("")

    def judged(self, ended: str) -> str:
        """Say what is wrong: a layer that is neither old nor new, or a night that mends nothing."""
        if ended.startswith(("TRACE", "SEVERAL")):
            return ended
        kept = {path.name: path.read_bytes() for path in self.kept.iterdir() if path.is_file()}
        for name in FETCHED:
            data = (self.catalog.parent / f"{name}.csv").read_bytes()
            if data not in (kept[f"{name}.csv"], self.after[f"{name}.csv"]):
                return f"HALF A LAYER: {name}"
        again = outcome(self.work)
        if again or self.layers() != self.after or note_file(self.catalog).exists():
            return f"NOT MENDED {again}"
        read_catalog(self.catalog).checked_hashes()
        return GOOD


def table(matrix: Matrix) -> Iterator[str]:
    """Write the matrix as a table of Markdown."""
    faults = list(dict.fromkeys(fault for row in matrix.values() for fault in row))
    yield f"| where | {' | '.join(faults)} |"
    yield f"|---|{'---|' * len(faults)}"
    for where, row in matrix.items():
        yield f"| {where} | {' | '.join(row.get(fault, '-') for fault in faults)} |"


def main(folder: Path, catalog: Path | None = None, data: Path | None = None) -> int:
    """Fill the matrix in an empty folder; give the number of cells in which something was found."""
    folder.mkdir(parents=True)
    matrix: Matrix = {}
    updates = Updates(folder)
    updates.each_call(matrix)
    updates.running.shutdown()
    print("\n".join(table(matrix)), flush=True)
    own = folder / "study"
    own.mkdir()
    root = Path(__file__).parent.parent
    shutil.copy(root / "study.toml", own)
    shutil.copytree(root / "layers", own / "layers")
    used = own / "layers" / "catalog.toml" if catalog is None else catalog
    runs = Runs(own, own / "study.toml", used, data)
    runs.each_step(matrix)
    runs.each_entry(matrix)
    runs.each_switch(matrix)
    print("\n".join(table(matrix)), flush=True)
    cells = [cell for row in matrix.values() for cell in row.values()]
    found = [cell for cell in cells if cell != GOOD]
    print(f"{len(cells)} cells, {len(found)} with a finding", flush=True)
    return len(found)


if __name__ == "__main__":
    paths = [Path(word) for word in sys.argv[1:]]
    sys.exit(min(main(*paths), 1))
