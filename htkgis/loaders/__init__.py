"""Loaders: the only stage that reads layers; contract tables out, with a report of each."""

from .barriers import read_barriers
from .boundaries import (
    read_districts,
    read_municipality,
    read_quarters,
    read_school_districts,
)
from .decks import level_decks
from .facts import (
    read_criteria,
    read_indicator_definitions,
    read_indicators,
    read_planning_rules,
    read_projects,
    read_published_lists,
)
from .gtfs import read_timetable
from .gtfs_report import FeedReport, TimetableReport
from .housing import read_addresses, read_areas, read_gates
from .land import read_buildings, read_land_use
from .layer import LayerReport, read_layer, read_plain_layer
from .osm import read_osm_streets
from .osm_report import OsmReport
from .osmnx_streets import OsmnxReport, read_graphml_streets, streets_from_osmnx
from .overpass import fetch_osmnx_graph
from .places import joined_places, read_jobs, read_places, read_stations
from .points import read_points
from .population import read_population
from .raster import sample_lines, sample_points
from .raster_people import read_population_raster
from .series import read_series_breaks, read_targets
from .street_joins import values_along, with_limits, with_routes
from .street_lines import read_cycle_routes, read_speed_limits
from .street_rules import ModeRules, StreetRules
from .streets import read_street_table
from .stress import stress_levels
from .told_shares import read_told_shares
from .transit_lines import read_stop_places, read_transit_lines
from .vector import read_vector

__all__ = [
    "FeedReport",
    "LayerReport",
    "ModeRules",
    "OsmReport",
    "OsmnxReport",
    "StreetRules",
    "TimetableReport",
    "fetch_osmnx_graph",
    "joined_places",
    "level_decks",
    "read_addresses",
    "read_areas",
    "read_barriers",
    "read_buildings",
    "read_criteria",
    "read_cycle_routes",
    "read_districts",
    "read_gates",
    "read_graphml_streets",
    "read_indicator_definitions",
    "read_indicators",
    "read_jobs",
    "read_land_use",
    "read_layer",
    "read_municipality",
    "read_osm_streets",
    "read_places",
    "read_plain_layer",
    "read_planning_rules",
    "read_points",
    "read_population",
    "read_population_raster",
    "read_projects",
    "read_published_lists",
    "read_quarters",
    "read_school_districts",
    "read_series_breaks",
    "read_speed_limits",
    "read_stations",
    "read_stop_places",
    "read_street_table",
    "read_targets",
    "read_timetable",
    "read_told_shares",
    "read_transit_lines",
    "read_vector",
    "sample_lines",
    "sample_points",
    "streets_from_osmnx",
    "stress_levels",
    "values_along",
    "with_limits",
    "with_routes",
]
