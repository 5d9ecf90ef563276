"""Figures of each origin: the shown ones as columns beside its position, all as a long table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.profile.figures import SITUATION
from htkgis.profile.jobs import HIGH, JOBS, LOW
from htkgis.profile.rounding import plain, shown_values
from htkgis.quantities import ADULT

from .figure_table import why_missing

FLAGS = ("lower_bound", "upper_bound", "hidden")
"""Columns of access that decide what is shown of a figure, beside its value and unit."""
ODDS = (False, True)
_NOTHING = np.array(None, dtype=object)


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
    adults = access[(access["lens"] == ADULT) & (access["state"] == state)]
    own = of_origins(adults, origins)
    unit, units = pd.factorize(own["unit"])
    limit_min = np.array([limits.of(each) for each in units])[unit]
    key = own["limit_min"].isna() | (own["limit_min"].to_numpy(dtype="float64") == limit_min)
    told = own[key]
    told = told.assign(value=_shown(told, rounding))
    columns = _by_case(told, pd.Index(origins["id"]), state)
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
    why = np.array(
        [why_missing(said, str(one), hidden=few) for one in units for said in ODDS for few in ODDS],
        dtype=object,
    )
    # pandas looks at every row of a column that is made of one text
    quarter = pd.Series([profile["quarter"]["id"]]).repeat(len(own)).set_axis(own.index)
    table = pd.DataFrame({"profile_quarter_id": quarter}).assign(
        **{name: own[name] for name in ("id", *SITUATION)},
        value=pd.Series(shown, index=own.index),
        missing=pd.Series(why[4 * unit + 2 * ~np.isnan(shown) + hidden], own.index, dtype="object"),
        bound=pd.Series(_ends()[2 * cut + beyond], own.index, dtype="object"),
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


def _by_case(access: pd.DataFrame, ids: pd.Index, state: int) -> dict[str, Any]:
    """Set the rows of each case beside the origins: its columns by name, in the order of cases."""
    number = access.groupby(SITUATION, sort=False, dropna=False).ngroup().to_numpy()
    cases, first_rows = np.unique(number, return_index=True)
    rows = np.full((len(cases), len(ids)), -1)
    rows[number, ids.get_indexer(pd.Index(access["id"]))] = np.arange(len(access))
    heads = access[SITUATION].iloc[first_rows].itertuples(index=False, name=None)
    facts = _Facts(
        access["value"].to_numpy(dtype="float64", na_value=np.nan),
        _texts(access["to_id"]),
        *(access[name].to_numpy(dtype=bool) for name in FLAGS),
    )
    columns: dict[str, Any] = {}
    for head, own in zip(heads, rows, strict=True):
        case = dict(zip(SITUATION, map(plain, head), strict=True))
        columns |= _figure_columns(case, facts.of(own), state)
    return columns


class _Facts(NamedTuple):
    """What is known of each of some figures: value, place, bounds, and whether it is hidden."""

    value: npt.NDArray[np.float64]
    places: npt.NDArray[np.object_]
    cut: npt.NDArray[np.bool_]
    beyond: npt.NDArray[np.bool_]
    hidden: npt.NDArray[np.bool_]

    def of(self, rows: npt.NDArray[np.intp]) -> _Facts:
        """Pick rows; of -1 nothing is known."""
        there = rows >= 0
        return _Facts(
            np.where(there, self.value[rows], np.nan),
            np.where(there, self.places[rows], _NOTHING),
            *(there & flag[rows] for flag in (self.cut, self.beyond, self.hidden)),
        )


def _texts(column: pd.Series) -> npt.NDArray[np.object_]:
    """List texts as they are, None where one is missing."""
    found = column.to_numpy(dtype=object)
    return np.where(column.isna().to_numpy(dtype=bool), _NOTHING, found)


def _figure_columns(case: Mapping[str, Any], found: _Facts, state: int) -> dict[str, Any]:
    """Values of one case by origin; place, bound and why a value is missing where any is."""
    name = column_name(case, shown_state=state)
    columns: dict[str, Any] = {name: found.value}
    if any(place is not None for place in found.places):
        columns[f"{name}_place"] = found.places.tolist()
    if found.cut.any() or found.beyond.any():
        columns[f"{name}_bound"] = _ends()[2 * found.cut + found.beyond].tolist()
    unknown = np.isnan(found.value)
    if unknown.any() or found.hidden.any():
        why = np.array(
            [why_missing(said, case["unit"], hidden=few) for said in ODDS for few in ODDS],
            dtype=object,
        )
        columns[f"{name}_missing"] = why[2 * ~unknown + found.hidden].tolist()
    return columns


def _ends() -> npt.NDArray[np.object_]:
    """List the kinds of bounds, by twice whether a search was cut and whether it is beyond."""
    return np.array([_bound(cut=met, beyond=later) for met in ODDS for later in ODDS], dtype=object)


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
