"""Shares of persons: areas beside the municipality and its districts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.quantiles import quantiles_of
from htkgis.catalog import Catalog
from htkgis.loaders.boundaries import read_districts
from htkgis.loaders.housing import read_address_points
from htkgis.loaders.population import read_population
from htkgis.network import border_times, graph_from_arrays, nearest_times
from htkgis.scenario import persons_per_address
from htkgis.scenario.home_edits import ids_around
from htkgis.schema import DISTRIBUTION, SHARES, Table, check
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds, minutes

from .layers import coverage, one
from .snapped import of_places, on_streets

PERCENTS = (10, 50, 90)
"""Of the persons, within whose minutes the distribution is told."""


def load_residents(
    municipality: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, study: Study, catalog: Catalog
) -> dict[str, Any]:
    """Load addresses with the persons of the census cells, and the districts they lie in.

    Returns
    -------
    residents
        ``id``, ``persons``, ``area_id`` and ``district_id`` (missing outside any), points; no
        rows where the catalog has no addresses or no population.
    districts
        Contract ``DISTRICTS``; no rows where the catalog has none.
    resident_reports
        What was read.
    """
    crs = study.study.crs
    if not (catalog.by_role("addresses") and catalog.by_role("population")):
        nobody: dict[str, list[Any]] = {"id": [], "persons": [], "area_id": [], "district_id": []}
        return {
            "residents": _typed(gpd.GeoDataFrame(nobody, geometry=[], crs=crs)),
            "districts": gpd.GeoDataFrame({"id": [], "name": []}, geometry=[], crs=crs),
            "resident_reports": [],
        }
    addresses, _ = read_address_points(catalog, one(catalog, "addresses"), crs=crs)
    outline = municipality.geometry.iloc[0]
    inside = addresses[addresses.within(outline)].sort_values("id").reset_index(drop=True)
    cells, report = read_population(catalog, one(catalog, "population"), crs=crs, within=outline)
    persons = persons_per_address(inside, cells, inside=outline)
    reports = [report.record()]
    districts = gpd.GeoDataFrame({"id": [], "name": []}, geometry=[], crs=crs)
    if catalog.by_role("districts"):
        districts, districts_report = read_districts(catalog, one(catalog, "districts"), crs=crs)
        reports.append(districts_report.record())
    residents = inside[["id", "geometry"]].assign(
        persons=persons.to_numpy(),
        area_id=ids_around(inside, areas),
        district_id=ids_around(inside, districts),
    )
    return {
        "residents": _typed(residents),
        "districts": districts[["id", "name", "geometry"]],
        "resident_reports": reports,
    }


def take_homes(residents: gpd.GeoDataFrame) -> dict[str, Any]:
    """Take where people live, whatever their number is: ``homes``, with ``id``."""
    return {"homes": residents[["id", "geometry"]]}


def _typed(residents: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kinds = {"id": object, "persons": "float64", "area_id": object, "district_id": object}
    return residents.astype(kinds)


def measure_resident_times(
    arrays: Arrays,
    residents: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    at_homes: Arrays,
    at_functions: Arrays,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
) -> dict[str, Any]:
    """Measure by one mode how far each resident is from the nearest place of each function.

    Parameters
    ----------
    arrays
        Graph of the mode.
    residents
        As :func:`load_residents` gives them.
    places
        In the state that is shown.
    streets
        Or their hull.
    at_homes, at_functions
        Where residents and places lie on the streets, as
        :func:`htkgis.pipeline.snapped.set_on_streets` gives them.

    Returns
    -------
    outputs
        ``<mode>_resident_times``: ``id``, ``border_ds``, and deciseconds to the nearest place by
        function, ``UNREACHED`` where there is none; a function without a place has no column.
    """
    times: dict[str, Any] = {"id": residents["id"].to_numpy(dtype=object)}
    if not residents.empty:
        graph = graph_from_arrays(arrays)
        homes, functions = on_streets(graph, at_homes, residents), on_streets(graph, at_functions)
        covered = coverage(catalog, "places", streets, municipality)
        times["border_ds"] = border_times(graph, homes, covered)
        limit_ds = deciseconds(study.modes[mode].search.value)
        for function, own in _places_by_function(places, study):
            targets = of_places(functions, own["id"])
            times[function] = nearest_times(graph, homes, targets, limit_ds=limit_ds)
    return {f"{mode}_resident_times": pd.DataFrame(times)}


def measure_shares(
    times: pd.DataFrame,
    residents: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    *,
    study: Study,
    mode: str,
) -> dict[str, Any]:
    """Measure by one mode which persons reach each function, and within how many minutes.

    Parameters
    ----------
    times
        As :func:`measure_resident_times` gives them.
    residents, districts
        As :func:`load_residents` gives them.

    Returns
    -------
    outputs
        ``<mode>_shares`` (contract ``SHARES``) and ``<mode>_distribution`` (contract
        ``DISTRIBUTION``): areas, municipality and districts, per function; no rows where there
        are no residents. A share is a lower bound where persons who do not reach the function
        met the border of the data, a quantile an upper bound where it would be less if the
        function stood just beyond.
    """
    shares: list[dict[str, Any]] = []
    distribution: list[dict[str, Any]] = []
    if not residents.empty:
        border_ds = times["border_ds"].to_numpy()
        persons = residents["persons"].to_numpy(dtype="float64")
        units = list(units_of(residents, areas, districts, municipality))
        searched_min, limits = study.modes[mode].search.value, study.limits.catchment.value
        for function in [name for name in study.functions.measured if name in times]:
            nearest_ds = times[function].to_numpy()
            case = {"function": function, "mode": mode, "state": study.study.state.value}
            for unit, inside in units:
                group = Persons(persons[inside], nearest_ds[inside], border_ds[inside])
                about = unit | case | {"persons": float(group.persons.sum())}
                shares += [about | within_limit(group, limit) for limit in limits]
                distribution.append(about | spread_of(group, searched_min))
    return {
        f"{mode}_shares": _table(shares, SHARES),
        f"{mode}_distribution": _table(distribution, DISTRIBUTION),
    }


def _places_by_function(
    places: gpd.GeoDataFrame, study: Study
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Functions that have places today, in the order of the study, with their places."""
    counted = places[places["measured"] & (places["unit"] != "jobs")]
    for function in study.functions.measured:
        own = counted[counted["function"] == function]
        if len(own):
            yield function, own


