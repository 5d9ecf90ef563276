"""The steps that set points on the streets, once for all who search from them or for them.

Where a point lies on the streets is decided by the streets that are open, by the barriers before
it, and by nothing else: not by how fast anybody is. So the points are set on the streets of each
mode in one step, and what searches takes where they lie. A street that takes longer and lies where
it lay makes no such step stale: of the graph they are decided by its ground alone. A barrier that
moves and cuts nobody off makes these steps stale and none that searches. This module imports
nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.quantities import ADULT
from htkgis.robustness_rules import Case
from htkgis.study import Study

from .mode_steps import (
    WALK,
    closed_costs,
    dumped,
    has_own_streets,
    later,
    named,
    of_case,
)
from .steps import Step

ORIGINS, FUNCTIONS, JOBS, HOMES = "origins", "functions", "jobs", "homes"
EVERYTHING = (ORIGINS, FUNCTIONS, JOBS, HOMES)
"""Points that adults of a mode travel between."""
OF_LENS = (ORIGINS, FUNCTIONS, JOBS)
"""Points of who else travels; jobs only by public transport."""
OF_FEW = (ORIGINS, FUNCTIONS)
"""Points of planning rules, and those that are tried again of who else travels."""
STOPPING = ("stops", "stations")
"""Points of public transport."""
DISTANCE = "distance"
TOGETHER = {
    "origin_snaps": (ORIGINS,),
    "place_snaps": (FUNCTIONS, JOBS),
}
"""Steps of each mode's streets, and the kinds of points that each sets there; homes besides."""
TABLES = {
    ORIGINS: ("origins",),
    FUNCTIONS: ("counted_functions", "entrances"),
    JOBS: ("counted_places", "counted_functions", "entrances"),
    HOMES: ("homes",),
}
"""What each kind of points is made of."""


@dataclass(frozen=True)
class Streets:
    """The streets of one mode, and the points that lie on them.

    Parameters
    ----------
    name
        What their outputs begin with.
    mode
        Whose streets they are, and whose rules of snapping hold.
    points
        Kinds of points, of :data:`EVERYTHING`.
    """

    name: str
    mode: str
    points: tuple[str, ...]

    @property
    def ground(self) -> dict[str, str]:
        """By graph, what of it says where points may lie; none where metres are counted alone."""
        return {} if self.name == DISTANCE else {f"{self.name}_graph": f"{self.name}_ground"}

    def at(self, kind: str, case: str = "") -> str:
        """Name the output that says where points of a kind lie, in a case or in none."""
        output = f"{self.name}_at_{kind}"
        return of_case(case, output) if case else output


def set_of(kind: str) -> str:
    """Name what says on what points of a kind were set, for the next time."""
    return f"{kind}_of"


def places_searched(lens: str) -> tuple[str, ...]:
    """Name the kinds of places that who travels searches for: nobody counts jobs for a lens."""
    return (FUNCTIONS, JOBS) if lens == ADULT else (FUNCTIONS,)


def streets_of(study: Study, mode: str, lens: str = ADULT) -> Streets:
    """Give the streets of who travels: those of the adult where the same ways are open.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> study = read_study(embedded_study() / "study.toml")
    >>> [streets_of(study, "walk", lens).name for lens in ("adult", "older", "wheelchair")]
    ['walk', 'walk', 'walk_wheelchair']
    """
    if lens == ADULT or not has_own_streets(study, mode, lens):
        return Streets(mode, mode, EVERYTHING)
    return Streets(named(mode, lens), mode, OF_LENS)


def streets_of_distances(study: Study) -> Streets:
    """Give the streets that metres are counted on: all that people may walk on, whatever it costs.

    They are those of walking where no cost of it closes any.
    """
    if closed_costs(study, WALK, ADULT):
        return Streets(DISTANCE, WALK, OF_FEW)
    return streets_of(study, WALK)


def all_streets(study: Study) -> list[Streets]:
    """List all streets that points lie on, each once."""
    listed = [streets_of(study, mode) for mode in study.modes.names]
    return list(dict.fromkeys([*listed, *streets_walked(study), streets_of_distances(study)]))


