"""The switch: all or nothing, whatever moment the run is killed at."""

import itertools
import json

import pytest

from htkgis.errors import StoreError
from htkgis.publish import is_published, publish, recover
from htkgis.store import lock, sha256_bytes


def edition(word, *names):
    files = {name: f"{word} {name}".encode() for name in names}
    files["manifest.json"] = json.dumps({"outputs": dict.fromkeys(names), "n": word}).encode()
    return files


OLD = edition("old", "index.html", "a.html", "gone.html")
NEW = edition("new", "index.html", "a.html", "b.html")


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def hashes(files):
    return {name: sha256_bytes(data) for name, data in files.items()}


@pytest.fixture
def maps(tmp_path):
    folder = tmp_path / "maps"
    publish(OLD, folder)
    return folder


def test_the_first_edition_makes_the_folder(tmp_path):
    changed = publish(NEW, tmp_path / "new" / "maps")
    assert held(tmp_path / "new" / "maps") == NEW
    assert changed == sorted(NEW)


def test_a_new_edition_replaces_and_removes_what_the_old_one_named(maps):
    changed = publish(NEW, maps)
    assert held(maps) == NEW
    assert changed == ["a.html", "b.html", "index.html", "manifest.json", "gone.html"]


def test_files_of_others_stay(maps):
    (maps / "notes.txt").write_bytes(b"mine")
    publish(NEW, maps)
    assert held(maps) == NEW | {"notes.txt": b"mine"}


def test_the_same_edition_again_touches_nothing(maps):
    before = {path.name: path.stat().st_mtime_ns for path in maps.iterdir()}
    assert publish(OLD, maps) == []
    assert {path.name: path.stat().st_mtime_ns for path in maps.iterdir()} == before


def test_a_folder_is_published_when_every_hash_is_that_of_the_set(maps):
    assert is_published(hashes(OLD), maps)
    assert not is_published(hashes(NEW), maps)
    (maps / "a.html").write_bytes(b"edited by hand")
    assert not is_published(hashes(OLD), maps)


def test_a_file_that_has_to_go_means_it_is_not_published(maps):
    smaller = {name: sha for name, sha in hashes(OLD).items() if name != "gone.html"}
    assert not is_published(smaller, maps)


class Killed(BaseException):
    """The process ends here; no handler of the code may catch it."""


def killed_at(monkeypatch, moment):
    """Let the process end at the n-th call that touches the disk."""
    count = itertools.count(1)

    def guarded(original):
        def call(*args, **kwargs):
            if next(count) == moment:
                raise Killed
            return original(*args, **kwargs)

        return call

    import htkgis.publish.folder as module

    monkeypatch.setattr(module, "write_atomic", guarded(module.write_atomic))
    monkeypatch.setattr("pathlib.Path.replace", guarded(module.Path.replace))
    monkeypatch.setattr("pathlib.Path.mkdir", guarded(module.Path.mkdir))
    monkeypatch.setattr("pathlib.Path.unlink", guarded(module.Path.unlink))


@pytest.mark.parametrize("moment", range(1, 40))
def test_a_run_killed_at_any_moment_leaves_one_edition_once_the_next_run_starts(
    maps, monkeypatch, moment
):
    killed_at(monkeypatch, moment)
    try:
        publish(NEW, maps)
        ended = True
    except Killed:
        ended = False
    monkeypatch.undo()
    left = held(maps)
    # whole files only, each of one edition or the other
    assert all(data in {OLD.get(name), NEW.get(name)} for name, data in left.items())
    switched = recover(maps)
    after = held(maps)
    assert after in (OLD, NEW)
    assert after == NEW or not (ended or switched)
    publish(NEW, maps)
    assert held(maps) == NEW
    assert [p.name for p in maps.parent.iterdir() if "staging" in p.name] == []


def test_the_moments_reach_past_the_end_of_a_run(maps, monkeypatch):
    killed_at(monkeypatch, 39)
    publish(NEW, maps)
    assert held(maps) == NEW


def test_a_full_disk_while_building_aside_changes_nothing(maps, monkeypatch):
    import htkgis.publish.folder as module

    def full(path, data):
        if path.name == "index.html":
            raise StoreError(path.name + ": No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(StoreError, match="No space left"):
        publish(NEW, maps)
    assert held(maps) == OLD
    assert not (maps.parent / ".maps.staging").exists()


def test_a_folder_that_is_a_file_is_one_named_error(tmp_path):
    (tmp_path / "maps").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match=r"maps.*cannot be written"):
        publish(NEW, tmp_path / "maps")
    assert (tmp_path / "maps").read_text("utf-8") == "x"


def test_a_second_run_leaves_the_first_alone(maps):
    with lock(maps), pytest.raises(StoreError, match="another run is writing here"):
        publish(NEW, maps)
    assert held(maps) == OLD


def test_rubbish_without_a_journal_is_cleared_away(maps):
    staging = maps.parent / ".maps.staging"
    staging.mkdir()
    (staging / "a.html").write_bytes(b"half")
    assert recover(maps) is False
    assert held(maps) == OLD
    assert not staging.exists()
