"""Read any vector file that GDAL reads, with the faults of real files named.

A zip is looked at before it is opened: a path outside it or a bomb is refused.
"""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pyogrio
from pyogrio.errors import (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)
from shapely.errors import ShapelyError

from htkgis.errors import SchemaError, SourceError, first

UNREADABLE = (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    ShapelyError,
)
MAX_UNPACKED_BYTES = 4 << 30
MAX_RATIO = 200
FID = "fid"
"""Name by which a mapping asks for the feature id that GDAL keeps beside the columns."""


def read_vector(
    path: Path,
    *,
    layer: str | None = None,
    columns: list[str] | None = None,
    encoding: str | None = None,
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

    Raises
    ------
    SourceError
        The file is missing, empty, corrupt, a hostile zip, or has no such layer.
    SchemaError
        Columns are missing.
    """
    check_file(path)
    if path.suffix.lower() in {".parquet", ".geoparquet"}:
        return _read_parquet(path, columns)
    source = f"/vsizip/{path}" if path.suffix.lower() == ".zip" else str(path)
    try:
        chosen = _layer_name(source, path, layer)
        info = pyogrio.read_info(source, layer=chosen, encoding=encoding)
        found = [str(name) for name in info["fields"]]
        ids = {FID, info["fid_column"]} - set(found)
        wanted = found if columns is None else [name for name in columns if name not in ids]
        _check_columns(path, wanted, found)
        table = pyogrio.read_dataframe(
            source, layer=chosen, columns=wanted, encoding=encoding, fid_as_index=True
        )
    except UnicodeDecodeError as error:
        msg = (
            f"{path.name} ({path}): text is not {error.encoding}: byte {error.object[error.start]} "
            f"in {error.object[:40]!r}. Save it as UTF-8, or state its encoding in the catalog."
        )
        raise SourceError(msg) from error
    except UNREADABLE as error:
        msg = f"{path.name} ({path}): cannot be read: {_oneline(error)}. Fetch the file again."
        raise SourceError(msg) from error
    if not isinstance(table, gpd.GeoDataFrame):
        msg = f"{path.name} ({path}): layer {chosen!r} has no geometry. Choose another layer."
        raise SourceError(msg)
    for name in ids.intersection(columns or ()):
        table[name] = table.index.astype(str)
    return _named(table).reset_index(drop=True)


def _named(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call the geometry ``geometry``, whatever the file calls it."""
    if table.active_geometry_name == "geometry":
        return table
    return table.rename_geometry("geometry")


def check_file(path: Path) -> None:
    """Raise SourceError if a file is missing, empty, or a zip that should not be opened."""
    if not path.exists():
        msg = f"{path.name} ({path}): the file is missing. Check the path."
        raise SourceError(msg)
    if path.is_file() and path.stat().st_size == 0:
        msg = f"{path.name} ({path}): the file is empty (0 bytes). Fetch it again."
        raise SourceError(msg)
    if path.suffix.lower() == ".zip":
        check_zip(path)


def check_zip(path: Path) -> None:
    """Raise SourceError if a zip is corrupt, leads outside itself, or unpacks to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError) as error:
        msg = f"{path.name} ({path}): is not a whole zip: {error}. Fetch it again."
        raise SourceError(msg) from error
    outside = [entry.filename for entry in entries if _leads_outside(entry.filename)]
    if outside:
        msg = (
            f"{path.name} ({path}): {len(outside)} entries lead outside the zip: {first(outside)}. "
            "Do not use this file; ask its sender for another."
        )
        raise SourceError(msg)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(path.stat().st_size, 1 << 16):
        msg = (
            f"{path.name} ({path}): would unpack to {unpacked / 1e9:.1f} GB from "
            f"{path.stat().st_size / 1e6:.1f} MB; at most {MAX_UNPACKED_BYTES >> 30} GB and "
            f"{MAX_RATIO} times its size are allowed. Unpack it by hand if you trust it."
        )
        raise SourceError(msg)


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name.split("/", 1)[0]


def _layer_name(source: str, path: Path, layer: str | None) -> str:
    rows = pyogrio.list_layers(source)
    names = [str(name) for name, _ in rows]
    shaped = [str(name) for name, geometry in rows if geometry is not None]
    if layer is None and (len(shaped) == 1 or len(names) == 1):
        return [*shaped, *names][0]
    if layer in names:
        return str(layer)
    what = "no layer was named" if layer is None else f"there is no layer {layer!r}"
    msg = f"{path.name} ({path}): {what}; it holds {', '.join(names) or 'none'}. Name one of them."
    raise SourceError(msg)


def _check_columns(path: Path, wanted: list[str], found: list[str]) -> None:
    missing = [name for name in wanted if name not in found]
    if missing:
        msg = (
            f"{path.name} ({path}): missing columns {missing}; found {found[:20]}. Correct the "
            "mapping, or the file."
        )
        raise SchemaError(msg)


def _read_parquet(path: Path, columns: list[str] | None) -> gpd.GeoDataFrame:
    try:
        table = gpd.read_parquet(path)
    except (OSError, ValueError, NotImplementedError, ShapelyError) as error:
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
    return " ".join(str(error).split()).rstrip(".")
