"""The profiles in maps/ were made from the layers and the study as they stand."""

import json
from pathlib import Path

import pytest

from htkgis.catalog import read_catalog
from htkgis.store import fingerprint, sha256_file
from htkgis.study import read_study

ROOT = Path(__file__).parent.parent
MAPS = ROOT / "maps"
RENEW = "run 'python3 scripts/run.py' and commit maps/"


@pytest.fixture(scope="module")
def manifest():
    return json.loads((MAPS / "manifest.json").read_text("utf-8"))


def test_the_published_layers_are_the_present_ones(manifest):
    present = read_catalog(ROOT / "layers" / "catalog.toml").checked_hashes()
    published = {name: layer["sha256"] for name, layer in manifest["layers"].items()}
    assert published == present, RENEW


def test_the_published_study_is_the_present_one(manifest):
    decisions = read_study(ROOT / "study.toml").model_dump(mode="json")
    assert manifest["study"]["sha256"] == fingerprint(decisions), RENEW


def test_every_published_file_is_the_one_in_the_manifest(manifest):
    names = {path.name for path in MAPS.iterdir()} - {"manifest.json"}
    assert names == set(manifest["outputs"])
    found = {name: sha256_file(MAPS / name) for name in names}
    assert found == {name: row["sha256"] for name, row in manifest["outputs"].items()}


def test_every_page_is_under_a_megabyte_and_every_other_file_under_one_and_a_half():
    sizes = {path.name: path.stat().st_size for path in MAPS.iterdir()}
    limits = {name: 10**6 if name.endswith(".html") else 1_500_000 for name in sizes}
    assert {name: size for name, size in sizes.items() if size >= limits[name]} == {}
