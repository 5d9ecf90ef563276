"""From profiles and layers to the files that planners open in QGIS, Excel and other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text
from htkgis.profile.rounding import plain
from htkgis.publish.downloads import (
    Decimal,
    csv_bytes,
    csv_description,
    geojson_bytes,
    parquet_bytes,
)
from htkgis.publish.geopackage import geopackage_bytes

from .export_styles import layer_styles, place_look
from .figure_words import figure_label, shown_value

STATISTICS = ["min", "median", "max"]
CASE = ["indicator", "function", "mode", "limit_min", "lens", "state", "unit"]
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
    isochrones, areas, origins, places, quarters, municipality, streets
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
        ``.csv-metadata.json``, ``.geojson`` (WGS 84); and ``figures.parquet``. Same input,
        same bytes.
    """
    provenance = _provenance(run, text)
    sources = pd.DataFrame(provenance["layers"]).assign(
        htkgis=provenance["htkgis"],
        run=provenance["run"],
        study_sha256=provenance["study_sha256"],
        caution=provenance["caution"],
    )
    files: dict[str, bytes] = {}
    for profile in profiles:
        name = profile["quarter"]["id"]
        table = figure_table(profile, figures, text)
        layers = _layers(
            profile, access, isochrones, areas, origins, places, quarters, municipality, streets
        )
        drawn = {key: layers[key] for key in layers if key.startswith("isochrones")}
        files[f"{name}.gpkg"] = geopackage_bytes(
            layers | {"figures": table, "provenance": sources},
            styles=layer_styles(layers, text),
            date=max(source["published"] for source in provenance["layers"]),
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
    files["figures.parquet"] = parquet_bytes(figures, provenance=provenance)
    return files


def listed_files(files: Mapping[str, bytes], text: Text) -> list[dict[str, Any]]:
    """Name, size and words of each download, for the pages that link them."""
    return [
        {
            "name": name,
            "label": text(f"export.file.{name.partition('.')[2]}"),
            "bytes": len(data),
        }
        for name, data in files.items()
    ]


def figure_table(profile: Mapping[str, Any], figures: pd.DataFrame, text: Text) -> pd.DataFrame:
    """All figures of a quarter, one row each, rounded as its page rounds them.

    Returns
    -------
    table
        ``quarter_id``, ``label`` in the language, what it is (``indicator``, ``function``,
        ``mode``, ``limit_min``, ``lens``, ``state``), ``min``, ``median`` and ``max`` over the
        origins (missing: not reached), ``unit``, ``bound`` (``at_least``, ``at_most`` or
        missing), and the name of the nearest place of most origins.
    """
    own = figures[(figures["quarter_id"] == profile["quarter"]["id"]) & ~figures["hidden"]]
    # the year that the page shows comes first, for a reader who reads no further
    earlier = own["state"] != profile["study"]["state"]
    own = own.loc[earlier.sort_values(kind="stable").index]
    rounding = profile["assumptions"]["job_rounding"]
    named = {(row["n"], row["function"]): row["place_name"] for row in profile["nearest"]}
    rows = []
    for case, group in own.groupby(CASE, sort=False, dropna=False):
        known: dict[str, Any] = {name: plain(value) for name, value in zip(CASE, case, strict=True)}
        cut = bool(group["lower_bound"].any())
        values = group.set_index("statistic")["value"]
        shown = {
            name: shown_value(values[name], known["unit"], lower_bound=cut, job_rounding=rounding)
            for name in STATISTICS
        }
        beyond = bool(group["upper_bound"].any())
        number = str(known["indicator"]).removeprefix("nearest_")
        key = (int(number) if number.isdecimal() else None, known["function"])
        is_shown = known["state"] == profile["study"]["state"]
        rows.append(
            {
                "quarter_id": profile["quarter"]["id"],
                "label": figure_label(
                    known["indicator"], known["function"], known["limit_min"], text=text
                ),
                **known,
                **shown,
                "bound": "at_least" if cut else "at_most" if beyond else None,
                "place": named.get(key) if is_shown else None,
            }
        )
    table = pd.DataFrame(rows, columns=FIGURE_COLUMNS)
    return table.astype(dict.fromkeys(["limit_min", *STATISTICS], "float64"))


FIGURE_COLUMNS = [
    "quarter_id",
    "label",
    *STATISTICS,
    "unit",
    "bound",
    "place",
    *(name for name in CASE if name != "unit"),
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
    columns = ["id", "name", "kind", "length_m", "geometry"]
    return streets.iloc[rows][columns]


def _places(profile: Mapping[str, Any], places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places of the quarter's page with their state and minutes, and the key of their look."""
    times = pd.DataFrame(
        [{name: row[name] for name in ("id", *STATISTICS)} for row in profile["places"]],
        columns=["id", *STATISTICS],
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
    for case, rows in access.groupby(CASE_OF_ACCESS, sort=False, dropna=False):
        known: dict[str, Any] = dict(zip(CASE_OF_ACCESS, case, strict=True))
        name = column_name(known, shown_state=state)
        by_origin = rows.set_index("id").reindex(origins["id"])
        columns[name] = [
            shown_value(value, known["unit"], lower_bound=bool(cut), job_rounding=rounding)
            for value, cut in zip(by_origin["value"], by_origin["lower_bound"], strict=True)
        ]
        if rows["to_id"].notna().any():
            columns[f"{name}_place"] = by_origin["to_id"].astype("string").to_numpy()
        for bound, words in (("lower_bound", "at_least"), ("upper_bound", "at_most")):
            if rows[bound].any():
                met = by_origin[bound].eq(True)  # noqa: FBT003 - missing is not met
                named = met.map({True: words, False: None}).astype("string")
                columns[f"{name}_bound"] = named.to_numpy()
    wide = pd.DataFrame(columns, index=origins.index)
    numbers = [name for name in columns if not name.endswith(("_place", "_bound"))]
    wide = wide.astype(dict.fromkeys(numbers, "float64"))
    facts = origins.drop(columns=["layer"], errors="ignore")
    return gpd.GeoDataFrame(pd.concat([facts, wide], axis=1), crs=origins.crs)


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
    limit, percentile, lens = case["limit_min"], case["percentile"], case["lens"]
    parts = [
        case["mode"],
        case["measure"],
        case["function"],
        None if pd.isna(limit) else f"{limit:g}min",
        None if pd.isna(percentile) else f"p{percentile:g}",
        case["departure"],
        None if lens == "adult" else lens,
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
