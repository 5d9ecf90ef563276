"""Places, cuts and boundaries of an extract, each of a made-up town."""

import osmium
import pytest
import shapely
from osmium.osm.mutable import Node, Relation, Way

from htkgis.errors import SourceError
from htkgis.loaders.osm_boundary import read_osm_boundary
from htkgis.loaders.osm_cut import cut_extract, extract_date
from htkgis.loaders.osm_places import read_osm_places

SQUARE = {1: (12.28, 55.65), 2: (12.29, 55.65), 3: (12.29, 55.66), 4: (12.28, 55.66)}
SCHOOLS = frozenset({"school"})
RING = [1, 2, 3, 4, 1]
AROUND = (12.2, 55.6, 12.3, 55.7)


@pytest.fixture
def extract(tmp_path):
    """Write nodes as {id: (place, tags)}, ways as {id: (nodes, tags)} and relations likewise."""

    def write(nodes=None, ways=None, relations=None, stated=None, box=None):
        path = tmp_path / "town.osm.pbf"
        header = osmium.io.Header()
        if stated:
            header.set("osmosis_replication_timestamp", stated)
        if box:
            header.add_box(osmium.osm.Box(*box))
        with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
            for ref, place in SQUARE.items():
                writer.add_node(Node(id=ref, location=place))
            for ref, (place, tags) in (nodes or {}).items():
                writer.add_node(Node(id=ref, location=place, tags=tags))
            for ref, (refs, tags) in (ways or {}).items():
                writer.add_way(Way(id=ref, nodes=refs, tags=tags))
            for ref, (members, tags) in (relations or {}).items():
                writer.add_relation(Relation(id=ref, members=members, tags=tags))
        return path

    return write


def school(lon, lat, name=None):
    return ((lon, lat), {"amenity": "school"} | ({"name": name} if name else {}))


def read(path):
    places, twice, left_out = read_osm_places(path, key="amenity", values=SCHOOLS)
    return places.set_index("id"), twice, left_out


def test_a_point_in_an_area_of_its_kind_is_that_area_and_gives_it_its_name(extract):
    path = extract({5: school(12.285, 55.655, "Nord")}, {7: (RING, {"amenity": "school"})})
    places, twice, left_out = read(path)
    assert (list(places.index), twice, left_out) == (["w7"], 1, 0)
    assert places.loc["w7", "name"] == "Nord"
    assert places.geom_type["w7"] == "MultiPolygon"


def test_an_area_with_a_name_keeps_it(extract):
    own = {"amenity": "school", "name": "Syd"}
    places, _, _ = read(extract({5: school(12.285, 55.655, "Nord")}, {7: (RING, own)}))
    assert places["name"].to_dict() == {"w7": "Syd"}


def test_an_area_with_several_points_of_its_kind_is_those_points(extract):
    points = {5: school(12.285, 55.655, "Nord"), 6: school(12.286, 55.655)}
    places, twice, _ = read(extract(points, {7: (RING, {"amenity": "school"})}))
    assert (list(places.index), twice) == (["n5", "n6"], 1)


def test_a_point_of_another_kind_or_outside_is_a_place_of_its_own(extract):
    points = {
        5: ((12.285, 55.655), {"amenity": "library"}),
        6: school(12.295, 55.655),
        8: ((12.285, 55.655), {"shop": "school"}),
    }
    path = extract(points, {7: (RING, {"amenity": "school"})})
    places, twice, _ = read(path)
    assert (sorted(places.index), twice) == (["n6", "w7"], 0)
    everything, _, _ = read_osm_places(path, key="amenity", values=frozenset())
    assert sorted(everything["kind"]) == ["library", "school", "school"]


