"""Barriers: ways on the ground of an extract, lines and outlines of a vector file."""

import osmium
import pytest
import shapely
from osmium.osm.mutable import Node, Way

from htkgis.errors import SchemaError, SourceError
from htkgis.loaders.barriers import read_barriers
from htkgis.loaders.osm_lines import read_osm_ground_lines

UTM32 = "EPSG:25832"
PLACES = {1: (12.28, 55.65), 2: (12.29, 55.65), 3: (12.30, 55.65)}
KINDS = {"osm_key": "railway", "columns": {"id": "id", "kind": "kind"}}


@pytest.fixture
def extract(tmp_path):
    def write(*ways, missing=()):
        path = tmp_path / "barriers.osm.pbf"
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for ref, place in PLACES.items():
                if ref not in missing:
                    writer.add_node(Node(id=ref, location=place))
            for way_id, nodes, tags in ways:
                writer.add_way(Way(id=way_id, nodes=nodes, tags=tags))
        return path

    return write


def layer(**keys):
    return {"path": "barriers.osm.pbf", "role": "barriers", **KINDS, **keys}


def test_railways_on_the_ground_are_barriers_and_bridges_and_tunnels_are_counted(extract, catalog):
    extract(
        (10, [1, 2], {"railway": "rail"}),
        (11, [2, 3], {"railway": "rail", "bridge": "yes"}),
        (12, [2, 3], {"railway": "light_rail", "tunnel": "yes"}),
        (13, [2, 3], {"railway": "light_rail", "tunnel": "no"}),
        (14, [2, 3], {"railway": "platform"}),
        (15, [1, 3], {"highway": "motorway"}),
    )
    known = catalog(rails=layer(values={"kind": {"rail": "railway", "light_rail": "railway"}}))
    barriers, report = read_barriers(known, "rails", crs=UTM32)
    assert barriers[["id", "kind"]].to_numpy().tolist() == [["w10", "railway"], ["w13", "railway"]]
    assert barriers.length.tolist() == pytest.approx([630, 630], abs=5)
    assert dict(report.dropped) == {"tunnel or bridge": 2}


def test_a_way_without_its_nodes_is_left_out_and_counted(extract):
    path = extract(
        (10, [1, 2], {"railway": "rail"}), (11, [2, 3], {"railway": "rail"}), missing=(3,)
    )
    lines, off_the_ground, left_out = read_osm_ground_lines(
        path, key="railway", values=frozenset({"rail"})
    )
    assert (lines["id"].tolist(), off_the_ground, left_out) == (["w10"], 0, 1)


def test_an_extract_without_such_ways_is_a_named_error(extract):
    path = extract((10, [1, 2], {"railway": "rail", "tunnel": "yes"}))
    with pytest.raises(
        SourceError, match=r"no way on the ground with railway = rail; one at .* the layer out"
    ):
        read_osm_ground_lines(path, key="railway", values=frozenset({"rail"}))


def test_lines_parts_of_lines_and_outlines_of_areas_are_lines(catalog, shapes, tmp_path):
    drawn = [
        shapely.LineString([(0, 0), (100, 0)]),
        shapely.MultiLineString([[(0, 10), (100, 10)], [(200, 10), (300, 10)]]),
        shapely.box(0, 20, 100, 120),
    ]
    shapes(drawn, fence=["a", "b", "c"]).to_file(tmp_path / "fences.gpkg")
    known = catalog(
        barriers={
            "path": "fences.gpkg",
            "columns": {"id": "fence"},
            "constants": {"kind": "fence"},
        }
    )
    barriers, report = read_barriers(known, "barriers", crs=UTM32)
    assert barriers["id"].tolist() == ["a", "b_0", "b_1", "c"]
    assert barriers.length.tolist() == pytest.approx([100, 100, 100, 400])
    assert report.mended == {"areas made their outline": 1}


def test_points_are_no_barriers(catalog, shapes, tmp_path):
    shapes([shapely.Point(0, 0)], fence=["gate"]).to_file(tmp_path / "fences.gpkg")
    known = catalog(
        barriers={
            "path": "fences.gpkg",
            "columns": {"id": "fence"},
            "constants": {"kind": "fence"},
        }
    )
    with pytest.raises(
        SchemaError,
        match=r"1 of [0-9] barriers are neither lines nor areas: 'gate'; one of the two",
    ):
        read_barriers(known, "barriers", crs=UTM32)


def test_a_layer_without_kinds_is_refused(catalog, shapes, tmp_path):
    shapes([shapely.LineString([(0, 0), (1, 1)])], fence=["a"]).to_file(tmp_path / "fences.gpkg")
    known = catalog(barriers={"path": "fences.gpkg", "columns": {"id": "fence"}})
    with pytest.raises(SchemaError, match=r"missing columns \['kind'\]"):
        read_barriers(known, "barriers", crs=UTM32)
