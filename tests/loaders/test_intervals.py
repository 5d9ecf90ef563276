"""Intervals of jobs: how the register and spreadsheets write them, and what they cannot be."""

import math

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.loaders.intervals import parse_intervals
from htkgis.loaders.places import read_jobs

UTM32 = "EPSG:25832"
NAN = math.nan
UNITS = """P-nummer;Navn;Branche;Antal;Interval;Breddegrad;Længdegrad
0001;Enhed 1, Østergård;C;;5-9;55,6510;12,2900
0002;Enhed 2;G;;5 – 9;55,6511;12,2901
0003;Enhed 3 på hjørnet;Q;12;10-19;55,6512;12,2902
0004;Enhed 4;X;;1.000+;55,6513;12,2903
0005;Enhed 5;;;1;55,6514;12,2904
"""  # noqa: RUF001  the dash is that of a text program
MAPPING = {
    "path": "enheder.csv",
    "crs": "EPSG:4326",
    "geometry": {"lat": "Breddegrad", "lon": "Længdegrad"},
    "columns": {
        "id": "P-nummer",
        "name": "Navn",
        "sector": "Branche",
        "opportunities": "Antal",
        "opportunities_interval": "Interval",
    },
    "constants": {"status": "existing", "position_accuracy_m": 5},
    "values": {"sector": {"C": "industry", "G": "trade_transport", "Q": "public"}},
}


@pytest.fixture
def units(catalog, tmp_path):
    """Read a register's extract as job places, its rows or mapping changed."""

    def read(text=UNITS, written_as="utf-8-sig", **changes):
        (tmp_path / "enheder.csv").write_text(text, written_as)
        return read_jobs(catalog(jobs=MAPPING | changes), "jobs", crs=UTM32)

    return read


@pytest.fixture
def places(catalog, tmp_path, shapes):
    """Read job places whose ends stand in columns of their own."""

    def read(**columns):
        count = len(next(iter(columns.values())))
        facts = {"id": [f"u{n}" for n in range(count)]} | columns
        points = [shapely.Point(n, 0) for n in range(count)]
        shapes(points, **facts).to_parquet(tmp_path / "p.parquet")
        constants = {"name": "Enhed", "status": "existing", "position_accuracy_m": 5}
        layer = {"path": "p.parquet", "columns": {name: name for name in facts}}
        return read_jobs(catalog(jobs=layer | {"constants": constants}), "jobs", crs=UTM32)[0]

    return read


def ends_of(*values):
    return parse_intervals(pd.Series(values, dtype=object), what="t").to_numpy().tolist()


def known(table):
    columns = ["opportunities_low", "opportunities", "opportunities_high"]
    return [[None if math.isnan(v) else v for v in row] for row in table[columns].to_numpy()]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5-9", 5, 9),
        ("5 \u2013 9", 5, 9),
        ("5\u20149", 5, 9),
        (" 5 til 9 ", 5, 9),
        ("1.000-1.999", 1000, 1999),
        ("1000 - 1999", 1000, 1999),
        ("0", 0, 0),
        ("7", 7, 7),
        (7, 7, 7),
        (7.0, 7, 7),
        ("0-0", 0, 0),
        ("ANTAL_5_9", 5, 9),
        ("ANTAL_1_1", 1, 1),
        ("ANTAL_0_0", 0, 0),
    ],
)
def test_intervals_are_read_however_they_are_written(text, low, high):
    assert ends_of(text) == [[low, high]]


@pytest.mark.parametrize(
    "text",
    [
        "1000+",
        "1.000 +",
        "1000-",
        "1.000 og derover",
        "1000 eller flere",
        "ANTAL_1000_",
        "ANTAL_1000_999999",
    ],
)
def test_an_interval_without_end_has_no_high_end(text):
    ((low, high),) = ends_of(text)
    assert low == 1000
    assert math.isnan(high)


def test_blank_is_no_interval():
    assert parse_intervals(pd.Series([None, NAN]), what="t").isna().all(axis=None)


@pytest.mark.parametrize("text", ["05-sep", "9-5", "under 5", "5,5-9", "-5", "1,000+", "5-9-12"])
def test_what_is_no_interval_is_named(text):
    message = r"jobs: 1 values are not intervals: .*; '5-9', '1000\+', .*Correct the file; a spread"
    with pytest.raises(SchemaError, match=f"^{message}"):
        parse_intervals(pd.Series(["5-9", text]), what="jobs")


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["-", " \u2013 ", "til"]))
def test_whole_numbers_in_order_are_read_as_they_are(one, other, dash):
    low, high = sorted((one, other))
    grouped = f"{low:,}{dash}{high:,}".replace(",", ".")
    assert ends_of(f"{low}{dash}{high}") == ends_of(grouped) == [[low, high]]


def test_units_of_the_register_become_jobs_with_ends_and_sectors(units):
    table, report = units()
    assert known(table) == [
        [5, 7, 9],
        [5, 7, 9],
        [None, 12, None],  # exact: the interval beside the number is left out
        [1000, 1000, None],
        [1, 1, 1],
    ]
    assert table["sector"].tolist()[:3] == ["industry", "trade_transport", "public"]
    assert table["sector"].tolist()[3:] == [None, None]
    assert table["name"].tolist()[0] == "Enhed 1, Østergård"
    assert table["unit"].eq("jobs").all()
    assert "opportunities_interval" not in table.columns
    assert report.notes == [
        "1 places have no upper end; they count with their low end",
        "1 places have a sector that the catalog does not map: 'X'; they count without a sector",
    ]
    assert (report.rows, report.dropped.total()) == (5, 0)


