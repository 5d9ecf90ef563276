"""The network that a surface is measured over, with the decisions on who travels it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.catalog import Catalog
from htkgis.network import Graph, Grid, Snaps, graph_from_arrays, grid_of_reach, snap
from htkgis.store import Cache
from htkgis.study import Study

from .loading_steps import travel_steps
from .mode_steps import named
from .modes import snapping
from .steps import Progress, Results, run_steps
from .travellers import Travellers


@dataclass(frozen=True)
class SurfaceNetwork:
    """A study's network and points, and the decisions on both.

    Parameters
    ----------
    study, catalog, hashes
        Decisions, facts of the layers, and the sha256 of their files.
    results
        Layers that were asked for.
    graph, who
        Streets of who travels, and how.
    rules
        How points meet the streets, barriers among them; as ``snap`` takes them.
    """

    study: Study
    catalog: Catalog
    hashes: dict[str, str]
    results: Results
    graph: Graph
    who: Travellers
    rules: dict[str, Any]

    def origins_of(self, area: str | None) -> Snaps:
        """Find where the origins of a housing area meet the streets."""
        origins = self.results["origins"]
        return snap(self.graph, origins[origins["area_id"] == area], **self.rules)

    def grid(self, origins: Snaps, *, limit_ds: int, cell_m: float) -> Grid:
        """Lay cells over all that is reached from origins within a limit."""
        return grid_of_reach(
            self.graph,
            origins,
            limit_ds=limit_ds,
            cell_m=cell_m,
            max_snap_m=self.rules["max_snap_m"],
        )


def surface_network(
    study: Study,
    catalog: Catalog,
    who: Travellers,
    layers: Sequence[str],
    *,
    cache: Cache | None,
    progress: Progress | None,
) -> SurfaceNetwork:
    """Build the network of who travels, or take it from the cache.

    Parameters
    ----------
    layers
        Names of layers that are wanted besides; ``origins`` and ``barriers`` among them.
    cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`.

    Raises
    ------
    HtkgisError
        As ``htkgis run``.
    """
    hashes = catalog.checked_hashes()
    steps = travel_steps(
        study, catalog, hashes, tuple(layers), mode=who.mode, lens=who.lens, bare=who.bare
    )
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    if progress is not None:
        progress(f"{who.mode}_surface", 1, 1)
    graph = graph_from_arrays(results[f"{named(who.mode, who.lens)}_graph"])
    rules = {**snapping(study, who.mode), "barriers": results["barriers"]}
    return SurfaceNetwork(study, catalog, hashes, results, graph, who, rules)
