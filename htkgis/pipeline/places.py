"""From the catalog's files to the places of all layers, each with what it is in which year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, first
from htkgis.loaders.boundaries import read_municipality
from htkgis.loaders.land import read_buildings, read_land_use
from htkgis.loaders.place_corrections import read_place_corrections
from htkgis.loaders.places import (
    BUSINESS_AREA,
    joined_places,
    read_jobs,
    read_places,
    read_stations,
)
from htkgis.profile.job_disclosure import HIDDEN
from htkgis.profile.workplace_sizes import in_size_classes
from htkgis.scenario import (
    corrected_places,
    edited_jobs,
    edited_places,
    places_in_state,
    spread_jobs,
)
from htkgis.scenario_rules import Edit
from htkgis.schema import OUTLINES, PLACES, check
from htkgis.study import Study

from .heights import with_heights
from .layers import chosen, measured_in, one, small_numbers

Modelled = tuple[gpd.GeoDataFrame, list[dict[str, Any]]]
"""Jobs spread over buildings as places, and what was read for it."""


def load_places(
    catalog: Catalog,
    study: Study,
    edits: Sequence[Edit] = (),
    *,
    modelled: Modelled | None = None,
) -> dict[str, Any]:
    """Load places of all layers with their state, and whether each is exact enough to measure.

    Parameters
    ----------
    catalog, study
        Layers and decisions.
    edits
        Those of a scenario.
    modelled
        What :func:`model_jobs` gives of the same catalog and study, where it was made before.

    Raises
    ------
    ConfigError
        If a place has a function that the study does not name, or a quarter's station is not
        among the places.
    """
    crs = study.study.crs
    parts: list[gpd.GeoDataFrame] = []
    reports: list[dict[str, Any]] = []
    for role, read in (("stations", read_stations), ("places", read_places), ("jobs", read_jobs)):
        for name in catalog.by_role(role):  # type: ignore[arg-type]
            table, report = read(catalog, name, crs=crs)
            parts.append(table.assign(layer=name))
            reports.append(report.record())
    if catalog.by_role("place_corrections"):
        name = one(catalog, "place_corrections")
        corrections, corrections_report = read_place_corrections(catalog, name)
        reports.append(corrections_report.record())
        parts = [
            corrected_places(joined_places(parts, where=str(catalog.path), crs=crs), corrections)
        ]
    if catalog.by_role("land_use"):
        jobs, job_reports = modelled or model_jobs(catalog, study)
        parts.append(jobs)
        reports += job_reports
    if not parts:
        one(catalog, "places")
    places = edited_places(joined_places(parts, where=str(catalog.path), crs=crs), edits)
    places = edited_jobs(places, edits)
    places, outlines = outlines_apart(places)
    _check_functions(places, study, catalog)
    chosen(places, [q.station for q in study.quarters if q.station], "quarters.station", catalog)
    places = places_in_state(places, year=study.study.state.value)
    limit_m = study.places.max_position_accuracy.value
    places["approximate"] = places["position_accuracy_m"] > limit_m
    counted = places["function"].isin(study.functions.measured) | places["unit"].eq("jobs")
    for year in study.study.years:
        exists = places_in_state(places, year=year)["state"].eq("existing")
        places[measured_in(year)] = counted & exists & ~places["approximate"]
    places["measured"] = places[measured_in(study.study.state.value)]
    places[HIDDEN] = single = _single_workplaces(places, catalog, study)
    places = in_size_classes(places, single, small_numbers(study).workplace_sizes)
    places, heights = with_heights(places, catalog, what="places")
    reports += [report.record() for report in heights]
    return {"places": places, "outlines": outlines, "place_reports": reports}


def load_modelled_jobs(catalog: Catalog, study: Study) -> dict[str, Any]:
    """Spread jobs over buildings in a step of its own: a school that moves builds nothing.

    Returns
    -------
    outputs
        ``modelled_jobs`` and ``modelled_reports``, as :func:`model_jobs` gives them.
    """
    jobs, reports = model_jobs(catalog, study)
    return {"modelled_jobs": jobs, "modelled_reports": reports}


def load_places_beside(
    jobs: gpd.GeoDataFrame,
    reports: list[dict[str, Any]],
    *,
    catalog: Catalog,
    study: Study,
    edits: Sequence[Edit] = (),
) -> dict[str, Any]:
    """Load places beside jobs that :func:`load_modelled_jobs` has spread."""
    return load_places(catalog, study, edits, modelled=(jobs, reports))


def _single_workplaces(places: pd.DataFrame, catalog: Catalog, study: Study) -> pd.Series:
    """Tell the rows that are one workplace, where one is too few to show the jobs of.

    A layer of jobs that is no sketch holds workplaces, unless it says that its rows are cells;
    the zones of a sketch are estimates, as are the jobs that are spread over buildings.
    """
    layers = catalog.by_role("jobs").items()
    counted = [name for name, layer in layers if not (layer.sketch_scale or layer.each == "cell")]
    return places["layer"].isin(counted) & small_numbers(study).is_small(1)


def outlines_apart(places: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Take the outlines of the places that are areas into a table of their own."""
    column = places.get("outline", pd.Series([None] * len(places), dtype=object))
    areas = column.notna().to_numpy()
    ids = pd.Series(places["id"].to_numpy()[areas], dtype=object)
    outlines = gpd.GeoDataFrame(
        {"place_id": ids}, geometry=gpd.GeoSeries(column[areas].tolist()), crs=places.crs
    )
    check(outlines, OUTLINES, where="outlines of places", crs=str(places.crs))
    return places.drop(columns="outline", errors="ignore"), outlines


