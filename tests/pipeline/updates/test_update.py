"""Nights of updates: what is fetched, what is checked, what is put in use and what is held back."""

import datetime as dt
import errno
import os
import shutil
from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError, StoreError
from htkgis.pipeline.updates import installed
from htkgis.pipeline.updates.update import update_layers
from htkgis.store import sha256_file
from tests.loaders.remote.server import QUICK, Reply, serving

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 11, 21)
SERVED = ("places", "stations", "streets")
RULES = {
    "lost": {"value": 0.1, "unit": "share", "source": "s"},
    "moved": {"value": 50, "unit": "m", "source": "s"},
    "reshaped": {"value": 0.1, "unit": "share", "source": "s"},
    "emptied": {"value": 0.1, "unit": "share", "source": "s"},
    "overlapping": {"value": 0.05, "unit": "share", "source": "s"},
    "keep": {"value": ["station"], "unit": "functions", "source": "s"},
}


class Night:
    """A study whose places and stations come from a server, and the server's files."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server
        shutil.copytree(ROOT / "layers", folder / "layers")
        shutil.copytree(ROOT / "layers", folder / "server")
        study = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
        study["updates"] = RULES
        self.study = folder / "study.toml"
        self.study.write_text(tomlkit.dumps(study), "utf-8")
        self.catalog = folder / "layers" / "catalog.toml"
        text = tomlkit.parse(self.catalog.read_text("utf-8"))
        text["services"] = {
            "town": {
                "kind": "file",
                "url": server.url,
                "operator": "Kommunen",
                "licence": "CC BY 4.0",
                "credit": "Kommunen",
                "verified_on": "2026-11-21",
                "read_in": "a test",
            }
        }
        for name in SERVED:
            text["layers"][name]["fetch"] = {"service": "town", "item": f"{name}.csv"}
        self.catalog.write_text(tomlkit.dumps(text), "utf-8")
        server.replies[:] = [self.reply]

    def reply(self, asked):
        return Reply((self.folder / "server" / asked.path.rpartition("/")[2]).read_bytes())

    def edit(self, name, old, new):
        file = self.folder / "server" / f"{name}.csv"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    def update(self, *names, **options):
        waits = []
        known = {"today": TODAY, "patience": QUICK, "pause": waits.append}
        found = update_layers(self.study, self.catalog, names, **(known | options))
        return {each.name: each for each in found}

    def layer(self, name):
        return self.folder / "layers" / f"{name}.csv"

    def entry(self, name):
        return read_catalog(self.catalog).layers[name]


@pytest.fixture
def night(tmp_path):
    with serving(Reply(), path="/files") as server:
        yield Night(tmp_path, server)


def stations():
    return (ROOT / "layers" / "stations.csv").read_text("utf-8")


def test_what_is_the_same_changes_nothing(night):
    before = night.catalog.read_bytes()
    assert {name: each.decision for name, each in night.update().items()} == dict.fromkeys(
        SERVED, "unchanged"
    )
    assert night.catalog.read_bytes() == before
    assert not (night.folder / "layers" / ".incoming" / "places.csv").exists()


def test_a_small_change_is_put_in_use_with_a_note_and_a_history(night):
    night.edit("places", "Taastrup Bibliotek", "Biblioteket i Taastrup")
    before = night.entry("places").sha256
    found = night.update()["places"]
    assert found.decision == "noted"
    assert [each.line() for each in found.judged] == [
        "name: 1 of 56 values are others: 'taastrup_bibliotek'"
    ]
    assert "Biblioteket i Taastrup" in night.layer("places").read_text("utf-8")
    entry = night.entry("places")
    assert entry.sha256 == found.sha256 == sha256_file(night.layer("places"))
    assert entry.published == "2026-11-21"
    assert entry.history[-1].sha256 == before
    assert entry.history[-1].reason.startswith("update 2026-11-21: name: 1 of ")


def test_a_street_that_became_longer_is_put_in_use(night):
    night.edit("streets", ",910,", ",950,")
    found = night.update("streets")["streets"]
    assert [each.line() for each in found.judged] == [
        "length_m: 1 of 552 values are others: 's001'"
    ]
    assert ",950," in night.layer("streets").read_text("utf-8")


def test_the_next_night_asks_with_what_the_server_said(night):
    night.edit("places", "Taastrup Bibliotek", "Biblioteket i Taastrup")
    plain = night.reply

    def tagged(asked):
        if asked.headers.get("If-None-Match") == '"v2"':
            return Reply(status=304)
        reply = plain(asked)
        return Reply(reply.body, headers={"ETag": '"v2"'})

    night.server.replies[:] = [tagged]
    assert night.update("places")["places"].decision == "noted"
    assert night.update("places")["places"].decision == "unchanged"
    night.layer("places").write_text("edited by hand", "utf-8")
    night.update("places")
    assert "If-None-Match" not in night.server.asked[-1].headers


def test_a_station_that_is_gone_is_held_back_and_can_be_accepted(night):
    row = next(line for line in stations().splitlines() if "taastrup_st" in line)
    night.edit("stations", row + "\n", "")
    before = night.layer("stations").read_bytes()
    found = night.update("stations")["stations"]
    assert found.decision == "held"
    assert night.layer("stations").read_bytes() == before
    held = night.folder / "layers" / "held" / "stations.csv"
    assert row not in held.read_text("utf-8")
    words = ["layers", "accept", "stations", "--reason", "closed", "--catalog", str(night.catalog)]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert night.layer("stations").read_bytes() != before
    assert not held.exists()
    assert night.entry("stations").history[-1].reason == "closed"


@pytest.mark.parametrize("said", ["the version in use", "another one", "nothing newer"])
def test_a_version_that_the_service_takes_back_waits_no_longer(night, said):
    row = next(line for line in stations().splitlines() if "taastrup_st" in line)
    night.edit("stations", row + "\n", "")
    assert night.update("stations")["stations"].decision == "held"
    held = night.folder / "layers" / "held" / "stations.csv"
    assert held.exists()
    now = stations() + ("\n" if said == "another one" else "")
    (night.folder / "server" / "stations.csv").write_text(now, "utf-8")
    if said == "nothing newer":
        night.server.replies[:] = [Reply(status=304)]
    assert night.update("stations")["stations"].decision != "held"
    assert not held.exists()


def test_a_version_that_breaks_its_contract_is_held_back_with_the_reason(night):
    head, *rows = stations().splitlines()
    night.edit("stations", stations(), "\n".join([head, rows[0], *rows]) + "\n")
    found = night.update("stations")["stations"]
    assert found.decision == "held"
    assert "share id" in found.why


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"down", 503), "answered HTTP 503"),
        (Reply(b"<html><title>Log in</title></html>"), "a web page"),
        (Reply(b""), "0 bytes"),
        (Reply(b"gone", 410), "The service is closed"),
    ],
)
def test_a_service_that_fails_leaves_its_layer_and_the_others_go_on(night, reply, words):
    night.edit("places", "Taastrup Bibliotek", "Biblioteket i Taastrup")
    plain = night.reply
    night.server.replies[:] = [
        lambda asked: reply if asked.path.endswith("stations.csv") else plain(asked)
    ]
    before = night.layer("stations").read_bytes()
    found = night.update()
    assert found["stations"].decision == "failed"
    assert words in found["stations"].why
    assert night.layer("stations").read_bytes() == before
    assert found["places"].decision == "noted"


def test_a_dry_run_asks_nothing(night):
    found = night.update(dry_run=True)
    assert found["places"].why == f"{night.server.url} places.csv"
    assert night.server.asked == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["plases"], "no layer is called 'plases'"),
        (["gates"], "1 layers name no service to fetch from: 'gates'; those"),
    ],
)
def test_a_layer_without_a_service_is_one_line(night, names, words):
    with pytest.raises(ConfigError, match=words):
        night.update(*names)


@pytest.mark.parametrize("step", ["accept_layers", "move_into_place", "remove"])
def test_an_update_that_is_killed_is_finished_by_the_next(night, monkeypatch, step):
    night.edit("places", "Taastrup Bibliotek", "Biblioteket i Taastrup")

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(installed, step, killed)
        with pytest.raises(KeyboardInterrupt):
            night.update("places")
    night.update("places")
    assert night.entry("places").sha256 == sha256_file(night.layer("places"))
    assert "Biblioteket i Taastrup" in night.layer("places").read_text("utf-8")
    assert not installed.note_file(night.catalog).exists()


@pytest.mark.parametrize("note", ["{", "[]", '{"name": "places"}'])
def test_a_damaged_note_of_an_update_is_forgotten_and_the_layers_stay(night, note):
    installed.note_file(night.catalog).write_text(note, "utf-8")
    before = night.catalog.read_bytes()
    assert installed.finish_interrupted(night.catalog) is None
    assert night.catalog.read_bytes() == before
    assert not installed.note_file(night.catalog).exists()


@pytest.mark.parametrize("call", ["unlink", "mkdir"])
def test_a_disk_that_refuses_while_a_layer_is_fetched_is_one_line(night, monkeypatch, call):
    night.edit("places", "Taastrup Bibliotek", "Biblioteket i Taastrup")
    before = night.layer("places").read_bytes()
    original = getattr(Path, call)

    def refused(self, *args, **kwargs):
        if ".incoming" in self.parts:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, call, refused)
        found = night.update("places")["places"]
    assert found.decision == "failed"
    assert "cannot be written: Read-only file system" in found.why
    assert night.layer("places").read_bytes() == before
    assert night.update("places")["places"].decision == "noted"


def test_two_updates_at_once_are_one_and_a_line(night):
    from htkgis.store import lock

    with lock(night.catalog), pytest.raises(StoreError, match="another run is writing here"):
        night.update()


def test_the_command_says_what_was_decided_and_goes_on(night, monkeypatch):
    night.edit("places", "Taastrup Bibliotek", "Biblioteket i Taastrup")
    words = ["update", "--study", str(night.study), "--catalog", str(night.catalog)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "places: new version in use\n  name: 1 of " in result.stdout
    assert "stations: nothing new" in result.stdout
    night.server.replies[:] = [Reply(status=404)]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert CliRunner().invoke(main, [*words, "--strict"]).exit_code == 1
