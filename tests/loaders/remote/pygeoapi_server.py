"""A real OGC API Features server (pygeoapi) on this machine, of one small collection."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

MISSING = "pygeoapi is not installed (pip install htkgis[test])"
METRIC = "http://www.opengis.net/def/crs/EPSG/0/25832"
DEGREES = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WAIT_S = 60.0
PROGRAM = """
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from pygeoapi.flask_app import APP

class Quiet(WSGIRequestHandler):
    def log_message(self, *said):
        pass

make_server("127.0.0.1", int(sys.argv[1]), APP, handler_class=Quiet).serve_forever()
"""


def installed():
    return importlib.util.find_spec("pygeoapi") is not None


def configured(folder, url, collections, page):
    """Write the configuration: JSON is YAML too."""
    named = {"title": "Town", "description": "Town", "keywords": ["town"], "url": url}
    who = dict.fromkeys(
        (
            *("name", "position", "address", "city", "stateorprovince", "postalcode", "country"),
            *("phone", "fax", "email", "hours", "instructions"),
        ),
        "town",
    )
    box = {"bbox": [12, 55, 13, 56], "crs": DEGREES}
    resources = {
        name: {
            "type": "collection",
            **{key: named[key] for key in ("title", "description", "keywords")},
            "links": [],
            "extents": {"spatial": box},
            "providers": [{"type": "feature", "name": "GeoJSON", "id_field": "name", **facts}],
        }
        for name, facts in collections.items()
    }
    config = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 80},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": page, "max_items": page},
            "map": {"url": f"{url}/none", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**named, "terms_of_service": "none"},
            "license": {"name": "CC0", "url": url},
            "provider": {"name": "Town", "url": url},
            "contact": {**who, "url": url, "role": "pointOfContact"},
        },
        "resources": resources,
    }
    path = folder / "pygeoapi.yml"
    path.write_text(json.dumps(config), "utf-8")
    return path


@contextlib.contextmanager
def pygeoapi(folder, collections, *, page):
    """Serve GeoJSON files, ``name -> facts of their provider``, so many items a page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    config = configured(folder, url, collections, page)
    openapi = folder / "openapi.json"
    environment = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    openapi.write_text(json.dumps({"openapi": "3.0.2", "paths": {}, "info": {}}), "utf-8")
    with (folder / "pygeoapi.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            _wait(running, f"{url}/collections?f=json", folder / "pygeoapi.log")
            yield url
        finally:
            running.terminate()
            running.wait(timeout=WAIT_S)


def _wait(running, url, log):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end and running.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=WAIT_S):  # noqa: S310
            return
        time.sleep(0.1)
    raise RuntimeError(log.read_text("utf-8"))