def _table(rows: list[dict[str, Any]], contract: Table) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(contract.columns))
    return check(table, contract) if rows else table


class Persons(NamedTuple):
    """Persons of a unit by address, with deciseconds to the nearest place and to the border."""

    persons: npt.NDArray[np.float64]
    nearest_ds: npt.NDArray[np.int64]
    border_ds: npt.NDArray[Any]


def within_limit(group: Persons, limit_min: float) -> dict[str, Any]:
    """Give the share of persons within a limit, and whether it is a lower bound.

    Examples
    --------
    Of 100 persons 40 have 5 minutes; 60 have 20, of whom 10 meet the border after 12:

    >>> group = Persons(np.array([40.0, 50.0, 10.0]), np.array([3000, 12000, 12000]),
    ...                 np.array([6000, 12600, 7200]))
    >>> within_limit(group, 15)
    {'limit_min': 15.0, 'share': 0.4, 'lower_bound': True}
    """
    limit_ds = deciseconds(limit_min)
    within = group.nearest_ds <= limit_ds
    cut = (group.border_ds <= limit_ds) & ~within & (group.persons > 0)
    share = _share(group, within)
    return {"limit_min": float(limit_min), "share": share, "lower_bound": bool(cut.any())}


def _share(group: Persons, within: npt.NDArray[np.bool_]) -> float:
    """Give the share of share_within to the last bit, without a table for each of thousands."""
    total = group.persons.sum()
    return float(group.persons[within].sum() / total) if total > 0 else float("nan")


def spread_of(group: Persons, searched_min: float) -> dict[str, Any]:
    """Give the minutes of 10, 50 and 90 percent, and whether they are upper bounds.

    A place that is not known of may stand just beyond the border. Where the quantile were less
    with one there, it is an upper bound.
    """
    sooner_ds = np.minimum(group.nearest_ds, group.border_ds)
    parts = [percent / 100 for percent in PERCENTS]
    known = least = quantiles_of(_minutes(group.nearest_ds), group.persons, parts)
    if not np.array_equal(sooner_ds, group.nearest_ds):  # somebody meets the border sooner
        least = quantiles_of(_minutes(sooner_ds), group.persons, parts)
    reached = _share(group, group.nearest_ds <= deciseconds(searched_min))
    spread: dict[str, Any] = {
        "searched_min": float(searched_min),
        # sums of weights in another order may be a little above their total
        "unreached_share": float(np.clip(1 - reached, 0, 1)),
    }
    for percent, minute, sooner in zip(PERCENTS, known.tolist(), least.tolist(), strict=True):
        spread[f"p{percent}_min"] = minute
        spread[f"p{percent}_upper_bound"] = bool(sooner < minute)
    return spread


def _minutes(time_ds: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Minutes; missing where not reached."""
    return np.where(time_ds < UNREACHED, minutes(time_ds), np.nan)


def units_of(
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
) -> Iterator[tuple[dict[str, Any], npt.NDArray[np.bool_]]]:
    """Areas, then the municipality, then the districts, with the residents of each."""
    for row in areas.itertuples():
        own = residents["area_id"].eq(row.id).to_numpy(dtype=bool)
        yield {"unit_id": row.id, "unit_kind": "area", "name": row.name}, own
    whole = municipality.iloc[0]
    everyone = np.ones(len(residents), dtype=bool)
    yield (
        {"unit_id": whole["id"], "unit_kind": "municipality", "name": whole["name"]},
        everyone,
    )
    for row in districts.itertuples():
        own = residents["district_id"].eq(row.id).to_numpy(dtype=bool)
        yield {"unit_id": row.id, "unit_kind": "district", "name": row.name}, own
