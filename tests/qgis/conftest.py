"""What tests inside QGIS share: its own Python, which has PyQGIS and lacks htkgis."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
collect_ignore = ["open_project.py", "run_toolbox.py"]
"""Run by the Python of QGIS, which pytest is not."""
CLEAN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def environment(folder):
    """Variables for QGIS without a screen, with settings of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in CLEAN}
    return kept | {
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile"),
        "XDG_RUNTIME_DIR": str(folder),
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="session")
def qgis_python():
    """Python that can import PyQGIS: the variable HTKGIS_QGIS_PYTHON names it, or the system's."""
    asked = os.environ.get("HTKGIS_QGIS_PYTHON")
    if asked is None and shutil.which("qgis_process") is None:
        pytest.skip("QGIS is not installed")
    python = asked or "/usr/bin/python3"
    found = subprocess.run([python, "-c", "import qgis.core"], check=False, capture_output=True)
    if found.returncode:
        pytest.skip(f"{python} has no PyQGIS; HTKGIS_QGIS_PYTHON names one that has")
    return python


@pytest.fixture(scope="session")
def in_qgis(qgis_python, tmp_path_factory):
    """Run a program of this folder in QGIS; what it prints as JSON."""
    home = tmp_path_factory.mktemp("qgis")

    def run(program, *arguments):
        done = subprocess.run(
            [qgis_python, str(FOLDER / program), *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            env=environment(home),
            timeout=200,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    return run
