"""Rows of GeoFA by its SQL interface: a question in SQL, an answer in GeoJSON."""

from __future__ import annotations

import json
import re

import geopandas as gpd

from htkgis.errors import ConfigError
from htkgis.services import Fetch

from .around import Around
from .client import Client
from .rows import check_data, joined, rows_of

TABLE = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?", re.IGNORECASE)
GEOMETRY = "geometri"


def fetch_geofa_sql(client: Client, fetch: Fetch, around: Around) -> gpd.GeoDataFrame:
    """Fetch the rows of a table that meet a rectangle.

    Completeness is up to each municipality: no row does not mean that nothing is there.

    Parameters
    ----------
    client
        Asks the service.
    fetch
        ``item`` is the table, such as ``fkg.t_5800_fac_pkt``; ``where`` is SQL.
    around
        The rectangle, in the CRS of the study.

    Raises
    ------
    ConfigError
        If ``item`` is no name of a table.
    SourceError
        The service cannot be reached, says what is wrong with the question, sends other than it
        counts, nothing, or rows that lie elsewhere.
    """
    if not TABLE.fullmatch(fetch.item):
        msg = (
            f"layers.{client.name}.fetch.item: {fetch.item!r} is no name of a table; letters, "
            "digits and _ are allowed, as in fkg.t_5800_fac_pkt. Correct it."
        )
        raise ConfigError(msg)
    srid = around.crs.removeprefix("EPSG:")
    corners = ", ".join(f"{value:.10g}" for value in around.bounds)
    inside = f"ST_Intersects({GEOMETRY}, ST_MakeEnvelope({corners}, {srid}))"
    chosen = f"{inside} AND ({fetch.where})" if fetch.where else inside
    # a public database that only reads; the table is checked above, the choice is the planner's own
    rest = f"FROM {fetch.item} WHERE {chosen}"
    count = _count(client, f"SELECT count(*) AS n {rest}")
    question = {"q": f"SELECT * {rest}", "format": "geojson"}
    answer = client.get(question | {"srs": srid} | fetch.options)
    _check(client, answer.body)
    check_data(client, answer)
    rows = rows_of(client, answer).set_crs(around.crs, allow_override=True)
    if len(rows) != count:
        client.refuse(f"sent {len(rows):,} of the {count:,} rows that it counts", "Try later.")
    return joined(client, fetch, [rows], around)


def _count(client: Client, question: str) -> int:
    answer = client.get({"q": question, "format": "geojson"})
    _check(client, answer.body)
    check_data(client, answer)
    try:
        return int(json.loads(answer.body)["features"][0]["properties"]["n"])
    except (ValueError, KeyError, IndexError, TypeError):
        return client.refuse("counts its rows in no words that we know", "Try later.")


def _check(client: Client, body: bytes) -> None:
    """Raise SourceError where the answer is the database's own error, sent as if data."""
    try:
        told = json.loads(body)
    except ValueError:
        return
    if isinstance(told, dict) and told.get("success") is False:
        said = " ".join(str(told.get("message") or told).split())[:200]
        client.refuse(f"refuses the question: {said}", "Check fetch.item and fetch.where.")
