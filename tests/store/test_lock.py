"""The lock: who holds it, on which machine and since when, is said to whoever comes second."""

import datetime as dt
import errno
import importlib
import json
import os
import socket

import filelock
import pytest

from htkgis.errors import StoreError
from htkgis.store import lock, reading

lock_module = importlib.import_module("htkgis.store.lock")


def owner_of(target):
    return target.parent / f".{target.name}.owner"


def test_the_second_is_told_who_holds_it_where_and_since_when(tmp_path):
    with lock(tmp_path / "maps"):
        owner = json.loads(owner_of(tmp_path / "maps").read_text("utf-8"))
        assert owner["pid"] == os.getpid()
        assert owner["host"] == socket.gethostname()
        assert dt.datetime.fromisoformat(owner["started"]).utcoffset() == dt.timedelta(0)
        with (
            pytest.raises(
                StoreError,
                match=r"^maps \(.*\): another run is writing here \(process \d+ on .+, since "
                r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, for \d+ seconds\); one at a time is allowed\. W",
            ),
            lock(tmp_path / "maps"),
        ):
            pass
    assert not owner_of(tmp_path / "maps").exists()
    with lock(tmp_path / "maps"):
        pass


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        ("{", r"\(process unknown\)"),
        ('{"pid": 7}', r"\(process 7\)"),
        ('{"pid": 7, "host": "srv"}', r"\(process 7 on srv\)"),
        ('{"pid": 7, "host": "srv", "started": "yesterday"}', r"\(process 7 on srv\)"),
        ('{"pid": 7, "host": "srv", "started": "2026-11-21T02:00:00"}', r"\(process 7 on srv\)"),
    ],
)
def test_what_is_not_known_of_the_owner_is_left_out(tmp_path, owner, said):
    with lock(tmp_path / "maps"):
        owner_of(tmp_path / "maps").write_text(owner, "utf-8")
        with (
            pytest.raises(StoreError, match=f"another run is writing here {said}; one"),
            lock(tmp_path / "maps"),
        ):
            pass


def test_a_lock_that_was_left_by_a_killed_run_is_free(tmp_path):
    (tmp_path / ".maps.lock").touch()
    owner_of(tmp_path / "maps").write_text('{"pid": 1, "host": "srv"}', "utf-8")
    with lock(tmp_path / "maps"):
        assert json.loads(owner_of(tmp_path / "maps").read_text("utf-8"))["pid"] == os.getpid()


def test_any_number_may_read_while_nobody_writes_and_a_writer_is_told_of_them(tmp_path):
    target = tmp_path / "catalog.toml"
    with reading(target), reading(target):
        with (
            pytest.raises(
                StoreError,
                match=r"^catalog\.toml .*: a run is reading here \(process \d+ on .+, since .+ "
                r"UTC, for \d+ seconds\); one at a time is allowed\. Try later\.$",
            ),
            lock(target, advice="Try later."),
        ):
            pass
        with reading(target):
            pass
    with lock(target):
        pass
    # Windows removes the file of a lock that is free, other systems leave it
    assert {path.name for path in tmp_path.iterdir()} <= {".catalog.toml.lock"}


def test_nobody_begins_to_read_what_is_being_written(tmp_path, monkeypatch):
    target = tmp_path / "catalog.toml"
    monkeypatch.setattr(lock_module, "REGISTER_S", 0)
    with (
        lock(target, doing="an update is writing here"),
        pytest.raises(
            StoreError, match=r"an update is writing here \(process \d+ on .*Wait for it"
        ),
        reading(target),
    ):
        pass
    assert not list(tmp_path.glob(".*reading*"))


def test_what_a_killed_reader_left_keeps_nobody_away_and_is_cleared(tmp_path):
    left = tmp_path / ".catalog.toml.reading-abc.lock"
    left.touch()
    left.with_suffix(".owner").write_text("{", "utf-8")
    with lock(tmp_path / "catalog.toml"):
        assert not left.exists()
    assert not list(tmp_path.glob("*.owner"))


@pytest.mark.parametrize("refused", ["acquire", "mkstemp"])
def test_where_nothing_can_be_written_layers_can_be_read_all_the_same(
    tmp_path, monkeypatch, refused
):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    where = filelock.FileLock if refused == "acquire" else lock_module.tempfile
    monkeypatch.setattr(where, refused, refuse)
    with reading(tmp_path / "catalog.toml"):
        pass
    assert not list(tmp_path.glob(".*reading*"))


def test_a_full_disk_is_one_line_for_a_reader(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(lock_module.tempfile, "mkstemp", refuse)
    with pytest.raises(StoreError, match="No space left"), reading(tmp_path / "catalog.toml"):
        pass
