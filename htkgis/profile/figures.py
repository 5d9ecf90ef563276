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

VALUES = ["value", "lower_bound", "upper_bound", "hidden"]
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
        Contract ``ACCESS``, one row per origin and measure; ``hidden`` where any is withheld.
    area_of_origin
        Area id by origin id.
    quarter_of_area
        Quarter id by area id; the order of the result.

    Returns
    -------
    figures
        Contract ``PROFILE``: for each quarter and measure the least, median and greatest over
        the origins. A bound of any origin is a bound of the figure, and where the value of any
        is hidden, so is the figure: the least of the others would be another figure.

    Raises
    ------
    SchemaError
        If ``access`` breaks its contract.
    """
    check(access, ACCESS)
    if "hidden" not in access.columns:
        access = access.assign(hidden=False)
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
        for situation, (values, lower, upper, gone) in zip(heads, facts, strict=True):
            flags = {
                "lower_bound": bool(lower.any() and not gone.any()),
                "upper_bound": bool(upper.any() and not gone.any()),
                "hidden": bool(gone.any()),
            }
            rows += _rows(quarter_id, situation, values, flags)
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
    flags: Mapping[str, bool],
) -> list[dict[str, Any]]:
    values = dict.fromkeys(STATISTICS, np.nan) if flags["hidden"] else spread(pd.Series(reached))
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
        **flags,
    }
    return [common | {"statistic": name, "value": values[name]} for name in STATISTICS]
