"""Shares of persons: areas beside the municipality and its districts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import share_within
from htkgis.catalog import Catalog
from htkgis.loaders.boundaries import read_districts
from htkgis.loaders.housing import read_address_points
from htkgis.loaders.population import read_population
from htkgis.network import TravelTimes, border_times, graph_from_arrays, snap, street_times
from htkgis.scenario import persons_per_address
from htkgis.schema import SHARES, check
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds, minutes

from .layers import coverage, measured_in, one
from .measures import snapping

MODE = "walk"


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
    cells, report = read_population(catalog, one(catalog, "population"), crs=crs)
    persons = persons_per_address(inside, cells, inside=outline)
    reports = [report.record()]
    districts = gpd.GeoDataFrame({"id": [], "name": []}, geometry=[], crs=crs)
    if catalog.by_role("districts"):
        districts, districts_report = read_districts(catalog, one(catalog, "districts"), crs=crs)
        reports.append(districts_report.record())
    residents = inside[["id", "geometry"]].assign(
        persons=persons.to_numpy(),
        area_id=_within(inside, areas),
        district_id=_within(inside, districts),
    )
    return {
        "residents": _typed(residents),
        "districts": districts[["id", "name", "geometry"]],
        "resident_reports": reports,
    }


def _typed(residents: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kinds = {"id": object, "persons": "float64", "area_id": object, "district_id": object}
    return residents.astype(kinds)


def _within(points: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Id of the first outline that holds each point; None outside all."""
    found = np.full(len(points), None, dtype=object)
    for row in outlines.iloc[::-1].itertuples():
        found[points.within(row.geometry).to_numpy()] = row.id
    return found


def measure_shares(
    arrays: Arrays,
    residents: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    *,
    study: Study,
    catalog: Catalog,
) -> dict[str, Any]:
    """Measure which share of persons reaches each function within each limit.

    Returns
    -------
    shares
        Contract ``SHARES``: areas, municipality and districts, per function and limit. A share is
        a lower bound where persons who do not reach the function met the border of the data.
    """
    if residents.empty:
        return {"shares": pd.DataFrame(columns=list(SHARES.columns))}
    graph = graph_from_arrays(arrays)
    year = study.study.state.value
    measured = places[places[measured_in(year)] & (places["unit"] != "jobs")]
    limits = study.limits.catchment.value
    homes = snap(graph, residents, **snapping(study))
    times = street_times(
        graph, homes, snap(graph, measured, **snapping(study)), limit_ds=deciseconds(max(limits))
    )
    covered = coverage(catalog, "places", streets, municipality)
    border_ds = border_times(graph, homes, covered)
    units = list(_units(residents, areas, districts, municipality))
    rows = []
    for function in study.functions.measured:
        chosen = (measured["function"] == function).to_numpy()
        if not chosen.any():
            continue
        nearest_ds = _nearest_ds(times, chosen)
        for limit in limits:
            cut = (border_ds <= deciseconds(limit)) & (nearest_ds > deciseconds(limit))
            for unit, rows_of_unit in units:
                rows.append(
                    unit
                    | _share(residents["persons"], nearest_ds, cut, rows_of_unit, limit)
                    | {"function": function, "mode": MODE, "state": year}
                )
    table = pd.DataFrame(rows, columns=list(SHARES.columns))
    return {"shares": check(table.astype({"lower_bound": bool}), SHARES)}


def _nearest_ds(times: TravelTimes, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Deciseconds from each origin to the nearest of the chosen destinations."""
    nearest = np.full(len(times.from_ids), UNREACHED, dtype=np.int64)
    pairs = chosen[times.to_index]
    np.minimum.at(nearest, times.from_index[pairs], times.time_ds[pairs])
    return nearest


def _share(
    persons: pd.Series,
    nearest_ds: npt.NDArray[np.int64],
    cut: npt.NDArray[np.bool_],
    own: npt.NDArray[np.bool_],
    limit_min: float,
) -> dict[str, Any]:
    reached = np.where(nearest_ds < UNREACHED, minutes(nearest_ds), np.nan)
    weights = persons[own]
    share = share_within(pd.Series(reached[own], index=weights.index), weights, limit_min=limit_min)
    met = bool((cut[own] & (weights.to_numpy() > 0)).any())
    return {
        "limit_min": float(limit_min),
        "share": share,
        "persons": float(weights.sum()),
        "lower_bound": met,
    }


def _units(
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
