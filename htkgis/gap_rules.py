"""What a study decides of gaps: how far away each function may be before it is missed.

And how often public transport has to leave nearby.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .quantities import Decision, Distance, Quantity


class FunctionLimits(Quantity):
    """Minutes on foot by function; a function that is not named has the everyday distance."""

    value: dict[str, Annotated[float, Field(gt=0)]]
    unit: Literal["min"]


class LengthRatio(Quantity):
    """How many times as long as the straight line a way is."""

    value: Annotated[float, Field(ge=1)]
    unit: Literal["times"]


class HourlyDepartures(Quantity):
    """Departures per hour in one direction that are enough, by window of the day."""

    value: Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]
    unit: Literal["departures per hour"]


class DepartureRules(Decision):
    """How far people walk to a stop, and how many departures are enough there."""

    walk: Distance
    least: HourlyDepartures


class GapRules(Decision):
    """Limits of the functions that are not for every day, and which way counts as direct.

    Without ``departures`` nothing is said of how often public transport leaves.
    """

    limits: FunctionLimits
    direct: LengthRatio
    departures: Annotated[DepartureRules | None, Field(exclude_if=lambda rules: rules is None)] = (
        None
    )
