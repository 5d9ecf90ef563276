"""Streets of an osmnx graph: the same streets, and the same walking times, as of an OSM file."""

from __future__ import annotations

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from htkgis.errors import CRSError, SchemaError, SourceError
from htkgis.loaders.osm import read_osm_streets
from htkgis.loaders.osmnx_streets import read_graphml_streets, streets_from_osmnx
from htkgis.loaders.overpass import fetch_osmnx_graph
from htkgis.network import build_graph, snap, street_times
from htkgis.pipeline.update import graphml_bytes

from .overpass_server import NODES, RULES, WAYS, answer, as_json, overpass, place, write_pbf

UTM32 = "EPSG:25832"
AREA = shapely.box(12.27, 55.64, 12.30, 55.67)


@pytest.fixture(scope="module")
def fetched():
    """The town, fetched from a server."""
    with overpass(as_json(answer())) as server:
        return fetch_osmnx_graph(AREA, buffer_m=0, overpass_url=server.url)


@pytest.fixture(scope="module")
def streets(fetched):
    return streets_from_osmnx(fetched, crs=UTM32, rules=RULES).set_index("id")


@pytest.fixture(scope="module")
def from_file(tmp_path_factory):
    """The same town as an OSM file."""
    path = write_pbf(tmp_path_factory.mktemp("town") / "town.osm.pbf")
    return read_osm_streets(path, crs=UTM32, rules=RULES)[0]


def graph_of(*edges, crs="epsg:4326", **nodes):
    """A small graph by hand: edges of (from, to, tags); nodes of grid places."""
    graph = nx.MultiDiGraph(crs=crs)
    for node in {node for edge in edges for node in edge[:2]}:
        lon, lat = place(node)
        graph.add_node(node, x=lon, y=lat, **nodes.get(f"n{node}", {}))
    for start, end, tags in edges:
        known = {"osmid": 1, "highway": "path", "length": 120.0, "oneway": False}
        graph.add_edge(start, end, **known | tags)
    return graph


def two_way(start, end, **tags):
    return (start, end, {"reversed": False} | tags), (end, start, {"reversed": True} | tags)


def read(*edges, **nodes):
    return streets_from_osmnx(graph_of(*edges, **nodes), crs=UTM32, rules=RULES)


def times(table, points, mode="walk"):
    graph = build_graph(table, mode=mode, speed_kph=4.5)
    snaps = snap(graph, points, max_snap_m=200)
    found = street_times(graph, snaps, snaps, limit_ds=None).to_table()
    return found.sort_values(["from_id", "to_id"], ignore_index=True)


