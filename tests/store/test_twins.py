"""Arrays that several values share are one file; what may change is written for itself."""

import os
from pathlib import Path

import numpy as np
import pytest

from htkgis.store import Cache, values
from htkgis.store.files import sha256_file
from htkgis.store.values import Arrays, read_value, write_value


@pytest.fixture(autouse=True)
def every_array_is_large(monkeypatch):
    """Small ones lie in one file, which nobody else's can be."""
    monkeypatch.setattr(values, "SMALL_BYTES", 0)


def final(*numbers):
    array = np.array(numbers)
    array.flags.writeable = False
    return array


def kept(folder, key, array):
    cache = Cache(folder)
    with cache.writing(key) as part:
        write_value(part, "graph", Arrays(x=array))
    return cache.path(key, "graph.x.npy")


def test_an_array_that_nobody_can_change_is_one_file_of_all_entries_that_hold_it(tmp_path):
    array = final(1, 2, 3)
    one, other = (kept(tmp_path, key, each) for key, each in (("aa1", array), ("bb2", array[:])))
    assert one.samefile(other)
    cache = Cache(tmp_path)
    assert cache.whole("aa1")
    assert cache.read("aa1") == cache.read("bb2") == {"graph.x.npy": sha256_file(one)}
    cache.drop("aa1")
    assert read_value(other.parent, "graph", cache.read("bb2"))["x"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("shown", [slice(0, 2), slice(None, None, -1)])
def test_another_part_of_the_same_memory_is_another_file(tmp_path, shown):
    array = final(1, 2, 3)
    one, other = (
        kept(tmp_path, key, each) for key, each in (("aa1", array), ("bb2", array[shown]))
    )
    assert not one.samefile(other)
    assert np.load(other).tolist() == array[shown].tolist()


def test_an_array_that_may_change_is_written_as_it_is_each_time(tmp_path):
    array = np.array([1, 2, 3])
    view = array[:]
    view.flags.writeable = False
    one = kept(tmp_path, "aa1", view)
    array[0] = 7
    other = kept(tmp_path, "bb2", view)
    assert [np.load(each)[0] for each in (one, other)] == [1, 7]


def test_where_the_first_file_is_gone_or_another_now_the_array_is_written_again(tmp_path):
    array = final(4, 5)
    one = kept(tmp_path, "aa1", array)
    one.unlink()
    one.write_bytes(b"another")
    other = kept(tmp_path, "bb2", array)
    assert np.load(other).tolist() == [4, 5]


def test_a_file_that_rotted_unseen_gets_no_further_names(tmp_path):
    array, cache = final(1, 2, 3), Cache(tmp_path)
    rotten, other = (kept(tmp_path, key, array) for key in ("aa1", "bb2"))
    stated = rotten.stat()
    data = bytearray(rotten.read_bytes())
    data[-1] ^= 1
    rotten.write_bytes(data)
    os.utime(rotten, ns=(stated.st_atime_ns, stated.st_mtime_ns))
    for key in ("aa1", "bb2"):
        assert not cache.whole(key)
        assert np.load(kept(tmp_path, key, array)).tolist() == [1, 2, 3]
        assert cache.whole(key)
    assert rotten.samefile(other)


def test_where_the_disk_knows_no_second_names_the_array_is_written_again(tmp_path, monkeypatch):
    def refuse(*names: Path) -> None:
        raise OSError

    array = final(6, 7)
    one = kept(tmp_path, "aa1", array)
    monkeypatch.setattr(os, "link", refuse)
    other = kept(tmp_path, "bb2", array)
    assert not one.samefile(other)
    assert other.read_bytes() == one.read_bytes()
