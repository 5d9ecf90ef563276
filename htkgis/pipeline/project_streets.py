"""Streets under every set of projects: one graph, whose edges know which project brings them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.network import Graph, Snaps, build_graph, snap
from htkgis.network.growing import ALWAYS
from htkgis.network.links import part_of
from htkgis.network.snap import NOT_SNAPPED
from htkgis.scenario import edited_streets
from htkgis.scenario_rules import AddStreet, AnyEdit, Scenario
from htkgis.study import Study

from .modes import mode_of
from .project_doors import edits_of_set

Long = npt.NDArray[np.int64]
Snapper = Callable[[Graph, Long], Snaps]
"""Puts some rows of a table of points on the streets of a graph."""


class PartOfStreets:
    """Some streets of a graph, and what they are numbered in the whole.

    Parameters
    ----------
    whole
        The graph.
    edges
        Which of its edges are in the part, shape (edges,).
    """

    def __init__(self, whole: Graph, edges: npt.NDArray[np.bool_]) -> None:
        self._numbers = np.flatnonzero(edges).astype(np.int32)
        if edges.all():
            self.graph = whole
            self._own: npt.NDArray[np.int32] = np.arange(whole.edges, dtype=np.int32)
        else:
            self.graph, _, self._own = part_of(whole, edges)

    def numbered(self, snaps: Snaps) -> Snaps:
        """Give points that were snapped to the part the numbers of the whole."""
        return _renumbered(snaps, self._numbers)

    def own(self, snaps: Snaps) -> Snaps:
        """Give points with numbers of the whole those of the part; their edges are in it."""
        return _renumbered(snaps, self._own)


def _renumbered(snaps: Snaps, numbers: npt.NDArray[np.int32]) -> Snaps:
    there = snaps.edge != NOT_SNAPPED
    edge = np.where(there, numbers[np.maximum(snaps.edge, 0)], NOT_SNAPPED)
    return replace(snaps, edge=edge.astype(np.int32))


class StreetsOfSets:
    """Streets of today as some projects rebuild them, and with the new ones of all others.

    Parameters
    ----------
    graph
        Of one mode.
    owner
        Per edge the number of the project that adds it, or ``ALWAYS``.
    """

    def __init__(self, graph: Graph, owner: Long) -> None:
        self.graph, self.owner = graph, owner

    @cached_property
    def builders(self) -> list[int]:
        """Numbers of the projects that add streets."""
        return [int(bit) for bit in np.unique(self.owner) if bit != ALWAYS]

    @cached_property
    def _parts(self) -> dict[int, PartOfStreets]:
        """Streets of today, and those with the new ones of each project that adds some."""
        return {
            bit: PartOfStreets(self.graph, np.isin(self.owner, (ALWAYS, bit)))
            for bit in (ALWAYS, *self.builders)
        }

    def built(self, projects: int) -> PartOfStreets:
        """Give the streets of a set of projects."""
        there = [bit for bit in self.builders if projects >> bit & 1]
        return PartOfStreets(self.graph, np.isin(self.owner, (ALWAYS, *there)))

    def snapped(self, brought_by: Long, snapper: Snapper) -> Snaps:
        """Put points on the streets: those of today, and of the project that brings them.

        Parameters
        ----------
        brought_by
            Per point the number of its project, or ``ALWAYS``; shape (n,).
        snapper
            Called for the points of each project.

        Returns
        -------
        snaps
            In the order of the points; edges have the numbers of ``graph``.
        """
        parts, rows = [], []
        for bit in np.unique(brought_by).tolist():
            own = np.flatnonzero(brought_by == bit)
            part = self._parts.get(bit, self._parts[ALWAYS])
            parts.append(part.numbered(snapper(part.graph, own)))
            rows.append(own)
        if not parts:
            nobody = gpd.GeoDataFrame({"id": []}, geometry=[], crs=None)
            return snap(self.graph, nobody, max_snap_m=1.0)
        return joined_snaps(parts).where(np.argsort(np.concatenate(rows), kind="stable"))


def joined_snaps(parts: Sequence[Snaps]) -> Snaps:
    """Put snapped points below each other."""
    names = vars(parts[0])
    return Snaps(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


class ProjectStreets:
    """Streets of one mode under every set of projects of a scenario, in one year.

    Parameters
    ----------
    layers
        ``streets`` of today.
    scenario, year
        Whose edits hold; those of no project are there in every set.
    projects
        Ids, in the order of the bits of a set.
    study, mode
        Who travels how.
    """

    def __init__(
        self,
        layers: Mapping[str, Any],
        scenario: Scenario,
        year: int,
        projects: Sequence[str],
        *,
        study: Study,
        mode: str,
    ) -> None:
        self._streets, self._year = layers["streets"], year
        self._mode = mode_of(study, mode)
        self._edits = [edit for edit in scenario.edits if edit.holds_in(year)]
        self.projects = tuple(projects)
        self._found: dict[int, StreetsOfSets] = {}
        self.rebuilding = mask_of((edit for edit in self._edits if _rebuilds(edit)), projects)
        """Projects that change streets there are: each set of them has a graph of its own."""
        adding = (edit for edit in self._edits if isinstance(edit, AddStreet))
        self.building = mask_of(adding, projects)
        """Projects that add streets."""

    def of(self, projects: int) -> StreetsOfSets:
        """Give the streets of a set, with the new ones of all projects in place."""
        rebuilt = projects & self.rebuilding
        if rebuilt not in self._found:
            self._found[rebuilt] = self._built(rebuilt)
        return self._found[rebuilt]

    def _built(self, rebuilt: int) -> StreetsOfSets:
        held = {id(edit) for edit in edits_of_set(self._edits, self.projects, rebuilt)}
        edits = [e for e in self._edits if id(e) in held or isinstance(e, AddStreet)]
        graph = build_graph(edited_streets(self._streets, edits, year=self._year), mode=self._mode)
        number = {project: bit for bit, project in enumerate(self.projects)}
        added = {
            edit.id: number[edit.project]
            for edit in self._edits
            if isinstance(edit, AddStreet) and edit.project in number
        }
        whole = [str(name).split("#", 1)[0] for name in graph.edge_ids]
        owner = np.array([added.get(name, ALWAYS) for name in whole], dtype=np.int64)
        return StreetsOfSets(graph, owner)


def mask_of(edits: Iterable[AnyEdit], projects: Sequence[str]) -> int:
    """Give the projects of some edits as bits.

    Examples
    --------
    >>> from htkgis.scenario_rules import ClosePlace
    >>> closed = ClosePlace(kind="close_place", place="pub", from_year=2030, project="b")
    >>> mask_of([closed], ["a", "b"])
    2
    """
    named = {edit.project for edit in edits}
    return sum(1 << bit for bit, project in enumerate(projects) if project in named)


def _rebuilds(edit: AnyEdit) -> bool:
    """Tell whether an edit changes streets that there are."""
    return edit.kind.endswith("_street") and not isinstance(edit, AddStreet)