def some_points(count=60):
    draw = np.random.default_rng(7)
    lon, lat = draw.uniform(12.279, 12.291, count), draw.uniform(55.6495, 55.6575, count)
    table = gpd.GeoDataFrame({"id": [f"p{n:02}" for n in range(count)]})
    return table.set_geometry(gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs(UTM32)


# against the reader of OSM files, which shares no code with osmnx


def test_walking_times_equal_those_of_the_same_town_as_an_osm_file(streets, from_file):
    # osmnx leaves a ring that hangs alone in pieces, each of which is rounded to deciseconds
    own, other = (table[table["name"].ne("Øen")] for table in (streets.reset_index(), from_file))
    found = times(own, some_points())
    assert len(found) > 900
    assert_frame_equal(found, times(other, some_points()))


@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_each_mode_has_the_same_streets_as_in_the_osm_file(streets, from_file, mode):
    own, other = streets[streets[mode]], from_file[from_file[mode]]
    # osmnx leaves a ring that hangs alone in the pieces between its nodes
    assert len(own) == len(other) + 3
    assert own["length_m"].sum() == pytest.approx(other["length_m"].sum(), abs=0.05)
    assert shapely.union_all(own.geometry).symmetric_difference(
        shapely.union_all(other.geometry)
    ).length == pytest.approx(0, abs=0.1)


def test_kinds_marks_directions_and_limits_equal_those_of_the_osm_file(streets, from_file):
    columns = ["kind", "name", "oneway", "oneway_bike", "tunnel", "bridge", "walk", "bike", "car"]
    columns += ["car_kph", "barrier_from", "barrier_to"]
    own = streets.assign(way=streets.index.str.extract(r"^w(\d+)_", expand=False))
    other = from_file.assign(way=from_file["id"].str.extract(r"^w(\d+)_", expand=False))
    own, other = (
        table[table["way"] != "9"].assign(at=table["length_m"].round(1)) for table in (own, other)
    )
    order = ["way", "at", "barrier_from", "barrier_to"]
    assert_frame_equal(
        own.sort_values(order)[["way", *columns]].reset_index(drop=True),
        other.sort_values(order)[["way", *columns]].reset_index(drop=True),
        check_dtype=False,
    )


def test_a_one_way_street_runs_in_its_direction_as_in_the_osm_file(streets, from_file):
    assert streets.loc[streets["kind"] == "motorway", "oneway"].all()
    for table in (streets.reset_index(), from_file):
        one_way = table[table["oneway"] & table["kind"].eq("tertiary")]
        starts = set(one_way["from_node"]) - set(one_way["to_node"])
        assert starts == {"n14"}  # oneway=-1, drawn from 34


@given(lengths=st.lists(st.integers(0, 9), min_size=2, max_size=12))
def test_any_chain_of_ways_is_as_long_as_the_osm_file_says(tmp_path_factory, lengths):
    refs = [10 * row + column for row, column in enumerate(lengths)]
    ways = tuple(
        (n + 1, pair, {"highway": "path"}) for n, pair in enumerate(itertools.pairwise(refs))
    )
    path = write_pbf(tmp_path_factory.mktemp("chain") / "chain.osm.pbf", ways, {})
    file = read_osm_streets(path, crs=UTM32, rules=RULES)[0]
    graph = graph_of(
        *(
            edge
            for (n, (a, b), _), length in zip(ways, file["length_m"], strict=True)
            for edge in two_way(a, b, osmid=n, length=length)
        )
    )
    own = streets_from_osmnx(graph, crs=UTM32, rules=RULES)
    assert sorted(own["length_m"]) == sorted(file["length_m"])
    assert own.length.sum() == pytest.approx(file.length.sum(), abs=1e-3)


# what osmnx does to streets


def test_both_arcs_of_a_street_are_one_street(fetched, streets):
    pairs = {frozenset((row.from_node, row.to_node)) for row in streets.itertuples()}
    assert fetched.number_of_edges() > 1.5 * len(streets)
    assert len(streets) - len(pairs) == 3  # the ring's two halves, and three paths from 23 to 24


def test_ids_do_not_depend_on_the_order_of_the_graph(fetched, streets):
    turned = nx.MultiDiGraph(**fetched.graph)
    turned.add_nodes_from(reversed(list(fetched.nodes(data=True))))
    turned.add_edges_from((u, v, tags) for u, v, tags in reversed(list(fetched.edges(data=True))))
    again = streets_from_osmnx(turned, crs=UTM32, rules=RULES).set_index("id")
    assert_geodataframe_equal(again, streets)


def test_a_curve_keeps_its_vertices_and_its_length(streets):
    ring = streets[streets["name"] == "Ringen"]
    assert len(ring) == 2
    assert ring["length_m"].sum() > 1.2 * shapely.box(*ring.total_bounds).length / 2
    assert max(len(line.coords) for line in ring.geometry) >= 3


def test_an_island_is_kept(streets):
    assert streets.loc[streets["name"] == "Øen", "length_m"].sum() > 300


def test_a_bridge_joins_nothing_that_it_crosses(streets):
    bridge = streets[streets["bridge"]]
    assert set(bridge["from_node"]) | set(bridge["to_node"]) == {"n21", "n23"}


def test_a_private_way_is_left_out_for_all_and_one_that_foot_opens_is_not(streets):
    assert not streets.index.str.startswith("w10_").any()
    opened = streets[streets.index.str.startswith("w11_")]
    assert opened["walk"].tolist() == [True]
    assert opened["bike"].tolist() == [False]


def test_a_barrier_that_nobody_may_pass_cuts_its_street(streets):
    ends = [*streets["from_node"], *streets["to_node"]]
    assert {"n36_1", "n36_2"} <= set(ends)
    assert "n36" not in ends


def test_a_barrier_that_stops_bikes_names_them_on_both_sides(streets):
    assert sorted([*streets["barrier_from"].dropna(), *streets["barrier_to"].dropna()]) == [
        "bike",
        "bike",
    ]


def test_several_names_are_joined_in_a_fixed_order():
    table = read(*two_way(0, 1, osmid=[4, 2], name=["Ny", "Gl"], highway=["path", "footway"]))
    row = table.iloc[0]
    assert (row["id"], row["name"], row["kind"]) == ("w2_0_1", "Gl / Ny", "footway")


def test_a_street_without_a_name_has_none():
    assert read(*two_way(0, 1), *two_way(1, 2, name=float("nan")))["name"].tolist() == [None] * 2


@pytest.mark.parametrize(
    ("tags", "walk"),
    [
        ({"highway": ["footway", "motorway"]}, False),
        ({"highway": ["footway", "motorway"], "foot": "yes"}, True),
        ({"foot": ["yes", "no"]}, False),
        ({"access": ["private", "yes"]}, False),
        ({"highway": ["footway", "path"]}, True),
    ],
)
def test_merged_ways_are_open_only_if_all_of_them_are(tags, walk):
    table = read(*two_way(0, 1), *two_way(1, 2, **tags))
    own = table[table["to_node"] == "n2"]
    assert own["walk"].tolist() == ([True] if walk else [False] if len(own) else [])


def test_parallel_streets_are_kept_and_numbered_by_their_lines():
    bow = shapely.LineString([place(0), (12.2805, 55.651), place(1)])
    straight, curved = two_way(0, 1), two_way(0, 1, length=200.0)
    for (_, _, tags), line in zip(curved, (bow, bow.reverse()), strict=True):
        tags["geometry"] = line
    tables = [read(*straight, *curved), read(*curved, *straight)]
    assert_geodataframe_equal(*tables)
    assert tables[0]["id"].tolist() == ["w1_0_1", "w1_0_1_2"]


def test_a_loop_is_one_street():
    ring = shapely.LineString([place(0), place(1), place(11), place(0)])
    arcs = [(0, 0, {"geometry": line, "length": 400.0}) for line in (ring, ring.reverse())]
    table = read(*arcs)
    assert table[["from_node", "to_node"]].to_numpy().tolist() == [["n0", "n0"]]


def test_two_nodes_at_one_position_become_one():
    graph = graph_of(*two_way(0, 1), *two_way(1, 2, length=0.0), *two_way(2, 3))
    graph.nodes[2].update(x=graph.nodes[1]["x"], y=graph.nodes[1]["y"])
    table = streets_from_osmnx(graph, crs=UTM32, rules=RULES)
    assert table[["from_node", "to_node"]].to_numpy().tolist() == [["n0", "n1"], ["n1", "n3"]]


def test_a_projected_graph_gives_the_same_streets(fetched, streets):
    zone = osmnx.project_graph(fetched)
    assert zone.graph["crs"] != UTM32  # osmnx takes the next zone
    again = streets_from_osmnx(zone, crs=UTM32, rules=RULES).set_index("id")
    assert again.crs == UTM32
    assert_geodataframe_equal(again, streets, check_less_precise=True)


def test_a_graph_that_was_never_simplified_gives_the_same_times(streets):
    fine = []
    for number, refs, tags in WAYS:
        if tags["highway"] == "motorway" or tags.get("access") == "private":
            continue
        for a, b in itertools.pairwise(refs):
            metres = osmnx.distance.great_circle(*place(a)[::-1], *place(b)[::-1])
            fine += two_way(a, b, osmid=number, length=float(metres), highway=tags["highway"])
    nodes = {f"n{ref}": tags for ref, tags in NODES.items()}
    own = read(*fine, **nodes)
    points = some_points(40)
    closed = own[~own["id"].str.startswith("w11_")]
    with_gaps, whole = times(closed, points), times(streets.reset_index(), points)
    both = with_gaps.merge(whole, on=["from_id", "to_id"])
    gap = both["travel_time_ds_x"] / both["travel_time_ds_y"].clip(lower=1) - 1
    assert len(both) > 200
    assert gap[both["travel_time_ds_y"] > 600].abs().median() < 0.004  # a sphere is no ellipsoid


# files


def test_a_saved_graph_gives_the_same_streets(fetched, streets, tmp_path):
    path = tmp_path / "town.graphml"
    path.write_bytes(graphml_bytes(fetched))
    again, report = read_graphml_streets(path, crs=UTM32, rules=RULES)
    assert_geodataframe_equal(again.set_index("id"), streets)
    assert (report.edges, report.barrier_cuts) == (len(streets), 1)
    assert report.left_out == {"service": 1}
    assert report.barrier_ends == {"bike": 2}


def test_a_graph_that_osmnx_saved_is_read(fetched, streets, tmp_path):
    path = tmp_path / "town.graphml"
    osmnx.save_graphml(fetched, path)
    again, _ = read_graphml_streets(path, crs=UTM32, rules=RULES)
    assert_geodataframe_equal(again.set_index("id"), streets)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"<graphml><graph>", "is not whole XML"),
        (b"\xff\xfe\x00bad", "is not whole XML"),
        (b"<html><body>Bad Gateway</body></html>", "cannot be read"),
        (b"PK\x03\x04 not a graph", "is not whole XML"),
    ],
)
def test_a_file_that_is_no_graph_is_named(tmp_path, content, told):
    path = tmp_path / "wrong.graphml"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=told):
        read_graphml_streets(path, crs=UTM32, rules=RULES)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="the file is missing"):
        read_graphml_streets(tmp_path / "none.graphml", crs=UTM32, rules=RULES)


