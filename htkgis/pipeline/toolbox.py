"""Scripts for the toolbox of QGIS: each whole in itself, for QGIS reads every script alone."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from pathlib import Path

import platformdirs

from htkgis.errors import SourceError, StoreError, first
from htkgis.store import disk_error, write_atomic

SOURCES = Path(__file__).parent.parent / "toolbox"
SHARED = "htkgis.toolbox.command"
SCRIPTS = ("access", "isochrones", "surface", "travel_times")
OURS = '"""Made by htkgis qgis.'
"""Begins each script that was made here; another file of its name is the user's."""
EMPTY = 'INSTALLED = ""'
BELOW = Path("profiles", "default", "processing", "scripts")
"""Where QGIS looks for scripts, below the folder of its settings."""


def scripts(command: str) -> dict[str, str]:
    """Put each script together with what all share.

    Parameters
    ----------
    command
        Path of the command ``htkgis`` that the scripts are to run.

    Returns
    -------
    texts
        Python by the name of its file, ``htkgis_*.py``.
    """
    shared = _body(SOURCES / "command.py").replace(EMPTY, f"INSTALLED = {command!r}", 1)
    return {f"htkgis_{name}.py": _joined(SOURCES / f"{name}.py", shared) for name in SCRIPTS}


def write_scripts(folder: Path) -> list[Path]:
    """Write the scripts into a folder where QGIS looks for them.

    Parameters
    ----------
    folder
        Made where it is not there. Scripts of an earlier version are replaced.

    Raises
    ------
    StoreError
        If a file of somebody else has the name of one; nothing is written then. Or the disk
        refuses.
    """
    texts = scripts(installed_command())
    others = [name for name in texts if _is_others(folder / name)]
    if others:
        msg = (
            f"{folder.name} ({folder}): {len(others)} files there have the name of a script and "
            f"were not written by htkgis: {first(others)}. Rename them, or choose another --into."
        )
        raise StoreError(msg)
    for name, text in texts.items():
        write_atomic(folder / name, text.encode())
    return [folder / name for name in texts]


def scripts_folder() -> Path:
    """Find the folder of scripts of the QGIS on this machine, of its default profile.

    Raises
    ------
    SourceError
        If no QGIS has been opened here yet.
    """
    base = platformdirs.user_data_path(roaming=True)
    known = [base / "QGIS" / name for name in ("QGIS4", "QGIS3")]
    for settings in known:
        if settings.is_dir():
            return settings / BELOW
    msg = (
        f"QGIS ({base / 'QGIS'}): has no settings there yet; {first([own.name for own in known])} "
        "are looked for. Open QGIS once, or name the folder of scripts with --into."
    )
    raise SourceError(msg)


def installed_command() -> str:
    """Path of the command of this installation; what the system finds where there is none."""
    name = "htkgis.exe" if os.name == "nt" else "htkgis"
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which("htkgis") or ""


def _is_others(path: Path) -> bool:
    try:
        return path.exists() and not path.read_text("utf-8").startswith(OURS)
    except UnicodeDecodeError:
        return True
    except OSError as error:
        raise disk_error(path, error) from error


def _body(path: Path) -> str:
    """Text of a module without its docstring and what it imports of the future."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    return _without(text, [tree.body[0], *_imports(tree, "__future__")]).strip("\n")


def _joined(path: Path, shared: str) -> str:
    """Put what is shared where a script imports it."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    [own] = _imports(tree, SHARED)
    lines = text.splitlines(keepends=True)
    head, tail = lines[: own.lineno - 1], lines[own.end_lineno or own.lineno :]
    said = f"{OURS} {''.join(head).removeprefix(chr(34) * 3)}"
    return f"{said}{shared}\n{''.join(tail)}"


def _imports(tree: ast.Module, module: str) -> list[ast.ImportFrom]:
    return [
        node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == module
    ]


def _without(text: str, nodes: list[ast.stmt]) -> str:
    """Leave out statements by their lines."""
    gone = {line for node in nodes for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = text.splitlines(keepends=True)
    return "".join(line for number, line in enumerate(lines, start=1) if number not in gone)
