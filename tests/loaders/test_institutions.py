"""The register of institutions: departments in the school's own building count with it."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.loaders.institutions import MAIN, once_each
from htkgis.loaders.places import read_places

UTM32 = "EPSG:25832"
REGISTER = """INST_NR;HOVEDSKOLE_INST;INST_NAVN;ENHEDSART;INST_TYPE_NAVN;Breddegrad;Længdegrad
280001;280001;Østerskolen;Hovedskole;Folkeskoler;55,6510;12,2900
280002;280001;Østerskolen, afdeling Syd;Afdeling;Folkeskoler;55,6510;12,2900
280003;280001;Østerskolen, afdeling Nord;Afdeling;Folkeskoler;55,6610;12,2900
280004;;Børnehuset;Enkeltstående;Daginstitutioner;55,6510;12,2900
280005;280001;Forvaltning;Administration;Folkeskoler;55,6510;12,2900
"""
LAYER = {
    "path": "institutioner.csv",
    "encoding": "cp1252",
    "crs": "EPSG:4326",
    "geometry": {"lat": "Breddegrad", "lon": "Længdegrad"},
    "columns": {
        "id": "INST_NR",
        "name": "INST_NAVN",
        "function": "INST_TYPE_NAVN",
        "main_institution_id": "HOVEDSKOLE_INST",
        "unit_kind": "ENHEDSART",
    },
    "values": {"function": {"Folkeskoler": "school", "Daginstitutioner": "daycare"}},
    "rows": {"unit_kind": ["Hovedskole", "Afdeling", "Enkeltstående"]},
    "constants": {
        "opportunities": 1,
        "unit": "places",
        "status": "existing",
        "position_accuracy_m": 10,
    },
}


def test_the_register_is_read_by_its_own_columns(catalog, tmp_path):
    (tmp_path / "institutioner.csv").write_text(REGISTER, "cp1252")
    table, report = read_places(catalog(places=LAYER), "places", crs=UTM32)
    assert table[["id", "function"]].to_numpy().tolist() == [
        ["280001", "school"],
        ["280003", "school"],
        ["280004", "daycare"],
    ]
    assert table["name"].iloc[0] == "Østerskolen"
    assert MAIN not in table.columns
    assert report.dropped == {
        "unit_kind not chosen by the catalog": 1,
        "unit of an institution that stands at one point with it": 1,
    }


def test_a_kind_of_unit_that_the_register_does_not_have_is_refused(catalog, tmp_path):
    (tmp_path / "institutioner.csv").write_text(REGISTER, "cp1252")
    wrong = LAYER | {"rows": {"unit_kind": ["Hovedskole", "Filial"]}}
    with pytest.raises(SchemaError, match=r"1 of 2 values .* 'Filial'"):
        read_places(catalog(places=wrong), "places", crs=UTM32)


def test_the_main_institution_stays_wherever_it_is_listed():
    units = table_of([("2", "1", 0), ("1", None, 0)])
    kept, left_out = once_each(units)
    assert (kept["id"].tolist(), left_out) == (["1"], 1)


def test_departments_whose_main_institution_is_elsewhere_count_once_at_their_place():
    kept, left_out = once_each(table_of([("1", "1", 0), ("2", "1", 900), ("3", "1", 900)]))
    assert (kept["id"].tolist(), left_out) == (["1", "2"], 1)


def test_two_functions_at_one_point_are_two_places():
    units = table_of([("1", "1", 0), ("2", "1", 0)]).assign(function=["school", "daycare"])
    assert once_each(units)[1] == 0


def test_places_without_the_column_stay_as_they_are():
    units = table_of([("1", None, 0), ("2", None, 0)]).drop(columns=MAIN)
    kept, left_out = once_each(units)
    assert left_out == 0
    assert kept is units


def table_of(rows):
    ids, mains, x = zip(*rows, strict=True)
    points = [shapely.Point(east, 0) for east in x]
    return gpd.GeoDataFrame(
        {"id": list(ids), "function": "school", MAIN: list(mains)}, geometry=points
    )


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "0", "1"]), st.sampled_from([0, 900])),
        min_size=1,
        max_size=12,
    )
)
def test_each_institution_stays_once_at_every_point_where_it_stood(rows):
    units = table_of([(str(n), main, x) for n, (main, x) in enumerate(rows)])
    kept, left_out = once_each(units)
    assert len(kept) + left_out == len(units)
    main = units[MAIN].fillna(units["id"])
    wanted = set(zip(main, units.geometry.x, strict=True))
    main_kept = units.loc[kept.index, MAIN].fillna(kept["id"])
    assert sorted(zip(main_kept, kept.geometry.x, strict=True)) == sorted(wanted)