def test_a_file_cut_short_anywhere_is_refused(fetched, tmp_path):
    content = graphml_bytes(fetched)
    for part in (0.2, 0.5, 0.9, 0.999):
        path = tmp_path / "short.graphml"
        path.write_bytes(content[: int(len(content) * part)])
        with pytest.raises(SourceError, match="is not whole XML"):
            read_graphml_streets(path, crs=UTM32, rules=RULES)


def test_a_graph_of_something_else_is_refused(tmp_path):
    path = tmp_path / "friends.graphml"
    nx.write_graphml(nx.MultiDiGraph([("Anna", "Bo")]), path)
    with pytest.raises(SourceError, match=r"a \.graphml that osmnx saved is expected"):
        read_graphml_streets(path, crs=UTM32, rules=RULES)


# graphs with faults


def test_a_graph_without_crs_is_refused():
    graph = graph_of(*two_way(0, 1))
    del graph.graph["crs"]
    with pytest.raises(CRSError, match="states no CRS"):
        streets_from_osmnx(graph, crs=UTM32, rules=RULES)


def test_a_graph_with_swapped_axes_is_refused():
    graph = graph_of(*two_way(0, 1))
    for tags in graph.nodes.values():
        tags["x"], tags["y"] = tags["y"], tags["x"]
    with pytest.raises(CRSError, match="swapped axes"):
        streets_from_osmnx(graph, crs=UTM32, rules=RULES)


