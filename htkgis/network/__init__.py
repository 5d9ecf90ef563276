"""Street network: graph, snapping, travel times, isochrones and surfaces of one mode."""

from .access_surface import opportunity_surface
from .barrier_cost import CrossingRules, barrier_costs
from .barrier_crossings import BarrierCrossings, barrier_crossings
from .betweenness import edge_betweenness
from .border import border_times
from .components import Islands, components, islands
from .cost_rules import NONE, Costs, costs_ds, open_streets
from .costs import Tobler, tobler_factor
from .crossings import Crossings, boundary_crossings
from .directness import Directness, directness, ring_points
from .entrances import find_entrances
from .graph import Graph, build_graph, edge_lines
from .halo import streets_between
from .isochrone import isochrone_polygon, isochrones, isochrones_of_parts
from .links import cut_at, linked, part_of
from .modes import Mode, plain
from .nearest_search import Nearest, nearest_n
from .nearest_times import nearest_times
from .opportunities import impedance_table, reach_opportunities, weigh_opportunities
from .patches import Patches
from .reach import (
    Parts,
    Reach,
    draw_parts,
    joined_parts,
    leaves,
    nodes_within,
    parts_length_m,
    reach,
    reached_length_m,
    reached_lines,
    reached_parts,
)
from .recost import by_length
from .resnap import snapped_on, snapped_within
from .route import Leg, Route, route, route_line
from .search import search
from .snap import SnapAudit, Snaps, arrival_costs, audit, departure_costs, snap
from .storage import graph_arrays, graph_from_arrays
from .stored_snaps import snap_arrays, snaps_from_arrays
from .street_times import TravelTimes, street_times
from .strong import strong_components
from .surface import Grid, grid_around, grid_of_reach, times_from_nearest, travel_time_surface
from .surroundings import Surroundings, reached_surroundings
from .through_movement import ThroughMovement, through_movement, through_movements
from .time_matrix import travel_time_matrix

__all__ = [  # noqa: RUF022 - the plain order that the test of public names asks for
    "BarrierCrossings",
    "Costs",
    "CrossingRules",
    "Crossings",
    "Directness",
    "Graph",
    "Grid",
    "Islands",
    "Leg",
    "Mode",
    "NONE",
    "Nearest",
    "Parts",
    "Patches",
    "Reach",
    "Route",
    "SnapAudit",
    "Snaps",
    "Surroundings",
    "ThroughMovement",
    "Tobler",
    "TravelTimes",
    "arrival_costs",
    "audit",
    "barrier_costs",
    "barrier_crossings",
    "border_times",
    "boundary_crossings",
    "build_graph",
    "by_length",
    "components",
    "costs_ds",
    "cut_at",
    "departure_costs",
    "directness",
    "draw_parts",
    "edge_betweenness",
    "edge_lines",
    "find_entrances",
    "graph_arrays",
    "graph_from_arrays",
    "grid_around",
    "grid_of_reach",
    "impedance_table",
    "islands",
    "isochrone_polygon",
    "isochrones",
    "isochrones_of_parts",
    "joined_parts",
    "leaves",
    "linked",
    "nearest_n",
    "nearest_times",
    "nodes_within",
    "open_streets",
    "opportunity_surface",
    "part_of",
    "parts_length_m",
    "plain",
    "reach",
    "reach_opportunities",
    "reached_length_m",
    "reached_lines",
    "reached_parts",
    "reached_surroundings",
    "ring_points",
    "route",
    "route_line",
    "search",
    "snap",
    "snap_arrays",
    "snapped_on",
    "snapped_within",
    "snaps_from_arrays",
    "street_times",
    "streets_between",
    "strong_components",
    "through_movement",
    "through_movements",
    "times_from_nearest",
    "tobler_factor",
    "travel_time_matrix",
    "travel_time_surface",
    "weigh_opportunities",
]
