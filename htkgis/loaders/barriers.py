"""Barriers: lines that nobody walks across, such as railways, motorways and fences.

A tunnel or a bridge is none. Of an OpenStreetMap extract they are left out; of any other file the
catalog chooses the rows (``rows.kind``) that lie on the ground.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import BARRIERS, check

from .layer import LayerReport, read_layer, require

LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)


def read_barriers(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read the lines of one layer that people do not walk across.

    Parameters
    ----------
    catalog, name
        Layer of lines, or of areas whose outlines are taken (counted as mended); of an
        OpenStreetMap extract, the ways that ``osm_key`` and ``values.kind`` name, tunnels and
        bridges left out. Mapped or constant: ``kind``; ``id`` where the layer has one.
    crs
        Projected CRS of the study.

    Returns
    -------
    barriers
        Contract ``BARRIERS``: ``id``, ``kind`` and single lines; the parts of a line of several
        are numbered (``w1_0``).
    report
        What was read, mended, dropped.

    Raises
    ------
    SchemaError
        A row is neither a line nor an area, or has no kind.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("kind",), report)
    if "id" not in table.columns:
        table["id"] = [f"{name}_{number}" for number in range(len(table))]
    table = table[["id", "kind", "geometry"]]
    shapes = table.geometry.to_numpy().copy()
    areas = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - an area has two
    if areas.any():
        report.mended["areas made their outline"] += int(areas.sum())
        shapes[areas] = shapely.boundary(shapes[areas])
    parts, row = shapely.get_parts(shapes, return_index=True)
    single = gpd.GeoDataFrame(
        {"id": table["id"].to_numpy()[row], "kind": table["kind"].to_numpy()[row]},
        geometry=parts,
        crs=table.crs,
    )
    _check_lines(single, report)
    several = np.bincount(row, minlength=len(table))[row] > 1
    number = pd.Series(row).groupby(row).cumcount()
    single["id"] = [
        f"{key}_{part}" if split else key
        for key, part, split in zip(single["id"], number, several, strict=True)
    ]
    return check(single.astype({"id": object}), BARRIERS, where=report.file, crs=crs), report


def no_barriers(crs: str) -> gpd.GeoDataFrame:
    """Give a table of barriers without rows, for a catalog that has none."""
    columns = {name: pd.Series([], dtype=object) for name in BARRIERS.columns}
    return gpd.GeoDataFrame(columns, geometry=[], crs=crs)


def _check_lines(table: gpd.GeoDataFrame, report: LayerReport) -> None:
    other = ~np.isin(shapely.get_type_id(table.geometry.to_numpy()), LINES)
    if other.any():
        msg = (
            f"{report.name} ({report.file}): {int(other.sum())} of {len(table)} barriers are "
            f"neither lines nor areas: {first(table['id'].to_numpy()[other].tolist())}; one of the "
            "two is allowed. Draw them, or leave them out."
        )
        raise SchemaError(msg)
