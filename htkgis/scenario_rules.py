"""What a scenario decides: edits of the study's layers, each with the years it holds for.

A scenario is a file ``scenarios/NAME.toml``. Each edit has a date, so that any year has one state,
and may name the project that pays for it, so that the effect of a project can be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from .errors import ConfigError
from .quantities import Decision
from .toml_file import lists_as_tuples, read_toml, validation_message

Name = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
Text = Annotated[str, Field(min_length=1)]
Calendar = Annotated[int, Field(ge=1900, le=2200)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


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
        """What the edit is of; two of the same at the same time contradict each other."""
        raise NotImplementedError

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


class AddPlace(Placed):
    """A new place: a school, a clinic, a library."""

    kind: Literal["add_place"]
    id: Name
    name: Text
    name_en: str | None = None
    function: Name
    opportunities: Annotated[float, Field(gt=0)] = 1.0
    unit: Literal["places", "jobs"] = "places"

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


AnyEdit = Annotated[
    AddPlace | MovePlace | ClosePlace | AddStreet | CloseStreet, Field(discriminator="kind")
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
                if edit.touches == before.touches and edit.overlaps(before):
                    raise PydanticCustomError(
                        "twice",
                        "edits {kind} and {other} of {what} hold at the same time; one at a time "
                        "is allowed: give the first a to_year",
                        {"kind": before.kind, "other": edit.kind, "what": edit.touches},
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
