"""Loaders: the only stage that reads layers; contract tables out, with a report of each."""

from .boundaries import read_municipality, read_quarters
from .facts import read_criteria, read_indicators, read_projects
from .housing import read_addresses, read_areas, read_gates
from .layer import LayerReport, read_layer, read_plain_layer
from .osm import OsmReport, read_osm_streets
from .osm_rules import WalkRules
from .places import joined_places, read_jobs, read_places, read_stations
from .points import read_points
from .streets import read_street_table
from .vector import read_vector

__all__ = [
    "LayerReport",
    "OsmReport",
    "WalkRules",
    "joined_places",
    "read_addresses",
    "read_areas",
    "read_criteria",
    "read_gates",
    "read_indicators",
    "read_jobs",
    "read_layer",
    "read_municipality",
    "read_osm_streets",
    "read_places",
    "read_plain_layer",
    "read_points",
    "read_projects",
    "read_quarters",
    "read_stations",
    "read_street_table",
    "read_vector",
]
