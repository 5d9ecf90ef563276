"""The steps of robustness: the figures again, in each case that the study states.

Nothing is searched here in another way than elsewhere: a case is the study with one decision
changed, and its steps are those of the study, under names of their own. This module imports
nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.quantities import ADULT
from htkgis.robustness_rules import SPEED_OF, Case
from htkgis.store import fingerprint
from htkgis.study import Study

from .measuring_steps import lens_steps, mode_steps
from .mode_steps import (
    COUNTED,
    COUNTED_OF_LENSES,
    STREET_HULL,
    WALK,
    dumped,
    entrances_step,
    graph_step,
    later,
    named,
    of_case,
)
from .snap_steps import ORIGINS, case_snap_step, moved_in, places_searched, streets_of
from .steps import Step
from .transit_steps import (
    has_transit,
    transit_steps,
    transit_tables,
    transit_walking,
)

MINUTES_PER_HOUR = 60
MOVING = ("max_snap", "entrance_tolerance")
"""Factors that move points on the streets, whatever the mode and whoever travels."""
ON_STREETS = (*MOVING, *SPEED_OF)
"""Factors that change what is measured on streets."""
BY_TIMETABLE = ("speed", "bus_time")
"""Factors that change journeys by timetable, besides when people leave."""


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
        renamed = in_case(_steps_of(case, study, catalog, facts, hashes), name)
        if case.factor in MOVING:
            renamed.append(case_snap_step(name, case, study, case_study(study, case)))
        if case.factor in ON_STREETS:
            renamed += _figure_steps(name, case, study, catalog)
        steps += renamed
        made = (output for step in renamed for output in step.outputs)
        tables += [(name, table) for table in made if table.endswith(("_figures", "_access"))]
        if case.shift is not None and has_transit(study, catalog):
            # the study's own steps measure these windows along with theirs
            tables += [(name, of_case(name, table)) for table in transit_tables(study)]
    quarters = [dumped(quarter) for quarter in study.quarters]
    moving = any(case.factor in MOVING for case in cases_of(study).values())
    travellers = _travellers(study) if moving else []
    own = tuple(f"{named(mode, lens)}_figures" for mode, lens in travellers)
    cases = [(name, _own_of(table, name, own)) for name, table in tables]
    return [
        *steps,
        Step(
            "robustness",
            ("origins", *own, *(table for _, table in tables)),
            ("case_figures",),
            later("robustness", "case_figures", study=study, own=own, cases=cases),
            parameters=[quarters, own, cases],
        ),
    ]


def _own_of(table: str, case: str, own: Sequence[str]) -> int | None:
    """Give the number of the study's own figures that a case has where it moves nothing."""
    names = {of_case(case, figures): number for number, figures in enumerate(own)}
    return names.get(table)


def _travellers(study: Study) -> list[tuple[str, str]]:
    """List who travels on streets: adults by each mode, and everybody else on foot."""
    adults = [(mode, ADULT) for mode in study.modes.names]
    return [*adults, *((WALK, lens) for lens in study.profile.lenses)]


def cases_of(study: Study) -> dict[str, Case]:
    """Give the cases of a study by name, without those of a mode that it does not measure.

    There are none where it decides on none.
    """
    if study.robustness is None:
        return {}
    unmeasured = {factor for factor, mode in SPEED_OF.items() if mode not in study.modes.names}
    cases = study.robustness.cases.items()
    return {name: case for name, case in cases if case.factor not in unmeasured}


def speed_up(study: Study, name: str, mode: str) -> float | None:
    """Tell how many times as fast a mode is in a case; None where the case is of anything else."""
    case = cases_of(study)[name]
    if SPEED_OF.get(case.factor) != mode:
        return None
    own: Any = study.modes[mode]
    return float(case.quantity.value / (own.share if case.car_share else own.speed).value)


def case_study(study: Study, case: Case) -> Study:
    """Change the one decision of a case; all states and all windows are measured again.

    The longest way from a point to a street is one decision for all modes. Where adults walk so
    many times as fast, all who walk at a speed of their own do.

    Raises
    ------
    ConfigError
        If a window would begin before midnight.
    """
    changed: dict[str, Any] = {"robustness": None}
    if case.speed is not None:
        up = case.speed.value / study.modes.walk.speed.value
        lenses = {name: _faster(lens, up) for name, lens in study.modes.walk.lenses.items()}
        changed["modes"] = _with_modes(study, [WALK], speed=case.speed, lenses=lenses)
    if case.bike_speed is not None:
        changed["modes"] = _with_modes(study, ["bike"], speed=case.bike_speed)
    if case.car_share is not None:
        changed["modes"] = _with_modes(study, ["car"], share=case.car_share)
    if case.max_snap is not None:
        changed["modes"] = _with_modes(study, study.modes.names, max_snap=case.max_snap)
    if case.entrance_tolerance is not None:
        tolerance = {"entrance_tolerance": case.entrance_tolerance}
        changed["places"] = study.places.model_copy(update=tolerance)
    if case.shift is not None and study.transit is not None:
        windows = {
            name: window.model_copy(update={"value": _later(window.value, case.shift.value, name)})
            for name, window in study.transit.windows.items()
        }
        changed["transit"] = study.transit.model_copy(update={"windows": windows})
    return study.model_copy(update=changed)


def _with_modes(study: Study, modes: Iterable[str], **changed: Any) -> Any:
    others = {mode: study.modes[mode].model_copy(update=changed) for mode in modes}
    return study.modes.model_copy(update=others)


