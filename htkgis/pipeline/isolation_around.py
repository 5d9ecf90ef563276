"""What matters to the isolation of one area: the streets, barriers and homes around it, cut out.

Whatever lies farther off is left out before anything is measured, so that it cannot change a
figure: an area is measured again only where something around it has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.network import Graph, graph_from_arrays, part_of, ring_points, streets_between
from htkgis.network.made import lately, once
from htkgis.network.nearest_edge import joinable_edges
from htkgis.network.ragged import ragged_rows
from htkgis.network.recost import DECIMETRES_PER_METRE
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .isolation_kept import Looked
from .modes import snapping
from .seen import seen

POINT = ["id", "geometry"]
"""Of an origin, a target or a home, what is measured from or to it."""


@dataclass(frozen=True)
class Around:
    """One area, the streets and barriers that matter to it, and the decisions."""

    graph: Graph
    area: Any
    origins: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame | None
    study: Study
    mode: str

    @property
    def rules(self) -> Any:
        """Decisions on isolation."""
        return self.study.isolation

    @property
    def snapping(self) -> dict[str, Any]:
        """How points meet the streets."""
        return {**snapping(self.study, self.mode), "barriers": self.barriers}

    @property
    def limit_min(self) -> float:
        """Longest trip that is counted, in minutes."""
        return float(self.rules.limits.value[self.mode])

    @property
    def longest_m(self) -> float:
        """Longest way that is looked at, in metres."""
        return float(self.rules.longest.value[self.mode] * self.graph.speed_kph / 0.06)

    @property
    def surroundings(self) -> Any:
        """The area and as far around it as is looked at."""
        return shapely.buffer(self.area, self.rules.surroundings.value)

    @property
    def radius_m(self) -> float:
        """Radius of the circle around the area."""
        return float(shapely.minimum_bounding_radius(self.area))

    @property
    def zone(self) -> Any:
        """As far around the area as any trip of interest leads."""
        far_m = self.longest_m / 2 + self.rules.surroundings.value + 4 * self.radius_m
        return shapely.buffer(self.area, far_m)

    def with_(self, **changed: Any) -> Around:
        """Change something."""
        return replace(self, **changed)

    def nearby(self) -> Around:
        """Keep the streets that any trip of interest may use, and barriers that points may meet."""
        graph = _cut(self.graph, self._meeting(self.zone))
        barriers = self.barriers_beside(self.beside_zone())
        return self.with_(graph=graph, barriers=barriers)

    def seen_nearby(self, *more: Any) -> str:
        """Hash what :meth:`nearby` keeps, with ``more``, without cutting it out."""
        streets = seen_part(self.graph, self._meeting(self.zone))
        return seen(streets, self.seen_beside(self.beside_zone(), *more))

    def beside_zone(self) -> Any:
        """Where barriers lie that matter: a point on a street of the zone may lie beyond it."""
        return shapely.buffer(self.zone, self.snapping["max_snap_m"])

    def within_reach(
        self, *, limit_min: float | None = None, max_snap_m: float | None = None
    ) -> Around:
        """Keep the streets that a way between two points of the surroundings may use.

        Parameters
        ----------
        limit_min
            Longest trip that is counted in minutes, where it is more than the study's.
        max_snap_m
            How far a point may lie from a street in metres, where it is more than the study's.

        Returns
        -------
        around
            With these streets, and the barriers that stand before the points. Nothing between
            points of the surroundings, on them or on crossings that are added there is another
            than in the whole graph, as long as no way is longer than ``longest`` of the study.
        """
        rules, zone = self.rules, self.beside_surroundings(max_snap_m)
        ends = self._meeting(zone)
        # a trip that is counted passes the surroundings anywhere, so it counts there and back
        longest_min = max(rules.longest.value[self.mode], 2 * max(self.limit_min, limit_min or 0))
        # a street is joined where enough others hang on it, and these are kept with it
        longest_m = max(self.longest_m, 2 * self.snapping["min_part_m"])
        marked = streets_between(
            self.graph, ends, limit_ds=deciseconds(longest_min), limit_m=longest_m
        )
        barriers = self.barriers_beside(zone)
        return self.with_(graph=_cut(self.graph, marked), barriers=barriers)

    def beside_surroundings(self, max_snap_m: float | None = None) -> Any:
        """Where streets lie that points of the surroundings meet; crossings are added there."""
        rules = self.rules
        beside_m = max(self.snapping["max_snap_m"], max_snap_m or 0.0)
        beside_m += rules.barrier_width.value + rules.crossing_reach.value
        return shapely.buffer(self.surroundings, beside_m)

    def barriers_beside(self, zone: Any) -> gpd.GeoDataFrame | None:
        """Keep the barriers that meet a zone."""
        if self.barriers is None:
            return None
        return self.barriers[_touching(self.barriers, zone)].reset_index(drop=True)

    def _meeting(self, zone: Any) -> npt.NDArray[np.bool_]:
        """Mark the streets that meet a zone; one step after the other asks for the same."""

        def found() -> npt.NDArray[np.bool_]:
            marked = np.zeros(self.graph.edges, dtype=bool)
            marked[self.graph.tree.query(zone, predicate="intersects")] = True
            return marked

        key = "meeting", shapely.to_wkb(zone)
        return self.graph.drawing.lately(key, found).copy()

    def passing(self, limit_min: float) -> npt.NDArray[np.bool_]:
        """Mark the streets that decide how trips pass the area and its neighbours.

        A trip within the limit that passes one of their streets, and any other way between its
        ends that is no longer, lead nowhere farther from there than the limit: there and back
        they are two trips together.

        Parameters
        ----------
        limit_min
            Longest trip that is counted, in minutes.
        """
        ends = self._meeting(shapely.buffer(self.area, self.rules.neighbours.value))
        if not ends.any():
            return np.ones_like(ends)
        limit_ds = 2 * deciseconds(limit_min)
        return streets_between(self.graph, ends, limit_ds=limit_ds, limit_m=0)

    def beside(self, table: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
        """Keep some columns of the rows that lie in the surroundings."""
        return table.loc[_touching(table, self.surroundings), columns].reset_index(drop=True)

    def near(self, table: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
        """Keep some columns of the rows that lie in the zone."""
        return table.loc[_touching(table, self.zone), columns].reset_index(drop=True)

    def seen_streets(self) -> str:
        """Hash all streets of the graph, as far as it goes."""
        return once(self.graph, "seen", lambda: seen(self.graph))

    def seen_beside(self, zone: Any, *more: Any) -> str:
        """Hash the area, its origins, and the barriers that meet a zone, with ``more``."""
        return seen(self.area, self.origins, self.barriers_beside(zone), *more)

    def seen_within(self, zone: Any, looked: Looked, *more: Any) -> str:
        """Hash what is seen as far as ways lead from a zone, with ``more``, and nothing beyond.

        Equal ones give the same ways between points of the zone, as long as none that counts is
        longer. What points may join rests on what hangs on the streets beside them, which may lie
        farther off; so it is hashed besides.
        """
        joined = joinable_edges(self.graph, min_part_m=self.snapping["min_part_m"])
        way_m = looked.way_dm / DECIMETRES_PER_METRE
        ends = self._meeting(zone)
        marked = streets_between(self.graph, ends, limit_ds=looked.time_ds, limit_m=way_m)
        streets = seen_part(self.graph, marked)
        ground = [streets, joined[marked], bool(joined.any()), asdict(looked)]
        return seen(*ground, self.area, self.origins, self.barriers, *more)

    def ring(self) -> gpd.GeoDataFrame:
        """Set points all round, as far off as the surroundings reach."""
        return ring_points(
            self.area,
            distance_m=self.rules.surroundings.value,
            spacing_m=self.rules.point_spacing.value,
            crs=self.origins.crs,
        )


def seen_part(graph: Graph, edges: npt.NDArray[np.bool_]) -> str:
    """Hash some streets in their order, as searches, snapping and drawing see them; no names.

    Equal ones give parts (:func:`htkgis.network.part_of`) that differ in what their streets and
    junctions are called at most.
    """
    inside = np.zeros(graph.nodes, dtype=bool)
    inside[graph.edge_from[edges]] = inside[graph.edge_to[edges]] = True
    number = np.cumsum(inside)
    rows = np.flatnonzero(edges)
    corners, owner = ragged_rows(graph.edge_xy_start, rows)
    speeds = [graph.mode, graph.speed_kph, graph.connector_kph, graph.start_ds, graph.end_ds]
    ends = (number[each[rows]] for each in (graph.edge_from, graph.edge_to))
    costs = (each[rows] for each in (graph.edge_forward_ds, graph.edge_backward_ds))
    kept = graph.edge_length_m[rows], graph.edge_stops[rows], graph.edge_xy[corners], owner
    return seen(speeds, graph.node_xy[inside], *ends, *costs, *kept)


def _cut(graph: Graph, edges: npt.NDArray[np.bool_]) -> Graph:
    """Keep some streets; the same part as lately, with all that was made of it since.

    Detours, neighbours and cases cut the same streets one after the other, and each indexes,
    folds and hashes them.
    """
    kept = hashlib.sha256(np.packbits(edges).tobytes()).digest()
    return lately(graph, ("cut", kept), lambda: part_of(graph, edges)[0])


def _touching(table: gpd.GeoDataFrame, zone: Any) -> npt.NDArray[np.bool_]:
    """Mark the rows that meet a zone, which is prepared for all of them at once."""
    shapely.prepare(zone)
    return np.asarray(shapely.intersects(zone, table.geometry.to_numpy()))


def areas_around(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None,
    study: Study,
    mode: str,
) -> Iterator[Around]:
    """Take the areas one after the other, each with its own origins and the whole graph."""
    graph = graph_from_arrays(arrays)
    for area in areas.to_dict("records"):
        own = origins.loc[origins["area_id"] == area["id"], POINT].reset_index(drop=True)
        yield Around(graph, area["geometry"], own, barriers, study, mode)
