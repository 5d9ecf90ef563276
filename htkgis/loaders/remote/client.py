"""Ask a server, patiently but not for ever, and take its answer whole or not at all.

One client for all services: pauses and attempts, sizes, redirects, keys and the words of an error
are the same whatever is asked for.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from htkgis import __version__
from htkgis.errors import SourceError
from htkgis.loaders.arrived import SHOWN, plain
from htkgis.services import Service

from .secret import key_of, redacted
from .waiting import Patience, asked_pause, hung_up_after

T = TypeVar("T")

CHUNK_BYTES = 1 << 16
REDIRECTS = 5
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be others in a minute."""
LATER = "Try later; the layer in use stays."
ADVICE = {
    400: "Check the layer's fetch in the catalog.",
    404: "Check fetch.item and the service's address: nothing is there.",
    410: "The service is closed; look for what replaced it and correct the address.",
    413: "Ask for less: a smaller fetch.surroundings_m.",
}
NO_KEY = "The service asks for a login, and none is stated; see the service's key."


class AgainError(Exception):
    """What went wrong may go right later."""

    def __init__(self, what: str, asked_s: float | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.asked_s = asked_s


@dataclass(frozen=True)
class Answer:
    """A whole answer, and the address it came from, without any key."""

    body: bytes
    url: str
    headers: Mapping[str, str]


class Client:
    """Asks one service for one layer.

    Parameters
    ----------
    name
        Of the layer, for messages.
    service
        The service.
    patience
        How long and how often.
    pause
        Called with seconds between attempts.

    Raises
    ------
    ConfigError
        If the service needs a key and the environment holds none.
    """

    def __init__(
        self,
        name: str,
        service: Service,
        *,
        patience: Patience | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.service = service
        self.patience = patience or Patience()
        self.max_bytes = service.max_mb << 20
        self._secret = key_of(service, name)
        self._pause = pause
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"htkgis/{__version__}"

    def get(self, params: Mapping[str, str] | None = None, *, url: str | None = None) -> Answer:
        """Ask for one answer that fits into memory.

        Raises
        ------
        SourceError
            The server cannot be reached, stays busy, refuses, or sends too much or too little.
        """
        return self.patiently(lambda: self._answer("GET", url, params, None))

    def post(self, question: Any) -> Answer:
        """Send a question as JSON; see :meth:`get`."""
        return self.patiently(lambda: self._answer("POST", None, None, question))

    def patiently(self, ask: Callable[[], T]) -> T:
        """Ask again after a fault that may pass, as often as patience allows."""
        for attempt in range(2, self.patience.attempts + 2):
            try:
                return ask()
            except AgainError as again:
                wait_s = self.patience.pause_before(attempt, again.asked_s)
                if attempt > self.patience.attempts:
                    times = self.patience.attempts
                    self.refuse(f"{again.what} (asked {times} times)", LATER)
                if wait_s > self.patience.longest_s:
                    self.refuse(f"{again.what}, and asks to wait {wait_s:,.0f} s", LATER)
                self._pause(wait_s)
        raise AssertionError  # the last attempt returns or refuses

    def refuse(self, what: str, todo: str) -> NoReturn:
        """Raise SourceError that names layer and server, and never a key."""
        text = f"{self.name} ({self.service.url}): {what}; nothing was fetched. {todo}"
        raise SourceError(redacted(text, self._secret))

    def public(self, url: str) -> str:
        """Take the key out of an address."""
        return redacted(url, self._secret)

    def _answer(
        self, method: str, url: str | None, params: Mapping[str, str] | None, question: Any
    ) -> Answer:
        with self.send(method, url, params, question=question) as response:
            self.check_status(response)
            held = io.BytesIO()
            for piece in self.pieces(response, decode=True):
                held.write(piece)
            return Answer(held.getvalue(), self.public(response.url), response.headers)

    def send(
        self,
        method: str,
        url: str | None,
        params: Mapping[str, str] | None = None,
        *,
        question: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request and follow where it leads; the answer's body is not read yet."""
        address = url or self.service.url
        asked, sent, login = dict(params or {}), dict(headers or {}), None
        key = self.service.key
        if key is not None and self._same_host(address):
            if key.param:
                asked[key.param] = self._secret
            elif key.header:
                sent[key.header] = self._secret
            else:
                user, _, password = self._secret.partition(":")
                login = (user, password)
        followed = 0
        while True:
            response = self._sent(method, address, asked, question, sent, login)
            if not response.is_redirect:
                return response
            target = urljoin(response.url, response.headers["Location"])
            response.close()
            self._check_redirect(response.url, target)
            if followed == REDIRECTS:
                what = f"sends us on more than {REDIRECTS} times"
                self.refuse(what, "Check the service's address.")
            followed += 1
            address, asked = target, {}

    def _sent(
        self,
        method: str,
        address: str,
        asked: Mapping[str, str],
        question: Any,
        sent: Mapping[str, str],
        login: tuple[str, str] | None,
    ) -> requests.Response:
        try:
            return self._session.request(
                method,
                address,
                params=asked or None,
                json=question,
                headers=dict(sent),
                auth=login,
                stream=True,
                allow_redirects=False,
                timeout=(self.patience.connect_s, self.patience.silent_s),
            )
        except requests.exceptions.SSLError:
            what = "its certificate is not trusted here"
            self.refuse(what, "Check the address; behind a proxy, set REQUESTS_CA_BUNDLE.")
        except requests.exceptions.ProxyError as error:
            self.refuse("the proxy refuses", f"Check HTTPS_PROXY and NO_PROXY ({_reason(error)}).")
        except requests.exceptions.Timeout as error:
            msg = "does not answer in time"
            raise AgainError(msg) from error
        except requests.exceptions.RequestException as error:
            msg = f"cannot be reached: {_reason(error)}"
            raise AgainError(msg) from error

    def _same_host(self, address: str) -> bool:
        return urlsplit(address).hostname == urlsplit(self.service.url).hostname

    def _check_redirect(self, source: str, target: str) -> None:
        """Raise SourceError where a redirect would carry a key away, or take the lock off."""
        parts = urlsplit(target)
        if self.service.key is not None and not self._same_host(target):
            what = f"sends us on to another server, {parts.hostname!r}; the key was not sent there"
            self.refuse(what, "Check the service's address.")
        if urlsplit(source).scheme == "https" and parts.scheme != "https":
            what = f"sends us on to {target[:SHOWN]!r}, which is not https"
            self.refuse(what, "Check the service's address.")

    def check_status(self, response: requests.Response) -> None:
        """Raise unless the server answered with what was asked for."""
        status = response.status_code
        if response.ok:
            return
        head = response.raw.read(1 << 14, decode_content=True) or b""
        said = plain(head.decode("utf-8", "replace"))
        what = f"answered HTTP {status} {response.reason}: {said}".rstrip(": ")
        if status in BUSY:
            now = dt.datetime.now(dt.UTC)
            raise AgainError(what, asked_pause(response.headers.get("Retry-After"), now))
        self.refuse(what, self._advice(status))

    def _advice(self, status: int) -> str:
        if status in {401, 403}:
            key = self.service.key
            if key is None:
                return NO_KEY
            return f"Check the key in {key.env}, and what {self.service.operator} lets it read."
        return ADVICE.get(status, "Check the layer's fetch and its service in the catalog.")

    def pieces(
        self, response: requests.Response, *, decode: bool, held_bytes: int = 0
    ) -> Iterator[bytes]:
        """Give the body piece by piece; raise where it breaks off, or has no end."""
        stated = response.headers.get("Content-Length", "")
        if stated.isdigit() and held_bytes + int(stated) > self.max_bytes:
            self._too_large(int(stated) + held_bytes)
        taken = held_bytes
        with hung_up_after(self.patience.whole_s, response.raw) as late:
            stream = response.raw.stream(CHUNK_BYTES, decode_content=decode)
            while piece := self._next_piece(stream, taken, late):
                taken += len(piece)
                if taken > self.max_bytes:
                    self._too_large(None)
                yield piece

    def _next_piece(self, stream: Iterator[bytes], taken: int, late: threading.Event) -> bytes:
        """Give the next piece, or an empty one at the end."""
        try:
            piece = next(stream, b"")
        except urllib3.exceptions.ReadTimeoutError as error:
            msg = f"fell silent after {taken:,} bytes"
            raise AgainError(msg) from error
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if not late.is_set():
                msg = f"broke off after {taken:,} bytes, or sent them damaged"
                raise AgainError(msg) from error
            piece = b""
        if late.is_set():
            what = f"was not done after {self.patience.whole_s:g} s"
            self.refuse(what, LATER)
        return piece

    def _too_large(self, stated: int | None) -> NoReturn:
        size = f"{stated / 1e6:,.0f} MB" if stated is not None else f"over {self.service.max_mb} MB"
        self.refuse(
            f"sends {size}; at most {self.service.max_mb} MB are allowed",
            "Ask for less, or raise max_mb of the service.",
        )


def _reason(error: Exception) -> str:
    """Say why a connection failed, without the stack of objects that it failed in."""
    text = str(getattr(error.args[0], "reason", error.args[0]) if error.args else error)
    words = text.rsplit(": ", 1)[-1].strip("'\")( ")
    return re.sub(r"^\[Errno -?\d+\] ", "", words)[:SHOWN]
