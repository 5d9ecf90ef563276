"""Edits of places: one that opens, moves or closes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .edit import Edit, Name, Placed, Text


class AddPlace(Placed):
    """A new place: a school, a clinic, a library; jobs are added by ``add_jobs``."""

    kind: Literal["add_place"]
    id: Name
    name: Text
    name_en: str | None = None
    function: Name
    opportunities: Annotated[float, Field(gt=0)] = 1.0

    @property
    def touches(self) -> str:
        """The place."""
        return f"place {self.id}"


class MovePlace(Placed):
    """A place that is somewhere else from a year on."""

    kind: Literal["move_place"]
    place: Text

    @property
    def touches(self) -> str:
        """The place."""
        return f"place {self.place}"


class ClosePlace(Edit):
    """A place that is no more, or for some years."""

    kind: Literal["close_place"]
    place: Text

    @property
    def touches(self) -> str:
        """The place."""
        return f"place {self.place}"
