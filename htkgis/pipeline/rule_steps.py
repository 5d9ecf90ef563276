"""The steps of planning rules: metres and departures from each origin, in each case that matters.

A rule of distance is in metres, so walking speed does not touch it: the cases are those of
snapping and of entrances. This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from typing import Any

from htkgis.catalog import Catalog
from htkgis.robustness_rules import Case
from htkgis.study import Study

from .mode_steps import STREET_HULL, WALK, covered, direct_of, later, of_case
from .robustness_steps import case_study, cases_of
from .snap_steps import OF_FEW, ORIGINS, moved_in, snap_steps, streets_of, streets_of_distances
from .steps import Step

DISTANCES, LEVELS = "rule_distances", "rule_levels"
WAYS = "rule_ways"
"""Distances as they are in a case, nothing where it moves no point."""
DISTANCE_GRAPH = "distance_graph"
OF_DISTANCES = ("max_snap", "entrance_tolerance")
"""Factors of robustness that change a distance."""
DISTANCE_INPUTS = (
    DISTANCE_GRAPH,
    "planning_rules",
    "origins",
    "function_places",
    "function_entrances",
    STREET_HULL,
    "municipality",
    "school_districts",
)
LEVEL_INPUTS = (DISTANCE_GRAPH, "origins", STREET_HULL, "trip_times", "stops")


def distance_steps(study: Study) -> list[Step]:
    """List the steps of the graph that metres are counted on, and of points on its streets.

    These are those of walking, unless what walking costs closes some.
    """
    walk = study.modes.walk.model_dump(mode="json", exclude={"lenses"})
    graph = Step(
        DISTANCE_GRAPH,
        ("streets",),
        (DISTANCE_GRAPH,),
        later("planning_rules", "distance_graph", study=study),
        parameters=[walk],
    )
    streets = streets_of_distances(study)
    own = [] if streets == streets_of(study, WALK) else snap_steps(streets, study)
    return [graph, *own]


def rule_steps(study: Study, catalog: Catalog, *, by_timetable: bool) -> list[Step]:
    """List the steps of planning rules, last the one that joins the cases.

    Parameters
    ----------
    study, catalog
        Decisions, and facts about the layers.
    by_timetable
        Whether a timetable is loaded; there are no levels of service without.
    """
    steps = [_distances(study, catalog, DISTANCES)]
    cases = {n: case for n, case in cases_of(study).items() if case.factor in OF_DISTANCES}
    names = ["", *cases]
    levels = [""] if by_timetable else []
    if by_timetable:
        steps.append(_levels(study, catalog, LEVELS))
    for name, case in cases.items():
        altered = case_study(study, case)
        steps.append(_distances(altered, catalog, of_case(name, WAYS), name, case))
        if by_timetable and case.factor == "max_snap":
            steps.append(_levels(altered, catalog, of_case(name, LEVELS), name))
            levels.append(name)
    tables = [of_case(name, WAYS) if name else DISTANCES for name in names]
    tables += [of_case(name, LEVELS) if name else LEVELS for name in levels]
    joined = ("rule_case_distances", "rule_case_levels")
    work = later("planning_rules", "join_cases", distances=names, levels=levels)
    return [*steps, Step("rules", tuple(tables), joined, work, parameters=[names, levels])]


def _distances(
    study: Study,
    catalog: Catalog,
    output: str,
    name: str = "",
    case: Case | None = None,
) -> Step:
    streets, inputs = streets_of_distances(study), list(DISTANCE_INPUTS)
    moved = () if case is None else tuple(k for k in moved_in(case, streets) if k in OF_FEW)
    if case is not None and case.entrance_tolerance is not None:
        inputs[inputs.index("function_entrances")] = of_case(name, "entrances")
    inputs += map(streets.at, OF_FEW)
    if case is not None:
        inputs += ["function_entrances", *(streets.at(kind, name) for kind in moved)]
    decided = [*_decisions(study), covered(catalog), _sketches(catalog)]
    work = later(
        "planning_rules", "measure_distances",
        study=study, catalog=catalog, output=output, moved=moved,
    )  # fmt: skip
    made, parameters = (output, direct_of(output)), [*decided, moved]
    return Step(output, tuple(inputs), made, work, parameters=parameters, reuses=True)


def _levels(study: Study, catalog: Catalog, output: str, name: str = "") -> Step:
    at = streets_of_distances(study).at
    cases = ("", name) if name else ("",)
    return Step(
        output,
        (*LEVEL_INPUTS, *(at(ORIGINS, case) for case in cases)),
        (output,),
        later("planning_rules", "measure_levels", study=study, catalog=catalog, output=output),
        parameters=[*_decisions(study), covered(catalog)],
    )


def _decisions(study: Study) -> list[Any]:
    walk = study.modes[WALK].model_dump(mode="json", exclude={"lenses"})
    return [walk]


def _sketches(catalog: Catalog) -> list[str]:
    return [name for name, layer in catalog.layers.items() if layer.sketch_scale]
