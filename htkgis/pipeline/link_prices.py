"""What missing links cross, what that costs, and how long they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import ConfigError, first
from htkgis.link_rules import LEVEL, PATH, WATER, LinkRules
from htkgis.network.candidate_links import Gaps
from htkgis.units import cost_ds, deciseconds

from .link_streets import links_drawn, on_two_levels

Flags = npt.NDArray[np.bool_]


class Priced(NamedTuple):
    """What each link is; every array has shape (k,).

    Parameters
    ----------
    kinds
        ``path``, or what it meets, by name and joined by ``+``.
    price
        Sum over its kinds.
    cost_ds
        Deciseconds to pass it: its length and the delays of its kinds.
    """

    kinds: npt.NDArray[Any]
    price: npt.NDArray[np.float64]
    cost_ds: npt.NDArray[np.int32]


def kinds_met(
    gaps: Gaps,
    *,
    streets: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    water: gpd.GeoDataFrame,
    rules: LinkRules,
) -> dict[str, Flags]:
    """Say of each kind which links meet it; kinds that none meets may be left out."""
    tree = shapely.STRtree(links_drawn(gaps))
    met = {LEVEL: on_two_levels(gaps, streets, ramp_m=rules.ramp.value)}
    for kind, own in barriers.groupby("kind"):
        met[str(kind)] = _met(tree, own)
    met[WATER] = met.get(WATER, np.zeros(len(gaps.start), dtype=bool)) | _met(tree, water)
    return met


def _met(tree: shapely.STRtree, shapes: gpd.GeoDataFrame) -> Flags:
    found = np.zeros(len(tree.geometries), dtype=np.bool_)
    found[np.unique(tree.query(shapes.geometry.to_numpy(), predicate="intersects")[1])] = True
    return found


def priced(gaps: Gaps, met: Mapping[str, Flags], rules: LinkRules) -> Priced:
    """Price links by what they meet.

    Raises
    ------
    ConfigError
        If the study has no price for something that a link meets.
    """
    names = sorted(name for name, flags in met.items() if flags.any())
    unknown = [name for name in names if name not in rules.kinds]
    if unknown:
        msg = (
            f"study.toml: links.kinds has no price for {len(unknown)} of {len(names)} kinds of "
            f"barrier that links cross: {first(unknown)}; there are {', '.join(rules.kinds)}. Add "
            f"[links.kinds.{unknown[0]}] with each, per_metre and delay."
        )
        raise ConfigError(msg)
    none = ~np.any([met[name] for name in names], axis=0) if names else None
    flags = {name: met[name] for name in names}
    flags[PATH] = np.ones(len(gaps.start), dtype=bool) if none is None else none
    kinds = np.full(len(gaps.start), "", dtype=object)
    price, delay_ds = np.zeros(len(kinds)), np.zeros(len(kinds), dtype=np.int64)
    for name, own in flags.items():
        kind = rules.kinds[name]
        kinds[own] = [f"{before}+{name}" if before else name for before in kinds[own]]
        price[own] += kind.each.value + kind.per_metre.value * gaps.straight_m[own]
        delay_ds[own] += deciseconds(kind.delay.value)
    cost = cost_ds(gaps.straight_m, gaps.graph.speed_kph) + delay_ds
    return Priced(kinds, price, cost.astype(np.int32))
