"""Patches: the area around lines, joined patch by patch, and kept for the next one.

Lines come in Hilbert order, so 64 in a row are a patch of town, and eight patches a larger
one. Trips from different places reach much the same of most patches: all of it, or all but
the same few streets. So the area around the chosen lines of a patch is kept under just
these lines, and whoever chooses them next gets it as it is. A memory carries the areas of
small patches from one run to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.store.memory import Memory, written_key

from .union import joined

QUADRANT_SEGMENTS = 4
"""Line pieces per quarter of a round corner; the outline lies at most 2 % inside a true circle."""

LINES = 64
"""Lines in a smallest patch; a multiple of 8, so that a patch is whole bytes of a bit mask."""

PATCHES = 8
"""Patches in a larger one."""

REMEMBERED = LINES * PATCHES**2
"""Lines in the largest patch that a memory keeps: those above differ with any trip."""

Group = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]
Key = tuple[int, int, bytes]
"""How many lines a patch of this size has, its number, and which of its lines are chosen."""


class Patches:
    """The areas around chosen ones of some lines, small holes filled.

    The patches are fixed by the order of the lines, and the area of a patch depends on the
    chosen lines in it alone. So a result is the same to the last bit whatever was asked
    before; it only comes sooner. Nothing is thrown away while the object lives: three car
    trips of 30 minutes over 66,000 streets leave 50 MB. It uses threads itself, and is not to be
    used by several at once.

    Parameters
    ----------
    lines
        LineStrings in metres, shape (m,), neighbours close to each other, such as the
        ``lines`` of a graph.
    buffer_m
        Distance from a line that still belongs to its area, in metres, > 0.
    max_hole_m2
        Holes up to this area are filled, in square metres, >= 0.
    memory
        What was drawn before around the same lines, wherever they stand in the order; what is
        drawn now is added.

    Attributes
    ----------
    asked
        Keys in the memory of all patches that were asked for.

    Examples
    --------
    >>> lines = shapely.linestrings([[(0, 0), (100, 0)], [(100, 0), (100, 100)]])
    >>> patches = Patches(lines, buffer_m=10, max_hole_m2=0)
    >>> patches.area(np.array([True, False])).bounds
    (-10.0, -10.0, 110.0, 10.0)
    """

    def __init__(
        self, lines: Group, *, buffer_m: float, max_hole_m2: float, memory: Memory | None = None
    ) -> None:
        self.lines = lines
        self.buffer_m = buffer_m
        self.max_hole_m2 = max_hole_m2
        self.memory = memory
        self.asked: set[str] = set()
        self._kept: dict[Key, Any] = {}
        self._names: dict[Key, str] = {}

    def area(self, chosen: npt.NDArray[np.bool_]) -> Any:
        """Draw the area around some of the lines.

        Parameters
        ----------
        chosen
            Whether each line counts, shape (m,).

        Returns
        -------
        area
            Valid 2D Polygon or MultiPolygon; empty where no line counts.
        """
        rows = np.flatnonzero(chosen)
        if len(rows) == 0:
            return shapely.Polygon()
        bits = np.packbits(chosen)
        patch, groups = _grouped(rows // LINES, self.lines[rows])
        with ThreadPoolExecutor() as threads:
            areas = self._areas(threads, self._around, _keys(bits, LINES, patch), groups)
            size = LINES
            while size < len(self.lines):
                size *= PATCHES
                patch, groups = _grouped(patch // PATCHES, areas)
                areas = self._areas(threads, self._together, _keys(bits, size, patch), groups)
        return areas[0]

    def _areas(
        self,
        threads: Executor,
        make: Callable[[Group], Any],
        keys: Sequence[Key],
        groups: Sequence[Group],
    ) -> Group:
        """Area of each patch: the kept one, or one made of its group of lines or patches."""
        new = [number for number, key in enumerate(keys) if key not in self._kept]
        own = {keys[number]: groups[number] for number in new}
        if self.memory is None or keys[0][0] > REMEMBERED:
            self._kept.update(zip(own, threads.map(make, own.values()), strict=True))
        else:
            self._kept |= self._remembered(threads, make, own, self.memory)
        self.asked.update(self._names[key] for key in keys if key in self._names)
        return np.array([self._kept[key] for key in keys], dtype=object)

    def _remembered(
        self,
        threads: Executor,
        make: Callable[[Group], Any],
        groups: Mapping[Key, Group],
        memory: Memory,
    ) -> dict[Key, Any]:
        """Take what was drawn of the same before, and draw the rest."""
        wholes = {key: _whole(group) for key, group in groups.items()}
        facts = (self.buffer_m, self.max_hole_m2, QUADRANT_SEGMENTS)
        names = {key: written_key(whole, "patch", *facts) for key, whole in wholes.items()}

        def drawn(shapes: Group) -> list[bytes]:
            areas = list(threads.map(make, map(shapely.get_parts, shapes)))
            return [shapely.to_wkb(area) for area in areas]

        given: Group = np.array(list(wholes.values()), dtype=object)
        found = memory.recall(list(names.values()), given, drawn)
        self._names |= names
        return dict(zip(names, shapely.from_wkb(np.array(found, dtype=object)), strict=True))

    def _around(self, lines: Group) -> Any:
        """Draw the area around all of some lines."""
        buffers = shapely.buffer(lines, self.buffer_m, quad_segs=QUADRANT_SEGMENTS)
        return joined(buffers, self.max_hole_m2)

    def _together(self, areas: Group) -> Any:
        """Join areas of patches to that of a larger one."""
        return joined(areas, self.max_hole_m2)


def _whole(group: Group) -> Any:
    """Put lines or areas into one shape, which takes apart into them again."""
    if shapely.get_type_id(group[0]) == shapely.GeometryType.LINESTRING:
        return shapely.multilinestrings(group)
    return shapely.geometrycollections(group)


def _grouped(patch: Numbers, members: npt.NDArray[Any]) -> tuple[Numbers, list[npt.NDArray[Any]]]:
    """Group members by their patch, whose numbers rise."""
    patches, begin = np.unique(patch, return_index=True)
    return patches, np.split(members, begin[1:])


def _keys(bits: npt.NDArray[np.uint8], size: int, patches: Numbers) -> list[Key]:
    """Say under what the areas of patches of a size are kept."""
    width = size // 8
    return [
        (size, patch, bits[patch * width : (patch + 1) * width].tobytes())
        for patch in patches.tolist()
    ]
