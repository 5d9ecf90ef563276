"""What a place at a site would bring: of all sites at once, and of few to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array, vstack

from htkgis.access.effect import PARTS, Origins
from htkgis.network import Graph, Snaps, travel_time_matrix
from htkgis.units import minutes

Aim = Literal["median", "covering"]
Times = npt.NDArray[np.integer[Any]]
ORIGINS_AT_ONCE = 2048
"""Origins whose times to all sites are held at once."""


@dataclass(frozen=True)
class Ways:
    """Everybody's way today to the nearest place of a function, which a new one may shorten.

    Parameters
    ----------
    graph, starts, persons
        Streets, where people start, and how many each stands for.
    today
        Deciseconds to the nearest place there is, per start.
    limit_ds
        Ways beyond it count with it.
    aim
        ``median``: minutes saved count; ``covering``: who gets a place within the limit.
    """

    graph: Graph
    starts: Snaps
    persons: npt.NDArray[np.float64]
    today: npt.NDArray[np.int64]
    limit_ds: int
    aim: Aim

    def gains(self, sites: Snaps) -> tuple[csr_array, npt.NDArray[np.float64]]:
        """Measure what each site would bring each origin, and how many it brings nearer a place.

        Most sites bring most origins nothing, so entries of 0 are left out, some origins at a
        time.
        """
        parts, nearer = [], np.zeros(len(sites))
        for begin in range(0, len(self.starts), ORIGINS_AT_ONCE):
            rows = np.arange(begin, min(begin + ORIGINS_AT_ONCE, len(self.starts)))
            starts = self.starts.where(rows)
            times = travel_time_matrix(self.graph, starts, sites, limit_ds=self.limit_ds)
            known, own = self.today[rows, None], self.persons[rows]
            nearer += own @ (times < known)
            parts.append(csr_array(own[:, None] * self._brought(times, known)))
        empty = csr_array((0, len(sites)))
        return csr_array(vstack(parts)) if parts else empty, nearer

    def by_area(
        self, times: Times, origins: Origins
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Sum what each chosen site alone brings each area, and how many it brings nearer a place.

        Returns
        -------
        gains, nearer
            Shape (sites, groups): housing areas, then everybody else.
        """
        known = self.today[:, None]
        own = np.zeros((len(times), origins.groups))
        own[np.arange(len(times)), origins.group] = origins.parts / PARTS
        each = self._brought(times, known).astype(np.float64)
        return each.T @ own, (times < known).T.astype(np.float64) @ own

    def saved_min(self, times: Times) -> npt.NDArray[np.float64]:
        """Give the minutes that the chosen sites together save each start."""
        best = times.min(axis=1, initial=self.limit_ds)
        saved = np.minimum(self.today, self.limit_ds) - best
        return np.asarray(minutes(np.maximum(saved, 0)))

    def _brought(self, times: Times, known: Times) -> npt.NDArray[Any]:
        """Give the minutes that each site alone saves, or whether it covers somebody."""
        if self.aim == "median":
            saved = np.minimum(known, self.limit_ds) - np.minimum(times, self.limit_ds)
            return np.asarray(minutes(np.maximum(saved, 0)))
        return (times <= self.limit_ds) & (known > self.limit_ds)


def junctions(graph: Graph, municipality: gpd.GeoDataFrame, spacing_m: float) -> gpd.GeoDataFrame:
    """Take the junction nearest to the middle of each square that has one.

    Parameters
    ----------
    graph
        Streets.
    municipality
        Outline that the junctions lie in.
    spacing_m
        Side of the squares, > 0.

    Returns
    -------
    sites
        ``id`` and points, from the south-west, row by row.
    """
    points = shapely.points(graph.node_xy)
    outline = municipality.geometry.iloc[0]
    shapely.prepare(outline)
    inside = np.flatnonzero(shapely.intersects(outline, points))
    xy = graph.node_xy[inside]
    square = np.floor(xy / spacing_m)
    off_m = np.hypot(*(xy - (square + 0.5) * spacing_m).T)
    table = pd.DataFrame({"x": square[:, 0], "y": square[:, 1], "off": off_m, "node": inside})
    chosen = table.sort_values(["y", "x", "off", "node"]).drop_duplicates(["y", "x"])
    node = chosen["node"].to_numpy()
    ids = [f"site_{x:.0f}_{y:.0f}" for x, y in graph.node_xy[node]]
    return gpd.GeoDataFrame({"id": ids}, geometry=points[node], crs=municipality.crs)
