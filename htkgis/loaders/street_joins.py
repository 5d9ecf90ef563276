"""What official lines say of streets: signed speed limits, marked cycle routes.

Official lines and OpenStreetMap share no id, so they are joined by geometry. Streets are looked
at in pieces of at most ``PIECE_M``: a line runs along a piece if it is near its middle and
advances as far as the piece does, in either direction. A line that only crosses advances by
next to nothing, however short the street. A street takes the value that runs along most of it,
if that is at least a stated share.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import ConfigError, CRSError
from htkgis.store.memory import recalled

from .stress import stress_levels

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

PIECE_M = 10.0

ALONG = np.dtype([("best", np.int64), ("most_m", np.float64)])
"""What is remembered of a street: the code of the value along most of it, and how many metres."""

LEAST_ADVANCE = 0.8
"""Part of a piece that a line beside it must advance; about the cosine of 37 degrees."""


class _Pieces(NamedTuple):
    """Parts of streets: the street, length in metres, and three points of each."""

    street: Integers
    length_m: Numbers
    start: npt.NDArray[Any]
    middle: npt.NDArray[Any]
    end: npt.NDArray[Any]


def values_along(
    streets: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame,
    values: pd.Series,
    *,
    within_m: float,
    least_share: float,
) -> pd.DataFrame:
    """Find the value of the lines that run along each street.

    Parameters
    ----------
    streets
        Lines in a projected CRS in metres.
    lines
        LineStrings or MultiLineStrings in any CRS; those without geometry say nothing.
    values
        One value per row of ``lines``; lines of the same value count together, rows without a
        value not at all.
    within_m
        Largest distance between a line and the middle of a piece of street in metres, > 0. Of
        several lines the nearest counts, of equally near ones that of the smallest value.
    least_share
        Part of a street that lines of one value must run along, above 0 and up to 1.

    Returns
    -------
    found
        By the index of ``streets``: ``value`` (missing where no line runs along enough of the
        street) and ``share`` of the street that the best value runs along, 0 to 1. Of equal
        shares the smallest value counts.

    Raises
    ------
    ConfigError
        If ``within_m`` or ``least_share`` is out of range.
    CRSError
        If either table has no CRS.

    Examples
    --------
    A street of 100 m, a line 5 m beside most of it the other way, and one that crosses:

    >>> streets = gpd.GeoDataFrame(
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])], crs="EPSG:25832")
    >>> lines = gpd.GeoDataFrame(geometry=[shapely.LineString([(100, 5), (30, 5)]),
    ...                                    shapely.LineString([(10, -50), (10, 50)])],
    ...                          crs="EPSG:25832")
    >>> values_along(streets, lines, pd.Series([50, 80]), within_m=12, least_share=0.6)
       value  share
    0     50    0.7
    """
    _check_rules(within_m, least_share)
    for what, table in (("streets", streets), ("lines", lines)):
        if table.crs is None:
            msg = f"{what}: have no CRS; EPSG:25832 or the one they are in is needed. State it."
            raise CRSError(msg)
    values = pd.Series(values.to_numpy(), index=lines.index)
    parts = lines.to_crs(streets.crs).geometry[values.notna()].explode(index_parts=False)
    parts = parts[~(parts.isna() | parts.is_empty)]
    code, kinds = pd.factorize(values.loc[parts.index], sort=True)
    shapes, whole = streets.geometry.to_numpy(), shapely.length(streets.geometry.to_numpy())
    best, most = _most_along(shapes, parts.to_numpy(), code, within_m)
    share = np.round(most / np.where(whole > 0, whole, 1.0), 6)
    value = pd.Series(kinds).reindex(np.where(share >= least_share, best, -1))
    return pd.DataFrame({"value": value.to_numpy(), "share": share}, index=streets.index)


def with_limits(
    streets: gpd.GeoDataFrame, limits: gpd.GeoDataFrame, *, column: str, **near: float
) -> gpd.GeoDataFrame:
    """Give streets for cars the official speed limit, and judge their traffic stress again.

    A path beside a road has no limit, however near the road is.

    Parameters
    ----------
    streets
        Table ``STREETS``.
    limits
        Official lines with the limit in km/h.
    column
        Column of the limit.
    near
        ``within_m`` and ``least_share``, as in :func:`values_along`.

    Returns
    -------
    streets
        With ``car_kph`` where a line runs along a street that cars may use, ``limit_share`` (the
        part of the street that it runs along, 0 where none does), and where the reader gave what
        it takes ``limit_kph`` and ``lts``.

    Examples
    --------
    >>> street = shapely.LineString([(0, 0), (100, 0)])
    >>> streets = gpd.GeoDataFrame({"car": [True, False], "car_kph": [45.0, np.nan]},
    ...                            geometry=[street, street], crs="EPSG:25832")
    >>> limits = gpd.GeoDataFrame({"type": [60.0]}, geometry=[street], crs="EPSG:25832")
    >>> found = with_limits(streets, limits, column="type", within_m=12, least_share=0.6)
    >>> found[["car_kph", "limit_share"]].to_numpy().tolist()
    [[60.0, 1.0], [nan, 0.0]]
    """
    cars = streets["car"].to_numpy(dtype=bool)
    found = values_along(streets[cars], limits, limits[column], **near)
    found = found.reindex(streets.index)
    stated = pd.to_numeric(found["value"]).astype("float64")
    share = found["share"].where(stated.notna(), 0.0)
    known = {"car_kph": stated.fillna(streets["car_kph"]), "limit_share": share}
    if {"limit_kph", "lanes", "cycleway"} <= set(streets.columns):
        known["limit_kph"] = stated.fillna(streets["limit_kph"])
        known["lts"] = stress_levels(
            streets["kind"], known["limit_kph"], streets["lanes"], streets["cycleway"]
        )
    return streets.assign(**known)


def with_routes(
    streets: gpd.GeoDataFrame, routes: gpd.GeoDataFrame, **near: float
) -> gpd.GeoDataFrame:
    """Mark the streets for bikes that official cycle routes run along, besides those known.

    Parameters
    ----------
    streets
        Table ``STREETS``.
    routes
        Lines of marked routes.
    near
        ``within_m`` and ``least_share``, as in :func:`values_along`.

    Returns
    -------
    streets
        With a flag ``route``.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (100, 0)])
    >>> streets = gpd.GeoDataFrame({"bike": [True, False]}, geometry=[line, line],
    ...                            crs="EPSG:25832")
    >>> routes = gpd.GeoDataFrame(geometry=[line], crs="EPSG:25832")
    >>> with_routes(streets, routes, within_m=12, least_share=0.6)["route"].tolist()
    [True, False]
    """
    bikes = streets["bike"].to_numpy(dtype=bool)
    every = pd.Series(1.0, index=routes.index)
    found = values_along(streets[bikes], routes, every, **near)
    marked = found["value"].notna().reindex(streets.index, fill_value=False)
    if "route" in streets.columns:
        marked |= streets["route"].eq(other=True)
    return streets.assign(route=marked.astype(bool))


def _check_rules(within_m: float, least_share: float) -> None:
    if not (0 < within_m < np.inf and 0 < least_share <= 1):
        msg = (
            f"lines along streets: within {within_m} m and a share of {least_share} are no such "
            "rules; more than 0 m, and a share above 0 and up to 1 are allowed. Correct them."
        )
        raise ConfigError(msg)


def _most_along(
    shapes: npt.NDArray[Any], lines: npt.NDArray[Any], code: npt.NDArray[Any], within_m: float
) -> tuple[Integers, Numbers]:
    """Give the value that runs along most of each street, by its code, and for how many metres.

    What runs along a street is decided by its line alone and by all lines together, so a memory
    that is open is asked for it first.
    """
    best = np.zeros(len(shapes), dtype=np.int64)
    most_m = np.zeros(len(shapes), dtype=np.float64)
    near = _near(shapes, lines, within_m)
    if not len(near):
        return best, most_m

    def make(own: npt.NDArray[Any]) -> list[bytes]:
        found = np.empty(len(own), dtype=ALONG)
        found["best"], found["most_m"] = _along(own, lines, code, within_m)
        return [row.tobytes() for row in found]

    facts = (hashlib.sha256(b"".join(_written(lines, code))).hexdigest(), within_m)
    made = recalled("along", shapes[near], make, *facts, least_corners=0)
    found = np.frombuffer(b"".join(made), dtype=ALONG)
    best[near], most_m[near] = found["best"], found["most_m"]
    return best, most_m


def _written(lines: npt.NDArray[Any], code: npt.NDArray[Any]) -> list[bytes]:
    """Write lines and their codes so that no others are written alike."""
    ends = np.cumsum([len(line) for line in shapely.to_wkb(lines)], dtype=np.int64)
    return [ends.tobytes(), code.astype(np.int64).tobytes(), *shapely.to_wkb(lines)]


def _along(
    shapes: npt.NDArray[Any], lines: npt.NDArray[Any], code: npt.NDArray[Any], within_m: float
) -> tuple[Integers, Numbers]:
    """Measure the streets near any line; of values along equally much the smallest counts."""
    pieces = _pieces(shapes)
    nearest = _nearest_along(pieces, lines, code, within_m)
    met, kinds = nearest >= 0, int(code.max()) + 1
    of_street = kinds * pieces.street[met] + code[nearest[met]]
    size = len(shapes) * kinds
    along = np.bincount(of_street, weights=pieces.length_m[met], minlength=size)
    along = along.reshape(len(shapes), kinds)
    best = along.argmax(axis=1)
    return best.astype(np.int64), along[np.arange(len(shapes)), best]


def _near(shapes: npt.NDArray[Any], lines: npt.NDArray[Any], within_m: float) -> Integers:
    """Find the streets whose box comes near a segment of a line; only they can lie along one.

    Official lines cover a municipality and streets a region: most streets need no look.
    """
    xy, line = shapely.get_coordinates(lines, return_index=True)
    within = line[1:] == line[:-1]
    one, other = xy[:-1][within], xy[1:][within]
    low, high = np.minimum(one, other) - within_m, np.maximum(one, other) + within_m
    around = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    _, near = shapely.STRtree(shapes).query(around)
    return np.unique(near).astype(np.int64)


def _pieces(shapes: npt.NDArray[Any]) -> _Pieces:
    """Cut streets into equal pieces of at most ``PIECE_M``."""
    length_m = shapely.length(shapes)
    count = np.maximum(1, np.ceil(length_m / PIECE_M - 1e-9)).astype(np.int64)
    street = np.repeat(np.arange(len(shapes)), count)
    number = np.arange(len(street)) - np.repeat(np.cumsum(count) - count, count)
    share = np.repeat(1.0 / count, count)
    start, middle, end = (
        shapely.line_interpolate_point(shapes[street], (number + at) * share, normalized=True)
        for at in (0.0, 0.5, 1.0)
    )
    return _Pieces(street, np.repeat(length_m / count, count), start, middle, end)


def _nearest_along(
    pieces: _Pieces, lines: npt.NDArray[Any], code: npt.NDArray[Any], within_m: float
) -> Integers:
    """Give the nearest line that runs along each piece; -1 where none does.

    Of equally near ones that of the smallest value counts, by its ``code``.
    """
    nearest = np.full(len(pieces.street), -1, dtype=np.int64)
    piece, line = shapely.STRtree(lines).query(
        pieces.middle, predicate="dwithin", distance=within_m
    )
    there = shapely.line_locate_point(lines[line], pieces.end[piece])
    here = shapely.line_locate_point(lines[line], pieces.start[piece])
    straight = shapely.distance(pieces.start[piece], pieces.end[piece])
    along = (np.abs(there - here) >= LEAST_ADVANCE * straight) & (straight > 0)
    piece, line = piece[along], line[along]
    away = shapely.distance(lines[line], pieces.middle[piece])
    # farthest first, so that the nearest is written last
    order = np.lexsort((-code[line], -away))
    nearest[piece[order]] = line[order]
    return nearest
