"""Steps with declared inputs and outputs; stale by content and parameters, never by time.

The key of a step is the hash of its name, its parameters, the files it reads, the values it
takes and the code. A key that is in the cache is not computed again, in this run or any other.
"""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from htkgis import __version__
from htkgis.errors import StoreError
from htkgis.store import Cache, fingerprint, sha256_bytes
from htkgis.store.files import canonical_json, files_of

Progress = Callable[[str, int, int], None]
"""Called with a step's name, its number from 1, and how many there are."""

OBJECTS_PER_COLLECTION = 50_000
"""Objects that a step may make before those that nothing holds are looked for; 700 elsewhere."""
PACKAGE = Path(__file__).parent.parent
CODE = frozenset({".py", ".toml", ".css", ".js", ".html", ".j2"})


@dataclass(frozen=True)
class StepDone:
    """What became of one step: for logs, never for outputs.

    Parameters
    ----------
    name
        Of the step.
    number, of
        Its number from 1, and how many there are.
    state
        ``computed``, or ``cached`` where an earlier run had made it.
    seconds
        How long it took, reading of the cache included.
    cpu_s
        Seconds of processor time in it, of all threads; unlike ``seconds`` it does not grow
        with what else the machine does.
    """

    name: str
    number: int
    of: int
    state: Literal["computed", "cached"]
    seconds: float
    cpu_s: float = 0.0


Done = Callable[[StepDone], None]
"""Called when a step is done."""


@dataclass(frozen=True)
class Step:
    """One step: what it takes, what it makes, and all else that decides the result.

    Where a step ``reuses``, ``run`` also takes ``earlier``: what the step made last, of the same
    code and parameters and of any inputs, or nothing. That may spare work and must not change a
    byte of the result, so it is no part of the key. ``alike`` are the parameters that such an
    earlier result must have in common with this one; all of them where it is missing.

    ``by`` names, for some inputs, another output that holds all of them that the result rests on,
    such as where streets lie of a graph that also knows what they cost. What that output is
    decides whether the step is stale; the input itself is what ``run`` takes.

    ``notes`` are the outputs that help the step itself the next time and nobody else: they may
    hang on what was made before, as a result must not, so no step takes them.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    run: Callable[..., Mapping[str, Any]]
    parameters: Any = None
    files: Mapping[str, str] = field(default_factory=dict)
    reuses: bool = False
    alike: Any = None
    by: Mapping[str, str] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()

    @property
    def decided_by(self) -> dict[str, str]:
        """By input, the output whose content decides the result: mostly the input itself."""
        return {name: self.by.get(name, name) for name in self.inputs}


@functools.cache
def code_fingerprint() -> str:
    """Hash of the package's own files: changed code makes every step stale."""
    return fingerprint(
        {
            file.relative_to(PACKAGE).as_posix(): sha256_bytes(file.read_bytes())
            for file in sorted(PACKAGE.rglob("*"))
            if file.suffix in CODE and "embedded" not in file.parts
        }
    )


class Earlier(Mapping[str, Any]):
    """Values that a step made before, each read when it is asked for: few of them help."""

    def __init__(self, folder: Path, outputs: Sequence[str], record: Mapping[str, str]) -> None:
        self.folder = folder
        self.outputs = outputs
        self.record = record

    def __getitem__(self, name: str) -> Any:
        """Value of one output."""
        from htkgis.store.values import read_value  # noqa: PLC0415 - a run with nothing to do needs none

        if name not in self.outputs:
            raise KeyError(name)
        return read_value(self.folder, name, self.record)

    def __iter__(self) -> Iterator[str]:
        """Names of the outputs."""
        return iter(self.outputs)

    def __len__(self) -> int:
        """How many outputs there are."""
        return len(self.outputs)


