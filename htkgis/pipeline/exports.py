"""From profiles and layers to the files that planners open in QGIS, Excel and other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import Text
from htkgis.maps.scenario import scenario_words
from htkgis.profile import contract
from htkgis.publish.downloads import (
    Decimal,
    csv_bytes,
    csv_description,
    geojson_bytes,
    parquet_bytes,
)
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geoparquet import geoparquet_bytes
from htkgis.schema import TOLD_SHARES

from .export_about import PROVENANCE, layer_facts
from .export_layers import quarter_layers
from .export_project import QuarterPackage, study_project
from .export_styles import layer_styles
from .figure_table import figure_table
from .localised import localised
from .origin_figures import KeyLimits, origin_figures, origins_in_short
from .workbook import quarter_workbook

FIGURES = "figures.parquet"
BY_ORIGIN = "origin_figures.parquet"
ISOCHRONES = "isochrones"
FIGURE_TABLE = "figures"
TOLD = "shares.csv"
OF_ALL = {
    TOLD: "told",
    FIGURES: "parquet",
    BY_ORIGIN: "origin_figures",
    "origins.parquet": "origins",
    "places.parquet": "places",
    "isochrones.parquet": "isochrones",
    "profile.json": "profile",
    contract.FILE: "schema",
}
"""Files of the whole study, and the words that name each."""


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
    limits: KeyLimits,
    behind: Mapping[str, Sequence[str]],
    shown: Sequence[Mapping[str, Any]] | None = None,
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
    limits
        Of the figures that stand as columns beside origins.
    behind
        Layer of a GeoPackage -> layers of the catalog that it was made of.
    shown
        The profiles in the language of the pages, where that is known.

    Returns
    -------
    files
        Bytes by name: per quarter ``.gpkg`` (styled and described layers, the study's CRS),
        ``.csv`` with ``.csv-metadata.json``, ``.xlsx``, ``.geojson`` (WGS 84);
        one QGIS project over all of these GeoPackages;
        ``figures.parquet``, ``origin_figures.parquet`` (every figure of every origin, a row
        each), and as GeoParquet ``origins``, ``places`` and ``isochrones`` of all quarters, whose
        column ``profile_quarter_id`` says whose profile a row belongs to. Same input, same bytes.
    """
    provenance = _provenance(run, text)
    date = max(source["published"] for source in provenance["layers"])
    files: dict[str, bytes] = {}
    by_origin: list[pd.DataFrame] = []
    packages: list[QuarterPackage] = []
    in_words = [localised(each, text.language) for each in profiles] if shown is None else shown
    for profile, words in zip(profiles, in_words, strict=True):
        own = _of_area(origins, profile)
        measured = access[access["id"].isin(own["id"])]
        by_origin.append(origin_figures(profile, measured, own))
        layers = quarter_layers(
            profile,
            isochrones,
            areas,
            origins_in_short(profile, measured, own, limits),
            places,
            quarters,
            municipality,
            streets,
            connectors,
            currency=text.currency,
        )
        tables = layers | {
            FIGURE_TABLE: figure_table(profile, figures, text),
            PROVENANCE: _sources(provenance),
        }
        about = layer_facts(tables, profile, provenance, behind, text, limits=limits)
        package = QuarterPackage(profile, tables, layer_styles(layers, text), about, measured)
        packages.append(package)
        files |= _quarter_files(package, words, provenance, text, date=date, decimal=decimal)
    files |= study_project(packages, provenance, text, date=date)
    files[FIGURES] = parquet_bytes(figures, provenance=provenance)
    listed = pd.concat(by_origin, ignore_index=True)
    files[BY_ORIGIN] = parquet_bytes(listed, provenance=provenance)
    for name, rows in _drawn_of_all(packages, isochrones).items():
        files[f"{name}.parquet"] = geoparquet_bytes(rows, provenance=provenance)
    return files


def _of_area(table: gpd.GeoDataFrame, profile: Mapping[str, Any]) -> gpd.GeoDataFrame:
    return table[table["area_id"] == profile["quarter"]["area_id"]]


