"""The steps that measure the way to every stop.

This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from htkgis.study import Study

from .mode_steps import WALK, dumped, later
from .snap_steps import ORIGINS, streets_of
from .steps import Step

REGION = ("region_times", "region_map")


def region_steps(study: Study, *, by_timetable: bool) -> list[Step]:
    """Measure minutes to every stop in the first window; tables without rows where nothing runs.

    The walks are measured apart: they are the same for another timetable, and the ways through
    the region are the same for streets that change no walk.
    """
    crs = study.study.crs
    if not by_timetable:
        nothing = later("region", "no_region", study=study)
        return [Step("region", (), REGION, nothing, parameters=[crs])]
    decided = [
        dumped(study.transit),
        study.modes.walk.model_dump(mode="json", exclude={"lenses"}),
        crs,
    ]
    at_origins = streets_of(study, WALK).at(ORIGINS)
    return [
        Step(
            "region_walks",
            (f"{WALK}_graph", "origins", at_origins, "stops", "transfers"),
            ("region_walks",),
            later("region", "measure_region_walks", study=study),
            parameters=decided,
        ),
        Step(
            "region",
            ("region_walks", "trip_times", "stops"),
            REGION,
            later("region", "measure_region", study=study),
            parameters=decided,
        ),
    ]
