"""Housing areas with their facts, and the gates or addresses where people start."""

import os
from pathlib import Path

import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import SchemaError
from htkgis.loaders.housing import read_addresses, read_areas, read_gates

UTM32 = "EPSG:25832"
WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)
IN_WEST, IN_EAST, BETWEEN = shapely.Point(50, 50), shapely.Point(250, 50), shapely.Point(150, 50)
ON_EDGE = shapely.Point(100, 50)


@pytest.fixture
def housing(catalog, tmp_path, shapes):
    """Write outlines, facts (CSV text) and points (lists of columns); return the catalog."""

    def write(outlines=(WEST, EAST), ids=("w", "e"), facts=None, columns=None, points=(), **named):
        shapes(list(outlines), id=list(ids), name=list(ids)).to_parquet(tmp_path / "areas.parquet")
        shapes(list(points), **named).to_parquet(tmp_path / "points.parquet")
        (tmp_path / "facts.csv").write_text(facts or "id\n", "utf-8")
        from_file = {name: name for name in named}
        return catalog(
            housing_areas={"path": "areas.parquet", "columns": {"id": "id", "name": "name"}},
            area_facts={
                "path": "facts.csv",
                "columns": columns or {"id": "id", "population": "beboere"},
            },
            gates={"path": "points.parquet", "columns": from_file, "constants": {"kind": "gate"}},
            addresses={"path": "points.parquet", "columns": from_file},
        )

    return write


def areas_of(layers, facts="area_facts"):
    return read_areas(layers, "housing_areas", facts, crs=UTM32)[0]


def gates_of(layers):
    return read_gates(layers, "gates", areas_of(layers, None), crs=UTM32)


def addresses_of(layers):
    return read_addresses(layers, "addresses", areas_of(layers, None), crs=UTM32)


def test_facts_are_joined_by_id_and_what_is_not_known_is_missing(housing):
    areas, reports = read_areas(
        housing(facts="id;beboere\ne;1.234,0\n"), "housing_areas", "area_facts", crs=UTM32
    )
    assert areas["id"].tolist() == ["w", "e"]
    assert areas["population"].isna().tolist() == [True, False]
    assert areas["population"].iloc[1] == 1234
    assert areas["dwellings"].isna().all()
    assert [report.rows for report in reports] == [2, 1]


def test_areas_without_facts_have_none(housing):
    areas = areas_of(housing(), facts=None)
    assert areas[["population", "dwellings", "built"]].isna().all(axis=None)


def test_facts_about_unknown_areas_are_refused(housing):
    layers = housing(facts="id;beboere\nw;1\nx;2\ny;3\n")
    with pytest.raises(
        SchemaError,
        match=r"^area_facts \(.*\): 2 rows are about areas that housing_areas lacks: 'x'",
    ):
        areas_of(layers)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("id;beboere\nw;1\nw;2\n", "2 of 2 rows share .*: 'w'"),
        ("id;beboere\n;1\nx;2\n", "column 'id' is empty in 1 of 2 rows: 'row 1'"),
    ],
)
def test_facts_must_name_each_area_once(housing, facts, message):
    with pytest.raises(SchemaError, match=rf"^area facts \(.*facts\.csv\): {message}"):
        areas_of(housing(facts=facts))


def test_a_fact_that_is_no_number_or_below_zero_is_named(housing):
    with pytest.raises(
        SchemaError, match=r"area_facts column 'population': 1 values are not numbers: 'mange'"
    ):
        areas_of(housing(facts="id;beboere\nw;mange\n"))
    with pytest.raises(SchemaError, match="column 'population' is below 0 in 1 rows: 'w'"):
        areas_of(housing(facts="id;beboere\nw;-1\n"))


def test_a_name_among_the_facts_does_not_replace_the_name_of_the_outline(housing):
    layers = housing(facts="id;navn\nw;Vest\n", columns={"id": "id", "name": "navn"})
    assert areas_of(layers)["name"].tolist() == ["w", "e"]


def test_areas_that_share_an_id_are_refused(housing):
    layers = housing(ids=("w", "w"), facts="id;beboere\nw;1\n")
    with pytest.raises(
        SchemaError, match=r"^areas \(.*areas\.parquet\): 2 of 2 rows share .*: 'w'"
    ):
        areas_of(layers)


def test_gates_belong_to_their_areas(housing):
    layers = housing(points=[IN_WEST, IN_EAST], id=[1, 2], area_id=["w", "e"])
    gates, report = gates_of(layers)
    assert gates[["id", "area_id", "kind"]].to_numpy().tolist() == [
        ["1", "w", "gate"],
        ["2", "e", "gate"],
    ]
    assert report.rows == 2


def test_gates_that_name_an_unknown_area_are_refused(housing):
    layers = housing(
        points=[IN_WEST, IN_EAST, BETWEEN, BETWEEN],
        id=["a", "b", "c", "d"],
        area_id=["w", "e", "x", None],
    )
    with pytest.raises(
        SchemaError,
        match=r"^gates \(.*\): 2 gates name no known area: 'c', 'd'; areas are 'w', 'e'\. Correct",
    ):
        gates_of(layers)


@pytest.mark.parametrize(("ours", "theirs"), [("007", "7"), ("w", "W")])
def test_an_id_that_lost_its_zeros_or_capitals_is_recognised(housing, ours, theirs):
    layers = housing(
        ids=(ours, "e"), points=[IN_WEST, IN_EAST], id=["a", "b"], area_id=[theirs, "e"]
    )
    with pytest.raises(SchemaError, match=rf"known area: 'a'; '{theirs}' may be '{ours}'; areas"):
        gates_of(layers)
    layers = housing(ids=(ours, "e"), facts=f"id,beboere\n{theirs},5\n")
    with pytest.raises(SchemaError, match=rf"lacks: '{theirs}'; '{theirs}' may be '{ours}'; areas"):
        areas_of(layers)


