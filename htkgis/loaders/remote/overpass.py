"""Fetch the streets within the study's area live from an Overpass server, by osmnx, into a graph.

Source: OpenStreetMap, © OpenStreetMap contributors, ODbL 1.0.

osmnx's fallback to a public resolver of names is switched off: a municipal network asks nobody
else.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable

import geopandas as gpd
import shapely

from htkgis.errors import ConfigError, SourceError
from htkgis.loaders.graphml import graphml_bytes
from htkgis.loaders.overpass import fetch_osmnx_graph
from htkgis.services import Fetch, Service

from .download import Validators

STAMP = "timestamp_osm_base"
OPTIONS = frozenset({"date"})


def fetch_overpass(
    name: str,
    service: Service,
    fetch: Fetch,
    area: shapely.Geometry,
    *,
    crs: str,
    pause: Callable[[float], None],
) -> tuple[bytes, Validators]:
    """Fetch all streets within an area.

    Parameters
    ----------
    name, service, fetch
        The layer and where it comes from; ``fetch.options`` may hold ``date`` (``YYYY-MM-DD``): the
        day whose streets are asked for, as they are now if missing.
    area
        Polygon in ``crs``, with its surroundings.
    pause
        Called with seconds between attempts.

    Returns
    -------
    content, validators
        The graph as GraphML. It does not hold the time of the data, so that the same streets are
        the same bytes on any night; the time is ``last_modified``.

    Raises
    ------
    ConfigError
        If the layer asks for what such a server does not have.
    SourceError
        See :func:`htkgis.loaders.overpass.fetch_osmnx_graph`; one line.
    """
    _check(name, service, fetch)
    table = gpd.GeoSeries([area], crs=crs).to_crs("EPSG:4326")
    try:
        graph = fetch_osmnx_graph(
            table.iloc[0],
            buffer_m=0,
            overpass_url=service.url,
            date=fetch.options.get("date"),
            crs=crs,
            pause=pause,
        )
    except (ConfigError, SourceError) as error:
        words = str(error).replace("--overpass-url", "the url of the service")
        words = words.replace("--date", "fetch.options.date")
        msg = f"{name}: {words}"
        raise type(error)(msg) from error
    stamp = str(graph.graph.pop(STAMP))
    return graphml_bytes(graph), Validators(last_modified=_http_date(stamp))


def _check(name: str, service: Service, fetch: Fetch) -> None:
    strange = sorted(set(fetch.options) - OPTIONS)
    for what, wrong in (
        ("key", service.key is not None),
        ("item", bool(fetch.item)),
        ("where", bool(fetch.where)),
        (f"options.{strange[0]}" if strange else "options", bool(strange)),
    ):
        if wrong:
            msg = (
                f"layers.{name}.fetch ({service.url}): an Overpass server takes no {what}; all "
                "streets within fetch.surroundings_m of the study are fetched, and options.date is "
                f"allowed. Remove {what}."
            )
            raise ConfigError(msg)


def _http_date(stamp: str) -> str:
    """Write the time of the data as HTTP does.

    Examples
    --------
    >>> _http_date("2026-11-01T04:05:06Z")
    'Sun, 01 Nov 2026 04:05:06 GMT'
    """
    return email.utils.format_datetime(dt.datetime.fromisoformat(stamp), usegmt=True)
