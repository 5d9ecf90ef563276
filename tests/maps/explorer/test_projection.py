"""The projection as polynomials: as pyproj has it to a millimetre, or refused."""

import numpy as np
import pytest

from htkgis.errors import CRSError
from htkgis.maps.explorer.projection import EQUATOR_M, WORLD_PIXELS, projection_terms, to_world

TAASTRUP = (695_000.0, 6_165_000.0, 715_000.0, 6_178_000.0)


def evaluated(fit, points):
    """Add up the terms one by one, as a page does."""
    u, v = ((points - np.array(fit["centre"])) / fit["half"]).T
    return sum(np.outer(u**i * v**j, factors) for i, j, *factors in fit["terms"])


@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:25833", "EPSG:3034"])
def test_there_and_back_are_right_to_a_millimetre(crs):
    bounds = TAASTRUP if crs != "EPSG:3034" else (4_000_000, 3_000_000, 4_020_000, 3_013_000)
    found = projection_terms(bounds, crs)
    rng = np.random.default_rng(20261121)
    metres = rng.uniform(bounds[:2], bounds[2:], (500, 2))
    world = to_world(metres, crs)
    per_pixel_m = EQUATOR_M / WORLD_PIXELS
    assert np.abs(evaluated(found["world"], metres) - world).max() * per_pixel_m < 1e-3
    assert np.abs(evaluated(found["metres"], world) - metres).max() < 1e-3


def test_an_area_too_large_for_a_polynomial_is_refused():
    with pytest.raises(CRSError, match=r"over 800 by 800 km the page would be off by .* m"):
        projection_terms((300_000, 5_800_000, 1_100_000, 6_600_000), "EPSG:25832")


def test_the_same_area_gives_the_same_terms():
    assert projection_terms(TAASTRUP, "EPSG:25832") == projection_terms(TAASTRUP, "EPSG:25832")
