"""A server on this machine that does what it is told, faults included."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from htkgis.loaders.remote.waiting import Patience
from htkgis.services import Service

QUICK = Patience(connect_s=2, silent_s=20, whole_s=60, attempts=3, pause_s=1, longest_s=60)
IMPATIENT = replace(QUICK, silent_s=1)
"""With a server that falls silent; a busy machine may need a part of a second for any answer."""


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    query: str = ""


@dataclass
class Reply:
    """What is sent back.

    ``stated`` is the length that the header claims; ``stall_s`` a silence after the body.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stated: int | None = None
    stall_s: float = 0.0


class Server:
    """Answers each request with the next of its replies, the last one for ever."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.asked = []
        self.url = ""
        self.done = threading.Event()

    def reply_to(self, asked):
        position = min(len(self.asked), len(self.replies) - 1)
        self.asked.append(asked)
        reply = self.replies[position]
        return reply(asked) if callable(reply) else reply


def handler_for(server):
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            asked = Asked(
                self.command,
                parts.path,
                params,
                dict(self.headers),
                self.rfile.read(length),
                parts.query,
            )
            reply = server.reply_to(asked)
            self.send_response(reply.status)
            stated = len(reply.body) if reply.stated is None else reply.stated
            for name, value in {"Content-Length": str(stated), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(reply.body)
                self.wfile.flush()
            server.done.wait(reply.stall_s)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *words):
            del words

    return Handler


@contextlib.contextmanager
def serving(*replies, path="/data"):
    server = Server(*replies)
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(server))
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{running.server_address[1]}{path}"
    try:
        yield server
    finally:
        server.done.set()
        running.shutdown()
        running.server_close()
        thread.join()


def service(url, kind="file", **facts):
    known = {
        "operator": "Kommunen",
        "licence": "CC BY 4.0",
        "credit": "Kommunen",
        "verified_on": "2026-11-21",
        "read_in": "a test",
    }
    return Service(kind=kind, url=url, **(known | facts))
