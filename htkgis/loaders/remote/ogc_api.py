"""Rows of an OGC API Features service, page by page as it links them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin, urlsplit

import geopandas as gpd

from htkgis.errors import first
from htkgis.services import Fetch

from .around import Around
from .client import Answer, Client
from .rows import check_data, joined, rows_of

DEGREES = "EPSG:4326"
PAGES = 10_000
"""No layer of a municipality has more; a link that leads in a circle has an end here."""


def fetch_ogc_api(client: Client, fetch: Fetch, around: Around) -> gpd.GeoDataFrame:
    """Fetch all items of a collection that meet a rectangle.

    Parameters
    ----------
    client
        Asks the service; its address is the landing page.
    fetch
        ``item`` is the collection's id; ``where`` is CQL2 text, for services that take it
        (``filter = "cql"``).
    around
        The rectangle, in the CRS of the study.

    Returns
    -------
    rows
        In the CRS of the study, each once, without heights.

    Raises
    ------
    SourceError
        The service cannot be reached, has no such collection, links another server, goes in a
        circle, sends fewer items than it counts, none, or items that lie elsewhere.
    """
    base = client.service.url.rstrip("/")
    facts = _collection(client, base, fetch)
    asked = _crs_of(facts, around)
    url: str | None = f"{base}/collections/{fetch.item}/items"
    params: dict[str, str] = _question(client, fetch, around, asked)
    pages, matched, seen = [], None, set[str]()
    while url is not None:
        answer = client.get(params, url=url)
        page = _page(client, answer)
        if page.get("numberMatched") is not None:
            matched = int(page["numberMatched"])
        rows = rows_of(client, answer)
        pages.append(rows.set_crs(asked, allow_override=True))
        seen.add(url)
        url, params = _next(client, answer, page), {}
        if url in seen or len(pages) > PAGES:
            client.refuse("links its pages in a circle", "Ask its operator.")
    came = sum(len(page) for page in pages)
    if matched is not None and came != matched:
        client.refuse(f"sent {came:,} of the {matched:,} items that it counts", "Try later.")
    return joined(client, fetch, pages, around)


def _collection(client: Client, base: str, fetch: Fetch) -> dict[str, Any]:
    """Read what the service says of a collection; say which there are where there is no such."""
    answer = client.get({"f": "json"}, url=f"{base}/collections")
    told = _page(client, answer)
    found = {str(each.get("id")): each for each in told.get("collections", [])}
    if fetch.item not in found:
        there = first(sorted(found)) or "none"
        client.refuse(f"has no collection {fetch.item!r}; there are {there}", "Correct fetch.item.")
    facts: dict[str, Any] = found[fetch.item]
    return facts


def _crs_of(facts: dict[str, Any], around: Around) -> str:
    """Choose the CRS of the study where the collection has it, else degrees."""
    offered = [str(name) for name in facts.get("crs", [])]
    return around.crs if _uri(around.crs) in offered else DEGREES


def _uri(crs: str) -> str:
    return f"http://www.opengis.net/def/crs/EPSG/0/{crs.removeprefix('EPSG:')}"


def _question(client: Client, fetch: Fetch, around: Around, asked: str) -> dict[str, str]:
    west, south, east, north = around.in_crs(DEGREES).bounds  # CRS84: east before north
    params = {"f": "json", "limit": str(client.service.page)}
    params["bbox"] = ",".join(f"{value:.10g}" for value in (west, south, east, north))
    if asked != DEGREES:
        params["crs"] = _uri(asked)
    if fetch.where:
        if client.service.filter != "cql":
            client.refuse("takes no fetch.where", "Leave it out, or set filter = 'cql' if it does.")
        params |= {"filter": fetch.where, "filter-lang": "cql2-text"}
    return params | fetch.options


def _page(client: Client, answer: Answer) -> dict[str, Any]:
    check_data(client, answer)
    try:
        page = json.loads(answer.body)
    except ValueError:
        page = None
    if not isinstance(page, dict):
        client.refuse("sent no JSON", "Check the service's address and any proxy.")
    return page


def _next(client: Client, answer: Answer, page: dict[str, Any]) -> str | None:
    """Find the link to the next page; it must lead to the same server."""
    links = [link for link in page.get("links", []) if link.get("rel") == "next"]
    if not links:
        return None
    url = urljoin(answer.url, str(links[0].get("href", "")))
    if urlsplit(url).netloc != urlsplit(client.service.url).netloc:
        client.refuse(
            f"links its next page to another server, {urlsplit(url).netloc!r}",
            "Check the service's address.",
        )
    return url
