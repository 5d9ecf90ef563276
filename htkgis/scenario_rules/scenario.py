"""A scenario: its name and its edits, as a file has them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from htkgis.errors import ConfigError
from htkgis.quantities import Decision
from htkgis.toml_file import lists_as_tuples, read_toml, validation_message

from .edit import Name, Text
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


class Scenario(Decision):
    """A scenario: its name and its edits, in the order of the file."""

    id: Name
    name: Text
    name_en: Text
    note: str = ""
    note_en: str = ""
    edits: tuple[AnyEdit, ...] = ()

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


def read_scenario(path: Path) -> Scenario:
    """Read ``scenarios/NAME.toml``.

    Raises
    ------
    ConfigError
        Names the file, every key that is unknown, missing (a year too) or wrong, and edits that
        contradict each other.
    """
    try:
        return Scenario.model_validate(lists_as_tuples(read_toml(path)))
    except ValidationError as error:
        raise ConfigError(validation_message(path, error)) from error
