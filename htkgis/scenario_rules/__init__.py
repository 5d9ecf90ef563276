"""What a scenario decides: edits of the study's layers, each with the years it holds for.

A scenario is a file ``scenarios/NAME.toml``. Each edit has a date, so that any year has one state,
and may name the project that pays for it, so that the effect of a project can be told.
"""

from .edit import Edit, Fact, Placed
from .entrances import AddEntrance
from .jobs import AddJobs, ChangeJobs
from .people import AddDwellings
from .places import AddPlace, ClosePlace, MovePlace
from .scenario import AnyEdit, Scenario, WithoutEffect, checked_scenario, read_scenario
from .streets import AddStreet, ChangeStreet, CloseStreet, RerouteStreet
from .transit import (
    AddLine,
    AddStop,
    ChangeHeadway,
    ChangeRunningTime,
    CloseStop,
    HeadwayPeriod,
    NewStop,
    OfLine,
    RemoveLine,
    RerouteLine,
    TimedStop,
    TimetableEdit,
)

__all__ = [
    "AddDwellings",
    "AddEntrance",
    "AddJobs",
    "AddLine",
    "AddPlace",
    "AddStop",
    "AddStreet",
    "AnyEdit",
    "ChangeHeadway",
    "ChangeJobs",
    "ChangeRunningTime",
    "ChangeStreet",
    "ClosePlace",
    "CloseStop",
    "CloseStreet",
    "Edit",
    "Fact",
    "HeadwayPeriod",
    "MovePlace",
    "NewStop",
    "OfLine",
    "Placed",
    "RemoveLine",
    "RerouteLine",
    "RerouteStreet",
    "Scenario",
    "TimedStop",
    "TimetableEdit",
    "WithoutEffect",
    "checked_scenario",
    "read_scenario",
]
