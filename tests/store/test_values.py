"""Values in the cache: what was written comes back as it was."""

import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from htkgis.publish.downloads import parquet_bytes
from htkgis.store import values
from htkgis.store.files import sha256_file
from htkgis.store.table_hash import table_hash
from htkgis.store.values import GEO, Arrays, read_value, write_value


@pytest.mark.parametrize("crs", ["EPSG:25832", "OGC:CRS84", None])
@pytest.mark.parametrize(
    "shapes", [[], [None], [shapely.Point(1, 2), None, shapely.box(0, 0, 1, 1)]]
)
def test_shapes_come_back_as_geopandas_reads_them(tmp_path, crs, shapes):
    names = [f"æ{number}" for number in range(len(shapes))]
    table = gpd.GeoDataFrame({"name": names, "outline": shapes}, geometry="outline", crs=crs)
    table = table.assign(corner=gpd.GeoSeries(shapes, crs=crs, index=table.index))
    write_value(tmp_path, "areas", table)
    path = tmp_path / f"areas{GEO}"
    found = read_value(tmp_path, "areas", {path.name: sha256_file(path)})
    expected = gpd.read_parquet(path)
    assert_geodataframe_equal(found, expected)
    assert found.dtypes.to_dict() == expected.dtypes.to_dict()
    assert found.crs == expected.crs
    assert found.geometry.name == "outline"


TEXTS = st.one_of(st.none(), st.just(float("nan")), st.text(max_size=3))
COLUMNS = {
    "text": TEXTS,
    "whole": st.integers(-5, 5),
    "number": st.one_of(st.floats(width=32), st.none()),
    "flag": st.booleans(),
    "maybe": st.one_of(st.booleans(), st.none()),
    "nothing": st.none(),
    "some": st.lists(st.integers(0, 3), max_size=2),
}


@st.composite
def tables(draw):
    """Tables as steps make them: put together of two, with rows taken out, columns of all kinds."""
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, unique=True))
    parts = [
        pd.DataFrame(
            {name: draw(st.lists(COLUMNS[name], min_size=n, max_size=n)) for name in names}
        )
        for n in draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    ]
    kinds = draw(st.sampled_from([{}, {"text": object}, {"whole": "int8", "number": "float32"}]))
    own = {name: kind for name, kind in kinds.items() if name in names}
    joined = pd.concat([part.astype(own) for part in parts])
    return joined[draw(st.integers(0, 3)) :]


