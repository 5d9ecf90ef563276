"""People of a raster, summed over areas: a cell that an outline cuts counts by its share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import CRSError, SchemaError, first

from .geometry import mended
from .raster import Numbers, applied, check_any_value, no_crs, opened_band, raster_crs, read_cells

if TYPE_CHECKING:
    from rasterio import DatasetReader

STRAIGHT_M = 100.0
"""Outlines are cut to this before they change their CRS, so that straight stays straight."""

BOXES = 200_000
"""Cells that are held as polygons at a time."""


def read_population_raster(path: Path, zones: gpd.GeoDataFrame, *, band: int = 1) -> pd.DataFrame:
    """Sum a raster of people per cell over areas, or over the cells of a grid.

    A cell that an outline cuts counts by the share of it that lies inside, as if people lived
    evenly in it. Areas that do not overlap never count anybody twice.

    Parameters
    ----------
    path
        Raster of counts per cell (not of densities), with a CRS.
    zones
        Polygons or multipolygons in any CRS.
    band
        Number of the band, from 1.

    Returns
    -------
    people
        By the index of ``zones``: ``population``, NaN where no cell of the area has a value,
        and ``data_share``, the share of the area (0 to 1) on which the raster has one.

    Raises
    ------
    SourceError, CRSError, SchemaError
        As :func:`sample_points`; a count below 0 or an area without polygon too.
    """
    shapes = zones.geometry.to_numpy()
    lost = ~np.isin(shapely.get_type_id(shapes), (3, 6)) | shapely.is_empty(shapes)
    if lost.any():
        msg = (
            f"raster ({path}): {int(lost.sum())} of {len(shapes)} areas are no polygon: rows "
            f"{first(np.flatnonzero(lost).tolist())}. Correct or leave out these rows."
        )
        raise SchemaError(msg)
    with opened_band(path, band) as raster:
        if zones.crs is None:
            raise CRSError(no_crs(path, "the areas have"))
        dense = zones.geometry
        if zones.crs.is_projected:
            dense = dense.segmentize(STRAIGHT_M)
        moved = dense.to_crs(raster_crs(raster)).reset_index(drop=True)
        moved, _, _ = mended(gpd.GeoDataFrame(geometry=moved))
        rows = [_people(raster, band, shape, path) for shape in moved.geometry]
        if rows and not any(share for _, share in rows):
            check_any_value(raster, band, path)
    return pd.DataFrame(rows, index=zones.index, columns=["population", "data_share"]).astype(
        "float64"
    )


def population_cells(
    path: Path, within: shapely.Geometry, *, crs: str, band: int = 1
) -> gpd.GeoDataFrame:
    """Read the cells of a raster of people around an area as polygons.

    Parameters
    ----------
    path
        Raster of counts per cell (not of densities), with a CRS.
    within
        Area in ``crs``; cells that lie in the box around it are read.
    crs
        CRS of the area and of the result.
    band
        Number of the band, from 1.

    Returns
    -------
    cells
        ``id`` (row and column in the raster), ``persons`` (> 0), polygons; cells where nobody
        lives or that have no value are left out.

    Raises
    ------
    SourceError, CRSError, SchemaError
        As :func:`read_population_raster`.
    """
    box = gpd.GeoSeries([shapely.box(*within.bounds)], crs=crs).segmentize(STRAIGHT_M)
    with opened_band(path, band) as raster:
        moved = box.to_crs(raster_crs(raster)).iloc[0]
        corners = shapely.get_coordinates(shapely.envelope(moved)).astype(np.float64)
        column, row = applied(~raster.transform, corners[:, 0], corners[:, 1])
        low = (int(np.floor(column.min())), int(np.floor(row.min())))
        high = (int(np.ceil(column.max())), int(np.ceil(row.max())))
        part = read_cells(raster, band, (*low, *high), path)
        if not part.numbers.size or np.isnan(part.numbers).all():
            check_any_value(raster, band, path)
        _check_counts(part.numbers, path)
        rows, columns = np.nonzero(part.numbers > 0)
        shapes = _boxes(part.transform, columns.astype(float), rows.astype(float))
        cells = gpd.GeoDataFrame(
            {
                "id": [
                    f"cell_{row}_{column}"
                    for row, column in zip(
                        rows + part.inside[1], columns + part.inside[0], strict=True
                    )
                ],
                "persons": part.numbers[rows, columns],
            },
            geometry=shapes,
            crs=raster_crs(raster),
        )
    return cells.to_crs(crs)


def _check_counts(numbers: Numbers, path: Path) -> None:
    below = numbers[~np.isnan(numbers)]
    below = below[below < 0]
    if below.size:
        msg = (
            f"raster ({path}): {below.size:,} cells count people below 0: {first(below.tolist())}; "
            "0 or more is allowed. Take a raster of people per cell, or state these values as its "
            "no-data value."
        )
        raise SchemaError(msg)


def _people(
    raster: DatasetReader, band: int, shape: shapely.Geometry, path: Path
) -> tuple[float, float]:
    """Sum of one area, and the share of the area that has a value."""
    corners = shapely.get_coordinates(shapely.envelope(shape)).astype(np.float64)
    column, row = applied(~raster.transform, corners[:, 0], corners[:, 1])
    low = (int(np.floor(column.min())), int(np.floor(row.min())))
    high = (int(np.ceil(column.max())), int(np.ceil(row.max())))
    part = read_cells(raster, band, (*low, *high), path)
    known = ~np.isnan(part.numbers)
    _check_counts(part.numbers, path)
    rows, columns = np.nonzero(known)
    shapely.prepare(shape)
    people = area = 0.0
    for begin in range(0, len(rows), BOXES):
        at = slice(begin, begin + BOXES)
        boxes = _boxes(part.transform, columns[at].astype(float), rows[at].astype(float))
        inside = _inside(shape, boxes)
        people += float((part.numbers[rows[at], columns[at]] * inside / shapely.area(boxes)).sum())
        area += float(inside.sum())
    share = min(area / shape.area, 1.0)
    return (people if area > 0 else np.nan), share


def _boxes(transform: Any, column: Numbers, row: Numbers) -> npt.NDArray[Any]:
    """Outlines of cells; a raster may be turned, so they are drawn by their corners."""
    corners = [
        np.column_stack(applied(transform, column + right, row + down))
        for right, down in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    return np.asarray(shapely.polygons(np.stack(corners, axis=1)))


def _inside(shape: shapely.Geometry, boxes: npt.NDArray[Any]) -> Numbers:
    """Area of each cell that lies in the shape."""
    area = np.where(shapely.contains_properly(shape, boxes), shapely.area(boxes), 0.0)
    cut = shapely.intersects(shape, boxes) & (area == 0)
    area[cut] = shapely.area(shapely.intersection(boxes[cut], shape))
    return area
