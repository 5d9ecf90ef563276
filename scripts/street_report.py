"""Take turns, compare, and report: what every benchmark of the streets prints and keeps."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from street_engines import Engine

LONG_S, FEWER_RUNS = 60.0, 3
"""What takes longer is run fewer times, and the table says how often."""
CAP_S = 180
"""A process that takes longer is stopped, and the table says so."""


class Report:
    """Lines as they are measured; ``rows`` is what ``--json`` writes."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, question: str, engine: str, **figures: Any) -> None:
        """Print a line of a question, and keep it."""
        self.rows.append({"question": question, "engine": engine, **figures})
        text = "  ".join(f"{name} {_short(value)}" for name, value in figures.items())
        print(f"{engine:34s} {text}", flush=True)

    def compare(self, question: str, engines: Iterator[Engine], runs: int) -> None:
        """Hold what the engines find against each other, let them take turns, and print a line."""
        entered = list(engines)
        print(f"\n## {question}", flush=True)
        seconds = {engine.name: _first_run(engine, truth) for truth in [{}] for engine in entered}
        runs = min(runs, FEWER_RUNS) if sum(seconds.values()) > LONG_S else runs
        spent: dict[str, list[tuple[float, float]]] = {engine.name: [] for engine in entered}
        sizes = {}
        for _ in range(runs):
            for engine in entered:
                start = time.process_time(), time.perf_counter()
                sizes[engine.name] = len(engine.run())
                took = time.process_time() - start[0], time.perf_counter() - start[1]
                spent[engine.name].append(took)
        base = None
        for engine in entered:
            size = sizes[engine.name]
            cpu, wall = (
                statistics.median(took) / size for took in zip(*spent[engine.name], strict=True)
            )
            base = base or (cpu, wall)
            self.add(
                question,
                engine.name,
                cpu_us=cpu * 1e6,
                wall_us=wall * 1e6,
                cpu_ratio=cpu / base[0],
                wall_ratio=wall / base[1],
                rows=size,
                runs=runs,
                **({"all_s": wall * size} if engine.rows is None else {}),
            )

    def write(self, file: Path) -> None:
        """Write all lines as JSON."""
        file.write_text(json.dumps(self.rows, indent=1) + "\n", encoding="utf-8")


def _first_run(engine: Engine, truth: dict[int, Any]) -> float:
    """Run once, hold the values against those of the engines before, and give the seconds."""
    started = time.perf_counter()
    values = engine.run()
    seconds = time.perf_counter() - started
    rows = range(len(values)) if engine.rows is None else engine.rows
    for row, value in zip(rows, values, strict=True):
        if truth.setdefault(int(row), value) != value:
            sys.exit(f"{engine.name}: {value} at {row} instead of {truth[int(row)]}")
    return seconds


def child(script: str, *arguments: str) -> dict[str, Any]:
    """Run a script as a process of its own that prints its figures as JSON in its last line."""
    call = [sys.executable, str(Path(__file__).parent / script), *arguments]
    try:
        done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=CAP_S)
    except subprocess.TimeoutExpired:
        return {"failed": f"took more than the cap of {CAP_S} s"}
    if done.returncode != 0:
        return {"failed": (done.stderr.strip() or "no message").splitlines()[-1][:120]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Take the median of every number of several runs."""
    if "failed" in runs[0]:
        return runs[0]
    return {
        key: float(np.median([run[key] for run in runs])) if isinstance(value, float) else value
        for key, value in runs[0].items()
    }


def peak_mb() -> float:
    """Give the most memory that this process held, in MB.

    The resource usage that most systems count is handed on from a parent to its child, so that a
    small child of a large parent looks large; Linux also counts what is the process's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else f"{value}"
