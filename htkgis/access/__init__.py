"""Access: one measure, one file; pure functions over the table of travel times."""

from .assigned import assigned
from .cumulative import cumulative_opportunities
from .departures import opportunities_of_departures
from .nearest import nearest
from .quantiles import time_quantiles
from .sdg_service_level import sdg_service_level
from .service_class import service_classes, station_services
from .service_frequency import service_frequency
from .share import share_within
from .zonal import zonal_statistics

__all__ = [
    "assigned",
    "cumulative_opportunities",
    "nearest",
    "opportunities_of_departures",
    "sdg_service_level",
    "service_classes",
    "service_frequency",
    "share_within",
    "station_services",
    "time_quantiles",
    "zonal_statistics",
]
