"""Public names: listed, sorted, there, documented; and nothing heavy where it is not needed."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import htkgis
from htkgis import quantities
from htkgis.cli import options

PACKAGES = sorted(
    f"htkgis.{module.name}" for module in pkgutil.iter_modules(htkgis.__path__) if module.ispkg
)
LISTED = [
    name for name in ("htkgis", *PACKAGES) if hasattr(importlib.import_module(name), "__all__")
]


def test_every_stage_lists_its_public_names():
    stages = ("access", "loaders", "maps", "network", "profile", "publish", "scenario", "store")
    assert {f"htkgis.{stage}" for stage in stages} <= set(LISTED)


@pytest.mark.parametrize("name", LISTED)
def test_public_names_are_sorted_and_there(name):
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(set(module.__all__))
    assert [public for public in module.__all__ if not hasattr(module, public)] == []


@pytest.mark.parametrize("name", LISTED)
def test_public_functions_and_classes_say_what_they_do(name):
    module = importlib.import_module(name)
    named = [getattr(module, public) for public in module.__all__]
    silent = [
        item.__name__
        for item in named
        if (inspect.isfunction(item) or inspect.isclass(item)) and not inspect.getdoc(item)
    ]
    assert silent == []


HEAVY = {
    "folium",
    "geopandas",
    "matplotlib",
    "networkx",
    "numba",
    "numpy",
    "osmium",
    "osmnx",
    "pandas",
    "pydantic",
    "rasterio",
    "requests",
}


def loaded_by(code):
    script = f"import sys; {code}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_htkgis_loads_nothing_heavy():
    assert loaded_by("import htkgis") == set()


def test_the_help_loads_nothing_heavy():
    code = "from click.testing import CliRunner; from htkgis.cli import main; "
    code += "assert CliRunner().invoke(main, ['--help']).exit_code == 0"
    assert loaded_by(code) == set()


def test_the_version_loads_nothing_heavy():
    code = "from click.testing import CliRunner; from htkgis.cli import main; "
    code += "assert CliRunner().invoke(main, ['--version']).exit_code == 0"
    assert loaded_by(code) == set()


def test_folium_is_loaded_by_the_first_map_that_is_drawn():
    assert "folium" not in loaded_by("import htkgis.maps, htkgis.pipeline.pages")
    assert "folium" in loaded_by("from htkgis.maps import PlanMap")
    assert "folium" not in loaded_by("from htkgis.maps import PackedLayer, VectorLayer")


@pytest.mark.parametrize("name", ["htkgis.maps", "htkgis.maps.elements", "htkgis.maps.packed"])
def test_a_class_that_no_map_knows_is_not_there(name):
    with pytest.raises(AttributeError, match="no attribute 'Layer'"):
        importlib.import_module(name).Layer  # noqa: B018


def test_the_lens_of_commands_is_that_of_the_study():
    assert options.ADULT == quantities.ADULT


def test_help_of_every_command_loads_nothing_heavy():
    code = "from click.testing import CliRunner; from htkgis.cli import COMMANDS, main; "
    code += "[CliRunner().invoke(main, [name, '--help']) for name in COMMANDS]"
    assert loaded_by(code) <= {"pydantic"}
