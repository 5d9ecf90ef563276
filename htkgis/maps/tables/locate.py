"""Chosen sites as a table: what each adds, what it brings alone, and to whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from htkgis.maps.text import Text

from .cell import Cell, Table

Site = Mapping[Any, Any]


def sites_table(
    sites: pd.DataFrame,
    areas: Sequence[tuple[str, str]],
    *,
    aim: str,
    own_sites: bool,
    min_persons: int,
    text: Text,
) -> Table:
    """List the chosen sites, the one that adds most first.

    Parameters
    ----------
    sites
        As :func:`htkgis.pipeline.locations.find_locations` gives them, at least one.
    areas
        Id and name of each housing area that is told apart; none where one was asked for.
    aim
        ``median`` or ``covering``.
    own_sites
        Whether the sites were given and have names of their own.
    min_persons
        Fewer are not told.
    """
    columns = [
        (text(f"locate.added_{aim}"), "gain"),
        (text(f"locate.alone_{aim}"), "gain_alone"),
        (text("locate.nearer"), "nearer_persons"),
    ]
    for key, name in areas:
        columns.append((text(f"locate.in_{aim}", area=name), f"gain_in_{key}"))
        columns.append((text("locate.nearer_in", area=name), f"nearer_persons_in_{key}"))
    rows = [
        [
            Cell(
                site_name(site, text, own_sites=own_sites),
                head=True,
                show=f"site:{site['site_id']}",
            ),
            *(
                Cell(told(site[column], column, min_persons, text), number=True)
                for _, column in columns
            ),
        ]
        for site in sites.to_dict("records")
    ]
    shown = [column for _, column in columns]
    hidden = bool(sites[shown].isna().any(axis=None))
    note = text("locate.hidden_note", count=text.format_number(min_persons)) if hidden else None
    headings = [(text("locate.site"), False), *((words, True) for words, _ in columns)]
    return Table("sites", text("locate.caption"), headings, rows, note)


def site_name(site: Site, text: Text, *, own_sites: bool) -> str:
    """Name a site by its streets, or as it was given."""
    rank, street = text.format_number(site["rank"]), site["street"]
    known = isinstance(street, str)
    if own_sites and known:
        return text("locate.given", rank=rank, site=site["site_id"], street=street)
    if own_sites:
        return text("locate.given_only", rank=rank, site=site["site_id"])
    return (
        text("locate.name", rank=rank, street=street)
        if known
        else text("locate.at_point", rank=rank)
    )


def told(value: float, column: str, min_persons: int, text: Text) -> str:
    """Write a number; who are few are not told."""
    if not math.isnan(value):
        return text.format_number(value)
    if column == "nearer_persons":
        return text("locate.few", count=text.format_number(min_persons))
    return text("locate.hidden")
