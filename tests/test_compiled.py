"""Compiled code is kept where it can be, and its absence stops nothing."""

import tempfile

import pytest
from numba import config

from htkgis.compiled import COMPILED, kernel


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


def test_compiled_code_lies_where_numba_puts_it(tmp_path, writable):
    assert not kernel(twice).stats.cache_path.startswith(str(tmp_path))


def test_where_numba_finds_no_folder_it_lies_in_the_cache_of_results(tmp_path, writable):
    writable(tmp_path)
    before = config.CACHE_DIR
    compiled = kernel(twice)
    assert compiled(21) == 42
    assert [path.suffix for path in sorted((tmp_path / "cache" / COMPILED).glob("*/*"))] == [
        ".nbc",
        ".nbi",
    ]
    assert before == config.CACHE_DIR


def test_where_nothing_can_be_written_it_is_compiled_all_the_same(tmp_path, writable):
    writable(tmp_path / "nowhere")
    compiled = kernel(twice)
    assert compiled(21) == 42
    assert compiled.stats.cache_path is None
