"""What a study decides of missing links: where one could be, and what it is compared by."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .quantities import Decision, Delay, Distance, Duration, Part, Quantity

PATH = "path"
"""Kind of a link that crosses no barrier."""
LEVEL = "level"
"""Kind of a link that meets a bridge or a tunnel, and so climbs from one level to another."""
WATER = "water"
"""Kind of a link that crosses water."""


class PricePerMetre(Quantity):
    """Money per metre of link, in the currency of the study."""

    value: Annotated[float, Field(ge=0)]
    unit: Annotated[str, Field(pattern=r"^[A-Z]{3}/m$", examples=["DKK/m"])]


class Price(Quantity):
    """Money for one link, whatever its length, in the currency of the study."""

    value: Annotated[float, Field(ge=0)]
    unit: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["DKK"])]


class LinkKind(Decision):
    """What a link of one kind costs to build, and to pass besides its length."""

    each: Price
    per_metre: PricePerMetre
    delay: Delay


class LinkRules(Decision):
    """Where a link may be missing, whom it would serve, and what it would cost.

    ``clear`` is how far it keeps from buildings, ``ramp`` how near to a bridge or a tunnel along
    a street it meets another level, and ``divided`` the kinds of street along whose separate
    carriageways nobody walks. Of links whose ends lie within ``apart`` the cheapest stands that
    saves ``as_good`` of what the best of them saves.
    """

    functions: Annotated[tuple[str, ...], Field(min_length=1)]
    spacing: Distance
    straight: Distance
    network: Distance
    clear: Distance
    ramp: Distance
    divided: tuple[str, ...]
    apart: Distance
    as_good: Part
    limit: Duration
    kinds: dict[str, LinkKind]

    @model_validator(mode="after")
    def _can_be_searched(self) -> Self:
        for name in ("spacing", "straight"):
            if not getattr(self, name).value > 0:
                raise PydanticCustomError(
                    "twice", "links.{name} is 0: above 0 is needed", {"name": name}
                )
        if self.network.value <= self.straight.value:
            raise PydanticCustomError(
                "twice", "links.network must be longer than links.straight: nothing is missing else"
            )
        for kind in (PATH, LEVEL, WATER):
            if kind not in self.kinds:
                raise PydanticCustomError(
                    "twice", "links.kinds.{kind} is missing: links may be one", {"kind": kind}
                )
        return self

    def check_currency(self, currency: str) -> None:
        """Refuse prices that are not in the currency of the study.

        Raises
        ------
        PydanticCustomError
            Names the first of them, and what is needed.
        """
        for name, kind in self.kinds.items():
            for key, price, unit in (
                ("each", kind.each, currency),
                ("per_metre", kind.per_metre, f"{currency}/m"),
            ):
                if price.unit != unit:
                    raise PydanticCustomError(
                        "currency",
                        "links.kinds.{key}.unit is {found}: {unit} is needed, for money of the "
                        "study is in {currency} (study.currency)",
                        {
                            "key": f"{name}.{key}",
                            "found": repr(price.unit),
                            "unit": repr(unit),
                            "currency": currency,
                        },
                    )
