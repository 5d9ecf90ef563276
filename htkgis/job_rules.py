"""What a study decides of jobs: how they are spread over buildings, and how they are rounded."""

from __future__ import annotations

from .quantities import Decision, Density, Distance, JobCount


class JobRules(Decision):
    """How jobs are spread where there are no zones, and how figures of them are published."""

    total: JobCount
    cell: Distance
    rounding: JobCount
    densities: dict[str, Density]
