"""From a raster of the ground to the seconds of a trip; bridges and tunnels are level."""

import math

import geopandas as gpd
import numpy as np
import pytest

from htkgis.network import Mode, build_graph
from htkgis.network.cost_rules import Costs
from htkgis.network.costs import Tobler
from htkgis.pipeline.heights import with_slopes
from tests.loaders.rasters import along, raster

__all__ = ["raster"]

VALLEY = [[10, 8, 6, 8, 12]]
"""Cells of 10 m: 4 m down and 6 m up between the middles of the first and the last."""

TOBLER = Costs(tobler=Tobler(3.5, -0.05))
CLIMB = Costs(climb_ds_per_m=20)


@pytest.fixture
def streets(raster, catalog):
    """A street through the valley, a bridge over it and a tunnel below: each of 40 m."""
    line = [(5, 5), (45, 5)]
    table = along(line, line, line, bridge=[False, True, False], tunnel=[False, False, True])
    table = table.assign(
        id=["street", "bridge", "tunnel"], from_node="a", to_node="b", length_m=40.0, walk=True
    )
    sheet = {"path": str(raster(VALLEY)), "role": "elevation"}
    return with_slopes(gpd.GeoDataFrame(table), catalog(ground=sheet))[0]


def times(streets, costs):
    graph = build_graph(streets, mode=Mode("walk", 3.6, costs=costs))
    both = zip(graph.edge_forward_ds.tolist(), graph.edge_backward_ds.tolist(), strict=True)
    return dict(zip(graph.edge_ids.tolist(), both, strict=True))


def test_a_bridge_climbs_only_from_end_to_end(streets):
    assert streets[["gain_m", "loss_m"]].to_numpy().tolist() == [[6, 4], [2, 0], [2, 0]]


def test_riding_through_the_valley_climbs_both_ways_and_over_it_one_way(streets):
    assert times(streets, CLIMB) == {
        "street": (400 + 120, 400 + 80),
        "bridge": (400 + 40, 400),
        "tunnel": (400 + 40, 400),
    }


def test_walking_through_the_valley_takes_longer_than_over_it(streets):
    found = times(streets, TOBLER)
    # 24 m up and 16 m down at 25 %, and 40 m at 5 %
    up, down = math.exp(3.5 * 0.25), math.exp(3.5 * (0.2 - 0.05))
    assert found["street"] == (round(240 * up + 160 * down), round(160 * up + 240 * down))
    assert found["bridge"] == (round(400 * math.exp(0.175)), round(400 * math.exp(-0.175)))
    assert found["tunnel"] == found["bridge"]


def test_where_no_height_is_known_the_way_is_flat(streets):
    unknown = streets.assign(gain_m=np.nan, loss_m=np.nan)
    assert set(times(unknown, TOBLER).values()) == {(400, 400)}
