"""Prove the lower bounds of pyproject.toml: run tests and study with just those versions.

Makes .venv-lowest with uv and Python 3.11, installs the lowest version of each direct requirement
that is allowed, runs the tests that touch the packages most, then the embedded study, and compares
its profile with that of .venv: words and whole numbers equal, others to 9 digits (sums are taken
in another order). Twenty minutes. Arguments are handed on to pytest in place of PARTS.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from environment import ROOT, ready_python

PARTS = (
    "tests/access",
    "tests/loaders",
    "tests/network",
    "tests/publish",
    "tests/store",
    "tests/test_schema.py",
    "tests/test_study.py",
)
OURS = "error::FutureWarning:htkgis\nerror::DeprecationWarning:htkgis"
OPTIONS = (
    # warnings of old packages about each other are theirs; ours of a future fault are not
    *(
        "-o",
        "filterwarnings=default\nerror::FutureWarning:htkgis\nerror::DeprecationWarning:htkgis",
    ),
    *("-p", "no:cacheprovider", "-q"),
    # an empty answer tells its columns in a schema, which is left out, see below
    *("--deselect", "tests/loaders/remote/test_wfs.py::test_no_row_is_an_error_unless_it_may_be"),
)
# an old GDAL fetches the schema of an answer while Python waits, and so does the test's own server
NO_SCHEMA = {"GML_DOWNLOAD_SCHEMA": "NO", "GML_DOWNLOAD_WFS_SCHEMA": "NO"}
DIGITS = 1e-9
FOLDER = ROOT / ".venv-lowest"


def lowest_python() -> Path:
    """Make the environment anew, and give its Python."""
    uv = [str(ready_python("test")), "-m", "uv", "--quiet"]
    python = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([*uv, "venv", "--clear", "--python", "3.11", str(FOLDER)], check=True)
    install = [*uv, "pip", "install", "--python", str(python), "--resolution", "lowest-direct"]
    subprocess.run([*install, "--editable", f"{ROOT}[test]"], check=True)
    return python


def profile(python: Path, folder: Path) -> Any:
    """Run the embedded study, everything computed, and read what it measured."""
    environment = os.environ | {"HTKGIS_CACHE_DIR": str(folder / "cache")}
    run = [str(python), "-m", "htkgis", "run", "--out", str(folder / "maps")]
    subprocess.run(run, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "maps" / "profile.json").read_text("utf-8"))


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two profiles differ, but for the name of the run."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if (where, key) != ("", "run"):
                yield from differences(one.get(key), other.get(key), f"{where}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{where}/{number}")
    elif isinstance(one, float) and isinstance(other, float):
        if not math.isclose(one, other, rel_tol=DIGITS):
            yield f"{where}: {one} and {other}"
    elif one != other:
        yield f"{where}: {one!r} and {other!r}"


def main() -> int:
    """Test, run and compare; 0 where all is well."""
    python = lowest_python()
    environment = os.environ | NO_SCHEMA
    pytest = [str(python), "-m", "pytest", *OPTIONS, *(sys.argv[1:] or PARTS)]
    code = subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode
    with tempfile.TemporaryDirectory() as lowest, tempfile.TemporaryDirectory() as usual:
        ours = profile(ready_python("test"), Path(usual))
        found = list(differences(ours, profile(python, Path(lowest))))
    print(f"{len(found)} figures differ between the usual and the lowest versions")
    print(*found[:20], sep="\n")
    return code or int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
