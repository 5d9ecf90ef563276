"""A map of another host below ours: switched on by the reader, and never before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


class Background:
    """What a page says and asks of a background.

    It is no folium element, so that :func:`.offline.check_offline` still refuses every host that
    comes in by an element: this one comes from the study, where it is checked for keys.

    Parameters
    ----------
    facts
        ``kind``, ``name``, ``address``, ``layers``, ``credit``, ``max_zoom``, ``origin``.

    Examples
    --------
    >>> Background({"origin": "https://maps.example.org", "name": "Map", "credit": "x"}).host
    'maps.example.org'
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = dict(facts)
        self.name: str = facts["name"]
        self.credit: str = facts["credit"]
        self.origin: str = facts["origin"]
        self.host = urlsplit(self.origin).netloc

    def settings(self) -> dict[str, Any]:
        """Give what the script of the map needs."""
        return {name: self._facts.get(name) for name in ("kind", "address", "layers", "max_zoom")}
