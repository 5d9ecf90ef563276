"""Python, htkgis and the packages it needs, beside the least versions that were run."""

from __future__ import annotations

import importlib
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata, util

from htkgis import __version__
from htkgis.extras import MODULES, PURPOSE, Extra, install_line

from .finding import Finding

LEAST_PYTHON = (3, 11)
SIXTY_FOUR_BITS = 2**32
LOADED = ("numpy", "pandas", "geopandas", "shapely", "numba", "pyarrow")
"""Packages that break when parts of several installations are mixed; they are imported."""
REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?\s*(?:>=\s*([\w.]+))?")
REINSTALL = "Run: pip install --upgrade htkgis"


def look_at_python() -> Iterator[Finding]:
    """Version of Python and of the machine it runs on."""
    said = f"{platform.python_version()} ({sys.executable}) on {platform.platform()}"
    if sys.version_info < LEAST_PYTHON or sys.maxsize < SIXTY_FOUR_BITS:
        least = ".".join(map(str, LEAST_PYTHON))
        todo = f"Install Python {least} or later, of 64 bits, and htkgis in it."
        yield Finding("python", "fault", said, todo)
        return
    yield Finding("python", "ok", said)


def look_at_packages() -> Iterator[Finding]:
    """Versions of what every installation needs; those that are missing or too old."""
    try:
        stated = metadata.requires("htkgis") or []
    except metadata.PackageNotFoundError:
        said = f"{__version__}, from a folder: it is not installed, so its needs are not stated"
        yield Finding("htkgis", "note", said, "Run: pip install . in the clone")
        return
    yield Finding("htkgis", "ok", __version__)
    found: list[str] = []
    for name, least in _needs(stated):
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(name, "fault", f"is not installed; {least} or later is needed", REINSTALL)
            continue
        if _parts(version) < _parts(least):
            said = f"{version} is installed; {least} or later is needed"
            yield Finding(name, "fault", said, f'Run: pip install --upgrade "{name}>={least}"')
            continue
        found.append(f"{name} {version}")
    yield Finding("packages", "ok", ", ".join(found))


def look_at_loading() -> Iterator[Finding]:
    """Import what is made of compiled code: it may be there and not fit."""
    for name in LOADED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            said = f"does not load: {' '.join(str(error).split())[:200]}"
            todo = f"Run: pip install --force-reinstall {name}"
            yield Finding(name, "fault", said, todo)


def look_at_extras() -> Iterator[Finding]:
    """Say which optional parts are there, and how to install those that are not."""
    yield from (_extra(extra) for extra in MODULES)


def _extra(extra: Extra) -> Finding:
    absent = [module for module in MODULES[extra] if not _there(module)]
    if absent:
        lacking = f"{' and '.join(absent)} not installed; only for {PURPOSE[extra]}"
        return Finding(f"extra {extra}", "note", lacking, f"Run: {install_line(extra)}")
    return Finding(f"extra {extra}", "ok", f"installed: {PURPOSE[extra]}")


def _there(module: str) -> bool:
    """Whether a module can be found; what is blocked counts as absent."""
    try:
        return util.find_spec(module) is not None
    except ValueError:  # sys.modules holds None, or something that was never loaded
        return False


def _needs(stated: list[str]) -> Iterator[tuple[str, str]]:
    """Name and least version of each requirement that no extra asks for."""
    for text in stated:
        asked, _, condition = text.partition(";")
        parsed = REQUIREMENT.match(asked.strip())
        if parsed is not None and "extra" not in condition:
            yield parsed[1], parsed[2] or "0"


def _parts(version: str) -> tuple[int, ...]:
    """Numbers of a version, for comparison.

    Examples
    --------
    >>> _parts("2.10.1") > _parts("2.9"), _parts("3.0rc1")
    (True, (3, 0))
    """
    released = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in released[0].split(".")) if released else ()
