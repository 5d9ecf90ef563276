"""Prove the lower bounds of pyproject.toml: wheels, all tests and the study with those versions.

Asks whether Linux, Windows and macOS have a wheel of each lowest version. Makes .venv-lowest with
uv, the lowest Python and the lowest version of each direct requirement that is allowed. Runs all
tests there, one folder after the other, then the embedded study, and compares its profile with that
of .venv: words and whole numbers equal, others to 9 digits (sums are taken in another order).
About forty minutes. Arguments are handed on to pytest, and then nothing else is run than those
tests. At the end stands what was run, how long it took and what failed.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from environment import MINIMUM, ROOT, ready_python

PYTHON = ".".join(map(str, MINIMUM))
LOWEST = ("--resolution", "lowest-direct", "--only-binary", ":all:")
SYSTEMS = ("linux", "windows", "macos")
MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
OPTIONS = (
    # warnings of old packages about each other are theirs; ours of a future fault are not
    *(
        "-o",
        "filterwarnings=default\nerror::FutureWarning:htkgis\nerror::DeprecationWarning:htkgis",
    ),
    *("-p", "no:cacheprovider", "-q"),
    # an empty answer tells its columns in a schema, which is left out, see below
    *("--deselect", "tests/loaders/remote/test_wfs.py::test_no_row_is_an_error_unless_it_may_be"),
    # compares to the last bit; the study is compared to 9 digits below
    "--deselect",
    "tests/pipeline/test_profiles.py::test_the_committed_profiles_have_the_figures_of_a_fresh_run",
)
# an old GDAL fetches the schema of an answer while Python waits, and so does the test's own server
NO_SCHEMA = {"GML_DOWNLOAD_SCHEMA": "NO", "GML_DOWNLOAD_WFS_SCHEMA": "NO"}
DIGITS = 1e-9
FOLDER = ROOT / ".venv-lowest"


class Outcome(NamedTuple):
    """What was run, whether all was well, its seconds, and what it said."""

    name: str
    well: bool
    seconds: float
    said: tuple[str, ...]


def parts() -> Iterator[tuple[str, list[str]]]:
    """Folders of tests, the tests beside them, and the examples in the package, by name."""
    folders = sorted({path.parent for path in (ROOT / "tests").glob("*/__init__.py")})
    for folder in folders:
        name = folder.relative_to(ROOT).as_posix()
        yield name, [name]
    yield (
        "tests/*.py",
        sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("test_*.py")),
    )
    yield "examples", ["htkgis"]


def wheels(system: str) -> Outcome:
    """Ask whether every package has a wheel of a lowest version for a system."""
    began = time.monotonic()
    ask = [*uv(), "pip", "compile", "pyproject.toml", "--extra", "test", *LOWEST]
    ask += ["--python-version", PYTHON, "--python-platform", system]
    done = subprocess.run(
        ask, cwd=ROOT, env=os.environ | MACOS, capture_output=True, text=True, check=False
    )
    found = sum("==" in line for line in done.stdout.splitlines())
    said = done.stderr.splitlines() if done.returncode else [f"{found} packages"]
    return Outcome(f"wheels for {system}", done.returncode == 0, time.monotonic() - began, (*said,))


def lowest_python() -> Path:
    """Make the environment anew, and give its Python."""
    python = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([*uv(), "venv", "--clear", "--python", PYTHON, str(FOLDER)], check=True)
    install = [*uv(), "pip", "install", "--python", str(python), *LOWEST]
    install += ["--no-binary", "htkgis", "--editable", f"{ROOT}[test]"]
    subprocess.run(install, check=True)
    return python


def uv() -> list[str]:
    """Begin a command of uv."""
    return [str(ready_python("test")), "-m", "uv", "--quiet"]


def tested(python: Path, name: str, what: Sequence[str]) -> Outcome:
    """Run tests, show what pytest says as it says it, and keep its last lines."""
    began = time.monotonic()
    run = subprocess.Popen(
        [str(python), "-m", "pytest", *OPTIONS, *what],
        cwd=ROOT,
        env=os.environ | NO_SCHEMA,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines = []
    for line in run.stdout or ():
        print(line, end="", flush=True)
        lines.append(line.rstrip())
    faults = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    code = run.wait()
    return Outcome(name, code == 0, time.monotonic() - began, (*faults, *lines[-1:]))


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


def compared(python: Path) -> Outcome:
    """Compare the profile of the embedded study with that of the usual versions."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as lowest, tempfile.TemporaryDirectory() as usual:
        ours = profile(ready_python("test"), Path(usual))
        found = list(differences(ours, profile(python, Path(lowest))))
    said = (*found[:20], f"{len(found)} figures differ between the usual and the lowest versions")
    return Outcome("study", not found, time.monotonic() - began, said)


def told(outcome: Outcome) -> Outcome:
    """Print an outcome in one line."""
    word = "well" if outcome.well else "NOT WELL"
    last = "".join(outcome.said[-1:])
    print(f"{word:8}  {outcome.name:20} {outcome.seconds:5.0f} s  {last}", flush=True)
    return outcome


def main() -> int:
    """Ask, test, run and compare; 0 where all is well."""
    outcomes = [] if sys.argv[1:] else [told(wheels(system)) for system in SYSTEMS]
    print(f"Making {FOLDER}", flush=True)
    python = lowest_python()
    every = [(" ".join(sys.argv[1:]), sys.argv[1:])] if sys.argv[1:] else list(parts())
    for number, (name, what) in enumerate(every, start=1):
        print(f"\n{number}/{len(every)} {name}", flush=True)
        outcomes.append(told(tested(python, name, what)))
    if not sys.argv[1:]:
        print("\nThe embedded study, with the usual and with the lowest versions", flush=True)
        outcomes.append(told(compared(python)))
    print(f"\nIn all {sum(outcome.seconds for outcome in outcomes) / 60:.0f} minutes")
    for outcome in outcomes:
        told(outcome)
        print(*outcome.said[:-1], sep="\n", end="\n" if outcome.said[1:] else "")
    return int(not all(outcome.well for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
