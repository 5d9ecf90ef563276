"""Look at the answers of an Overpass server before osmnx does: whole, in time, and data.

osmnx takes an answer that was cut off for a whole one, and waits for one that has no end.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NoReturn

from htkgis.errors import SourceError

from .arrived import SHOWN, plain
from .remote.waiting import hung_up_after

if TYPE_CHECKING:
    import requests

BUSY = frozenset({429, 504})
LATER = "Try later, or another --overpass-url."
ADVICE = {
    401: "Check --overpass-url and any proxy: the server asks for a login.",
    403: "Check --overpass-url and any proxy: the server refuses this machine.",
    404: "Check --overpass-url: no Overpass answers there.",
    405: "Check --overpass-url: no Overpass answers there.",
    410: "Take another --overpass-url: no Overpass answers there any more.",
}
"""What to do on an HTTP status; it is no use to come back later."""
CHUNK_BYTES = 1 << 16
MAX_BYTES = 512 << 20
"""As much memory as a server gives a query; the streets of a municipality take 30 MB."""
LONGEST_S = 900.0
"""A server has 180 s for a query; the rest is a slow line."""


class BusyError(Exception):
    """The server asks to come again later."""

    def __init__(self, status: int, wait_s: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.wait_s = wait_s


class Answers:
    """Looks at every answer, and remembers how old the data are.

    Parameters
    ----------
    url
        Of the server, for messages.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.stamps: list[str] = []

    def __call__(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Raise unless the answer is whole."""
        self._take(response)
        self._check_status(response)
        try:
            answer = json.loads(response.content.decode("utf-8"))
        except ValueError:
            if response.content.lstrip().startswith(b"{"):
                self._refuse("answered JSON that breaks off or is damaged", LATER)
            said = f"no JSON but {plain(_text(response)) or 'nothing'!r}"
            self._refuse(f"answered {said}", "Check --overpass-url and any proxy.")
        response.encoding = "utf-8"  # osmnx reads it again, as the server says it is
        if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
            self._refuse("answered JSON without elements", "Check --overpass-url.")
        if answer.get("remark"):
            said = plain(str(answer["remark"]))
            self._refuse(
                f"answered with a part of the data only: {said}",
                "Take a smaller --buffer-m, or try later.",
            )
        facts = answer.get("osm3s")
        stamp = facts.get("timestamp_osm_base") if isinstance(facts, dict) else None
        self.stamps.append(str(stamp or ""))

    def stamp(self) -> str:
        """Time of the oldest answer; a layer without a date could not be published."""
        if not self.stamps or not min(self.stamps):
            self._refuse("does not say how old its data are", "Give the day with --date.")
        return min(self.stamps)

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in BUSY:
            raise BusyError(status, _seconds(response.headers.get("Retry-After")))
        if response.is_redirect:
            target = response.headers.get("Location", "")
            self._refuse(f"sends us on to {target[:SHOWN]!r}", "Give that address instead.")
        if not response.ok:
            said = f"HTTP {status} {response.reason}: {plain(_text(response))}"
            self._refuse(f"answered {said}", ADVICE.get(status, LATER))

    def _take(self, response: requests.Response) -> None:
        """Read the whole answer; refuse one that breaks off, or has no end in size or time."""
        held = io.BytesIO()
        with hung_up_after(LONGEST_S, response.raw) as late:
            fault = _copied(response.raw, held)
        if late.is_set():
            fault = f"was not done after {LONGEST_S:g} s"
        if fault:
            self._refuse(fault, "Try later, or take a smaller --buffer-m.")
        held.seek(0)
        response.raw = held

    def _refuse(self, what: str, todo: str) -> NoReturn:
        msg = f"Overpass ({self.url}): {what}; nothing was fetched. {todo}"
        raise SourceError(msg)


def _copied(raw: Any, held: io.BytesIO) -> str:
    """Copy an answer; say what went wrong on the way, or nothing."""
    import urllib3  # noqa: PLC0415 - only who fetches waits for it

    try:
        for part in raw.stream(CHUNK_BYTES, decode_content=True):
            held.write(part)
            if held.tell() > MAX_BYTES:
                return f"sent more than {MAX_BYTES >> 20} MB"
    except urllib3.exceptions.ReadTimeoutError:
        return f"fell silent after {held.tell():,} bytes"
    except (urllib3.exceptions.HTTPError, OSError):
        return f"broke off after {held.tell():,} bytes, or sent them damaged"
    return ""


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isdigit() else None


def _text(response: requests.Response) -> str:
    """Read a page as UTF-8, which servers write without saying so."""
    return response.content.decode("utf-8", errors="replace")
