"""Walks of journeys by public transport: between doors and stops, and all the way on foot.

They depend on the streets and on where things are, and not on what runs or how many jobs there
are: they are measured in a step of their own, which another timetable leaves as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import TravelTimes, border_times, graph_from_arrays
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.transit import Doors, Journeys, Pairs, at_places, ways_between
from htkgis.profile.transit import TRANSIT
from htkgis.quantities import ADULT
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .door_to_door import door_to_door
from .layers import coverage
from .mode_steps import WALK, direct_of, named
from .modes import mode_of
from .snapped import of_places, on_streets
from .transit import decided, journey_rules, walks_to_stations
from .transit_border import to_border
from .transit_ends import beside, with_more

PAIRS = ("footpaths", "access", "egress")


def measure_walks(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    jobs: gpd.GeoDataFrame,
    at_origins: Arrays,
    at_jobs: Arrays,
    at_stops: Arrays,
    at_stations: Arrays,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    transfers: pd.DataFrame,
    *,
    study: Study,
    catalog: Catalog,
    lens: str = ADULT,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure the walks of one who travels from every origin to jobs and stations.

    ``at_origins``, ``at_jobs``, ``at_stops`` and ``at_stations`` say where these lie on the
    streets, among others. What this gave ``earlier`` of other inputs spares the origins whose ways
    without any ride stayed; the result is the same without.

    Returns
    -------
    outputs
        ``transit_walks``, or ``transit_<lens>_walks``: the arrays of :func:`journeys_of`. The
        destinations are the places of ``jobs``, the border of what is known of jobs, and
        ``stations``, in this order. ``border_s`` is how long each origin walks to the border, in
        seconds, and ``on_streets`` whether it is near a street. ``<these>_direct``: what
        ``earlier`` takes.
    """
    output = f"{named(TRANSIT, lens)}_walks"
    graph, rules = graph_from_arrays(arrays), decided(study)
    starts = on_streets(graph, at_origins, origins)
    works = of_places(on_streets(graph, at_jobs), jobs["id"])
    platforms = on_streets(graph, at_stops, stops)
    ends = beside(works, on_streets(graph, at_stations, stations))
    doors = Doors(graph, starts, ends, platforms)
    # whoever walks longer to a place than jobs are counted for counts nothing there
    longest_ds = np.full(len(ends), max(map(deciseconds, rules.jobs.value)))
    longest_ds[len(works) :] = deciseconds(rules.search.value)
    ways, kept = ways_again(
        doors, study, transfers, (earlier or {}).get(direct_of(output)), longest_ds=longest_ds
    )
    covered = coverage(catalog, "jobs", streets, municipality)
    border = to_border(
        stops, border_times(graph, platforms, covered), covered, deciseconds(rules.max_walk.value)
    )
    border_ds = border_times(graph, starts, covered).astype(np.int64)
    place_of = pd.Index(jobs["id"]).get_indexer(pd.Index(works.ids))
    first_station = len(jobs) + 1
    wanted = [*place_of, *range(first_station, first_station + len(stations))]
    to_all = at_places(ways, wanted, places=first_station + len(stations))
    speed_kph = mode_of(study, WALK, lens).speed_kph
    beyond = walks_to_stations(stops, stations, speed_kph=speed_kph)
    to_all = with_more(to_all, border, at=len(jobs))
    to_all = with_more(to_all, beyond, at=first_station)
    facts = {"border_s": border_ds // 10, "on_streets": starts.edge != NOT_SNAPPED}
    return {output: Arrays(arrays_of(to_all) | facts), direct_of(output): kept}


def ways_again(
    doors: Doors,
    study: Study,
    transfers: pd.DataFrame,
    earlier: Mapping[str, npt.NDArray[Any]] | None,
    *,
    longest_ds: npt.ArrayLike | None = None,
) -> tuple[Journeys, Arrays]:
    """Measure the ways of a study, and what spares those without any ride the next time."""
    found: list[Arrays] = []

    def direct(*asked: Any) -> TravelTimes:
        ways, kept = door_to_door(*asked, earlier=earlier)
        found.append(kept)
        return ways

    ways = ways_between(
        doors,
        rules=journey_rules(study),
        transfers=transfers,
        longest_ds=longest_ds,
        direct=direct,
    )
    return ways, found[0]


def arrays_of(journeys: Journeys) -> dict[str, npt.NDArray[Any]]:
    """Write walks as arrays, of which :func:`journeys_of` makes journeys again."""
    found: dict[str, npt.NDArray[Any]] = {}
    for name in PAIRS:
        pairs: Pairs = getattr(journeys, name)
        found |= {f"{name}_indptr": pairs.indptr, f"{name}_walks": pairs.walks}
    direct = journeys.direct
    if direct is not None:
        found |= {
            f"direct_{part}": getattr(direct, part) for part in ("indptr", "to_index", "time_ds")
        }
    return found


def journeys_of(walks: Arrays, origins: pd.DataFrame, study: Study) -> Journeys:
    """Make journeys of what :func:`measure_walks` has measured, without any timetable.

    Parameters
    ----------
    walks
        ``<points>_indptr`` and ``<points>_walks`` of the footpaths, the access and the egress, as
        :class:`htkgis.network.transit.Pairs`; ``direct_indptr``, ``direct_to_index`` and
        ``direct_time_ds`` as :class:`htkgis.network.TravelTimes`.
    origins
        Contract ``ORIGINS``, of which they are.
    study
        Decisions on the journeys.
    """
    footpaths, access, egress = (
        Pairs(np.asarray(walks[f"{name}_indptr"]), np.asarray(walks[f"{name}_walks"]))
        for name in PAIRS
    )
    direct = TravelTimes(
        from_ids=origins["id"].to_numpy(),
        to_ids=np.arange(len(egress)).astype(str),
        indptr=np.asarray(walks["direct_indptr"]),
        to_index=np.asarray(walks["direct_to_index"]),
        time_ds=np.asarray(walks["direct_time_ds"]),
    )
    rules = journey_rules(study)
    return Journeys((), footpaths, access, egress, direct, rules.cutoff_s, rules.max_rides)
