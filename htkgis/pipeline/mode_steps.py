"""What all that list steps share, the steps of layers and graphs, and how tables are joined.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from htkgis.catalog import Catalog, role_of
from htkgis.isolation_rules import Isolation
from htkgis.quantities import ADULT, CLOSED
from htkgis.study import Study

from .steps import Step

HERE = __package__ or "htkgis.pipeline"
WALK, EBIKE = "walk", "ebike"
STREET_HULL = "street_hull"
STREET_FACTS = "street_facts"
NEAR_STREETS = "near_streets"
LENSED = ("walk", "bike", "ebike")
"""Modes that may have lenses."""

COUNTED = ("counted_places", "places")
"""Where travel times are measured to, and what of it is there in which year."""
COUNTED_OF_LENSES = ("counted_functions", "functions_by_year")
"""The same for who else travels than adults, whose jobs nobody counts."""

OF_ALL_MODES = (
    "access",
    "travel_times",
    "unsnapped",
    "isochrones",
    "shares",
    "distribution",
    "network",
    "snapping",
)
"""Tables that are made for each mode, as ``<mode>_<table>``, and then joined."""


def named(mode: str, lens: str = ADULT) -> str:
    """Name what the outputs of one mode start with, and those of a lens of it.

    Examples
    --------
    >>> named("bike"), named("walk", "older")
    ('bike', 'walk_older')
    """
    return mode if lens == ADULT else f"{mode}_{lens}"


def of_case(case: str, output: str) -> str:
    """Name an output as it is in a case.

    Examples
    --------
    >>> of_case("walk_slow", "walk_access")
    'case_walk_slow_walk_access'
    """
    return f"case_{case}_{output}"


def direct_of(output: str) -> str:
    """Name what spares ways from door to door the next time, beside what a step makes of them.

    Examples
    --------
    >>> direct_of("transit_walks")
    'transit_walks_direct'
    """
    return f"{output}_direct"


def later(module: str, function: str, /, **bound: Any) -> Callable[..., Mapping[str, Any]]:
    """Name a function of a module beside this one, imported when it is called."""

    def call(*inputs: Any, **helped: Any) -> Mapping[str, Any]:
        work = getattr(importlib.import_module(f".{module}", HERE), function)
        result: Mapping[str, Any] = work(*inputs, **bound, **helped)
        return result

    return call


def dumped(model: Any) -> Any:
    """Turn decisions into plain values, as the parameters of a step."""
    return model.model_dump(mode="json")


def timeless(study: Study) -> Any:
    """Turn what a study is of into plain values, without the years that it looks at.

    What a step made in one year stands in another, as that of a scenario, where what it is made of
    is the same and the year is in none of it.
    """
    return study.study.model_dump(mode="json", exclude={"state", "baseline"})


def entrances_step(study: Study) -> Step:
    """Find the entrances of places that are areas."""
    return Step(
        "entrances",
        ("outlines", "streets"),
        ("entrances",),
        later("entrances", "load_entrances", study=study),
        parameters=[dumped(study.places), study.study.crs],
    )


def use_step(study: Study) -> Step:
    """Take places of jobs and of functions apart: where one moves, what reads the other stays."""
    years = list(study.study.years)
    return Step(
        "places_by_use",
        ("places", "entrances"),
        (
            "counted_places",
            "counted_functions",
            "functions_by_year",
            "job_places",
            "job_entrances",
            "job_points",
            "function_places",
            "function_entrances",
            "named_places",
        ),
        later("entrances", "places_by_use", years=years),
        parameters=[years],
    )


def hull_step() -> Step:
    """Find how far the streets reach: who asks no more of them stays where one moves inside.

    And what they are called, which is read without their lines.
    """
    made = (STREET_HULL, STREET_FACTS)
    return Step(STREET_HULL, ("streets",), made, later("layers", "hull_of_streets"))


def shown_streets_step() -> Step:
    """Take the streets that pages show, so that not all are read whenever pages are made."""
    work = later("shown_streets", "shown_streets")
    return Step("shown_streets", ("streets", "isochrones"), ("shown_streets",), work)


def graph_step(
    mode: str, study: Study, lens: str = ADULT, *, bare: bool = False, again: bool = False
) -> Step:
    """Build the graph of a mode for a lens, or a bare one: length over speed and nothing else.

    Streets that points are set on (:func:`has_own_streets`) say besides where points may lie,
    unless they are the same ``again`` at another speed.
    """
    only: dict[str, Any] = {"bare": True} if bare else {}
    ground = has_own_streets(study, mode, lens) and not (bare or again)
    return travel_step(
        mode,
        study,
        lens,
        "graph",
        ("streets",),
        ("graph", "network", *(["ground"] if ground else [])),
        ("modes", "build_mode_graph"),
        [bare] if bare else [],
        ground=ground,
        **only,
    )


def has_own_streets(study: Study, mode: str, lens: str = ADULT) -> bool:
    """Tell whether who travels meets other streets than the adult of the mode, or is the adult."""
    return lens == ADULT or closed_costs(study, mode, lens) != closed_costs(study, mode, ADULT)


def closed_costs(study: Study, mode: str, lens: str) -> dict[str, Any]:
    """Gather the costs of who travels that close streets: all others change only how long."""
    way = study.modes[mode]
    tables = (getattr(way, "lenses", {}).get(lens), getattr(way, "costs", None))
    closed = {}
    for cost, price in (("stairs", "value"), ("darkness", "value"), ("max_stress", "above")):
        stated = (getattr(table, cost, None) for table in tables)
        found = next((quantity for quantity in stated if quantity is not None), None)
        if found is not None and getattr(found, price) in {CLOSED, 0}:
            closed[cost] = dumped(found)
    return closed


def isolation_steps(
    study: Study, catalog: Catalog, *, sketch: bool, speed_ups: Mapping[str, list[float]]
) -> list[Step]:
    """List the steps that measure how closed each area is, by each mode, and join them.

    What streets, places and homes each decide is measured by a step of its own. ``speed_ups`` are
    by mode those of cases that the same search of trips through areas answers.
    """
    modes = study.modes.names if study.isolation is not None else ()
    joining = Step(
        "isolation",
        tuple(f"{mode}_isolation" for mode in modes),
        ("isolation",),
        later("isolation", "join_isolation"),
        parameters=[list(modes)],
    )
    measuring = [
        _isolation_of(mode, study, catalog, sketch=sketch, speed_ups=speed_ups.get(mode, []))
        for mode in modes
    ]
    near = [] if study.isolation is None else [_near_step(study.isolation)]
    return [*near, *itertools.chain(*measuring), joining]


def _near_step(rules: Isolation) -> Step:
    """Take the streets that barriers around areas may be called after: few of all."""
    return Step(
        NEAR_STREETS,
        ("streets", "areas"),
        (NEAR_STREETS,),
        later("isolation_barriers", "streets_near", surroundings_m=rules.surroundings.value),
        parameters=[dumped(rules.surroundings)],
    )


def homes_step() -> Step:
    """Take where people live, whatever their number is."""
    return Step("homes", ("residents",), ("homes",), later("shares", "take_homes"))


def _isolation_of(
    mode: str, study: Study, catalog: Catalog, *, sketch: bool, speed_ups: list[float]
) -> list[Step]:
    ground = (f"{mode}_graph", "areas", "origins", "barriers")

    def measuring(part: str, inputs: tuple[str, ...], parameters: list[Any], **bound: Any) -> Step:
        decided = [dumped(study.isolation), timeless(study), *parameters]
        work = ("isolation_neighbours" if part == "neighbours" else "isolation", f"measure_{part}")
        taken, made = (*ground, *inputs), (part, f"{part}_kept")
        return travel_step(
            mode, study, ADULT, part, taken, made, work, decided, reuses=True, **bound
        )

    closure = measuring(
        "closure", (NEAR_STREETS, STREET_HULL), [covered(catalog), sketch],
        catalog=catalog, sketch=sketch, speed_ups=speed_ups,
    )  # fmt: skip
    # at what other speeds areas are passed decides what is kept, not what was kept before
    decided = [*closure.parameters, speed_ups]
    steps = [replace(closure, parameters=decided, alike=closure.parameters)]
    if study.isolation is not None and mode in study.isolation.limits.value:
        places = ("function_places", "function_entrances")
        steps += [
            measuring("detours", places, [dumped(study.functions)]),
            measuring("neighbours", ("homes",), [sketch], sketch=sketch),
        ]
    output = f"{mode}_isolation"
    joining = later("isolation", "join_parts", mode=mode)
    made = tuple(step.outputs[0] for step in steps)
    return [*steps, Step(output, made, (output,), joining, parameters=[mode])]


def travel_step(
    mode: str,
    study: Study,
    lens: str,
    name: str,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    work: tuple[str, str],
    parameters: list[Any],
    *,
    reuses: bool = False,
    **bound: Any,
) -> Step:
    """Make a step of one mode and lens; the adult's is what it was before there were lenses."""
    prefix, travel = named(mode, lens), travels(mode, study, lens)
    return Step(
        f"{prefix}_{name}",
        inputs,
        tuple(f"{prefix}_{output}" for output in outputs),
        later(*work, study=study, mode=mode, **_of_lens(lens), **bound),
        parameters=[travel, *parameters],
        reuses=reuses,
    )


