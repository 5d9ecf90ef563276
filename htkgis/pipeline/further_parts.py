"""Parts of a profile that compare: each origin then and now, and the region by train and bus."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile.differences import Classes, differences_part
from htkgis.profile.kept import Known, kept_part
from htkgis.profile.region import region_part
from htkgis.study import Quarter, Study


def differences_of(
    quarter: Quarter, access: Known, origins: gpd.GeoDataFrame, places: Known, study: Study
) -> dict[str, Any] | None:
    """Give ``differences`` of a quarter's profile.

    Parameters
    ----------
    access
        Contract ``ACCESS`` with ``to_id`` of its origins: adults on the streets, both states.
    """
    own, classes = origins[origins["area_id"] == quarter.area], study.differences
    found: dict[str, Any] | None = kept_part(
        _differences,
        access,
        own,
        places,
        study.study.baseline.value,
        study.study.state.value,
        study.profile.everyday.value,
        None if classes is None else [classes.minutes.value, classes.functions.value],
    )
    return found


def _differences(
    access: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    baseline: int,
    state: int,
    everyday_min: float,
    classes: list[Any] | None,
) -> dict[str, Any] | None:
    return differences_part(
        access,
        origins,
        places,
        baseline=baseline,
        state=state,
        everyday_min=everyday_min,
        classes=None if classes is None else Classes(*classes),
    )


def region_of(
    quarter: Quarter,
    origins: gpd.GeoDataFrame,
    times: pd.DataFrame,
    drawn: gpd.GeoDataFrame,
    study: Study,
) -> dict[str, Any] | None:
    """Give ``region`` of a quarter's profile; None where nothing runs.

    Parameters
    ----------
    times, drawn
        As :func:`htkgis.pipeline.region.measure_region` gives them.
    """
    rules = study.transit
    if rules is None:
        return None
    return region_part(
        times[times["area_id"] == quarter.area].drop(columns="area_id"),
        pd.DataFrame(drawn[drawn["id"].notna()].drop(columns="geometry")),
        limits_min=rules.jobs.value,
        window=next(iter(rules.windows)),
        percentile=rules.percentile.value,
        origins=int(origins["area_id"].eq(quarter.area).sum()),
    )