@pytest.mark.parametrize(
    ("rest", "sectors"),
    [
        ("*", ["industry", "G", "Q", "X", None]),
        ("other", ["industry", "other", "other", "other", None]),
    ],
)
def test_sectors_that_are_not_named_may_be_kept_or_joined(units, rest, sectors):
    table, report = units(values={"sector": {"C": "industry", "*": rest}})
    assert table["sector"].tolist() == sectors
    assert len(report.notes) == 1


LEVELS = {"C": "4", "G": "2", "Q": "3"}


def test_skill_levels_are_a_column_only_where_the_catalog_maps_them(units):
    assert "skill_level" not in units()[0].columns
    columns = MAPPING["columns"] | {"skill_level": "Branche"}
    table, report = units(columns=columns, values=MAPPING["values"] | {"skill_level": LEVELS})
    assert table["skill_level"].tolist() == ["4", "2", "3", None, None]
    assert report.notes[-1] == (
        "1 places have a skill level that the catalog does not map: 'X'; they count without a "
        "skill level"
    )
    assert len(table) == 5


def test_a_skill_level_that_is_none_of_the_four_is_refused_with_those_there_are(units):
    columns = MAPPING["columns"] | {"skill_level": "Branche"}
    message = r"jobs \(.*enheder.csv\): column 'skill_level' holds '0', 'højt' in 2 rows; allowed: "
    words = {"C": "højt", "G": "2", "Q": "3", "X": "0"}
    with pytest.raises(SchemaError, match=message + "1, 2, 3, 4. Correct the file, or its mapping"):
        units(columns=columns, values=MAPPING["values"] | {"skill_level": words})


def test_values_of_other_columns_choose_rows_as_ever(units):
    columns = MAPPING["columns"] | {"kommune": "Branche"}
    table, report = units(columns=columns, values={"kommune": {"C": "169", "G": "169"}})
    assert len(table) == 2
    assert report.dropped.total() == 3


def test_a_register_in_windows_1252_is_read(units):
    table, _ = units(written_as="cp1252", encoding="cp1252")
    assert table["name"].tolist()[0] == "Enhed 1, Østergård"
    assert known(table)[1] == [5, 7, 9]


def test_intervals_that_cannot_be_read_name_the_first_three(units):
    text = UNITS.replace(";5-9;", ";05-sep;").replace("10-19", "okt-19")
    text = text.replace("1.000+", "flere").replace(";1;", ";mange;")
    message = r"^jobs \(.*enheder\.csv\) column 'opportunities_interval': 4 values are not .*: "
    with pytest.raises(SchemaError, match=message + "'05-sep', 'okt-19', 'flere'"):
        units(text)


def test_a_number_outside_its_interval_is_refused(units):
    message = r"1 places have a number outside its ends: '0003'; opportunities_low <= opp"
    with pytest.raises(SchemaError, match=message):
        units(UNITS.replace(";12;10-19", ";25;10-19"))


def test_a_unit_without_number_and_interval_is_refused(units):
    with pytest.raises(SchemaError, match="'opportunities' is empty in 1 of 5 rows: '0001'"):
        units(UNITS.replace(";;5-9;", ";;;"))


def test_an_interval_and_its_ends_are_not_both_mapped(units):
    columns = MAPPING["columns"] | {"opportunities_low": "Antal"}
    with pytest.raises(SchemaError, match="opportunities_interval and 'opportunities_low' are map"):
        units(columns=columns)


def test_sectors_that_differ_in_writing_only_are_refused(units):
    text = UNITS.replace(";X;", ";Bygge_og anlæg;").replace(";Q;", ";bygge og anlæg;")
    message = "2 sectors differ in .*: 'Bygge_og anlæg', 'bygge og anlæg'.*values.sector"
    with pytest.raises(SchemaError, match=message):
        units(text, values={})


def test_a_mapping_of_sectors_without_a_column_is_refused(units):
    columns = {ours: name for ours, name in MAPPING["columns"].items() if ours != "sector"}
    with pytest.raises(SchemaError, match="maps values of 'sector', which is no mapped column"):
        units(columns=columns)


def test_sectors_may_be_numbers(places):
    assert places(opportunities=[1, 2], sector=[47, 84])["sector"].tolist() == ["47", "84"]


def test_ends_in_their_own_columns_give_the_middle_where_no_number_stands(places):
    table = places(
        opportunities=["6", None, None, "40"],
        opportunities_low=["5", "10", "1000", None],
        opportunities_high=["9", "19", None, None],
    )
    assert known(table) == [[5, 6, 9], [10, 14.5, 19], [1000, 1000, None], [None, 40, None]]


def test_ends_alone_are_enough(places):
    assert known(places(opportunities_low=[2], opportunities_high=[4])) == [[2, 3, 4]]


def test_places_without_ends_have_none(places):
    assert known(places(opportunities=[3500])) == [[None, 3500, None]]


@pytest.mark.parametrize(
    ("low", "number", "high", "message"),
    [
        (None, 7, 9, "1 places have an upper end and no low one: 'u0'; 0 is a low end"),
        (5, 4, 9, "1 places have a number outside its ends: 'u0'"),
        (5, 10, 9, "1 places have a number outside its ends: 'u0'"),
        (9, None, 5, "1 places have a number outside its ends: 'u0'"),
        (-1, 3, 5, "column 'opportunities_low' is below 0 in 1 rows: 'u0'"),
        (0, 3, "mange", "column 'opportunities_high': 1 values are not numbers: 'mange'"),
    ],
)
def test_ends_that_run_backwards_are_refused(places, low, number, high, message):
    columns = {"opportunities_low": [low], "opportunities": [number], "opportunities_high": [high]}
    with pytest.raises(SchemaError, match=message):
        places(**columns)
