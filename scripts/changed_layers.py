"""Measure what a run computes after one row of one layer has changed, in processor seconds.

``python scripts/changed_layers.py FOLDER [CHANGE ...] --catalog CATALOG --data DATA``

A full run fills the cache in FOLDER once; then each change is made in the table as it is loaded,
and what that makes stale is computed again, with the results of the full run as the earlier ones.
Each is a program of its own, as in a night, so that what a program loads is in its time too.
With ``--times N`` the full run and each change are measured N times, in turn, so that a machine
that is slow for a while is so for all of them; told are the median, the least and the most.
With ``--check`` every step that took something from its earlier result is computed once more
without, and compared byte by byte, but for its notes for its own next time. Nothing is published.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from htkgis.catalog import read_catalog
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import Results, Step, StepDone, run_steps
from htkgis.store import Cache
from htkgis.store.cache import LATEST
from htkgis.study import read_study

Edit = Callable[[Any, Results], Any]
FULL = "full"


def moved(table: gpd.GeoDataFrame, row: Any, metres: float) -> gpd.GeoDataFrame:
    """Move one row to the east."""
    shapes = table.geometry.copy()
    shapes.loc[row] = shapely.transform(shapes.loc[row], lambda xy: xy + np.array([metres, 0.0]))
    return table.set_geometry(shapes)


def added(table: Any, row: Any, column: str, amount: float) -> Any:
    """Add an amount to one number."""
    changed = table.copy()
    changed.loc[row, column] += amount
    return changed


def school(places: Any, _: Results) -> Any:
    """Move the first measured school."""
    return moved(places, places.index[places["function"].eq("school") & places["measured"]][0], 80)


def jobs(places: Any, _: Results) -> Any:
    """Add jobs to the first place of jobs."""
    rows = places.index[places["unit"].eq("jobs") & places["measured"]]
    return added(places, rows[0], "opportunities", 10)


def jobs_most(places: Any, _: Results) -> Any:
    """Add jobs where there are most."""
    own = places[places["unit"].eq("jobs") & places["measured"]]
    return added(places, own["opportunities"].idxmax(), "opportunities", 10)


def address(points: Any, known: Results) -> Any:
    """Move the first address of the first area."""
    first = known["origins"]["id"].iloc[0]
    return moved(points, points.index[points["id"] == first][0], 20)


def outside(points: Any, _: Results) -> Any:
    """Move the first address that is in no area."""
    return moved(points, points.index[points["area_id"].isna()][0], 20)


def persons(residents: Any, _: Results) -> Any:
    """Add a person at one address."""
    return added(residents, residents.index[0], "persons", 1)


@functools.cache
def _nearest_street(known: Results, areas: int, least_m: float, most_m: float) -> Any:
    """Find the row of the street that is nearest to the first areas, of those so far away."""
    streets = known["streets"]
    away = streets.geometry.distance(known["areas"].geometry.iloc[:areas].union_all())
    own = away[streets["walk"] & streets["kind"].eq("residential") & away.between(least_m, most_m)]
    return own.sort_values(kind="stable").index[0]


def street_inside(streets: Any, known: Results) -> Any:
    """Make a street of the first area longer."""
    return added(streets, _nearest_street(known, 1, 0, 100), "length_m", 10)


def street_beyond(streets: Any, known: Results) -> Any:
    """Make a street 1 km from the first area longer."""
    return added(streets, _nearest_street(known, 1, 1000, 1e9), "length_m", 10)


def street_far(streets: Any, known: Results) -> Any:
    """Make a street longer that is 4 km and more from every area."""
    return added(streets, _nearest_street(known, len(known["areas"]), 4000, 1e9), "length_m", 10)


def street_at(percent: int) -> Edit:
    """Make a street longer that stands at some part of the table: one of many, wherever it lies."""

    def longer(streets: Any, _: Results) -> Any:
        return added(streets, streets.index[len(streets) * percent // 100], "length_m", 10)

    return longer


def barrier(barriers: Any, known: Results) -> Any:
    """Move the barrier that is nearest to the first area."""
    away = barriers.geometry.distance(known["areas"].geometry.iloc[0])
    return moved(barriers, away.sort_values(kind="stable").index[0], 5)


def trip(trip_times: Any, _: Results) -> Any:
    """Let the first trip run a minute later."""
    changed = trip_times.copy()
    own = changed["trip_id"] == changed["trip_id"].iloc[0]
    for column in ("arrival_s", "departure_s"):
        changed.loc[own, column] += 60
    return changed


def headway(trip_times: Any, _: Results) -> Any:
    """Let the line that runs most often run a minute less often."""
    often = trip_times["headway_s"].where(trip_times["headway_s"] > 0)
    most = trip_times.loc[often.idxmin(), "trip_id"]
    return added(trip_times, trip_times["trip_id"] == most, "headway_s", 60)


def last_trip(trip_times: Any, _: Results) -> Any:
    """Let the line that runs longest end half an hour sooner, in no window that is measured."""
    last = trip_times.loc[trip_times["end_s"].idxmax(), "trip_id"]
    return added(trip_times, trip_times["trip_id"] == last, "end_s", -1800)


CHANGES: Mapping[str, Mapping[tuple[str, str], Edit]] = {
    "school": {("load_places", "places"): school},
    "jobs": {("load_places", "places"): jobs},
    "jobs_most": {("load_places", "places"): jobs_most},
    "address": {("load_housing", "origins"): address, ("load_residents", "residents"): address},
    "address_outside": {("load_residents", "residents"): outside},
    "persons": {("load_residents", "residents"): persons},
    "street_inside": {("load_streets", "streets"): street_inside},
    "street_beyond": {("load_streets", "streets"): street_beyond},
    "street_far": {("load_streets", "streets"): street_far},
    **{
        f"street_at_{percent}": {("load_streets", "streets"): street_at(percent)}
        for percent in (10, 30, 50, 70, 90)
    },
    "barrier": {("load_barriers", "barriers"): barrier},
    "trip": {("load_timetable", "trip_times"): trip},
    "headway": {("load_timetable", "trip_times"): headway},
    "last_trip": {("load_timetable", "trip_times"): last_trip},
}


def changed_steps(
    steps: Sequence[Step], edits: Mapping[tuple[str, str], Edit], known: Results, name: str
) -> list[Step]:
    """Let the steps that load something load it with the change."""

    def edited(step: Step) -> Step:
        own = {output: edit for (loader, output), edit in edits.items() if loader == step.name}
        if not own:
            return step
        for output, edit in own.items():
            edit(known[output], known)  # finding the row is no part of what is measured

        def run(*inputs: Any, **helped: Any) -> Mapping[str, Any]:
            made = dict(step.run(*inputs, **helped))
            return made | {output: edit(made[output], known) for output, edit in own.items()}

        # a changed file leaves the decisions as they are, so what was made before still helps
        alike = step.parameters if step.alike is None else step.alike
        return replace(step, run=run, parameters=[step.parameters, name], alike=alike)

    return [edited(step) for step in steps]


def check(steps: Sequence[Step], results: Results, folder: Path) -> list[str]:
    """Compute again without earlier results what used one; name the outputs that differ."""
    alone = Cache(folder)
    wrong: list[str] = []
    for step in steps:
        if not step.reuses or step.name not in results.computed:
            continue
        again = Results(alone)
        values = step.run(*(results[name] for name in step.inputs), earlier={})
        from htkgis.store.values import write_value  # noqa: PLC0415

        with alone.writing(step.name) as part:
            for name, value in values.items():
                write_value(part, name, value)
        again.finish(step, step.name, alone.read(step.name) or {})
        compared = [name for name in step.outputs if name not in step.notes]
        wrong += [name for name in compared if again.hash(name) != results.hash(name)]
    alone.clear()
    return wrong


def main() -> None:
    """Fill the cache once in full, then measure each change, each in a program of its own."""
    started = time.process_time()  # of the processor, since the program began
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("changes", nargs="*", choices=[[], *CHANGES], default=[])
    parser.add_argument("--study", type=Path, default=Path("study.toml"))
    parser.add_argument("--catalog", type=Path, default=Path("layers/catalog.toml"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--alone", choices=[FULL, *CHANGES], help="measure one in this program")
    given = parser.parse_args()
    study, catalog = read_study(given.study), read_catalog(given.catalog, data=given.data)
    hashes = catalog.checked_hashes()
    steps = profile_steps(study, catalog, hashes, study.study.language)
    if given.alone == FULL:
        run_in_full(steps, started, given.folder / "full")
        return
    cache = Cache(given.folder / "cache")
    latest, kept = cache.folder / LATEST, given.folder / LATEST
    known = run_steps(steps, cache)
    if given.alone is not None:
        shutil.rmtree(latest)
        shutil.copytree(kept, latest)
        change(steps, given.alone, known, started, given.folder, checked=given.check)
        return
    if not kept.exists():
        shutil.copytree(latest, kept)
    measure([FULL, *(given.changes or CHANGES)], given.times)


def measure(names: Sequence[str], times: int) -> None:
    """Let each be measured by a program of its own, all of them one after the other, again."""
    taken: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(times):
        for name in names:
            own = [sys.executable, *sys.argv, "--alone", name]
            said = subprocess.run(own, check=True, text=True, stdout=subprocess.PIPE).stdout
            print(said, end="", flush=True)
            taken[name].append(float(said.partition(": ")[2].partition(" ")[0]))
    whole = statistics.median(taken[FULL])
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        spread = f"{min(seconds):.1f} to {max(seconds):.1f}"
        print(f"{name}: median {median:.1f} s ({spread}), {median / whole:.1%}", flush=True)


def run_in_full(steps: Sequence[Step], started: float, folder: Path) -> None:
    """Compute everything, and say what that has taken."""
    shutil.rmtree(folder, ignore_errors=True)
    done: list[StepDone] = []
    run_steps(steps, Cache(folder), done=done.append)
    print(told(FULL, done, started), flush=True)
    shutil.rmtree(folder, ignore_errors=True)


def change(
    steps: Sequence[Step], name: str, known: Results, started: float, folder: Path, *, checked: bool
) -> None:
    """Make one change, and say what the steps that it made stale have taken."""
    again: list[StepDone] = []
    changed = changed_steps(steps, CHANGES[name], known, name)
    results = run_steps(changed, known.cache, done=again.append)
    print(told(name, again, started), flush=True)
    if checked:
        wrong = check(changed, results, folder / "alone")
        same = "the same bytes" if results.computed else "nothing to check"
        print(f"  without earlier results: {', '.join(wrong) or same}", flush=True)
    for step in results.computed:
        results.cache.drop(results.keys[step])  # to be computed the next time too


def told(name: str, done: Sequence[StepDone], started: float) -> str:
    """Say how long the start of the program and the steps took together, and which took most."""
    longest = sorted(done, key=lambda step: -step.cpu_s)
    own = [step for step in done if step.state == "computed"]
    steps = "\n".join(f"  {step.cpu_s:7.2f} {step.name}" for step in longest[:40])
    total = started + sum(step.cpu_s for step in done)
    return f"{name}: {total:.1f} processor seconds, {len(own)} of {len(done)} steps\n{steps}"


if __name__ == "__main__":
    main()
