"""Numbers with a unit and a source, as ``study.toml`` writes them.

A number is written as ``{ value = 4.5, unit = "km/h", source = "..." }``; each class here is
one unit with its allowed range. Tables of such numbers that modes share stand at the end.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator
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
        unit = cls.model_fields["unit"]
        allowed = [*(unit.examples or ()), *getattr(unit.annotation, "__args__", ())][0]
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


class FunctionSteps(Quantity):
    """Numbers of functions, rising."""

    value: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    unit: Literal["functions"]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.value) != sorted(set(self.value)):
            raise PydanticCustomError("rising", "must rise: each number above the one before")
        return self


class JobSteps(Quantity):
    """Numbers of jobs, rising."""

    value: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    unit: Literal["jobs"]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.value) != sorted(set(self.value)):
            raise PydanticCustomError("rising", "must rise: each number above the one before")
        return self


class Differences(Decision):
    """Where the classes of differences between two states begin, on either side of 0."""

    minutes: Limits
    functions: FunctionSteps


class Year(Quantity):
    """A calendar year."""

    value: Annotated[int, Field(ge=1900, le=2200)]
    unit: Literal["year"]


class CriteriaRules(Decision):
    """Which year's list is shown."""

    year: Year


class PlaceCount(Quantity):
    """A number of places."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["places"]


class JobCount(Quantity):
    """A number of jobs."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["jobs"]


