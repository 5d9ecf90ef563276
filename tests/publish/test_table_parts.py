"""Tables that come in parts: the bytes of the whole, and nothing left where one is refused."""

import io

import numpy as np
import pandas as pd
import pytest

from htkgis.publish import tables
from htkgis.publish.tables import in_groups, write_parts, write_table


@pytest.fixture
def table():
    """Twenty rows; the first words stand in the second half, and some numbers are missing."""
    rows = np.arange(20)
    bound = np.where(rows > 12, "at_most", None)
    table = pd.DataFrame({"id": [f"p{row}" for row in rows], "value": rows / 7, "bound": bound})
    table["id"] = table["id"].astype("str")
    return table.assign(value=table["value"].where(rows % 5 > 0), plain=False)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [1, 3, 7, 20, 50])
def test_parts_of_any_length_give_the_bytes_of_the_whole(
    table, tmp_path, monkeypatch, ending, rows
):
    monkeypatch.setattr(tables, "ROWS_PER_GROUP", 7)
    whole, parted = tmp_path / f"whole.{ending}", tmp_path / f"parted.{ending}"
    write_table(table, whole, decimals=3)
    parts = (table.iloc[begin : begin + rows] for begin in range(0, 20, rows))
    write_parts(parts, parted, like=table.iloc[[0, 13]], decimals=3)
    assert parted.read_bytes() == whole.read_bytes()


def test_a_whole_table_is_what_pandas_writes(table, tmp_path):
    write_table(table, tmp_path / "t.parquet", decimals=3)
    buffer = io.BytesIO()
    table.round(3).to_parquet(buffer, index=False, compression="zstd")
    assert (tmp_path / "t.parquet").read_bytes() == buffer.getvalue()


def test_groups_hold_every_row_once(table):
    groups = list(in_groups((table.iloc[begin : begin + 6] for begin in range(0, 20, 6)), 8))
    assert [len(group) for group in groups] == [8, 8, 4]
    assert pd.concat(groups, ignore_index=True).equals(table)


def test_a_table_whose_parts_fail_leaves_no_file(table, tmp_path):
    def parts():
        yield table
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_parts(parts(), tmp_path / "t.csv", like=table, decimals=3)
    assert list(tmp_path.iterdir()) == []
