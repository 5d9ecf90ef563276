"""The lock: who holds it, on which machine and since when, is said to whoever comes second."""

import datetime as dt
import json
import os
import socket

import pytest

from htkgis.errors import StoreError
from htkgis.store import lock


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
