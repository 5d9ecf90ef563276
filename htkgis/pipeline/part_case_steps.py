"""The steps that try again what stands in parts of its own: residents and isolation.

This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.catalog import Catalog
from htkgis.robustness_rules import SPEED_OF, Case
from htkgis.study import Study

from .measuring_steps import FUNCTION_GROUND, JOB_GROUND
from .mode_steps import (
    WALK,
    covered,
    dumped,
    later,
    of_case,
    timeless,
    travels,
)
from .robustness_steps import MOVING, cases_of, speed_up
from .snap_steps import FUNCTIONS, HOMES, JOBS, moved_in, streets_of
from .steps import Step

WAITS = ("crossing", "signal", "climb")
"""Costs that take as long at any speed."""
GRAPH, AT_HOMES, AT_TARGETS = OTHERWISE = ("graph", "at_homes", "at_targets")
"""What may be otherwise in a case."""
RANGES = ("share_ranges", "competition_ranges")


def part_case_steps(study: Study, catalog: Catalog) -> list[Step]:
    """List the steps that measure residents by each mode, and isolation, in the cases that matter.

    They come after those of :func:`htkgis.pipeline.robustness_steps.robustness_steps`, whose
    graphs and entrances they take.
    """
    modes = study.modes.names
    joining = Step(
        "resident_cases",
        tuple(f"{mode}_{table}" for table in RANGES for mode in modes),
        RANGES,
        later("resident_cases", "join_resident_cases", modes=len(modes)),
        parameters=[list(modes)],
    )
    residents = [step for mode in modes for step in _resident_steps(mode, study, catalog)]
    return [*residents, joining, *_isolation_steps(study)]


def scales_with_speed(study: Study, mode: str) -> bool:
    """Tell whether a trip takes so many times as long where everybody is so many times slower.

    Only on foot, for whatever the mode, people walk between a point and the street, and only
    where the study counts no waits.
    """
    return mode == WALK and not waits(study, mode)


def passing_ups(study: Study) -> dict[str, list[float]]:
    """Tell by mode how many times as fast it is in cases that are tried without another graph."""
    ups = {
        mode: [speed_up(study, name, mode) for name in cases_of(study)]
        for mode in study.modes.names
        if scales_with_speed(study, mode)
    }
    return {mode: sorted({up for up in own if up is not None}) for mode, own in ups.items()}


def waits(study: Study, mode: str) -> bool:
    """Tell whether the study counts anything that takes as long at any speed of a mode."""
    costs = [getattr(way, "costs", None) for way in (study.modes.walk, study.modes[mode])]
    return any(getattr(each, name, None) is not None for each in costs for name in WAITS)


def _resident_steps(mode: str, study: Study, catalog: Catalog) -> list[Step]:
    """Search for functions and for jobs, then count who reaches them: who moves changes no count.

    A school that moves is searched for alone, and another number of jobs or of people not at all.
    """
    cases = {name: case for name, case in cases_of(study).items() if _moves(case, mode)}
    streets = streets_of(study, mode)
    decided = [travels(mode, study), timeless(study), _decided(study, cases), covered(catalog)]
    counted = [timeless(study), dumped(study.disclosure), _decided(study, cases)]
    town = ("residents", "areas", "municipality")

    def searching(
        module: str,
        name: str,
        targets: str,
        ground: tuple[str, ...],
        known: str,
        *of: Any,
        kept: tuple[str, ...] = (),
    ) -> Step:
        output, tables = f"{mode}_{name}", _otherwise(cases, mode, study, targets)
        at = map(streets.at, (HOMES, targets))
        return Step(
            output,
            (f"{mode}_graph", *ground, *at, f"{mode}_{known}", *tables.values()),
            (output, *kept),
            later(
                module, f"measure_{name}",
                study=study, catalog=catalog, mode=mode, cases=list(cases), otherwise=list(tables),
            ),
            parameters=[*decided, list(tables.values()), *map(dumped, of)],
            reuses=bool(kept),
        )  # fmt: skip

    def counting(name: str, inputs: tuple[str, ...], output: str, *of: Any) -> Step:
        return Step(
            f"{mode}_{name}",
            (*town, *inputs),
            (f"{mode}_{output}",),
            later(name, f"measure_{name}", study=study, mode=mode, cases=list(cases)),
            parameters=[mode, *counted, *map(dumped, of)],
        )

    return [
        searching(
            "share_cases", "nearest_cases", FUNCTIONS, FUNCTION_GROUND, "resident_times",
            study.functions, kept=(f"{mode}_nearest_keys",),
        ),
        counting(
            "share_cases", (f"{mode}_resident_times", f"{mode}_nearest_cases"), "share_ranges",
            study.limits.catchment, study.functions,
        ),
        searching(
            "job_cases", "job_time_cases", JOBS, JOB_GROUND, "job_times", study.limits.jobs,
            kept=(f"{mode}_job_time_kept",),
        ),
        counting(
            "job_cases", ("job_places", f"{mode}_job_times", f"{mode}_job_time_cases"),
            "competition_ranges", study.limits.jobs,
        ),
    ]  # fmt: skip


def _otherwise(
    cases: Mapping[str, Case], mode: str, study: Study, targets: str
) -> dict[tuple[str, str], str]:
    """Name what is otherwise in each case, by case and :data:`OTHERWISE`.

    None of a case whose times are scaled; of one that moves points where homes and ``targets`` lie.
    """
    streets, found = streets_of(study, mode), {}
    for name, case in cases.items():
        if case.factor in MOVING:
            for kind, what in ((HOMES, AT_HOMES), (targets, AT_TARGETS)):
                if kind in moved_in(case, streets):
                    found[name, what] = streets.at(kind, name)
        elif not scales_with_speed(study, mode):
            found[name, GRAPH] = of_case(name, f"{mode}_graph")
    return found


def _moves(case: Case, mode: str) -> bool:
    return SPEED_OF.get(case.factor) == mode or case.factor in MOVING


def _isolation_steps(study: Study) -> list[Step]:
    """List the steps of each mode that has limits of isolation, and the one that joins them."""
    rules = study.isolation
    modes = [mode for mode in study.modes.names if rules and mode in rules.limits.value]
    steps = [step for mode in modes for step in _isolation_of(mode, study)]
    made = tuple(step.outputs[0] for step in steps)
    joining = later("isolation_cases", "join_isolation_cases")
    return [
        *steps,
        Step("isolation_cases", made, ("isolation_cases",), joining, parameters=[list(made)]),
    ]


def _isolation_of(mode: str, study: Study) -> list[Step]:
    """Try speeds and points on the streets; entrances only of single functions, which have any."""
    ground = (f"{mode}_graph", "areas", "origins", "barriers")
    known = cases_of(study)
    snapping = {name: case for name, case in known.items() if case.max_snap is not None}
    speeds = {name: case for name, case in known.items() if SPEED_OF.get(case.factor) == mode}
    doors = {name: case for name, case in known.items() if case.entrance_tolerance is not None}

    def trying(
        part: str,
        cases: Mapping[str, Case],
        inputs: tuple[str, ...],
        tables: Mapping[str, str],
        **bound: Any,
    ) -> Step:
        output = f"{mode}_{part}_cases"
        travel, decided = [travels(mode, study), dumped(study.isolation)], _decided(study, cases)
        return Step(
            output,
            (*ground, *inputs, *tables.values()),
            (output, f"{output}_kept"),
            later(
                "isolation_cases", f"measure_{part}_cases",
                study=study, mode=mode, cases=list(cases), **bound,
            ),
            parameters=[*travel, timeless(study), decided, list(tables.values())],
            reuses=True,
        )  # fmt: skip

    searched = () if scales_with_speed(study, mode) else speeds
    graphs = {name: of_case(name, f"{mode}_graph") for name in searched}
    entrances = {name: of_case(name, "entrances") for name in doors}
    places = ("function_places", "function_entrances", f"{mode}_detours")
    return [
        trying(
            "closure", speeds | snapping, (f"{mode}_closure", f"{mode}_closure_kept"), graphs,
            with_graph=list(graphs), waits=waits(study, mode),
        ),
        trying("detour", snapping | doors, places, entrances, with_table=list(entrances)),
    ]  # fmt: skip


def _decided(study: Study, cases: Mapping[str, Case]) -> list[Any]:
    rules = study.robustness
    if rules is None:
        return []
    return [
        {name: dumped(case) for name, case in cases.items()},
        dumped(rules.jobs_change),
        dumped(rules.share_change),
    ]
