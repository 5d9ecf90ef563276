"""What a study decides of gaps: how far away each function may be before it is missed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .quantities import Decision, Quantity


class FunctionLimits(Quantity):
    """Minutes on foot by function; a function that is not named has the everyday distance."""

    value: dict[str, Annotated[float, Field(gt=0)]]
    unit: Literal["min"]


class LengthRatio(Quantity):
    """How many times as long as the straight line a way is."""

    value: Annotated[float, Field(ge=1)]
    unit: Literal["times"]


class GapRules(Decision):
    """Limits of the functions that are not for every day, and which way counts as direct."""

    limits: FunctionLimits
    direct: LengthRatio
