"""What every edit of a scenario says, whatever layer it is of."""

from __future__ import annotations

from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from htkgis.quantities import Decision

Name = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
Text = Annotated[str, Field(min_length=1)]
Calendar = Annotated[int, Field(ge=1900, le=2200)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Line = Annotated[tuple[tuple[Longitude, Latitude], ...], Field(min_length=2)]
"""Longitude and latitude of each point, as GeoJSON and QGIS write them."""


class Fact(NamedTuple):
    """What an edit states: its name, and how much of it where it is a number."""

    name: str
    value: float | None = None


def yes_or_no(name: str, *, value: bool) -> Fact:
    """Name a fact that holds or does not."""
    return Fact(f"{name}_{'yes' if value else 'no'}")


class Edit(Decision):
    """What every edit says.

    Parameters
    ----------
    from_year, to_year
        The edit holds from the first and until, not including, the second; for good where that
        is missing.
    project
        Id of the project it belongs to, in the layer of projects.
    """

    from_year: Calendar
    to_year: Calendar | None = None
    project: Name | None = None
    note: str = ""
    note_en: str = ""

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        if self.to_year is not None and self.to_year <= self.from_year:
            raise PydanticCustomError("twice", "ends before it begins: to_year is after from_year")
        return self

    @property
    def touches(self) -> str:
        """What the edit is of, in words for messages."""
        raise NotImplementedError

    @property
    def claims(self) -> frozenset[str]:
        """What the edit decides: of two that decide the same at the same time, one is wrong."""
        return frozenset({self.touches})

    @property
    def subject(self) -> str:
        """What the edit is of, as a reader may know it: its name, or the id of what it changes."""
        name = getattr(self, "name", None) or getattr(self, "id", None)
        return name or self.touches.partition(" ")[2]

    @property
    def told(self) -> tuple[Fact, ...]:
        """What pages tell of the edit besides what it is of and when."""
        return ()

    def holds_in(self, year: int) -> bool:
        """Tell whether the edit holds in a year."""
        return self.from_year <= year and (self.to_year is None or year < self.to_year)

    def overlaps(self, other: Edit) -> bool:
        """Tell whether two edits hold in a common year."""
        ends = [edit.to_year or 9999 for edit in (self, other)]
        return self.from_year < ends[1] and other.from_year < ends[0]


class Placed(Edit):
    """An edit at one point, in degrees."""

    lat: Latitude
    lon: Longitude


def refused(message: str) -> PydanticCustomError:
    """Make the error of an edit whose keys do not fit each other."""
    return PydanticCustomError("twice", "{message}", {"message": message})
