"""Corrections of places: what they hold, and rows that say nothing."""

import pytest

from htkgis.errors import SchemaError
from htkgis.loaders.place_corrections import read_place_corrections

HEADER = "name;function;becomes;valid_from;valid_to"


@pytest.fixture
def corrections(catalog, tmp_path):
    """Read corrections from rows of text."""

    def read(*rows, header=HEADER):
        (tmp_path / "t.csv").write_text("\n".join([header, *rows]), "utf-8-sig")
        columns = {name: name for name in header.split(";")}
        layers = catalog(place_corrections={"path": "t.csv", "columns": columns})
        return read_place_corrections(layers, "place_corrections")[0]

    return read


def test_a_blank_cell_corrects_nothing(corrections):
    table = corrections("Skolen;school;;;2021", "Gymnasiet;school;education;;")
    assert table["valid_to"].tolist()[0] == 2021
    assert table["becomes"].tolist() == [None, "education"]
    assert table["valid_from"].isna().all()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["Skolen;school;;;"], "1 of 1 rows correct nothing: 'Skolen'"),
        (["Skolen;school;;2021;2020"], "1 of 1 rows end before they begin: 'Skolen'"),
        (["Skolen;;education;;"], "column 'function' is empty in 1 of 1 rows"),
        (["S;school;education;;", "S;school;;2020;"], "2 of 2 rows share .*: 'S/school'"),
        (["S;school;;snart;"], "column 'valid_from': 1 values are not years or dates: 'snart'"),
    ],
)
def test_a_fault_of_a_correction_is_named(corrections, rows, message):
    with pytest.raises(SchemaError, match=message):
        corrections(*rows)


def test_name_and_function_are_needed(corrections):
    with pytest.raises(SchemaError, match=r"missing columns \['function'\]"):
        corrections("Skolen;2021", header="name;valid_to")
