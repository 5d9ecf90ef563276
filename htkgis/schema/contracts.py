"""What a contract says of a table: its columns, their kinds and ranges, its key and geometry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeVar

import pandas as pd

Kind = Literal["text", "number", "integer", "year", "flag", "date"]
Geometry = Literal["point", "line", "lines", "polygon"]
Frame = TypeVar("Frame", bound=pd.DataFrame)

GEOMETRY_TYPES: dict[Geometry, frozenset[str]] = {
    "point": frozenset({"Point"}),
    "line": frozenset({"LineString"}),
    "lines": frozenset({"LineString", "MultiLineString"}),
    "polygon": frozenset({"Polygon", "MultiPolygon"}),
}


@dataclass(frozen=True)
class Column:
    """One column: what it holds, whether it may be missing, and its allowed range."""

    kind: Kind
    missing: bool = False
    minimum: float | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Contract of one table: its name, key and columns, and the geometry it carries."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, Column] = field(default_factory=dict)
    geometry: Geometry | None = None


TEXT = Column("text")
TEXT_OR_MISSING = Column("text", missing=True)
FLAG = Column("flag")
FLAG_OR_MISSING = Column("flag", missing=True)
YEAR_OR_MISSING = Column("year", missing=True, minimum=1800)
COUNT_OR_MISSING = Column("number", missing=True, minimum=0)