BENT = [(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (2, 2), (2, 10), (0, 10)]
"""A park around three sides of a square, in units of 11 m: its centre of gravity, (5, 212 / 52) by
its three parts of 20, 20 and 12, lies in the square."""


def bent(*points, kind="park"):
    """Write the bent park and points at places in its units."""
    unit = 1e-4
    corners = {20 + n: ((12.2 + x * unit, 55.6 + y * unit), {}) for n, (x, y) in enumerate(BENT)}
    labels = {
        40 + n: ((12.2 + x * unit, 55.6 + y * unit), {"leisure": kind, "name": f"P{n}"})
        for n, (x, y) in enumerate(points)
    }
    ring = [*corners, 20]
    return corners | labels, {7: (ring, {"leisure": "park"})}


def read_parks(path):
    places, twice, _ = read_osm_places(path, key="leisure", values=frozenset())
    return places.set_index("id")["name"].to_dict(), twice


def test_the_label_of_a_park_that_bends_around_something_is_that_park(extract):
    assert read_parks(extract(*bent((5, 212 / 52)))) == ({"w7": "P0"}, 1)


def test_a_point_beside_a_bent_park_that_is_no_label_of_it_is_another_place(extract):
    beside, twice = read_parks(extract(*bent((5, 5))))
    assert (sorted(beside), twice) == (["n40", "w7"], 0)
    other, twice = read_parks(extract(*bent((5, 212 / 52), kind="playground")))
    assert (sorted(other), twice) == (["n40", "w7"], 0)


def test_a_bent_park_that_holds_a_point_has_its_name_from_there(extract):
    names, twice = read_parks(extract(*bent((1, 5), (5, 212 / 52))))
    assert (names, twice) == ({"w7": "P0", "n41": "P1"}, 1)


def test_a_house_is_named_by_street_and_number_as_far_as_they_are_known(extract):
    homes = {
        5: ((12.285, 55.655), {"addr:housenumber": "4B", "addr:street": "Parkvej"}),
        6: ((12.286, 55.655), {"addr:housenumber": "6", "name": "Gården"}),
    }
    places, _, _ = read_osm_places(extract(homes), key="addr:housenumber", values=frozenset())
    assert places["name"].tolist() == ["Parkvej 4B", "6"]


def test_an_extract_without_such_a_place_says_which_was_looked_for(extract):
    with pytest.raises(
        SourceError, match=r"holds no place with amenity = school; one at .* the layer out"
    ):
        read(extract({5: ((12.285, 55.655), {"shop": "kiosk"})}))


def test_a_cut_holds_what_touches_the_box_whole_and_counts_its_tags(extract, tmp_path):
    path = extract(
        {
            5: school(12.285, 55.655),
            6: school(12.4, 55.655),
            8: ((12.35, 55.655), {}),
            9: ((12.4, 55.66), {}),
        },
        {
            7: (RING, {"landuse": "forest"}),
            10: ([2, 8], {"highway": "path"}),
            11: ([8, 9], {"highway": "track"}),
            12: (RING, {}),
        },
        {20: ([("w", 12, "outer")], {"type": "multipolygon", "building": "yes"})},
    )
    out = tmp_path / "cut.osm.pbf"
    cut = cut_extract(path, out, box=AROUND)
    assert (cut.ways, cut.points, cut.relations) == (3, 1, 1)
    assert cut.has("amenity", "school")
    assert cut.has("building")
    assert not cut.has("highway", "track")
    assert not cut.has("shop")
    # the source begins at 12.28 and ends at 12.4, beyond the box
    assert cut.whole == pytest.approx((12.28, 55.65, 12.3, 55.66))
    places, _, _ = read(out)
    assert list(places.index) == ["n5"]
    located = osmium.FileProcessor(str(out)).with_locations()
    ways = {way.id: [node.lon for node in way.nodes] for way in located if way.is_way()}
    assert ways[10] == pytest.approx([12.29, 12.35])
    assert 11 not in ways


def test_a_box_without_ways_is_refused_with_where_the_extract_reaches(extract, tmp_path):
    path = extract(ways={7: (RING, {"landuse": "forest"})})
    with pytest.raises(SourceError, match=r"no way in the box.* it reaches 12\.280, 55\.650"):
        cut_extract(path, tmp_path / "cut.osm.pbf", box=(10.0, 50.0, 11.0, 51.0))


def test_an_extract_is_whole_in_the_box_that_it_states_and_not_as_far_as_its_lines_stick_out(
    extract, tmp_path
):
    ways = {7: (RING, {"highway": "path"})}
    path = extract(ways=ways, box=(12.282, 55.6, 12.288, 55.7))
    cut = cut_extract(path, tmp_path / "cut.osm.pbf", box=AROUND)
    assert cut.whole == pytest.approx((12.282, 55.65, 12.288, 55.66))


@pytest.mark.parametrize(("stated", "day"), [("2026-11-20T21:00:00Z", "2026-11-20"), (None, None)])
def test_the_day_of_an_extract_is_what_its_header_states(extract, stated, day):
    assert extract_date(extract(stated=stated)) == day


ADMINISTRATIVE = {"type": "boundary", "boundary": "administrative", "name": "Kommunen"}


@pytest.mark.parametrize(
    ("tags", "code", "name"),
    [
        ({"ref": "101"}, "0101", "Kommunen"),
        ({"IBGE:GEOCODIGO": "4314902"}, "4314902", "Kommunen"),
        ({"ref": "102"}, "0101", None),
        ({"admin_level": "7"}, "7", None),
    ],
)
def test_a_boundary_is_found_by_its_code_under_any_key(extract, tags, code, name):
    relation = {20: ([("w", 7, "outer")], ADMINISTRATIVE | tags)}
    found = read_osm_boundary(extract(ways={7: (RING, {})}, relations=relation), code)
    assert (None if found is None else found["name"].iloc[0]) == name
    if found is not None:
        assert found.geometry.iloc[0].equals(shapely.Polygon(SQUARE.values()))


def test_of_two_areas_with_one_code_the_smallest_is_the_municipality(extract):
    nodes = {5: ((12.2, 55.6), {}), 6: ((12.4, 55.6), {}), 8: ((12.3, 55.8), {})}
    wide = ADMINISTRATIVE | {"ref": "0101", "name": "Regionen"}
    relations = {
        20: ([("w", 7, "outer")], ADMINISTRATIVE | {"ref": "0101"}),
        21: ([("w", 9, "outer")], wide),
    }
    path = extract(nodes, {7: (RING, {}), 9: ([5, 6, 8, 5], {})}, relations)
    assert read_osm_boundary(path, "0101")["name"].tolist() == ["Kommunen"]
