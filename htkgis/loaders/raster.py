"""Rasters: values at points, and how far streets climb and fall.

What a raster does not say is missing, never 0: outside it, on its own no-data value, or on
-999 and the like that somebody wrote as a number.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from htkgis.errors import ConfigError, CRSError, SchemaError, SourceError, first

from .vector import check_file

if TYPE_CHECKING:
    from rasterio import DatasetReader

Numbers = npt.NDArray[np.float64]
Method = Literal["nearest", "bilinear"]

FORMATS = ("GTiff", "AAIGrid", "GPKG", "HFA", "SRTMHGT")
"""Formats that hold their cells themselves; others may name files or hosts elsewhere."""

DISGUISED = (-999.0, -9999.0, -32768.0, -32767.0, -99999.0, -3.4028234663852886e38)
"""Numbers that people write for "no value"."""


class Cells(NamedTuple):
    """Cells of a part of a raster: numbers (rows, columns), NaN where missing, and their place."""

    numbers: Numbers
    transform: Any
    inside: tuple[int, int]


def sample_points(
    path: Path, points: gpd.GeoDataFrame, *, method: Method = "bilinear", band: int = 1
) -> pd.Series:
    """Read the value of a raster at points.

    Parameters
    ----------
    path
        Raster of one of ``FORMATS`` with a CRS.
    points
        Points in any CRS.
    method
        ``nearest`` takes the cell that the point lies in; ``bilinear`` weighs the four cells
        whose middles lie around it, at the rim of the raster those there are.
    band
        Number of the band, from 1.

    Returns
    -------
    values
        float64 by the index of ``points``, in the unit of the band (its scale and offset are
        applied); NaN outside the raster and where a cell that counts has no value.

    Raises
    ------
    SourceError
        The file is missing, empty or no raster.
    CRSError
        The raster or the points have no CRS.
    SchemaError
        There is no such band, it holds no value at all, -999 or the like stands for a missing
        value without being stated as such, or a geometry is no point.
    ConfigError
        ``method`` is none of the two.
    """
    if method not in {"nearest", "bilinear"}:
        msg = f"raster ({path}): {method!r} is no method; nearest and bilinear are allowed."
        raise ConfigError(msg)
    shapes = points.geometry.to_numpy()
    _check_shapes(shapes, shapely.GeometryType.POINT, "a point", path)
    with opened_band(path, band) as raster:
        xy = _moved(shapely.get_coordinates(shapes), points.crs, raster, path)
        values = _sampled(raster, band, xy, method, path)
    return pd.Series(values, index=points.index, dtype="float64")


def sample_lines(
    path: Path, lines: gpd.GeoDataFrame, *, step_m: float, band: int = 1
) -> pd.DataFrame:
    """Measure how far streets climb and fall.

    Heights are taken bilinearly at both ends and evenly between, at most ``step_m`` apart. A
    raster of the ground knows no bridges and tunnels: a line that is flagged as one runs
    straight between its ends.

    Parameters
    ----------
    path
        Raster of heights in metres, with a CRS.
    lines
        Lines in a projected CRS in metres; columns ``bridge`` and ``tunnel`` are flags, if there.
    step_m
        Largest distance between two heights in metres, > 0.
    band
        Number of the band, from 1.

    Returns
    -------
    heights
        By the index of ``lines``: ``start_m``, ``end_m`` (height of the ends), ``gain_m`` and
        ``loss_m`` (sums of all rises and falls in the direction of the line, >= 0). Gain and
        loss are NaN where any height that counts is missing. ``gain_m - loss_m`` is
        ``end_m - start_m``.

    Raises
    ------
    SourceError, CRSError, SchemaError
        As :func:`sample_points`.
    ConfigError
        ``step_m`` is no distance.
    """
    if not 0 < step_m < float("inf"):
        msg = f"raster ({path}): a step of {step_m} m is none; more than 0 m is allowed."
        raise ConfigError(msg)
    shapes = lines.geometry.to_numpy()
    _check_shapes(shapes, shapely.GeometryType.LINESTRING, "a line", path)
    pieces = np.maximum(1, np.ceil(shapely.length(shapes) / step_m - 1e-9)).astype(np.int64)
    for flag in ("bridge", "tunnel"):
        if flag in lines.columns:
            pieces[lines[flag].to_numpy(dtype=bool)] = 1
    owner = np.repeat(np.arange(len(shapes)), pieces + 1)
    leading = np.cumsum(pieces + 1) - (pieces + 1)
    share = (np.arange(len(owner)) - leading[owner]) / pieces[owner]
    places = shapely.line_interpolate_point(shapes[owner], share, normalized=True)
    with opened_band(path, band) as raster:
        xy = _moved(shapely.get_coordinates(places), lines.crs, raster, path)
        height = _sampled(raster, band, xy, "bilinear", path)
    within = owner[1:] == owner[:-1]
    rise, of = np.diff(height)[within], owner[1:][within]
    gain = np.bincount(of, weights=np.maximum(rise, 0.0), minlength=len(shapes))
    loss = np.bincount(of, weights=np.maximum(-rise, 0.0), minlength=len(shapes))
    columns = {
        "start_m": height[leading],
        "end_m": height[leading + pieces],
        "gain_m": gain.astype(np.float64),
        "loss_m": loss.astype(np.float64),
    }
    return pd.DataFrame(columns, index=lines.index)


@contextlib.contextmanager
def opened_band(path: Path, band: int) -> Iterator[DatasetReader]:
    """Open a raster that has a band, or say in one line what is wrong with it."""
    check_file(path)
    import rasterio  # noqa: PLC0415 - only who reads rasters waits for GDAL
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError  # noqa: PLC0415

    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        raster, told = None, ""
        for name in FORMATS:
            try:
                raster = stack.enter_context(rasterio.open(path, driver=name))
                break
            except RasterioIOError as error:
                told = told or " ".join(str(error).split()).rstrip(".")
        if raster is None:
            msg = (
                f"raster ({path}): cannot be read: {told}; {', '.join(FORMATS)} are allowed. "
                "Fetch it again, or save it as GeoTIFF."
            )
            raise SourceError(msg)
        if raster.crs is None or raster.transform.is_identity:
            raise CRSError(no_crs(path, "the raster has"))
        if not 1 <= band <= raster.count:
            msg = f"raster ({path}): has no band {band}; 1 to {raster.count} are allowed. Name one."
            raise SchemaError(msg)
        try:
            yield raster
        except RasterioIOError as error:
            msg = f"raster ({path}): is cut short or broken: {error}. Fetch it again."
            raise SourceError(msg) from error


def no_crs(path: Path, what: str) -> str:
    """Say that something has no CRS."""
    return (
        f"raster ({path}): {what} no CRS; EPSG:25832 or the one it is in is needed. Write it into "
        "the file."
    )


def raster_crs(raster: DatasetReader) -> pyproj.CRS:
    """Give the CRS of a raster."""
    return pyproj.CRS.from_wkt(raster.crs.to_wkt())


def _check_shapes(shapes: npt.NDArray[Any], kind: int, named: str, path: Path) -> None:
    wrong = (shapely.get_type_id(shapes) != kind) | shapely.is_empty(shapes)
    if wrong.any():
        msg = (
            f"raster ({path}): {int(wrong.sum())} of {len(shapes)} rows are not {named} with "
            f"coordinates: rows {first(np.flatnonzero(wrong).tolist())}. Correct these rows."
        )
        raise SchemaError(msg)


def _moved(xy: Numbers, crs: Any, raster: DatasetReader, path: Path) -> Numbers:
    """Bring positions into columns and rows of the raster, whole numbers at corners of cells."""
    if crs is None:
        raise CRSError(no_crs(path, "the points have"))
    there = pyproj.Transformer.from_crs(crs, raster_crs(raster), always_xy=True)
    x, y = there.transform(xy[:, 0], xy[:, 1])
    column, row = applied(~raster.transform, np.asarray(x), np.asarray(y))
    return np.column_stack([column, row])


def applied(transform: Any, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Apply an affine transformation to positions, whatever the version of affine."""
    along = transform.a * x + transform.b * y + transform.c
    down = transform.d * x + transform.e * y + transform.f
    return along.astype(np.float64), down.astype(np.float64)


