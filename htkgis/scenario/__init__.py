"""Scenario: what exists in a given year; tables in, tables out."""

from .jobs import spread_jobs
from .population import persons_per_address
from .states import places_in_state

__all__ = ["persons_per_address", "places_in_state", "spread_jobs"]
