"""Measures of pairs: who gets what of whom, if everything, or everybody, is shared out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pandas as pd

from htkgis import access
from htkgis.errors import ConfigError, HtkgisError

from .access_measures import Asked, Measure, Values

SHARE = "_share"
"""Ends the name of the part of its destination's supply, or of its origin's demand, that a pair
takes; the value without it is in opportunities, or in persons."""


def _singly(constraint: Literal["supply", "demand"]) -> Callable[[Asked], Values]:
    def found(asked: Asked) -> Values:
        amounts = asked.amounts
        table = access.singly_constrained(
            asked.times,
            amounts.demand,
            amounts.supply,
            impedance=asked.weighting,
            constraint=constraint,
            checked=True,
        )
        pairs, name = _ids(table), f"singly_constrained_{constraint}"
        return {
            name: pd.Series(table["allocated"].to_numpy(), index=pairs),
            f"{name}{SHARE}": pd.Series(table["kappa"].to_numpy(), index=pairs),
        }

    return found


def _doubly(asked: Asked) -> Values:
    amounts = asked.amounts
    try:
        table = access.doubly_constrained(
            asked.times, amounts.demand, amounts.supply, impedance=asked.weighting, checked=True
        )
    except HtkgisError:
        raise
    except ValueError as error:  # no flow meets both sides
        why = str(error).removeprefix("doubly constrained: ")
        msg = f"--measure doubly_constrained: {why}"
        raise ConfigError(msg) from error
    return {"doubly_constrained": pd.Series(table["flow"].to_numpy(), index=_ids(table))}


def _ids(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[["from_id", "to_id"]])


PAIR_MEASURES = {
    "singly_constrained_supply": Measure(_singly("supply")),
    "singly_constrained_demand": Measure(_singly("demand"), reaches=1),
    "doubly_constrained": Measure(_doubly, reaches=0),
}
"""Measures whose values are by origin and destination: series with an index of both ids."""
