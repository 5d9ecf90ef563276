"""Parts of a profile that compare: each origin then and now, and the region by train and bus."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile.differences import Classes, differences_part
from htkgis.profile.region import region_part
from htkgis.study import Quarter, Study


def further_parts(
    quarter: Quarter,
    access: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    region_times: pd.DataFrame,
    region_map: gpd.GeoDataFrame,
    study: Study,
) -> dict[str, Any]:
    """Give ``differences`` and ``region`` of a quarter's profile.

    Parameters
    ----------
    access
        Contract ``ACCESS`` with ``to_id``: adults on the streets, both states.
    region_times, region_map
        As :func:`htkgis.pipeline.region.measure_region` gives them.
    """
    own = origins[origins["area_id"] == quarter.area]
    classes = study.differences
    return {
        "differences": differences_part(
            access,
            own,
            places,
            baseline=study.study.baseline.value,
            state=study.study.state.value,
            everyday_min=study.profile.everyday.value,
            classes=None
            if classes is None
            else Classes(classes.minutes.value, classes.functions.value),
        ),
        "region": _region(quarter, region_times, region_map, len(own), study),
    }


def _region(
    quarter: Quarter,
    times: pd.DataFrame,
    drawn: gpd.GeoDataFrame,
    origins: int,
    study: Study,
) -> dict[str, Any] | None:
    rules = study.transit
    if rules is None:
        return None
    return region_part(
        times[times["area_id"] == quarter.area].drop(columns="area_id"),
        pd.DataFrame(drawn[drawn["id"].notna()].drop(columns="geometry")),
        limits_min=rules.jobs.value,
        window=next(iter(rules.windows)),
        percentile=rules.percentile.value,
        origins=origins,
    )
