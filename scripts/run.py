"""Set up htkgis in .venv and make the three quarter profiles of the embedded study in maps/.

Arguments are handed on to ``htkgis run``, for example ``--language en --out out``.
"""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, ready_python

if __name__ == "__main__":
    command = [str(ready_python()), "-m", "htkgis", "run", *sys.argv[1:]]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
