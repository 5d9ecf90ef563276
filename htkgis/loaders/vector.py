"""Read any vector file that GDAL reads, with the faults of real files named.

What a file is and whether it is whole is looked at before it is opened: see ``arrived``.
"""

from __future__ import annotations

import codecs
import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)
from pyproj.exceptions import ProjError
from shapely.errors import ShapelyError

from htkgis.errors import SchemaError, SourceError, first

from .arrived import check_file, layer_in_zip
from .table import lacking

__all__ = ["check_file", "read_vector"]

UNREADABLE = (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    ProjError,
    ShapelyError,
)
BROKEN_PARQUET = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    NotImplementedError,
    ProjError,
    ShapelyError,
)
"""What geopandas raises where the facts about the geometry in a parquet file are damaged."""
FID = "fid"
"""Name by which a mapping asks for the feature id that GDAL keeps beside the columns."""
WORKBOOKS = frozenset({".xlsx", ".xls", ".ods"})
PLAINLY = {
    "not recognized as being in a supported file format": (
        "its content is in no format that GDAL knows; a table must end in .csv"
    ),
    "malformed": "the database is damaged or cut short",
    "not a database": "the database is damaged or cut short",
    "Parquet magic bytes": "the file is damaged or cut short",
}
"""What the libraries say in many words, in few."""
SHOWN = 200
"""Letters of what a library says that an error shows."""


def read_vector(
    path: Path,
    *,
    layer: str | None = None,
    columns: list[str] | None = None,
    encoding: str | None = None,
    notes: list[str] | None = None,
) -> gpd.GeoDataFrame:
    """Read a vector file, or one layer of it, as it is.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON, Shapefile, zip of one of them, or parquet.
    layer
        Needed where a file holds several with geometry.
    columns
        Columns to read; all where missing. ``fid``, or what a GeoPackage calls it, gives the
        feature id where no column has that name.
    encoding
        Of the text; what the file says where missing.
    notes
        Takes what GDAL remarks on the file; Python warns of it where missing.

    Raises
    ------
    SourceError
        The file is missing, empty, corrupt, a hostile zip, or has no such layer.
    SchemaError
        Columns are missing.
    """
    check_file(path)
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".geoparquet"}:
        with _noted(notes):
            return _read_parquet(path, columns)
    if suffix in WORKBOOKS:
        msg = (
            f"{path.name} ({path}): is a workbook; a CSV or a vector file is allowed. Save the "
            "sheet as CSV (UTF-8)."
        )
        raise SourceError(msg)
    source = f"/vsizip/{path}/{layer_in_zip(path)}" if suffix == ".zip" else str(path)
    try:
        with _noted(notes):
            return _read(source, path, layer, columns, _gdal_name(encoding))
    except UnicodeDecodeError as error:
        msg = (
            f"{path.name} ({path}): text is not {error.encoding}: byte {error.object[error.start]} "
            f"in {error.object[:40]!r}. Save it as UTF-8, or state its encoding in the catalog."
        )
        raise SourceError(msg) from error
    except UNREADABLE as error:
        msg = f"{path.name} ({path}): cannot be read: {_oneline(error)}. Fetch the file again."
        raise SourceError(msg) from error


def _read(
    source: str, path: Path, layer: str | None, columns: list[str] | None, encoding: str | None
) -> gpd.GeoDataFrame:
    chosen = _layer_name(source, path, layer)
    try:
        info = pyogrio.read_info(source, layer=chosen, encoding=encoding)
    except UnboundLocalError as error:
        # so pyogrio 0.13 ends where the name of a CRS is not UTF-8
        msg = f"{path.name} ({path}): its CRS cannot be read. Save it again in EPSG:25832."
        raise SourceError(msg) from error
    found = [str(name) for name in info["fields"]]
    ids = {FID, info["fid_column"]} - set(found)
    wanted = found if columns is None else [name for name in columns if name not in ids]
    if wanted and not found and info["features"] == 0:
        msg = f"{path.name} ({path}): holds neither rows nor columns. Fetch it again."
        raise SchemaError(msg)
    _check_columns(path, wanted, found)
    table = pyogrio.read_dataframe(
        source, layer=chosen, columns=wanted, encoding=encoding, fid_as_index=True
    )
    if not isinstance(table, gpd.GeoDataFrame):
        held = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
        msg = (
            f"{path.name} ({path}): layer {chosen!r} is a table without geometry; layers with "
            f"geometry are {first(held) or 'none'}. Name one of them, or take another file."
        )
        raise SourceError(msg)
    for name in ids.intersection(columns or ()):
        table[name] = table.index.astype(str)
    return _named(table).reset_index(drop=True)


@contextlib.contextmanager
def _noted(notes: list[str] | None) -> Iterator[None]:
    """Write what GDAL remarks into ``notes``; a coordinate that is no number is counted later."""
    with np.errstate(invalid="ignore"):
        if notes is None:
            yield
            return
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", RuntimeWarning)
            yield
    for warning in caught:
        if not issubclass(warning.category, RuntimeWarning):
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
            continue
        remark = f"GDAL: {' '.join(str(warning.message).split())}"
        if remark not in notes:
            notes.append(remark)


def _gdal_name(encoding: str | None) -> str | None:
    """Call an encoding as GDAL does, which knows ISO-8859-1 and not latin-1."""
    if encoding is None:
        return None
    name = codecs.lookup(encoding).name.upper()
    return f"ISO-{name.removeprefix('ISO')}" if name.startswith("ISO8859") else name


def _named(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call the geometry ``geometry``, whatever the file calls it."""
    if table.active_geometry_name == "geometry":
        return table
    return table.rename_geometry("geometry")


def _layer_name(source: str, path: Path, layer: str | None) -> str:
    rows = pyogrio.list_layers(source)
    names = [str(name) for name, _ in rows]
    shaped = [str(name) for name, geometry in rows if geometry is not None]
    if layer is None and (len(shaped) == 1 or len(names) == 1):
        return [*shaped, *names][0]
    if layer in names:
        return str(layer)
    if not names:
        msg = f"{path.name} ({path}): holds no layer; it may be cut short. Fetch the file again."
        raise SourceError(msg)
    what = "no layer was named" if layer is None else f"there is no layer {layer!r}"
    msg = (
        f"{path.name} ({path}): {what}; it holds {', '.join(names)}. Name one of them: layer = "
        f"{names[0]!r} in the catalog, {path.name}|layername={names[0]} elsewhere."
    )
    raise SourceError(msg)


def _check_columns(path: Path, wanted: list[str], found: list[str]) -> None:
    missing = [name for name in wanted if name not in found]
    if missing:
        msg = f"{path.name} ({path}): {lacking(missing, found)}. Correct the mapping, or the file."
        raise SchemaError(msg)


def _read_parquet(path: Path, columns: list[str] | None) -> gpd.GeoDataFrame:
    try:
        table = gpd.read_parquet(path)
    except BROKEN_PARQUET as error:
        msg = f"{path.name} ({path}): is not GeoParquet: {_oneline(error)}. Fetch it again."
        raise SourceError(msg) from error
    table = _named(table).reset_index(drop=True)
    if columns is None:
        return table
    _check_columns(path, [name for name in columns if name != FID], list(table.columns))
    if FID in columns and FID not in table.columns:
        table[FID] = table.index.astype(str)
    return table[[*columns, "geometry"]]


def _oneline(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    plainly = next((plainly for words, plainly in PLAINLY.items() if words in text), text)
    return plainly if len(plainly) <= SHOWN else f"{plainly[:SHOWN]} …"
