"""Read a version of a layer: as rows to compare, and with all that rests on it, to be sure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from htkgis.catalog import Catalog, role_of
from htkgis.loaders import read_layer, read_plain_layer
from htkgis.loaders.gtfs import read_timetable
from htkgis.loaders.table import read_csv_table
from htkgis.pipeline.facts import load_facts
from htkgis.pipeline.layers import (
    load_barriers,
    load_boundaries,
    load_housing,
    load_streets,
)
from htkgis.pipeline.places import load_places
from htkgis.pipeline.timetable import timetable_records
from htkgis.study import Study

Load = Callable[[Catalog, Study], Any]
BOUNDARIES = ("municipality", "quarters", "school_districts")
HOUSING = ("housing_areas", "area_facts", "gates", "addresses")
PLACES = ("address_ids", "stations", "places", "place_corrections", "jobs", "land_use", "buildings")
STREETS = ("streets", "street_nodes", "speed_limits", "cycle_routes", "elevation")
FACTS = (
    "indicators",
    "indicator_definitions",
    "series_breaks",
    "targets",
    "told_shares",
    "criteria",
    "published_lists",
    "planning_rules",
    "projects",
)
LOADS: dict[str, Load] = {
    **dict.fromkeys(BOUNDARIES, load_boundaries),
    **dict.fromkeys(HOUSING, load_housing),
    **dict.fromkeys(PLACES, load_places),
    **dict.fromkeys(STREETS, load_streets),
    **dict.fromkeys(FACTS, load_facts),
    "barriers": load_barriers,
}
"""What reads a layer together with the layers that must fit it."""
PLAIN = ("area_facts", "place_corrections", "transit_lines", *FACTS)
"""Roles of tables without geometry."""
OSM = frozenset({".pbf", ".graphml"})
RASTERS = frozenset({".tif", ".tiff"})


def with_version(catalog: Catalog, name: str, file: Path) -> Catalog:
    """Give the catalog as it would be with another file for one layer."""
    layer = catalog.layers[name].model_copy(update={"path": str(file.resolve())})
    return Catalog(catalog.path, catalog.layers | {name: layer}, catalog.data, catalog.services)


def check_version(catalog: Catalog, name: str, study: Study) -> None:
    """Read a layer as a run does, with the layers that must fit it.

    Raises
    ------
    HtkgisError
        If the layer breaks its contract, or names what is no longer there.
    """
    role = role_of(name, catalog.layers[name])
    if role in LOADS:
        LOADS[role](catalog, study)
    elif role in {"timetable", "transit_lines", "transit_stops"}:
        timetable_records(catalog, crs=study.study.crs)
    else:
        read_layer(catalog, name, crs=study.study.crs)


def rows_of_version(catalog: Catalog, name: str, study: Study) -> pd.DataFrame:
    """Read the rows of a layer to be compared: what the catalog makes of its file.

    Of streets from OpenStreetMap that is every kind of street with its kilometres, in steps of a
    tenth, as their edges have no lasting ids; of a timetable its stops; of a raster nothing.
    """
    role, file = role_of(name, catalog.layers[name]), catalog.file(name)
    crs = study.study.crs
    if file.suffix.lower() in RASTERS:
        return pd.DataFrame()
    if role == "timetable":
        timetable, _ = read_timetable(file, crs=crs)
        stops: pd.DataFrame = timetable.stops.rename(columns={"stop_id": "id"})
        return stops
    if role == "streets" and file.suffix.lower() in OSM:
        return _lengths(load_streets(catalog, study)["streets"])
    if role in {"streets", "street_nodes"}:  # their reader maps the columns itself
        return read_csv_table(file, encoding=catalog.layers[name].encoding)
    if role in PLAIN:
        return read_plain_layer(catalog, name)[0]
    rows: pd.DataFrame = read_layer(catalog, name, crs=crs)[0]
    return rows


def _lengths(streets: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each kilometre of every kind of street: what is lost is then counted."""
    kilometres = (streets.groupby("kind")["length_m"].sum() / 1000).round().astype(int)
    ids = [f"{kind} km {n + 1}" for kind, count in kilometres.items() for n in range(count)]
    return pd.DataFrame({"id": ids})
