"""Scenario: what exists in a given year; tables in, tables out."""

from .corrections import corrected_places
from .jobs import spread_jobs
from .population import persons_per_address
from .service_day import services_on, trips_on
from .states import places_in_state

__all__ = [
    "corrected_places",
    "persons_per_address",
    "places_in_state",
    "services_on",
    "spread_jobs",
    "trips_on",
]
