"""What a fetched graph says of streets besides their line is what an extract says of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pandas.testing import assert_frame_equal

from htkgis.errors import SchemaError
from htkgis.loaders.crossings import wait_at
from htkgis.loaders.osm import read_osm_streets
from htkgis.loaders.osm_tags import (
    bike_direction,
    blocks,
    cycleway,
    direction,
    lane_count,
    light,
    limit_kph,
    marked,
    on_marked_route,
    passable,
)
from htkgis.loaders.osmnx_streets import read_graphml_streets, streets_from_osmnx
from htkgis.loaders.osmnx_tags import NODE_TAGS, WAY_TAGS
from htkgis.loaders.overpass import fetch_osmnx_graph
from htkgis.loaders.surroundings import COLUMNS
from htkgis.network import build_graph
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of
from htkgis.pipeline.update import graphml_bytes
from htkgis.study import read_study

from .overpass_server import NODES, WAYS, answer, as_json, overpass, relations, write_pbf
from .test_osmnx_streets import read, two_way

ROOT = Path(__file__).parents[2]
UTM32 = "EPSG:25832"
AREA = shapely.box(12.27, 55.64, 12.30, 55.67)
RULES = street_rules(read_study(ROOT / "study.toml").modes)

CROSSING = {"highway": "crossing", "crossing": "marked"}
LIGHTS = {"highway": "crossing", "crossing:signals": "yes"}
STOP_LINE = {"highway": "traffic_signals", "traffic_signals:direction": "forward"}
TOWN = (
    (
        1,
        (10, 11, 12, 13, 14),
        {"highway": "secondary", "maxspeed": "60", "lanes": "4", "lit": "yes"},
    ),
    (2, (1, 11, 21), {"highway": "footway", "lit": "no"}),
    (3, (2, 12, 22), {"highway": "tertiary", "cycleway:both": "lane", "lcn": "yes"}),
    (4, (3, 13, 23, 33), {"highway": "cycleway", "lit": "24/7", "ncn": "yes"}),
    (5, (21, 22, 23, 24), {"highway": "residential", "source:maxspeed": "DK:urban"}),
    (6, (24, 34, 33), {"highway": "residential", "oneway": "yes", "lanes": "2"}),
    (7, (14, 24), {"highway": "tertiary", "oneway": "-1", "cycleway:right": "track"}),
    (8, (10, 20, 21), {"highway": "primary", "bicycle": "use_sidepath", "maxspeed": "DK:rural"}),
    (9, (33, 43, 44), {"highway": "steps"}),
    (10, (44, 45, 46, 47), {"highway": "footway", "tunnel": "yes"}),
    (11, (47, 37, 36), {"highway": "path"}),
    (12, (36, 35, 34), {"highway": "unclassified", "maxspeed": "60|100", "lanes": "6"}),
    (13, (2, 3, 4), {"highway": "trunk", "maxspeed": "signals"}),
)
"""Every rule of a column has a way: limits, lanes, tracks, light, marks, waits."""
WAITS = {
    11: CROSSING,
    12: {"highway": "traffic_signals"},
    13: LIGHTS,
    20: STOP_LINE,
    22: {"highway": "traffic_signals", "crossing": "marked"},
    23: CROSSING,
    43: CROSSING,
    45: LIGHTS,
    46: CROSSING | {"crossing": "no"},
    37: CROSSING,
    35: STOP_LINE,
    3: {"highway": "bus_stop"},
    36: {"barrier": "gate", "bicycle": "no"},
}


ROUTES = ((1, (5, 11, 77), {"type": "route", "route": "bicycle", "network": "rcn"}),)
"""A marked route that stands in a relation, with a member elsewhere."""


def by_street(table):
    """The columns of streets by way and place; ids are the readers' own."""
    way, middle = table["id"].str.extract(r"^w(\d+)_", expand=False), table.geometry.centroid
    places = {"way": way, "x": middle.x.round(), "y": middle.y.round()}
    order = table.assign(**places).sort_values(list(places))
    return order[["way", "kind", "bike", "car_kph", *COLUMNS]].reset_index(drop=True)