def snap_steps(streets: Streets, study: Study) -> list[Step]:
    """List the steps that set points on the streets of a mode, whoever asks for them.

    One for each layer that they are made of, so that none rests on a layer that has no part in it.
    """
    steps = [
        Step(
            f"{streets.name}_{name}",
            (f"{streets.name}_graph", "barriers", *tables_of(kinds)),
            tuple(streets.at(name) for kind in kinds for name in (kind, set_of(kind))),
            later("snapped", "set_on_streets", study=study, streets=streets, kinds=kinds),
            parameters=[streets.mode, kinds, *_rules(streets, study)],
            reuses=True,
            by=streets.ground,
        )
        for name, own in TOGETHER.items()
        if (kinds := tuple(kind for kind in own if kind in streets.points))
    ]
    return [*steps, *_home_step(streets, study)]


def _home_step(streets: Streets, study: Study) -> list[Step]:
    """Set homes on the streets, of whom there are many, and again only those that moved."""
    if HOMES not in streets.points:
        return []
    return [
        Step(
            f"{streets.name}_home_snaps",
            (f"{streets.name}_graph", "barriers", "homes"),
            (streets.at(HOMES), streets.at(set_of(HOMES))),
            later("snapped_homes", "set_homes", study=study, streets=streets),
            parameters=[streets.mode, *_rules(streets, study)],
            reuses=True,
            by=streets.ground,
        )
    ]


def case_snap_step(name: str, case: Case, study: Study, altered: Study) -> Step:
    """Set points on all streets again in a case that moves some: nothing where it moves none.

    Parameters
    ----------
    name, case
        One that allows another distance to the streets, or finds other entrances.
    study, altered
        Of the run, and of the case.
    """
    doors = case.entrance_tolerance is not None
    inputs, outputs, rules = [], [], []
    ground: dict[str, str] = {}
    for streets in all_streets(study):
        kinds = moved_in(case, streets)
        inputs += [f"{streets.name}_graph", *(streets.at(kind) for kind in kinds)]
        outputs += [streets.at(kind, name) for kind in kinds]
        rules.append([streets.name, kinds, *_rules(streets, altered)])
        if study.modes[streets.mode].min_part == altered.modes[streets.mode].min_part:
            ground |= streets.ground
    tables = list(tables_of((FUNCTIONS, JOBS) if doors else EVERYTHING))
    own = []
    if doors:
        tables[tables.index("entrances")] = of_case(name, "entrances")
        own = ["entrances"]
    work = later("snapped", "set_again", study=study, altered=altered, name=name, case=case)
    taken = ("barriers", *tables, *own, *inputs)
    return Step(of_case(name, "snaps"), taken, tuple(outputs), work, parameters=rules, by=ground)


def stop_snap_step(study: Study) -> Step:
    """Set stops and stations on the streets of all who walk, whatever runs there."""
    walked = streets_walked(study)
    return Step(
        "stop_snaps",
        ("barriers", *STOPPING, *(f"{streets.name}_graph" for streets in walked)),
        tuple(streets.at(kind) for streets in walked for kind in STOPPING),
        later("snapped", "set_stops", study=study),
        parameters=[[streets.name for streets in walked], dumped(study.modes.walk.max_snap)],
        by={graph: ground for streets in walked for graph, ground in streets.ground.items()},
    )


def streets_walked(study: Study) -> list[Streets]:
    """List the streets of all who walk, each once."""
    walkers = (ADULT, *study.profile.lenses)
    return list(dict.fromkeys(streets_of(study, WALK, lens) for lens in walkers))


def moved_in(case: Case, streets: Streets) -> tuple[str, ...]:
    """Tell which kinds of points a case may move: entrances are those of places alone."""
    doors = case.entrance_tolerance is not None
    tried = streets.points if streets.name == streets.mode else OF_FEW
    return tuple(kind for kind in tried if not doors or kind in {FUNCTIONS, JOBS})


def tables_of(kinds: Sequence[str]) -> tuple[str, ...]:
    """Name the tables that some kinds of points are made of, each once."""
    return tuple(dict.fromkeys(table for kind in kinds for table in TABLES[kind]))


def _rules(streets: Streets, study: Study) -> list[Any]:
    way = study.modes[streets.mode]
    return [dumped(way.max_snap), dumped(way.min_part)]
