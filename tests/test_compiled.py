"""Compiled code is kept where it can be, and its absence stops nothing."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from numba import config

from htkgis.compiled import COMPILED, KEPT, PACKAGE, PREFIX, code_of_kernels, kernel


def twice(n):
    return 2 * n


@pytest.fixture
def writable(tmp_path, monkeypatch):
    """Refuse files everywhere but in one folder, as for root too a read-only disk does."""
    asked = tempfile.TemporaryFile

    def limit_to(folder):
        def refused(*options, **named):
            if not str(named["dir"]).startswith(str(folder)):
                raise PermissionError(30, "Read-only file system", str(named["dir"]))
            return asked(*options, **named)

        monkeypatch.setattr(tempfile, "TemporaryFile", refused)

    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(tmp_path / "cache"))
    return limit_to


def test_compiled_code_lies_beside_the_package(tmp_path, writable):
    kept = Path(kernel(twice).stats.cache_path)
    assert kept.parent == PACKAGE / "__pycache__" / f"{PREFIX}{code_of_kernels()}"


def test_compiled_code_lies_where_the_user_says(tmp_path, writable, monkeypatch):
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "own"))
    kept = Path(kernel(twice).stats.cache_path)
    assert kept.parent == tmp_path / "own" / f"{PREFIX}{code_of_kernels()}"


def test_where_that_cannot_be_written_it_lies_in_the_cache_of_results(tmp_path, writable):
    writable(tmp_path)
    before = config.CACHE_DIR
    compiled = kernel(twice)
    assert compiled(21) == 42
    folder = tmp_path / "cache" / COMPILED / f"{PREFIX}{code_of_kernels()}"
    assert [path.suffix for path in sorted(folder.glob("*/*"))] == [".nbc", ".nbi"]
    assert before == config.CACHE_DIR


def test_other_kernels_constants_or_fields_have_another_folder_and_other_words_do_not(tmp_path):
    files = {
        "inner.py": "from .compiled import kernel\n\n@kernel\ndef inner(n):\n    return n + 1\n",
        "units.py": "UNREACHED = 7\nLEAST: int = 3\n\ndef plain():\n    return 1\n",
        "tables.py": "BANDS = (\n    5,\n    9,\n)\n\nclass Pair(NamedTuple):\n\n"
        "    low: int\n    high: int\n\ndef plain():\n    return 1\n",
    }

    def code(**changed):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(changed.get(name.removesuffix(".py"), text), "utf-8")
        return code_of_kernels(folder)

    own = code()
    assert code() == own
    for name in ("units", "tables"):
        assert code(**{name: files[f"{name}.py"].replace("return 1", "return 2")}) == own
    for name, old, new in (
        ("inner", "n + 1", "n + 2"),
        ("units", "= 7", "= 8"),
        ("units", "int = 3", "int = 4"),
        ("tables", "    9,", "    8,"),
        ("tables", "low: int\n    high: int", "high: int\n    low: int"),
    ):
        assert code(**{name: files[f"{name}.py"].replace(old, new)}) != own


def test_a_kernel_that_calls_one_of_another_file_is_compiled_again_with_it(tmp_path):
    """As after an upgrade in place: only the file of the one that is called is another."""
    for folder in (tmp_path / "htkgis", tmp_path / "htkgis" / "store"):
        folder.mkdir()
        (folder / "__init__.py").write_text("", "utf-8")
    (tmp_path / "htkgis" / "store" / "__init__.py").write_text("class Cache: ...\n", "utf-8")
    shutil.copy(PACKAGE / "compiled.py", tmp_path / "htkgis")
    head = "from htkgis.compiled import kernel\n"
    inner, outer = (tmp_path / "htkgis" / name for name in ("inner.py", "outer.py"))
    body = "from htkgis.inner import inner\n\n@kernel\ndef outer(n):\n    return inner(n)\n"
    outer.write_text(head + body, "utf-8")
    asked = [sys.executable, "-c", "from htkgis.outer import outer; print(outer(1))"]
    found = []
    for amount in (1, 20):
        inner.write_text(f"{head}\n@kernel\ndef inner(n):\n    return n + {amount}\n", "utf-8")
        done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
        found.append(int(done.stdout))
    assert found == [2, 21]


def test_only_the_newest_of_other_code_stay(tmp_path, writable, monkeypatch):
    old = [tmp_path / f"{PREFIX}{number}" for number in range(KEPT + 2)]
    for number, folder in enumerate(old):
        folder.mkdir()
        os.utime(folder, (number, number))
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    kernel(twice)
    assert [folder.exists() for folder in old] == [False] * 2 + [True] * KEPT


def test_where_nothing_can_be_written_it_is_compiled_all_the_same(tmp_path, writable):
    writable(tmp_path / "nowhere")
    compiled = kernel(twice)
    assert compiled(21) == 42
    assert compiled.stats.cache_path is None
