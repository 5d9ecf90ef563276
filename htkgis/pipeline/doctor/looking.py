"""What pages and maps on paper are looked at and drawn with: browsers and fonts."""

from __future__ import annotations

import importlib
import shutil
import webbrowser
from collections.abc import Iterator

from htkgis.errors import MissingDependencyError
from htkgis.extras import require

from .finding import Finding

CHROMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge")
"""Browsers whose print to PDF the pages are made for, by the names of their programs."""


def look_at_browser() -> Iterator[Finding]:
    """Which browser would open a page here; a page can be opened anywhere else as well."""
    chrome = next((path for path in map(shutil.which, CHROMES) if path is not None), None)
    if chrome is not None:
        yield Finding("browser", "ok", chrome)
        return
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        said = "none is found on this machine; pages need nothing but one"
        yield Finding("browser", "note", said, "Open maps/index.html on another machine.")
        return
    name = str(getattr(browser, "name", "") or type(browser).__name__)
    yield Finding("browser", "ok", f"{name}; to print a page, Chrome or Edge is tried out")


def look_at_fonts() -> Iterator[Finding]:
    """Whether the font of maps on paper is found; nothing where printing is not installed."""
    try:
        require("print", "fonts")
    except MissingDependencyError:
        return
    manager = importlib.import_module("matplotlib.font_manager")
    wanted = importlib.import_module("htkgis.maps.paper.font").FONT
    try:
        file = manager.findfont(wanted, fallback_to_default=False)
    except ValueError:
        todo = "Run: pip install --force-reinstall matplotlib"
        yield Finding("fonts", "fault", f"{wanted}, the font of maps on paper, is lacking", todo)
        return
    yield Finding("fonts", "ok", f"{wanted}: {file}")
