"""From measured shares of persons to those that may be published."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.loaders.told_shares import read_told_shares
from htkgis.profile.share_disclosure import KEY, publish_shares
from htkgis.profile.share_states import Living, PublishedState, beside, unit_parts
from htkgis.profile.suppression import Figure, Group, Sum, withheld
from htkgis.study import Study

from .layers import one, small_numbers
from .seen import Kept, seen


def disclose_shares(
    shares: pd.DataFrame,
    distribution: pd.DataFrame,
    residents: gpd.GeoDataFrame,
    *times: pd.DataFrame,
    study: Study,
    catalog: Catalog,
    before: Mapping[str, Any] | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Round shares of persons, and hide those that would tell of few.

    The attack on the shares of a function is not run again where it was run ``earlier`` on the
    same figures; the result is the same.

    Parameters
    ----------
    shares, distribution, residents
        Of all modes, as :func:`htkgis.pipeline.shares.measure_shares` gives them.
    times
        Minutes of the residents by mode, in the order of the study; of a scenario alone.
    before
        Of a scenario: what the study's own steps made of the state that is published already,
        by output.

    Returns
    -------
    outputs
        ``disclosed_shares`` and ``disclosed_distribution``: contracts ``SHARES`` and
        ``DISTRIBUTION`` with ``hidden``. The layer of the role ``told_shares``, where the catalog
        has one, holds what the accepted edition told. ``attacks``: what ``earlier`` takes.
    """
    attacks: Kept = {}
    rules, accepted = small_numbers(study), _told(catalog)
    widen = None
    if before is not None:
        modes = study.modes.names
        published = _published(before, modes, accepted)
        accepted = accepted | published.told_in(study.study.state.value)
        widen = beside(published, Living(residents, dict(zip(modes, times, strict=True))), rules)
    told, spread = publish_shares(
        shares,
        distribution,
        unit_parts(residents),
        rules,
        accepted=accepted,
        withhold=remembering((earlier or {}).get("attacks", {}), attacks),
        widen=widen,
    )
    return {"disclosed_shares": told, "disclosed_distribution": spread, "attacks": attacks}


def _published(
    before: Mapping[str, Any],
    modes: Sequence[str],
    accepted: Mapping[tuple[Any, ...], float | None],
) -> PublishedState:
    times = {mode: before[f"{mode}_resident_times"] for mode in modes}
    return PublishedState(
        Living(before["residents"], times),
        before["shares"],
        before["distribution"],
        before["disclosed_shares"],
        before["disclosed_distribution"],
        accepted,
    )


def remembering(earlier: Mapping[str, Any], kept: Kept) -> Callable[..., list[Hashable]]:
    """Choose what is withheld as :func:`~htkgis.profile.suppression.withheld` does, once.

    Parameters
    ----------
    earlier
        Which figures were withheld before, by number, by the hash of what was attacked.
    kept
        Filled with the same of what is attacked now.
    """

    def withhold(
        n_cells: int,
        figures: Sequence[Figure],
        groups: Sequence[Group],
        *,
        min_count: float,
        known: Sequence[Sum] = (),
    ) -> list[Hashable]:
        told = [[_sums(figure.sums), float(figure.cost)] for figure in figures]
        secret = [
            [[*map(int, group.cells)], float(group.total), float(group.least_high)]
            for group in groups
        ]
        key = seen(n_cells, told, secret, float(min_count), _sums(known))
        if key in earlier:
            kept[key] = earlier[key]
        else:
            gone = set(withheld(n_cells, figures, groups, min_count=min_count, known=known))
            kept[key] = [number for number, own in enumerate(figures) if own.name in gone]
        # a figure is named by its row, which another one may move; its number stands
        return [figures[number].name for number in kept[key]]

    return withhold


def _sums(sums: Sequence[Sum]) -> list[Any]:
    return [[[*map(int, each.cells)], float(each.low), float(each.high)] for each in sums]


def _told(catalog: Catalog) -> dict[tuple[Any, ...], float | None]:
    """Shares of the accepted edition by key; None where it hid."""
    if not catalog.by_role("told_shares"):
        return {}
    table, _ = read_told_shares(catalog, one(catalog, "told_shares"))
    keys = table[KEY].itertuples(index=False, name=None)
    values = zip(table["share"], table["hidden"], strict=True)
    return {
        key: None if hidden else float(share)
        for key, (share, hidden) in zip(keys, values, strict=True)
        if hidden or not pd.isna(share)
    }
