"""The steps behind what a profile finds: ways beyond a limit, fairness of persons, departures.

As :mod:`htkgis.pipeline.profile_steps`, this module imports nothing heavy.
"""

from __future__ import annotations

from htkgis.catalog import Catalog
from htkgis.study import Study

from .mode_steps import STREET_FACTS, dumped, later, timeless
from .snap_steps import ORIGINS, streets_of_distances
from .steps import Step
from .transit_steps import has_transit


def finding_steps(study: Study) -> list[Step]:
    """List the steps; each is stale when the study's limits, functions or walking change."""
    modes = study.modes.names
    walk = study.modes.walk.model_dump(mode="json", exclude={"lenses"})
    decided = [dumped(study.profile.everyday), study.gaps and dumped(study.gaps)]
    decided += [dumped(study.functions), dumped(study.study)]
    return [
        Step(
            "walk_nearest",
            ("walk_access",),
            ("walk_nearest",),
            later("reasons", "nearest_shown", state=study.study.state.value),
            parameters=[study.study.state.value],
        ),
        Step(
            "reasons",
            (
                "walk_graph",
                "walk_nearest",
                "origins",
                "function_places",
                STREET_FACTS,
                "barriers",
                "function_entrances",
            ),
            ("reasons",),
            later("reasons", "trace_reasons", study=study),
            parameters=[walk, *decided],
        ),
        *(_fairness_step(mode, study) for mode in modes),
        Step(
            "fairness",
            tuple(f"{mode}_fairness" for mode in modes),
            ("fairness",),
            later("fairness", "join_fairness", modes=modes, state=study.study.state.value),
            parameters=[modes, study.study.state.value],
        ),
    ]


def _fairness_step(mode: str, study: Study) -> Step:
    return Step(
        f"{mode}_fairness",
        ("residents", "areas", "municipality", f"{mode}_resident_times"),
        (f"{mode}_fairness",),
        later("fairness", "measure_fairness", study=study, mode=mode),
        parameters=[
            dumped(study.profile.everyday),
            study.gaps and dumped(study.gaps),
            dumped(study.functions),
            timeless(study),
        ],
    )


def departure_steps(study: Study, catalog: Catalog) -> list[Step]:
    """List the step of departures nearby; none where the study or the catalog says nothing of it.

    It is stale when the day, its windows or the limits change.
    """
    if study.gaps is None or study.gaps.departures is None or not has_transit(study, catalog):
        return []
    walk = study.modes.walk.model_dump(mode="json", exclude={"lenses"})
    decided = [dumped(study.gaps), study.transit and dumped(study.transit)]
    at_origins = streets_of_distances(study).at(ORIGINS)
    return [
        Step(
            "departures",
            ("distance_graph", "origins", "stops", "trip_times", at_origins),
            ("departures",),
            later("departures", "measure_departures", study=study),
            parameters=[walk, *decided],
        )
    ]
