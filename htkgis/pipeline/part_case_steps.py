"""The steps that try again what stands in parts of its own: residents and isolation.

This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.catalog import Catalog
from htkgis.robustness_rules import SPEED_OF, Case
from htkgis.study import Study

from .mode_steps import WALK, covered, dumped, later, of_case, travels
from .robustness_steps import cases_of
from .steps import Step

WAITS = ("crossing", "signal", "climb")
"""Costs that take as long at any speed."""
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
    residents = [_resident_step(mode, study, catalog) for mode in modes]
    return [*residents, joining, _isolation_step(study)]


def scales_with_speed(study: Study, mode: str) -> bool:
    """Tell whether a trip takes so many times as long where everybody is so many times slower.

    Only on foot, for whatever the mode, people walk between a point and the street, and only
    where the study counts no waits.
    """
    costs = study.modes.walk.costs
    return mode == WALK and all(getattr(costs, name, None) is None for name in WAITS)


def _resident_step(mode: str, study: Study, catalog: Catalog) -> Step:
    cases = {name: case for name, case in cases_of(study).items() if _moves(case, mode)}
    with_table = {
        name: of_case(name, table)
        for name, case in cases.items()
        if (table := _table_of(case, mode, study)) is not None
    }
    inputs = (
        f"{mode}_graph", "residents", "areas", "places", "streets", "municipality", "barriers",
        "entrances", f"{mode}_resident_times",
    )  # fmt: skip
    return Step(
        f"{mode}_resident_cases",
        (*inputs, *with_table.values()),
        tuple(f"{mode}_{table}" for table in RANGES),
        later(
            "resident_cases", "measure_resident_cases",
            study=study, catalog=catalog, mode=mode, cases=list(cases), with_table=list(with_table),
        ),
        parameters=[
            travels(mode, study),
            dumped(study.limits),
            dumped(study.functions),
            dumped(study.study),
            dumped(study.disclosure),
            _decided(study, cases),
            covered(catalog),
        ],
    )  # fmt: skip


def _table_of(case: Case, mode: str, study: Study) -> str | None:
    """Name the table that is another one in a case; None where times are scaled, or points move."""
    if case.entrance_tolerance is not None:
        return "entrances"
    searched = case.factor in SPEED_OF and not scales_with_speed(study, mode)
    return f"{mode}_graph" if searched else None


def _moves(case: Case, mode: str) -> bool:
    return SPEED_OF.get(case.factor) == mode or case.factor in {"max_snap", "entrance_tolerance"}


def _isolation_step(study: Study) -> Step:
    """Entrances are left out: no way out, direction or surrounding street has any."""
    speeds = scales_with_speed(study, WALK)
    cases = {
        name: case
        for name, case in cases_of(study).items()
        if study.isolation is not None and (case.max_snap or (case.speed and speeds))
    }
    return Step(
        "isolation_cases",
        (f"{WALK}_graph", "areas", "origins", "barriers", f"{WALK}_closure") if cases else (),
        ("isolation_cases",),
        later("isolation_cases", "measure_isolation_cases", study=study, cases=list(cases))
        if cases
        else _no_isolation_cases,
        parameters=[
            travels(WALK, study),
            None if study.isolation is None else dumped(study.isolation),
            dumped(study.study),
            _decided(study, cases),
        ],
    )


def _no_isolation_cases() -> Mapping[str, Any]:
    return {"isolation_cases": []}


def _decided(study: Study, cases: Mapping[str, Case]) -> list[Any]:
    rules = study.robustness
    if rules is None:
        return []
    return [
        {name: dumped(case) for name, case in cases.items()},
        dumped(rules.jobs_change),
        dumped(rules.share_change),
    ]
