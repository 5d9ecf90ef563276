"""Edits of streets: a new way, or ways that are closed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .edit import Edit, Latitude, Longitude, Name, Text


class AddStreet(Edit):
    """A new street or path, drawn in degrees, that joins what it ends at.

    Parameters
    ----------
    line
        Longitude and latitude of each point, as GeoJSON and QGIS write them; two at least.
    modes
        Who may use it.
    structure
        Whether it is a bridge or a tunnel.
    within_m
        How far its ends may lie from the streets that they join.
    """

    kind: Literal["add_street"]
    id: Name
    name: str | None = None
    street_kind: Name = "footway"
    modes: Annotated[tuple[Literal["walk", "bike"], ...], Field(min_length=1)] = ("walk", "bike")
    structure: Literal["none", "bridge", "tunnel"] = "none"
    within_m: Annotated[float, Field(gt=0, le=100)] = 15.0
    line: Annotated[tuple[tuple[Longitude, Latitude], ...], Field(min_length=2)]

    @property
    def touches(self) -> str:
        """The street."""
        return f"street {self.id}"


class CloseStreet(Edit):
    """Streets that some modes may not use; both pieces of one that another edit cut."""

    kind: Literal["close_street"]
    streets: Annotated[tuple[Text, ...], Field(min_length=1)]
    modes: Annotated[tuple[Literal["walk", "bike", "car"], ...], Field(min_length=1)]

    @property
    def touches(self) -> str:
        """The streets."""
        return f"streets {', '.join(sorted(self.streets))}"
