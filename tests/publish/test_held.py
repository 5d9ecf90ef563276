"""The switch on Windows, where a file that is open in another program cannot be replaced."""

import os

import pytest

from htkgis.errors import StoreError
from htkgis.publish import publish
from htkgis.publish.folder import JOURNAL, STAGING
from htkgis.store import files as store_files
from tests.store.windows import held_file

from .test_folder import NEW, OLD, held


@pytest.fixture
def maps(tmp_path):
    folder = tmp_path / "maps"
    publish(OLD, folder)
    return folder


@pytest.mark.parametrize("name", ["a.html", "gone.html", "manifest.json"])
def test_a_file_that_is_open_on_windows_stops_a_publication_before_it_begins(
    maps, monkeypatch, name
):
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(store_files, "WINDOWS", True)
    held_file(monkeypatch, "rename", maps / name)
    with pytest.raises(
        StoreError,
        match=rf"^maps \(.*\): 1 files are open in another program: '{name}'; nothing was "
        r"published\. Save and close them there, then run again\.$",
    ):
        publish(NEW, maps)
    assert held(maps) == OLD
    assert not (maps / STAGING).exists()


def test_a_file_of_others_or_one_that_stays_as_it_is_may_be_open(maps, monkeypatch):
    monkeypatch.setattr(store_files, "WINDOWS", True)
    more = NEW | {"a.html": OLD["a.html"]}
    held_file(monkeypatch, "rename", maps / "a.html")
    publish(more, maps)
    assert held(maps) == more


def test_a_file_that_is_opened_while_a_publication_switches_is_waited_for(maps, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    for call, path in (
        ("replace", maps / "a.html"),
        ("unlink", maps / "gone.html"),
        ("unlink", maps / STAGING / JOURNAL),
        ("rmdir", maps / STAGING),
    ):
        held_file(monkeypatch, call, path, times=2)
    publish(NEW, maps)
    assert held(maps) == NEW
    assert not (maps / STAGING).exists()


@pytest.mark.skipif(os.name != "nt", reason="only Windows keeps what is open")
def test_windows_publishes_nothing_while_a_page_is_open_and_all_when_it_is_closed(maps):
    with (
        (maps / "a.html").open("rb"),
        pytest.raises(StoreError, match=r"1 files are open in another program: 'a\.html'"),
    ):
        publish(NEW, maps)
    assert held(maps) == OLD
    publish(NEW, maps)
    assert held(maps) == NEW
