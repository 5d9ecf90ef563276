"""Who is counted in the effects of projects: residents of today, and who moves into new homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.effect import PARTS, EffectLimits, Origins, effect, in_reach
from htkgis.network.growing import ALWAYS

from .project_homes import NewHomes

Long = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Measured:
    """Who is counted on the way to what, and how far.

    Parameters
    ----------
    residents, persons
        Where people live today, and how many.
    origins
        The same in whole numbers and groups.
    functions
        To the nearest place of which.
    limits
        From when a change counts.
    homes
        Who moves in and out; None where nobody does.
    """

    residents: gpd.GeoDataFrame
    persons: npt.NDArray[np.float64]
    origins: Origins
    functions: tuple[str, ...]
    limits: EffectLimits
    homes: NewHomes | None = None

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """Where trips start: residents of today, then new homes."""
        if self.homes is None:
            return self.residents
        own = ["id", "geometry"]
        both = pd.concat([self.residents[own], self.homes.points[own]], ignore_index=True)
        return gpd.GeoDataFrame(both, crs=self.residents.crs)

    @cached_property
    def owner(self) -> Long:
        """Who brings each point: ``ALWAYS`` for residents of today, else a project's number."""
        today = np.full(len(self.residents), ALWAYS, dtype=np.int64)
        return today if self.homes is None else np.concatenate([today, self.homes.owner])

    @property
    def today(self) -> slice:
        """Residents of today among the points."""
        return slice(len(self.residents))

    def value(self, today_ds: Long, then_ds: Long, projects: int) -> Long:
        """Measure what a set of projects does to those of today, and to who moves in.

        Parameters
        ----------
        today_ds, then_ds
            Time from every point to the nearest place of each function without any project and
            with those of the set, shape (functions, points).
        projects
            The set.

        Returns
        -------
        value
            One row: :func:`~htkgis.access.effect.effect`; where homes are built, besides how
            often who moves in has a function in reach, shape (functions + 1, groups), and who
            moves in and out, shape (2, groups). Everybody is one group more in each.
        """
        here = self.today
        parts = [effect(today_ds[:, here], then_ds[:, here], self.origins, self.limits)]
        if self.homes is not None:
            new = Origins(self.homes.moving_in(projects), self.homes.group, self.origins.groups)
            parts.append(in_reach(then_ds[:, len(self.residents) :], new, self.limits))
            parts.append(self.homes.moved(projects))
        return np.concatenate([with_everybody(part).ravel() for part in parts])

    def touched(self, before_ds: Long, after_ds: Long) -> Long:
        """Count whose way to each function changes at all, in thousandths of persons.

        Parameters
        ----------
        before_ds, after_ds
            As for :meth:`value`, none above the longest time that counts.

        Returns
        -------
        touched
            Shape (functions + 1, groups + 1); last whose way to any function does, and everybody.
        """
        moved = before_ds[:, self.today] != after_ds[:, self.today]
        moved = np.concatenate([moved, moved.any(axis=0, keepdims=True)])
        return persons_where(moved, self.origins)


def persons_where(chosen: npt.NDArray[np.bool_], origins: Origins) -> Long:
    """Count persons at some origins by group, shape (rows, groups + 1); last everybody."""
    groups = [
        (chosen * np.where(origins.group == group, origins.parts, 0)).sum(axis=1)
        for group in range(origins.groups)
    ]
    return np.stack([*groups, sum(groups)], axis=1)


def with_everybody(by_group: Long) -> Long:
    """Put everybody behind the groups, which stand last.

    Examples
    --------
    >>> with_everybody(np.array([[1, 2], [3, 4]])).tolist()
    [[1, 2, 3], [3, 4, 7]]
    """
    return np.concatenate([by_group, by_group.sum(axis=-1, keepdims=True)], axis=-1)


def whole_persons(
    points: gpd.GeoDataFrame, persons: npt.NDArray[np.float64], groups: Sequence[str]
) -> Origins:
    """Count persons in thousandths, by area; those of no area of the study are the last group.

    Examples
    --------
    >>> points = gpd.GeoDataFrame({"area_id": ["a", None, "b"]})
    >>> origins = whole_persons(points, np.array([2.0, 1.5, 0.25]), ["a", "b"])
    >>> origins.parts.tolist(), origins.group.tolist(), origins.groups
    ([2000, 1500, 250], [0, 2, 1], 3)
    """
    number = {area: place for place, area in enumerate(groups)}
    group = points["area_id"].map(number).fillna(len(groups)).to_numpy(dtype=np.int64)
    return Origins(np.rint(persons * PARTS).astype(np.int64), group, len(groups) + 1)
