"""Edits of homes: new dwellings, and dwellings that are taken down."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .edit import Edit, Fact, Latitude, Longitude, Name, Text, refused

Number = Annotated[float, Field(gt=0)]
Outline = Annotated[tuple[tuple[Longitude, Latitude], ...], Field(min_length=3)]


class AddDwellings(Edit):
    """New homes at a point, within an outline or spread over an area; or homes that go.

    Parameters
    ----------
    dwellings
        How many; below 0 where they are taken down, which is said of an outline or an area.
    persons_per_dwelling, persons
        How many live in each, or in all of them; one of the two. Persons are a number above 0
        also where they move out.
    lat, lon
        Where they stand; or
    outline
        Corners of what they stand in, longitude before latitude. New ones are spread evenly over
        points ``spacing_m`` apart; or
    area
        Housing area whose addresses gain or lose alike, each its part.
    """

    kind: Literal["add_dwellings"]
    id: Name
    name: Text | None = None
    dwellings: int
    persons_per_dwelling: Number | None = None
    persons: Number | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    outline: Outline | None = None
    area: Name | None = None
    spacing_m: Annotated[float, Field(ge=10, le=1000)] = 100.0

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        at_a_point = self.lat is not None and self.lon is not None
        half = (self.lat is None) != (self.lon is None)
        if half or [at_a_point, self.outline is not None, self.area is not None].count(True) != 1:
            msg = "stands in one of: lat and lon, outline, area; exactly one is needed"
            raise refused(msg)
        if (self.persons is None) == (self.persons_per_dwelling is None):
            msg = "needs persons or persons_per_dwelling, one of the two"
            raise refused(msg)
        if self.dwellings == 0:
            msg = "dwellings is 0, so nothing changes; leave the edit out"
            raise refused(msg)
        if self.dwellings < 0 and at_a_point:
            msg = "takes dwellings down at a point; state the outline or the area that loses them"
            raise refused(msg)
        return self

    @property
    def touches(self) -> str:
        """The homes."""
        return f"dwellings {self.id}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """How many homes, and how many people."""
        built, way = ("built", "in") if self.dwellings > 0 else ("taken_down", "out")
        persons = abs(self.new_persons)
        return Fact(f"dwellings_{built}", abs(self.dwellings)), Fact(f"persons_{way}", persons)

    @property
    def new_persons(self) -> float:
        """Persons who move in; below 0 where they move out.

        Examples
        --------
        >>> AddDwellings(kind="add_dwellings", id="d", from_year=2030, area="a", dwellings=-10,
        ...              persons_per_dwelling=2.5).new_persons
        -25.0
        """
        if self.persons is not None:
            return self.persons if self.dwellings > 0 else -self.persons
        return self.dwellings * (self.persons_per_dwelling or 0.0)
