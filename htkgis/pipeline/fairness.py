"""How fair access is: who has too little of it, beside how unequal it is, for persons at addresses.

Sufficiency comes first: how many persons are beyond a limit, and by how much. An index of
inequality says nothing of whether the least is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import gini, palma, theil_by_group
from htkgis.access.completeness import lacking
from htkgis.access.time_poverty import poverty_of
from htkgis.profile.gaps import function_limits
from htkgis.profile.rounding import plain
from htkgis.study import Study
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED, deciseconds

from .reasons import limits_of

Floats = npt.NDArray[np.float64]
REST = "rest"
"""Unit of the persons who live in none of the areas."""

DECIMALS = 6
KEYS = ("id", "border_ds")


def measure_fairness(
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    times: pd.DataFrame,
    *,
    study: Study,
    mode: str,
) -> dict[str, Any]:
    """Measure sufficiency, completeness and inequality of the persons of each area and of all.

    The state that is shown is told where the modes are joined, so that another year in which
    nothing else is another measures nothing.

    Parameters
    ----------
    residents
        ``id``, ``persons``, ``area_id`` (missing outside all areas).
    areas, municipality
        Names of the units.
    times
        By the mode: minutes of the residents as
        :func:`htkgis.pipeline.shares.measure_resident_times` gives them.

    Returns
    -------
    outputs
        ``<mode>_fairness``: None where nobody is known to live at any address; else
        ``sufficiency`` (FGT 0, 1 and 2 in minutes per function and unit), ``completeness`` (per
        unit) and ``inequality`` (of the functions within the everyday distance). Units are the
        areas, the ``rest`` of the municipality, and the municipality.
    """
    if residents.empty or not residents["persons"].sum() > 0:
        return {f"{mode}_fairness": None}
    # by number, for looking thousands of addresses up by their ids takes longer than measuring
    known = times.set_index("id").loc[residents["id"]].reset_index(drop=True)
    persons = pd.Series(residents["persons"].to_numpy(dtype="float64"))
    groups = pd.Series(residents["area_id"].to_numpy(dtype=object))
    groups = groups.where(groups.notna(), REST)
    units = list(_units(groups, areas, municipality))
    parts: dict[str, list[dict[str, Any]]] = {
        "sufficiency": [],
        "completeness": [],
        "inequality": [],
    }
    border_ds = known["border_ds"]
    minutes = {
        str(name): (known[name] / DECISECONDS_PER_MINUTE).where(known[name] < UNREACHED)
        for name in known.columns
        if name not in KEYS
    }
    if not minutes:
        return {f"{mode}_fairness": parts}
    everyday = study.profile.everyday.value
    limits = function_limits(list(minutes), limits_of(study))
    weight, met_ds = persons.to_numpy(), border_ds.to_numpy()
    times_min = {name: value.to_numpy() for name, value in minutes.items()}
    for unit, own in units:
        there = {name: value[own] for name, value in times_min.items()}
        parts["sufficiency"] += [
            unit | row for row in _sufficiency(there, weight[own], met_ds[own], limits)
        ]
        parts["completeness"].append(
            unit | _completeness(there, weight[own], met_ds[own], everyday)
        )
    parts["inequality"] += list(_inequality(minutes, persons, groups, border_ds, everyday))
    return {f"{mode}_fairness": parts}


def join_fairness(
    *by_mode: Mapping[str, Sequence[Mapping[str, Any]]] | None, modes: Sequence[str], state: int
) -> dict[str, Any]:
    """Put what was measured by each mode below each other, with the mode and the state.

    Examples
    --------
    >>> join_fairness({"inequality": [{"value": 0.3}]}, modes=["walk"], state=2026)
    {'fairness': {'inequality': [{'mode': 'walk', 'state': 2026, 'value': 0.3}]}}
    """
    parts: dict[str, list[dict[str, Any]]] = {}
    for mode, own in zip(modes, by_mode, strict=True):
        if own is None:
            return {"fairness": None}
        for part, rows in own.items():
            told = parts.setdefault(part, [])
            told += [{"mode": mode, "state": state} | dict(row) for row in rows]
    return {"fairness": parts}


def _units(
    groups: pd.Series, areas: gpd.GeoDataFrame, municipality: gpd.GeoDataFrame
) -> Iterator[tuple[dict[str, Any], npt.NDArray[np.bool_]]]:
    """List each area, the rest of the municipality, and all of it, with whose persons they are."""
    for row in areas.itertuples():
        own = groups.eq(row.id).to_numpy()
        yield {"unit_id": row.id, "unit_kind": "area", "name": row.name}, own
    whole = municipality.iloc[0]
    everyone = np.ones(len(groups), dtype=bool)
    yield {"unit_id": REST, "unit_kind": REST, "name": whole["name"]}, groups.eq(REST).to_numpy()
    yield {"unit_id": whole["id"], "unit_kind": "municipality", "name": whole["name"]}, everyone


def _sufficiency(
    minutes: Mapping[str, Floats],
    persons: Floats,
    border_ds: npt.NDArray[np.integer],
    limits: Mapping[str, float],
) -> Iterator[dict[str, Any]]:
    """Say of each function how many persons are beyond its limit, and by how much."""
    for name, limit in limits.items():
        own = minutes[name]
        reached = ~np.isnan(own)
        living = reached & (persons > 0)
        found = poverty_of(
            persons[living],
            own[living],
            limit,
            persons=float(persons[reached].sum()),
            persons_unreached=float(persons[~reached].sum()),
        )
        beyond = ~(own <= limit) & (border_ds <= deciseconds(limit)) & (persons > 0)
        yield {
            "function": name,
            "limit_min": plain(limit),
            "share": _rounded(found.share),
            "gap": _rounded(found.gap),
            "severity": _rounded(found.severity),
            "mean_shortfall_min": _rounded(found.mean_shortfall_min, 2),
            "persons_above": _rounded(found.persons_above, 1),
            "persons_unreached": _rounded(found.persons_unreached, 1),
            "persons": _rounded(found.persons, 1),
            "upper_bound": bool(beyond.any()),
        }


def _completeness(
    minutes: Mapping[str, Floats],
    persons: Floats,
    border_ds: npt.NDArray[np.integer],
    limit: float,
) -> dict[str, Any]:
    """Say how many persons have one of each function within a limit, and which are lacking."""
    found = lacking(minutes, persons, dict.fromkeys(minutes, limit))
    open_end = ~found.complete & (border_ds <= deciseconds(limit)) & (persons > 0)
    lacked = zip(sorted(minutes), found.persons_lacking, found.persons_lacking_only, strict=True)
    return {
        "limit_min": plain(limit),
        "share": _rounded(found.share),
        "persons_complete": _rounded(found.persons_complete, 1),
        "persons": _rounded(found.persons, 1),
        "lower_bound": bool(open_end.any()),
        "functions": [
            {
                "function": name,
                "persons_lacking": _rounded(some, 1),
                "persons_lacking_only": _rounded(only, 1),
            }
            for name, some, only in lacked
        ],
    }


def _inequality(
    minutes: Mapping[str, pd.Series],
    persons: pd.Series,
    groups: pd.Series,
    border_ds: pd.Series,
    limit: float,
) -> Iterator[dict[str, Any]]:
    """Measure how unequally functions within the limit are spread over all persons."""
    within = pd.DataFrame({name: value <= limit for name, value in minutes.items()})
    access = within.sum(axis=1).astype("float64").reindex(persons.index)
    open_end = (access < len(minutes)) & (border_ds <= deciseconds(limit)) & (persons > 0)
    about = {"limit_min": plain(limit), "functions": len(minutes), "edge": bool(open_end.any())}
    for name, found in (
        ("gini", gini(access, persons)),
        # nobody's income is known at an address: who has most access is set beside who has least
        ("palma", palma(access, persons, access)),
    ):
        yield about | {"measure": name, "value": _rounded(found.value)} | _counted(found)
    parts = theil_by_group(access, persons, groups)
    yield (
        about
        | {"measure": "theil", "value": _rounded(parts.value)}
        | {"within": _rounded(parts.within), "between": _rounded(parts.between)}
        | _counted(parts)
        | {
            "groups": [
                {"unit_id": str(key)} | {name: _rounded(value) for name, value in row.items()}
                for key, row in parts.groups.to_dict("index").items()
            ]
        }
    )


def _counted(found: Any) -> dict[str, Any]:
    return {
        "persons": _rounded(found.persons, 1),
        "persons_left_out": _rounded(found.persons_left_out, 1),
    }


def _rounded(value: float, decimals: int = DECIMALS) -> float | None:
    return None if pd.isna(value) else round(float(value), decimals)