def test_a_result_in_degrees_is_refused():
    with pytest.raises(CRSError, match="not projected in metres"):
        streets_from_osmnx(graph_of(*two_way(0, 1)), crs="EPSG:4326", rules=RULES)


@pytest.mark.parametrize("length", [None, float("nan"), -1.0, "120"])
def test_a_length_that_is_none_is_named(length):
    with pytest.raises(SchemaError, match="1 of 2 edges have no length of 0 m or more: 'w1_1_2'"):
        read(*two_way(0, 1), *two_way(1, 2, length=length))


def test_a_length_in_kilometres_is_refused():
    with pytest.raises(SchemaError, match="far below the straight line between their ends"):
        read(*two_way(0, 1, length=0.0626), *two_way(1, 3, length=0.12))


def test_a_node_without_position_is_named():
    graph = graph_of(*two_way(0, 1))
    del graph.nodes[1]["x"]
    with pytest.raises(SchemaError, match="1 of 2 nodes have no x and y: 1"):
        streets_from_osmnx(graph, crs=UTM32, rules=RULES)


def test_an_edge_without_kind_is_named():
    with pytest.raises(SchemaError, match="edge from 0 to 1 has no highway"):
        read((0, 1, {"highway": None}))


def test_a_graph_without_edges_is_refused():
    with pytest.raises(SchemaError, match="holds no edge"):
        streets_from_osmnx(nx.MultiDiGraph(crs="epsg:4326"), crs=UTM32, rules=RULES)


def test_a_graph_that_is_closed_to_all_gives_no_street():
    assert read(*two_way(0, 1, access="private")).empty
