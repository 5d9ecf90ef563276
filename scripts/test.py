"""Set up htkgis in .venv with its test packages, then check style, types and all tests.

Arguments are handed on to pytest, for example ``-m "not browser"``. The browser tests need
Chromium (Debian: apt-get install chromium) and are skipped, with that reason, without it.
"""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, ready_python

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "--numprocesses", "auto", "--dist", "worksteal"),
)

if __name__ == "__main__":
    python = str(ready_python("test"))
    for number, check in enumerate(CHECKS, start=1):
        arguments = sys.argv[1:] if number == len(CHECKS) else []
        print(f"{number}/{len(CHECKS)} {' '.join(check)}", file=sys.stderr, flush=True)
        code = subprocess.run([python, "-m", *check, *arguments], cwd=ROOT, check=False).returncode
        if code:
            sys.exit(code)
