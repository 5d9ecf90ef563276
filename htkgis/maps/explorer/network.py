"""The street network of the explorer as columns: what ``explorer/network.js`` searches.

Edges stand in the order of the engine, which is that of a curve through the plane, so that all
steps are short. Coordinates are tenths of a millimetre in the study's CRS and not degrees: the page
snaps and measures in the same plane as the engine, and so fine that a rounded decisecond falls the
other way once in thousands of times. A cost is kept as its difference from length over speed,
which is mostly 0 and packs to almost nothing; so every traveller has the engine's own integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.maps.packed import write_archive

from .projection import projection_terms

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Columns = dict[str, tuple[Any, Any]]

PER_METRE = 10_000
"""Steps of a coordinate in a metre; centimetres gave every twentieth time another decisecond."""

DECIMETRES = 10
AROUND_M = 1000.0
"""How far beyond the streets positions can still be computed."""

FORWARD, BACKWARD, STOPS = 1, 2, 4


@dataclass(frozen=True, eq=False)
class Targets:
    """Where places are joined to the streets by one traveller, shape (t,) each.

    ``edge`` is -1 where a place is not joined; ``forward_ds`` and ``backward_ds`` are the time
    along the edge to the place and from it back to the start, -1 where closed.
    """

    edge: Ints
    share: Floats
    forward_ds: Ints
    backward_ds: Ints
    connector_ds: Ints


@dataclass(frozen=True, eq=False)
class Traveller:
    """Who travels how over the edges, shape (m,) each.

    Attributes
    ----------
    settings
        ``mode``, ``lens``, ``kph``, ``connector_kph``, ``start_ds``, ``end_ds``, ``search_ds``,
        ``max_snap_m``.
    edge_from, edge_to
        Nodes at the ends; -1 where the edge is not used.
    forward_ds, backward_ds
        Deciseconds from start to end and back; -1 where closed or not used.
    stops
        Whether a trip may start on the edge.
    rank
        Order in which the engine prefers edges that are equally near.
    targets
        The places.
    """

    settings: dict[str, Any]
    edge_from: Ints
    edge_to: Ints
    forward_ds: Ints
    backward_ds: Ints
    stops: npt.NDArray[np.bool_]
    rank: Ints
    targets: Targets


@dataclass(frozen=True, eq=False)
class Border:
    """Edges that leave what is known, and the shares at which they do, as the engine has them."""

    edge: Ints
    first: Floats
    last: Floats


@dataclass(frozen=True, eq=False)
class Network:
    """Streets, who travels on them, and what is around.

    Attributes
    ----------
    lines
        The drawn line of each edge in metres, shape (m,).
    length_m
        True length of each edge, shape (m,).
    kind
        Which of the looks each edge is drawn with, shape (m,).
    nodes
        Number of nodes.
    travellers
        The first is the one that opens the page.
    target_place
        Number of the place of each target, shape (t,).
    places
        Number of places.
    borders
        By name: where the streets end (``streets``), where the places do (``places``).
    barriers
        Lines that nobody walks across.
    area
        Polygon in which the streets are whole.
    project
        Number of the project that would build each edge, -1 where it is there, shape (m,). What is
        not there is closed to everybody until the page is told to count it as built.
    crs
        The CRS of all coordinates.
    """

    lines: npt.NDArray[Any]
    length_m: Floats
    kind: Ints
    nodes: int
    travellers: Sequence[Traveller]
    target_place: Ints
    places: int
    borders: dict[str, Border]
    barriers: npt.NDArray[Any]
    area: Any
    project: Ints
    crs: str


def pack_network(network: Network, *, earlier: str | None = None) -> str:
    """Write the network as text for :func:`htkgis.maps.explorer.render_explorer_page`.

    ``earlier`` is as :func:`htkgis.maps.packed.archive.write_archive` takes it.

    Raises
    ------
    CRSError
        If the area is too large to be projected by a page.
    """
    length_dm = np.rint(network.length_m * DECIMETRES).astype(np.int64)
    base_from, base_to = _ends(network.travellers)
    bounds = _around(network)
    origin = np.floor(bounds[:2])
    columns: Columns = {
        **_paths("", network.lines, origin),
        "length": ("u", length_dm),
        "kind": ("u", network.kind),
        "from": ("d", base_from),
        "to": ("z", base_to - base_from),
        "target_place": ("u", network.target_place),
        **_paths("barrier_", network.barriers, origin),
        **_paths("area_", _rings(network.area), origin),
    }
    for name, border in network.borders.items():
        columns |= {
            f"{name}_edge": ("d", border.edge),
            f"{name}_first": ("f", border.first),
            f"{name}_last": ("f", border.last),
        }
    planned = np.flatnonzero(network.project >= 0).astype(np.int64)
    if len(planned):
        columns |= {"project_edge": ("d", planned), "project": ("u", network.project[planned])}
    for number, traveller in enumerate(network.travellers):
        own = _traveller(traveller, length_dm, base_from, base_to) | _targets(traveller.targets)
        columns |= {f"{number}:{name}": column for name, column in own.items()}
    meta = {
        "nodes": network.nodes,
        "places": network.places,
        "travellers": [traveller.settings for traveller in network.travellers],
        "origin": origin.tolist(),
        **projection_terms(bounds, network.crs),
    }
    return write_archive(meta, columns, earlier=earlier)


def _ends(travellers: Sequence[Traveller]) -> tuple[Ints, Ints]:
    """Take the nodes of each edge from the first traveller who uses it."""
    start, end = travellers[0].edge_from.copy(), travellers[0].edge_to.copy()
    for traveller in travellers[1:]:
        new = (start < 0) & (traveller.edge_from >= 0)
        start[new], end[new] = traveller.edge_from[new], traveller.edge_to[new]
    return start, end


def _traveller(traveller: Traveller, length_dm: Ints, start: Ints, end: Ints) -> Columns:
    forward, backward = traveller.forward_ds, traveller.backward_ds
    there, back = forward >= 0, backward >= 0
    # the page computes the same guess from the same two numbers
    guess = np.floor(length_dm * (3.6 / traveller.settings["kph"]) + 0.5).astype(np.int64)
    columns: Columns = {
        "open": ("u", there * FORWARD + back * BACKWARD + traveller.stops * STOPS),
        "forward": ("z", np.where(there, forward - guess, 0)),
        "backward": ("z", np.where(back, backward - np.where(there, forward, guess), 0)),
    }
    used = traveller.edge_from >= 0
    moved = np.flatnonzero(
        used & ((traveller.edge_from != start) | (traveller.edge_to != end))
    ).astype(np.int64)
    if len(moved):
        columns |= {
            "moved": ("d", moved),
            "moved_from": ("d", traveller.edge_from[moved]),
            "moved_to": ("d", traveller.edge_to[moved]),
        }
    if (np.diff(traveller.rank[used]) < 0).any():
        columns["rank"] = ("d", traveller.rank)
    return columns


def _targets(targets: Targets) -> Columns:
    return {
        "target_edge": ("d", targets.edge),
        "target_share": ("f", targets.share),
        "target_forward": ("z", targets.forward_ds),
        "target_backward": ("z", targets.backward_ds),
        "target_connector": ("z", targets.connector_ds),
    }


def _paths(name: str, lines: npt.NDArray[Any], origin: Floats) -> Columns:
    xy, row = shapely.get_coordinates(lines, return_index=True)
    places = np.rint((xy - origin) * PER_METRE).astype(np.int64).reshape(-1, 2)
    return {
        f"{name}sizes": ("u", np.bincount(row, minlength=len(lines))),
        f"{name}x": ("d", places[:, 0]),
        f"{name}y": ("d", places[:, 1]),
    }


def _rings(area: Any) -> npt.NDArray[Any]:
    return np.asarray(shapely.get_rings(shapely.get_parts(area)))


def _around(network: Network) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(network.lines).tolist()
    return west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M
