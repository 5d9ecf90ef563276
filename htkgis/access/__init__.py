"""Access: one measure, one file; pure functions over the table of travel times."""

from .access_poverty import AccessPoverty, access_poverty
from .assigned import assigned
from .balancing_time import balancing_time
from .completeness import Completeness, completeness
from .concentration import concentration_index, corrected_concentration_index
from .cumulative import cumulative_opportunities
from .cumulative_interval import cumulative_interval
from .departures import opportunities_of_departures
from .diversity import hill_number
from .gini import gini
from .gravity import gravity
from .nearest import nearest
from .palma import palma
from .population import PersonFigure
from .quantiles import time_quantiles
from .sdg_service_level import sdg_service_level
from .service_class import service_classes, station_services
from .service_frequency import service_frequency
from .share import share_within
from .theil import TheilParts, theil, theil_by_group
from .time_poverty import TimePoverty, time_poverty
from .zonal import zonal_statistics

__all__ = [
    "AccessPoverty",
    "Completeness",
    "PersonFigure",
    "TheilParts",
    "TimePoverty",
    "access_poverty",
    "assigned",
    "balancing_time",
    "completeness",
    "concentration_index",
    "corrected_concentration_index",
    "cumulative_interval",
    "cumulative_opportunities",
    "gini",
    "gravity",
    "hill_number",
    "nearest",
    "opportunities_of_departures",
    "palma",
    "sdg_service_level",
    "service_classes",
    "service_frequency",
    "share_within",
    "station_services",
    "theil",
    "theil_by_group",
    "time_poverty",
    "time_quantiles",
    "zonal_statistics",
]
