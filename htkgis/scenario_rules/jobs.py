"""Edits of jobs: new ones at a point, or another number of them at a place that has some."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .edit import Edit, Fact, Name, Placed, Text

Jobs = Annotated[float, Field(gt=0)]


class AddJobs(Placed):
    """New jobs at a point. They come on top of those of the layer, or of the modelled total.

    Parameters
    ----------
    jobs
        Their number. Jobs that only move are taken from where they were with ``change_jobs``.
    sector
        One that the layer of jobs knows; none where it knows none.
    """

    kind: Literal["add_jobs"]
    id: Name
    name: Text | None = None
    name_en: str | None = None
    jobs: Jobs
    sector: Text | None = None

    @property
    def touches(self) -> str:
        """The jobs, a place like others."""
        return f"place {self.id}"

    @property
    def told(self) -> tuple[Fact, ...]:
        """Their number."""
        return (Fact("jobs", self.jobs),)


class ChangeJobs(Edit):
    """Another number of jobs at a zone, a workplace or a cell of modelled jobs.

    Where all of them go, ``close_place`` says so.
    """

    kind: Literal["change_jobs"]
    place: Text
    jobs: Jobs

    @property
    def touches(self) -> str:
        """The number of jobs at the place."""
        return f"the jobs of place {self.place}"

    @property
    def subject(self) -> str:
        """The place, which the layer has a name for."""
        return self.place

    @property
    def told(self) -> tuple[Fact, ...]:
        """Their number."""
        return (Fact("jobs", self.jobs),)