def read_both(folder, ways, nodes, routes=()):
    """The same town from an extract and from a saved graph that a server sent."""
    extract = write_pbf(folder / "town.osm.pbf", ways, nodes, routes)
    sent = as_json(answer(ways, nodes)), as_json(relations(routes))
    with overpass(*sent) as server:
        graph = fetch_osmnx_graph(AREA, buffer_m=0, overpass_url=server.url)
    (folder / "town.graphml").write_bytes(graphml_bytes(graph))
    return (
        read_osm_streets(extract, crs=UTM32, rules=RULES)[0],
        read_graphml_streets(folder / "town.graphml", crs=UTM32, rules=RULES)[0],
        streets_from_osmnx(graph, crs=UTM32, rules=RULES),
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return read_both(tmp_path_factory.mktemp("town"), TOWN, WAITS, ROUTES)


def test_an_extract_and_a_graph_give_the_same_columns(both):
    extract, saved, fetched = map(by_street, both)
    assert len(extract) > 20
    for column in ("signals", "crossings"):
        assert extract[column].sum() > 0
    assert set(extract["lts"]) == {1, 2, 3, 4}
    assert set(extract["cycleway"].dropna()) == {"track", "lane"}
    marked = extract.groupby("way")["route"].all()
    assert set(marked.index[marked]) == {"3", "4", "5", "11"}  # by own marks, and by a relation
    assert set(extract["lit"].dropna()) == {"yes", "no"}
    assert_frame_equal(saved, extract)
    assert_frame_equal(fetched, extract)


def test_a_town_without_signs_gives_the_same_columns_too(tmp_path):
    # osmnx leaves the ring that hangs alone (way 9) in pieces
    ways = tuple(way for way in WAYS if way[0] != 9)
    extract, saved, _ = map(by_street, read_both(tmp_path, ways, NODES))
    assert_frame_equal(saved, extract)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The embedded study with all of its examples of costs in use."""
    path = tmp_path_factory.mktemp("study") / "study.toml"
    text = (ROOT / "study.toml").read_text("utf-8")
    lines = [line.removeprefix("#:").removeprefix(" ") for line in text.split("\n")]
    path.write_text("\n".join(lines), "utf-8")
    return read_study(path)


@pytest.mark.parametrize(
    ("mode", "lens"),
    [
        ("walk", "adult"),
        ("walk", "older"),
        ("walk", "wheelchair"),
        ("bike", "adult"),
        ("bike", "child"),
        ("ebike", "adult"),
        ("car", "adult"),
    ],
)
def test_the_costs_that_the_study_shows_take_as_long_on_both(both, shown, mode, lens):
    flat = [table.assign(gain_m=1.0, loss_m=0.5) for table in both[:2]]
    graphs = [build_graph(table, mode=mode_of(shown, mode, lens)) for table in flat]
    extract, saved = (
        np.sort(np.sort([graph.edge_forward_ds, graph.edge_backward_ds], axis=0), axis=1)
        for graph in graphs
    )
    assert extract.shape[1] > 3
    assert np.abs(extract - saved).max() <= 1  # lengths of a graph are rounded to millimetres


class Asked(dict):
    """Tags that remember which keys a rule asked for."""

    def __init__(self, tags=()):
        super().__init__(tags)
        self.keys_seen = set()

    def get(self, key, default=None):
        self.keys_seen.add(key)
        return super().get(key, default)


KINDS = ("residential", "motorway", "crossing", "traffic_signals")


def test_a_fetched_graph_keeps_every_tag_that_a_rule_reads():
    ways, nodes = Asked(), Asked()
    for kind in KINDS:
        tags = Asked({"highway": kind, "oneway": "yes", "barrier": "gate"})
        for rules in RULES.modes.values():
            passable(tags, rules)
        direction(Asked() | tags)
        for rule in (limit_kph, cycleway, lane_count, light, on_marked_route, direction):
            rule(tags)
        bare = Asked({"highway": kind})
        direction(bare)
        bike_direction(tags, RULES.contraflow)
        bike_direction(bare, RULES.contraflow)
        cycleway(bare)
        for key in ("tunnel", "bridge"):
            marked(tags, key)
        ways.keys_seen |= tags.keys_seen | bare.keys_seen
        own = Asked({"highway": kind, "barrier": "gate"})
        wait_at(own)
        for rules in RULES.modes.values():
            blocks(own, rules)
        nodes.keys_seen |= own.keys_seen
    assert ways.keys_seen - set(WAY_TAGS) == set()
    assert nodes.keys_seen - set(NODE_TAGS) == set()


# graphs that somebody else simplified, where an edge may list the values of several ways


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"lanes": ["2", "4"]}, {"lanes": 4}),
        ({"maxspeed": ["40", "60"]}, {"limit_kph": 60, "car_kph": 40}),
        ({"lit": ["yes", "no"]}, {"lit": "no"}),
        ({"lit": ["yes", "24/7"]}, {"lit": "yes"}),
        ({"cycleway": ["track", "lane"]}, {"cycleway": "lane"}),
        ({"cycleway": ["track", "no"]}, {"cycleway": None}),
        ({"lcn": ["yes", "no"]}, {"route": False}),
        ({"lcn": "yes"}, {"route": True}),
        ({"lanes": float("nan"), "lit": None}, {"lit": None}),
    ],
)
def test_of_several_values_the_one_with_the_most_stress_counts(tags, expected):
    table = read(*two_way(0, 1, highway="tertiary", **tags))
    assert table[list(expected)].iloc[0].to_dict() == expected


def test_a_signal_between_two_edges_of_an_unsimplified_graph_is_waited_for_once():
    nodes = {"n1": {"highway": "traffic_signals"}}
    table = read(*two_way(0, 1, highway="tertiary"), *two_way(1, 2, highway="tertiary"), **nodes)
    assert table["signals"].tolist() == [0.5, 0.5]


def test_a_damaged_count_of_an_edge_is_named():
    with pytest.raises(SchemaError, match="inner_signals of way 1 is many; a number of 0 or more"):
        read(*two_way(0, 1, inner_signals="many"))


def test_an_empty_graph_of_streets_has_the_columns_too():
    table = read(*two_way(0, 1, access="private"))
    assert table.empty
    assert set(COLUMNS) <= set(table.columns)
