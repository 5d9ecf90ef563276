"""Parts of the guides that are made from the code, so that they cannot tell otherwise than it.

A page holds the line ``<!-- part: NAME -->``; while the guides are built it gives way to Markdown
made of docstrings, commands, contracts, ``study.toml`` and ``layers/catalog.toml``.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

from .commands import commands
from .decisions import decisions
from .layers import layers, roles
from .measures import formulas, measures

_TABLE = re.compile(r"```\{toctree\}\n(.*?)```", flags=re.DOTALL)
DOCS = Path(__file__).parents[1]


def further(language: str, folder: Path | None = None) -> str:
    """List the pages beside the front page that its tables of contents do not name."""
    folder = folder or (DOCS if language == "en" else DOCS / language)
    tables = _TABLE.findall((folder / "index.md").read_text("utf-8"))
    named = ["index", *(word for table in tables for word in table.split())]
    pages = sorted(page.stem for page in folder.glob("*.md"))
    left = [page for page in pages if not any(fnmatch(page, pattern) for pattern in named)]
    return "\n".join(["```{toctree}", ":maxdepth: 1", *left, "```"]) if left else ""


PARTS = {
    "commands": commands,
    "decisions": decisions,
    "formulas": formulas,
    "further": further,
    "layers": layers,
    "measures": measures,
    "roles": roles,
}
"""Name in a page, and what makes its Markdown in a language (``da`` or ``en``)."""
_MARK = re.compile(r"^<!-- part: (\w+) -->$", flags=re.MULTILINE)

__all__ = ["PARTS", "filled", "further"]


def filled(text: str, language: str) -> str:
    """Put each part that a page names in its place.

    Raises
    ------
    KeyError
        If a page names a part that is not there.
    """
    return _MARK.sub(lambda mark: PARTS[mark[1]](language), text)
