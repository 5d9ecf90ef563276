"""Optional parts: the packages that each needs, and the one line that says how to get them.

What stands here is what ``pyproject.toml`` lists below the same name; a test compares them.
"""

from __future__ import annotations

import importlib
from typing import Literal

from .errors import MissingDependencyError

Extra = Literal["cluster", "hexagons", "postgis", "print"]

MODULES: dict[Extra, tuple[str, ...]] = {
    "cluster": ("distributed",),
    "hexagons": ("h3",),
    "postgis": ("psycopg",),
    "print": ("matplotlib", "pikepdf"),
}
"""Modules of each extra, by the name they are imported by."""
PURPOSE: dict[Extra, str] = {
    "cluster": "searching on the workers of a Dask scheduler (--scheduler)",
    "hexagons": "drawing hexagons of which only the H3 index is known",
    "postgis": "reading from and publishing to a PostGIS database",
    "print": "maps on paper at an exact scale (htkgis print)",
}


def install_line(extra: Extra) -> str:
    """Write the command that installs an extra, as every shell takes it.

    Examples
    --------
    >>> install_line("print")
    'pip install "htkgis[print]"'
    """
    # double quotes: zsh takes bare brackets for a pattern, cmd.exe single quotes for a name
    return f'pip install "htkgis[{extra}]"'


def require(extra: Extra, asked: str) -> None:
    """Make sure that the packages of an extra can be imported.

    Parameters
    ----------
    extra
        Which one.
    asked
        What the user asked for, as it begins the message: an option, a layer, an address.

    Raises
    ------
    MissingDependencyError
        If one of them is not installed, or is and does not load.
    """
    for module in MODULES[extra]:
        try:
            importlib.import_module(module)
        except ImportError as error:
            raise MissingDependencyError(_missing(extra, asked, module, error)) from error


def _missing(extra: Extra, asked: str, module: str, error: ImportError) -> str:
    """Tell a package that is not there from one that is there and broken."""
    if error.name is not None and error.name.partition(".")[0] == module:
        what = f"the package {module} is not installed"
        todo = f"Run: {install_line(extra)}"
    else:
        said = " ".join(str(error).split())
        what = f"the package {module} is installed and does not load ({said})"
        todo = f"Run: {install_line(extra).replace('install', 'install --force-reinstall', 1)}"
    return f"{asked}: {what}; {PURPOSE[extra]} needs it. {todo}"
