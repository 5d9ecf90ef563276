"""A copy of the embedded study that tests break, and what every error must look like."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import tomlkit
from click.testing import CliRunner

from htkgis.cli import main

ROOT = Path(__file__).parents[2]
ADVICE = (
    "Add|Check|Choose|Copy|Correct|Delete|Do not|Draw|Fetch|Free|Give|Look|Name|Put|Quote|Rename"
    "|Save|State|Swap|Take|Try|Unpack|Wait|Write"
)
FORM = re.compile(rf"Error: \S.*[:)] \S.*[.;:] ?({ADVICE}) ")
"""``what (where): what is wrong; what is allowed. What to do.``"""
KEPT = {"index.html": b"published before", "notes.txt": b"the planner's own"}


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def told(result):
    """The one line of a fault: exit code 1, no traceback, and it says what to do."""
    assert result.exit_code == 1, (result.output, result.exception)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert FORM.match(result.stderr), result.stderr
    assert len(result.stderr) < 800
    return result.stderr


class BrokenStudy:
    """A study in a folder of its own; ``layers`` and ``study.toml`` may be broken at will."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layers = folder / "layers"
        self.out = folder / "maps"
        shutil.copy(ROOT / "study.toml", folder)
        shutil.copytree(ROOT / "layers", self.layers)

    def change(self, name, alter):
        """Alter the bytes of a file of the study."""
        path = self.folder / name
        path.write_bytes(alter(path.read_bytes()))

    def layer(self, name, *, drop=(), **facts):
        """Change what the catalog says of a layer."""
        path = self.layers / "catalog.toml"
        document = tomlkit.parse(path.read_text("utf-8"))
        table = document["layers"][name]
        for key in drop:
            table.pop(key, None)
        table.update(facts)
        path.write_text(tomlkit.dumps(document), "utf-8")

    def command(self, name, *more):
        paths = ("--study", self.folder / "study.toml", "--catalog", self.layers / "catalog.toml")
        return call(name, *paths, *more)

    def check(self):
        return self.command("check")

    def refused(self):
        """What ``run`` says of the study; what was published must stay as it was."""
        self.out.mkdir()
        for name, data in KEPT.items():
            (self.out / name).write_bytes(data)
        call("layers", "accept", "--all", "--catalog", self.layers / "catalog.toml")
        line = told(self.command("run", "--out", self.out))
        assert {path.name: path.read_bytes() for path in self.out.iterdir()} == KEPT
        return line


def replaced(old, new, count=1):
    """Replace text in bytes, and make sure that it was there."""

    def alter(data):
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), count)

    return alter
