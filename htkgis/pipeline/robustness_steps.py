"""The steps of robustness: the figures again, in each case that the study states.

Nothing is searched here in another way than elsewhere: a case is the study with one decision
changed, and its steps are those of the study, under names of their own. This module imports
nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.robustness_rules import Case
from htkgis.study import Study

from .mode_steps import WALK, dumped, entrances_step, later, mode_steps
from .steps import Step
from .transit_steps import TRANSIT_ACCESS, transit_steps

MINUTES_PER_HOUR = 60
GRAPH, TIMES, ACCESS = (f"{WALK}_{table}" for table in ("graph", "travel_times", "access"))
ON_FOOT = {
    "speed": (GRAPH, TIMES, ACCESS),
    "max_snap": (TIMES, ACCESS),
    "entrance_tolerance": ("entrances", TIMES, ACCESS),
}
"""By factor: the steps of walking that a case of it changes."""
BY_TIMETABLE = ("speed", "shift", "bus_time")
"""Factors that change journeys by timetable."""


def robustness_steps(
    study: Study, catalog: Catalog, facts: Mapping[str, Any], hashes: Mapping[str, str]
) -> list[Step]:
    """List the steps that measure each case, and the one that makes figures of them.

    Parameters
    ----------
    study, catalog
        Decisions, and facts about the layers.
    facts, hashes
        As :func:`htkgis.pipeline.transit_steps.transit_steps` takes them.
    """
    steps: list[Step] = []
    tables: list[tuple[str, str]] = []
    for name, case in cases_of(study).items():
        own = list(_steps_of(case, study, catalog, facts, hashes))
        renamed = in_case(own, name)
        steps += renamed
        wanted = [of_case(name, table) for table in (ACCESS, TRANSIT_ACCESS)]
        made = {output for step in renamed for output in step.outputs}
        tables += [(name, table) for table in wanted if table in made]
    quarters = [dumped(quarter) for quarter in study.quarters]
    cases = [name for name, _ in tables]
    return [
        *steps,
        Step(
            "robustness",
            ("origins", *(table for _, table in tables)),
            ("case_figures",),
            later("robustness", "case_figures", study=study, cases=cases),
            parameters=[quarters, cases],
        ),
    ]


def cases_of(study: Study) -> dict[str, Case]:
    """Give the cases of a study by name; none where it decides on none."""
    return {} if study.robustness is None else study.robustness.cases


def of_case(case: str, output: str) -> str:
    """Name an output as it is in a case.

    Examples
    --------
    >>> of_case("walk_slow", "walk_access")
    'case_walk_slow_walk_access'
    """
    return f"case_{case}_{output}"


def case_study(study: Study, case: Case) -> Study:
    """Change the one decision of a case; of the states the one that is shown is left.

    By timetable the first window is left, the one that stands first on a page.

    Raises
    ------
    ConfigError
        If a window would begin before midnight.
    """
    general = study.study.model_copy(update={"baseline": study.study.state})
    changed: dict[str, Any] = {"study": general, "robustness": None}
    if case.speed is not None:
        changed["modes"] = _walking(study, speed=case.speed)
    if case.max_snap is not None:
        changed["modes"] = _walking(study, max_snap=case.max_snap)
    if case.entrance_tolerance is not None:
        tolerance = {"entrance_tolerance": case.entrance_tolerance}
        changed["places"] = study.places.model_copy(update=tolerance)
    if study.transit is not None:
        name, window = next(iter(study.transit.windows.items()))
        shift_min = 0 if case.shift is None else case.shift.value
        moved = tuple(_moved(clock, shift_min, name) for clock in window.value)
        windows = {name: window.model_copy(update={"value": moved})}
        changed["transit"] = study.transit.model_copy(update={"windows": windows})
    return study.model_copy(update=changed)


def _walking(study: Study, **changed: Any) -> Any:
    walk = study.modes.walk.model_copy(update=changed)
    return study.modes.model_copy(update={"walk": walk})


def _moved(clock: str, shift_min: int, window: str) -> str:
    hours, minutes = (int(part) for part in clock.split(":"))
    moved = hours * MINUTES_PER_HOUR + minutes + shift_min
    if moved < 0:
        msg = (
            f"study.toml: robustness.cases moves the window {window!r} by {shift_min} minutes, to "
            "before midnight; 00:00 or later is allowed. Choose another shift or window."
        )
        raise ConfigError(msg)
    return f"{moved // MINUTES_PER_HOUR:02d}:{moved % MINUTES_PER_HOUR:02d}"


def _steps_of(
    case: Case,
    study: Study,
    catalog: Catalog,
    facts: Mapping[str, Any],
    hashes: Mapping[str, str],
) -> Iterable[Step]:
    """List the steps that come out otherwise in a case, as the changed study has them."""
    altered = case_study(study, case)
    known = [entrances_step(altered), *mode_steps(WALK, altered, catalog)]
    by_name = {step.name: step for step in known}
    yield from (by_name[name] for name in ON_FOOT.get(case.factor, ()))
    own = transit_steps(altered, catalog, facts, hashes)
    if not own or not _changes_journeys(case, study):
        return
    if case.bus_time is not None:
        times = case.bus_time.value
        yield Step(
            "slow_buses",
            ("trip_times",),
            ("trip_times",),
            later("robustness", "slow_buses", times=times),
            parameters=[times],
        )
    yield from (step for step in own if step.name == TRANSIT_ACCESS)


def _changes_journeys(case: Case, study: Study) -> bool:
    """Tell whether journeys are measured in a case: of speeds the slowest and the quickest.

    A slower walk makes no journey shorter, so a speed between two gives a figure between theirs.
    """
    if case.factor not in BY_TIMETABLE:
        return False
    if case.speed is None:
        return True
    speeds = [other.speed.value for other in cases_of(study).values() if other.speed is not None]
    return case.speed.value in {min(speeds), max(speeds)}


def in_case(steps: Iterable[Step], case: str) -> list[Step]:
    """Give steps names of their own in a case; they take what the case made before, if it did."""
    made: set[str] = set()
    renamed = []
    for step in steps:
        inputs = tuple(of_case(case, name) if name in made else name for name in step.inputs)
        made |= set(step.outputs)
        renamed.append(
            Step(
                of_case(case, step.name),
                inputs,
                tuple(of_case(case, name) for name in step.outputs),
                _prefixed(step, case),
                parameters=step.parameters,
                files=step.files,
            )
        )
    return renamed


def _prefixed(step: Step, case: str) -> Any:
    def run(*inputs: Any) -> dict[str, Any]:
        return {of_case(case, name): value for name, value in step.run(*inputs).items()}

    return run
