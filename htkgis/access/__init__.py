"""Access: one measure, one file; pure functions over the table of travel times."""

from .access_poverty import AccessPoverty, access_poverty
from .assigned import assigned
from .balancing_time import balancing_time
from .bfca import bfca
from .completeness import Completeness, completeness
from .concentration import concentration_index, corrected_concentration_index
from .cumulative import cumulative_in, cumulative_opportunities
from .cumulative_interval import cumulative_interval
from .departures import exceeded_by_departures, opportunities_of_departures
from .direction_frequency import direction_frequency
from .diversity import hill_number
from .doubly_constrained import doubly_constrained
from .e2sfca import e2sfca
from .gini import gini
from .gravity import gravity
from .nearest import nearest, nearest_in
from .palma import palma
from .population import PersonFigure
from .quantiles import time_quantiles
from .raam import raam
from .sdg_service_level import sdg_service_level
from .service_class import service_classes, station_services
from .service_frequency import service_frequency
from .share import share_within
from .shen import shen
from .singly_constrained import singly_constrained
from .spatial_availability import spatial_availability
from .theil import TheilParts, theil, theil_by_group
from .three_step_fca import three_step_fca
from .time_matrix import TimeMatrix, time_matrix
from .time_poverty import TimePoverty, time_poverty
from .time_to_opportunities import time_to_opportunities
from .total_constrained import total_constrained
from .two_step_fca import two_step_fca
from .zonal import zonal_statistics

__all__ = [
    "AccessPoverty",
    "Completeness",
    "PersonFigure",
    "TheilParts",
    "TimeMatrix",
    "TimePoverty",
    "access_poverty",
    "assigned",
    "balancing_time",
    "bfca",
    "completeness",
    "concentration_index",
    "corrected_concentration_index",
    "cumulative_in",
    "cumulative_interval",
    "cumulative_opportunities",
    "direction_frequency",
    "doubly_constrained",
    "e2sfca",
    "exceeded_by_departures",
    "gini",
    "gravity",
    "hill_number",
    "nearest",
    "nearest_in",
    "opportunities_of_departures",
    "palma",
    "raam",
    "sdg_service_level",
    "service_classes",
    "service_frequency",
    "share_within",
    "shen",
    "singly_constrained",
    "spatial_availability",
    "station_services",
    "theil",
    "theil_by_group",
    "three_step_fca",
    "time_matrix",
    "time_poverty",
    "time_quantiles",
    "time_to_opportunities",
    "total_constrained",
    "two_step_fca",
    "zonal_statistics",
]
