"""The figures of all quarters as one long table: contract ``PROFILE``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.schema import ACCESS, PROFILE, check

from .spread import STATISTICS, spread

DIRECTIONS = {"min": "less", "places": "more", "jobs": "more", "share": "more", "functions": "more"}
"""By unit: whether less or more of it is better."""

VALUES = ["value", "lower_bound", "upper_bound"]
SITUATION = [
    "measure",
    "function",
    "mode",
    "limit_min",
    "percentile",
    "departure",
    "lens",
    "state",
    "unit",
]


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
        number = own.groupby(SITUATION, sort=False, dropna=False).ngroup().to_numpy()
        # one sort instead of a table per case, of which there are hundreds
        ranked = own.iloc[np.argsort(number, kind="stable")]
        begin = np.flatnonzero(np.diff(np.sort(number), prepend=-1))
        heads = ranked[SITUATION].iloc[begin].to_dict("records")
        facts = zip(*(np.split(ranked[name].to_numpy(), begin[1:]) for name in VALUES), strict=True)
        for situation, (values, lower, upper) in zip(heads, facts, strict=True):
            rows += _rows(quarter_id, situation, values, bool(lower.any()), bool(upper.any()))
    figures = pd.DataFrame(rows, columns=list(PROFILE.columns))
    for column in ("robust_low", "robust_high"):
        figures[column] = figures[column].astype("float64")
    for column in ("lower_bound", "upper_bound", "hidden", "robust_bound"):
        figures[column] = figures[column].astype(bool)
    return check(figures, PROFILE)


def _rows(
    quarter_id: str,
    situation: dict[Any, Any],
    reached: npt.NDArray[np.float64],
    lower_bound: bool,  # noqa: FBT001 - one of two flags of a row
    upper_bound: bool,  # noqa: FBT001
) -> list[dict[str, Any]]:
    values = spread(pd.Series(reached))
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
        "robust_low": None,
        "robust_high": None,
        "robust_bound": False,
        "lower_bound": lower_bound,
        "upper_bound": upper_bound,
        "hidden": False,
    }
    return [common | {"statistic": name, "value": values[name]} for name in STATISTICS]
