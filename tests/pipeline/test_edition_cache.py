"""What the cache keeps: as long as an edition that needs it is kept, and no longer."""

import datetime as dt
import json
import os
import shutil

import pytest

from htkgis.errors import StoreError
from htkgis.pipeline.edition_cache import NOTES, note_needed, prune
from htkgis.publish import publish_edition, roll_back
from htkgis.publish.folder import MANIFEST
from htkgis.store import Cache, reading
from tests.publish.test_folder import edition

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)


def keys_of(cache):
    return {path.parent.name for path in cache.folder.glob("*/*/entry.json")}


def publish(cache, folder, number, keys, *, keep=2):
    """Publish a set, with entries of the cache that it rests on."""
    publish_edition(edition(f"set {number}"), folder, keep=keep, now=NOW)
    for key in keys:
        cache.keep(key, {"layer.csv": f"{key} of {number}".encode()})
    return note_needed(cache, folder, keys)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_what_an_edition_alone_needed_goes_with_it_and_nothing_else(cache, tmp_path):
    maps = tmp_path / "maps"
    cache.keep("times", {"asked.csv": b"by somebody, of no edition"})
    publish(cache, maps, 1, ["shared", "first"])
    publish(cache, maps, 2, ["shared", "second"])
    assert prune(cache, maps, now=NOW) == 0
    publish(cache, maps, 3, ["shared", "third"])
    assert prune(cache, maps, now=NOW) == 1
    assert keys_of(cache) == {"times", "shared", "second", "third"}
    roll_back(maps)
    assert prune(cache, maps, now=NOW) == 0
    assert cache.path("second", "layer.csv").read_bytes() == b"second of 2"


def test_what_another_folder_needs_stays_and_a_folder_that_is_gone_needs_nothing(cache, tmp_path):
    one, other = tmp_path / "one", tmp_path / "sub" / "other"
    publish(cache, other, 1, ["both", "theirs"])
    publish(cache, one, 1, ["both", "own"])
    publish(cache, one, 2, ["new"], keep=1)
    assert prune(cache, one, now=NOW) == 1
    assert keys_of(cache) == {"both", "theirs", "new"}
    # a drive that is away for a night
    (tmp_path / "sub").rename(tmp_path / "away")
    assert prune(cache, one, now=NOW) == 0
    (tmp_path / "away").rename(tmp_path / "sub")
    shutil.rmtree(other)
    assert prune(cache, one, now=NOW) == 2
    assert keys_of(cache) == {"new"}


def test_what_is_noted_already_is_no_news_and_more_of_an_edition_is_added(cache, tmp_path):
    maps = tmp_path / "maps"
    assert publish(cache, maps, 1, ["a"])
    assert not note_needed(cache, maps, ["a"])
    assert note_needed(cache, maps, ["b"])
    (note,) = (cache.folder / NOTES).glob("*.json")
    assert list(json.loads(note.read_text("utf-8"))["editions"].values()) == [["a", "b"]]


@pytest.mark.parametrize("text", ["", "[]", '{"editions": 7}', '{"editions": {"a": 1}}'])
def test_a_damaged_note_removes_nothing(cache, tmp_path, text):
    maps = tmp_path / "maps"
    publish(cache, maps, 1, ["a"])
    (note,) = (cache.folder / NOTES).glob("*.json")
    note.write_text(text, "utf-8")
    publish(cache, maps, 2, ["b"], keep=1)
    prune(cache, maps, now=NOW)
    assert keys_of(cache) == {"a", "b"}


def test_nothing_is_removed_while_a_run_computes(cache, tmp_path):
    maps = tmp_path / "maps"
    publish(cache, maps, 1, ["a"])
    publish(cache, maps, 2, ["b"], keep=1)
    with (
        reading(cache.folder / NOTES, doing="a run is computing here"),
        pytest.raises(StoreError, match="a run is computing here"),
    ):
        prune(cache, maps, now=NOW)
    assert keys_of(cache) == {"a", "b"}


def test_what_was_half_written_days_ago_goes_and_what_is_being_written_stays(cache, tmp_path):
    publish(cache, tmp_path / "maps", 1, ["a"])
    for name, days in (("old", 3), ("new", 1)):
        part = cache.folder / "aa" / f".part-{name}"
        part.mkdir(parents=True)
        then = (NOW - dt.timedelta(days=days)).timestamp()
        os.utime(part, (then, then))
    prune(cache, tmp_path / "maps", now=NOW)
    assert [path.name for path in cache.folder.glob("*/.part-*")] == [".part-new"]


def test_an_edition_that_stands_without_a_record_keeps_what_it_needs(cache, tmp_path):
    maps = tmp_path / "maps"
    publish(cache, maps, 1, ["a"])
    shutil.rmtree(tmp_path / ".maps-editions")
    prune(cache, maps, now=NOW)
    assert keys_of(cache) == {"a"}
    (maps / MANIFEST).unlink()
    prune(cache, maps, now=NOW)
    assert keys_of(cache) == set()
