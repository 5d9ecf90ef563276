"""Production units of the business register: what holds today is read, and no names."""

import gzip
import json

import pytest
import shapely

from htkgis.errors import ConfigError, SchemaError, SourceError
from htkgis.loaders.places import read_jobs
from htkgis.loaders.production_units import COLUMNS, read_production_units

UTM32 = "EPSG:25832"
OPEN = {"gyldigFra": "2015-01-01", "gyldigTil": None}
CLOSED = {"gyldigFra": "2001-01-01", "gyldigTil": "2014-12-31"}


def address(address_id, periode=OPEN, **more):
    kommune = {"kommuneKode": 169, "kommuneNavn": "HØJE-TAASTRUP"}
    return {"adresseId": address_id, "kommune": kommune, "periode": periode} | more


def unit(number, at="a-1", **more):
    return {
        "pNummer": number,
        "navne": [{"navn": "Ægir Åkjærs Vognmandsforretning", "periode": OPEN}],
        "livsforloeb": [{"periode": OPEN}],
        "beliggenhedsadresse": [address(at)],
        "hovedbranche": [{"branchekode": "494100", "periode": OPEN}],
        "aarsbeskaeftigelse": [
            {"aar": 2019, "antalAnsatte": 3, "intervalKodeAntalAnsatte": "ANTAL_2_4"},
            {"aar": 2021, "antalAnsatte": None, "intervalKodeAntalAnsatte": "ANTAL_5_9"},
            {"aar": 2022, "antalAnsatte": None, "intervalKodeAntalAnsatte": None},
        ],
    } | more


def document(one):
    return {"_source": {"VrproduktionsEnhed": one}}


@pytest.fixture
def file(tmp_path):
    """Write documents in a way that the register or a municipality keeps them."""

    def write(*units, way="lines"):
        path = tmp_path / f"p.{'json.gz' if way == 'packed' else 'json'}"
        documents = [document(one) for one in units]
        if way == "answer":
            path.write_text(json.dumps({"hits": {"total": len(units), "hits": documents}}), "utf-8")
        elif way == "list":
            path.write_text(json.dumps(list(units), indent=1), "utf-8")
        else:
            text = "".join(f"{json.dumps(one)}\n" for one in documents)
            path.write_bytes(gzip.compress(text.encode()) if way == "packed" else text.encode())
        return path

    return write


@pytest.mark.parametrize("way", ["lines", "packed", "answer", "list"])
def test_every_way_of_keeping_documents_gives_the_same_rows(file, way):
    table, dropped = read_production_units(file(unit(1001), unit(1002, at="B-2"), way=way))
    assert table.to_dict("list") == {
        "p_number": ["1001", "1002"],
        "industry_code": ["494100", "494100"],
        "industry_division": ["49", "49"],
        "employees": [None, None],
        "employees_interval": ["ANTAL_5_9", "ANTAL_5_9"],
        "employees_year": ["2021", "2021"],
        "municipality_code": ["0169", "0169"],
        "address_id": ["a-1", "b-2"],
        "road_code": [None, None],
        "house_number": [None, None],
    }
    assert not dropped


def test_no_name_is_read(file):
    table, _ = read_production_units(file(unit(1001)))
    assert list(table.columns) == list(COLUMNS)
    assert "kjær" not in table.to_json()


def test_one_document_alone_is_read(file):
    assert len(read_production_units(file(unit(1001), way="lines")).table) == 1


def test_what_holds_today_is_read_of_facts_with_periods(file):
    moved = unit(
        1001,
        beliggenhedsadresse=[
            address("new", husnummerFra=12, bogstavFra="B", vejkode=44),
            address("old", CLOSED),
        ],
        hovedbranche=[
            {"branchekode": 11000, "periode": OPEN},
            {"branchekode": "851000", "periode": CLOSED},
        ],
    )
    row = read_production_units(file(moved)).table.iloc[0]
    assert row[["address_id", "house_number", "road_code"]].tolist() == ["new", "12B", "44"]
    assert row[["industry_code", "industry_division"]].tolist() == ["011000", "01"]


def test_of_two_present_addresses_the_later_one_holds(file):
    earlier = {"gyldigFra": "2010-01-01", "gyldigTil": None}
    two = unit(1001, beliggenhedsadresse=[address("late"), address("early", earlier)])
    assert read_production_units(file(two)).table["address_id"].item() == "late"


def test_units_that_have_ceased_are_left_out_and_counted(file):
    ceased = unit(1002, livsforloeb=[{"periode": CLOSED}])
    again = unit(1003, livsforloeb=[{"periode": CLOSED}, {"periode": OPEN}])
    table, dropped = read_production_units(file(unit(1001), ceased, again))
    assert table["p_number"].tolist() == ["1001", "1003"]
    assert dropped == {"unit has ceased": 1}


def test_units_of_unknown_employment_are_left_out_and_counted_and_none_is_a_number(file):
    unknown = [{"aar": 2021, "antalAnsatte": None}]
    none = [{"aar": 2021, "antalAnsatte": 0}]
    table, dropped = read_production_units(
        file(unit(1001, aarsbeskaeftigelse=unknown), unit(1002, aarsbeskaeftigelse=none))
    )
    assert table[["p_number", "employees"]].to_numpy().tolist() == [["1002", "0"]]
    assert dropped == {"employment not given by the register": 1}


