"""Compiling with numba: once per machine and version, not once per command."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import njit

from htkgis.store import Cache

Function = TypeVar("Function", bound=Callable[..., object])

SETTINGS: Any = numba.config
COMPILED = "compiled"
"""Folder of compiled code in the cache of results."""


def kernel(function: Function) -> Function:
    """Compile on first call, keep the result on disk, and let other threads run.

    numba keeps it beside the code or in the user's cache folder. Where neither can be written, as
    by a service or a container that may write little, it goes to htkgis's own cache, and where
    that cannot be either, nowhere: every command then compiles anew.

    Examples
    --------
    >>> @kernel
    ... def twice(n):
    ...     return 2 * n
    >>> twice(21)
    42
    """
    named = SETTINGS.CACHE_DIR
    with contextlib.suppress(RuntimeError):  # no folder can be written
        return _kept(function)
    SETTINGS.CACHE_DIR = str(Cache.default().folder / COMPILED)
    try:
        return _kept(function)
    except RuntimeError:
        return cast("Function", njit(nogil=True)(function))
    finally:
        SETTINGS.CACHE_DIR = named


def _kept(function: Function) -> Function:
    """Compile and keep; numba looks for a folder at once, and raises where there is none."""
    return cast("Function", njit(cache=True, nogil=True)(function))
