"""Breaks and targets of indicators keep their contracts."""

import pytest

from htkgis.errors import SchemaError
from htkgis.loaders.series import read_series_breaks, read_targets

BREAKS = "indicator;from_year;reason"
TARGETS = "indicator;area_id;baseline_year;target_year;value;unit;source"


@pytest.fixture
def layer(catalog, tmp_path):
    """Catalog of one table: its header as the mapping, and rows."""

    def write(role, header, *rows):
        (tmp_path / "t.csv").write_text("\n".join([header, *rows]), "utf-8-sig")
        columns = {name: name for name in header.split(";")}
        return catalog(**{role: {"path": "t.csv", "columns": columns}})

    return write


def test_breaks_have_a_year_and_a_reason(layer):
    table, _ = read_series_breaks(layer("series_breaks", BREAKS, "x;2018;ny lov"), "series_breaks")
    assert table["from_year"].tolist() == [2018]
    with pytest.raises(SchemaError, match="column 'reason' is empty in 1 of 1 rows: 'x/2018'"):
        read_series_breaks(layer("series_breaks", BREAKS, "x;2018;"), "series_breaks")


def test_targets_are_numbers_with_two_years_and_a_source(layer):
    row = "x;a;2016;2026;30,5;percent;plan"
    table, _ = read_targets(layer("targets", TARGETS, row), "targets")
    assert table["value"].tolist() == [30.5]
    assert table[["baseline_year", "target_year"]].to_numpy().tolist() == [[2016, 2026]]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "x;a;2016;2016;30;percent;plan",
            "1 of 1 target years are not after their baseline: 'x/a'",
        ),
        ("x;a;2016;2026;30;percent;", "column 'source' is empty in 1 of 1 rows"),
        ("x;a;2016;2026;lidt;percent;plan", "column 'value': 1 values are not numbers: 'lidt'"),
    ],
)
def test_a_fault_of_a_target_is_named(layer, row, message):
    with pytest.raises(SchemaError, match=rf"^targets \(.*t\.csv\).*{message}"):
        read_targets(layer("targets", TARGETS, row), "targets")
