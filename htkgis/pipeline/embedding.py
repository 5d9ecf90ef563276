"""How a published page is put into another: what stands in the published folder decides."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from htkgis.errors import ConfigError, SourceError, first
from htkgis.maps import load_text
from htkgis.maps.embedding import Frame, beside, snippet
from htkgis.publish.into_folder import write_into
from htkgis.publish.published import published_state

INDEX = "index.html"
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class Embedding:
    """What a planner asks for.

    Parameters
    ----------
    address, height_px, resize
        As :class:`htkgis.maps.embedding.Frame`.
    language
        Of the words beside the frame; the page's own where missing.
    """

    address: str = ""
    height_px: int = 900
    resize: bool = False
    language: str | None = None


def embed_page(folder: Path, quarter: str | None, wanted: Embedding) -> str:
    """Write the snippet for a published page.

    Parameters
    ----------
    folder
        A published folder.
    quarter
        Id of a quarter, or the name of another page without its ending; None for the front page.

    Raises
    ------
    SourceError
        If nothing is published there, or the page was changed by hand.
    ConfigError
        If there is no such quarter, or the address is none.
    """
    manifest, page = _published(folder, quarter)
    text = load_text(wanted.language or manifest["language"])
    picture = None if quarter is None else f"{quarter}.svg"
    frame = Frame(
        page,
        _title(folder / page),
        wanted.address,
        wanted.height_px,
        picture if picture in manifest["outputs"] else None,
        wanted.resize,
    )
    return snippet(frame, text=text)


def write_beside(folder: Path, quarter: str | None, out: Path) -> list[Path]:
    """Write a page whose scripts and styles are files beside it; raises as :func:`embed_page`."""
    _, page = _published(folder, quarter)
    if out.resolve() == folder.resolve():
        msg = f"--beside {out}: the published folder itself; another one is allowed. Change it."
        raise ConfigError(msg)
    outside, assets = beside((folder / page).read_text("utf-8"), page)
    return write_into(out, {**assets, page: outside.encode()})


def _published(folder: Path, quarter: str | None) -> tuple[dict[str, Any], str]:
    """Find the manifest and the name of the page, which must be as it was published."""
    state = published_state(folder)
    if state.manifest is None:
        msg = f"{folder}: nothing is published there. Run htkgis run, or name the folder by --in."
        raise SourceError(msg)
    page = INDEX if quarter is None else f"{quarter}.html"
    pages = sorted(name for name in state.manifest["outputs"] if name.endswith(".html"))
    if page not in pages:
        ids = [name.removesuffix(".html") for name in pages if name != INDEX]
        msg = f"page {quarter!r} ({folder}): no such page; allowed: {first(ids)}. Correct it."
        raise ConfigError(msg)
    if page in (*state.edited, *state.missing):
        msg = (
            f"{folder / page}: not as it was published; only what a run wrote is embedded. "
            "Run htkgis run again."
        )
        raise SourceError(msg)
    return state.manifest, page


def _title(page: Path) -> str:
    """Take the title that the page itself has: every page of ours has one."""
    found = _TITLE.search(page.read_text("utf-8"))
    return html.unescape(found[1]) if found else page.stem
