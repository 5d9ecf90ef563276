"""Edits of streets: a new way, another line, other facts, or ways that are closed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .edit import Edit, Fact, Line, Name, Text, refused, yes_or_no

Travels = Literal["walk", "bike", "car"]
Metres = Annotated[float, Field(gt=0)]
Count = Annotated[float, Field(ge=0)]
Snap = Annotated[float, Field(gt=0, le=100)]
Streets = Annotated[tuple[Text, ...], Field(min_length=1)]
Light = Literal["yes", "no"]
Stress = Annotated[int, Field(ge=1, le=4)]

STREET_FACTS = (
    "car_kph", "lit", "lts", "route", "oneway", "oneway_bike", "crossings", "signals", "delay_s",
)  # fmt: skip
"""What an edit may change of a street: columns of the table of streets."""


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
    delay_s
        Seconds that passing along all of it takes besides the way, each time and both ways: a
        signal, ramps, a lift.
    width_m
        Width of use. It is told and kept; no time depends on it.
    lit, lts, route
        Light, level of traffic stress and whether a marked route runs along it, as far as the
        table of streets says the same of others; unknown where missing.
    """

    kind: Literal["add_street"]
    id: Name
    name: str | None = None
    street_kind: Name = "footway"
    modes: Annotated[tuple[Literal["walk", "bike"], ...], Field(min_length=1)] = ("walk", "bike")
    structure: Literal["none", "bridge", "tunnel"] = "none"
    within_m: Snap = 15.0
    delay_s: Count = 0.0
    width_m: Metres | None = None
    lit: Light | None = None
    lts: Stress | None = None
    route: bool | None = None
    line: Line

    @property
    def touches(self) -> str:
        """The street."""
        return f"street {self.id}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """Structure, for whom it is where not for all, and numbers as far as they are stated."""
        built = [] if self.structure == "none" else [Fact(self.structure)]
        alone = [Fact(f"only_{self.modes[0]}")] if len(set(self.modes)) == 1 else []
        numbers = {"delay_s": self.delay_s or None, "width_m": self.width_m, "lts": self.lts}
        stated = [Fact(name, value) for name, value in numbers.items() if value is not None]
        lit = [] if self.lit is None else [Fact(f"lit_{self.lit}")]
        route = [] if self.route is None else [yes_or_no("route", value=self.route)]
        return (*built, *alone, *stated, *lit, *route)


class RerouteStreet(Edit):
    """A street or path of the layer that takes another line.

    An end of the line within ``within_m`` of the street's old end stays joined there; another
    joins the nearest street. Name, modes, speed, light and waits stay; heights along a new line
    are not known, and count as flat.
    """

    kind: Literal["reroute_street"]
    street: Text
    within_m: Snap = 15.0
    line: Line

    @property
    def touches(self) -> str:
        """The line of the street."""
        return f"the line of street {self.street}"


class ChangeStreet(Edit):
    """Streets of the layer that become faster or slower, or are opened for a mode.

    Parameters
    ----------
    streets
        Ids of streets of the layer; a street that the scenario adds says all that itself.
    opens
        Modes that may use them from now on.
    car_kph
        Speed limit for cars.
    oneway, oneway_bike
        Whether cars, and bicycles, may pass along the street only.
    crossings, signals
        Crossings without and with signals along each street; waits of the study.
    delay_s
        As of a new street; 0 takes a delay away.
    lit, lts, route
        As of a new street.
    """

    kind: Literal["change_street"]
    streets: Streets
    opens: tuple[Travels, ...] = ()
    car_kph: Metres | None = None
    oneway: bool | None = None
    oneway_bike: bool | None = None
    crossings: Count | None = None
    signals: Count | None = None
    delay_s: Count | None = None
    lit: Light | None = None
    lts: Stress | None = None
    route: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.opens and not self.facts:
            msg = f"changes nothing; opens, or one of {', '.join(STREET_FACTS)} at least is needed"
            raise refused(msg)
        return self

    @property
    def facts(self) -> dict[str, float | bool | str]:
        """Columns of the streets and what they become."""
        stated = {name: getattr(self, name) for name in STREET_FACTS}
        return {name: value for name, value in stated.items() if value is not None}

    @property
    def touches(self) -> str:
        """The streets."""
        return f"streets {', '.join(sorted(self.streets))}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """All that becomes another."""
        found = [Fact(f"opens_{mode}") for mode in self.opens]
        for name, value in self.facts.items():
            if isinstance(value, bool):
                found.append(yes_or_no(name, value=value))
            elif isinstance(value, str):
                found.append(Fact(f"{name}_{value}"))
            else:
                found.append(Fact(name, value))
        return tuple(found)

    @property
    def claims(self) -> frozenset[str]:
        """Each fact of each street, and who may use it."""
        facts = (*self.facts, *(f"{mode} use" for mode in self.opens))
        return frozenset(f"{fact} of street {name}" for fact in facts for name in self.streets)


class CloseStreet(Edit):
    """Streets that some modes may not use; both pieces of one that another edit cut."""

    kind: Literal["close_street"]
    streets: Streets
    modes: Annotated[tuple[Travels, ...], Field(min_length=1)]

    @property
    def touches(self) -> str:
        """The streets."""
        return f"streets {', '.join(sorted(self.streets))}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """For whom."""
        return tuple(Fact(f"closed_{mode}") for mode in self.modes)

    @property
    def claims(self) -> frozenset[str]:
        """Who may use each street."""
        return frozenset(
            f"{mode} use of street {name}" for mode in self.modes for name in self.streets
        )