@given(
    st.dictionaries(
        st.text("ab./", min_size=1, max_size=4), st.tuples(st.integers(0, 40), st.booleans())
    )
)
def test_arrays_come_back_by_name_whether_small_or_large(sizes):
    arrays = Arrays(
        {
            # of more than 64 kB one is a file of its own, whose name is no path
            f"{name.replace('/', '_')}{'+' * large}": np.arange(size + 20_000 * large)
            for name, (size, large) in sizes.items()
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        write_value(Path(folder), "x", arrays)
        files = {path.name: "" for path in Path(folder).iterdir()}
        assert len(files) == sum(name.endswith("+") for name in arrays) + any(
            not name.endswith("+") for name in arrays
        )
        if not files:
            return
        found = read_value(Path(folder), "x", files)
        assert list(found) == sorted(arrays)
        for name, array in arrays.items():
            assert np.array_equal(found[name], array)
            assert not found[name].flags.writeable


def test_the_same_small_arrays_are_the_same_bytes_in_whatever_order(tmp_path, monkeypatch):
    arrays = {"b": np.array(["æ", "ø"]), "file": np.array(3), "a": np.empty((0, 2))}
    for name, own in (("one", arrays), ("two", dict(reversed(arrays.items())))):
        write_value(tmp_path, name, Arrays(own))
        monkeypatch.setattr("time.time", lambda: 2e9)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_an_array_of_objects_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        write_value(tmp_path, "x", Arrays(a=np.array([None])))


@given(tables())
def test_a_table_that_was_just_written_comes_back_as_the_file_gives_it(table):
    with tempfile.TemporaryDirectory() as folder:
        back = write_value(Path(folder), "table", table)
        path = Path(folder) / "table.parquet"
        found = read_value(Path(folder), "table", {path.name: sha256_file(path)})
    assert (back is None) == ("some" in table and bool(len(table)))
    if back is None:
        return
    again = back()
    pd.testing.assert_frame_equal(again, found, check_exact=True, check_index_type=True)
    assert repr(again.to_dict("list")) == repr(found.to_dict("list"))  # None is not NaN
    assert table_hash(again) == table_hash(found)
    assert parquet_bytes(again, provenance={}) == parquet_bytes(found, provenance={})


ROUND = shapely.Point(3, 4).buffer(2)
PLAIN_SHAPES = [
    None,
    shapely.Point(1, 2),
    shapely.LineString([(0, 0), (0.1, 1 / 3)]),
    ROUND,
    shapely.MultiPoint([(0, 0), (1, 1)]),
    shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
    shapely.MultiPolygon([ROUND, shapely.box(9, 9, 10, 10)]),
]
OTHER_SHAPES = [
    shapely.Point(1, 2, 3),
    shapely.Point(),
    shapely.LinearRing([(0, 0), (1, 0), (1, 1)]),
    shapely.GeometryCollection([ROUND]),
    shapely.set_srid(shapely.Point(1, 2), 25832),
]


@given(
    tables(),
    st.lists(st.integers(0, 11), min_size=12, max_size=12),
    st.sampled_from(["EPSG:25832", "OGC:CRS84", None]),
    st.integers(0, 2),
)
def test_a_table_with_shapes_that_was_just_written_comes_back_as_the_file_gives_it(
    table, picked, crs, place
):
    # by number, for shapes of two systems are equal
    shapes = [[*PLAIN_SHAPES, *OTHER_SHAPES][number] for number in picked[: len(table)]]
    own = gpd.GeoSeries(shapes, crs=crs, index=table.index)
    table.insert(min(place, len(table.columns)), "outline", own)
    corners = gpd.GeoSeries(own.to_numpy()[::-1], crs=crs, index=table.index)
    table = gpd.GeoDataFrame(table, geometry="outline").assign(corner=corners)
    if "some" in table:
        table = table.drop(columns="some")
    with tempfile.TemporaryDirectory() as folder:
        back = write_value(Path(folder), "table", table)
        path = Path(folder) / f"table{GEO}"
        found = read_value(Path(folder), "table", {path.name: sha256_file(path)})
    again = None if back is None else back()  # whatever became of the folder
    assert (back is None) == any(number >= len(PLAIN_SHAPES) for number in picked[: len(table)])
    if again is None:
        return
    assert list(again.columns) == list(found.columns)
    assert_geodataframe_equal(again, found)
    assert (
        shapely.to_wkb(again.geometry.array).tolist() == shapely.to_wkb(found["outline"]).tolist()
    )
    assert again.crs == found.crs
    assert again.geometry.name == found.geometry.name
    assert again.dtypes.to_dict() == found.dtypes.to_dict()
    assert table_hash(again) == table_hash(found)


@pytest.mark.parametrize("shape", [*OTHER_SHAPES, shapely.Polygon()], ids=str)
def test_a_table_with_a_shape_that_a_file_may_give_back_otherwise_is_read_again(tmp_path, shape):
    table = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[shapely.Point(1, 2), shape])
    assert write_value(tmp_path, "table", table) is None
    assert write_value(tmp_path, "plain", table[:1]) is not None


def test_a_table_put_together_of_others_comes_back_in_one_piece(tmp_path):
    parts = [pd.DataFrame({"text": pd.array([name], dtype="str")}) for name in "ab"]
    joined = pd.concat(parts)
    back = write_value(tmp_path, "table", joined)
    pieces = [pa.Table.from_pandas(each)["text"].num_chunks for each in (joined, back())]
    if isinstance(joined["text"].dtype, pd.StringDtype):  # other texts are put together at once
        assert pieces[0] == len(parts)
    assert pieces[1] == 1


def test_what_is_noted_of_a_table_comes_back(tmp_path):
    table = pd.DataFrame({"a": [1]})
    table.attrs = {"iterations": 3}
    if not pa.Table.from_pandas(table).to_pandas().attrs:
        pytest.skip("no note of a table comes back by this version of pyarrow")
    assert write_value(tmp_path, "table", table) is None
    assert read_value(tmp_path, "table", {"table.parquet": ""}).attrs == {"iterations": 3}


def test_a_table_that_is_read_in_several_pieces_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "ROWS_PER_GROUP", 2)
    assert write_value(tmp_path, "short", pd.DataFrame({"a": [1, 2]})) is not None
    assert write_value(tmp_path, "long", pd.DataFrame({"a": [1, 2, 3]})) is None


DESCRIBED = "from pyproj import CRS; print(CRS.from_epsg(25832).to_json())"
READ_FIRST = """
import sys
from pathlib import Path
from htkgis.store.values import read_value
table = read_value(Path(sys.argv[1]), "table", {"table.geo.parquet": ""})
assert table.crs.to_epsg() == 25832
"""


def test_what_is_told_of_a_crs_does_not_hang_on_what_was_read_before(tmp_path):
    """Each in a process of its own, for PROJ remembers what it was asked."""
    table = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(0, 0)], crs="EPSG:25832")
    write_value(tmp_path, "table", table)
    alone, after = (
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout
        for code in (DESCRIBED, READ_FIRST + DESCRIBED)
    )
    assert after == alone
