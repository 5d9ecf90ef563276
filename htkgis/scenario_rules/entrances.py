"""Edits of entrances: another way into a station, a park or any place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .edit import Name, Placed, Text


class AddEntrance(Placed):
    """A new entrance to a place; those that it has stay, and each trip takes the nearest.

    It is an entrance of the place as a destination. Who travels on by train or bus walks to the
    stop's own point, which ``add_stop`` and the timetable's edits are about.

    Parameters
    ----------
    place
        Id of the place: a station, a park, any other.
    within_m
        How far the entrance may lie from the nearest street that people may walk along.
    from_place_m
        How far it may lie from the place: from its outline where the layer draws one.
    """

    kind: Literal["add_entrance"]
    id: Name
    name: Text | None = None
    place: Text
    within_m: Annotated[float, Field(gt=0, le=200)] = 50.0
    from_place_m: Annotated[float, Field(gt=0, le=1000)] = 300.0

    @property
    def touches(self) -> str:
        """The entrance."""
        return f"entrance {self.id}"
