"""Optional parts: a package that is missing or broken is one line with the command that helps."""

import sys

import pytest

from htkgis.errors import MissingDependencyError
from htkgis.extras import MODULES, PURPOSE, install_line, require

ALL = [(extra, module) for extra, modules in MODULES.items() for module in modules]


@pytest.mark.parametrize(("extra", "module"), ALL)
def test_a_missing_package_is_one_line_with_what_to_run(extra, module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=f"the package {module} is not ins") as fault:
        require(extra, "--to somewhere")
    said = str(fault.value)
    assert said.startswith("--to somewhere: ")
    assert said.endswith(f'{PURPOSE[extra]} needs it. Run: pip install "htkgis[{extra}]"')
    assert "\n" not in said


def test_a_package_that_does_not_load_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "psycopg.py").write_text("raise ImportError('no pq wrapper\\n available')", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    told = r"psycopg is installed and does not load \(no pq wrapper available\).*--force-reinstall"
    with pytest.raises(MissingDependencyError, match=told):
        require("postgis", "schools")


def test_a_part_of_another_package_that_is_missing_is_a_package_that_does_not_load(
    tmp_path, monkeypatch
):
    (tmp_path / "psycopg.py").write_text("import there_is_no_such_module", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    with pytest.raises(MissingDependencyError, match=r"does not load.*there_is_no_such_module"):
        require("postgis", "schools")


def test_every_extra_says_what_it_is_for():
    assert set(PURPOSE) == set(MODULES)
    assert install_line("cluster") == 'pip install "htkgis[cluster]"'
