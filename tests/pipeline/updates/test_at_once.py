"""Two at once on one catalog, really two processes: the second says who is first, and leaves."""

import importlib
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from htkgis.cli import main
from tests.light_study import light_study
from tests.loaders.remote.server import Reply, serving

lock_module = importlib.import_module("htkgis.store.lock")
WORK = {
    "update": """
import datetime as dt, sys
from pathlib import Path
from htkgis.pipeline.updates.update import update_layers
def held(name, number, of):
    print("held", flush=True)
    sys.stdin.read()
today = dt.date(2026, 11, 21)
update_layers(Path("study.toml"), Path("layers/catalog.toml"), today=today, progress=held)
""",
    "run": """
import sys
from pathlib import Path
from htkgis.pipeline.profiles import run_profiles
def held(name, number, of):
    print("held", flush=True)
    sys.stdin.read()
run_profiles(Path("study.toml"), Path("layers/catalog.toml"), Path("maps"), progress=held)
""",
}
"""What the first process does: it stops in the middle and waits, until it is killed."""
COMMANDS = {
    "update": ["update", "--study", "study.toml"],
    "run": ["run", "--study", "study.toml"],
    "accept": ["layers", "accept", "--all"],
}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A light study whose places come from a server."""
    folder = tmp_path_factory.mktemp("two")
    _, catalog = light_study(folder)
    text = catalog.read_text("utf-8")
    with serving(Reply(b"down", 404), path="/files") as server:
        service = f"""
[services.town]
kind = "file"
url = "{server.url}"
operator = "Kommunen"
licence = "CC BY 4.0"
credit = "Kommunen"
verified_on = "2026-11-21"
read_in = "a test"
"""
        fetched = text.replace(
            "[layers.places]\n", '[layers.places]\nfetch = { service = "town", item = "p.csv" }\n'
        )
        assert fetched != text
        catalog.write_text(fetched + service, encoding="utf-8", newline="\n")
        yield folder


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (
            "update",
            {
                "run": "catalog.toml .*: an update is writing here",
                "update": "catalog.toml .*: an update is writing here",
                "accept": "catalog.toml .*: an update is writing here",
            },
        ),
        (
            "run",
            {
                "update": "catalog.toml .*: a run is reading here",
                "accept": "catalog.toml .*: a run is reading here",
                "run": "maps .*: another run is writing here",
            },
        ),
    ],
)
def test_the_second_says_who_is_first_and_since_when_and_leaves(town, monkeypatch, first, told):
    monkeypatch.chdir(town)
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(town / "cache"))
    monkeypatch.setattr(lock_module, "REGISTER_S", 0)
    before = (town / "layers" / "catalog.toml").read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-c", WORK[first]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "held\n"
        done = {second: CliRunner().invoke(main, COMMANDS[second]) for second in told}
    finally:
        process.kill()
        process.communicate()
    who = rf" \(process {process.pid} on .+, since .+ UTC, for \d+ seconds\); one at a time is "
    for second, said in told.items():
        assert done[second].exit_code == 1
        (line,) = done[second].output.splitlines()
        assert re.match(f"Error: {said}{who}", line), line
    assert (town / "layers" / "catalog.toml").read_bytes() == before
    assert not (town / "maps").exists()
    # the first was killed: whoever comes next is free, and clears away what it left
    assert CliRunner().invoke(main, COMMANDS["accept"]).exit_code == 0
    assert not list((town / "layers").glob(".*reading*"))
