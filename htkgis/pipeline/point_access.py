"""Accessibility of a user's own origins to their own opportunities, over any streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.impedance import Impedance
from htkgis.errors import ConfigError
from htkgis.loaders.points import read_points, read_weights
from htkgis.network import (
    Graph,
    SnapAudit,
    Snaps,
    audit,
    border_times,
    impedance_table,
)
from htkgis.quantities import ADULT
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import UNREACHED, deciseconds, minutes

from .access_measures import MINUTES
from .embedded import embedded_study
from .own_streets import (
    graph_coverage,
    own_crs,
    own_snaps,
    own_stored_graph,
    own_unknown_kinds,
)
from .steps import Progress
from .stored_graph import StoredGraph
from .tile_searches import AccessSearch
from .tiles import Tiling, search_all
from .travellers import Travellers, travellers

COLUMNS = ["origin_id", "measure", "limit_min", "value", "bound"]
DECIMALS = 3
"""Of minutes: with as many, whole deciseconds are told apart."""


@dataclass(frozen=True)
class AccessReport:
    """Access of every origin, and how the points met the streets.

    Parameters
    ----------
    table
        ``origin_id``, ``measure``, ``limit_min``, ``value``, ``bound``, ``mode``, ``lens``,
        ``plain``: one row per origin, measure and limit. Where minutes hold a price, the limits
        are ``felt_limit_min`` and a nearest place is ``felt_nearest_1``. A time that is not
        reached has no value, and origins that are not on the streets have none at all. ``bound``
        is ``at_least`` or ``at_most`` where the search met the end of the streets.
    origins, opportunities
        Snapping audits.
    too_far
        Ids and distances of points farther than the limit from any street.
    travellers
        Who travels how, and what the minutes mean.
    """

    table: pd.DataFrame
    origins: SnapAudit
    opportunities: SnapAudit
    too_far: pd.DataFrame
    travellers: Travellers


def measure_point_access(
    streets: str,
    origins_path: Path,
    opportunities_path: Path,
    *,
    column: str | None = None,
    mode: str = "walk",
    lens: str = ADULT,
    limits_min: Sequence[float],
    impedance: Impedance | None = None,
    nearest: int | None = None,
    bare: bool = False,
    max_snap_m: float | None = None,
    tiling: Tiling | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> AccessReport:
    """Measure what each origin reaches, without ever holding the pairs.

    Parameters
    ----------
    streets
        As :func:`htkgis.pipeline.times.measure_point_times`.
    origins_path, opportunities_path
        CSV ``id,lat,lon`` or any vector file with an ``id``.
    column
        Number that each opportunity counts, a column of its file; one each where missing.
    mode
        ``walk``, ``bike``, ``ebike`` or ``car``, as the embedded study decides on them.
    lens
        Who travels: ``adult``, or a lens of the mode.
    limits_min
        Limits in minutes; each gives a row ``opportunities`` (or ``NAME`` of the impedance)
        per origin.
    impedance
        Weight by travel time, cut off at each limit; every opportunity counts whole where
        missing.
    nearest
        Also minutes to the 1st to n-th nearest opportunity, up to the largest limit.
    tiling
        Whether origins are searched tile by tile, and where; all at once where missing. The
        report is the same.
    bare, max_snap_m, cache, progress
        As :func:`htkgis.pipeline.times.measure_point_times`.

    Raises
    ------
    ConfigError
        If there is no limit.
    HtkgisError
        A file is missing or wrong, or no point is near a street.
    """
    if not limits_min:
        msg = "--limit-min: none was given; one or more limits in minutes are needed. Name one."
        raise ConfigError(msg)
    own = own_points(
        streets,
        origins_path,
        opportunities_path,
        mode=mode,
        lens=lens,
        bare=bare,
        max_snap_m=max_snap_m,
        cache=cache,
        progress=progress,
    )
    weights = read_weights(opportunities_path, column, own.opportunities)
    origins, limits = own.from_snaps, sorted({float(limit) for limit in limits_min})
    search = _search(weights, limits, impedance, nearest or 0)
    found = search_all(own.stored, origins, own.to_snaps, search, tiling)
    name = "opportunities" if impedance is None else impedance.name
    rows = _sums(origins, found["values"], limits, name, own.border_ds)
    rows += _nearest(origins, found["nearest_ds"], max(limits), own.border_ds)
    table = pd.concat(rows, ignore_index=True)[COLUMNS]
    if all(limit.is_integer() for limit in limits):
        table["limit_min"] = table["limit_min"].astype("int64")
    return own.report(table)


@dataclass(frozen=True, eq=False)
class OwnPoints:
    """A user's own points on the graph of a mode; made by :func:`own_points`.

    Parameters
    ----------
    travellers
        Who travels how.
    origins, opportunities
        Points as they were read.
    stored
        Graph of the mode, and where it lies.
    from_snaps, to_snaps
        Origins and opportunities on it.
    border_ds
        Deciseconds from each origin to the end of the streets, int64.
    """

    travellers: Travellers
    origins: gpd.GeoDataFrame
    opportunities: gpd.GeoDataFrame
    stored: StoredGraph
    from_snaps: Snaps
    to_snaps: Snaps
    border_ds: npt.NDArray[np.int64]

    @property
    def graph(self) -> Graph:
        """Graph of the mode."""
        return self.stored.graph

    def report(self, table: pd.DataFrame) -> AccessReport:
        """Say beside a table of access who travelled, and how the points met the streets."""
        from_snaps, to_snaps = self.from_snaps, self.to_snaps
        too_far = pd.concat([from_snaps.too_far, to_snaps.too_far], ignore_index=True)
        who = self.travellers
        table = who.noted(_felt(table) if who.felt else table)
        return AccessReport(table, audit(from_snaps), audit(to_snaps), too_far, who)


def own_points(
    streets: str,
    origins_path: Path,
    opportunities_path: Path,
    *,
    mode: str,
    lens: str,
    bare: bool,
    max_snap_m: float | None,
    cache: Cache | None,
    progress: Progress | None,
) -> OwnPoints:
    """Read points and streets and join them; see :func:`measure_point_access`."""
    study = read_study(embedded_study() / "study.toml")
    who = travellers(study, mode, lens, bare=bare, unknown_kinds=own_unknown_kinds(streets))
    crs = own_crs(streets, study)
    origins = read_points(origins_path, crs=crs)
    opportunities = read_points(opportunities_path, crs=crs)
    stored = own_stored_graph(
        streets, study, mode, crs=crs, lens=lens, bare=bare, cache=cache, progress=progress
    )
    graph = stored.graph
    from_snaps, to_snaps = (
        own_snaps(graph, points, study, mode, what=what, max_snap_m=max_snap_m)
        for what, points in (("origins", origins), ("opportunities", opportunities))
    )
    border_ds = border_times(graph, from_snaps, graph_coverage(graph)).astype(np.int64)
    return OwnPoints(who, origins, opportunities, stored, from_snaps, to_snaps, border_ds)


def _felt(table: pd.DataFrame) -> pd.DataFrame:
    """Call minutes that hold a price by another name, so that nobody takes them for time."""
    minutes = table["measure"].str.startswith(MINUTES)
    measure = table["measure"].where(~minutes, "felt_" + table["measure"])
    return table.assign(measure=measure).rename(columns={"limit_min": "felt_limit_min"})


def _search(
    weights: npt.NDArray[np.float64],
    limits: list[float],
    impedance: Impedance | None,
    nearest: int,
) -> AccessSearch:
    limits_ds = tuple(deciseconds(limit) for limit in limits)
    tables = () if impedance is None else limits_ds
    return AccessSearch(
        limits_ds,
        weights,
        tuple(impedance_table(impedance, limit_ds=limit_ds) for limit_ds in tables if impedance),
        nearest,
    )


def _sums(
    origins: Snaps,
    values: npt.NDArray[np.float64],
    limits: list[float],
    name: str,
    border_ds: npt.NDArray[np.int64],
) -> list[pd.DataFrame]:
    return [
        _rows(origins, name, limit, values[:, at], border_ds <= deciseconds(limit), "at_least")
        for at, limit in enumerate(limits)
    ]


def _nearest(
    origins: Snaps,
    nearest_ds: npt.NDArray[np.int32],
    limit_min: float,
    border_ds: npt.NDArray[np.int64],
) -> list[pd.DataFrame]:
    rows = []
    for rank, found_ds in enumerate(nearest_ds.T, start=1):
        times_ds = found_ds.astype(np.int64)
        reached = times_ds < UNREACHED
        value = np.where(reached, minutes(times_ds).round(DECIMALS), np.nan)
        met = reached & (border_ds < times_ds)
        rows.append(_rows(origins, f"nearest_{rank}", limit_min, value, met, "at_most"))
    return rows


def _rows(
    origins: Snaps,
    measure: str,
    limit_min: float,
    value: npt.NDArray[np.float64],
    met: npt.NDArray[np.bool_],
    bound: str,
) -> pd.DataFrame:
    known = origins.edge >= 0
    words: npt.NDArray[Any] = np.full(len(known), None, dtype=object)
    words[met & known] = bound
    return pd.DataFrame(
        {
            "origin_id": origins.ids,
            "measure": measure,
            "limit_min": limit_min,
            "value": np.where(known, value, np.nan),
            "bound": words,
        }
    )
