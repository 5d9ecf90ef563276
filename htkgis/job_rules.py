"""What a study decides of jobs: how they are spread over buildings, and how they are rounded."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .quantities import Decision, Density, Distance, JobCount

NOTHING = Field(exclude_if=lambda own: own is None)


class JobRules(Decision):
    """How figures of jobs are published, and how a total is spread where there are no zones.

    ``total``, ``cell`` and ``densities`` stand together, or none of them does: then no layer of
    land use can be used.
    """

    total: Annotated[JobCount | None, NOTHING] = None
    cell: Annotated[Distance | None, NOTHING] = None
    rounding: JobCount
    densities: Annotated[
        dict[str, Density], Field(default_factory=dict, exclude_if=lambda own: not own)
    ]

    @model_validator(mode="after")
    def _spread_by_all_or_none(self) -> Self:
        stated = {name: bool(getattr(self, name)) for name in ("total", "cell", "densities")}
        if any(stated.values()) and not all(stated.values()):
            missing = next(name for name, there in stated.items() if not there)
            raise PydanticCustomError(
                "twice",
                "jobs.{missing} is missing: total, cell and densities stand together",
                {"missing": missing},
            )
        return self
