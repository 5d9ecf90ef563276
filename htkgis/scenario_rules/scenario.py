"""A scenario: its name and its edits, as a file has them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from htkgis.errors import ConfigError
from htkgis.quantities import Decision
from htkgis.toml_file import lists_as_tuples, read_toml, validation_message

from .edit import Calendar, Name, Text
from .entrances import AddEntrance
from .jobs import AddJobs, ChangeJobs
from .people import AddDwellings
from .places import AddPlace, ClosePlace, MovePlace
from .streets import AddStreet, ChangeStreet, CloseStreet, RerouteStreet
from .transit import (
    AddLine,
    AddStop,
    ChangeHeadway,
    ChangeRunningTime,
    CloseStop,
    RemoveLine,
    RerouteLine,
)

AnyEdit = Annotated[
    AddPlace
    | MovePlace
    | ClosePlace
    | AddStreet
    | RerouteStreet
    | ChangeStreet
    | CloseStreet
    | AddDwellings
    | AddJobs
    | ChangeJobs
    | AddEntrance
    | AddLine
    | RemoveLine
    | RerouteLine
    | ChangeHeadway
    | ChangeRunningTime
    | AddStop
    | CloseStop,
    Field(discriminator="kind"),
]


class WithoutEffect(Decision):
    """A project that no edit stands for, and why no figure would change."""

    project: Name
    reason: Text
    reason_en: Text


class Scenario(Decision):
    """A scenario: its name and its edits, in the order of the file.

    Parameters
    ----------
    year
        Of the state that it is looked at; the study's own where missing.
    without_effect
        Projects of the same subject that stay text, with the reason.
    """

    id: Name
    name: Text
    name_en: Text
    year: Calendar | None = None
    note: str = ""
    note_en: str = ""
    edits: tuple[AnyEdit, ...] = ()
    without_effect: tuple[WithoutEffect, ...] = ()

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        for number, edit in enumerate(self.edits):
            for before in self.edits[:number]:
                both = sorted(edit.claims & before.claims) if edit.overlaps(before) else []
                if both:
                    raise PydanticCustomError(
                        "twice",
                        "edits {kind} and {other} of {what} hold at the same time; one at a time "
                        "is allowed: give the first a to_year",
                        {"kind": before.kind, "other": edit.kind, "what": both[0]},
                    )
        return self

    @model_validator(mode="after")
    def _says_one_thing_of_a_project(self) -> Self:
        edited = {edit.project for edit in self.edits}
        seen: set[str] = set()
        for left_out in self.without_effect:
            if left_out.project in edited | seen:
                raise PydanticCustomError(
                    "twice",
                    "project {project} is without effect, and stands elsewhere in the file as well",
                    {"project": left_out.project},
                )
            seen.add(left_out.project)
        return self

    def of_projects(self, projects: Iterable[str]) -> Scenario:
        """Give the scenario with the edits of some projects only.

        Examples
        --------
        >>> edits = [{"kind": "close_place", "place": p, "from_year": 2030, "project": p}
        ...          for p in ("a", "b")]
        >>> whole = Scenario(id="s", name="S", name_en="S", edits=tuple(edits))
        >>> [edit.place for edit in whole.of_projects(["b"]).edits]
        ['b']
        """
        chosen = set(projects)
        edits = tuple(edit for edit in self.edits if edit.project in chosen)
        return self.model_copy(update={"edits": edits})

    def in_year(self, year: int) -> Scenario:
        """Give the scenario as it is looked at in a year."""
        return self.model_copy(update={"year": year})


def read_scenario(path: Path) -> Scenario:
    """Read ``scenarios/NAME.toml``.

    Raises
    ------
    ConfigError
        Names the file, every key that is unknown, missing (a year too) or wrong, and edits that
        contradict each other.
    """
    return checked_scenario(read_toml(path), path)


def checked_scenario(table: dict[str, Any], path: Path) -> Scenario:
    """Make a scenario of what a file says.

    Raises
    ------
    ConfigError
        As :func:`read_scenario`.
    """
    try:
        return Scenario.model_validate(lists_as_tuples(table))
    except ValidationError as error:
        raise ConfigError(validation_message(path, error, Scenario)) from error
