"""What is handed out is whole: sdist, the wheel made of it, an environment with that alone."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from htkgis import __version__
from htkgis.extras import MODULES

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = {"pydantic-core"}
"""Comes with pydantic, which names its exact version."""
IMPORT = re.compile(r"^ *(?:import (\w+)|from (\w+)[\w.]* import)", flags=re.MULTILINE)
EMBEDDED = ("study.toml", "layers", "scenarios")


def names_of(requirements):
    return {normal(re.split(r"[\[<>=!~; ]", text)[0]) for text in requirements}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_modules():
    """First names of all that the package imports from elsewhere, wherever the import stands.

    What QGIS runs with its own Python is data to the package.
    """
    paths = (ROOT / "htkgis").rglob("*.py")
    for path in (own for own in paths if "toolbox" not in own.parts):
        for found in IMPORT.finditer(path.read_text("utf-8")):
            yield found[1] or found[2]


def test_every_package_that_is_imported_is_declared_and_the_reverse():
    found = set(imported_modules()) - set(sys.stdlib_module_names) - {"htkgis"}
    distributions = metadata.packages_distributions()
    unknown = found - set(distributions)
    assert unknown == set()
    named = {normal(name) for module in found for name in distributions[module]}
    optional = {normal(n) for extra in MODULES.values() for m in extra for n in distributions[m]}
    assert named - optional - PINNED == names_of(PROJECT["dependencies"])


def test_extras_are_those_of_the_project_and_tests_have_them_all():
    extras = PROJECT["optional-dependencies"]
    distributions = metadata.packages_distributions()
    for extra, modules in MODULES.items():
        packages = {normal(name) for module in modules for name in distributions[module]}
        assert packages == names_of(extras[extra])
        assert set(extras[extra]) <= set(extras["test"])
    assert set(extras) == {*MODULES, "benchmark", "docs", "test"}


def clean_environment():
    """Without what points a Python at this clone."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run(*command, folder):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, folder=ROOT)
    return folder / f"htkgis-{__version__}.tar.gz"


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """Made of the sdist and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = folder / f"htkgis-{__version__}"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=source)
    return folder / f"htkgis-{__version__}-py3-none-any.whl"


def test_the_sdist_holds_every_file_of_the_project(sdist):
    if not (ROOT / ".git").exists():
        pytest.skip("no repository here says which files belong to the project")
    listed = run("git", "ls-files", "-coz", "--exclude-standard", folder=ROOT).split("\0")
    project = {name for name in listed if name and (ROOT / name).is_file()}
    with tarfile.open(sdist) as archive:
        held = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert held - project == {"PKG-INFO"}
    assert project - held == {".gitattributes"}


def test_the_wheel_holds_package_study_and_licences_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    sources = {p for p in (ROOT / "htkgis").rglob("*") if "__pycache__" not in p.parts}
    expected = {path.relative_to(ROOT).as_posix() for path in sources if path.is_file()}
    for name in EMBEDDED:
        parts = [ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).glob("[!.]*"))
        expected |= {f"htkgis/embedded/{part.relative_to(ROOT).as_posix()}" for part in parts}
    facts = {name for name in held if name.startswith(f"htkgis-{__version__}.dist-info/")}
    assert held - facts == expected
    assert "htkgis/py.typed" in held
    licences = {name.partition("/licenses/")[2] for name in facts if "/licenses/" in name}
    assert licences == {"LICENSE", "htkgis/maps/assets/leaflet/LICENSE"}


def test_the_wheel_alone_is_enough_in_an_empty_environment(wheel, tmp_path):
    new = tmp_path / "new"
    python = new / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    run(*uv, "venv", "--python", sys.executable, new, folder=tmp_path)
    # without building: who installs it has no compiler
    install = [*uv, "pip", "install", "--python", python, "--no-build", wheel]
    done = subprocess.run(
        [str(part) for part in install],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "Failed to fetch" in done.stderr:
        pytest.skip("the package registry cannot be reached from here")
    assert done.returncode == 0, done.stderr
    command = python.with_name("htkgis" + python.suffix)
    assert run(command, "--version", folder=tmp_path) == f"htkgis, version {__version__}\n"
    run(command, "init", "study", folder=tmp_path)
    checked = run(command, "check", folder=tmp_path / "study").splitlines()
    assert "gates: 15 of 15 rows" in " ".join(checked)
    assert any(line.startswith("network: 402 nodes") for line in checked)
