"""New homes of projects: who moves in where, and how many move out, beside those of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.effect import PARTS
from htkgis.scenario import edited_areas, edited_residents
from htkgis.scenario_rules import AddDwellings, AnyEdit

from .people import people_of
from .project_doors import edits_of_set

Long = npt.NDArray[np.int64]
HOME_LAYERS = ("districts", "municipality")
"""What must be known of homes besides the people of today."""


@dataclass(frozen=True, eq=False)
class NewHomes:
    """Homes that projects build, and those that they take down.

    Parameters
    ----------
    points
        Where people move in: ``id``, ``area_id`` and points; one row per point and project.
    parts
        Who moves in there, in thousandths of persons, int64, shape (n,).
    owner
        Number of the project, int64, shape (n,).
    group
        As :class:`htkgis.access.effect.Origins`, shape (n,).
    among
        Persons who live at the point today, 0 at an address of its own; shape (n,).
    left
        Who moves out, in thousandths of persons by project and group, shape (projects, groups).
    """

    points: gpd.GeoDataFrame
    parts: Long
    owner: Long
    group: Long
    among: npt.NDArray[np.float64]
    left: Long

    def moved(self, projects: int) -> Long:
        """Count who moves in and out in a set of projects, shape (2, groups)."""
        there = np.array([projects >> bit & 1 for bit in range(len(self.left))], dtype=np.int64)
        came = np.zeros(self.left.shape[1], dtype=np.int64)
        np.add.at(came, self.group, self.parts * there[self.owner])
        return np.stack([came, there @ self.left])

    def moving_in(self, projects: int) -> Long:
        """Give who moves in at each point in a set of projects, in thousandths of persons."""
        return np.where(projects >> self.owner & 1, self.parts, 0)


def homes_of_projects(
    layers: Mapping[str, Any],
    edits: Sequence[AnyEdit],
    projects: Sequence[str],
    *,
    year: int,
    counted: int | None,
    area: str | None,
    groups: Sequence[str],
) -> NewHomes | None:
    """Find who moves in and out by each project, with nothing else of the scenario than it.

    Where residents are known by address, new homes are points of their own, or are spread over the
    addresses of an area; where they are not, they come to the starting points of their area, as
    its residents do.

    Parameters
    ----------
    layers
        ``areas``, ``origins`` and ``residents`` of today, ``districts`` and ``municipality``.
    edits
        That hold in the year; those of no project are made in either case.
    projects
        Ids, in the order of the bits of a set.
    year, counted
        As :func:`htkgis.scenario.edited_residents`.
    area
        Housing area whose homes count; all where missing.
    groups
        Areas of the study in the order of their groups; others are the last one.

    Returns
    -------
    homes
        None where no project builds homes or takes any down.

    Raises
    ------
    SchemaError
        If an edit of homes cannot be made.
    """
    if not any(isinstance(edit, AddDwellings) and edit.project in projects for edit in edits):
        return None
    before = _people(layers, edits_of_set(edits, projects, 0), year, counted, area)
    number = {name: place for place, name in enumerate(groups)}
    left = np.zeros((len(projects), len(groups) + 1), dtype=np.int64)
    found = []
    for bit in range(len(projects)):
        own = edits_of_set(edits, projects, 1 << bit)
        if not any(isinstance(e, AddDwellings) and e.project == projects[bit] for e in own):
            continue
        after = _people(layers, own, year, counted, area)
        among = before["persons"].reindex(after.index).fillna(0.0).to_numpy()
        more = np.rint((after["persons"].to_numpy() - among) * PARTS).astype(np.int64)
        group = after["area_id"].map(number).fillna(len(groups)).to_numpy(dtype=np.int64)
        np.add.at(left[bit], group, np.maximum(-more, 0))
        kept = more > 0
        found.append(
            after[kept].assign(parts=more[kept], owner=bit, group=group[kept], among=among[kept])
        )
    homes = gpd.GeoDataFrame(pd.concat(found).reset_index(names="id"), crs=before.crs)
    columns = {name: homes[name].to_numpy() for name in ("parts", "owner", "group", "among")}
    return NewHomes(homes[["id", "area_id", "geometry"]], left=left, **columns)


def _people(
    layers: Mapping[str, Any],
    edits: Sequence[AnyEdit],
    year: int,
    counted: int | None,
    area: str | None,
) -> gpd.GeoDataFrame:
    """Give points by id with ``persons`` and ``area_id``, as some edits make them."""
    residents = edited_residents(
        layers["residents"],
        edits,
        year=year,
        areas=layers["areas"],
        districts=layers["districts"],
        municipality=layers["municipality"],
        counted=counted,
    )
    areas = edited_areas(layers["areas"], edits, year=year)
    changed = {"residents": residents, "areas": areas, "origins": layers["origins"]}
    points, persons = people_of(changed, area)
    table = gpd.GeoDataFrame(points[["id", "area_id", "geometry"]].assign(persons=persons))
    return table.set_index("id")
