"""Street tables: worked example, every refused fault, the sketch network."""

from __future__ import annotations

import pandas as pd
import pytest

from htkgis.errors import CRSError, SchemaError, SourceError
from htkgis.loaders.street_rules import KEYS, ModeRules, StreetRules
from htkgis.loaders.streets import read_street_table
from htkgis.schema import STREETS, check

UTM32 = "EPSG:25832"
NOT_FOR_CARS = ModeRules(KEYS["car"], ("path",), (), (), ())
ALL = ModeRules((), (), (), (), ())
RULES = StreetRules(
    {"walk": ALL, "bike": ALL, "car": NOT_FOR_CARS}, car_kph={"main street": 60.0, "other": 30.0}
)
NODES = {"n1": (55.65, 12.28), "n2": (55.651, 12.28), "n3": (55.651, 12.282)}
STREET = {
    "id": "s1",
    "from_node": "n1",
    "to_node": "n2",
    "name": "Hovedgaden",
    "kind": "main street",
    "tunnel": "",
    "bridge": "",
    "length_m": "110",
    "line_wkt_wgs84": "LINESTRING (12.28 55.65, 12.28 55.651)",
}
PATH = {
    "id": "s2",
    "from_node": "n2",
    "to_node": "n3",
    "name": "",
    "kind": "path",
    "tunnel": "yes",
    "bridge": "no",
    "length_m": "130",
    "line_wkt_wgs84": "LINESTRING (12.28 55.651, 12.281 55.6511, 12.282 55.651)",
}


@pytest.fixture
def read(tmp_path):
    """Write the two tables as CSV and read them."""

    def written(*streets, nodes=NODES, crs=UTM32, drop=()):
        table = pd.DataFrame(streets, columns=list(STREET)).drop(columns=list(drop))
        rows = nodes.items() if isinstance(nodes, dict) else nodes
        places = pd.DataFrame([(key, *place) for key, place in rows], columns=["id", "lat", "lon"])
        table.to_csv(tmp_path / "streets.csv", index=False)
        places.to_csv(tmp_path / "street_nodes.csv", index=False)
        return read_street_table(
            tmp_path / "streets.csv", tmp_path / "street_nodes.csv", crs=crs, rules=RULES
        )

    return written


def test_two_streets_meet_the_contract(read):
    streets = read(STREET, PATH)
    assert check(streets, STREETS, crs=UTM32) is streets
    assert streets["id"].tolist() == ["s1", "s2"]
    assert streets["from_node"].tolist() == ["n1", "n2"]
    assert streets["length_m"].tolist() == [110.0, 130.0]
    assert streets["walk"].tolist() == [True, True]
    assert streets["oneway"].tolist() == streets["oneway_bike"].tolist() == [False, False]
    assert pd.isna(streets["name"].iloc[1])


def test_cars_may_not_use_a_path_and_have_the_limit_of_the_kind_of_street(read):
    streets = read(STREET, PATH, STREET | {"id": "s3", "kind": "local street"})
    assert streets["bike"].tolist() == [True, True, True]
    assert streets["car"].tolist() == [True, False, True]
    assert streets["car_kph"].fillna(0).tolist() == [60, 0, 30]


def test_a_mode_that_the_study_does_not_decide_on_may_use_nothing(tmp_path, read):
    read(STREET)
    streets = read_street_table(
        tmp_path / "streets.csv",
        tmp_path / "street_nodes.csv",
        crs=UTM32,
        rules=StreetRules({"walk": ALL}),
    )
    assert (streets["walk"].all(), streets["bike"].any(), streets["car"].any()) == (1, 0, 0)
    assert streets["car_kph"].isna().all()


def test_length_is_the_stated_one_and_the_line_is_in_metres(read):
    streets = read(STREET | {"length_m": "155"})
    assert streets["length_m"].tolist() == [155.0]
    assert streets.geometry.length.iloc[0] == pytest.approx(111.35, abs=0.1)


@pytest.mark.parametrize(
    ("mark", "flag"), [("", False), ("no", False), ("nej", False), ("yes", True), ("x", True)]
)
def test_any_mark_but_no_is_a_tunnel_or_a_bridge(read, mark, flag):
    streets = read(STREET | {"tunnel": mark, "bridge": mark})
    assert streets["tunnel"].tolist() == [flag]
    assert streets["bridge"].tolist() == [flag]


def test_a_decimal_comma_is_read(read):
    assert read(STREET | {"length_m": "112,5"})["length_m"].tolist() == [112.5]


def test_tables_without_rows_are_refused(read):
    with pytest.raises(SchemaError, match=r"^streets \(.*\): has no rows; one at least is needed"):
        read()
    with pytest.raises(SchemaError, match=r"^street nodes \(.*\): has no rows; one at least"):
        read(STREET, nodes={})


def test_missing_columns_are_named_with_those_found(read):
    with pytest.raises(SchemaError, match=r"streets \(.*\): missing columns \['kind'\]; found"):
        read(STREET, drop=["kind"])


def test_ids_that_repeat_are_named(read):
    with pytest.raises(SchemaError, match=r"2 of 2 rows share id: 's1'"):
        read(STREET, PATH | {"id": "s1"})


