"""Whether a service answers at all: asked once, briefly, without its key and for no data."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from htkgis import __version__
from htkgis.services import Service

POSTGRES_PORT = 5432
BROKEN = 500
"""HTTP statuses from here on say that the server itself has a fault."""
GONE = frozenset({404, 410})


@dataclass(frozen=True)
class Reached:
    """How a service answered.

    Parameters
    ----------
    answers
        Whether something is there that could serve a layer.
    said
        What came back, or why nothing did.
    gone
        Whether the address itself is unknown to the server, which may be so until it is asked for
        something.
    """

    answers: bool
    said: str
    gone: bool = False


def reach(service: Service, *, seconds: float) -> Reached:
    """Knock at a service and leave.

    Parameters
    ----------
    service
        Its key is not used, so that nothing secret is sent or told.
    seconds
        How long to wait for a connection, and then for an answer.
    """
    parts = urlsplit(service.url)
    if parts.scheme == "postgresql":
        return _reach_port(str(parts.hostname), parts.port or POSTGRES_PORT, seconds)
    try:
        with requests.get(
            service.url,
            headers={"User-Agent": f"htkgis/{__version__}"},
            timeout=(seconds, seconds),
            stream=True,
            allow_redirects=False,
        ) as response:
            status = response.status_code
    except requests.exceptions.SSLError:
        return Reached(answers=False, said="its certificate is not trusted here")
    except requests.exceptions.ProxyError:
        return Reached(answers=False, said="the proxy refuses")
    except requests.exceptions.Timeout:
        return Reached(answers=False, said=f"no answer within {seconds:g} s")
    except (requests.exceptions.RequestException, OSError):
        return Reached(answers=False, said="cannot be reached")
    return Reached(status < BROKEN, f"answers HTTP {status}", status in GONE)


def _reach_port(host: str, port: int, seconds: float) -> Reached:
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except TimeoutError:
        return Reached(answers=False, said=f"no answer within {seconds:g} s")
    except OSError as error:
        return Reached(answers=False, said=f"cannot be reached: {error.strerror or error}")
    return Reached(answers=True, said=f"answers at port {port}")
