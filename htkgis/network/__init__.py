"""Street network: graph, snapping, travel times and isochrones of one mode."""

from .border import border_times
from .components import Islands, components, islands
from .graph import Graph, build_graph, edge_lines
from .isochrone import isochrone_polygon, isochrones
from .modes import Mode
from .reach import (
    Parts,
    Reach,
    leaves,
    nodes_within,
    reach,
    reached_length_m,
    reached_lines,
    reached_parts,
)
from .search import search
from .snap import SnapAudit, Snaps, arrival_costs, audit, departure_costs, snap
from .storage import graph_arrays, graph_from_arrays
from .street_times import TravelTimes, street_times
from .strong import strong_components

__all__ = [
    "Graph",
    "Islands",
    "Mode",
    "Parts",
    "Reach",
    "SnapAudit",
    "Snaps",
    "TravelTimes",
    "arrival_costs",
    "audit",
    "border_times",
    "build_graph",
    "components",
    "departure_costs",
    "edge_lines",
    "graph_arrays",
    "graph_from_arrays",
    "islands",
    "isochrone_polygon",
    "isochrones",
    "leaves",
    "nodes_within",
    "reach",
    "reached_length_m",
    "reached_lines",
    "reached_parts",
    "search",
    "snap",
    "street_times",
    "strong_components",
]
