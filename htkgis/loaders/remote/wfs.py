"""Rows of a Web Feature Service (WFS 2.0), whole, whatever its pages are like.

Pages by ``startIndex`` are refused by tables without a key, and repeat or lose rows where the
server has no order; so nothing is paged. Where there are more rows than one answer may hold, the
rectangle is split in four, and again, until each part fits.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import ParseError

import geopandas as gpd
from owslib.feature.wfs200 import WebFeatureService_2_0_0

from htkgis.errors import first
from htkgis.loaders.arrived import HEAD_BYTES
from htkgis.services import Fetch

from .around import Around
from .client import Client
from .rows import check_data, each_once, joined, rows_of

VERSION = "2.0.0"
SPLITS = 12
"""Four to the twelfth parts of a municipality are a metre wide."""
NO_WFS = (ParseError, SyntaxError, AttributeError, TypeError, ValueError, KeyError)
"""What the library raises where an answer is not what it looks for."""
COUNT = re.compile(rb"""\bnumberMatched\s*=\s*["'](\d+|unknown)["']""")
JSON_FORMATS = ("application/json", "json", "application/geo+json", "geojson")


class WfsLayer:
    """One feature type of a service, and how it is asked for.

    Parameters
    ----------
    client, fetch
        Who asks, and for what.
    crs
        That of the study. Rows come in it where the service has it, else as the service keeps them.

    Raises
    ------
    SourceError
        If the service does not answer as one, or has no such type.
    ConfigError
        If rows are to be chosen and the service takes no filter.
    """

    def __init__(self, client: Client, fetch: Fetch, crs: str) -> None:
        self.client, self.fetch = client, fetch
        self.most = client.service.page + 1
        answer = client.get({"service": "WFS", "request": "GetCapabilities", "version": VERSION})
        check_data(client, answer)
        try:
            told = WebFeatureService_2_0_0(
                client.service.url, VERSION, answer.body, parse_remote_metadata=False
            )
        except NO_WFS as error:
            said = " ".join(str(error).split())[:120]
            client.refuse(f"does not answer as a WFS 2.0 ({said})", "Check its address.")
        self.item = _full_name(client, fetch.item, list(told.contents))
        offered = [f"EPSG:{each.code}" for each in told.contents[self.item].crsOptions]
        self.crs = crs if crs in offered or not offered else client.service.crs or offered[0]
        self.format = _json_format(told)
        if fetch.where and client.service.filter != "cql":
            client.refuse("takes no fetch.where", "Leave it out, or set filter = 'cql' if it does.")

    def hits(self, around: Around) -> int | None:
        """Count the rows in a rectangle; None where the service does not know."""
        answer = self.client.get(self._question(around) | {"resultType": "hits"})
        check_data(self.client, answer)
        stated = COUNT.search(answer.body[:HEAD_BYTES])
        if stated is None:
            self.client.refuse("counts its rows in no words that we know", "Try later.")
        return int(stated[1]) if stated[1].isdigit() else None

    def rows(self, around: Around) -> list[gpd.GeoDataFrame]:
        """Fetch all rows of a rectangle, in as many parts as it takes.

        Some servers count no more rows than they send, so that a cut answer looks whole. So what
        came in one answer is asked for again in four parts; where these hold more, the number that
        came is the most that the server sends.
        """
        pages = self._parts(around)
        if len(pages) > 1:
            return pages
        counts = [self.hits(part) for part in around.quarters()]
        if None not in counts and sum(filter(None, counts)) <= len(pages[0]):
            return pages
        again = [self._answer(part) for part in around.quarters()]
        if len(each_once([*pages, *again])) == len(each_once(pages)):
            return pages
        self.most = len(pages[0])
        return self._parts(around)

    def _parts(self, around: Around, splits: int = 0) -> list[gpd.GeoDataFrame]:
        count = self.hits(around)
        if count == 0 and splits > 0:
            return []
        if count is None or count < self.most:
            rows = self._answer(around)
            if len(rows) == count or (count is None and len(rows) < self.client.service.page):
                return [rows]
            if count is not None and len(rows) > count:
                self.client.refuse(f"sent {len(rows):,} rows and counts {count:,}", "Try later.")
        if splits == SPLITS:
            self.client.refuse(
                f"has more rows at {around.text()} than one answer of it holds",
                "Ask its operator, or fetch the layer as a file.",
            )
        parts = (self._parts(part, splits + 1) for part in around.quarters())
        return [page for part in parts for page in part]

    def _answer(self, around: Around) -> gpd.GeoDataFrame:
        question = self._question(around) | {"count": str(self.client.service.page)}
        if self.format:
            question["outputFormat"] = self.format
        return rows_of(self.client, self.client.get(question))

    def _question(self, around: Around) -> dict[str, str]:
        named = {"service": "WFS", "version": VERSION, "request": "GetFeature"}
        named |= {"typeNames": self.item, "srsName": around.urn(), **self.fetch.options}
        if not self.fetch.where:
            corners = (*(f"{v:.10g}" for v in around.in_order_of_axes()), around.urn())
            return named | {"bbox": ",".join(corners)}
        geometry = self.client.service.geometry or "geometry"
        corners = tuple(f"{value:.10g}" for value in around.bounds)
        inside = f"BBOX({geometry},{','.join(corners)},'{around.crs}')"
        return named | {"CQL_FILTER": f"({self.fetch.where}) AND {inside}"}


def fetch_wfs(client: Client, fetch: Fetch, around: Around) -> gpd.GeoDataFrame:
    """Fetch all rows of a feature type that meet a rectangle.

    Parameters
    ----------
    client
        Asks the service.
    fetch
        ``item`` is the type's name; ``where`` is CQL, for services that take it.
    around
        The rectangle, in the CRS of the study.

    Returns
    -------
    rows
        In the CRS of the study, each once, without heights, in an order that does not depend on
        the pages.

    Raises
    ------
    SourceError
        The service cannot be reached, refuses, answers with an exception, sends fewer rows than it
        counts however small the part, sends none, or rows that lie elsewhere.
    """
    layer = WfsLayer(client, fetch, around.crs)
    pages = layer.rows(around.in_crs(layer.crs))
    return joined(client, fetch, pages, around)


def _full_name(client: Client, item: str, offered: list[str]) -> str:
    """Find a type by its name, with or without the prefix of its namespace."""
    found = [name for name in offered if item in (name, name.rpartition(":")[2])]
    if item in found:
        return item
    if len(found) != 1:
        several = f"{len(found)} types" if found else "no type"
        there = first(sorted(found or offered))
        client.refuse(f"has {several} {item!r}; there are {there}", "Correct fetch.item.")
    return found[0]


def _json_format(told: WebFeatureService_2_0_0) -> str:
    """Give the name by which the service offers GeoJSON; empty where it sends GML only."""
    operation = next((each for each in told.operations if each.name == "GetFeature"), None)
    values = operation.parameters.get("outputFormat", {}).get("values", []) if operation else []
    offered = {value.lower(): value for value in values}
    return next((offered[name] for name in JSON_FORMATS if name in offered), "")
