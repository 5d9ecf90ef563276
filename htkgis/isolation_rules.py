"""What a study decides of isolation: how closed an area is, and what closes it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .quantities import Decision, Distance, Duration, Part, Quantity


class ModeMinutes(Quantity):
    """Minutes by mode."""

    value: Annotated[dict[str, Annotated[float, Field(gt=0, le=240)]], Field(min_length=1)]
    unit: Literal["min"]


class StreetKinds(Quantity):
    """Kinds of street, as the layer of streets calls them."""

    value: tuple[str, ...]
    unit: Literal["kinds"]


class AddressCount(Quantity):
    """A number of addresses."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["addresses"]


class Ratio(Quantity):
    """How many times as much one is as the other."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["times"]


class PerKilometre(Quantity):
    """A number per kilometre."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["per km"]


class ClosedWhere(Decision):
    """From which values on an area counts as closed, on foot."""

    crossings: PerKilometre
    directness: Ratio
    reached: Part
    through: Ratio
    barrier: Duration


class Isolation(Decision):
    """How isolation is measured: of what surroundings, by whom, within how long."""

    surroundings: Distance
    limits: ModeMinutes
    longest: ModeMinutes
    same_place: Distance
    point_spacing: Distance
    least_straight: Distance
    neighbours: Distance
    compared: AddressCount
    roads: StreetKinds
    crossing_spacing: Distance
    crossing_reach: Distance
    barrier_width: Distance
    closed: ClosedWhere

    @model_validator(mode="after")
    def _modes_have_both(self) -> Self:
        if set(self.limits.value) != set(self.longest.value) or "walk" not in self.limits.value:
            raise PydanticCustomError(
                "twice", "isolation.limits and isolation.longest name the same modes, walk first"
            )
        for name in ("surroundings", "point_spacing", "neighbours", "crossing_spacing"):
            if not getattr(self, name).value > 0:
                raise PydanticCustomError(
                    "twice", "isolation.{name} is 0: above 0 is needed", {"name": name}
                )
        return self
