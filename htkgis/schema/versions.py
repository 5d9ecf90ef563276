"""What differs between two versions of a layer: rows, places, outlines, values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

Kind = Literal["lost", "new", "moved", "reshaped", "emptied", "changed", "overlapping"]

STILL_M = 0.01
"""A centimetre: what is written with two decimals may move by it without having moved."""


@dataclass(frozen=True)
class Difference:
    """One way in which a version differs from the one before.

    Parameters
    ----------
    kind
        ``lost``: rows that are gone. ``new``: rows that have come. ``moved``: points elsewhere.
        ``reshaped``: lines and outlines that have changed. ``emptied``: values that are missing
        now. ``changed``: values that are others now. ``overlapping``: outlines that did not lie
        over each other before.
    ids
        Ids of the rows, in order. Of rows without ids their position is not known: empty.
    count, of
        How many rows, of how many before (of ``new`` and ``overlapping``: of how many now).
    most
        Metres of the farthest move; the largest part of an outline that is another, or that lies
        over another, as a share; of a line the change of its length as a share; else missing.
    column
        Which column, for values.
    """

    kind: Kind
    ids: tuple[str, ...]
    count: int
    of: int
    most: float | None = None
    column: str = ""

    @property
    def share(self) -> float:
        """Part of the rows, 0-1."""
        return self.count / self.of if self.of else 1.0


def compare_versions(old: pd.DataFrame, new: pd.DataFrame, *, key: str = "id") -> list[Difference]:
    """Compare two versions of a layer, row by row.

    Parameters
    ----------
    old, new
        Tables with the same meaning; with geometry in the same projected CRS, or without. Rows are
        the same where ``key`` is; without that column only their number is compared.
    key
        Column of unique ids.

    Returns
    -------
    differences
        Empty for two equal versions, whatever the order of their rows and columns.

    Examples
    --------
    >>> old = pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"]})
    >>> new = pd.DataFrame({"id": ["a", "c"], "name": [None, "C"]})
    >>> [(each.kind, each.ids, each.column) for each in compare_versions(old, new)]
    [('lost', ('b',), ''), ('new', ('c',), ''), ('emptied', ('a',), 'name')]
    """
    if key not in old or key not in new:
        return _counted(len(old), len(new))
    before, after = (_by_key(table, key) for table in (old, new))
    lost, come = before.index.difference(after.index), after.index.difference(before.index)
    found = []
    if len(lost):
        found.append(Difference("lost", tuple(lost), len(lost), len(before)))
    if len(come):
        found.append(Difference("new", tuple(come), len(come), len(after)))
    both = before.index.intersection(after.index)
    shapes = [isinstance(table, gpd.GeoDataFrame) for table in (old, new)]
    if all(shapes):
        found += _shape_differences(before.loc[both].geometry, after.loc[both].geometry)
        found += _overlaps(before, after)
    return [*found, *_value_differences(before.loc[both], after.loc[both])]


def _counted(before: int, after: int) -> list[Difference]:
    if after < before:
        return [Difference("lost", (), before - after, before)]
    return [Difference("new", (), after - before, after)] if after > before else []


def _by_key(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return table.assign(**{key: table[key].astype(str)}).set_index(key).sort_index()


def _shape_differences(old: gpd.GeoSeries, new: gpd.GeoSeries) -> Iterator[Difference]:
    """Compare shapes of the same rows: points by distance, the rest by what is another."""
    before, after = old.to_numpy(), new.to_numpy()
    points = (shapely.get_type_id(before) == 0) & (shapely.get_type_id(after) == 0)
    metres = np.where(points, shapely.distance(before, after), 0.0)
    moved = metres > STILL_M
    if moved.any():
        most = float(metres.max())
        yield Difference("moved", tuple(old.index[moved]), int(moved.sum()), len(old), most)
    other = ~points & ~shapely.equals_exact(before, after, STILL_M, normalize=True)
    parts = np.zeros(len(old))
    parts[other] = [_changed_part(a, b) for a, b in zip(before[other], after[other], strict=True)]
    if other.any():
        most = float(parts.max())
        yield Difference("reshaped", tuple(old.index[other]), int(other.sum()), len(old), most)


def _changed_part(old: shapely.Geometry, new: shapely.Geometry) -> float:
    """Say which part of a shape is another now: of an outline by area, of a line by length."""
    if old.area > 0 and new.area > 0:
        return float(shapely.symmetric_difference(old, new).area / max(old.area, new.area))
    longest = max(old.length, new.length)
    return float(abs(old.length - new.length) / longest) if longest > 0 else 1.0


def _overlaps(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Difference]:
    """Find outlines that lie over one another now and did not before."""
    known = _pairs(before)
    found = {pair: part for pair, part in _pairs(after).items() if part > 2 * known.get(pair, 0)}
    if found:
        ids = tuple(sorted({name for pair in found for name in pair}))
        yield Difference("overlapping", ids, len(ids), len(after), max(found.values()))


def _pairs(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Give the part of the smaller outline that lies over the other, for each pair that does."""
    shapes = table.geometry.to_numpy()
    areas = shapely.area(shapes)
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    mine = (left < right) & (areas[left] > 0) & (areas[right] > 0)
    left, right = left[mine], right[mine]
    over = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    parts = over / np.minimum(areas[left], areas[right])
    names = table.index.astype(str)
    return {
        (names[a], names[b]): float(part)
        for a, b, part in zip(left, right, parts, strict=True)
        if part > 1e-6  # noqa: PLR2004 - borders that touch, drawn twice
    }


def _value_differences(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Difference]:
    for column in sorted((set(before.columns) | set(after.columns)) - {"geometry"}):
        old, new = (_column(table, column) for table in (before, after))
        emptied = old.notna() & new.isna()
        changed = new.notna() & (old.isna() | (old.astype(str) != new.astype(str)))
        for kind, rows in (("emptied", emptied), ("changed", changed)):
            if rows.any():
                ids = tuple(before.index[rows])
                yield Difference(kind, ids, len(ids), len(before), None, column)  # type: ignore[arg-type]


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    empty = pd.Series([None] * len(table), index=table.index, dtype=object)
    return table[name].astype(object) if name in table else empty
