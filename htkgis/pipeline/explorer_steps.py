"""The step that makes the explorer; nothing heavy is imported, as in all that list steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from htkgis.catalog import Catalog, role_of
from htkgis.quantities import ADULT
from htkgis.study import Study

from .mode_steps import (
    LENSED,
    STREET_HULL,
    WALK,
    covered,
    direct_of,
    dumped,
    later,
    named,
    timeless,
)
from .steps import Step
from .transit_steps import SERVICE, has_transit

EXPLORER = "explorer"
EXPLORER_TRANSIT, EXPLORER_WALKS = "explorer_transit", "explorer_walks"
PLANNED: Literal["planned_streets"] = "planned_streets"
RIDDEN = ("bike", "ebike")
EXPLORER_NETWORK = "explorer_network"
AROUND = ("named_places", "entrances", "barriers", "quarters", "municipality", "streets")
HOMES = ("origins", "areas")
TIMED = ("places", "entrances", "barriers", "origins", "quarters", "municipality", STREET_HULL)


def travellers(study: Study) -> list[tuple[str, str]]:
    """List who travels in the explorer: all who are measured on foot, and adults who ride.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> found = travellers(read_study(embedded_study() / "study.toml"))
    >>> found[0], found[-1], len(found)
    (('walk', 'adult'), ('bike', 'adult'), 5)
    """
    walkers = [(WALK, lens) for lens in (ADULT, *study.profile.lenses)]
    return walkers + [(mode, ADULT) for mode in RIDDEN if mode in study.modes.names]


def explorer_steps(
    study: Study, catalog: Catalog, hashes: Mapping[str, str], built: tuple[str, ...] = ()
) -> list[Step]:
    """Pack the streets around the quarters; nothing where the study decides on no explorer.

    Homes and departures are put beside them in a step of its own, which leaves the streets packed.

    Projects that are ``built`` already, in the scenario whose streets these are, are no choice.
    """
    if study.explorer is None:
        return [Step(EXPLORER, (), (EXPLORER,), _nothing)]
    timed = _transit_steps(study, catalog) if has_transit(study, catalog) else []
    planned = [_planned_step(study, catalog, hashes, built)] if catalog.by_role(PLANNED) else []
    who = travellers(study)
    decided = [dumped(study.modes), covered(catalog), who]
    packing = Step(
        EXPLORER_NETWORK,
        (
            *(f"{named(mode, lens)}_graph" for mode, lens in who),
            *AROUND,
            *(step.outputs[0] for step in planned),
        ),
        (EXPLORER_NETWORK,),
        later(EXPLORER, "pack_explorer", study=study, catalog=catalog, travellers=who),
        parameters=[dumped(study.explorer), dumped(study.study), *decided],
        reuses=True,
        alike=[dumped(study.explorer), timeless(study), *decided],
    )
    starting = Step(
        EXPLORER,
        (EXPLORER_NETWORK, *HOMES, *(step.outputs[0] for step in timed[-1:])),
        (EXPLORER,),
        later(EXPLORER, "make_explorer", study=study),
        parameters=[
            *map(
                dumped,
                (study.explorer, study.study, study.functions, study.limits, study.isochrone),
            ),
            dumped(study.profile),
            [dumped(quarter) for quarter in study.quarters],
            [dumped(study.transit) if timed else None],
        ],
    )
    return [*timed, *planned, packing, starting]


def _planned_step(
    study: Study, catalog: Catalog, hashes: Mapping[str, str], built: tuple[str, ...]
) -> Step:
    """Read what projects would build, and have not."""
    roles = (PLANNED, "street_nodes")
    own = {n: layer for n, layer in catalog.layers.items() if role_of(n, layer) in roles}
    return Step(
        f"load_{PLANNED}",
        ("streets", "projects"),
        (PLANNED,),
        later(PLANNED, f"load_{PLANNED}", study=study, catalog=catalog, built=built),
        parameters=[
            {n: layer.model_dump(exclude={"history", "path"}) for n, layer in own.items()},
            study.study.crs,
            study.modes.model_dump(mode="json", exclude={mode: {"lenses"} for mode in LENSED}),
            *([list(built)] if built else []),
        ],
        files={name: hashes[name] for name in own},
    )


def _transit_steps(study: Study, catalog: Catalog) -> list[Step]:
    """Measure what the page looks up by public transport: adults, from the starting points.

    Their walks have a step of their own, which another timetable leaves as it is.
    """
    walk = study.modes.walk.model_dump(mode="json", exclude={"lenses"})
    rules = [dumped(study.explorer), dumped(study.transit)]
    decided = [[dumped(quarter) for quarter in study.quarters], walk, covered(catalog)]
    trips, *stopping = SERVICE
    walking = Step(
        EXPLORER_WALKS,
        (f"{WALK}_graph", *TIMED, *stopping),
        (EXPLORER_WALKS, direct_of(EXPLORER_WALKS)),
        later(EXPLORER_TRANSIT, "measure_explorer_walks", study=study, catalog=catalog),
        parameters=[*rules, dumped(study.study), *decided],
        reuses=True,
        alike=[*rules, timeless(study), *decided],
    )
    timing = Step(
        EXPLORER_TRANSIT,
        (EXPLORER_WALKS, trips, "stops", "stations"),
        (EXPLORER_TRANSIT, f"{EXPLORER_TRANSIT}_found"),
        later(EXPLORER_TRANSIT, "measure_explorer_transit", study=study),
        parameters=[*rules, dumped(study.study), *decided],
        reuses=True,
        alike=[*rules, timeless(study), *decided],
    )
    return [walking, timing]


def _nothing() -> Mapping[str, Any]:
    return {EXPLORER: {}}