def test_a_unit_without_other_facts_has_missing_ones(file):
    bare = {"pNummer": 1001, "aarsbeskaeftigelse": [{"aar": 2021, "antalAnsatte": 4}]}
    row = read_production_units(file(bare)).table.iloc[0]
    assert row.drop(["p_number", "employees", "employees_year"]).isna().all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"pNummer": 1}\n{"pNummer": 2\n', "cannot be read as JSON"),
        ("[1, 2", "cannot be read as JSON"),
        ('"text"', "is no list of documents; a list of them, one document a line, or an answer"),
        ("[]", "holds no production units"),
        ('{"hits": {"hits": []}}', "holds no production units"),
        ('[{"Vrvirksomhed": {"cvrNummer": 1}}]', "document 1 is no production unit"),
        ('[{"pNummer": "12a"}]', "document 1 is no production unit"),
        ('[{"pNummer": 7}, {"pNummer": "7"}]', "1 units stand twice: '7'"),
    ],
)
def test_what_is_no_register_is_refused(tmp_path, text, said):
    path = tmp_path / "p.json"
    path.write_text(text, "utf-8")
    with pytest.raises((SourceError, SchemaError), match=said):
        read_production_units(path)


def test_a_packed_file_that_is_cut_short_is_refused(file):
    path = file(*(unit(number) for number in range(1000, 1300)), way="packed")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match="cannot be read as JSON"):
        read_production_units(path)


JOBS = {
    "path": "p.json",
    "documents": "production_units",
    "geometry": {"key": "address_id", "of": "dar"},
    "columns": {
        "id": "p_number",
        "name": "p_number",
        "sector": "industry_division",
        "opportunities": "employees",
        "opportunities_interval": "employees_interval",
        "municipality_code": "municipality_code",
    },
    "values": {"sector": {"49": "trade_transport"}},
    "rows": {"municipality_code": ["0169"]},
    "constants": {"status": "existing", "position_accuracy_m": 5},
}
DAR = {"path": "dar.parquet", "role": "address_ids", "columns": {"id": "id"}}


@pytest.fixture
def jobs(catalog, tmp_path, shapes, file):
    """Read units as jobs, at two addresses of a register."""

    def read(*units, dar=("A-1", "b-2"), **changes):
        points = [shapely.Point(10 * n, 0) for n in range(len(dar))]
        shapes(points, id=list(dar)).to_parquet(tmp_path / "dar.parquet")
        file(*units)
        return read_jobs(catalog(jobs=JOBS | changes, dar=DAR), "jobs", crs=UTM32)

    return read


def test_units_are_jobs_at_their_addresses_with_the_ends_of_their_interval(jobs):
    elsewhere = [address("a-1") | {"kommune": {"kommuneKode": 101}}]
    table, report = jobs(
        unit(1001),
        unit(1002, at="B-2", aarsbeskaeftigelse=[{"aar": 2020, "antalAnsatte": 12}]),
        unit(1003, at="unknown"),
        unit(1004, beliggenhedsadresse=elsewhere),
    )
    assert table["id"].tolist() == ["1001", "1002"]
    assert table["sector"].tolist() == ["trade_transport", "trade_transport"]
    ends = ["opportunities_low", "opportunities", "opportunities_high"]
    assert table.loc[0, ends].tolist() == [5, 7, 9]
    assert table.loc[1, "opportunities"] == 12
    assert table.geometry.x.diff().iloc[1] == pytest.approx(10)
    assert report.dropped == {"municipality_code not chosen by the catalog": 1, "no geometry": 1}
    assert report.lost == ["1003"]


def test_units_that_meet_no_address_at_all_are_refused(jobs):
    with pytest.raises(SchemaError, match="none of 1 rows has an address of dar"):
        jobs(unit(1001, at="7"))


def test_a_key_that_is_no_column_is_refused(jobs):
    with pytest.raises(SchemaError, match="adresse_uuid"):
        jobs(unit(1001), geometry={"key": "adresse_uuid", "of": "dar"})


def test_an_address_id_that_stands_twice_is_refused(jobs):
    with pytest.raises(SchemaError, match=r"dar .* 2 rows have no id, one that stands twice"):
        jobs(unit(1001), dar=("a-1", "A-1"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"geometry": {"key": "address_id", "of": "nowhere"}},
            "names no layer of role address_ids",
        ),
        ({"geometry": {"key": "address_id", "of": "jobs"}}, "names no layer of role address_ids"),
        ({"geometry": {"key": "address_id"}}, "needs either wkt, lat and lon, key and of, or h3"),
        ({"geometry": {"wkt": "w", "lat": "a", "lon": "b"}}, "needs either wkt"),
        ({"role": "gates"}, "is for jobs, places, stations only"),
    ],
)
def test_a_catalog_that_places_rows_in_no_possible_way_is_refused(catalog, changes, said):
    with pytest.raises(ConfigError, match=said):
        catalog(jobs=JOBS | changes, dar=DAR)
