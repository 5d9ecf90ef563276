"""Files that a run offers beside its pages: which page links which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .text import Text

BYTES_PER_KB = 1000


def downloads(
    run: Mapping[str, Any], text: Text, *, own: str | None = None, others: Iterable[str] = ()
) -> list[dict[str, str]]:
    """List files with their addresses and sizes.

    Parameters
    ----------
    own
        Only files of this quarter, by its id.
    others
        No files of these quarters.
    """
    return [
        {
            "address": quote(file["name"], safe=""),
            "name": file["name"],
            "label": file["label"],
            "size": text.format_unit(file["bytes"] // BYTES_PER_KB, "kB"),
        }
        for file in as_told(run.get("downloads") or (), own=own, others=others)
    ]


def as_told(
    files: Sequence[Mapping[str, Any]], *, own: str | None = None, others: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Pick the files that a page links, their sizes in the whole kilobytes that it tells.

    Parameters
    ----------
    own, others
        As :func:`downloads` takes them.

    Examples
    --------
    >>> as_told([{"name": "nord.csv", "bytes": 1501}, {"name": "syd.csv", "bytes": 7}], own="nord")
    [{'name': 'nord.csv', 'bytes': 2000}]
    """
    quarters = tuple(others)
    return [
        dict(file) | {"bytes": max(1, round(file["bytes"] / BYTES_PER_KB)) * BYTES_PER_KB}
        for file in files
        if (own is None or belongs(file["name"], own))
        and not any(belongs(file["name"], quarter) for quarter in quarters)
    ]


def belongs(name: str, quarter: str) -> bool:
    """Tell whether a file is of a quarter: its id, then the end or a sign that ends a word.

    Examples
    --------
    >>> belongs("nord.gpkg", "nord"), belongs("nord-steder.csv", "nord"), belongs("nordby", "nord")
    (True, True, False)
    """
    rest = name.removeprefix(quarter)
    return name.startswith(quarter) and not rest[:1].isalnum()
