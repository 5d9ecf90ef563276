"""The container file, as far as it can be held without an engine."""

import re
import tomllib
from pathlib import Path

from htkgis.pipeline.updates.installed import HELD, INCOMING
from htkgis.pipeline.updates.update import MEMORY

ROOT = Path(__file__).parent.parent
LINES = [line.split() for line in (ROOT / "Containerfile").read_text("utf-8").splitlines() if line]


def after(word):
    return [line[1:] for line in LINES if line[0] == word]


def test_it_copies_what_the_package_is_built_of():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = said["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], said["project"]["readme"]}
    copied = {source for sources in after("COPY") for source in sources[:-1]}
    assert needed | {"pyproject.toml", "LICENSE"} <= copied
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_what_it_keeps_between_nights_lies_in_a_volume():
    volumes = re.findall(r'"([^"]+)"', " ".join(after("VOLUME")[0]))
    named = dict(pair.split("=") for pair in after("ENV")[0])
    kept = {name: folder for name, folder in named.items() if name.endswith("_CACHE_DIR")}
    assert set(kept) == {"HTKGIS_CACHE_DIR", "NUMBA_CACHE_DIR"}
    assert all(folder.startswith(tuple(volumes)) for folder in kept.values())
    assert after("WORKDIR") == [["/study"]]


def test_what_updates_leave_beside_layers_does_not_get_in():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"layers/{HELD}", "layers/.*"} <= set(ignored)
    assert INCOMING.startswith(".")
    assert MEMORY.startswith(".")
