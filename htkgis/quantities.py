"""Numbers with a unit and a source, as ``study.toml`` writes them.

A number is written as ``{ value = 4.5, unit = "km/h", source = "..." }``; each class here is
one unit with its allowed range.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Decision(BaseModel):
    """Base of all tables of the file: frozen, and strict about keys and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Quantity(Decision):
    """A number, its unit, and where it comes from."""

    source: Annotated[str, Field(min_length=1)]
    source_en: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_a_unit(cls, value: Any) -> Any:
        unit = cls.model_fields["unit"].annotation
        allowed = getattr(unit, "__args__", ("",))[0]
        if not isinstance(value, dict) or "unit" not in value:
            bare = value.get("value") if isinstance(value, dict) else value
            raise PydanticCustomError(
                "unit",
                "has no unit; write {example}",
                {"example": f"{{ value = {bare}, unit = '{allowed}', source = '...' }}"},
            )
        return value


class Speed(Quantity):
    """Kilometres per hour."""

    value: Annotated[float, Field(gt=0, le=300)]
    unit: Literal["km/h"]


class Distance(Quantity):
    """Metres."""

    value: Annotated[float, Field(ge=0)]
    unit: Literal["m"]


class Surface(Quantity):
    """Square metres."""

    value: Annotated[float, Field(ge=0)]
    unit: Literal["m2"]


class Duration(Quantity):
    """Minutes."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["min"]


class Limits(Quantity):
    """Minutes, rising."""

    value: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)]
    unit: Literal["min"]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.value) != sorted(set(self.value)):
            raise PydanticCustomError("rising", "must rise: each limit above the one before")
        return self


class Year(Quantity):
    """A calendar year."""

    value: Annotated[int, Field(ge=1900, le=2200)]
    unit: Literal["year"]


class PlaceCount(Quantity):
    """A number of places."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["places"]


class JobCount(Quantity):
    """A number of jobs."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["jobs"]


class Density(Quantity):
    """Jobs per 100 square metres of ground area."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["jobs per 100 m2"]


class SpeedTable(Quantity):
    """Kilometres per hour by kind of street; ``other`` is that of every kind not named."""

    value: dict[str, Annotated[float, Field(gt=0, le=300)]]
    unit: Literal["km/h"]

    @model_validator(mode="after")
    def _has_other(self) -> Self:
        if "other" not in self.value:
            raise PydanticCustomError("other", "must name 'other', for the kinds not named")
        return self


class Part(Quantity):
    """A part of a whole, up to all of it."""

    value: Annotated[float, Field(gt=0, le=1)]
    unit: Literal["share"]


class Delay(Quantity):
    """Minutes that every trip takes besides travelling, or none."""

    value: Annotated[float, Field(ge=0, le=120)]
    unit: Literal["min"]
