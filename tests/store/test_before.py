"""What a step makes again is the file of the entry before; all else is written."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from htkgis.pipeline.steps import Step, run_steps
from htkgis.store import Cache, before, values
from htkgis.store.before import Before, npy_parts
from htkgis.store.files import sums_of
from htkgis.store.values import Arrays, Files, read_value, write_value


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch):
    """Small ones are written whatever lies there."""
    monkeypatch.setattr(values, "SMALL_BYTES", 0)
    monkeypatch.setattr(before, "LEAST_BYTES", 0)


def kept(cache, key, value):
    """Write a value as a step of one family does."""
    last = cache.before("family", key)
    with cache.writing(key, last) as part:
        write_value(part, "x", value, last)
    cache.note_latest("family", key)
    return cache.path(key, "")


def both(folder, first, second):
    """Write two values one after the other; return their folders."""
    cache = Cache(folder)
    made = kept(cache, "aa1", first), kept(cache, "bb2", second)
    assert cache.whole("aa1")
    assert cache.whole("bb2")
    for key in ("aa1", "bb2"):
        assert cache.read(key) == {
            file.name: sums_of(file)["sha256"]
            for file in cache.path(key, "").iterdir()
            if file.name != "entry.json"
        }
    return made


def test_arrays_and_files_that_are_the_same_are_one_file_on_the_disk(tmp_path):
    one, other = both(
        tmp_path / "arrays",
        Arrays(a=np.arange(9), b=np.arange(4.0)),
        Arrays(a=np.arange(9), b=np.arange(4.0) + 1),
    )
    assert (one / "x.a.npy").samefile(other / "x.a.npy")
    assert np.load(other / "x.b.npy").tolist() == [1.0, 2.0, 3.0, 4.0]
    assert np.load(one / "x.b.npy").tolist() == [0.0, 1.0, 2.0, 3.0]
    one, other = both(
        tmp_path / "files", Files({"a": b"same", "b": b"one"}), Files({"a": b"same", "b": b"two"})
    )
    assert (one / "x.a.file").samefile(other / "x.a.file")
    assert (other / "x.b.file").read_bytes() == b"two"


ARRAYS = npst.arrays(
    dtype=st.one_of(npst.integer_dtypes(), npst.floating_dtypes(), npst.boolean_dtypes()),
    shape=npst.array_shapes(max_dims=3, max_side=5),
)


@settings(max_examples=60)
@given(ARRAYS, st.data())
def test_what_lies_there_in_the_end_is_what_would_be_written(tmp_path_factory, array, data):
    """Whatever lay there before: the same, a part, other numbers of the same bytes, or nothing."""
    other = data.draw(
        st.sampled_from([array, array.T, array[:1], array.view(f"V{array.itemsize}")])
    )
    folder = tmp_path_factory.mktemp("cache")
    np.save(folder / "alone.npy", array)
    _, second = both(folder, Arrays(a=other), Arrays(a=array))
    assert (second / "x.a.npy").read_bytes() == (folder / "alone.npy").read_bytes()


def test_files_longer_than_what_is_compared_at_once_are_compared_to_their_end(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(before, "CHUNK_BYTES", 7)
    array = np.arange(50, dtype=np.int16)
    for place in (0, 3, 49):
        changed = array.copy()
        changed[place] += 1
        one, other = both(tmp_path / str(place), Arrays(a=array), Arrays(a=changed))
        assert np.load(other / "x.a.npy").tolist() == changed.tolist()
        assert not (one / "x.a.npy").samefile(other / "x.a.npy")
    one, other = both(tmp_path / "same", Arrays(a=array), Arrays(a=array.copy()))
    assert (one / "x.a.npy").samefile(other / "x.a.npy")


@pytest.mark.parametrize("there", [b"12", b"1234", b"124"])
def test_a_file_that_is_not_what_is_stated_of_it_is_not_named_again(tmp_path, there):
    """Shorter, longer, or another: it changed since its entry was read."""
    (tmp_path / "x.file").write_bytes(there)
    (tmp_path / "new").mkdir()
    last = Before(tmp_path, {"x.file": {"bytes": 3}})
    assert not last.named(tmp_path / "new" / "x.file", [b"1", b"23"])
    (tmp_path / "x.file").write_bytes(b"123")
    assert last.named(tmp_path / "new" / "x.file", [b"1", b"23"])


def test_a_file_that_has_rotted_is_not_taken_again(tmp_path):
    cache = Cache(tmp_path)
    first = kept(cache, "aa1", Arrays(a=np.arange(9)))
    data = bytearray((first / "x.a.npy").read_bytes())
    data[-1] ^= 1
    (first / "x.a.npy").write_bytes(data)
    second = kept(cache, "bb2", Arrays(a=np.arange(9)))
    assert np.load(second / "x.a.npy").tolist() == list(range(9))
    assert cache.whole("bb2")


def test_an_entry_that_is_written_again_is_not_compared_with_itself(tmp_path):
    """For then what it says of a file wrongly would be said again, and it would never heal."""
    cache = Cache(tmp_path)
    first = kept(cache, "aa1", Arrays(a=np.arange(9)))
    record = (first / "entry.json").read_text()
    crc32 = str(sums_of(first / "x.a.npy")["crc32"])
    (first / "entry.json").write_text(record.replace(crc32, "1"))
    assert not cache.whole("aa1")
    kept(cache, "aa1", Arrays(a=np.arange(9)))
    assert cache.whole("aa1")


@pytest.mark.parametrize("gone", ["x.a.npy", "entry.json", ""])
def test_an_entry_that_is_gone_helps_nothing_and_hurts_nothing(tmp_path, gone):
    cache = Cache(tmp_path)
    first = kept(cache, "aa1", Arrays(a=np.arange(9)))
    for file in [first / gone] if gone else list(first.iterdir()):
        file.unlink()
    second = kept(cache, "bb2", Arrays(a=np.arange(9)))
    assert read_value(second, "x", cache.read("bb2"))["a"].tolist() == list(range(9))


def test_where_the_disk_knows_no_second_names_the_file_is_written(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    one, other = both(tmp_path, Arrays(a=np.arange(9)), Arrays(a=np.arange(9)))
    assert not (one / "x.a.npy").samefile(other / "x.a.npy")


def test_a_small_file_is_written_and_not_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(before, "LEAST_BYTES", 1000)
    one, other = both(tmp_path, Arrays(a=np.arange(9)), Arrays(a=np.arange(9)))
    assert not (one / "x.a.npy").samefile(other / "x.a.npy")


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3).T,
        np.array([], dtype=np.int8),
        np.array([None]),
        np.zeros(2, dtype=[("a" * 70000, np.int8)]),
    ],
)
def test_an_array_whose_memory_is_no_file_has_no_parts(array):
    assert npy_parts(array) is None


def test_nothing_is_known_of_a_file_that_was_written(tmp_path):
    assert Before(tmp_path, {}).sums(Path("x.npy")) is None


@pytest.mark.parametrize("reuses", [False, True])
def test_a_step_that_makes_the_same_of_another_input_writes_it_once(tmp_path, reuses):
    def make(number, earlier=None):
        return {"large": Arrays(a=np.arange(9), b=np.full(3, number))}

    def steps(number):
        given_number = Step("give", (), ("number",), lambda: {"number": number}, number)
        return [given_number, Step("make", ("number",), ("large",), make, reuses=reuses)]

    cache = Cache(tmp_path)
    folders = []
    for number in (1, 2):
        results = run_steps(steps(number), cache)
        assert results["large"]["b"].tolist() == [number] * 3
        folders.append(cache.path(results.keys["make"], ""))
    assert (folders[0] / "large.a.npy").samefile(folders[1] / "large.a.npy")
    assert not (folders[0] / "large.b.npy").samefile(folders[1] / "large.b.npy")
