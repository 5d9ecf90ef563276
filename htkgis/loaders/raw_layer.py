"""Read the rows of a layer as they are, whatever file they come in, with their geometry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Layer
from htkgis.errors import SchemaError

from .arrived import check_file
from .geometry import known_crs, points_from_columns, shapes_from_wkt
from .hexagons import shapes_from_h3
from .house_numbers import placed_by_address
from .osm_areas import read_osm_areas
from .osm_lines import read_osm_ground_lines
from .osm_places import read_osm_places
from .production_units import read_production_units
from .table import check_letters, read_csv_table
from .vector import read_vector

if TYPE_CHECKING:
    from .layer import LayerReport

Drawn = Literal["lines", "areas", "places", "points"]
"""What is read of an extract: ways as lines, closed ways, both with points, or all as points."""
OTHERS = "*"
"""In a mapping of values: all that is not named. Mapped to itself it keeps them as they are."""
TABLES = frozenset({".csv", ".txt", ".tsv"})


def raw_layer(
    file: Path,
    layer: Layer,
    report: LayerReport,
    where: str,
    *,
    drawn: Drawn,
    addresses: Callable[[str], gpd.GeoDataFrame],
) -> gpd.GeoDataFrame:
    """Read a layer's file.

    Parameters
    ----------
    file, layer
        The file, and what the catalog says of it.
    report
        Told what was left out on the way.
    where
        What messages call the layer.
    drawn
        What is wanted of an extract.
    addresses
        Reads the layer of address ids by its name, where the rows lie at addresses.

    Raises
    ------
    SourceError, SchemaError, CRSError
        See the readers.
    """
    if layer.osm_key is not None:
        return _of_extract(file, layer, layer.osm_key, report, drawn=drawn)
    if layer.documents is None and file.suffix.lower() not in TABLES:
        return _of_vector(file, layer, report, where)
    check_file(file)
    if layer.documents is None:
        table = read_csv_table(file, encoding=layer.encoding)
    else:
        units = read_production_units(file)
        report.dropped += units.dropped
        table = units.table
    return _with_geometry(table, layer, where, addresses)


def _with_geometry(
    table: pd.DataFrame, layer: Layer, where: str, addresses: Callable[[str], gpd.GeoDataFrame]
) -> gpd.GeoDataFrame:
    """Give rows of a table their place in the way that the catalog states."""
    by = layer.geometry
    if by is not None and by.of is not None:
        return placed_by_address(table, str(by.key), addresses(by.of), where=where, of=by.of)
    if by is not None and by.h3 is not None:
        return shapes_from_h3(table, by.h3, where=where)
    if by is None or layer.crs is None:
        msg = (
            f"{where}: a table needs geometry = {{ lat = ..., lon = ... }} or {{ wkt = ... }} and "
            "crs in the catalog, or geometry = { key = ..., of = LAYER } or { h3 = ... }. Add them."
        )
        raise SchemaError(msg)
    known_crs(layer.crs, where=where)
    if by.wkt is not None:
        return shapes_from_wkt(table, by.wkt, crs=layer.crs, where=where)
    return points_from_columns(table, str(by.lat), str(by.lon), crs=layer.crs, where=where)


def _of_vector(file: Path, layer: Layer, report: LayerReport, where: str) -> gpd.GeoDataFrame:
    columns = list(dict.fromkeys(layer.columns.values()))
    encoding = layer.encoding if "encoding" in layer.model_fields_set else None
    table = read_vector(
        file, layer=layer.layer, columns=columns, encoding=encoding, notes=report.notes
    )
    check_letters(table.drop(columns="geometry"), where=where)
    return table


def _of_extract(
    file: Path, layer: Layer, key: str, report: LayerReport, *, drawn: Drawn
) -> gpd.GeoDataFrame:
    kinds = frozenset(layer.values.get("kind", {})) - {OTHERS}  # noqa: PD011 - no pandas here
    if drawn == "lines":
        found, off_the_ground, left_out = read_osm_ground_lines(file, key=key, values=kinds)
        counted = {"tunnel or bridge": off_the_ground, "nodes missing": left_out}
    elif drawn == "areas":
        found, left_out = read_osm_areas(file, key=key, values=kinds)
        counted = {"outline does not close": left_out}
    else:
        kinds = _kinds_of_places(layer)
        found, twice, left_out = read_osm_places(file, key=key, values=kinds)
        counted = {
            "a point and an area of one place": twice,
            "outline does not close": left_out,
        }
        if drawn == "points":
            found = found.set_geometry(found.geometry.representative_point())
    report.dropped += Counter({why: count for why, count in counted.items() if count})
    return found


def _kinds_of_places(layer: Layer) -> frozenset[str]:
    """Name the values of the tag that places are wanted of: those that the catalog maps."""
    named = [
        set(layer.values.get(column, {}))  # noqa: PD011 - no pandas here
        for column, theirs in layer.columns.items()
        if theirs == "kind"
    ]
    return frozenset().union(*named) - {OTHERS}
