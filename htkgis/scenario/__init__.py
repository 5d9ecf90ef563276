"""Scenario: what exists in a given year; tables in, tables out."""

from .states import places_in_state

__all__ = ["places_in_state"]
