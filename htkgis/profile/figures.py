"""The figures of all quarters as one long table: contract ``PROFILE``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from htkgis.schema import ACCESS, PROFILE, check

from .spread import STATISTICS, spread

DIRECTIONS = {"min": "less", "places": "more", "jobs": "more"}
"""By unit: whether less or more of it is better."""

SITUATION = ["measure", "function", "mode", "limit_min", "lens", "state", "unit"]


def profile_figures(
    access: pd.DataFrame, area_of_origin: pd.Series, quarter_of_area: Mapping[str, str]
) -> pd.DataFrame:
    """Summarise access over the origins of each quarter's housing area.

    Parameters
    ----------
    access
        Contract ``ACCESS``, one row per origin and measure.
    area_of_origin
        Area id by origin id.
    quarter_of_area
        Quarter id by area id; the order of the result.

    Returns
    -------
    figures
        Contract ``PROFILE``: for each quarter and measure the least, median and greatest over
        the origins. A bound of any origin is a bound of the figure.

    Raises
    ------
    SchemaError
        If ``access`` breaks its contract.
    """
    check(access, ACCESS)
    quarters = access["id"].map(area_of_origin).map(dict(quarter_of_area))
    rows: list[dict[str, Any]] = []
    for quarter_id in quarter_of_area.values():
        own = access[quarters == quarter_id]
        for situation, group in own.groupby(SITUATION, sort=False, dropna=False):
            rows += _rows(quarter_id, dict(zip(SITUATION, situation, strict=True)), group)
    figures = pd.DataFrame(rows, columns=list(PROFILE.columns))
    for column in ("lower_bound", "upper_bound", "hidden"):
        figures[column] = figures[column].astype(bool)
    return check(figures, PROFILE)


def _rows(quarter_id: str, situation: dict[str, Any], group: pd.DataFrame) -> list[dict[str, Any]]:
    values = spread(group["value"])
    measure = situation.pop("measure")
    common = {
        "quarter_id": quarter_id,
        "indicator": measure,
        **situation,
        "label": f"indicator.{measure}",
        "direction": DIRECTIONS[situation["unit"]],
        "reference": None,
        "target": None,
        "population_covered": None,
        "robustness": None,
        "lower_bound": bool(group["lower_bound"].any()),
        "upper_bound": bool(group["upper_bound"].any()),
        "hidden": False,
    }
    return [common | {"statistic": name, "value": values[name]} for name in STATISTICS]