def model_jobs(catalog: Catalog, study: Study) -> Modelled:
    """Spread the municipality's jobs over the buildings on business land, as places.

    A kind of land is no sector, and the split of a total is no interval: both are missing.

    Raises
    ------
    ConfigError
        If a layer holds jobs as well: they would count twice; or if the study states no total.
    """
    total, cell_m = _total_and_cell(catalog, study)
    crs = study.study.crs
    municipality, _ = read_municipality(
        catalog, one(catalog, "municipality"), crs=crs, code=study.study.municipality_code
    )
    land_use, land_report = read_land_use(catalog, one(catalog, "land_use"), crs=crs)
    buildings, building_report = read_buildings(catalog, one(catalog, "buildings"), crs=crs)
    jobs = spread_jobs(
        buildings,
        land_use,
        total=total,
        jobs_per_100_m2={kind: d.value for kind, d in study.jobs.densities.items()},
        cell_m=cell_m,
        inside=municipality.geometry.iloc[0],
    )
    places = jobs.drop(columns="kind").assign(
        name=None,
        function=BUSINESS_AREA,
        quarter_id=None,
        opportunities_low=float("nan"),
        opportunities_high=float("nan"),
        unit="jobs",
        sector=None,
        status="existing",
        valid_from=pd.array([None] * len(jobs), dtype="Int64"),
        valid_to=pd.array([None] * len(jobs), dtype="Int64"),
        position_accuracy_m=cell_m / 2,
        note=None,
        note_en=None,
        name_en=None,
        layer=one(catalog, "land_use"),
    )
    reports = [land_report.record(), building_report.record()]
    return check(places, PLACES, where="jobs by land use", crs=crs), reports


def _total_and_cell(catalog: Catalog, study: Study) -> tuple[int, float]:
    """Give how many jobs are spread, and the side of a cell in metres, if both are decided."""
    counted = list(catalog.by_role("jobs"))
    if counted:
        msg = (
            f"{catalog.path.name} ({catalog.path}): layers.{counted[0]} holds jobs, and "
            f"layers.{one(catalog, 'land_use')} spreads the total of study.toml as well; each job "
            "may count once. Remove one of them."
        )
        raise ConfigError(msg)
    rules = study.jobs
    if rules.total is None or rules.cell is None:
        msg = (
            f"{catalog.path.name} ({catalog.path}): layers.{one(catalog, 'land_use')} spreads the "
            "jobs of study.toml over buildings, and [jobs] states no total. Add total, cell and "
            "densities, or take the layer out."
        )
        raise ConfigError(msg)
    return rules.total.value, rules.cell.value


def _check_functions(places: gpd.GeoDataFrame, study: Study, catalog: Catalog) -> None:
    known = {*study.functions.measured, *study.functions.drawn, BUSINESS_AREA}
    strangers = sorted(set(places["function"]) - known)
    if strangers:
        msg = (
            f"study.toml: {len(strangers)} functions of the places ({catalog.path}) stand neither "
            f"in functions.measured nor in functions.drawn: {first(strangers)}. Add them to one."
        )
        raise ConfigError(msg)
