"""Surfaces of access, and what surfaces of either kind say of zones such as the quarters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.zonal import zonal_statistics
from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, NetworkError, first
from htkgis.loaders.points import LAYER, read_points, read_weights
from htkgis.loaders.zones import read_zones
from htkgis.network import (
    Grid,
    border_times,
    grid_around,
    opportunity_surface,
    snap,
    travel_time_surface,
)
from htkgis.publish.geotiff import NODATA, cog_bytes
from htkgis.publish.tables import check_format, write_table
from htkgis.quantities import ADULT
from htkgis.store import Cache, sha256_bytes, sha256_file, write_atomic
from htkgis.study import read_study
from htkgis.units import UNREACHED, deciseconds, minutes

from .layers import street_coverage
from .stated_facts import unknown_kinds
from .steps import Progress
from .surface_network import SurfaceNetwork, surface_network
from .surfaces import check_area, check_tif, provenance
from .travellers import Travellers, travellers

QUARTERS = "quarters"
"""What stands for the quarters of the study where zones are named."""

LAYERS = ("origins", "areas", "streets", "quarters", "barriers")
BAND = "opportunities"
CELL_M = (10.0, 100.0)
"""Least and greatest side of a cell."""


@dataclass(frozen=True)
class Question:
    """What a surface shows, by which mode and over which layers.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    area
        Id of a housing area: minutes from it, or the surroundings of an access surface.
    opportunities, column, limit_min
        Points of a user's own, the number that each counts (one each where missing), and the
        minutes within which they are counted; minutes from the area where there are none.
    mode, lens, bare, cell_m, max_min, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`.
    """

    study_path: Path
    catalog_path: Path
    area: str | None = None
    opportunities: Path | None = None
    column: str | None = None
    limit_min: float | None = None
    mode: str = "walk"
    lens: str = ADULT
    bare: bool = False
    cell_m: float = 25.0
    max_min: float = 30.0
    data: Path | None = None
    cache: Cache | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class AccessReport:
    """What was measured and written.

    Parameters
    ----------
    path, sha256
        The file and its hash.
    rows, columns, cell_m
        Size of the grid.
    measured
        Cells that lie on the network.
    largest
        The most that a cell reaches.
    points, points_off
        Opportunities on the network, and those too far from any street.
    travellers
        Who travels how, and what the minutes mean.
    lower_bounds
        Cells whose search meets the end of the streets: they reach that much at least.
    """

    path: Path
    sha256: str
    rows: int
    columns: int
    cell_m: float
    measured: int
    largest: float
    points: int
    points_off: int
    travellers: Travellers
    lower_bounds: int


def write_access_surface(question: Question, out: Path) -> AccessReport:
    """Write what is reached from every cell around an area, as Cloud Optimized GeoTIFF.

    The cells are those of the travel-time surface of the same area, mode and ``max_min``.

    Raises
    ------
    ConfigError
        No such area, no limit, cells outside 10 to 100 m, or the file is no ``.tif``.
    NetworkError
        If no opportunity is near a street.
    HtkgisError
        As ``htkgis run``; nothing is written then.
    """
    check_tif(out)
    net = _network(question)
    limit_ds = deciseconds(question.max_min)
    own = net.origins_of(question.area)
    grid = net.grid(own, limit_ds=limit_ds, cell_m=question.cell_m)
    values, facts, on, off = _access(question, net, grid)
    limit_min = float(question.limit_min or 0)
    bounds = _lower_bounds(net, grid, limit_min) & ~np.isnan(values)
    if bounds.any():
        facts = facts | {"lower_bound_cells": str(int(bounds.sum()))}
    tags = provenance(
        net.study,
        net.catalog,
        net.hashes,
        net.who,
        border_min=float("inf"),
        max_min=limit_min,
    )
    content = cog_bytes(
        np.where(np.isnan(values), NODATA, values).astype(np.float32),
        west_m=grid.west_m,
        north_m=grid.north_m,
        cell_m=grid.cell_m,
        crs=net.study.study.crs,
        tags=tags | facts,
        band=(BAND, facts["unit"]),
    )
    write_atomic(out, content)
    known = values[~np.isnan(values)]
    return AccessReport(
        path=out,
        sha256=sha256_bytes(content),
        rows=grid.rows,
        columns=grid.columns,
        cell_m=grid.cell_m,
        measured=len(known),
        largest=float(known.max(initial=0.0)),
        points=on,
        points_off=off,
        travellers=net.who,
        lower_bounds=int(bounds.sum()),
    )


def _lower_bounds(net: SurfaceNetwork, grid: Grid, limit_min: float) -> npt.NDArray[np.bool_]:
    """Find the cells whose search meets the end of the streets: more may lie beyond."""
    count = grid.rows * grid.columns
    middles = gpd.points_from_xy(*grid.middles(0, count).T, crs=net.study.study.crs)
    points = gpd.GeoDataFrame({"id": np.arange(count)}, geometry=middles)
    covered = street_coverage(net.catalog, net.results["streets"])
    border_ds = border_times(net.graph, snap(net.graph, points, **net.rules), covered)
    met: npt.NDArray[np.bool_] = border_ds <= deciseconds(limit_min)
    return met.reshape(grid.rows, grid.columns)


def write_zone_table(question: Question, zones: str, out: Path) -> pd.DataFrame:
    """Write what a surface says of each zone: minutes from the area, or opportunities reached.

    Parameters
    ----------
    question
        Which surface; its cells cover all zones.
    zones
        ``quarters``, or a vector file with an ``id`` and polygons.
    out
        ``.csv`` or ``.parquet``.

    Returns
    -------
    table
        As :func:`htkgis.access.zonal.zonal_statistics`, with ``measure``, ``mode``, ``lens``,
        ``plain``, ``unit`` and ``cell_m``; of minutes also the share within each limit of the
        study up to ``max_min``.

    Raises
    ------
    HtkgisError
        As :func:`write_access_surface`, or the zones cannot be read.
    """
    check_format(out)
    net = _network(question)
    crs = net.study.study.crs
    shapes = net.results["quarters"] if zones == QUARTERS else read_zones(Path(zones), crs=crs)
    grid = grid_around(tuple(shapes.total_bounds.tolist()), cell_m=question.cell_m)
    if question.opportunities is None:
        values, limits, measure, unit = *_times(question, net, grid), "travel_time", "min"
        if net.who.felt:
            measure, unit = "felt_time", "felt min"
    else:
        values, facts, _, _ = _access(question, net, grid)
        limits, measure, unit = [], facts["measure"], facts["unit"]
    middles = grid.middles(0, grid.rows * grid.columns)
    table = zonal_statistics(values.ravel(), middles, shapes[["id", "geometry"]], limits=limits)
    told: dict[str, Any] = {
        "measure": measure,
        "mode": question.mode,
        "lens": question.lens,
        "plain": question.bare,
        "unit": unit,
        "cell_m": grid.cell_m,
    }
    table = table.assign(**told)[["id", *told, *table.columns[1:]]]
    write_table(table, out, decimals=4)
    return table


def _network(question: Question) -> SurfaceNetwork:
    low, high = CELL_M
    if not low <= question.cell_m <= high:
        msg = (
            f"--cell-m {question.cell_m:g}: is no side of a cell; {low:g} to {high:g} m are "
            "allowed. Choose one."
        )
        raise ConfigError(msg)
    study = read_study(question.study_path)
    catalog = read_catalog(question.catalog_path, data=question.data)
    if question.opportunities is None or question.area is not None:
        check_area(question.area or "", study)
    if question.opportunities is not None and question.limit_min is None:
        msg = "--opportunities: within how many minutes is missing. Add --limit-min."
        raise ConfigError(msg)
    mode, lens, bare = question.mode, question.lens, question.bare
    who = travellers(study, mode, lens, bare=bare, unknown_kinds=unknown_kinds(catalog))
    return surface_network(
        study, catalog, who, LAYERS, cache=question.cache, progress=question.progress
    )


def _times(
    question: Question, net: SurfaceNetwork, grid: Grid
) -> tuple[npt.NDArray[np.float64], list[float]]:
    """Minutes from the area, missing where not reached, and the limits that they are told by."""
    own = net.origins_of(question.area)
    limit_ds = deciseconds(question.max_min)
    time_ds = travel_time_surface(net.graph, own, grid, limit_ds=limit_ds, **net.rules)
    limits = [limit for limit in net.study.limits.catchment.value if limit <= question.max_min]
    return np.where(time_ds < UNREACHED, minutes(time_ds), np.nan), limits


def _access(
    question: Question, net: SurfaceNetwork, grid: Grid
) -> tuple[npt.NDArray[np.float64], dict[str, str], int, int]:
    """Opportunities within the limit, facts about them, and how many are on the streets or off."""
    path, limit_min = Path(question.opportunities or ""), float(question.limit_min or 0)
    points = read_points(path, crs=net.study.study.crs)
    weights = read_weights(path, question.column, points)
    snaps = snap(net.graph, points, **net.rules)
    off = len(snaps.too_far)
    if off == len(snaps):
        msg = (
            f"opportunities ({path}): none of {off} lies within {net.rules['max_snap_m']:g} m of "
            f"a street: {first(snaps.too_far['id'])}. Take points of the place of the study."
        )
        raise NetworkError(msg)
    values = opportunity_surface(
        net.graph, snaps, weights, grid, limit_ds=deciseconds(limit_min), **net.rules
    )
    facts = {
        "measure": "cumulative",
        "unit": question.column or "places",
        "opportunities": path.name.partition(LAYER)[0],
        "opportunities_sha256": sha256_file(Path(str(path).partition(LAYER)[0])),
    }
    return values, facts, len(snaps) - off, off
