"""What many tests share: a catalog with a few layers, written where the test works."""

import contextlib
import os
from pathlib import Path

import geopandas as gpd
import pytest
import tomlkit
from hypothesis import settings

from htkgis.catalog import read_catalog
from htkgis.store import Cache

# A busy machine is no fault of the code. A quick run tries the same examples wherever it runs, so
# that it fails for a change and for nothing else; HTKGIS_EXAMPLES=500 looks for so many new ones.
ASKED = os.environ.get("HTKGIS_EXAMPLES")
settings.register_profile(
    "htkgis", deadline=None, max_examples=int(ASKED or 50), derandomize=ASKED is None
)
settings.load_profile("htkgis")

RIGHTS = {
    "title": "Lag",
    "title_en": "Layer",
    "source": "kilde",
    "source_en": "source",
    "licence": "CC0 1.0",
    "credit": "nobody",
    "published": "2026",
}
EAST_M, NORTH_M = 707_000.0, 6_172_000.0
"""A point in Taastrup, EPSG:25832; 12.29 east, 55.65 north."""


@pytest.fixture(scope="session")
def study_cache(tmp_path_factory):
    """One cache for all tests that run the embedded study as it is: its keys are of content.

    A test that changes code, or counts the steps of a first run, takes a cache of its own.
    """
    folder = tmp_path_factory.getbasetemp()  # of this worker; the one above it is of all
    return Cache((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "study-cache")


@pytest.fixture(scope="session", autouse=True)
def _commands_keep_in_it(study_cache):
    """Commands that are told no other cache keep there what they make, and never in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTKGIS_CACHE_DIR", str(study_cache.folder))
        yield


@pytest.fixture
def linked():
    """Make a link, or skip where this user may make none, as most on Windows."""

    def make(path, target, *, to_folder=False):
        with contextlib.suppress(OSError):
            path.symlink_to(target, target_is_directory=to_folder)
        if not path.is_symlink():
            pytest.skip("this user may make no links here")

    return make


@pytest.fixture
def root():
    """Folder of the embedded study."""
    return Path(__file__).parent.parent


@pytest.fixture
def catalog(tmp_path):
    """Write ``catalog.toml`` with layers given as ``name={key: value}``, and read it."""

    def write(**layers):
        text = tomlkit.dumps({"layers": {name: RIGHTS | keys for name, keys in layers.items()}})
        path = tmp_path / "catalog.toml"
        path.write_text(text, "utf-8")
        return read_catalog(path)

    return write


@pytest.fixture(scope="session")
def shapes():
    """Make a table in EPSG:25832, its shapes given in metres from a point in Taastrup."""

    def make(geometry, crs="EPSG:25832", **columns):
        moved = gpd.GeoSeries(geometry, crs="EPSG:25832").translate(EAST_M, NORTH_M)
        return gpd.GeoDataFrame(columns, geometry=moved).to_crs(crs)

    return make