def _sampled(
    raster: DatasetReader, band: int, cells: Numbers, method: Method, path: Path
) -> Numbers:
    size = np.array([raster.width, raster.height], dtype=np.float64)
    inside = np.isfinite(cells).all(axis=1) & (cells >= 0).all(axis=1) & (cells <= size).all(axis=1)
    values = np.full(len(cells), np.nan)
    if inside.any():
        low = np.floor(cells[inside].min(axis=0)).astype(int) - 1
        high = np.ceil(cells[inside].max(axis=0)).astype(int) + 1
        part = read_cells(raster, band, (low[0], low[1], high[0], high[1]), path)
        take = _nearest if method == "nearest" else _bilinear
        values[inside] = take(part.numbers, cells[inside] - part.inside)
        if np.isnan(values[inside]).all():
            check_any_value(raster, band, path)
    return values


def _nearest(values: Numbers, cells: Numbers) -> Numbers:
    column, row = np.minimum(np.floor(cells).astype(int), np.array(values.shape[::-1]) - 1).T
    return np.asarray(values[row, column], dtype=np.float64)


def _bilinear(values: Numbers, cells: Numbers) -> Numbers:
    """Weigh the four cells around; one that has no value counts only with weight 0."""
    size = np.array(values.shape[::-1])
    middle = np.clip(cells - 0.5, 0.0, size - 1.0)
    low = np.floor(middle).astype(int)
    part = middle - low
    high = np.minimum(low + 1, size - 1)
    total = np.zeros(len(cells))
    for column, across in ((low[:, 0], 1 - part[:, 0]), (high[:, 0], part[:, 0])):
        for row, down in ((low[:, 1], 1 - part[:, 1]), (high[:, 1], part[:, 1])):
            weight = across * down
            total += np.where(weight > 0, values[row, column], 0.0) * weight
    return total


