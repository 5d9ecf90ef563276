"""What the reader of OpenStreetMap files counts."""

from __future__ import annotations

from dataclasses import dataclass

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class OsmReport:
    """What a file held, and what became of it.

    ``ways_read`` is the sum of ``ways_kept``, ``left_out`` and ``ways_without_line``.

    Parameters
    ----------
    ways_read
        Ways with a ``highway`` tag.
    ways_kept
        Ways that some mode may use and that gave at least one street.
    left_out
        Ways closed to every mode, by ``highway`` value.
    ways_without_line
        Open ways with fewer than two located nodes in a row.
    missing_node_breaks
        Places where open ways are broken because nodes are missing from the file.
    barrier_cuts
        Barriers that nobody may pass and that cut a street.
    barrier_ends
        Ends of streets at a barrier that only some modes may not pass, by mode that may not.
    outside_bounds
        Streets outside the bounds asked for.
    edges, nodes, length_km
        Size of the result.
    mode_km
        Length of the streets that each mode may use.
    bounds_wgs84
        West, south, east, north of the result in degrees; None if it is empty.
    """

    ways_read: int
    ways_kept: int
    left_out: dict[str, int]
    ways_without_line: int
    missing_node_breaks: int
    barrier_cuts: int
    barrier_ends: dict[str, int]
    outside_bounds: int
    edges: int
    nodes: int
    length_km: float
    mode_km: dict[str, float]
    bounds_wgs84: Bounds | None
