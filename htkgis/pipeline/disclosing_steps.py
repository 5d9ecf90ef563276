"""The step that rounds and hides shares of persons; of a scenario beside what the study told.

As :mod:`htkgis.pipeline.profile_steps`, this module imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.catalog import Catalog
from htkgis.study import Study

from .mode_steps import dumped, later
from .scenario_steps import ScenarioState
from .steps import Step

PUBLISHED = ("residents", "shares", "distribution", "disclosed_shares", "disclosed_distribution")
"""Of the state before, besides the minutes of its residents: what readers may hold already."""


def disclosing_step(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    facts: Mapping[str, Any],
    scenario: ScenarioState | None = None,
) -> Step:
    """Make the step of disclosure.

    Parameters
    ----------
    study, catalog, hashes
        Decisions, layers, and the hash of each layer's file.
    facts
        What the catalog says of the layer of told shares.
    scenario
        Its pages lie beside those of the study: what these told is held against it.
    """
    times = tuple(f"{mode}_resident_times" for mode in study.modes.names)
    work = later("disclosed", "disclose_shares", study=study, catalog=catalog)
    parameters: list[Any] = [dict(facts), dumped(study.disclosure)]
    alike = list(parameters)  # an attack on the same figures is the same, whatever is beside them
    inputs: tuple[str, ...] = ("shares", "distribution", "residents")
    run = work
    if scenario is not None:
        before, names = scenario.before, (*PUBLISHED, *times)
        parameters += [{name: before.hash(name) for name in names if name in before}]
        inputs += times

        def run(*values: Any, **helped: Any) -> Mapping[str, Any]:
            missing = [name for name in names if name not in before]
            if missing:
                msg = f"scenario: {missing} are wanted, and were not measured of the state before"
                raise ValueError(msg)
            return work(*values, before={name: before[name] for name in names}, **helped)

    return Step(
        "disclosure",
        inputs,
        ("disclosed_shares", "disclosed_distribution", "attacks"),
        run,
        parameters=parameters,
        files={name: hashes[name] for name in facts},
        reuses=True,
        alike=alike,
    )
