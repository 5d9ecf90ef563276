"""The step that makes the explorer; nothing heavy is imported, as in all that list steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.catalog import Catalog
from htkgis.quantities import ADULT
from htkgis.study import Study

from .mode_steps import WALK, covered, dumped, later, named
from .steps import Step
from .transit_steps import SERVICE, has_transit

EXPLORER = "explorer"
EXPLORER_TRANSIT = "explorer_transit"
RIDDEN = ("bike", "ebike")
AROUND = (
    "places",
    "entrances",
    "barriers",
    "origins",
    "areas",
    "quarters",
    "municipality",
    "streets",
)

TIMED = ("places", "entrances", "barriers", "origins", "quarters", "municipality", "streets")


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


def explorer_steps(study: Study, catalog: Catalog) -> list[Step]:
    """Pack the streets around the quarters; nothing where the study decides on no explorer."""
    if study.explorer is None:
        return [Step(EXPLORER, (), (EXPLORER,), _nothing)]
    timed = [_transit_step(study, catalog)] if has_transit(study, catalog) else []
    who = travellers(study)
    decided = (study.explorer, study.study, study.functions, study.modes, study.limits)
    packing = Step(
        EXPLORER,
        (*(f"{named(mode, lens)}_graph" for mode, lens in who), *AROUND, *(s.name for s in timed)),
        (EXPLORER,),
        later(EXPLORER, "make_explorer", study=study, catalog=catalog, travellers=who),
        parameters=[
            *map(dumped, decided),
            [dumped(quarter) for quarter in study.quarters],
            [dumped(study.profile), dumped(study.isochrone)],
            [dumped(study.transit) if timed else None],
            covered(catalog),
            who,
        ],
    )
    return [*timed, packing]


def _transit_step(study: Study, catalog: Catalog) -> Step:
    """Measure what the page looks up by public transport: adults, from the starting points."""
    walk = study.modes.walk.model_dump(mode="json", exclude={"lenses"})
    return Step(
        EXPLORER_TRANSIT,
        (f"{WALK}_graph", *TIMED, *SERVICE),
        (EXPLORER_TRANSIT,),
        later(EXPLORER_TRANSIT, "measure_explorer_transit", study=study, catalog=catalog),
        parameters=[
            *map(dumped, (study.explorer, study.study, study.transit)),
            [dumped(quarter) for quarter in study.quarters],
            walk,
            covered(catalog),
        ],
    )


def _nothing() -> Mapping[str, Any]:
    return {EXPLORER: {}}
