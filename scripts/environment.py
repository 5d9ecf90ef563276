"""One virtual environment in .venv for the scripts beside this file."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".venv"
MINIMUM = (3, 11)


def ready_python(extra: str = "") -> Path:
    """Make .venv if need be, install htkgis from this clone, and give its Python.

    ``extra`` names an optional group of packages, for example ``test``.
    """
    if sys.version_info < MINIMUM:
        sys.exit(f"htkgis needs Python {MINIMUM[0]}.{MINIMUM[1]} or later; this is {sys.version}")
    python = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"Making {FOLDER}", file=sys.stderr)
        venv.create(FOLDER, with_pip=True)
    stamp = FOLDER / f"installed-{extra or 'base'}.sha256"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print("Installing htkgis and what it needs", file=sys.stderr)
        target = f"{ROOT}[{extra}]" if extra else str(ROOT)
        install = [str(python), "-m", "pip", "install", "--quiet", "--editable", target]
        subprocess.run(install, check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python
