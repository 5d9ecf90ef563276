"""The projection of a study as polynomials that a page can compute, with their error checked.

Over the some kilometres of a page any projection is smooth: a polynomial of the fifth degree in
two variables gives it to less than a millimetre, whatever the projection is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

from htkgis.errors import CRSError

Floats = npt.NDArray[np.float64]

DEGREE = 5
WORLD_PIXELS = 256
"""Width of the whole world at zoom level 0, as web maps have it."""

EQUATOR_M = 40_075_016.685_578_5
LARGEST_ERROR_M = 1e-3
_TERMS = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]


def projection_terms(bounds: tuple[float, float, float, float], crs: str) -> dict[str, Any]:
    """Fit the way from a projected CRS to the pixels of web maps, and back.

    Parameters
    ----------
    bounds
        Least and greatest coordinates in metres: where the polynomials hold.
    crs
        The projected CRS, in metres.

    Returns
    -------
    terms
        ``world`` (metres to pixels of zoom 0) and ``metres`` (back): ``centre``, ``half`` and
        ``terms``, each the powers of both coordinates, less the centre and by half the width,
        and the factors for both results.

    Raises
    ------
    CRSError
        If the area is so large that a place would be off by more than a millimetre.

    Examples
    --------
    >>> found = projection_terms((700_000, 6_170_000, 710_000, 6_175_000), "EPSG:25832")
    >>> sorted(found), len(found["world"]["terms"])
    (['metres', 'world'], 21)
    """
    metres = _grid(bounds, 24)
    world = to_world(metres, crs)
    forward, back = _fit(metres, world), _fit(world, metres)
    between = _grid(bounds, 17)
    returned = _evaluated(back, _evaluated(forward, between))
    true = to_world(between, crs)
    per_pixel = EQUATOR_M / WORLD_PIXELS
    error_m = max(
        float(np.abs(_evaluated(forward, between) - true).max()) * per_pixel,
        float(np.abs(_evaluated(back, true) - between).max()),
        float(np.abs(returned - between).max()),
    )
    if not error_m <= LARGEST_ERROR_M:
        west, south, east, north = bounds
        msg = (
            f"explorer ({crs}): over {(east - west) / 1000:.0f} by {(north - south) / 1000:.0f} km "
            f"the page would be off by {error_m:.4f} m; {LARGEST_ERROR_M} m is allowed. Lower "
            "explorer.around in study.toml."
        )
        raise CRSError(msg)
    return {"world": forward, "metres": back}


def to_world(metres: Floats, crs: str) -> Floats:
    """Give the pixels of zoom 0 of positions in metres, shape (n, 2), as web maps place them."""
    degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = degrees.transform(metres[:, 0], metres[:, 1])
    sine = np.sin(np.radians(lat))
    x = (np.asarray(lon) + 180) / 360
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return np.column_stack([x, y]) * WORLD_PIXELS


def _grid(bounds: tuple[float, float, float, float], count: int) -> Floats:
    """Place points as Chebyshev did, close together towards the border."""
    share = (1 - np.cos(np.pi * (np.arange(count) + 0.5) / count)) / 2
    west, south, east, north = bounds
    x, y = np.meshgrid(west + share * (east - west), south + share * (north - south))
    return np.column_stack([x.ravel(), y.ravel()])


def _fit(source: Floats, target: Floats) -> dict[str, Any]:
    low, high = source.min(axis=0), source.max(axis=0)
    centre, half = (low + high) / 2, float((high - low).max()) / 2
    powers = _powers(source, centre, half)
    factors, *_ = np.linalg.lstsq(powers, target, rcond=None)
    # the last digits depend on the machine's linear algebra, and are far below a millimetre
    size = float(np.abs(target).max())
    places = 13 - int(np.ceil(np.log10(size)))
    terms = [
        [i, j, *(round(float(factor), places) for factor in pair)]
        for (i, j), pair in zip(_TERMS, factors, strict=True)
    ]
    return {"centre": centre.tolist(), "half": half, "terms": terms}


def _powers(points: Floats, centre: Floats, half: float) -> Floats:
    u, v = ((points - centre) / half).T
    return np.column_stack([u**i * v**j for i, j in _TERMS])


def _evaluated(fit: dict[str, Any], points: Floats) -> Floats:
    factors = np.array([term[2:] for term in fit["terms"]])
    return np.asarray(_powers(points, np.array(fit["centre"]), fit["half"]) @ factors)
