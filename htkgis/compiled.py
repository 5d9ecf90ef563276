"""Compiling with numba: once per machine and version, not once per command."""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import njit

from htkgis.store import Cache

Function = TypeVar("Function", bound=Callable[..., object])

SETTINGS: Any = numba.config
PACKAGE = Path(__file__).parent
COMPILED = "compiled"
"""Folder of compiled code in the cache of results."""
PREFIX = "htkgis-"
"""What folders of compiled code begin with; the hash of the code that it was made of follows."""
KEPT = 4
"""Folders of other code that stay, newest first: of other versions that share a cache."""

KERNEL = b"@kernel"
COMPILED_IN = re.compile(
    rb"^(?:_?[A-Z][A-Z0-9_]*\b[^\n=]*=[^=\n]|class [^\n]*NamedTuple)[^\n]*"
    rb"(?:\n(?:[ \t)\]}][^\n]*)?)*",
    re.MULTILINE,
)
"""A constant, or a named tuple, whose fields kernels know by their number; with all its lines."""


def kernel(function: Function) -> Function:
    """Compile on first call, keep the result on disk, and let other threads run.

    What is kept lies beside the package, or where ``NUMBA_CACHE_DIR`` says. Where that cannot be
    written, as by a service or a container that may write little, it goes to htkgis's own cache,
    and where that cannot be either, nowhere: every command then compiles anew.

    Examples
    --------
    >>> @kernel
    ... def twice(n):
    ...     return 2 * n
    >>> twice(21)
    42
    """
    named = SETTINGS.CACHE_DIR
    folder = next((place for place in _places(named) if _can_write(place)), None)
    if folder is None:
        return cast("Function", njit(nogil=True)(function))
    SETTINGS.CACHE_DIR = str(folder)  # numba looks for a folder at once
    try:
        return cast("Function", njit(cache=True, nogil=True)(function))
    except RuntimeError:  # what is typed in, and stands in no file, cannot be kept
        return cast("Function", njit(nogil=True)(function))
    finally:
        SETTINGS.CACHE_DIR = named


@functools.cache
def code_of_kernels(package: Path = PACKAGE) -> str:
    """Hash all that is compiled, and every constant and named tuple that may be compiled into it.

    numba compiles a function again when its own file has changed, and keeps in it what it calls in
    other files, as it was. So what was compiled of other code lies in another folder.
    """
    hashed = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        source = file.read_bytes()
        part = source if KERNEL in source else b"\n".join(COMPILED_IN.findall(source))
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()[:16]


def _places(named: str) -> Iterator[Path]:
    """Say where compiled code may lie, best first."""
    name = PREFIX + code_of_kernels()
    yield Path(named or PACKAGE / "__pycache__") / name
    yield Cache.default().folder / COMPILED / name


def _can_write(folder: Path) -> bool:
    """Make a folder if need be, and tell whether it can be written."""
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _remove_old(folder)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _remove_old(folder: Path) -> None:
    """Remove what was compiled of other code, but for the newest."""
    others = [path for path in folder.parent.glob(f"{PREFIX}*") if path != folder]
    newest = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
