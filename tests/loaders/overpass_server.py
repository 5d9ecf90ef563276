"""An Overpass server on this machine, and a town that it and an OSM file both hold."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import osmium
from osmium.osm.mutable import Node, Relation, Way

from htkgis.loaders.street_rules import KEYS, ModeRules, StreetRules

STAMP = "2026-11-01T04:05:06Z"
RULES = StreetRules(
    {
        "walk": ModeRules(
            KEYS["walk"],
            closed_kinds=("motorway", "trunk", "construction"),
            closed_access=("no", "private"),
            opening=("yes", "designated"),
            closing=("no", "use_sidepath"),
        ),
        "bike": ModeRules(
            KEYS["bike"],
            closed_kinds=("motorway", "footway", "steps"),
            closed_access=("no", "private"),
            opening=("yes", "designated"),
            closing=("no",),
            closed_barriers=("kissing_gate",),
        ),
        "car": ModeRules(
            KEYS["car"],
            closed_kinds=("footway", "path", "cycleway", "steps"),
            closed_access=("no", "private"),
            opening=("yes",),
            closing=("no",),
        ),
    },
    contraflow=("opposite",),
    car_kph={"other": 40.0},
)
WAYS = (
    (1, (10, 11, 12, 13, 14), {"highway": "residential", "name": "Nygade"}),
    (2, (0, 1, 11, 21, 31), {"highway": "footway", "surface": "asphalt"}),
    (3, (3, 13, 23, 33), {"highway": "residential", "oneway": "yes", "name": "Ensretning"}),
    (4, (34, 24, 14), {"highway": "tertiary", "oneway": "-1", "maxspeed": "60"}),
    (5, (31, 41, 42, 32, 31), {"highway": "path", "name": "Ringen"}),
    (6, (31, 32, 33, 34), {"highway": "cycleway"}),
    (7, (12, 22, 32), {"highway": "path", "tunnel": "yes", "layer": "-1"}),
    (8, (21, 52, 23), {"highway": "path", "bridge": "yes", "layer": "1"}),
    (9, (60, 61, 71, 70, 60), {"highway": "residential", "name": "Øen"}),
    (10, (12, 2), {"highway": "service", "access": "private"}),
    (11, (14, 4), {"highway": "service", "access": "private", "foot": "yes"}),
    (12, (0, 10), {"highway": "motorway"}),
    (13, (24, 44, 43, 23), {"highway": "path"}),
    (14, (23, 53, 24), {"highway": "path"}),
    (15, (33, 36, 37), {"highway": "path"}),
    (16, (37, 38, 39), {"highway": "path"}),
    (17, (14, 15, 16), {"highway": "residential"}),
)
"""Curves, one-way streets, a loop, a tunnel, a bridge, an island, parallel paths, closed ways,
a way that goes on as another, and barriers: 36 stops everybody, 15 stops bikes."""
NODES = {36: {"barrier": "gate", "access": "private"}, 15: {"barrier": "kissing_gate"}}
PLACES = {52: (12.2823, 55.6524), 53: (12.2834, 55.6526)}


def place(ref):
    """Where a node lies: row and column of its number, a little off the straight."""
    wobble = (ref * 7 % 5 - 2) * 2e-5
    grid = (round(12.28 + ref % 10 * 0.001 + wobble, 7), round(55.65 + ref // 10 * 0.001, 7))
    return PLACES.get(ref, grid)


def write_pbf(path, ways=WAYS, nodes=NODES, routes=()):
    """Write the town as an OSM extract; ``routes`` are (id, ways, tags) of relations."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for ref in sorted({ref for _, refs, _ in ways for ref in refs}):
            writer.add_node(Node(id=ref, location=place(ref), tags=nodes.get(ref, {})))
        for way_id, refs, tags in ways:
            writer.add_way(Way(id=way_id, nodes=list(refs), tags=tags))
        for number, members, tags in routes:
            writer.add_relation(
                Relation(id=number, members=[("w", way, "") for way in members], tags=tags)
            )
    return path


def answer(ways=WAYS, nodes=NODES, **more):
    """The town as Overpass answers ``out body``: every way, and the nodes of the ways."""
    elements = [
        {"type": "way", "id": way_id, "nodes": list(refs), "tags": tags}
        for way_id, refs, tags in ways
    ]
    for ref in sorted({ref for _, refs, _ in ways for ref in refs}):
        lon, lat = place(ref)
        node = {"type": "node", "id": ref, "lat": lat, "lon": lon}
        elements.append(node | ({"tags": nodes[ref]} if ref in nodes else {}))
    facts = {"timestamp_osm_base": STAMP, "copyright": "ODbL"}
    return {"version": 0.6, "generator": "test", "osm3s": facts, "elements": elements} | more


def relations(routes=()):
    """Routes as Overpass answers ``out body``: relations with members and tags, nothing else."""
    elements = [
        {
            "type": "relation",
            "id": number,
            "members": [{"type": "way", "ref": way, "role": ""} for way in members],
            "tags": tags,
        }
        for number, members, tags in routes
    ]
    facts = {"timestamp_osm_base": STAMP, "copyright": "ODbL"}
    return {"version": 0.6, "generator": "test", "osm3s": facts, "elements": elements}


def as_json(value, status=200, **headers):
    """An answer as (status, headers, bytes)."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


def as_html(text, status=200, **headers):
    return status, {"Content-Type": "text/html", **headers}, text.encode()


@contextlib.contextmanager
def overpass(*answers):
    """Answer each request with the next of some answers, the last of them again and again.

    Gives the server with ``url`` and ``asked`` (path and query of each request); it stops by
    itself.
    """
    waiting = list(answers)
    asked = []

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append((self.path, parse_qs(body)["data"][0], dict(self.headers)))
            self.reply(*(waiting.pop(0) if len(waiting) > 1 else waiting[0]))

        def do_GET(self):
            asked.append((self.path, "", dict(self.headers)))
            self.reply(404, {}, b"")

        def reply(self, status, headers, content):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.url = f"http://127.0.0.1:{server.server_port}/api"
    server.asked = asked
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


class RefusedError(Exception):
    """Something tried to reach another machine."""


def refuse_other_hosts(monkeypatch):
    """Let nothing leave this machine; gives the list of all hosts that were asked for."""
    seen = []
    connect, resolve, by_name = socket.socket.connect, socket.getaddrinfo, socket.gethostbyname

    def check(host):
        seen.append(host)
        if host not in {"127.0.0.1", "localhost", "::1"}:
            raise RefusedError(host)

    def guarded_connect(self, address):
        check(address[0] if isinstance(address, tuple) else address)
        return connect(self, address)

    def guarded_resolve(host, *args, **options):
        check(host)
        return resolve(host, *args, **options)

    def guarded_name(host):
        check(host)
        return by_name(host)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
    monkeypatch.setattr(socket, "gethostbyname", guarded_name)
    return seen
