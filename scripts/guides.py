"""Build the guides into ``site/``: Danish for planners, English for everybody else.

Needs the packages of ``pip install 'htkgis[docs]'``. The folder needs no server and asks no host:
open ``site/index.html``. A warning is a fault. Example: python scripts/guides.py site
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx import locale
from sphinx.cmd.build import build_main

DOCS = Path(__file__).resolve().parent.parent / "docs"
BOOKS = {"da": DOCS / "da", "en": DOCS}


def main(site: Path, *options: str) -> int:
    """Build both books and the page that leads to them; gives the first exit code that is not 0."""
    site.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DOCS / "style" / "front.html", site / "index.html")
    for language, source in BOOKS.items():
        locale.translators.clear()  # else the second book has words of the first
        kept = site / ".doctrees" / language
        build = ["-b", "html", "-W", "--keep-going", "-q", "-d", kept, *options]
        code = build_main([*map(str, build), str(source), str(site / language)])
        if code:
            return code
    shutil.rmtree(site / "jupyter_execute", ignore_errors=True)  # the notebooks as they were run
    print(f"The guides stand in {site / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "site"), *sys.argv[2:]))
