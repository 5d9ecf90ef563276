"""What a study lacks: files, rights, services and keys; and the command that says so."""

import json
import shutil

import pytest
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.pipeline.doctor import inputs, network
from htkgis.pipeline.doctor.examination import Asked, _study
from htkgis.store import lock
from htkgis.store.lock import holder
from tests.loaders.remote.server import Reply, serving

SECRET = "h3mmelig"  # noqa: S105 - of a server that lives for one test
SERVICE = {
    "kind": "wfs",
    "operator": "Kommunen",
    "licence": "CC0 1.0",
    "credit": "Kommunen",
    "verified_on": "2026-11-21",
    "read_in": "a test",
}
FROM_IT = {"path": "schools.gpkg", "fetch": {"service": "own", "item": "schools"}}


@pytest.fixture
def served(catalog, tmp_path):
    """Give a catalog whose layer comes from a service at an address."""

    def write(url, **facts):
        path = catalog(places=FROM_IT).path
        rows = SERVICE | {"url": url} | facts
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items())
        text = text.replace('{"env": ', "{env = ")
        path.write_text(f"{path.read_text('utf-8')}\n[services.own]\n{text}", "utf-8")
        return read_catalog(path)

    return write


def asked(catalog, *, offline=False):
    return {each.name: each for each in network.look_at_services(catalog, offline=offline)}


def test_a_service_that_answers_is_well_whatever_it_makes_of_an_empty_question(served):
    with serving(Reply(b"no request", 400)) as server:
        found = asked(served(server.url))["service own"]
    assert (found.state, "answers HTTP 400" in found.said) == ("ok", True)


def test_a_service_with_a_fault_of_its_own_is_a_fault(served):
    with serving(Reply(b"broken", 500)) as server:
        found = asked(served(server.url))["service own"]
    assert (found.state, "answers HTTP 500" in found.said) == ("fault", True)


def test_an_address_that_is_unknown_without_a_question_is_a_note(served):
    with serving(Reply(b"", 404)) as server:
        assert asked(served(server.url))["service own"].state == "note"


def test_a_service_that_is_not_there_is_a_fault(served):
    with serving(Reply(b"")) as server:
        url = server.url
    found = asked(served(url))["service own"]
    assert (found.state, "cannot be reached" in found.said) == ("fault", True)


def test_a_database_is_knocked_at_by_its_port(served):
    with serving(Reply(b"")) as server:
        address = server.url.replace("http:", "postgresql:")
        assert asked(served(address, kind="postgis"))["service own"].state == "ok"
    assert asked(served(address, kind="postgis"))["service own"].state == "fault"


def test_offline_asks_nobody_and_looks_for_keys_all_the_same(served, monkeypatch):
    monkeypatch.delenv("OWN_KEY", raising=False)
    with serving(Reply(b"")) as server:
        found = asked(served(server.url, key={"env": "OWN_KEY"}), offline=True)
        assert server.asked == []
    assert found["services"].state == "note"
    assert found["key of own"].state == "fault"
    assert found["key of own"].todo == "Get a key from Kommunen and set OWN_KEY."


def test_a_key_is_neither_sent_nor_told(served, monkeypatch):
    monkeypatch.setenv("OWN_KEY", SECRET)
    with serving(Reply(b"")) as server:
        found = asked(served(server.url, key={"env": "OWN_KEY"}))
        (question,) = server.asked
    assert SECRET not in f"{question.query}{question.headers}"
    assert found["key of own"].said == "OWN_KEY is set"
    assert SECRET not in str(found)


def test_a_layer_from_a_service_that_nobody_has_described_is_a_fault(catalog):
    unknown = catalog(places=FROM_IT)
    (found,) = network.look_at_fetches(unknown)
    assert (found.name, found.state) == ("layer places", "fault")
    assert list(asked(unknown)) == ["services"]


def test_files_that_are_missing_or_not_accepted_are_told_apart(catalog, tmp_path):
    (tmp_path / "b.csv").write_text("id\n1\n", "utf-8")
    known = catalog(gates={"path": "a.csv"}, places={"path": "b.csv"})
    missing, changed = inputs.look_at_layers(known)
    assert "1 of 2 files are missing: 'gates'" in missing.said
    assert changed.todo.endswith("htkgis layers accept places")
    assert {missing.state, changed.state} == {"fault"}


def test_layers_in_a_data_folder_need_one_that_is_there(catalog, tmp_path):
    known = catalog(gates={"path": "{data}/a.csv"})
    assert next(inputs.look_at_layers(known)).todo == "Give it with --data DIR."
    elsewhere = read_catalog(known.path, data=tmp_path / "none")
    assert next(inputs.look_at_layers(elsewhere)).todo == "Correct --data."
    there = read_catalog(known.path, data=tmp_path)
    assert next(inputs.look_at_layers(there)).state == "ok"


def test_who_is_writing_is_named_and_who_has_been_is_not(tmp_path):
    out = tmp_path / "maps"
    with lock(out, doing="a run is writing here"):
        *_, found = inputs.look_at_folder(out, tmp_path / "catalog.toml")
        assert (found.name, found.state) == ("lock of published folder", "note")
        assert "a run is writing here (process " in found.said
    assert holder(out) is None
    (tmp_path / ".maps.owner").write_text("{}", "utf-8")  # as a killed run leaves it
    assert holder(out) is None


def test_a_manifest_that_is_none_is_a_fault(tmp_path):
    (tmp_path / "manifest.json").write_text("[]", "utf-8")
    (found,) = inputs.look_at_folder(tmp_path, tmp_path / "catalog.toml")
    assert (found.state, "manifest.json cannot be read" in found.said) == ("fault", True)


@pytest.fixture
def study(tmp_path, root, monkeypatch):
    shutil.copy(root / "study.toml", tmp_path)
    shutil.copytree(root / "layers", tmp_path / "layers")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_embedded_study_is_sound_and_looking_leaves_no_trace(study):
    before = sorted(study.rglob("*"))
    result = CliRunner().invoke(main, ["doctor", "--offline"])
    assert result.exit_code == 0, result.output
    assert "ok     layers: all" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Nothing is broken; ")
    assert sorted(study.rglob("*")) == before


def test_a_fault_is_counted_told_with_what_to_do_and_the_exit_code(study):
    (study / "layers" / "gates.csv").unlink()
    result = CliRunner().invoke(main, ["doctor", "--offline", "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["faults"]) == (1, 1)
    (fault,) = [each for each in told["findings"] if each["state"] == "fault"]
    assert fault["name"] == "layers"
    assert fault["todo"].startswith("Put them where the catalog says")


def test_a_folder_without_a_study_is_a_fault_only_if_it_was_named(tmp_path):
    here = Asked(tmp_path / "study.toml", tmp_path / "catalog.toml", tmp_path / "maps")
    assert [each.state for each in _study(here)] == ["note"]
    named = Asked(here.study, here.catalog, here.out, named=True)
    found = {each.name: each.state for each in _study(named)}
    assert (found["study"], found["catalog"]) == ("fault", "fault")
