"""Jobs per resident in a profile: an area beside the municipality, with the persons behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.sums import weighted_sum

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

Floats = npt.NDArray[np.float64]
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
    return competition_parts(measured, [area_id], rules)[area_id]


def competition_parts(
    measured: pd.DataFrame, area_ids: Sequence[str], rules: SmallNumbers
) -> dict[str, dict[str, Any]]:
    """Set the jobs per resident of several areas beside those of all, as of one.

    Parameters
    ----------
    measured, rules
        As :func:`competition_part` takes them.
    area_ids
        Which areas.

    Returns
    -------
    parts
        By area, as :func:`competition_part` gives them.
    """
    if measured.empty:
        return {area: {"missing": NOT_MEASURED, "rows": []} for area in area_ids}
    rows: dict[str, list[Figures]] = {area: [] for area in area_ids}
    for (mode, limit), own in measured.groupby(["mode", "limit_min"], sort=False):
        case = {"mode": mode, "limit_min": plain(limit)}
        whole = unit_figures(own, rules)
        for area, listed in rows.items():
            here = unit_figures(own[own["area_id"].eq(area)], rules)
            listed.append({**case, "area": here, MUNICIPALITY: dict(whole)})
    return {area: {"missing": None, "rows": listed} for area, listed in rows.items()}


def unit_figures(
    own: pd.DataFrame, rules: SmallNumbers, *, decimals: int | None = DECIMALS
) -> Figures:
    """Sum up the homes of a unit: mean and median over persons, how many, and the bound.

    With ``decimals`` None the numbers are those that were measured, which nobody may be told.
    """
    persons, value = (
        own[name].to_numpy(dtype="float64") for name in ("persons", "jobs_per_resident")
    )
    return home_figures(persons, value, own["edge"].to_numpy(), rules, decimals=decimals)


def home_figures(
    persons: Floats,
    value: Floats,
    edge: npt.NDArray[np.bool_],
    rules: SmallNumbers,
    *,
    decimals: int | None = DECIMALS,
) -> Figures:
    """Sum up homes that lie in arrays as :func:`unit_figures` does a table of them.

    Examples
    --------
    >>> found = home_figures(np.array([90.0, 10.0]), np.array([0.5, 1.5]), np.zeros(2, bool),
    ...                      SmallNumbers(20, 3, 5, (0.01,)))
    >>> found["mean"], found["median"], found["persons"]
    (0.6, 0.5, 100)
    """
    known = ~np.isnan(value) & (persons > 0)
    persons, value = persons[known], value[known]
    hidden = bool(rules.are_few(persons.sum()) and persons.sum() > 0)
    if hidden or not len(persons):
        empty = None if hidden else 0
        return {"mean": None, "median": None, "persons": empty, "edge": False, "hidden": hidden}
    order = np.argsort(value, kind="stable")
    held = np.cumsum(persons[order])
    middle = value[order][np.searchsorted(held, held[-1] / 2)]
    return {
        "mean": _rounded(weighted_sum(persons, value) / float(persons.sum()), decimals),
        "median": _rounded(float(middle), decimals),
        "persons": round(float(persons.sum())),
        "edge": bool(np.any(edge[known])),
        "hidden": False,
    }


def _rounded(value: float, decimals: int | None) -> float:
    return value if decimals is None else round(value, decimals)
