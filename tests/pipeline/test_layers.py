"""What a study names must be in its layers; the fault says what is there instead."""

from pathlib import Path

import geopandas as gpd
import pytest

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.pipeline.layers import _chosen

CATALOG = Catalog(Path("catalog.toml"), {})


@pytest.mark.parametrize(
    ("ids", "there"), [([], "none"), (["a", "b", "c", "d"], "'a', 'b', 'c' and 1 more")]
)
def test_a_name_that_no_layer_holds_is_told_what_there_is(ids, there):
    table = gpd.GeoDataFrame({"id": ids}, geometry=[None] * len(ids))
    with pytest.raises(
        ConfigError,
        match=rf"quarters\.id names 'e', which no layer of catalog\.toml .*; there are {there}\. C",
    ):
        _chosen(table, ["e"], "quarters.id", CATALOG)
