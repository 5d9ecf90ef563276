"""Jobs per resident in a profile: an area beside the municipality, with the persons behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from .disclosure import SmallNumbers
from .rounding import plain

KINDS: dict[str, Any] = {
    "id": "object",
    "area_id": "object",
    "persons": "float64",
    "limit_min": "float64",
    "jobs_per_resident": "float64",
    "edge": "bool",
}
"""Columns of what is measured, and their types."""
MUNICIPALITY = "municipality"
DECIMALS = 2
"""Of jobs per resident: with more, one home could be told from another."""
NOT_MEASURED = "competition.not_measured"

Figures = dict[str, Any]


def competition_part(measured: pd.DataFrame, area_id: str, rules: SmallNumbers) -> dict[str, Any]:
    """Set the jobs per resident of an area beside those of all residents.

    Parameters
    ----------
    measured
        ``KINDS`` and ``mode``: jobs per resident at each address, as
        :func:`htkgis.pipeline.competition.share_jobs` gives them.
    area_id
        Which area.
    rules
        What few means: of so few persons nothing is told.

    Returns
    -------
    part
        ``missing`` (why there is nothing, or None) and ``rows``, per mode and limit: ``area`` and
        ``municipality``, each with ``mean`` (over persons), ``median`` (half of the persons have
        at most so many), ``persons`` with a value, ``edge`` and ``hidden``. None is not known,
        nobody, or hidden.

    Examples
    --------
    90 persons of x have 0.5 jobs each, 10 have 1.5; nobody else lives there:

    >>> table = pd.DataFrame({"id": ["a", "b"], "area_id": "x", "persons": [90.0, 10.0],
    ...     "limit_min": 30.0, "jobs_per_resident": [0.5, 1.5], "edge": False, "mode": "bike"})
    >>> part = competition_part(table, "x", SmallNumbers(20, 3, 5, (0.01,)))
    >>> part["rows"][0]["area"]
    {'mean': 0.6, 'median': 0.5, 'persons': 100, 'edge': False, 'hidden': False}
    """
    if measured.empty:
        return {"missing": NOT_MEASURED, "rows": []}
    return {"missing": None, "rows": list(_rows(measured, area_id, rules))}


def _rows(measured: pd.DataFrame, area_id: str, rules: SmallNumbers) -> Iterator[Figures]:
    for (mode, limit), own in measured.groupby(["mode", "limit_min"], sort=False):
        here = own[own["area_id"].eq(area_id)]
        yield {
            "mode": mode,
            "limit_min": plain(limit),
            "area": unit_figures(here, rules),
            MUNICIPALITY: unit_figures(own, rules),
        }


def unit_figures(
    own: pd.DataFrame, rules: SmallNumbers, *, decimals: int | None = DECIMALS
) -> Figures:
    """Sum up the homes of a unit: mean and median over persons, how many, and the bound.

    With ``decimals`` None the numbers are those that were measured, which nobody may be told.
    """
    known = own[own["jobs_per_resident"].notna() & own["persons"].gt(0)]
    persons = known["persons"].to_numpy(dtype="float64")
    hidden = bool(rules.are_few(persons.sum()) and persons.sum() > 0)
    if hidden or not len(known):
        empty = None if hidden else 0
        return {"mean": None, "median": None, "persons": empty, "edge": False, "hidden": hidden}
    value = known["jobs_per_resident"].to_numpy(dtype="float64")
    order = np.argsort(value, kind="stable")
    held = np.cumsum(persons[order])
    middle = value[order][np.searchsorted(held, held[-1] / 2)]
    return {
        "mean": _rounded(float(persons @ value / persons.sum()), decimals),
        "median": _rounded(float(middle), decimals),
        "persons": round(float(persons.sum())),
        "edge": bool(known["edge"].any()),
        "hidden": False,
    }


def _rounded(value: float, decimals: int | None) -> float:
    return value if decimals is None else round(value, decimals)
