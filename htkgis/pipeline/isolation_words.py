"""What profiles are told of isolation: the study's decisions, and its figures below the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from htkgis.profile.isolation import (
    BARRIER,
    CROSSINGS,
    DIRECTNESS,
    REACHED,
    THROUGH,
    isolation_figures,
)
from htkgis.profile.isolation_stamps import StampRules, with_isolation_stamps
from htkgis.study import Study

CLOSED = {
    "crossings": CROSSINGS,
    "directness": DIRECTNESS,
    "reached": REACHED,
    "through": THROUGH,
    "barrier": BARRIER,
}
"""By key of the study: the indicator that its limit is of."""


def isolation_decisions(study: Study, *, sketch: bool) -> dict[str, Any] | None:
    """Say what the study decides on isolation, in units that the pages print; None without."""
    rules = study.isolation
    if rules is None:
        return None
    distances = ("surroundings", "same_place", "point_spacing", "least_straight", "neighbours")
    crossings = ("crossing_spacing", "crossing_reach", "barrier_width")
    return {
        **{f"{name}_m": getattr(rules, name).value for name in (*distances, *crossings)},
        "compared_addresses": rules.compared.value,
        "limits_min": dict(rules.limits.value),
        "longest_min": dict(rules.longest.value),
        "closed": {name: getattr(rules.closed, key).value for key, name in CLOSED.items()},
        "sketch_length": study.robustness.sketch_length.value
        if sketch and study.robustness is not None
        else None,
    }


def stamped_isolation(
    isolation: list[dict[str, Any]],
    cases: Sequence[Mapping[str, Any]],
    study: Study,
    *,
    sketch: bool,
) -> list[dict[str, Any]]:
    """Say of what was measured whether it holds; as it is where no case was tried."""
    decisions, rules = isolation_decisions(study, sketch=sketch), study.robustness
    if decisions is None or rules is None:
        return isolation
    decided = StampRules(
        closed=decisions["closed"],
        share_change=rules.share_change.value,
        detour_change=rules.detour_change.value,
        closure_change=rules.closure_change.value,
        sketch_length=decisions["sketch_length"],
    )
    return with_isolation_stamps(isolation, cases, decided)


def with_isolation(
    figures: pd.DataFrame,
    isolation: Sequence[Mapping[str, Any]],
    quarter_of_area: Mapping[str, str],
    study: Study,
) -> pd.DataFrame:
    """Put the figures of isolation below the others; contract ``PROFILE``."""
    rules = study.isolation
    if rules is None or not isolation:
        return figures
    further = isolation_figures(
        isolation,
        quarter_of_area,
        limits_min=rules.limits.value,
        state=study.study.state.value,
    )
    return pd.DataFrame(pd.concat([figures, further], ignore_index=True))
