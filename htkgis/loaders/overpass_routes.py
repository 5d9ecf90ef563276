"""Ways that marked cycle routes run along; they stand in relations, which osmnx does not fetch.

Source: OpenStreetMap, © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0.
"""

from __future__ import annotations

import json
from pathlib import Path

import shapely

from htkgis import __version__
from htkgis.store import sha256_bytes, write_atomic

from .osmnx_arcs import OsmnxGraph
from .osmnx_tags import ROUTE_MEMBER
from .overpass_answers import Answers

CYCLE_ROUTES = 'relation["route"="bicycle"]["state"!="proposed"]'


def mark_route_members(graph: OsmnxGraph, ways: set[int]) -> None:
    """Write onto the edges of some ways that a marked cycle route runs along them."""
    for _, _, tags in graph.edges(data=True):
        if tags["osmid"] in ways:
            tags[ROUTE_MEMBER] = "yes"


def fetch_route_ways(
    area: shapely.Geometry, answers: Answers, *, settings: str, folder: Path, timeout_s: float
) -> set[int]:
    """Ask which ways the marked cycle routes around an area run along, elsewhere too.

    Parameters
    ----------
    area
        In degrees; its box is asked for.
    answers
        Looks at the answer, and knows the server.
    settings
        First part of the query: format, time limit, date.
    folder
        Where the answer lies between calls with the same query.
    timeout_s
        Seconds until a silent server is given up.

    Raises
    ------
    SourceError, BusyError
        As :class:`Answers` finds the answer.
    requests.RequestException
        The server cannot be reached.
    KeyError, TypeError
        A relation of the answer has no list of members.
    """
    import requests  # noqa: PLC0415 - only who fetches waits for it

    west, south, east, north = area.bounds
    box = ",".join(f"{degrees:.7f}" for degrees in (south, west, north, east))
    query = f"{settings};{CYCLE_ROUTES}({box});out body;"
    kept = folder / f"routes-{sha256_bytes(query.encode())[:16]}.json"
    if kept.is_file():
        return set(json.loads(kept.read_text("utf-8")))
    response = requests.post(
        f"{answers.url.rstrip('/')}/interpreter",
        data={"data": query},
        headers={"User-Agent": f"htkgis/{__version__}"},
        hooks={"response": answers},
        timeout=timeout_s,
        allow_redirects=False,
    )
    relations = [item for item in response.json()["elements"] if item["type"] == "relation"]
    members = [member for relation in relations for member in relation["members"]]
    ways = {int(member["ref"]) for member in members if member["type"] == "way"}
    write_atomic(kept, json.dumps(sorted(ways)).encode())
    return ways
