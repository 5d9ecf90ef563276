"""Figures of each origin: the shown ones as columns beside its position, all as a long table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.profile.figures import SITUATION
from htkgis.profile.jobs import HIGH, JOBS, LOW
from htkgis.profile.rounding import plain, plain_list, shown_values
from htkgis.quantities import ADULT

from .figure_table import why_missing

FLAGS = ("lower_bound", "upper_bound", "hidden")
"""Columns of access that decide what is shown of a figure, beside its value and unit."""
ODDS = (False, True)


@dataclass(frozen=True)
class KeyLimits:
    """Limits of which an origin has columns; minutes.

    ``everyday_min`` of places, ``commute_min`` of jobs.
    """

    everyday_min: float
    commute_min: float

    def of(self, unit: str) -> float:
        """Limit of the figures of a unit.

        Examples
        --------
        >>> KeyLimits(15.0, 30.0).of("jobs"), KeyLimits(15.0, 30.0).of("places")
        (30.0, 15.0)
        """
        return self.commute_min if unit == JOBS else self.everyday_min


def origins_in_short(
    profile: Mapping[str, Any],
    access: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    limits: KeyLimits,
) -> gpd.GeoDataFrame:
    """Put what a map of the origins is made of beside them, a column each.

    Only of adults, of the year that the page shows, and within one limit: all figures are
    more than a thousand, and no program shows so many columns. The rest is in
    :func:`origin_figures`.

    Returns
    -------
    origins
        With one column per figure, one for the place where it names one, bounds, and why a
        value is missing.
    """
    rounding = profile["assumptions"]["job_rounding"]
    state = profile["study"]["state"]
    columns: dict[str, Any] = {}
    adults = access[(access["lens"] == ADULT) & (access["state"] == state)]
    own = of_origins(adults, origins)
    unit, units = pd.factorize(own["unit"])
    limit_min = np.array([limits.of(each) for each in units])[unit]
    key = own["limit_min"].isna() | (own["limit_min"].to_numpy(dtype="float64") == limit_min)
    told = own[key]
    told = told.assign(value=_shown(told, rounding))
    for case, by_origin in _by_case(told).items():
        known = dict(zip(SITUATION, case, strict=True))
        columns |= _figure_columns(known, by_origin, list(origins["id"]), state)
    wide = pd.DataFrame(columns, index=origins.index)
    facts = origins.drop(columns=["layer"], errors="ignore")
    return gpd.GeoDataFrame(pd.concat([facts, wide], axis=1), crs=origins.crs)


def origin_figures(
    profile: Mapping[str, Any], access: pd.DataFrame, origins: pd.DataFrame
) -> pd.DataFrame:
    """List every figure of a quarter's origins, rounded as the page rounds.

    Parameters
    ----------
    profile
        Of the quarter.
    access
        Contract ``ACCESS``.
    origins
        Those of the quarter; only ``id`` is read.

    Returns
    -------
    figures
        One row each: ``profile_quarter_id``, ``id`` of the origin, the case (measure, function,
        mode, limit, percentile and departure of public transport, lens, state), ``value`` in
        ``unit``, ``missing`` (why there is none: ``hidden``, ``not_reached`` or ``unknown``),
        ``bound`` (``at_least``, ``at_most`` or missing) and ``place_id`` of the nearest place
        where the figure names one.
    """
    rounding = profile["assumptions"]["job_rounding"]
    own = of_origins(access, origins)
    shown = _shown(own, rounding)
    # there are few kinds of bounds and of reasons, and a row for every figure of every origin
    unit, units = pd.factorize(own["unit"])
    cut, beyond, hidden = (own[name].to_numpy(dtype=bool) for name in FLAGS)
    ends = np.array([_bound(cut=met, beyond=later) for met in ODDS for later in ODDS], dtype=object)
    why = np.array(
        [why_missing(said, str(one), hidden=few) for one in units for said in ODDS for few in ODDS],
        dtype=object,
    )
    table = pd.DataFrame({"profile_quarter_id": profile["quarter"]["id"]}, index=own.index).assign(
        **{name: own[name] for name in ("id", *SITUATION)},
        value=pd.Series(shown, index=own.index),
        missing=pd.Series(why[4 * unit + 2 * ~np.isnan(shown) + hidden], own.index, dtype="object"),
        bound=pd.Series(ends[2 * cut + beyond], own.index, dtype="object"),
        place_id=own["to_id"],
    )
    return table[[*(name for name in table.columns if name != "unit"), "unit"]].reset_index(
        drop=True
    )


def of_origins(access: pd.DataFrame, origins: pd.DataFrame) -> pd.DataFrame:
    """Pick the rows of some origins; the table itself where there are no others."""
    own = access["id"].isin(origins["id"])
    return access if own.all() else access[own]


def _shown(access: pd.DataFrame, rounding: int) -> npt.NDArray[np.float64]:
    """Round each figure as the page rounds it."""
    known = access["value"].to_numpy(dtype="float64", na_value=np.nan)
    cut = access["lower_bound"].to_numpy(dtype=bool)
    return shown_values(known, access["unit"], cut, job_rounding=rounding)


def _bound(*, cut: bool, beyond: bool) -> str | None:
    return "at_least" if cut else "at_most" if beyond else None


def _by_case(access: pd.DataFrame) -> dict[tuple[Any, ...], dict[str, tuple[Any, ...]]]:
    """Sort the rows by case and origin in one pass: value, place, bounds, whether hidden."""
    facts = ["id", "value", "to_id", "lower_bound", "upper_bound", "hidden"]
    table = pd.DataFrame(access[[*SITUATION, *facts]])
    numbers = table.groupby(SITUATION, sort=False, dropna=False).ngroup().to_numpy()
    _, first_rows = np.unique(numbers, return_index=True)
    by_number: list[dict[str, tuple[Any, ...]]] = [{} for _ in first_rows]
    for number, key, *row in zip(
        numbers.tolist(), *(plain_list(table[name]) for name in facts), strict=True
    ):
        by_number[number][key] = tuple(row)
    heads = table[SITUATION].iloc[first_rows].itertuples(index=False, name=None)
    return {
        tuple(plain(value) for value in head): by_origin
        for head, by_origin in zip(heads, by_number, strict=True)
    }


def _figure_columns(
    case: Mapping[str, Any],
    by_origin: Mapping[str, tuple[Any, ...]],
    ids: list[str],
    state: int,
) -> dict[str, Any]:
    """Values of one case by origin; place, bound and why a value is missing where any is."""
    name = column_name(case, shown_state=state)
    found = [by_origin.get(key, (math.nan, None, False, False, False)) for key in ids]
    columns: dict[str, Any] = {name: np.array([value for value, *_ in found], dtype="float64")}
    places = [plain(place) for _, place, *_ in found]
    if any(place is not None for place in places):
        columns[f"{name}_place"] = places
    bounds = [_bound(cut=cut, beyond=beyond) for _, _, cut, beyond, _ in found]
    if any(bounds):
        columns[f"{name}_bound"] = bounds
    missing = [
        why_missing(not math.isnan(value), case["unit"], hidden=bool(hidden))
        for value, *_, hidden in found
    ]
    if any(missing):
        columns[f"{name}_missing"] = missing
    return columns


def column_name(case: Mapping[str, Any], *, shown_state: int) -> str:
    """Name a column by everything that tells its figure from the others.

    Examples
    --------
    >>> case = {"mode": "walk", "measure": "cumulative", "function": "public space",
    ...         "limit_min": 15.0, "percentile": None, "departure": None, "lens": "adult",
    ...         "state": 2017, "unit": "places"}
    >>> column_name(case, shown_state=2026)
    'walk_cumulative_public_space_15min_places_2017'
    """
    function = case["function"]
    if case["measure"] in {JOBS, LOW, HIGH} and not pd.isna(function):
        function = f"sector_{function}"  # a sector called "low" is no low end
    limit, percentile, lens = case["limit_min"], case["percentile"], case["lens"]
    parts = [
        case["mode"],
        case["measure"],
        function,
        None if pd.isna(limit) else f"{limit:g}min",
        None if pd.isna(percentile) else f"p{percentile:g}",
        case["departure"],
        None if lens == ADULT else lens,
        case["unit"],
        None if case["state"] == shown_state else case["state"],
    ]
    return "_".join(str(part).replace(" ", "_") for part in parts if not pd.isna(part))