class Results:
    """Values of finished steps, read from the cache when they are asked for."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.keys: dict[str, str] = {}
        self.records: dict[str, dict[str, str]] = {}
        self.computed: list[str] = []
        self._made_by: dict[str, str] = {}
        self._held: dict[str, Any] = {}
        self._back: dict[str, Callable[[], Any]] = {}

    def __getitem__(self, name: str) -> Any:
        """Value of one output, always as it comes back from the cache."""
        if name not in self._held:
            back = self._back.pop(name, None)
            self._held[name] = self._read(name) if back is None else back()
        return self._held[name]

    def _read(self, name: str) -> Any:
        from htkgis.store.values import read_value  # noqa: PLC0415 - a run with nothing to do needs none

        step = self._made_by[name]
        folder = self.cache.path(self.keys[step], "entry.json").parent
        return read_value(folder, name, self.records[step])

    def earlier(self, step: Step) -> Mapping[str, Any]:
        """Give what a step made last, in any run, of the same code and decisions."""
        key = self.cache.latest(family(step))
        record = None if key is None else self.cache.read(key)
        if key is None or record is None:
            return {}
        return Earlier(self.cache.path(key, "entry.json").parent, step.outputs, record)

    def __contains__(self, name: str) -> bool:
        """Tell whether a step made an output."""
        return name in self._made_by

    def hash(self, name: str) -> str:
        """Hash of the content of one output."""
        return fingerprint(files_of(name, self.records[self._made_by[name]]))

    def finish(
        self,
        step: Step,
        key: str,
        record: dict[str, str],
        back: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        """Note that a step is done, by this run or an earlier one.

        ``back`` gives values that this run wrote without reading them, see
        :func:`htkgis.store.values.write_value`.
        """
        self.keys[step.name] = key
        self.records[step.name] = record
        for name in step.outputs:
            self._held.pop(name, None)  # of a step that makes anew what it takes
            self._back.pop(name, None)
        self._back |= back or {}
        self._made_by |= dict.fromkeys(step.outputs, step.name)


def run_steps(
    steps: Sequence[Step],
    cache: Cache,
    *,
    progress: Progress | None = None,
    done: Done | None = None,
) -> Results:
    """Run the steps that are stale, in their order.

    Parameters
    ----------
    steps
        In an order in which every input was made before; checked before anything runs.
    cache
        Where results lie.
    progress
        Told before each step that is computed.
    done
        Told after each step.

    Raises
    ------
    ValueError
        If a step takes what no step before it makes, or an output is made twice.
    StoreError
        If the disk refuses.
    """
    check_order(steps)
    results = Results(cache)
    with _fewer_collections():
        for number, step in enumerate(steps, start=1):
            _run(step, results, number, len(steps), progress, done)
    return results


def needed(steps: Sequence[Step], outputs: tuple[str, ...]) -> list[Step]:
    """Pick the steps that some values need, in their order; they share the cache of a run."""
    wanted = set(outputs)
    kept: list[Step] = []
    for step in reversed(steps):
        if wanted & set(step.outputs):
            wanted |= {*step.inputs, *step.decided_by.values()}
            kept.append(step)
    return kept[::-1]


def hashes_of(step: Step, results: Results) -> dict[str, str]:
    """Give by input the hash of what decides the result of a step; see :class:`Step`."""
    return {name: results.hash(own) for name, own in step.decided_by.items()}


def step_key(step: Step, inputs: Mapping[str, str]) -> str:
    """Key of a step: the hash of everything that decides its result."""
    return fingerprint(
        {
            "step": step.name,
            "version": __version__,
            "code": code_fingerprint(),
            "parameters": canonical_json(step.parameters),
            "files": dict(step.files),
            "inputs": dict(inputs),
        }
    )


def family(step: Step) -> str:
    """Hash of what the results of a step have in common, whatever its inputs and files are."""
    common = step.parameters if step.alike is None else step.alike
    return step_key(replace(step, files={}, parameters=common), {})


def check_order(steps: Sequence[Step]) -> None:
    """Raise ValueError unless every input is made before, and every output once.

    A step may make anew what it takes: those after it take the new value under the same name.
    What a step notes for its next time is no result, and no step may take it.
    """
    made: set[str] = set()
    for step in steps:
        unmade = sorted({*step.inputs, *step.decided_by.values()} - made)
        twice = sorted(made & set(step.outputs) - set(step.inputs))
        if unmade or twice:
            msg = f"step {step.name!r} takes {unmade} that nothing made, makes {twice} again"
            raise ValueError(msg)
        made |= set(step.outputs) - step.notes


def _run(
    step: Step,
    results: Results,
    number: int,
    of: int,
    progress: Progress | None,
    done: Done | None,
) -> None:
    """Run one step, unless what it makes is in the cache."""
    started, cpu_started = time.perf_counter(), time.process_time()
    key = step_key(step, hashes_of(step, results))
    record = results.cache.read(key) if results.cache.whole(key) else None
    cached = record is not None
    if record is None:
        if progress is not None:
            progress(step.name, number, of)
        _compute(step, key, results)
        results.computed.append(step.name)
    else:
        results.finish(step, key, record)
    if done is not None:
        seconds = time.perf_counter() - started
        state: Literal["computed", "cached"] = "cached" if cached else "computed"
        cpu_s = time.process_time() - cpu_started
        done(StepDone(step.name, number, of, state, seconds, cpu_s))


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Look less often for objects that hold each other: a step makes many and leaves few behind.

    Profiles and pages are made of hundreds of thousands of small tables and lists; going through
    them again and again took a tenth of their time.
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _compute(step: Step, key: str, results: Results) -> None:
    from htkgis.store.values import write_value  # noqa: PLC0415 - a run with nothing to do needs none

    helped = {"earlier": results.earlier(step)} if step.reuses else {}
    values = step.run(*(results[name] for name in step.inputs), **helped)
    if set(values) != set(step.outputs):
        msg = f"step {step.name!r} made {sorted(values)}, not {sorted(step.outputs)}"
        raise ValueError(msg)
    kin = family(step)
    before = results.cache.before(kin, key)
    with results.cache.writing(key, before) as folder:
        written = {name: write_value(folder, name, value, before) for name, value in values.items()}
    record = results.cache.read(key)
    if record is None:
        msg = f"{step.name} ({results.cache.folder}): the result did not stay. Check the disk."
        raise StoreError(msg)
    results.cache.note_latest(kin, key)
    back = {name: again for name, again in written.items() if again is not None}
    results.finish(step, key, record, back)
