"""The package's own files: vendored Leaflet, our script and styles, the page templates."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from htkgis.errors import SourceError

from .symbols import swatch

if TYPE_CHECKING:
    import jinja2

LEAFLET_VERSION = "1.9.4"
LEAFLET_SHA256 = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "337bfca5cabd03b39815b2700febe2b3b7edf55921c59cd49f88ecb328212303",
    "LICENSE": "bbc959aaef7488b38942e7f05cfd1244351f8bce54261951ea17dd7cf60f894b",
}
"""Pinned bytes; ``leaflet.css`` and ``LICENSE`` are npm's with line ends changed to LF."""

# branca compiles what an element has rendered once more as a template; outside of
# strings JSON never holds these pairs, so escaping the brace changes no value
_JINJA = re.compile(r"\{(?=[{%#])")

_LAYERS_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E"
    "%3Cpath d='M12 3 2 9l10 6 10-6zM2 14l10 6 10-6' fill='none' stroke='%2316212b' "
    "stroke-width='2'/%3E%3C/svg%3E"
)


@cache
def leaflet(name: str) -> str:
    """Read a vendored Leaflet file, if it still is the pinned one.

    Raises
    ------
    SourceError
        If the installed file was changed.
    """
    data = (resources.files("htkgis.maps") / "assets" / "leaflet" / name).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != LEAFLET_SHA256[name]:
        msg = (
            f"leaflet (htkgis/maps/assets/leaflet/{name}): sha256 is {found[:12]}…; "
            f"{LEAFLET_SHA256[name][:12]}… of Leaflet {LEAFLET_VERSION} is expected. "
            "Install htkgis again."
        )
        raise SourceError(msg)
    return data.decode("utf-8")


@cache
def leaflet_css() -> str:
    """Leaflet's styles without its picture files and without a rule for Internet Explorer 8."""
    css = re.sub(r"\s*behavior: url\(#default#VML\);", "", leaflet("leaflet.css"))
    return re.sub(r"url\(images/[^)]+\)", f'url("{_LAYERS_ICON}")', css)


@cache
def leaflet_js() -> str:
    """Leaflet's script without the pointer to a source map that would be requested."""
    return re.sub(r"\n//# sourceMappingURL=.*", "", leaflet("leaflet.js"))


@cache
def own(name: str) -> str:
    """Read one of our own assets: ``page.css``, ``map.css``, ``map.js``."""
    file = resources.files("htkgis.maps") / "assets" / name
    return file.read_text(encoding="utf-8")


@cache
def templates() -> jinja2.Environment:
    """Page templates: everything is escaped, and a name without a value is an error."""
    import jinja2  # noqa: PLC0415 - a run that renders no page needs none

    from .compiled import CompiledTemplates  # noqa: PLC0415

    options: dict[str, Any] = {
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }
    folder = resources.files("htkgis.maps") / "assets" / "templates"
    kept = (
        CompiledTemplates(folder, options | {"autoescape": True})
        if isinstance(folder, Path)
        else None
    )
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("htkgis.maps", "assets/templates"),
        bytecode_cache=kept,
        autoescape=True,
        **options,
    )
    environment.filters["swatch"] = swatch
    return environment


def script_json(value: Any) -> str:
    r"""JSON that may stand inside a script: ASCII only, and nothing that can end the element.

    Examples
    --------
    >>> print(script_json("</script>å"))
    "\u003c/script\u003e\u00e5"
    """
    plain = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return _JINJA.sub(r"\\u007b", plain)
