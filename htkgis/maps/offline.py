"""What keeps a folium page closed: no host is asked, no text is run, ids do not change.

folium links scripts and styles from four hosts, pastes texts into JavaScript template
literals and gives every element a random id. This module finds the first, refuses the
second, and numbers the third.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import folium
from branca.element import Element

from htkgis.errors import ConfigError

_ADDRESS = re.compile(r"\s*(?:https?:|wss?:)?//[^\s/]", re.IGNORECASE)
_PULLS = re.compile(
    r"""<(?:script|link|img|iframe|video|audio|source|object|embed)\b[^>]*?
        \b(?:src|href|data)\s*=\s*["']?((?:https?:)?//[^"'\s>]+)
      | (?:url\(|@import)\s*["']?((?:https?:)?//[^"'\s)]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_RUNS = re.compile(r"\$\{|`|\{\{|\{%|\{#")
_BLOCK = re.compile(r"<(style|script)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_SINGLE = re.compile(r"<(?:meta|link|title)\b[^>]*>", re.IGNORECASE)


def walk(root: Element) -> Iterator[Element]:
    """Yield ``root`` and every element below it once, in the order they were added.

    Popups and icons hang on attributes and not among the children, so both are followed.
    """
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if id(element) in seen:
            continue
        seen.add(id(element))
        yield element
        held = [
            value
            for name, value in vars(element).items()
            if name != "_parent" and isinstance(value, Element)
        ]
        waiting.extend(reversed([*held, *element._children.values()]))  # noqa: SLF001  branca has no other way


def check_offline(root: Element) -> None:
    """Refuse an element that would ask a host, or whose text would run as script.

    Raises
    ------
    ConfigError
        Naming the element and the host, or the text.
    """
    for element in walk(root):
        for address in _addresses(element):
            _refuse(element, address)
        if type(element) is folium.Icon:
            _refuse(element, "https://cdn.jsdelivr.net (Font Awesome)")
        for text in _literals(element):
            if _RUNS.search(text):
                msg = (
                    f"map element {type(element).__name__}: its text {text.strip()[:60]!r} holds "
                    "`, ${ or {{, which folium would run as code; plain text is allowed. "
                    "Use VectorLayer, which shows any text."
                )
                raise ConfigError(msg)


def check_markup(element: Element | None, markup: str) -> None:
    """Refuse rendered markup or CSS that pulls from a host; links to follow are fine."""
    found = _PULLS.search(markup)
    if found:
        _refuse(element, found[1] or found[2])


def renumber(root: Element, *texts: str) -> tuple[str, ...]:
    """Replace the random ids of the tree by their number in it; nothing else is touched."""
    numbers = {element._id: f"{n}" for n, element in enumerate(walk(root), 1)}  # noqa: SLF001
    return tuple(_ID.sub(lambda found: numbers.get(found[0], found[0]), text) for text in texts)


def split(markup: str) -> tuple[str, str, str]:
    """Take rendered markup apart: styles, scripts, and the rest without head tags."""
    styles: list[str] = []
    scripts: list[str] = []

    def keep(block: re.Match[str]) -> str:
        (styles if block[1].lower() == "style" else scripts).append(block[3])
        return ""

    rest = _SINGLE.sub("", _BLOCK.sub(keep, markup))
    return "\n".join(styles), "\n".join(scripts), rest.strip()


def script_text(code: str) -> str:
    """JavaScript as it may stand in a script element; the meaning of its strings stays."""
    code = code.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"<(/script|!--)", r"<\\\1", code, flags=re.IGNORECASE)


def _addresses(element: Element) -> Iterator[str]:
    for _, link in [*getattr(element, "default_js", []), *getattr(element, "default_css", [])]:
        if _ADDRESS.match(link):
            yield link
    for name, value in vars(element).items():
        if name not in {"_parent", "_template_str", "default_js", "default_css"}:
            yield from _within(value)


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, str) and _ADDRESS.match(value):
        yield value
    elif isinstance(value, dict) and value.get("type") != "FeatureCollection":
        for inner in value.values():
            yield from _within(inner)


def _literals(element: Element) -> Iterator[str]:
    """Texts that folium pastes into template literals."""
    if isinstance(element, folium.Tooltip):
        yield element.text
    if isinstance(element, folium.Popup):
        for part in element.html._children.values():  # noqa: SLF001
            # folium has escaped the back-ticks of a popup itself
            yield getattr(part, "data", "").replace("\\`", "").replace("&#96;", "")


def _refuse(element: Element | None, address: str) -> None:
    host = urlsplit(address if "//" in address[:8] else f"//{address}").netloc or address
    name = type(element).__name__ if element is not None else "page"
    msg = (
        f"map element {name}: it asks {host} ({address[:80]}); published maps ask no host. "
        "Use VectorLayer, or give the picture or script as data."
    )
    raise ConfigError(msg)
