"""Measure how long each measure of access takes over a finished matrix of a large city's zones.

As many zones and pairs as Belo Horizonte has in the tests of R `accessibility`: 898 zones, 750,000
pairs, made up with a fixed seed. CPU seconds, the median of several runs, over a table that was
checked when it was read; the goal is less than a second each.

Example: python scripts/benchmark.py measures
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from htkgis.access.impedance import read_impedance
from htkgis.pipeline.access_measures import Amounts
from htkgis.pipeline.access_request import ALL_MEASURES, Request, measured
from htkgis.pipeline.equity import EQUITY, People, measure_equity
from htkgis.pipeline.pair_measures import PAIR_MEASURES

SEED = 20261121
ZONES, PAIRS = 898, 750_000
NUMBERS = {
    "raam": 60,
    "diversity": 1,
    "access_poverty": 1000,
    "time_poverty": 15,
    "time_to_opportunities": 100_000,
}
"""The number that a measure asks for beside its limit."""
KINDS = ("school", "shop", "leisure", "health", "jobs")


def main(arguments: list[str] | None = None) -> None:
    """Print one line per measure, the slowest first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    spent = {name: timed(run, options.runs) for name, run in measures().items()}
    for name in sorted(spent, key=spent.__getitem__, reverse=True):
        print(f"{name:34s} {spent[name]:6.3f} s", flush=True)
    print(f"{'slowest, goal 1 s':34s} {max(spent.values()):6.3f} s")
    if options.json is not None:
        options.json.write_text(json.dumps(spent, indent=1) + "\n", encoding="utf-8")


def timed(run: Callable[[], Any], runs: int) -> float:
    """Give the median CPU seconds after a run that is not counted."""
    run()
    seconds = []
    for _ in range(runs):
        started = time.process_time()
        run()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)


def city() -> tuple[pd.DataFrame, Amounts, People]:
    """Make zones up: pairs with gamma-like times, persons and jobs that differ widely."""
    random = np.random.default_rng(SEED)
    ids = pd.Index([f"z{number:03}" for number in range(ZONES)])
    pairs = np.sort(random.choice(ZONES * ZONES, PAIRS, replace=False))
    times = pd.DataFrame(
        {
            "from_id": ids.to_numpy()[pairs // ZONES],
            "to_id": ids.to_numpy()[pairs % ZONES],
            "travel_time_ds": np.rint(random.gamma(4.0, 7000.0, PAIRS)).astype("int64"),
        }
    )
    persons = pd.Series(random.integers(0, 5000, ZONES).astype(float), index=ids)
    # as many jobs as persons, for flows must meet both
    jobs = pd.Series(random.permutation(persons.to_numpy()), index=ids)
    kinds = pd.Series(random.choice(KINDS, ZONES), index=ids)
    people = People(persons, pd.Series(random.gamma(2.0, 1000.0, ZONES), index=ids), kinds)
    return times, Amounts(persons, jobs, kinds), people


def measures() -> dict[str, Callable[[], Any]]:
    """Name every measure over travel times, those of pairs, and every figure of equity."""
    times, amounts, people = city()
    decay = read_impedance("exponential:0.05")
    runs: dict[str, Callable[[], Any]] = {}
    for name, measure in ALL_MEASURES.items():
        text = f"{name}:{NUMBERS[name]}" if measure.parameter else name
        limits = (30.0, 45.0) if measure.limits == "interval" else (45.0,)
        limits = () if name in PAIR_MEASURES else limits  # flows must reach everybody
        request = Request((text,), limits, decay, 3)
        runs[name] = lambda request=request: [
            measured(request, name, number, amounts, times) for name, number in request.named
        ]
    within = Request(("cumulative", "nearest"), (30.0,))
    table = pd.concat(
        rows for name, number in within.named
        for rows in measured(within, name, number, amounts, times)
    )  # fmt: skip
    for name, figure in EQUITY.items():
        text = f"{name}:{NUMBERS.get(name, 0.5)}" if figure.parameter else name
        runs[f"equity: {name}"] = lambda text=text: measure_equity(table, people, [text])
    return runs


if __name__ == "__main__":
    main()