def _faster(lens: Any, up: float) -> Any:
    """Let a lens travel so many times as fast; one that has no speed has the adult's."""
    if lens.speed is None:
        return lens
    speed = lens.speed.model_copy(update={"value": lens.speed.value * up})
    return lens.model_copy(update={"speed": speed})


def _later(window: tuple[str, str], shift_min: int, name: str) -> tuple[str, str]:
    start, end = (_moved(clock, shift_min, name) for clock in window)
    return start, end


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
    """List the study's own steps that come out otherwise in a case, as the changed study has them.

    What is measured on streets is left out: of that a case has no more than its figures.
    """
    altered = case_study(study, case)
    if case.entrance_tolerance is not None:
        yield entrances_step(altered)
    for mode, lens in _hastened(case, study):
        yield graph_step(mode, altered, lens, again=True)
    if not has_transit(study, catalog) or not _changes_journeys(case, study):
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
    again = transit_tables(study)
    if case.speed is not None:
        # each who travels is a scan of the whole day: others than adults only where they are slower
        slower = case.speed.value == min(_outermost(study))
        again = transit_walking((ADULT, *study.profile.lenses) if slower else (ADULT,))
    own = transit_steps(altered, catalog, facts, hashes)
    yield from (step for step in own if step.name in again)


def _hastened(case: Case, study: Study) -> list[tuple[str, str]]:
    """List who travels at another speed in a case; others than adults only at the outermost."""
    mode = SPEED_OF.get(case.factor)
    if mode is None:
        return []
    all_walk = case.speed is not None and case.speed.value in _outermost(study)
    return [(mode, ADULT), *((WALK, lens) for lens in study.profile.lenses if all_walk)]


def _figure_steps(name: str, case: Case, study: Study, catalog: Catalog) -> list[Step]:
    """List the steps of a case on streets: of each mode, and of who else walks."""
    altered, moving = case_study(study, case), case.factor in MOVING
    steps = []
    for mode, lens in _travellers(study) if moving else _hastened(case, study):
        prefix = named(mode, lens)
        output = of_case(name, f"{prefix}_figures")
        listed = (
            lens_steps(lens, altered, catalog)
            if lens != ADULT
            else mode_steps(mode, altered, catalog)
        )
        by_name = {step.name: step for step in listed}
        timed, counted = (by_name[f"{prefix}_{step}"] for step in ("travel_times", "access"))
        graph = f"{prefix}_graph" if moving else of_case(name, f"{prefix}_graph")
        streets = streets_of(study, mode, lens)
        kinds = (ORIGINS, *places_searched(lens))
        moved = [kind for kind in moved_in(case, streets) if kind in kinds] if moving else []
        _, places = COUNTED if lens == ADULT else COUNTED_OF_LENSES
        inputs = [
            graph, "origins", places, STREET_HULL, "municipality", "school_districts",
            *map(streets.at, kinds), *(streets.at(kind, name) for kind in moved),
        ]  # fmt: skip
        decided = [timed.parameters, counted.parameters, moved]
        work = later(
            "robustness_streets", "figures_again", study=altered, catalog=catalog, mode=mode,
            lens=lens, output=output, moved=moved, decided=fingerprint(decided),
        )  # fmt: skip
        # times of another year help, figures do not: what they are made of holds what is decided
        steps.append(
            Step(
                output, tuple(inputs), (output, f"{output}_kept"), work,
                parameters=decided, reuses=True, alike=[timed.parameters, moved],
            )
        )  # fmt: skip
    return steps


def _changes_journeys(case: Case, study: Study) -> bool:
    """Tell whether journeys are measured in a case: of speeds the slowest and the quickest."""
    if case.factor not in BY_TIMETABLE:
        return False
    return case.speed is None or case.speed.value in _outermost(study)


def _outermost(study: Study) -> set[float]:
    """Give the slowest and the quickest walking speed of all cases; none where none is changed.

    A slower walk makes no journey shorter, so a speed between two gives a figure between theirs,
    and changes no conclusion that the outer ones do not.
    """
    speeds = [case.speed.value for case in cases_of(study).values() if case.speed is not None]
    return {min(speeds), max(speeds)} if speeds else set()


def in_case(steps: Iterable[Step], case: str) -> list[Step]:
    """Give steps names of their own in a case; they take what the case made before, if it did."""
    made: set[str] = set()
    renamed = []
    for step in steps:
        own = {name: of_case(case, name) if name in made else name for name in _taken(step)}
        made |= set(step.outputs)
        renamed.append(
            Step(
                of_case(case, step.name),
                tuple(own[name] for name in step.inputs),
                tuple(of_case(case, name) for name in step.outputs),
                _prefixed(step, case),
                parameters=step.parameters,
                files=step.files,
                reuses=step.reuses,
                alike=step.alike,
                by={own[name]: own[other] for name, other in step.by.items()},
            )
        )
    return renamed


def _taken(step: Step) -> set[str]:
    """Name all that a step takes, and what it is decided by."""
    return {*step.inputs, *step.decided_by.values()}


def _prefixed(step: Step, case: str) -> Any:
    def run(*inputs: Any, earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
        helped = {}
        if earlier is not None:
            own = {of_case(case, name): name for name in step.outputs}
            helped["earlier"] = {own[name]: value for name, value in earlier.items()}
        made = step.run(*inputs, **helped)
        return {of_case(case, name): value for name, value in made.items()}

    return run
