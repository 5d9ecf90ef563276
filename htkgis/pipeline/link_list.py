"""The list of missing links: the best version of each, ranked, with the streets they join."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.network import search
from htkgis.network.candidate_links import Gaps
from htkgis.units import UNREACHED

from .link_streets import streets_at


def ranked(table: gpd.GeoDataFrame, apart_m: float, as_good: float, most: int) -> gpd.GeoDataFrame:
    """Take the links that save most; of the versions of one the cheapest that is about as good."""
    useful = table[table["saved_person_min"] > 0]
    order = useful.sort_values(["saved_person_min", "start", "end"], ascending=[False, True, True])
    ends = shapely.get_coordinates(order.geometry.to_numpy()).reshape(-1, 2, 2)
    saved, price = (order[name].to_numpy() for name in ("saved_person_min", "price_mio"))
    open_rows = np.ones(len(order), dtype=bool)
    kept: list[int] = []
    for best in range(len(order)):
        # whatever comes now saves no more than the best, so the list cannot change any more
        if len(kept) >= most and saved[best] <= np.sort(saved[kept])[-most]:
            break
        if not open_rows[best]:
            continue
        versions = np.flatnonzero(_same(ends, ends[best], apart_m) & open_rows)
        good = versions[saved[versions] >= as_good * saved[best]]
        chosen = int(good[np.lexsort((good, price[good]))[0]])
        kept.append(chosen)
        open_rows[versions] = False
        open_rows &= ~_same(ends, ends[chosen], apart_m)
    kept = sorted(kept, key=lambda row: (-saved[row], row))[:most]
    return order.iloc[kept].reset_index(drop=True)


def _same(
    ends: npt.NDArray[np.float64], own: npt.NDArray[np.float64], apart_m: float
) -> npt.NDArray[np.bool_]:
    """Say which links are versions of one: both ends near, whichever way they are drawn."""
    same, turned = (
        (np.hypot(*(each - own).transpose(2, 0, 1)) <= apart_m).all(axis=1)
        for each in (ends, ends[:, ::-1])
    )
    both: npt.NDArray[np.bool_] = same | turned
    return both


def with_streets(
    table: gpd.GeoDataFrame, gaps: Gaps, streets: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Name the streets that each link joins; a name is missing where the street has none."""
    named: dict[str, Any] = {}
    for side, nodes in (("from", table["start"]), ("to", table["end"])):
        own = streets_at(gaps.graph, nodes.to_numpy(), streets)
        named |= {f"{side}_street": own["name"], f"{side}_street_kind": own["kind"]}
    return table.assign(**named)


def with_ways(table: gpd.GeoDataFrame, gaps: Gaps) -> gpd.GeoDataFrame:
    """Add to each link its id, the way between its ends today, and where they lie."""
    graph = gaps.graph
    metres_per_ds = graph.speed_kph / 36.0
    today = np.array(
        [
            search(graph, [start], [0])[end]
            for start, end in zip(table["start"], table["end"], strict=True)
        ],
        dtype=np.float64,
    )
    ends = shapely.get_coordinates(table.geometry.to_numpy()).reshape(-1, 4)
    ids = ["link_" + "_".join(f"{value:.0f}" for value in row) for row in ends]
    rest = table.drop(columns=["start", "end"])
    way_m = np.where(today < UNREACHED, today * metres_per_ds, np.nan)
    rest.insert(0, "id", ids)
    rest.insert(3, "walk_today_m", way_m)
    rest.insert(0, "rank", np.arange(1, len(rest) + 1))
    return rest
