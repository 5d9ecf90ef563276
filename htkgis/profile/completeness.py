"""Completeness in a profile: one of each function in reach, and which is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .fairness import completeness_of_persons
from .rounding import plain
from .spread import STATISTICS

MIXED = {"functions": "functions_in_reach", "diversity": "diversity", "diversity_2": "diversity_2"}
"""Indicators by order of the Hill number, and what the profile calls them."""

EDGE = "completeness.edge"


def completeness_part(
    records: Sequence[Mapping[str, Any]],
    figures: pd.DataFrame,
    fairness: Mapping[str, Any] | None,
    *,
    area_id: str,
    everyday_min: float,
) -> list[dict[str, Any]]:
    """Arrange completeness and diversity of one area, a row per mode.

    Parameters
    ----------
    records
        Per area and mode; see :func:`htkgis.pipeline.completeness.complete_origins`.
    figures
        Contract ``PROFILE`` of the area's quarter, in the state shown.
    fairness
        Measured of persons; None where none are known.
    area_id
        Which area.
    everyday_min
        Limit of what is told.

    Returns
    -------
    rows
        What the record says without the area; ``functions_in_reach``, ``diversity`` and
        ``diversity_2`` with least, median and greatest over the origins (None, with the reason in
        ``diversity_missing``, where the search met the border of the data), and
        ``lower_bound`` of the first; ``persons``: the share of the residents who have all, beside
        the municipality; None where no persons are known.
    """
    at = figures[figures["limit_min"].eq(everyday_min)]
    rows = []
    for record in records:
        if record["area_id"] != area_id:
            continue
        own = at[at["mode"] == record["mode"]]
        mixed = {name: _spread(own[own["indicator"] == key]) for key, name in MIXED.items()}
        counted = own.loc[own["indicator"] == "functions", "lower_bound"]
        rows.append(
            {name: value for name, value in record.items() if name != "area_id"}
            | mixed
            | {
                "diversity_missing": EDGE if mixed["diversity"] is None else None,
                "lower_bound": bool(counted.any()),
                "persons": completeness_of_persons(fairness, area_id, record["mode"]),
            }
        )
    return rows


def _spread(figures: pd.DataFrame) -> dict[str, float | None] | None:
    """Read least, median and greatest; None where there is no such figure."""
    values = figures.set_index("statistic")["value"]
    if values.isna().all():
        return None
    return {name: plain(round(values[name], 2)) for name in STATISTICS}
