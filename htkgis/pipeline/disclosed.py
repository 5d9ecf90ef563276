"""From measured shares of persons to those that may be published."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.loaders.told_shares import read_told_shares
from htkgis.profile.share_disclosure import KEY, publish_shares
from htkgis.study import Study

from .layers import one, small_numbers


def disclose_shares(
    shares: pd.DataFrame,
    distribution: pd.DataFrame,
    residents: gpd.GeoDataFrame,
    *,
    study: Study,
    catalog: Catalog,
) -> dict[str, Any]:
    """Round shares of persons, and hide those that would tell of few.

    Returns
    -------
    outputs
        ``disclosed_shares`` and ``disclosed_distribution``: contracts ``SHARES`` and
        ``DISTRIBUTION`` with ``hidden``. The layer of the role ``told_shares``, where the catalog
        has one, holds what the accepted edition told.
    """
    told, spread = publish_shares(
        shares, distribution, unit_parts(residents), small_numbers(study), accepted=_told(catalog)
    )
    return {"disclosed_shares": told, "disclosed_distribution": spread}


def unit_parts(residents: pd.DataFrame) -> pd.DataFrame:
    """Sum persons by area and district, missing outside any: how units overlap.

    Examples
    --------
    >>> homes = pd.DataFrame({"persons": [2.0, 3.0, 4.0], "area_id": ["a", "a", None],
    ...     "district_id": ["d", "d", "d"]})
    >>> unit_parts(homes)["persons"].tolist()
    [5.0, 4.0]
    """
    by_unit = residents.groupby(["area_id", "district_id"], sort=True, dropna=False)
    return by_unit["persons"].sum().reset_index()


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