def read_cells(
    raster: DatasetReader, band: int, cells: tuple[int, int, int, int], path: Path
) -> Cells:
    """Read some columns and rows, cut to the raster; missing cells are NaN."""
    from rasterio.windows import Window  # noqa: PLC0415 - who has a raster has it loaded

    left, top = max(cells[0], 0), max(cells[1], 0)
    right, bottom = min(cells[2], raster.width), min(cells[3], raster.height)
    window = Window(left, top, max(right - left, 0), max(bottom - top, 0))
    raw = raster.read(band, window=window, masked=True).astype(np.float64)
    values = raw.filled(np.nan)
    values[~np.isfinite(values)] = np.nan
    _check_disguised(values, path)
    values = values * raster.scales[band - 1] + raster.offsets[band - 1]
    return Cells(values, raster.window_transform(window), (left, top))


def _check_disguised(values: Numbers, path: Path) -> None:
    found = {number: int((values == number).sum()) for number in DISGUISED}
    cells = {f"{number:g}": count for number, count in found.items() if count}
    if cells:
        msg = (
            f"raster ({path}): {sum(cells.values())} cells hold {first(cells)}, which stands for a "
            "missing value but is not stated as one. State it as the file's no-data value."
        )
        raise SchemaError(msg)


def check_any_value(raster: DatasetReader, band: int, path: Path) -> None:
    """Raise SchemaError if no cell of a band has a value; a file of nothing is no layer."""
    for _, window in raster.block_windows(band):
        values = raster.read(band, window=window, masked=True)
        if np.isfinite(values.astype(np.float64).filled(np.nan)).any():
            return
    msg = (
        f"raster ({path}): none of the {raster.width * raster.height} cells of band {band} has a "
        "value. Fetch it again, or name another band."
    )
    raise SchemaError(msg)
