"""The words of a study: what people set out from, the outline, the currency, and its own."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.pipeline.page_words import definitions_of_a_part, study_words, words_by_layers
from htkgis.study import read_study

SQUARE = [shapely.box(0, 0, 9, 9)]
MUNICIPALITY = gpd.GeoDataFrame({"id": ["0101"]}, geometry=SQUARE, crs="EPSG:25832")
SURROUNDINGS = MUNICIPALITY.assign(kind="surroundings")
ADDRESSES, CELLS = (pd.DataFrame({"kind": [kind]}) for kind in ("address", "cell"))


@pytest.fixture
def study(root):
    return read_study(root / "study.toml")


def test_where_a_boundary_is_known_the_words_are_of_the_municipality(study):
    text = study_words(study, "en", ADDRESSES, MUNICIPALITY, jobs_in_cells=False)
    assert text("links.whose_all", persons="9") == "the 9 residents of the municipality"
    assert text("unit.addresses") == "addresses"


def test_where_none_is_known_nothing_is_said_of_a_municipality(study):
    text = study_words(study, "en", CELLS, SURROUNDINGS, jobs_in_cells=True)
    assert text("links.whose_all", persons="9") == "the 9 residents of the mapped area"
    assert text("effects.elsewhere") == "Rest of the mapped area"
    assert "municipality" not in text("paper.about_region", quarters="A")
    assert text("unit.addresses") == "cells"
    assert text("function.business area") == "Jobs in a cell"


def test_own_words_and_currency_come_wherever_the_study_speaks(study):
    general = study.study.model_copy(update={"currency": "EUR"})
    own = study.model_copy(
        update={"study": general, "words": {"da": {"function.school": "Folkeskole"}}}
    )
    text = study_words(own, "da", ADDRESSES, MUNICIPALITY, jobs_in_cells=False)
    assert (text("function.school"), text("links.price")) == ("Folkeskole", "Pris (mio. EUR)")


@pytest.mark.parametrize(
    ("each", "words"), [("cell", "Jobs in a cell"), (None, "Business area (estimate)")]
)
def test_the_catalog_says_whether_jobs_are_in_cells(root, study, each, words):
    catalog = read_catalog(root / "layers" / "catalog.toml")
    for name, layer in catalog.by_role("jobs").items():
        catalog.layers[name] = layer.model_copy(update={"each": each})
    text = words_by_layers(study, catalog, "en", ADDRESSES, MUNICIPALITY)
    assert text("function.business area") == words


def test_definitions_of_both_languages_say_what_is_mapped():
    row = {
        "name": "Arbejdspladser i kommunen",
        "definition": "Af kommunens beboere",
        "name_en": "Jobs in the municipality",
        "definition_en": "Of all",
        "unit": "jobs",
    }
    assert definitions_of_a_part([row], MUNICIPALITY) == [row]
    [told] = definitions_of_a_part([row], SURROUNDINGS)
    assert told["name"] == "Arbejdspladser i kortområdet"
    assert told["definition"] == "Af kortområdets beboere"
    assert told["name_en"] == "Jobs in the mapped area"
    assert told["unit"] == "jobs"