def _of_lens(lens: str) -> dict[str, str]:
    return {} if lens == ADULT else {"lens": lens}


def travels(mode: str, study: Study, lens: str = ADULT) -> list[Any]:
    """Gather all that decides how one lens of a mode travels, and nothing of other lenses."""
    # whatever the mode, people walk between a point and the street
    ways = [study.modes.walk, study.modes[mode]]
    if mode == EBIKE and study.modes.bike is not None:
        ways.append(study.modes.bike)  # it goes where bicycles may
    travel: list[Any] = [way.model_dump(mode="json", exclude={"lenses"}) for way in ways]
    if lens != ADULT:
        own = [getattr(way, "lenses", {}).get(lens) for way in ways]
        travel += [None if each is None else dumped(each) for each in own]
    return travel


def covered(catalog: Catalog) -> dict[str, list[Any]]:
    """Gather how far each layer covers the study, for steps that look beyond what it holds."""
    return {n: [role_of(n, layer), layer.coverage] for n, layer in catalog.layers.items()}


def joining_steps(study: Study, *further: str) -> list[Step]:
    """Join the tables of all modes, walking first, and below the access of who else travels.

    Of ``further`` names of tables of access, those stand last. Access has a step of its own: who
    asks for it alone, as a comparison of scenarios, waits for no isochrones.
    """
    modes = study.modes.names
    below = (*(f"{named(WALK, lens)}_access" for lens in study.profile.lenses), *further)

    def joining(name: str, tables: tuple[str, ...], below: tuple[str, ...] = ()) -> Step:
        return Step(
            name,
            (*(f"{mode}_{table}" for table in tables for mode in modes), *below),
            tables,
            later("modes", "join_modes", tables=tables, modes=modes, below=below),
            parameters=[tables, modes, below],
        )

    access, *others = OF_ALL_MODES
    return [joining("all_access", (access,), below), joining("all_modes", tuple(others))]
