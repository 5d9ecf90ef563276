"""What each layer of a GeoPackage rests on is what the steps before it read."""

from pathlib import Path

import pytest

from htkgis.catalog import read_catalog, role_of
from htkgis.maps import load_text
from htkgis.pipeline.export_sources import TABLES
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
STUDY = read_study(ROOT / "study.toml")
EMBEDDED = read_catalog(ROOT / "layers" / "catalog.toml")
REAL = read_catalog(ROOT / "layers" / "catalog-data.toml", data=ROOT)
"""Its facts; no file of it is read here."""


def roles_behind(catalog):
    steps = profile_steps(STUDY, catalog, dict.fromkeys(catalog.layers, "0" * 64), "da")
    [pages] = [step for step in steps if "pages" in step.outputs]
    behind = pages.parameters[1]["behind"]
    return {
        name: {role_of(layer, catalog.layers[layer]) for layer in layers}
        for name, layers in behind.items()
    }


@pytest.mark.parametrize("catalog", [EMBEDDED, REAL], ids=["embedded", "real"])
def test_streets_rest_on_streets_and_times_on_places_too(catalog):
    found = roles_behind(catalog)
    assert "streets" in found["streets"]
    assert not found["streets"] & {"places", "indicators", "criteria"}
    assert found["places"] > {"streets", "places", "stations"}
    assert found["figures"] >= found["streets"]
    assert all(found.values())


@pytest.mark.parametrize("catalog", [EMBEDDED, REAL], ids=["embedded", "real"])
def test_projects_rest_on_their_own_table_and_not_on_others_read_beside_it(catalog):
    found = roles_behind(catalog)["projects"]
    assert found > {"projects", "places"}
    assert not found & {"criteria", "indicators", "targets"}


def test_every_layer_has_a_title_and_a_description_in_both_languages():
    for language in ("da", "en"):
        words = load_text(language).words
        for part in ("title", "about"):
            said = {key.split(".")[-1] for key in words if key.startswith(f"geopackage.{part}.")}
            assert said == {*TABLES, "provenance"}
