"""Where the streets of a saved graph lie, from its first lines; and what is wrong with files."""

import networkx as nx
import osmnx
import pyproj
import pytest

from htkgis.errors import CRSError, SourceError
from htkgis.loaders.osmnx_file import first_graphml_position, read_graphml
from htkgis.loaders.osmnx_streets import read_graphml_streets
from htkgis.pipeline.update import graphml_bytes

from .overpass_server import RULES

UTM32 = "EPSG:25832"
TOWN = ((12.28, 55.65), (12.281, 55.65))
BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "aaaaaaaaaa">%s]><graphml>&a9;</graphml>"""


def graph(*places, crs="epsg:4326"):
    """A street from each place to the next, both ways."""
    graph = nx.MultiDiGraph(**({} if crs is None else {"crs": crs}))
    for number, (x, y) in enumerate(places):
        graph.add_node(number, x=x, y=y)
    for number in range(len(places) - 1):
        known = {"osmid": 1, "highway": "path", "length": 63.0, "oneway": False}
        graph.add_edge(number, number + 1, **known, reversed=False)
        graph.add_edge(number + 1, number, **known, reversed=True)
    return graph


def saved(path, graph, write=osmnx.save_graphml):
    write(graph, path)
    return path


def by_update(graph, path):
    path.write_bytes(graphml_bytes(graph))


@pytest.mark.parametrize("write", [osmnx.save_graphml, by_update])
def test_the_position_is_that_of_the_first_node(tmp_path, write):
    path = saved(tmp_path / "town.graphml", graph(*TOWN), write)
    assert first_graphml_position(path) == pytest.approx(TOWN[0], abs=1e-9)


def test_a_projected_graph_lies_where_it_lay_in_degrees(tmp_path):
    projected = osmnx.project_graph(graph(*TOWN))
    assert projected.graph["crs"] != "epsg:4326"
    path = saved(tmp_path / "town.graphml", projected)
    assert first_graphml_position(path) == pytest.approx(TOWN[0], abs=1e-6)


def test_what_lies_between_the_first_node_and_the_crs_is_not_read(tmp_path):
    content = graphml_bytes(graph(*TOWN))
    second = content.index(b"<node", content.index(b"<node") + 1)
    path = tmp_path / "town.graphml"
    path.write_bytes(content[:second] + b" " * 100_000 + b"<broken" + content[second:])
    assert first_graphml_position(path) == pytest.approx(TOWN[0], abs=1e-9)
    with pytest.raises(SourceError, match="is not whole XML"):
        read_graphml(path)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("place", ["before the nodes", "after the edges"])
def test_the_crs_is_found_where_other_programs_write_it(tmp_path, place, quote):
    content = graphml_bytes(graph(*TOWN)).decode()
    start, end = content.index('<data key="d0"'), content.index("</graph>")
    facts, rest = content[start:end], content[:start] + content[end:]
    at = rest.index("<node") if place == "before the nodes" else rest.index("</graph>")
    path = tmp_path / "town.graphml"
    path.write_text(rest[:at] + facts.replace('"', quote) + rest[at:], "utf-8")
    assert first_graphml_position(path) == pytest.approx(TOWN[0], abs=1e-9)


def test_a_crs_written_out_in_full_is_read(tmp_path):
    utm = pyproj.CRS.from_user_input(UTM32).to_wkt(pretty=True)
    path = saved(tmp_path / "town.graphml", graph((707000.0, 6172000.0), crs=utm), by_update)
    lon, lat = first_graphml_position(path)
    assert (round(lon, 1), round(lat, 1)) == (12.3, 55.6)


def test_a_graph_without_nodes_or_with_words_for_numbers_lies_nowhere(tmp_path):
    assert first_graphml_position(saved(tmp_path / "a.graphml", graph(), by_update)) is None
    words = graph(("east", "north"), ("east", "north"))
    assert first_graphml_position(saved(tmp_path / "b.graphml", words, by_update)) is None


def read_streets(path):
    return read_graphml_streets(path, crs=UTM32, rules=RULES)


@pytest.mark.parametrize("read", [first_graphml_position, read_streets])
@pytest.mark.parametrize(
    ("crs", "told"),
    [(None, "states no CRS"), ("EPSG:0", "'EPSG:0' is not a CRS"), ("&", "'&' is not a CRS")],
)
def test_a_graph_without_a_crs_that_is_one_is_refused(tmp_path, read, crs, told):
    path = saved(tmp_path / "town.graphml", graph(*TOWN, crs=crs), by_update)
    with pytest.raises(CRSError, match=told):
        read(path)


def test_metres_that_are_called_degrees_are_refused(tmp_path):
    path = saved(tmp_path / "town.graphml", graph((707000.0, 6172000.0), (707100.0, 6172000.0)))
    with pytest.raises(CRSError, match=r"x 707000, y 6172000, which is nowhere in EPSG:4326"):
        first_graphml_position(path)


@pytest.mark.parametrize("read", [first_graphml_position, read_graphml])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"<graphml><graph>", "is not whole XML"),
        (b"\xff\xfe\x00bad", "is not whole XML"),
        (b"PK\x03\x04 not a graph", "is not whole XML"),
    ],
)
def test_a_file_that_is_no_graph_is_named(tmp_path, read, content, told):
    path = tmp_path / "wrong.graphml"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=told):
        read(path)


@pytest.mark.parametrize("read", [first_graphml_position, read_graphml])
def test_a_file_that_unfolds_without_end_is_refused(tmp_path, read):
    levels = b"".join(
        b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    path = tmp_path / "bomb.graphml"
    path.write_bytes(BOMB % levels)
    with pytest.raises(SourceError, match="is not whole XML: limit on input amplification"):
        read(path)


@pytest.mark.parametrize("read", [first_graphml_position, read_graphml])
def test_a_missing_file_and_a_folder_are_named(tmp_path, read):
    with pytest.raises(SourceError, match="the file is missing"):
        read(tmp_path / "none.graphml")
    (tmp_path / "folder.graphml").mkdir()
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path / "folder.graphml")
