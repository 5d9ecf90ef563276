"""Files are written whole or not at all, and hashed by content."""

import errno
import json
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SourceError, StoreError
from htkgis.store import (
    canonical_json,
    disk_error,
    fingerprint,
    lock,
    sha256_bytes,
    sha256_file,
    write_atomic,
)
from htkgis.store import files as files_module
from htkgis.store.files import (
    PAUSES_S,
    check_closed,
    held_elsewhere,
    move_into_place,
    patiently,
    remove,
)

from .windows import held_file

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_file_holds_what_was_written_and_nothing_lies_beside_it(tmp_path):
    write_atomic(tmp_path / "new" / "a.txt", b"one")
    write_atomic(tmp_path / "new" / "a.txt", b"two")
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"two"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_no_part(tmp_path, monkeypatch, call):
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    owner = "os.fsync" if call == "fsync" else "pathlib.Path.replace"
    monkeypatch.setattr(owner, full)
    with pytest.raises(StoreError, match=r"a\.txt.*No space left on device.*nothing was published"):
        write_atomic(target, b"new")
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_file_that_windows_holds_for_a_moment_is_replaced_and_removed(
    tmp_path, monkeypatch, winerror
):
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    for call in ("replace", "unlink"):
        held_file(monkeypatch, call, tmp_path / "a.txt", times=len(PAUSES_S), winerror=winerror)
    write_atomic(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert waited == list(PAUSES_S)
    remove(tmp_path / "a.txt")
    assert not (tmp_path / "a.txt").exists()
    assert waited == [*PAUSES_S, *PAUSES_S]


def test_a_file_that_stays_open_is_told_of_and_stays(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    (tmp_path / "a.txt").write_bytes(b"old")
    held_file(monkeypatch, "replace", tmp_path / "a.txt")
    with pytest.raises(StoreError, match=r"a\.txt.*used by another.*no program has the file open"):
        write_atomic(tmp_path / "a.txt", b"new")
    assert waited == list(PAUSES_S)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.txt", b"old")]


def test_a_file_that_arrived_is_moved_over_one_that_was_held(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    (tmp_path / "b.txt").write_bytes(b"new")
    held_file(monkeypatch, "replace", tmp_path / "a.txt", times=2)
    assert move_into_place(tmp_path / "b.txt", tmp_path / "a.txt").read_bytes() == b"new"


def test_any_other_refusal_is_told_at_once(monkeypatch):
    monkeypatch.setattr("time.sleep", pytest.fail)
    calls = []

    def full():
        calls.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        patiently(full)
    assert calls == [1]


def test_only_windows_is_asked_which_files_are_held_and_its_other_refusals_are_none(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("time.sleep", lambda _: None)
    paths = [tmp_path / name for name in ("a.txt", "b.txt", "not there.txt")]
    for path in paths[:2]:
        path.write_bytes(b"x")
    held_file(monkeypatch, "rename", tmp_path / "a.txt")
    monkeypatch.setattr(files_module, "WINDOWS", True)
    assert held_elsewhere(paths) == paths[:1]
    assert [path.read_bytes() for path in paths[:2]] == [b"x", b"x"]
    monkeypatch.setattr(files_module, "WINDOWS", False)
    assert held_elsewhere(paths) == []


@pytest.mark.skipif(os.name != "nt", reason="only Windows keeps what is open")
def test_windows_says_which_file_is_open(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"x")
    with (tmp_path / "b.txt").open("rb"):
        assert held_elsewhere(sorted(tmp_path.iterdir())) == [tmp_path / "b.txt"]
    assert held_elsewhere(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_one_named_error(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        write_atomic(tmp_path / "file" / "below.txt", b"x")


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, r"Free some space, or choose another folder\.$"),
        (errno.EACCES, r"Check that you may write there and that no program has the file open, or"),
        (errno.EROFS, r"Check that you may write there"),
        (errno.EISDIR, r"Rename what lies there, or choose another path\.$"),
        (errno.EEXIST, r"Rename what lies there"),
        (errno.ENAMETOOLONG, r"Choose a shorter path\.$"),
        (errno.EIO, r"Check the disk, or choose another folder\.$"),
    ],
)
def test_what_helps_depends_on_what_the_disk_says(tmp_path, number, advice):
    error = disk_error(tmp_path / "a.txt", OSError(number, os.strerror(number)))
    assert re.search(
        rf"cannot be written: {os.strerror(number)}; nothing was .*{advice}", str(error)
    )


def test_a_disk_that_gives_no_reason_may_be_full(tmp_path):
    error = disk_error(tmp_path / "a.txt", OSError("3 requested and 2 written"))
    assert re.search(
        r"\(3 requested and 2 written\) and may be full; .*Free some space", str(error)
    )


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_geopackage_with_changes_beside_it_is_not_closed(tmp_path, ending):
    file, beside = tmp_path / "a.gpkg", tmp_path / f"a.gpkg{ending}"
    file.write_bytes(b"x")
    beside.touch()
    check_closed(file)
    beside.write_bytes(b"changes")
    with pytest.raises(
        SourceError, match=rf"is open in another program.* in a\.gpkg{ending}\. Save"
    ):
        check_closed(file)


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_file(tmp_path / "a") == sha256_bytes(b"abc")
    assert sha256_bytes(b"abc").startswith("ba7816bf")


def test_the_hash_of_a_folder_changes_with_names_and_bytes(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_bytes(b"1")
    before = sha256_file(tmp_path / "d")
    (tmp_path / "d" / "a").rename(tmp_path / "d" / "b")
    assert sha256_file(tmp_path / "d") != before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no devices among its files")
def test_a_device_is_written_into_and_never_replaced(tmp_path):
    # through a link, so that a fault takes the link and not the machine's own device
    target = tmp_path / "null"
    target.symlink_to(os.devnull)
    write_atomic(target, b"gone")
    assert target.is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["null"]


def test_a_missing_file_has_no_hash(tmp_path):
    with pytest.raises(SourceError, match=r"gone.*cannot be read"):
        sha256_file(tmp_path / "gone")


@given(JSON)
def test_canonical_json_is_json_and_one_text_per_value(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_change_a_fingerprint(value):
    assert fingerprint(value) == fingerprint(dict(reversed(value.items())))


def test_a_lock_is_free_again_after_a_fault(tmp_path):
    with pytest.raises(KeyError, match="boom"), lock(tmp_path / "maps"):
        raise KeyError("boom")
    with lock(tmp_path / "maps"):
        assert (tmp_path / ".maps.owner").exists()
    assert not (tmp_path / ".maps.owner").exists()
