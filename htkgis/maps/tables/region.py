"""Stops of the region with their minutes from each quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd

from htkgis.maps.layers import area_name, place_name
from htkgis.maps.ordering import danish_order
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table


def times_of(profile: Profile) -> dict[str, Mapping[str, Any]]:
    """Rows of a profile's region by the id of the stop."""
    return {row["id"]: row for row in profile["region"]["rows"]}


def counts_table(profiles: Sequence[Profile], limits: Sequence[float], text: Text) -> Table:
    """How many stops are within each limit, a column for each quarter."""
    found = [{row["limit_min"]: row for row in each["region"]["within"]} for each in profiles]
    return Table(
        "region-counts",
        text("region.counts_caption"),
        [(text("region.limit"), False), *((area_name(each), True) for each in profiles)],
        [
            [
                Cell(text("region.within", limit=text.format_number(limit, None)), head=True),
                *(_count(each[limit], text) for each in found),
            ]
            for limit in limits
        ],
    )


def _count(row: Mapping[str, Any], text: Text) -> Cell:
    stations = text("region.of_stations", stations=text.format_number(row["stations"]))
    return Cell(text.format_number(row["stops"]), number=True, range=stations)


def stops_table(
    profiles: Sequence[Profile],
    stops: gpd.GeoDataFrame,
    limits: Sequence[float],
    when: str,
    text: Text,
) -> Table:
    """List stops by name, with the minutes from each quarter."""
    origins = profiles[0]["origins"]
    found = [times_of(profile) for profile in profiles]
    rows = sorted(
        zip(stops["id"], stops["name"], stops["kind"], strict=True),
        key=lambda row: (danish_order(place_name(row[1], "existing", text)), row[0]),
    )
    return Table(
        "region-stops",
        text(
            "region.table_caption",
            when=when,
            origins=text(f"origin.{origins['kind']}.short").lower(),
        ),
        [
            (text("region.name"), False),
            (text("region.kind"), False),
            *((area_name(each), True) for each in profiles),
        ],
        [
            [
                Cell(place_name(name, "existing", text), head=True),
                Cell(text(f"region.{kind}")),
                *(_minutes(each.get(key), limits[-1], text) for each in found),
            ]
            for key, name, kind in rows
        ],
    )


def _minutes(row: Mapping[str, Any] | None, largest: float, text: Text) -> Cell:
    if row is None:
        return Cell(text("region.more", limit=text.format_number(largest, None)), number=True)
    low, high = (text.format_minutes(row[name], unit=False) for name in ("min", "max"))
    return Cell(
        text.format_minutes(row["median"], unit=False),
        number=True,
        range=None if low == high else text("table.spread_of", low=low, high=high),
    )
