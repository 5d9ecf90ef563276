"""What a study varies to see whether a figure holds: cases, one factor each, and what counts.

Around the reference, which is the study itself, one thing is changed at a time. A case names the
one decision that it puts in place of the study's own.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .quantities import Decision, Distance, Part, Quantity, Speed

CaseName = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
SPEED_OF = {"speed": "walk", "bike_speed": "bike", "car_share": "car"}
"""By factor: the mode whose speed it is."""
FACTORS = (*SPEED_OF, "max_snap", "entrance_tolerance", "shift", "bus_time")
"""What a case may change: walking speed, cycling speed, the part of the speed limit that is driven,
farthest street of a point (of all modes), how near a path leads into an area, when people leave,
how long buses take."""


class Shift(Quantity):
    """Minutes that everybody leaves later; earlier where below 0."""

    value: Annotated[int, Field(ge=-120, le=120)]
    unit: Literal["min"]


class Times(Quantity):
    """How many times as long something takes."""

    value: Annotated[float, Field(ge=0.5, le=2)]
    unit: Literal["times"]


class Case(Decision):
    """One case: the one decision that it changes."""

    speed: Speed | None = None
    bike_speed: Speed | None = None
    car_share: Part | None = None
    max_snap: Distance | None = None
    entrance_tolerance: Distance | None = None
    shift: Shift | None = None
    bus_time: Times | None = None

    @model_validator(mode="after")
    def _changes_one_thing(self) -> Self:
        stated = [name for name in FACTORS if getattr(self, name) is not None]
        if len(stated) != 1:
            raise PydanticCustomError(
                "case",
                "changes {count} decisions; one of {allowed} is needed, as cases are compared "
                "one factor at a time",
                {"count": len(stated), "allowed": ", ".join(FACTORS)},
            )
        return self

    @property
    def factor(self) -> str:
        """Name of the decision that is changed, one of ``FACTORS``."""
        return next(name for name in FACTORS if getattr(self, name) is not None)

    @property
    def quantity(self) -> Any:
        """What it becomes, with unit and source."""
        return getattr(self, self.factor)


class Robustness(Decision):
    """Which cases figures are measured in again, and what moves a reader's conclusion.

    Minutes and numbers of places are sensitive where they fall into another class than the
    study's; ``jobs_change`` is the part of a number of jobs, ``share_change`` the part of all
    departures, that may move. Of how closed an area is, what has no limit of closed may move by
    ``share_change`` of the streets around, by the part ``detour_change`` of a detour, and by the
    part ``closure_change`` of trips through it or of what a barrier costs. ``sketch_length`` is how
    much distances over sketch streets may differ from true ones.
    """

    jobs_change: Part
    share_change: Part
    detour_change: Part
    closure_change: Part
    sketch_length: Part
    cases: Annotated[dict[CaseName, Case], Field(min_length=1)]

    @property
    def shifts_min(self) -> dict[str, int]:
        """By case: how many minutes later everybody leaves; the cases of another shift alone."""
        return {name: case.shift.value for name, case in self.cases.items() if case.shift}

    @property
    def latest_shift_min(self) -> int:
        """How many minutes after its windows a case still leaves; 0 where none does."""
        return max([0, *self.shifts_min.values()])

    @model_validator(mode="after")
    def _cases_differ(self) -> Self:
        seen: dict[tuple[str, float], str] = {}
        for name, case in self.cases.items():
            same = seen.setdefault((case.factor, float(case.quantity.value)), name)
            if same != name:
                raise PydanticCustomError(
                    "case",
                    "cases.{name} is the same as cases.{same}: each may stand once; take one out",
                    {"name": name, "same": same},
                )
        return self
