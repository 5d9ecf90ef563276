"""The steps that measure by each mode and for each lens, from the streets to shares and jobs.

They take where points lie on the streets (:mod:`htkgis.pipeline.snap_steps`), and no barriers.
This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from htkgis.catalog import Catalog
from htkgis.quantities import ADULT
from htkgis.study import Study

from .mode_steps import (
    COUNTED,
    COUNTED_OF_LENSES,
    STREET_HULL,
    WALK,
    covered,
    dumped,
    graph_step,
    later,
    named,
    timeless,
    travel_step,
)
from .snap_steps import FUNCTIONS, HOMES, JOBS, ORIGINS, places_searched, snap_steps, streets_of
from .steps import Step

JOB_GROUND = ("homes", "job_points", STREET_HULL, "municipality")
"""What a search for jobs takes besides streets, and where homes and jobs lie on them."""
FUNCTION_GROUND = ("homes", "function_places", STREET_HULL, "municipality")
"""What a search for the nearest places takes besides streets, and where all lies on them."""


def mode_steps(mode: str, study: Study, catalog: Catalog) -> list[Step]:
    """List the steps of one mode, from its graph to its shares."""
    graph, at = f"{mode}_graph", streets_of(study, mode).at
    return [
        graph_step(mode, study),
        *snap_steps(streets_of(study, mode), study),
        *_access_steps(mode, study, catalog),
        travel_step(
            mode,
            study,
            ADULT,
            "isochrones",
            (graph, "origins", STREET_HULL, at(ORIGINS)),
            ("isochrones", "reached", "patches"),
            ("area_isochrones", "measure_isochrones"),
            [dumped(study.limits.catchment), dumped(study.isochrone), covered(catalog)],
            reuses=True,
            catalog=catalog,
        ),
        travel_step(
            mode,
            study,
            ADULT,
            "resident_times",
            (graph, *FUNCTION_GROUND, at(HOMES), at(FUNCTIONS)),
            ("resident_times",),
            ("shares", "measure_resident_times"),
            [dumped(study.functions), timeless(study), covered(catalog)],
            catalog=catalog,
        ),
        travel_step(
            mode,
            study,
            ADULT,
            "shares",
            (f"{mode}_resident_times", "residents", "districts", "areas", "municipality"),
            ("shares", "distribution"),
            ("shares", "measure_shares"),
            [dumped(study.limits.catchment), dumped(study.functions), dumped(study.study)],
        ),
    ]


def competition_steps(study: Study, catalog: Catalog) -> list[Step]:
    """List the steps that measure jobs per resident by each mode, and join them."""
    modes = study.modes.names
    measuring = [step for mode in modes for step in _competition_of(mode, study, catalog)]
    joining = Step(
        "competition",
        tuple(f"{mode}_competition" for mode in modes),
        ("competition",),
        later("competition", "join_competition", modes=modes),
        parameters=[list(modes)],
    )
    return [*measuring, joining]


def _competition_of(mode: str, study: Study, catalog: Catalog) -> list[Step]:
    """Search for jobs where people and jobs are, and share them by how many there are of both."""
    at = streets_of(study, mode).at
    return [
        travel_step(
            mode,
            study,
            ADULT,
            "job_times",
            (f"{mode}_graph", *JOB_GROUND, at(HOMES), at(JOBS)),
            ("job_times", "job_times_kept"),
            ("competition", "measure_job_times"),
            [dumped(study.limits.jobs), timeless(study), covered(catalog)],
            reuses=True,
            catalog=catalog,
        ),
        Step(
            f"{mode}_competition",
            (f"{mode}_job_times", "residents", "job_places"),
            (f"{mode}_competition",),
            later("competition", "share_jobs", study=study, mode=mode),
            parameters=[mode, dumped(study.limits.jobs)],
        ),
    ]


def lens_steps(lens: str, study: Study, catalog: Catalog) -> list[Step]:
    """List the steps of who else walks: what is near, and no reach, jobs or shares."""
    streets = streets_of(study, WALK, lens)
    own = [] if streets == streets_of(study, WALK) else snap_steps(streets, study)
    return [graph_step(WALK, study, lens), *own, *_access_steps(WALK, study, catalog, lens)]


def _access_steps(mode: str, study: Study, catalog: Catalog, lens: str = ADULT) -> list[Step]:
    graph, times = (f"{named(mode, lens)}_{table}" for table in ("graph", "times"))
    counted, dated = COUNTED if lens == ADULT else COUNTED_OF_LENSES
    at = streets_of(study, mode, lens).at
    places = map(at, places_searched(lens))
    made = ("travel_times", "times", "time_keys", "unsnapped", "connectors", "snapping")
    return [
        travel_step(
            mode,
            study,
            lens,
            "travel_times",
            (graph, "origins", counted, STREET_HULL, "municipality", at(ORIGINS), *places),
            made,
            ("measures", "measure_times"),
            [covered(catalog)],
            reuses=True,
            catalog=catalog,
        ),
        travel_step(
            mode,
            study,
            lens,
            "access",
            (times, "origins", dated, "school_districts"),
            ("access", "figures"),
            ("measures", "measure_access"),
            [
                dumped(study.limits),
                dumped(study.functions),
                dumped(study.study),
                dumped(study.disclosure),
                dumped(study.jobs.rounding),
                [(quarter.id, quarter.area) for quarter in study.quarters],
            ],
        ),
    ]
