"""Facts that a layer of the catalog may state of itself, each a small table of its own."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .services import Fact, Text


class GeometryColumns(Fact):
    """Where a table keeps its geometry: WKT, degrees, ids of a layer's points, or H3 indexes."""

    wkt: str | None = None
    lat: str | None = None
    lon: str | None = None
    key: str | None = None
    of: str | None = None
    # left out of dumps where it is not used, so that fingerprints of other layers stay as they are
    h3: Annotated[str | None, Field(exclude_if=lambda column: column is None)] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [(self.wkt,), (self.lat, self.lon), (self.key, self.of), (self.h3,)]
        given = [way for way in ways if any(part is not None for part in way)]
        if len(given) != 1 or None in given[0]:
            raise PydanticCustomError(
                "geometry", "needs either wkt, lat and lon, key and of, or h3"
            )
        return self


class Along(Fact):
    """How lines are joined to streets: a fact about two layers, how exactly one follows the other.

    A street takes what lines within ``within_m`` metres say that run along at least
    ``least_share`` of it; ``source`` says how the two were found.
    """

    within_m: Annotated[float, Field(gt=0)]
    least_share: Annotated[float, Field(gt=0, le=1)]
    source: Text
    source_en: Text


class Accepted(Fact):
    """A version of a layer that was in use before, and why it was replaced."""

    sha256: Text
    reason: str = ""
