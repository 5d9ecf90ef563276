"""From profiles and layers to the files that planners open in QGIS, Excel and other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.maps import Text
from htkgis.profile import contract
from htkgis.profile.jobs import JOBS
from htkgis.profile.rounding import plain
from htkgis.publish.downloads import (
    Decimal,
    csv_bytes,
    csv_description,
    geojson_bytes,
    parquet_bytes,
)
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geoparquet import geoparquet_bytes
from htkgis.quantities import ADULT

from .connectors import with_connectors
from .export_styles import layer_styles, place_look
from .figure_table import STATISTICS, figure_table
from .figure_words import shown_value
from .localised import localised
from .workbook import quarter_workbook

FIGURES = "figures.parquet"
ISOCHRONES = "isochrones"
OF_ALL = {
    FIGURES: "parquet",
    "origins.parquet": "origins",
    "places.parquet": "places",
    "isochrones.parquet": "isochrones",
    "profile.json": "profile",
    contract.FILE: "schema",
}
"""Files of the whole study, and the words that name each."""
WALK = "walk"
STREET_COLUMNS = ("id", "name", "kind", "length_m", "gain_m", "loss_m", "geometry")
PLACE_COLUMNS = (
    "id",
    "name",
    "name_en",
    "function",
    "quarter_id",
    "state",
    "approximate",
    "measured",
    "opportunities",
    "unit",
    "valid_from",
    "valid_to",
    "position_accuracy_m",
    "elevation_m",
    "note",
    "note_en",
)


def export_files(
    profiles: list[dict[str, Any]],
    figures: pd.DataFrame,
    access: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    connectors: gpd.GeoDataFrame | None = None,
    *,
    run: Mapping[str, Any],
    text: Text,
    decimal: Decimal,
) -> dict[str, bytes]:
    """Write the downloads of every quarter, and all figures as one table.

    Parameters
    ----------
    profiles
        One per quarter, in both languages.
    figures, access
        Contracts ``PROFILE`` and ``ACCESS`` of all quarters.
    isochrones, areas, origins, places, quarters, municipality, streets, connectors
        Layers of the study; a quarter's file holds what its map shows.
    run
        Version, identity and sources, as every page prints them.
    text
        Words of labels and legends.
    decimal
        ``comma`` or ``point``, of the CSV files.

    Returns
    -------
    files
        Bytes by name: per quarter ``.gpkg`` (styled layers, the study's CRS), ``.csv`` with
        ``.csv-metadata.json``, ``.xlsx``, ``.geojson`` (WGS 84); ``figures.parquet``, and as
        GeoParquet ``origins``, ``places`` and ``isochrones`` of all quarters, whose column
        ``profile_quarter_id`` says whose profile a row belongs to. Same input, same bytes.
    """
    provenance = _provenance(run, text)
    sources = pd.DataFrame(provenance["layers"]).assign(
        htkgis=provenance["htkgis"],
        run=provenance["run"],
        study_sha256=provenance["study_sha256"],
        caution=provenance["caution"],
    )
    date = max(source["published"] for source in provenance["layers"])
    files: dict[str, bytes] = {}
    drawn_of_all: dict[str, list[gpd.GeoDataFrame]] = {}
    for profile in profiles:
        name = profile["quarter"]["id"]
        table = figure_table(profile, figures, text)
        layers = _layers(
            profile, access, isochrones, areas, origins, places, quarters, municipality, streets
        )
        layers = with_connectors(layers, connectors)
        drawn = {key: layers[key] for key in layers if key.startswith("isochrones")}
        files[f"{name}.gpkg"] = geopackage_bytes(
            layers | {"figures": table, "provenance": sources},
            styles=layer_styles(layers, text),
            date=date,
        )
        files[f"{name}.xlsx"] = quarter_workbook(
            localised(profile, text.language), table, provenance, text, date=date
        )
        files[f"{name}.csv"] = csv_bytes(table, decimal=decimal)
        files[f"{name}.csv-metadata.json"] = csv_description(
            table,
            f"{name}.csv",
            titles={column: text(f"export.{column}") for column in table.columns},
            decimal=decimal,
            provenance=provenance,
            language=text.language,
        )
        files[f"{name}.geojson"] = geojson_bytes(
            drawn | {"places": layers["places"]}, provenance=provenance
        )
        own = isochrones[isochrones["area_id"] == profile["quarter"]["area_id"]]
        for key, rows in (
            ("origins", layers["origins"]),
            ("places", layers["places"]),
            (ISOCHRONES, own),
        ):
            drawn_of_all.setdefault(key, []).append(rows.assign(profile_quarter_id=name))
    files[FIGURES] = parquet_bytes(figures, provenance=provenance)
    for key, tables in drawn_of_all.items():
        rows = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tables[0].crs)
        files[f"{key}.parquet"] = geoparquet_bytes(rows, provenance=provenance)
    return files


def listed_files(files: Mapping[str, bytes], text: Text) -> list[dict[str, Any]]:
    """Name, size and words of each download, for the pages that link them."""
    return [
        {
            "name": name,
            "label": text(f"export.file.{OF_ALL.get(name, name.partition('.')[2])}"),
            "bytes": len(data),
        }
        for name, data in files.items()
    ]


def _layers(
    profile: Mapping[str, Any],
    access: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
) -> dict[str, gpd.GeoDataFrame]:
    """Gather the layers of one quarter's GeoPackage, topmost first."""
    area_id = profile["quarter"]["area_id"]
    own = isochrones[isochrones["area_id"] == area_id]
    return {
        "places": _places(profile, places),
        "origins": _origins(profile, access, origins[origins["area_id"] == area_id]),
        "area": areas[areas["id"] == area_id],
        "quarter": quarters[quarters["id"] == profile["quarter"]["id"]],
        "streets": _streets_within(streets, own),
        **_by_mode(own),
        "municipality": municipality,
    }


def _by_mode(isochrones: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Give each mode a layer of its own: one on top of another they would hide each other."""
    if "mode" not in isochrones.columns or len(set(isochrones["mode"])) == 1:
        return {"isochrones": isochrones}
    groups = isochrones.groupby("mode", sort=False)
    return {f"isochrones_{mode}": rows for mode, rows in groups}


def _streets_within(streets: gpd.GeoDataFrame, isochrones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    first = next(iter(_by_mode(isochrones).values()))
    reached = first.geometry.iloc[-1]
    rows = streets.sindex.query(reached, predicate="intersects", sort=True)
    columns = [name for name in STREET_COLUMNS if name in streets.columns]
    return streets.iloc[rows][columns]


def _places(profile: Mapping[str, Any], places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places of the quarter's page with their state and minutes, and the key of their look."""
    others = [mode for mode in profile["modes"] if mode != WALK]
    times = pd.DataFrame(
        [
            {name: row[name] for name in ("id", *STATISTICS)}
            | {f"median_{mode}": row["by_mode"][mode]["median"] for mode in others}
            for row in profile["places"]
        ],
        columns=["id", *STATISTICS, *(f"median_{mode}" for mode in others)],
    )
    minutes = times.set_index("id").astype("float64").add_prefix("minutes_")
    listed = places[places["id"].isin(minutes.index)]
    columns = [name for name in PLACE_COLUMNS if name in places.columns]
    joined = listed[[*columns, "geometry"]].join(minutes, on="id")
    look = [
        place_look(*row)
        for row in zip(joined["function"], joined["state"], joined["approximate"], strict=True)
    ]
    moved = [name for name in joined.columns if name != "geometry"]
    return joined.assign(look=look)[[*moved, "look", "geometry"]]


def _origins(
    profile: Mapping[str, Any], access: pd.DataFrame, origins: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Origins with one column per figure, one for the place where it names one, and bounds."""
    rounding = profile["assumptions"]["job_rounding"]
    state = profile["study"]["state"]
    columns: dict[str, Any] = {}
    for case, by_origin in _by_case(access[access["id"].isin(origins["id"])]).items():
        known = dict(zip(CASE_OF_ACCESS, case, strict=True))
        columns |= _figure_columns(known, by_origin, list(origins["id"]), state, rounding)
    wide = pd.DataFrame(columns, index=origins.index)
    facts = origins.drop(columns=["layer"], errors="ignore")
    return gpd.GeoDataFrame(pd.concat([facts, wide], axis=1), crs=origins.crs)


def _by_case(access: pd.DataFrame) -> dict[tuple[Any, ...], dict[str, tuple[Any, ...]]]:
    """Sort the rows by case and origin in one pass: value, place and bounds."""
    facts = ["id", "value", "to_id", "lower_bound", "upper_bound"]
    table = pd.DataFrame(access[[*CASE_OF_ACCESS, *facts]])
    numbers = table.groupby(CASE_OF_ACCESS, sort=False, dropna=False).ngroup().to_numpy()
    _, first_rows = np.unique(numbers, return_index=True)
    by_number: list[dict[str, tuple[Any, ...]]] = [{} for _ in first_rows]
    for number, row in zip(
        numbers.tolist(), table[facts].itertuples(index=False, name=None), strict=True
    ):
        by_number[number][row[0]] = row[1:]
    heads = table[CASE_OF_ACCESS].iloc[first_rows].itertuples(index=False, name=None)
    return {
        tuple(plain(value) for value in head): by_origin
        for head, by_origin in zip(heads, by_number, strict=True)
    }


def _figure_columns(
    case: Mapping[str, Any],
    by_origin: Mapping[str, tuple[Any, ...]],
    ids: list[str],
    state: int,
    rounding: int,
) -> dict[str, Any]:
    """Values of one case by origin, and the place and the bound where it has any."""
    name = column_name(case, shown_state=state)
    found = [by_origin.get(key, (None, None, False, False)) for key in ids]
    shown = [
        shown_value(value, case["unit"], lower_bound=bool(cut), job_rounding=rounding)
        for value, _, cut, _ in found
    ]
    columns: dict[str, Any] = {name: np.array(shown, dtype="float64")}
    places = [plain(place) for _, place, _, _ in found]
    if any(place is not None for place in places):
        columns[f"{name}_place"] = places
    bounds = ["at_least" if cut else "at_most" if beyond else None for _, _, cut, beyond in found]
    if any(bounds):
        columns[f"{name}_bound"] = bounds
    return columns


CASE_OF_ACCESS = [
    "measure",
    "function",
    "mode",
    "limit_min",
    "percentile",
    "departure",
    "lens",
    "state",
    "unit",
]


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
    if case["measure"] == JOBS and not pd.isna(function):
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


def _provenance(run: Mapping[str, Any], text: Text) -> dict[str, Any]:
    """Say what a file was made of: run, study and, per layer, its rights and its hash."""
    keys = ("layer", "title", "source", "licence", "credit", "published", "sha256")
    scale = text.format_scale(run["sketch_scale"])
    return {
        "htkgis": run["version"],
        "run": run["run_id"],
        "study_sha256": run["study_sha256"],
        "caution": text("page.sketch", scale=scale) if run["sketch"] else "",
        "credits": list(dict.fromkeys(source["credit"] for source in run["sources"])),
        "layers": [{key: source[key] for key in keys} for source in run["sources"]],
    }
