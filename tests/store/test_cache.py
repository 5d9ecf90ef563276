"""The cache: whole entries only, the same bytes for the same value, damage counts as absent."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.errors import StoreError
from htkgis.store import Cache, fingerprint
from htkgis.store.cache import LATEST
from htkgis.store.values import Arrays, Files, read_value, write_value

from .windows import held_file

KEY = fingerprint("key")


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def fill(cache, value, name="value", key=KEY):
    with cache.writing(key) as folder:
        write_value(folder, name, value)
    return cache.path(key, "entry.json").parent


POINTS = gpd.GeoDataFrame(
    {"id": ["a", "ø"]}, geometry=[shapely.Point(0, 0), shapely.Point(1, 2)], crs="EPSG:25832"
)
VALUES = {
    "points": POINTS,
    "table": pd.DataFrame({"a": [1.5, None], "b": ["x", None]}),
    "arrays": Arrays(nodes=np.arange(5), ids=np.array(["n1", "n2"])),
    "files": Files({"index.html": b"<p>", "a.json": b"{}"}),
    "record": {"å": [1, None, "x"]},
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_as_it_was(cache, name):
    folder = fill(cache, VALUES[name], name)
    back = read_value(folder, name, cache.read(KEY))
    if isinstance(VALUES[name], Arrays):
        assert {key: array.tolist() for key, array in back.items()} == {
            key: array.tolist() for key, array in VALUES[name].items()
        }
    elif isinstance(VALUES[name], pd.DataFrame):
        assert back.equals(VALUES[name])
    else:
        assert back == VALUES[name]


@pytest.mark.parametrize("name", VALUES)
def test_the_same_value_is_the_same_bytes(cache, name):
    fill(cache, VALUES[name], name, fingerprint("one"))
    fill(cache, VALUES[name], name, fingerprint("two"))
    assert cache.read(fingerprint("one")) == cache.read(fingerprint("two")) != {}


def test_an_entry_that_was_never_written_is_absent(cache):
    assert cache.read(KEY) is None
    assert not cache.whole(KEY)


def test_a_block_that_fails_leaves_no_entry_and_no_rubbish(cache):
    def half_done():
        with cache.writing(KEY) as folder:
            (folder / "half").write_bytes(b"x")
            raise KeyError("boom")

    with pytest.raises(KeyError, match="boom"):
        half_done()
    assert cache.read(KEY) is None
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("damage", [b"", b"{}x", b"[]"])
def test_a_damaged_byte_or_size_makes_the_entry_absent(cache, damage):
    folder = fill(cache, {"a": 1})
    (folder / "value.json").write_bytes(damage)
    assert not cache.whole(KEY)


def without_checksums(folder):
    """Write the record as a version did that noted hashes only."""
    record = json.loads((folder / "entry.json").read_text("utf-8"))
    for stated in record["files"].values():
        del stated["crc32"]
    (folder / "entry.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("record", [Path.exists, without_checksums])
def test_a_bit_that_flips_anywhere_makes_the_entry_absent(cache, record):
    folder = fill(cache, {"a": 1})
    record(folder)
    assert cache.whole(KEY)
    sound = (folder / "value.json").read_bytes()
    for bit in range(8 * len(sound)):
        damaged = bytearray(sound)
        damaged[bit // 8] ^= 1 << bit % 8
        (folder / "value.json").write_bytes(damaged)
        assert not cache.whole(KEY)
    (folder / "value.json").write_bytes(sound)
    assert cache.whole(KEY)


def test_a_record_that_was_cut_anywhere_makes_the_entry_absent(cache):
    record = fill(cache, {"a": 1}) / "entry.json"
    whole = record.read_bytes()
    for length in range(len(whole)):
        record.write_bytes(whole[:length])
        assert cache.read(KEY) is None
        assert not cache.whole(KEY)
    record.write_bytes(whole)
    assert cache.whole(KEY)


def test_a_name_of_the_latest_entry_that_was_cut_anywhere_names_none(cache):
    fill(cache, {"a": 1})
    cache.note_latest("family", KEY)
    name = cache.folder / LATEST / "family"
    for length in range(len(KEY)):
        name.write_text(KEY[:length], encoding="utf-8")
        assert cache.latest("family") is None
    cache.note_latest("family", KEY)
    assert cache.latest("family") == KEY


def test_an_entry_written_again_replaces_the_damaged_one(cache):
    folder = fill(cache, {"a": 1})
    (folder / "value.json").unlink()
    fill(cache, {"a": 2})
    assert cache.whole(KEY)
    assert read_value(folder, "value", cache.read(KEY)) == {"a": 2}


def test_an_entry_that_another_run_writes_meanwhile_is_never_away(cache, monkeypatch):
    # the other run puts its entry there at the last moment, and reads it from then on
    rename, seen = Path.rename, []

    def late(own, target):
        monkeypatch.setattr(Path, "rename", rename)
        fill(cache, {"a": 1})
        seen.append((target / "entry.json").stat().st_ino)
        return rename(own, target)

    monkeypatch.setattr(Path, "rename", late)
    folder = fill(cache, {"a": 1})
    assert cache.whole(KEY)
    assert [(folder / "entry.json").stat().st_ino] == seen


def test_an_entry_that_windows_holds_for_a_moment_is_written(cache, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    held_file(monkeypatch, "rename", cache.path(KEY, "a.bin").parent, times=4)
    cache.keep(KEY, {"a.bin": b"1"})
    assert cache.whole(KEY)


def test_a_cache_folder_that_is_a_file_is_one_named_error(tmp_path):
    (tmp_path / "cache").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        fill(Cache(tmp_path / "cache"), {"a": 1})


def test_a_value_that_the_entry_lacks_is_named(cache):
    folder = fill(cache, {"a": 1})
    with pytest.raises(StoreError, match=r"other.*not in this entry.*Delete that folder and run"):
        read_value(folder, "other", cache.read(KEY))