def test_node_ids_that_repeat_are_named(read):
    nodes = [*NODES.items(), ("n1", (55.65, 12.28))]
    with pytest.raises(SchemaError, match=r"street nodes .*2 of 4 rows share an id: 'n1'"):
        read(STREET, nodes=nodes)


def test_a_node_without_position_is_named(read):
    with pytest.raises(SchemaError, match=r"1 of 3 rows lack id, lat or lon: 'n3'"):
        read(STREET, nodes=NODES | {"n3": (55.651, None)})


def test_unknown_nodes_are_named_once(read):
    lost = {"from_node": "n7", "to_node": "n8"}
    with pytest.raises(SchemaError, match=r"2 nodes are not in street_nodes\.csv: 'n7', 'n8'"):
        read(STREET | lost, STREET | lost | {"id": "s2"})


def test_a_blank_node_is_refused(read):
    with pytest.raises(SchemaError, match=r"column 'to_node' is empty in 1 of 1 rows: 's1'"):
        read(STREET | {"to_node": ""})


@pytest.mark.parametrize(
    "wkt",
    [
        "LINESTRING (12.28 55.65",
        "",
        "POINT (12.28 55.65)",
        "LINESTRING EMPTY",
        "LINESTRING (12.28 55.65, 12.28 55.65)",
        "LINESTRING Z (12.28 55.65 1, 12.28 55.651 1)",
        "12.28 55.65",
    ],
)
def test_a_line_that_cannot_be_read_is_named(read, wkt):
    with pytest.raises(SchemaError, match=r"line_wkt_wgs84 cannot be read in 1 of 2 rows: 's1'"):
        read(STREET | {"line_wkt_wgs84": wkt}, PATH)


def test_a_line_end_away_from_its_node_is_named_with_the_distance(read):
    nodes = NODES | {"n2": (55.6514, 12.28)}  # 0.0004 degrees of latitude are 44.5 m
    with pytest.raises(SchemaError, match=r"1 line ends lie away .*'s1 to_node 45 m'; 30 m is"):
        read(STREET, nodes=nodes)


def test_a_line_end_within_30_m_of_its_node_is_allowed(read):
    assert len(read(STREET, nodes=NODES | {"n2": (55.65125, 12.28)})) == 1


def test_a_reversed_line_is_refused(read):
    back = {"line_wkt_wgs84": "LINESTRING (12.28 55.651, 12.28 55.65)"}
    with pytest.raises(SchemaError, match=r"'s1 from_node 111 m', 's1 to_node 111 m'"):
        read(STREET | back)


@pytest.mark.parametrize("length", ["0", "-5", ""])
def test_a_length_that_is_not_positive_is_named(read, length):
    with pytest.raises(SchemaError, match=r"length_m is not positive in 1 of 2 rows: 's1'"):
        read(STREET | {"length_m": length}, PATH)


def test_a_length_that_is_no_number_is_named(read):
    with pytest.raises(SchemaError, match=r"length_m.*not numbers: 'ca\. 110'"):
        read(STREET | {"length_m": "ca. 110"})


def test_a_length_below_the_straight_line_is_named(read):
    with pytest.raises(SchemaError, match=r"shorter than the straight line .*'s1 90 m of 111 m'"):
        read(STREET | {"length_m": "90"})


def test_rounding_and_generalised_ends_may_make_a_street_a_little_short(read):
    assert read(STREET | {"length_m": "95"})["length_m"].tolist() == [95.0]


def test_all_faults_of_rows_stand_in_one_error(read):
    fault = {"to_node": "n9", "length_m": "0"}
    with pytest.raises(SchemaError, match=r"1 nodes are not in .*; length_m is not positive"):
        read(STREET | fault)


def test_swapped_coordinates_of_nodes_are_called_swapped(read):
    swapped = {name: (lon, lat) for name, (lat, lon) in NODES.items()}
    with pytest.raises(CRSError, match=r"street nodes .*are swapped in 3 of 3 rows: 'n1', 'n2'"):
        read(STREET, nodes=swapped)


def test_swapped_coordinates_of_lines_are_called_swapped(read):
    swapped = {"line_wkt_wgs84": "LINESTRING (55.65 12.28, 55.651 12.28)"}
    with pytest.raises(CRSError, match=r"streets \(.*are swapped in 1 of 2 rows: 's1'"):
        read(STREET | swapped, PATH)


def test_coordinates_in_metres_are_called_far_away(read):
    metres = dict.fromkeys(NODES, (6_170_000, 706_000))
    with pytest.raises(CRSError, match=r"3 of 3 rows lie far from the area of EPSG:25832: 'n1'"):
        read(STREET, nodes=metres)


@pytest.mark.parametrize(
    ("crs", "message"),
    [("EPSG:4326", "is not projected in metres"), ("utm32", "'utm32' is not a CRS")],
)
def test_a_crs_that_is_not_projected_in_metres_is_refused(read, crs, message):
    with pytest.raises(CRSError, match=message):
        read(STREET, crs=crs)


def test_a_crs_without_area_of_use_is_allowed(read):
    assert len(read(STREET, crs="+proj=utm +zone=32 +ellps=GRS80 +units=m")) == 1


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"streets\.csv"):
        read_street_table(tmp_path / "streets.csv", tmp_path / "nodes.csv", crs=UTM32, rules=RULES)
