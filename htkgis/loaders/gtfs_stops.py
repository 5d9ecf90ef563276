"""Stops of a feed: where they are, what station they are part of, whether wheelchairs may board."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from htkgis.errors import MOJIBAKE, SchemaError, first

from .geometry import in_crs
from .gtfs_files import Feed, read_short_table, without_repeats
from .gtfs_report import FeedReport
from .table import numbers

FILE = "stops.txt"
PLATFORM, STATION = "0", "1"
"""``location_type`` of where vehicles stop (a blank too), and of what such places are part of."""
YES_NO = {"1": True, "2": False}
"""What GTFS writes for yes and no; 0 and blank say nothing."""


def read_stops(feed: Feed, report: FeedReport, *, crs: str) -> pd.DataFrame:
    """Read all locations of a feed.

    Returns
    -------
    locations
        By ``stop_id``: ``name``, ``parent_station``, ``location_type`` (text), ``wheelchair``
        (its own, else its station's), ``lat``, ``lon`` (degrees) and ``x``, ``y`` (metres in
        ``crs``), nan where the feed gives no position.

    Raises
    ------
    SchemaError
        If ids are missing or repeat, or a position is no number.
    """
    table = read_short_table(
        feed,
        FILE,
        ("stop_id", "stop_lat", "stop_lon"),
        ("stop_name", "parent_station", "location_type", "wheelchair_boarding"),
    )
    table = without_repeats(table, FILE, report)
    check_ids(table["stop_id"], feed.where(FILE), "stop_id")
    garbled = [name for name in table["stop_name"] if name and MOJIBAKE.search(name)]
    if garbled:
        report.counted["stops with a garbled name"] = len(garbled)
    what = f"{feed.where(FILE)} column"
    lat = numbers(table["stop_lat"], what=f"{what} 'stop_lat'").to_numpy()
    lon = numbers(table["stop_lon"], what=f"{what} 'stop_lon'").to_numpy()
    x, y = _in_metres(lon, lat, crs)
    own = table["wheelchair_boarding"].map(YES_NO).astype("boolean")
    by_id = pd.Series(own.array, index=table["stop_id"])
    station = pd.Series(by_id.reindex(table["parent_station"]).array, index=table.index)
    return (
        pd.DataFrame(
            {
                "stop_id": table["stop_id"],
                "name": table["stop_name"],
                "parent_station": table["parent_station"],
                "location_type": table["location_type"].fillna(PLATFORM),
                "wheelchair": own.fillna(station),
                "lat": lat,
                "lon": lon,
                "x": x,
                "y": y,
            }
        )
        .sort_values("stop_id")
        .reset_index(drop=True)
    )


def check_ids(ids: pd.Series, where: str, column: str) -> None:
    """Raise SchemaError if ids are missing or stand twice."""
    blank = ids.isna()
    if blank.any():
        rows = (np.flatnonzero(blank) + 2).tolist()
        msg = (
            f"{where}: {len(rows)} of {len(ids)} rows have no {column}: rows {first(rows)}; each "
            "needs one. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    twice = ids[ids.duplicated(keep=False)]
    if len(twice):
        msg = (
            f"{where}: {len(twice)} of {len(ids)} rows share a {column}: "
            f"{first(sorted(set(twice)))}; ids must be unique. Ask the feed's publisher."
        )
        raise SchemaError(msg)


def _in_metres(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], crs: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = transformer.transform(lon, lat)
    there = np.isfinite(x) & np.isfinite(y)
    return np.where(there, x, np.nan), np.where(there, y, np.nan)


def within(locations: pd.DataFrame, area: shapely.Geometry | None) -> npt.NDArray[np.bool_]:
    """Which locations lie in the area, its border too; without an area all do."""
    if area is None:
        return np.ones(len(locations), dtype=bool)
    shapely.prepare(area)
    inside: npt.NDArray[np.bool_] = shapely.intersects_xy(
        area, locations["x"].to_numpy(), locations["y"].to_numpy()
    )
    return inside


def stop_points(
    locations: pd.DataFrame, used: npt.NDArray[np.int32], feed: Feed, *, crs: str
) -> gpd.GeoDataFrame:
    """Give the stops at which trips call as contract ``STOPS``.

    Raises
    ------
    CRSError
        If they lie nowhere near where ``crs`` is used, or latitude and longitude are swapped.
    """
    kept = locations.loc[used].reset_index(drop=True)
    points = gpd.GeoDataFrame(
        kept[["stop_id", "name", "parent_station", "wheelchair"]],
        geometry=gpd.points_from_xy(kept["lon"], kept["lat"]),
        crs="EPSG:4326",
    )
    if points.empty:
        return points.to_crs(crs)
    return in_crs(points, crs, stated=None, where=feed.where(FILE))
