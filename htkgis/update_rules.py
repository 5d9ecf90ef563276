"""What a study decides of unattended runs: what is trusted unseen, and how far back one can go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .quantities import Decision, Distance, Part, Quantity


class KeptFunctions(Quantity):
    """Functions of places, by name."""

    value: tuple[str, ...]
    unit: Literal["functions"]


class UpdateRules(Decision):
    """How far a new version may differ before it is held back for somebody to look at.

    Parameters
    ----------
    lost
        Part of the rows that may be gone.
    moved
        Metres that a point may have moved.
    reshaped
        Part of an outline that may be another, and part of a line's length.
    emptied
        Part of the rows of which a value may be missing that was there.
    overlapping
        Part of an outline that may lie over another, where it did not before.
    keep
        Functions of which no place may be gone or closed.
    """

    lost: Part
    moved: Distance
    reshaped: Part
    emptied: Part
    overlapping: Part
    keep: Annotated[KeptFunctions | None, Field(exclude_if=lambda own: own is None)] = None


class EditionCount(Quantity):
    """A number of editions."""

    value: Annotated[int, Field(ge=1, le=1000)]
    unit: Literal["editions"]


class YearCount(Quantity):
    """A number of years."""

    value: Annotated[int, Field(ge=0, le=100)]
    unit: Literal["years"]


class EditionRules(Decision):
    """How many published sets are kept.

    Parameters
    ----------
    keep
        The last so many, the one that stands among them.
    years
        Of so many years before this one, the last of each year besides; none where missing.
    """

    keep: EditionCount
    years: YearCount | None = None
