"""What the tests of public transport share."""

import importlib.util
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent.parent.parent / "scripts"


@pytest.fixture(scope="session")
def raptor():
    """The script of that name, which the benchmark compares with too."""
    spec = importlib.util.spec_from_file_location("range_raptor", SCRIPTS / "range_raptor.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script
