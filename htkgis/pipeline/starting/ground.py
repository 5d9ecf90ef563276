"""Where a new study lies: its areas with ids, its quarters, its CRS, and the box around it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import geopandas as gpd
import shapely

from htkgis.errors import ConfigError
from htkgis.loaders.streets import metric_crs

_BORDER = (
    *((7.9, 55.06), (8.64, 54.905), (9.3, 54.8), (9.43, 54.82), (9.6, 54.84), (10.0, 54.78)),
    *((10.6, 54.65), (11.2, 54.57), (12.1, 54.5), (12.72, 55.0), (12.7, 55.45), (12.85, 55.58)),
    *((12.83, 55.72), (12.64, 55.86), (12.655, 56.04), (12.5, 56.17), (12.2, 56.3)),
    *((11.9, 56.75), (11.4, 57.4), (11.0, 57.9), (7.9, 57.9)),
)
DENMARK = shapely.union(shapely.Polygon(_BORDER), shapely.box(14.5, 54.9, 15.3, 55.5))
"""Degrees, drawn through the waters around it: a box would hold Malmö and Flensburg as well. All
of it uses one CRS, EPSG:25832, though its east lies in the next zone."""
DANISH_CRS = "EPSG:25832"
QUARTER_M = 300.0
"""A quarter of which nothing is known but its housing area: what lies within five minutes of it."""
LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})
DEGREES = "EPSG:4326"


@dataclass(frozen=True)
class Ground:
    """Outlines of a new study, in degrees.

    Parameters
    ----------
    crs
        Projected CRS of the study.
    areas
        ``id``, ``name``, ``persons``, ``dwellings`` and polygons.
    quarters
        ``id``, ``name``, ``area`` and polygons, one per area.
    surroundings
        Everything within a distance of the areas.
    danish
        Whether the areas lie in Denmark.
    """

    crs: str
    areas: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    surroundings: shapely.Polygon
    danish: bool


def ground_of(areas: gpd.GeoDataFrame, *, crs: str | None, around_m: float) -> Ground:
    """Give areas ids, draw a quarter around each, and choose the CRS where none was named.

    Parameters
    ----------
    areas
        As :func:`htkgis.loaders.area_file.read_area_file` reads them.
    crs
        Projected CRS in metres; EPSG:25832 in Denmark, else the zone of UTM, where None.
    around_m
        How far the surroundings go, in metres.

    Raises
    ------
    CRSError
        If the CRS is not projected in metres.
    ConfigError
        If it is none at all, or two names make one id.
    """
    danish = bool(areas.geometry.within(DENMARK).all())
    chosen = crs or (DANISH_CRS if danish else f"EPSG:{areas.estimate_utm_crs().to_epsg()}")
    metric_crs(chosen, what="--crs")
    ids = _ids(areas["id"].where(areas["id"].notna(), areas["name"]).tolist(), "areas")
    named = areas["quarter"].where(areas["quarter"].notna(), areas["name"])
    metres = areas.to_crs(chosen)
    outlines = gpd.GeoDataFrame(
        {"id": _ids(named.tolist(), "quarters"), "name": named.tolist(), "area": ids},
        geometry=metres.buffer(QUARTER_M).to_numpy(),
        crs=chosen,
    )
    around = shapely.convex_hull(shapely.union_all(metres.geometry.to_numpy())).buffer(around_m)
    return Ground(
        chosen,
        areas.assign(id=ids)[["id", "name", "persons", "dwellings", "geometry"]],
        outlines.to_crs(DEGREES),
        gpd.GeoSeries([around], crs=chosen).to_crs(DEGREES).iloc[0],
        danish,
    )


def slug(name: str) -> str:
    """Write a name as an id: small letters, digits and underscores.

    Examples
    --------
    >>> slug("Høje Å-kær"), slug("São João 2")
    ('hoeje_aa_kaer', 'sao_joao_2')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def _ids(names: list[str], what: str) -> list[str]:
    ids = [slug(name) for name in names]
    wrong = [name for name, own in zip(names, ids, strict=True) if not own or ids.count(own) > 1]
    if wrong:
        msg = (
            f"AREAS: {len(wrong)} of {len(names)} names of {what} make no id of their own: "
            f"{', '.join(map(repr, wrong[:3]))}; letters a-z or digits that differ are needed. "
            "Give each row an id in a column 'id', and each quarter a name of its own."
        )
        raise ConfigError(msg)
    return ids
