"""Fetch a street graph with osmnx from an Overpass server, whole or not at all.

Source: OpenStreetMap, © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0.
osmnx waits for ever on a busy server, asks Google where the municipality's DNS has no answer, and
leaves its settings changed. Here waiting has an end, no setting outlives the call, and every
answer is looked at before osmnx sees it: see ``overpass_answers``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
import pyproj
import shapely

from htkgis import __version__
from htkgis.errors import ConfigError, SourceError
from htkgis.services import known_services

from .arrived import plain
from .geometry import in_crs
from .osmnx_arcs import OsmnxGraph
from .osmnx_tags import NODE_TAGS, WAY_TAGS
from .osmnx_waits import keep_inner_waits
from .overpass_answers import Answers, BusyError
from .overpass_routes import fetch_route_ways, mark_route_members

WGS84 = pyproj.Geod(ellps="WGS84")


DEFAULT_URL = known_services()["overpass"].url
"""A public Overpass server, as ``services.toml`` states it."""

EVERY_STREET = '["highway"]'
"""All streets are fetched; what may be walked is decided in study.toml, when they are read."""

TIMEOUT_S = 180
ATTEMPTS = 3
PAUSE_S = 30.0
LONGEST_PAUSE_S = 120.0


def fetch_osmnx_graph(
    polygon_wgs84: shapely.Geometry,
    *,
    buffer_m: float,
    overpass_url: str,
    date: str | None = None,
    cache_folder: Path | None = None,
    crs: str = "EPSG:25832",
    pause: Callable[[float], None] = time.sleep,
) -> OsmnxGraph:
    """Fetch all streets within a polygon and a buffer around it.

    Source: OpenStreetMap, © OpenStreetMap contributors, ODbL 1.0.

    Streets are cut where they leave the area, so that the area is whole. Nothing is dropped for
    being an island or closed to walkers. The graph is simplified to junctions, ends of ways and
    barriers, so that an edge is a part of one way. Members of marked cycle routes are asked for
    besides, and say ``cycle_route``.

    Parameters
    ----------
    polygon_wgs84
        Polygon or multipolygon in degrees.
    buffer_m
        Width of the buffer in metres, >= 0.
    overpass_url
        Base address of the server, without ``/interpreter``.
    date
        Day ``YYYY-MM-DD`` whose streets are asked for, at 00:00 UTC; as they are now if missing.
    cache_folder
        Where answers lie between calls. Used only together with ``date``: what is asked for
        "now" is never answered from yesterday.
    crs
        Projected CRS in metres for the buffer.
    pause
        Called with seconds between attempts.

    Returns
    -------
    graph
        osmnx graph in degrees with nodes and edges in order. ``length`` is geodesic on WGS84 in
        metres; ``graph.graph["timestamp_osm_base"]`` is the time of the data.

    Raises
    ------
    ConfigError
        The address, the date or the buffer is none.
    SourceError
        The server cannot be reached, is busy three times, answers with a fault, with something
        else than JSON, with a part of the data, or with no street. One line each.
    """
    _check_request(overpass_url, date, buffer_m)
    table = gpd.GeoDataFrame(geometry=[polygon_wgs84], crs="EPSG:4326")
    metric = in_crs(table, crs, stated=None, where="area to fetch").geometry.buffer(buffer_m)
    area = metric.to_crs("EPSG:4326").iloc[0]
    answers = Answers(overpass_url)
    with contextlib.ExitStack() as stack:
        # answers to pieces of a large area survive a busy server within one call
        folder = cache_folder if cache_folder is not None and date is not None else None
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="htkgis-")))
        stack.enter_context(_settings(overpass_url, date, folder, answers))
        raw = _patiently(lambda: _asked(area, answers, date, folder), overpass_url, pause)
    stamp = f"{date}T00:00:00Z" if date is not None else answers.stamp()
    return _ordered(_simplified(raw), stamp)


def _check_request(url: str, date: str | None, buffer_m: float) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = (
            f"Overpass ({url!r}): is no address of a server; http:// or https:// and a host are "
            f"allowed, such as {DEFAULT_URL}. Correct --overpass-url."
        )
        raise ConfigError(msg)
    if not 0 <= buffer_m < float("inf"):
        msg = f"Overpass: a buffer of {buffer_m} m is none; 0 m or more is allowed. Correct it."
        raise ConfigError(msg)
    if date is not None:
        try:
            fine = dt.date.fromisoformat(date).isoformat() == date
        except ValueError:
            fine = False
        if not fine:
            msg = f"Overpass: {date!r} is no day; YYYY-MM-DD is allowed. Correct --date."
            raise ConfigError(msg)


def _moment(date: str | None) -> str:
    return "" if date is None else f'[date:"{date}T00:00:00Z"]'


@contextlib.contextmanager
def _settings(url: str, date: str | None, folder: Path, answers: Answers) -> Iterator[None]:
    """Set osmnx up for one call, and put everything back as it was."""
    from osmnx import settings  # noqa: PLC0415 - only who fetches waits for osmnx

    changes = {
        "all_oneway": False,
        "bidirectional_network_types": ["walk"],
        "cache_folder": folder,
        "cache_only_mode": False,
        "default_crs": "epsg:4326",
        # a municipal network must not be made to ask Google for names
        "doh_url_template": None,
        "http_accept_language": "en",
        "http_referer": f"htkgis {__version__}",
        "http_user_agent": f"htkgis/{__version__}",
        "log_console": False,
        "log_file": False,
        "overpass_memory": None,
        # asking for a free slot has no end in osmnx; a busy server says so, and we wait
        "overpass_rate_limit": False,
        "overpass_settings": "[out:json][timeout:{timeout}]{maxsize}" + _moment(date),
        "overpass_url": url,
        "requests_kwargs": {"hooks": {"response": answers}, "allow_redirects": False},
        "requests_timeout": TIMEOUT_S,
        "use_cache": True,
        "useful_tags_node": list(NODE_TAGS),
        "useful_tags_way": list(WAY_TAGS),
    }
    before = {name: getattr(settings, name) for name in changes}
    resolver = socket.getaddrinfo
    try:
        for name, value in changes.items():
            setattr(settings, name, value)
        yield
    finally:
        # osmnx bends the name resolution of the whole process
        socket.getaddrinfo = resolver
        for name, value in before.items():
            setattr(settings, name, value)


def _patiently(
    ask: Callable[[], OsmnxGraph], url: str, pause: Callable[[float], None]
) -> OsmnxGraph:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return ask()
        except BusyError as busy:
            status = busy.status
            if attempt < ATTEMPTS:
                wait_s = PAUSE_S * attempt if busy.wait_s is None else busy.wait_s
                pause(min(max(wait_s, 0.0), LONGEST_PAUSE_S))
    what = "too many requests" if status == 429 else "too busy"  # noqa: PLR2004 - HTTP's number
    msg = (
        f"Overpass ({url}): answered HTTP {status} ({what}) {ATTEMPTS} times; nothing was fetched. "
        "Try later, or another --overpass-url."
    )
    raise SourceError(msg)


def _asked(area: shapely.Geometry, answers: Answers, date: str | None, folder: Path) -> OsmnxGraph:
    """Ask once; every fault of the way there or of the answer is one line."""
    import osmnx  # noqa: PLC0415 - only who fetches waits for osmnx
    import requests  # noqa: PLC0415

    url, settings = answers.url, f"[out:json][timeout:{TIMEOUT_S}]{_moment(date)}"
    try:
        graph = osmnx.graph_from_polygon(
            area,
            network_type="all",
            custom_filter=EVERY_STREET,
            simplify=False,
            retain_all=True,
            truncate_by_edge=False,
        )
        routes = fetch_route_ways(
            area, answers, settings=settings, folder=folder, timeout_s=TIMEOUT_S
        )
    except requests.Timeout as error:
        msg = f"Overpass ({url}): no answer within {TIMEOUT_S} s; nothing was fetched. Try later."
        raise SourceError(msg) from error
    except requests.RequestException as error:
        msg = (
            f"Overpass ({url}): cannot be reached: {_reason(error)}; nothing was fetched. Check "
            "--overpass-url, the network and any proxy."
        )
        raise SourceError(msg) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = (
            f"Overpass ({url}): the answer holds no streets within the area, or not all of their "
            f"nodes ({plain(str(error))}); nothing was fetched. Check the area, or try later."
        )
        raise SourceError(msg) from error
    if graph.number_of_edges() == 0:
        msg = f"Overpass ({url}): the answer holds no streets within the area. Check the area."
        raise SourceError(msg)
    mark_route_members(graph, routes)
    return graph


def _simplified(raw: OsmnxGraph) -> OsmnxGraph:
    """Keep junctions, ends of ways and barriers; rings that hang alone stay too.

    What the nodes in between hold up stays as numbers of the edges.
    """
    import osmnx  # noqa: PLC0415 - only who fetches waits for osmnx

    simplified = osmnx.simplify_graph(
        raw,
        node_attrs_include=["barrier"],
        edge_attrs_differ=["osmid"],
        remove_rings=False,
        track_merged=True,
    )
    keep_inner_waits(simplified, raw)
    return simplified


def _ordered(graph: OsmnxGraph, stamp: str) -> OsmnxGraph:
    """Return the graph in the order of its ids, with true lengths and without a clock."""
    import networkx as nx  # noqa: PLC0415 - only who fetches waits for osmnx

    ordered: OsmnxGraph = nx.MultiDiGraph(
        crs="epsg:4326",
        simplified=True,
        timestamp_osm_base=stamp,
        credit="© OpenStreetMap contributors, ODbL 1.0",
        length="metres along the WGS84 ellipsoid",
    )
    for node in sorted(graph.nodes):
        tags = graph.nodes[node]
        kept = {key: tags[key] for key in ("x", "y", *NODE_TAGS) if key in tags}
        ordered.add_node(node, **kept)
    rows = []
    for start, end, tags in graph.edges(data=True):
        line = tags.get("geometry") or shapely.LineString(
            [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (start, end)]
        )
        tags["length"] = round(float(WGS84.geometry_length(line)), 3)
        named = {key: _one(tags[key]) for key in sorted(tags)}
        rows.append((start, end, str(tags["osmid"]), line.wkt, named))
    for start, end, _, _, named in sorted(rows, key=lambda row: row[:4]):
        ordered.add_edge(start, end, **named)
    return ordered


def _one(value: Any) -> Any:
    """Bring what osmnx merged from a set into a fixed order."""
    return sorted(value, key=str) if isinstance(value, list) else value


def _reason(error: BaseException | None) -> str:
    """Find the system's own words behind the errors of requests."""
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        inner = next((part for part in error.args if isinstance(part, BaseException)), None)
        inner = inner or getattr(error, "reason", None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
    return "the connection failed"
