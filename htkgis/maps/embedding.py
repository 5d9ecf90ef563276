"""How a published page is shown inside another: the frame, and a variant with its assets beside it.

The frame is closed: its scripts run, downloads and links open, and it can read nothing of the
host (``sandbox`` without ``allow-same-origin``). It has a height of its own, so that no script
of the host is needed; a host that has one may listen for the page's own height.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from markupsafe import escape

from htkgis.errors import ConfigError

from .resources import templates
from .text import Text

SANDBOX = "allow-scripts allow-downloads allow-popups"
ASSETS = "assets"
_BLOCK = re.compile(r"<(style|script)>\n?(.*?)</\1>", re.DOTALL)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(")')


@dataclass(frozen=True)
class Frame:
    """What a snippet says.

    Attributes
    ----------
    page
        File name of the page.
    title
        What is in the frame, for those who do not see it.
    address
        Where the published folder stands on the web, with or without a last slash; nothing for
        the folder of the page itself.
    height_px
        Of the frame, unless the host listens.
    picture
        File name of a fixed picture of the map, shown in place of the frame; or None.
    resize
        Whether a script for the host is added that gives the frame the page's own height.
    """

    page: str
    title: str
    address: str = ""
    height_px: int = 900
    picture: str | None = None
    resize: bool = False


def snippet(frame: Frame, *, text: Text) -> str:
    """Write the HTML that a planner pastes into another page.

    Examples
    --------
    >>> from htkgis.maps.text import load_text
    >>> code = snippet(Frame("vest.html", "Vest", "https://example.org/p"), text=load_text("en"))
    >>> code.splitlines()[0]
    '<iframe src="https://example.org/p/vest.html" title="Vest" width="100%" height="900"'
    """
    template = templates().get_template("embed.html")
    return template.render(
        frame=frame,
        sandbox=SANDBOX,
        page=_address(frame.address, frame.page),
        picture=_address(frame.address, frame.picture) if frame.picture else None,
        key=PurePosixPath(frame.page).stem,
        text=text,
    )


def _address(folder: str, name: str) -> str:
    """Join folder and file; the file's own signs are escaped."""
    checked = checked_folder(folder)
    return f"{checked.rstrip('/')}/{quote(name, safe='')}" if checked else quote(name, safe="")


def checked_folder(folder: str) -> str:
    """Take an address of a folder on the web.

    Raises
    ------
    ConfigError
        If it is neither https, http nor a path, or holds what an address cannot.
    """
    strange = re.search(r"[\s\"'<>\\]", folder)
    if strange or re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", folder, re.IGNORECASE):
        msg = (
            f"address {folder[:80]!r}: not an address of a folder; allowed: https://..., "
            "http://... or a path such as /planer/kvarterer. Correct --address."
        )
        raise ConfigError(msg)
    return folder


def beside(page: str, name: str) -> tuple[str, dict[str, bytes]]:
    """Take scripts and styles out of a page into files beside it.

    For hosts whose own policy forbids scripts inside a page. The page then asks for its own
    files and for nothing else.

    Parameters
    ----------
    page
        A page of ours.
    name
        Its file name; the assets' names begin with its stem and hold their hash, so that an old
        one in a browser's memory is never taken for a new one.

    Returns
    -------
    page, assets
        The page, and content by name below the page's folder.
    """
    assets: dict[str, bytes] = {}
    stem = PurePosixPath(name).stem

    def moved(block: re.Match[str]) -> str:
        kind, content = block[1], block[2].encode()
        ending = "css" if kind == "style" else "js"
        path = f"{ASSETS}/{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
        assets[path] = content
        address = quote(path)
        if kind == "style":
            return f'<link rel="stylesheet" href="{address}">'
        return f'<script src="{address}"></script>'

    outside = _BLOCK.sub(moved, page)
    return _POLICY.sub(_own_files, outside), assets


def _own_files(policy: re.Match[str]) -> str:
    """Allow scripts and styles of the same site; the elements' own style stays allowed."""
    rules = re.sub(r"script-src [^;]*", "script-src 'self'", html.unescape(policy[2]))
    rules = rules.replace("style-src 'unsafe-inline'", "style-src 'self' 'unsafe-inline'")
    return f"{policy[1]}{escape(rules)}{policy[3]}"
