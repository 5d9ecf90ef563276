"""The step that measures the way to every stop.

This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from htkgis.study import Study

from .mode_steps import WALK, dumped, later
from .snap_steps import ORIGINS, streets_of
from .steps import Step

REGION = ("region_times", "region_map")


def region_step(study: Study, *, by_timetable: bool) -> Step:
    """Measure minutes to every stop in the first window; tables without rows where nothing runs."""
    if not by_timetable:
        return Step(
            "region",
            (),
            REGION,
            later("region", "no_region", study=study),
            parameters=[study.study.crs],
        )
    return Step(
        "region",
        (
            f"{WALK}_graph",
            "origins",
            streets_of(study, WALK).at(ORIGINS),
            "trip_times",
            "stops",
            "transfers",
        ),
        REGION,
        later("region", "measure_region", study=study),
        parameters=[
            dumped(study.transit),
            study.modes.walk.model_dump(mode="json", exclude={"lenses"}),
            study.study.crs,
        ],
    )
