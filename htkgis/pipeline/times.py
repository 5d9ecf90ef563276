"""Travel times between a user's own points, over sketch streets, any extract or osmnx graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from htkgis.errors import ConfigError
from htkgis.loaders.points import read_points
from htkgis.network import SnapAudit, audit, border_times
from htkgis.network.search import search_limit
from htkgis.quantities import ADULT
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import deciseconds, minutes

from .embedded import embedded_study
from .own_streets import (
    graph_coverage,
    own_crs,
    own_snaps,
    own_stored_graph,
    own_unknown_kinds,
)
from .steps import Progress
from .tile_searches import TimesSearch, travel_times
from .tiles import Tiling, search_all
from .travellers import Travellers, travellers

AT_MOST = "at_most"
DECIMALS = 3
"""Of minutes: with as many, whole deciseconds are told apart, also where a limit lies."""


@dataclass(frozen=True)
class TimesReport:
    """Travel times and how the points met the streets.

    Parameters
    ----------
    table
        ``from_id``, ``to_id``, ``travel_time_min`` (three decimals; ``felt_time_min`` where they
        hold a price), ``bound``, ``mode``, ``lens``, ``plain``; reachable pairs only. The bound
        is ``at_most`` where the search met the end of the streets before: there may be a shorter
        way beyond.
    origins, destinations
        Snapping audits.
    too_far
        Ids and distances of points farther than the limit from any street; in no pair.
    travellers
        Who travels how, and what the minutes mean.
    """

    table: pd.DataFrame
    origins: SnapAudit
    destinations: SnapAudit
    too_far: pd.DataFrame
    travellers: Travellers


def measure_point_times(
    streets: str,
    origins_path: Path,
    destinations_path: Path,
    *,
    mode: str = "walk",
    lens: str = ADULT,
    speed_kph: float | None = None,
    bare: bool = False,
    max_min: float | None = None,
    max_snap_m: float | None = None,
    tiling: Tiling | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TimesReport:
    """Measure travel times between all origins and destinations.

    Parameters
    ----------
    streets
        ``sketch``, or the path of an OpenStreetMap extract (``.osm.pbf``) or of a graph that
        osmnx or ``htkgis update osm`` saved (``.graphml``).
    origins_path, destinations_path
        CSV ``id,lat,lon`` or any vector file with an ``id``.
    mode
        ``walk``, ``bike``, ``ebike`` or ``car``, as the embedded study decides on them.
    lens
        Who travels: ``adult``, or a lens of the mode.
    speed_kph, max_snap_m
        The embedded study's where missing. A speed holds on every street.
    bare
        Whether time is length divided by speed and nothing else: no delays, no time for parking.
    max_min
        Longest time of interest in minutes; no limit where missing.
    tiling
        Whether origins are searched tile by tile, and where; all at once where missing. The
        report is the same.
    cache
        Where the network lies between calls; the user's own where missing.
    progress
        Told before each step that is computed.

    Raises
    ------
    ConfigError
        If there are tiles but no longest time: every origin sees the whole network then.
    HtkgisError
        A file is missing or wrong, or no point is near a street.
    """
    if tiling is not None and max_min is None:
        msg = (
            f"--scheduler {tiling.scheduler}: needs --max-min, without which every origin sees the "
            "whole network and there is nothing to part. Name the longest time of interest."
        )
        raise ConfigError(msg)
    study = read_study(embedded_study() / "study.toml")
    who = travellers(study, mode, lens, bare=bare, unknown_kinds=own_unknown_kinds(streets))
    crs = own_crs(streets, study)
    origins = read_points(origins_path, crs=crs)
    destinations = read_points(destinations_path, crs=crs)
    stored = own_stored_graph(
        streets,
        study,
        mode,
        crs=crs,
        lens=lens,
        speed_kph=speed_kph,
        bare=bare,
        cache=cache,
        progress=progress,
    )
    graph = stored.graph
    from_snaps, to_snaps = (
        own_snaps(graph, points, study, mode, what=what, max_snap_m=max_snap_m)
        for what, points in (("origins", origins), ("destinations", destinations))
    )
    limit_ds = None if max_min is None else deciseconds(max_min)
    search = TimesSearch(search_limit(limit_ds))
    found = travel_times(
        search_all(stored, from_snaps, to_snaps, search, tiling), from_snaps, to_snaps
    )
    times = found.to_table()
    border_ds = border_times(graph, from_snaps, graph_coverage(graph))
    # whoever could have come to the end of the streets by then may know a shorter way beyond
    met = border_ds[found.from_index] < found.time_ds
    table = times[["from_id", "to_id"]].assign(
        **{who.minutes_column: minutes(times["travel_time_ds"]).round(DECIMALS)},
        bound=pd.Series(met, dtype=object).map({True: AT_MOST, False: None}).to_numpy(),
    )
    too_far = pd.concat([from_snaps.too_far, to_snaps.too_far], ignore_index=True)
    return TimesReport(who.noted(table), audit(from_snaps), audit(to_snaps), too_far, who)
