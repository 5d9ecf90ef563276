"""Figures of Statistics Denmark's Statbank, as its own CSV."""

from __future__ import annotations

import csv
import io

from htkgis.errors import first
from htkgis.services import Fetch

from .client import Client
from .rows import check_data

BOM = b"\xef\xbb\xbf"


def fetch_statbank(client: Client, fetch: Fetch) -> bytes:
    """Fetch one table as CSV, as the Statbank writes it.

    Parameters
    ----------
    client
        Asks the service.
    fetch
        ``item`` is the table, such as ``FOLK1A``; ``options`` give the values of each of its
        variables, separated by commas, such as ``{ "OMRÅDE" = "169", Tid = "2026K3" }``.

    Returns
    -------
    content
        CSV with ``;`` between values, UTF-8; ``..`` where a figure is missing or hidden.

    Raises
    ------
    SourceError
        The Statbank cannot be reached, does not know the table or a value, or sends no row.
    """
    variables = [
        {"code": code, "values": [value.strip() for value in values.split(",")]}
        for code, values in fetch.options.items()
    ]
    question = {
        "table": fetch.item,
        "format": "CSV",
        "lang": "da",
        "valuePresentation": "Code",
        "variables": variables,
    }
    answer = client.post(question)
    check_data(client, answer)
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig", "replace")), delimiter=";"))
    widths = {len(row) for row in rows if row}
    if len(rows) < 2 or len(widths) != 1 or widths == {1}:  # noqa: PLR2004 - head and a row
        shown = first([" ".join(answer.body[:80].decode("utf-8", "replace").split())])
        client.refuse(f"sent no table: {shown}", "Check fetch.item and fetch.options.")
    return answer.body.removeprefix(BOM)
