"""Publish what a run has made once more, into a PostGIS database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from htkgis.errors import ConfigError, SourceError, first
from htkgis.loaders.vector import read_vector
from htkgis.publish.postgis import check_address, write_postgis
from htkgis.publish.published import published_state
from htkgis.publish.qml import joined_style

from .steps import Progress

GPKG = ".gpkg"
STYLES, PROVENANCE = "layer_styles", "provenance"
QUARTER = "profile_quarter_id"
DOCUMENTS = ("profile.json", "manifest.json")
PARQUET = ("figures", "origin_figures")
"""Tables without geometry that hold every figure of all quarters."""


def publish_to_postgis(
    folder: Path, address: str, *, schema: str, progress: Progress | None = None
) -> dict[str, int]:
    """Write the layers, figures and profiles of a published folder into a database.

    The layers of all quarters are joined, with the quarter in ``profile_quarter_id``; a layer that
    is the same for all stands once. Styles go where QGIS finds them.

    Parameters
    ----------
    folder
        A folder that a run has published and nobody has edited since.
    address
        ``postgresql://USER@HOST[:PORT]/DATABASE``.
    schema
        Where the tables go.
    progress
        Called as each table is written.

    Returns
    -------
    rows
        Number of rows by table.

    Raises
    ------
    ConfigError
        Nothing is published in the folder, or it was edited; the address is none.
    StoreError
        If the database refuses; it is as it was.
    """
    check_address(address)
    names = _published(folder)
    quarters = sorted(name for name in names if name.endswith(GPKG))
    tables, styles = _layers(folder, quarters)
    for name in PARQUET:
        if f"{name}.parquet" in names:
            tables[name] = pd.read_parquet(folder / f"{name}.parquet")
    documents = {name: (folder / name).read_text("utf-8") for name in DOCUMENTS}
    comments = _comments(documents["manifest.json"], tables)
    write_postgis(
        address,
        schema,
        tables,
        documents=documents,
        styles=styles,
        comments=comments,
        progress=progress,
    )
    return {name: len(table) for name, table in tables.items()}


def _published(folder: Path) -> list[str]:
    state = published_state(folder)
    if state.manifest is None:
        msg = f"{folder}: nothing is published there. Run htkgis run first, or correct --in."
        raise ConfigError(msg)
    wrong = [*state.edited, *state.missing]
    if wrong:
        msg = (
            f"{folder}: {len(wrong)} files are not as they were published: {first(wrong)}. Run "
            "htkgis run again."
        )
        raise ConfigError(msg)
    return [*state.manifest["outputs"], *DOCUMENTS]


def _layers(folder: Path, files: list[str]) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Join the layers of all quarters by name, and take their styles."""
    parts: dict[str, list[pd.DataFrame]] = {}
    styles: dict[str, list[str]] = {}
    for file in files:
        path, quarter = folder / file, file.removesuffix(GPKG)
        for name, kind in pyogrio.list_layers(path):
            if name == STYLES:
                known = pyogrio.read_dataframe(path, layer=name, read_geometry=False)
                for styled, qml in zip(known["f_table_name"], known["styleQML"], strict=True):
                    styles.setdefault(styled, []).append(qml)
            elif kind is not None:
                layer = read_vector(path, layer=name)
                parts.setdefault(name, []).append(layer.assign(**{QUARTER: quarter}))
    if not parts:
        msg = f"{folder}: holds no GeoPackage of a quarter. Run htkgis run again."
        raise SourceError(msg)
    # a quarter's style knows the categories of its own rows only, and QGIS draws no other
    joined = {name: joined_style(found) for name, found in styles.items()}
    return {name: _joined(found) for name, found in parts.items()}, joined


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    plain = [part.drop(columns=QUARTER) for part in parts]
    if len(plain) > 1 and all(_same(plain[0], other) for other in plain[1:]):
        return plain[0]
    joined = pd.concat(parts, ignore_index=True)
    table: pd.DataFrame = gpd.GeoDataFrame(
        joined, geometry=parts[0].geometry.name, crs=parts[0].crs
    )
    return table


def _same(one: Any, other: Any) -> bool:
    return bool(one.shape == other.shape and one.equals(other))


def _comments(manifest: str, tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Say of every table whose data it holds and which run made it."""
    known = json.loads(manifest)
    layers = known["layers"].values()
    sources = sorted({str(layer["credit"]) for layer in layers if layer.get("credit")})
    said = f"htkgis, run {str(known['run'])[:12]}. {'; '.join(sources)}"
    return dict.fromkeys(tables, said)
