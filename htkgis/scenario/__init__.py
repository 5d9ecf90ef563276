"""Scenario: what exists in a given year; tables in, tables out."""

from .corrections import corrected_places
from .entrance_edits import edited_entrances
from .home_edits import edited_areas, edited_origins, edited_residents
from .job_edits import edited_jobs
from .jobs import spread_jobs
from .place_edits import edited_places
from .population import persons_per_address
from .service_audit import ServiceDay, checked_service_day, departures, departures_per_hour
from .service_calendar import good_days, service_calendar
from .service_day import services_between, services_on, trips_on
from .states import places_in_state
from .stations import stations_of
from .street_edits import edited_streets
from .timetable_edits import edited_timetable
from .timetable_stops import check_new_stops

__all__ = [
    "ServiceDay",
    "check_new_stops",
    "checked_service_day",
    "corrected_places",
    "departures",
    "departures_per_hour",
    "edited_areas",
    "edited_entrances",
    "edited_jobs",
    "edited_origins",
    "edited_places",
    "edited_residents",
    "edited_streets",
    "edited_timetable",
    "good_days",
    "persons_per_address",
    "places_in_state",
    "service_calendar",
    "services_between",
    "services_on",
    "spread_jobs",
    "stations_of",
    "trips_on",
]
