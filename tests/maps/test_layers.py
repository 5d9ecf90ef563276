"""The layer of connectors: off until asked for, in metres, and absent where none are known."""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from htkgis.maps import load_text
from htkgis.maps.layers import quarter_map
from tests.maps.layers_example import CRS, example_layers
from tests.maps.profile_example import example_profile


def drawn(layers, language="da"):
    plan = quarter_map(example_profile(), layers, text=load_text(language))
    return {layer.title: layer for layer in plan.layers()}


@pytest.fixture
def layers():
    known = example_layers()
    x, y = known.area.geometry.iloc[0].centroid.coords[0]
    ways = [shapely.LineString([(x, y), (x + 12.4, y)]), shapely.LineString([(x, y), (x, y + 0.3)])]
    connectors = gpd.GeoDataFrame({"distance_m": [12.4, 0.3]}, geometry=ways, crs=CRS)
    return replace(known, connectors=connectors)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("da", "Fra steder og startpunkter til vejen"),
        ("en", "From places and origins to their street"),
    ],
)
def test_connectors_are_a_layer_that_is_off_and_says_metres(layers, language, title):
    layer = drawn(layers, language)[title]
    assert (layer.shown, layer.count) == (False, 2)
    assert '"label":["12 m","0 m"]' in layer.code


def test_a_connector_takes_less_than_a_hundred_bytes_of_the_page(layers):
    hundred = gpd.GeoDataFrame(
        {"distance_m": [12.4] * 100}, geometry=[layers.connectors.geometry.iloc[0]] * 100, crs=CRS
    )
    code = {
        count: len(
            drawn(replace(layers, connectors=hundred[:count]))[
                "Fra steder og startpunkter til vejen"
            ].code
        )
        for count in (1, 100)
    }
    assert code[100] - code[1] < 99 * 100


def test_without_connectors_there_is_no_such_layer():
    assert "Fra steder og startpunkter til vejen" not in drawn(example_layers())
