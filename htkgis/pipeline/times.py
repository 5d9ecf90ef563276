"""Travel times between a user's own points, over sketch streets, any extract or osmnx graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import ConfigError
from htkgis.loaders.points import read_points
from htkgis.network import SnapAudit, TravelTimes, audit, border_times
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
PAIRS_AT_A_TIME = 1_000_000
"""Rows of the table that are held at a time, some 200 MB."""
DECIMALS = 3
"""Of minutes: with as many, whole deciseconds are told apart, also where a limit lies."""


@dataclass(frozen=True, eq=False)
class TimesReport:
    """Travel times and how the points met the streets.

    Parameters
    ----------
    found
        The pairs that are reached, in deciseconds.
    border_ds
        Deciseconds from each origin to the end of the streets, int32.
    origins, destinations
        Snapping audits.
    too_far
        Ids and distances of points farther than the limit from any street; in no pair.
    travellers
        Who travels how, and what the minutes mean.
    """

    found: TravelTimes
    border_ds: npt.NDArray[np.int32]
    origins: SnapAudit
    destinations: SnapAudit
    too_far: pd.DataFrame
    travellers: Travellers

    @property
    def table(self) -> pd.DataFrame:
        """All pairs: ``from_id``, ``to_id``, ``travel_time_min``, ``bound``, who travels how.

        Minutes have three decimals, and are ``felt_time_min`` where they hold a price. The bound
        is ``at_most`` where the search met the end of the streets before: there may be a shorter
        way beyond. Then ``mode``, ``lens`` and ``plain``; reachable pairs only.
        """
        return self._rows(np.arange(len(self.found)))

    @property
    def like(self) -> pd.DataFrame:
        """Rows of the table in which each column holds every kind of value that it holds."""
        rows = [0] if len(self.found) else []
        for begin in range(0, len(self.found), PAIRS_AT_A_TIME):
            entries = np.arange(begin, min(begin + PAIRS_AT_A_TIME, len(self.found)))
            met = np.flatnonzero(self._met(entries))
            if len(met):
                rows.append(begin + int(met[0]))
                break
        return self._rows(np.array(rows, dtype=np.int64))

    def parts(self) -> Iterator[pd.DataFrame]:
        """Give the table some pairs at a time, so that it is never held whole; one at least."""
        for begin in range(0, max(len(self.found), 1), PAIRS_AT_A_TIME):
            yield self._rows(np.arange(begin, min(begin + PAIRS_AT_A_TIME, len(self.found))))

    def _met(self, entries: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether who travels could have come to the end of the streets by then."""
        met: npt.NDArray[np.bool_] = (
            self.border_ds[self.found.origins_of(entries)] < self.found.time_ds[entries]
        )
        return met

    def _rows(self, entries: npt.NDArray[np.int64]) -> pd.DataFrame:
        """Write out some of the pairs."""
        found = self.found
        bound = np.full(len(entries), None, dtype=object)
        bound[self._met(entries)] = AT_MOST
        table = pd.DataFrame(
            {
                "from_id": pd.Series(found.from_ids[found.origins_of(entries)], dtype="str"),
                "to_id": pd.Series(found.to_ids[found.to_index[entries]], dtype="str"),
                self.travellers.minutes_column: minutes(found.time_ds[entries]).round(DECIMALS),
                "bound": pd.Series(bound, dtype=object),
            }
        )
        return self.travellers.noted(table)


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
    border_ds = border_times(graph, from_snaps, graph_coverage(graph))
    too_far = pd.concat([from_snaps.too_far, to_snaps.too_far], ignore_index=True)
    return TimesReport(found, border_ds, audit(from_snaps), audit(to_snaps), too_far, who)