class HouseholdCount(Quantity):
    """A number of households."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["households"]


class PersonsPerHousehold(Quantity):
    """Persons that live in a household."""

    value: Annotated[float, Field(ge=1)]
    unit: Literal["persons per household"]


class SmallCount(Quantity):
    """A number of persons or of workplaces; 2 is the least that hides anything."""

    value: Annotated[int, Field(ge=2)]
    unit: Literal["persons or workplaces"]


class Percents(Quantity):
    """Percent, rising; each a part of the whole without a rest."""

    value: Annotated[tuple[Annotated[int, Field(ge=1, le=50)], ...], Field(min_length=1)]
    unit: Literal["percent"]

    @model_validator(mode="after")
    def _rising_parts(self) -> Self:
        odd = [value for value in self.value if 100 % value]
        if odd or list(self.value) != sorted(set(self.value)):
            raise PydanticCustomError("rising", "must rise, and each must divide 100")
        return self


class Part(Quantity):
    """A part of a whole, up to all of it."""

    value: Annotated[float, Field(gt=0, le=1)]
    unit: Literal["share"]


SECOND_CLASS = 5
"""Least number that the second size class of workplaces may begin with."""


class SizeClasses(Quantity):
    """The least number of jobs in each size class of workplaces, rising from 1.

    Each is 1, 2 or 5 times a power of ten and at least twice the one before, the second 5 or
    more: so a class leaves about half of a number open, and the classes of two editions are
    parts of each other, so that both together tell no more than the finer ones.
    """

    value: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=2)]
    unit: Literal["jobs"]

    @model_validator(mode="after")
    def _of_the_ladder(self) -> Self:
        least = list(self.value)
        odd = [each for each in least if str(each).rstrip("0") not in {"1", "2", "5"}]
        close = any(after < 2 * before for before, after in pairwise(least))
        if odd or close or least[0] != 1 or least[1] < SECOND_CLASS:
            raise PydanticCustomError(
                "size_classes",
                "must be 1, then 5 or more, each 1, 2 or 5 times a power of ten and at least "
                "twice the one before",
            )
        return self


class DisclosureRules(Decision):
    """Below which numbers figures of persons and of workplaces are hidden or made coarser.

    ``upper_part`` is asked for jobs at few workplaces; a study without it asks for the width of
    an interval alone. ``workplace_sizes`` are the classes that single workplaces count with.
    """

    min_households: HouseholdCount
    persons_per_household: PersonsPerHousehold
    min_count: SmallCount
    share_steps: Percents
    workplace_sizes: SizeClasses
    upper_part: Part | None = None


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


class Delay(Quantity):
    """Minutes that every trip takes besides travelling, or none."""

    value: Annotated[float, Field(ge=0, le=120)]
    unit: Literal["min"]


CLOSED = "closed"
"""Stands in place of a price or a part of a speed where a street may not be used at all."""


def _number_or_closed(value: Any, *, low: float, high: float, what: str) -> float | str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value == CLOSED or (number and low <= value <= high):
        return CLOSED if value == CLOSED else float(value)
    raise PydanticCustomError("closed", "should be 'closed' or {what}", {"what": what})


def _price(value: Any) -> float | str:
    return _number_or_closed(value, low=1, high=100, what="a number from 1 to 100")


def _stairs(value: Any) -> float | str:
    return _number_or_closed(value, low=0.01, high=1, what="a part above 0 and at most 1")


PriceOrClosed = Annotated[float | str, PlainValidator(_price)]


class Wait(Quantity):
    """Seconds that people wait on average, once at each place."""

    value: Annotated[float, Field(ge=0, le=600)]
    unit: Literal["s"]


class Stairs(Quantity):
    """Part of the speed on the flat that is kept on stairs, or ``closed``."""

    value: Annotated[float | str, PlainValidator(_stairs)]
    unit: Literal["share"]


class Slope(Quantity):
    """How steeply walking slows down with the slope, and the ``easiest`` slope."""

    value: Annotated[float, Field(gt=0, le=20)]
    easiest: Annotated[float, Field(ge=-0.2, le=0.2)]
    unit: Literal["per slope"]


class Climb(Quantity):
    """Seconds for each metre of height that is climbed."""

    value: Annotated[float, Field(ge=0, le=60)]
    unit: Literal["s/m"]


class Darkness(Quantity):
    """How many times as long a street without light counts, or ``closed``.

    ``kinds`` are dark where nothing is said of light; ``tunnels`` are those without light, or all.
    """

    value: PriceOrClosed
    unit: Literal["times"]
    kinds: tuple[str, ...] = ()
    tunnels: Literal["unlit", "all"] = "unlit"


class Stress(Quantity):
    """Highest level of traffic stress; how many times as long streets ``above`` it count."""

    value: Annotated[int, Field(ge=1, le=3)]
    unit: Literal["LTS"]
    above: PriceOrClosed = CLOSED


class Preference(Quantity):
    """How many times as long a street counts that no marked route runs along."""

    value: Annotated[float, Field(ge=1, le=10)]
    unit: Literal["times"]


class ModeCosts(Decision):
    """What a mode counts besides length over speed; what is left out counts nothing."""

    crossing: Wait | None = None
    signal: Wait | None = None
    stairs: Stairs | None = None
    darkness: Darkness | None = None


class WalkCosts(ModeCosts):
    """What walking counts besides."""

    slope: Slope | None = None


class BikeCosts(ModeCosts):
    """What cycling counts besides."""

    climb: Climb | None = None
    max_stress: Stress | None = None
    off_route: Preference | None = None


ADULT = "adult"
"""The lens that needs no table in a study: who travels as the mode itself says."""


class WalkLens(WalkCosts):
    """How people walk who are not the adult of the mode; what is left out is the adult's."""

    speed: Speed | None = None


class BikeLens(BikeCosts):
    """How people cycle who are not the adult of the mode; what is left out is the adult's."""

    speed: Speed | None = None


class Isochrone(Decision):
    """How a reached area is drawn from reached streets."""

    buffer: Distance
    max_hole: Surface


class Explorer(Decision):
    """What the page "how far can you get" holds: streets around the quarters, minutes to choose."""

    around: Distance
    minutes: Limits

    @model_validator(mode="after")
    def _from_and_to(self) -> Self:
        if len(self.minutes.value) != 2:  # noqa: PLR2004  from and to
            raise PydanticCustomError(
                "from_and_to", "explorer.minutes: must be two numbers, the fewest and the most"
            )
        return self