def _sources(provenance: Mapping[str, Any]) -> pd.DataFrame:
    """Put what a file was made of into a table, a row per layer of the catalog."""
    same = {key: provenance[key] for key in ("htkgis", "run", "study_sha256", "caution")}
    return pd.DataFrame(provenance["layers"]).assign(**same)


def _quarter_files(
    package: QuarterPackage,
    words: Mapping[str, Any],
    provenance: Mapping[str, Any],
    text: Text,
    *,
    date: str,
    decimal: Decimal,
) -> dict[str, bytes]:
    """Write what one quarter has: GeoPackage, workbook, CSV with its description, GeoJSON."""
    name, tables = package.profile["quarter"]["id"], package.tables
    table = tables[FIGURE_TABLE]
    reach = {key: rows for key, rows in tables.items() if key.startswith(ISOCHRONES)}
    return {
        f"{name}.gpkg": geopackage_bytes(
            tables,
            styles=package.styles,
            date=date,
            about=package.facts,
            language=text.language,
        ),
        f"{name}.xlsx": quarter_workbook(words, table, provenance, text, date=date),
        f"{name}.csv": csv_bytes(table, decimal=decimal),
        f"{name}.csv-metadata.json": csv_description(
            table,
            f"{name}.csv",
            titles={column: text(f"export.{column}") for column in table.columns},
            decimal=decimal,
            provenance=provenance,
            language=text.language,
        ),
        f"{name}.geojson": geojson_bytes(
            reach | {"places": tables["places"]}, provenance=provenance
        ),
    }


def _drawn_of_all(
    packages: Sequence[QuarterPackage], isochrones: gpd.GeoDataFrame
) -> dict[str, gpd.GeoDataFrame]:
    """Join what is drawn of every quarter, with a column that says of which."""
    parts: dict[str, list[gpd.GeoDataFrame]] = {}
    for package in packages:
        for key, rows in (
            ("origins", package.tables["origins"]),
            ("places", package.tables["places"]),
            (ISOCHRONES, _of_area(isochrones, package.profile)),
        ):
            own = rows.assign(profile_quarter_id=package.profile["quarter"]["id"])
            parts.setdefault(key, []).append(own)
    return {
        key: gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=rows[0].crs)
        for key, rows in parts.items()
    }


def told_shares(shares: pd.DataFrame, *, decimal: Decimal) -> dict[str, bytes]:
    """Write the shares that this edition tells, for the next one to be held against.

    Parameters
    ----------
    shares
        Contract ``SHARES`` with ``hidden``, as they may be published.
    decimal
        ``comma`` or ``point``.

    Returns
    -------
    files
        ``shares.csv``, which :func:`htkgis.loaders.told_shares.read_told_shares` reads; nothing
        where no persons are known.
    """
    if not (shares["share"].notna() | shares["hidden"].astype(bool)).any():
        return {}
    table = shares[list(TOLD_SHARES.columns)].assign(
        hidden=shares["hidden"].map({True: "true", False: "false"})
    )
    return {TOLD: csv_bytes(table, decimal=decimal)}


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


def _caution(run: Mapping[str, Any], text: Text) -> str:
    """Say in a file what the banner of a page says: of a scenario, of a sketch; nothing else."""
    said = scenario_words(run, text)
    sketch = text("page.sketch", scale=text.format_scale(run["sketch_scale"]))
    cautions = [None if said is None else said["banner"], sketch if run["sketch"] else None]
    return ". ".join(caution for caution in cautions if caution)


def _provenance(run: Mapping[str, Any], text: Text) -> dict[str, Any]:
    """Say what a file was made of: run, study and, per layer, its rights and its hash."""
    keys = ("layer", "title", "source", "licence", "credit", "published", "sha256")
    return {
        "htkgis": run["version"],
        "run": run["run_id"],
        "study_sha256": run["study_sha256"],
        "caution": _caution(run, text),
        "credits": list(dict.fromkeys(source["credit"] for source in run["sources"])),
        "layers": [{key: source[key] for key in keys} for source in run["sources"]],
    }