@pytest.mark.parametrize(("east_m", "fine"), [(1100, True), (1101, False)])
def test_a_gate_lies_within_a_kilometre_of_its_area(housing, east_m, fine):
    points = [shapely.Point(east_m, 50), IN_EAST]
    layers = housing(points=points, id=["a", "b"], area_id=["w", "e"])
    if fine:
        assert len(gates_of(layers)[0]) == 2
    else:
        with pytest.raises(
            SchemaError, match=r"^gates .*1 of 2 gates lie away from their area: 'a 1,001 m'; 1,000"
        ):
            gates_of(layers)


@pytest.mark.parametrize("lost", [None, shapely.Point()])
def test_a_gate_without_position_is_refused_and_not_left_out(housing, lost):
    layers = housing(points=[IN_WEST, lost, IN_EAST], id=["a", "b", "c"], area_id=["w", "w", "e"])
    with pytest.raises(
        SchemaError,
        match=r"^gates \(.*\): 1 of 3 rows have no position that can be read: 'b'; each",
    ):
        gates_of(layers)


def test_an_area_without_outline_is_refused_and_not_left_out(housing):
    with pytest.raises(
        SchemaError,
        match=r"^housing_areas \(.*\): 1 of 2 rows have no position .*: 'w'; each needs",
    ):
        areas_of(housing(outlines=(None, EAST)))


def test_an_area_without_a_gate_is_refused(housing):
    layers = housing(points=[IN_WEST], id=["a"], area_id=["w"])
    with pytest.raises(SchemaError, match=r"^gates \(.*\): 1 of 2 housing areas hold no gate: 'e'"):
        gates_of(layers)


def test_gates_without_area_and_gates_that_are_areas_are_refused(housing):
    with pytest.raises(SchemaError, match=r"^gates \(.*\): missing columns \['area_id'\]; mapped"):
        gates_of(housing(points=[IN_WEST], id=["a"]))
    layers = housing(points=[WEST, IN_EAST], id=["a", "b"], area_id=["w", "e"])
    with pytest.raises(SchemaError, match="1 of 2 rows have another geometry than point: 'a'"):
        gates_of(layers)


def test_addresses_belong_to_the_area_they_lie_in_and_the_others_are_counted(housing):
    layers = housing(points=[BETWEEN, IN_EAST, IN_WEST, ON_EDGE], id=["d", "c", "b", "a"])
    addresses, report = addresses_of(layers)
    assert addresses[["id", "area_id", "kind"]].to_numpy().tolist() == [
        ["b", "w", "address"],
        ["c", "e", "address"],
    ]
    assert report.dropped == {"outside the housing areas": 2}
    assert (report.rows_read, report.rows) == (4, 2)


def test_an_area_without_addresses_is_refused(housing):
    layers = housing(points=[IN_WEST, BETWEEN], id=["a", "b"])
    with pytest.raises(
        SchemaError, match=r"^addresses \(.*\): 1 of 2 housing areas hold no address: 'e'; each"
    ):
        addresses_of(layers)


def test_addresses_that_share_an_id_are_refused(housing):
    layers = housing(points=[IN_WEST, IN_EAST, IN_WEST], id=["a", "b", "a"])
    with pytest.raises(
        SchemaError, match=r"^addresses \(.*points\.parquet\): 2 of 3 rows share .*: 'a'"
    ):
        addresses_of(layers)


def test_an_address_in_two_areas_counts_once_and_is_noted(housing):
    layers = housing(
        outlines=(WEST, shapely.box(40, 0, 300, 100)), points=[IN_WEST, IN_EAST], id=["a", "b"]
    )
    addresses, report = addresses_of(layers)
    assert addresses["area_id"].tolist() == ["w", "e"]
    assert report.notes == ["1 addresses lie in two areas and count in the first"]


def test_the_embedded_study_has_three_areas_fifteen_gates_and_6578_residents(root):
    layers = read_catalog(root / "layers" / "catalog.toml")
    areas = areas_of(layers)
    assert areas["id"].tolist() == ["taastrupgaard", "gadehavegaard", "charlottekvarteret"]
    assert areas["population"].sum() == 2670 + 2153 + 1755 == 6578
    assert areas["population_year"].tolist() == [2016] * 3
    gates, _ = read_gates(layers, "gates", areas, crs=UTM32)
    assert gates["area_id"].value_counts().to_dict() == dict.fromkeys(areas["id"], 5)


@pytest.mark.data
@pytest.mark.skipif(
    "HTKGIS_TEST_DATA" not in os.environ, reason="HTKGIS_TEST_DATA names no test data"
)
def test_the_real_addresses_lie_in_three_areas(root):
    layers = read_catalog(
        root / "layers" / "catalog-data.toml", data=Path(os.environ["HTKGIS_TEST_DATA"])
    )
    areas = areas_of(layers)
    assert set(areas["id"]) == {"taastrupgaard", "gadehavegaard", "charlottekvarteret"}
    assert areas["population"].sum() == 6578
    addresses, report = read_addresses(layers, "addresses", areas, crs=UTM32)
    assert report.rows_read == 16_371
    assert set(addresses["area_id"]) == set(areas["id"])
    assert report.rows + report.dropped["outside the housing areas"] == 16_371
