"""Areas of an extract: closed ways, multipolygons, what does not close."""

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from htkgis.errors import SourceError
from htkgis.loaders.osm_areas import read_osm_areas

SQUARE = {1: (12.28, 55.65), 2: (12.29, 55.65), 3: (12.29, 55.66), 4: (12.28, 55.66)}
HOLE = {5: (12.283, 55.653), 6: (12.287, 55.653), 7: (12.287, 55.657), 8: (12.283, 55.657)}
ANY = frozenset()


@pytest.fixture
def extract(tmp_path):
    def write(ways, relations=(), missing=()):
        path = tmp_path / "areas.osm.pbf"
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for ref, place in (SQUARE | HOLE).items():
                if ref not in missing:
                    writer.add_node(Node(id=ref, location=place))
            for way_id, nodes, tags in ways:
                writer.add_way(Way(id=way_id, nodes=nodes, tags=tags))
            for relation_id, members, tags in relations:
                writer.add_relation(Relation(id=relation_id, members=members, tags=tags))
        return path

    return write


def test_a_closed_way_with_the_tag_is_an_area_with_its_kind(extract):
    path = extract(
        [(10, [1, 2, 3, 4, 1], {"landuse": "industrial"}), (11, [1, 2], {"highway": "path"})]
    )
    areas, left_out = read_osm_areas(path, key="landuse", values=ANY)
    assert areas[["id", "kind"]].to_numpy().tolist() == [["w10", "industrial"]]
    assert areas.total_bounds.tolist() == pytest.approx([12.28, 55.65, 12.29, 55.66])
    assert (left_out, areas.crs.to_string()) == (0, "EPSG:4326")


def test_only_the_values_that_are_asked_for_are_read(extract):
    path = extract(
        [(10, [1, 2, 3, 4, 1], {"landuse": "grass"}), (11, [5, 6, 7, 8, 5], {"landuse": "retail"})]
    )
    areas, _ = read_osm_areas(path, key="landuse", values=frozenset({"retail"}))
    assert areas["id"].tolist() == ["w11"]


def test_a_multipolygon_keeps_its_hole(extract):
    path = extract(
        [(10, [1, 2, 3, 4, 1], {}), (11, [5, 6, 7, 8, 5], {})],
        [
            (
                20,
                [("w", 10, "outer"), ("w", 11, "inner")],
                {"type": "multipolygon", "building": "yes"},
            )
        ],
    )
    areas, _ = read_osm_areas(path, key="building", values=ANY)
    assert areas["id"].tolist() == ["r20"]
    assert len(areas.geometry.iloc[0].geoms[0].interiors) == 1


def test_an_outline_with_a_missing_node_is_left_out_and_counted_or_absent(extract):
    path = extract(
        [(10, [1, 2, 3, 4, 1], {"building": "yes"}), (11, [5, 6, 7, 8, 5], {"building": "yes"})],
        missing=(7,),
    )
    areas, left_out = read_osm_areas(path, key="building", values=ANY)
    assert areas["id"].tolist() == ["w10"]
    assert left_out <= 1


def test_an_extract_without_such_areas_is_a_named_error(extract):
    path = extract([(10, [1, 2], {"highway": "path"})])
    with pytest.raises(
        SourceError, match=r"holds no area with landuse = retail; one at .* the layer out"
    ):
        read_osm_areas(path, key="landuse", values=frozenset({"retail"}))


def test_a_missing_extract_is_a_named_error(tmp_path):
    with pytest.raises(SourceError, match=r"no\.osm\.pbf.*no such file"):
        read_osm_areas(tmp_path / "no.osm.pbf", key="building", values=ANY)
