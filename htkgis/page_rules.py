"""What a study decides of its pages: how heavy one may be, and a background from another host.

A published page asks nobody for anything. A background is the one exception, and it is off twice:
without ``[background]`` there is none, and with it the reader has to choose it on the map.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from .quantities import Decision, JobSteps, Quantity

LOOPBACK = ("localhost", "127.0.0.1")
_KEY = re.compile(
    r"token|key|passw|pwd|secret|auth|login|user|ticket|signature|credential", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:api|access)?[-_]?(?:token|key|password|secret)s?(?:[=:].*)?", re.IGNORECASE
)
_LONG = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,}|[0-9a-f]{8}-[0-9a-f]{4}-")
"""A run of letters and digits that no service has as a word: a key in the path."""
_HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?", re.IGNORECASE)
_PLACES = {"tiles": {"{z}", "{x}", "{y}"}, "wms": set()}


class PageSize(Quantity):
    """Kilobytes of a file, 1,000 bytes each."""

    value: Annotated[int, Field(gt=0)]
    unit: Literal["kB"]


class PageSizes(Decision):
    """How heavy each kind of page may be; a run that makes a heavier one publishes nothing."""

    quarter: PageSize
    front: PageSize
    explorer: PageSize
    region: PageSize
    plans: PageSize
    differences: PageSize
    changes: PageSize


class ComparisonRules(Decision):
    """What the page that compares two scenarios needs besides ``[differences]``.

    ``jobs`` are where the classes of jobs begin, as many as there are of minutes; ``page`` is how
    heavy the page may be.
    """

    jobs: JobSteps
    page: PageSize


def _without_key(address: str) -> str:
    """Refuse an address that would publish a key, without repeating it."""
    parts = urlsplit(address)
    named = [
        name for name, _ in parse_qsl(parts.query, keep_blank_values=True) if _KEY.search(name)
    ]
    steps = [step for step in parts.path.split("/") if _NAMED.fullmatch(step)]
    in_path = steps or _LONG.search(f"{parts.path}?{parts.query}")
    if parts.username or parts.password or named or in_path:
        where = named[0] if named else "its user name" if parts.username else "its path or query"
        raise PydanticCustomError(
            "secret",
            "holds a key, token or password ({where}): everybody who opens the page could read "
            "it; allowed is a service that is open to all",
            {"where": where},
        )
    return address


def _an_address(address: str) -> str:
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or plain) or not _HOST.fullmatch(parts.netloc):
        raise PydanticCustomError("secret", "must be https://host/..., of one host by its name")
    if re.search(r"[\s\"'<>\\;,`]", address):
        raise PydanticCustomError("secret", "holds a sign that an address cannot have")
    return address


Address = Annotated[str, AfterValidator(_without_key), AfterValidator(_an_address)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class TileGrid(Decision):
    """Tiling of a WMTS, as its capabilities state it: 256 pixels, each matrix twice as fine.

    ``west_m`` and ``north_m`` are the corner that rows and columns are counted from, and
    ``resolution_m`` the metres of a pixel in matrix 0. The Danish View1: 120000, 6500000, 1638.4.
    """

    west_m: float
    north_m: float
    resolution_m: Annotated[float, Field(gt=0)]


class Background(Decision):
    """A map of somebody else's below ours, which the reader may switch on.

    ``tiles`` is a WMTS or XYZ service with ``{z}``, ``{x}`` and ``{y}`` in its address: in
    EPSG:3857 in the tiling that Google Maps began, in EPSG:25832 in that of ``grid``; ``wms`` a WMS
    that knows ``crs``, with its ``layers``. The map is drawn in ``crs``, so that nothing of the
    background is bent. ``max_zoom`` is the largest ``{z}``, or the finest level asked of a WMS.
    """

    kind: Literal["tiles", "wms"]
    crs: Literal["EPSG:3857", "EPSG:25832"] = "EPSG:3857"
    grid: TileGrid | None = None
    name: Words
    name_en: Words | None = None
    address: Address
    layers: Words | None = None
    credit: Words
    max_zoom: Annotated[int, Field(ge=1, le=22)] = 18

    @model_validator(mode="after")
    def _address_is_of_its_kind(self) -> Self:
        places = set(re.findall(r"\{[^}]*\}?", self.address))
        if places != _PLACES[self.kind]:
            raise PydanticCustomError(
                "twice",
                "address must hold {places}",
                {"places": "{z}, {x} and {y}" if self.kind == "tiles" else "no { }"},
            )
        if (self.layers is not None) != (self.kind == "wms"):
            raise PydanticCustomError("twice", "layers belongs to kind 'wms', which needs it")
        if (self.grid is not None) != (self.kind == "tiles" and self.crs == "EPSG:25832"):
            raise PydanticCustomError(
                "twice", "grid belongs to kind 'tiles' in crs 'EPSG:25832', which needs it"
            )
        return self

    @property
    def origin(self) -> str:
        """Scheme and host: all that a page's policy opens."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


def background_facts(background: Background | None) -> dict[str, Any] | None:
    """Give what the pages need of a background; None where the study decides on none."""
    if background is None:
        return None
    return background.model_dump(mode="json") | {"origin": background.origin}
