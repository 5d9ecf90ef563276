"""Layers of the example quarters: true outlines and places, made-up streets and reach."""

from __future__ import annotations

import geopandas as gpd
import shapely

from htkgis.maps.layers import MapLayers
from tests.maps.example_facts import LIMITS, PLACES, QUARTERS

CRS = "EPSG:25832"
OUTLINES = {
    "municipality": ((12.25, 55.71), (12.32, 55.68), (12.35, 55.64), (12.2, 55.6), (12.15, 55.66)),
    "kulturkvarteret": (
        *((12.3064, 55.6487), (12.2989, 55.6475), (12.2831, 55.6519), (12.2826, 55.6553)),
        *((12.2929, 55.6565), (12.2959, 55.6564), (12.3033, 55.6535), (12.3074, 55.6503)),
    ),
    "videnskvarteret": (
        *((12.2699, 55.6477), (12.2622, 55.6485), (12.2609, 55.6499), (12.2626, 55.6524)),
        *((12.2720, 55.6598), (12.2813, 55.6561), (12.2822, 55.6535)),
    ),
    "ivaerksaetterkvarteret": (
        *((12.2048, 55.6430), (12.1961, 55.6483), (12.1955, 55.6502), (12.2075, 55.6526)),
        *((12.2218, 55.6518), (12.2231, 55.6492)),
    ),
    "taastrupgaard": (
        *((12.2839, 55.6529), (12.2835, 55.6546), (12.2931, 55.6554), (12.2936, 55.6551)),
        (12.2924, 55.6534),
    ),
    "gadehavegaard": (
        *((12.2707, 55.6527), (12.2687, 55.6538), (12.2685, 55.6547), (12.2798, 55.6554)),
        (12.2803, 55.6534),
    ),
    "charlottekvarteret": (
        *((12.2185, 55.6485), (12.2119, 55.6481), (12.2083, 55.6480), (12.2091, 55.6490)),
        *((12.2167, 55.6498), (12.2212, 55.6499)),
    ),
}
SIDES = ("midten", "vest", "nord", "øst", "syd")


METRES_PER_MIN = {"walk": 55, "bike": 160, "car": 300}


def example_layers(
    quarter: str = "kulturkvarteret",
    *,
    spacing_m: float = 160,
    modes: tuple[str, ...] = tuple(METRES_PER_MIN),
) -> MapLayers:
    """Layers of one quarter; streets are a grid with one main street and one path."""
    area = _outline(QUARTERS[quarter]["area_id"])
    west, south, east, north = area.total_bounds
    x, y = area.geometry.iloc[0].centroid.coords[0]
    gates = [(x, y), (west, y), (x, north), (east, y), (x, south)]
    return MapLayers(
        municipality=_outline("municipality"),
        quarter=_outline(quarter),
        area=area,
        origins=gpd.GeoDataFrame(
            {"id": list(SIDES), "kind": "gate", "name": [f"Startpunkt {side}" for side in SIDES]},
            geometry=gpd.points_from_xy(*zip(*gates, strict=True)),
            crs=CRS,
        ),
        streets=_streets(x, y, spacing_m),
        isochrones=_bands(area.geometry.iloc[0], modes),
        places=_places(quarter),
        projects=gpd.GeoDataFrame(
            {
                "id": ["boernekulturhus", "boliger"],
                "name": ["Børnekulturhus", "Boliger ved Selsmosen"],
                "kind": ["institution", "housing"],
                "phase": ["2017-2022", "2018-2026"],
            },
            geometry=gpd.points_from_xy([x + 80, x + 400], [y + 30, y + 60]),
            crs=CRS,
        ),
    )


def _outline(name: str) -> gpd.GeoDataFrame:
    shape = gpd.GeoSeries([shapely.Polygon(OUTLINES[name])], crs="EPSG:4326")
    return gpd.GeoDataFrame({"id": [name]}, geometry=shape.to_crs(CRS).to_list(), crs=CRS)


def _bands(area: shapely.Polygon, modes: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Round reach with a hole in the nearest band."""
    hole = area.centroid.buffer(60)
    cases = [(mode, limit) for mode in modes for limit in LIMITS]
    shapes = [area.buffer(METRES_PER_MIN[mode] * limit, quad_segs=3) for mode, limit in cases]
    return gpd.GeoDataFrame(
        {"mode": [mode for mode, _ in cases], "limit_min": [limit for _, limit in cases]},
        geometry=[
            shape - hole if limit == LIMITS[0] else shape
            for shape, (_, limit) in zip(shapes, cases, strict=True)
        ],
        crs=CRS,
    )


def _places(quarter: str) -> gpd.GeoDataFrame:
    rows = PLACES[quarter]
    return gpd.GeoDataFrame(
        {
            "id": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "function": [row[2] for row in rows],
            "state": [row[5] for row in rows],
            "approximate": [row[6] for row in rows],
            "note": ["bemærkning" if row[6] else None for row in rows],
        },
        geometry=gpd.points_from_xy([row[3] for row in rows], [row[4] for row in rows]),
        crs="EPSG:4326",
    ).to_crs(CRS)


def _streets(x: float, y: float, spacing_m: float) -> gpd.GeoDataFrame:
    half = 2000
    steps = [step * spacing_m - half for step in range(int(2 * half / spacing_m) + 1)]
    lines, kinds = [], []
    for at, step in enumerate(steps):
        kind = "main street" if at % 6 == 0 else "path" if at % 6 == 3 else "local street"
        for first, last in (((step, -half), (step, half)), ((-half, step), (half, step))):
            line = shapely.LineString([(x + first[0], y + first[1]), (x + last[0], y + last[1])])
            lines.append(line)
            kinds.append(kind)
    return gpd.GeoDataFrame({"kind": kinds}, geometry=lines, crs=CRS)
