"""Competition: the sums that all measures of supply per person are made of.

What they agree on: a destination that nobody demands has no ratio (0/0) and is left out; an origin
that reaches only such destinations has no value; one that reaches nothing has 0, for supply is
there and out of reach. Without any demand, or any supply, there is nothing to measure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .impedance import Weighting
from .pairs import Floats, Pairs, read_amounts, read_pairs, weigh


@dataclass(frozen=True)
class Competition:
    """Who competes for what.

    Parameters
    ----------
    pairs
        Pairs within reach.
    weight
        Impedance of each pair, above 0, shape (pairs,).
    demand, supply
        Amounts by position of origins and destinations.
    """

    pairs: Pairs
    weight: Floats
    demand: Floats
    supply: Floats

    def weighted_demand(self, weight: Floats) -> Floats:
        """Sum the demand of each destination, weighted per pair."""
        return self.pairs.by_destination(self.demand[self.pairs.origin] * weight)

    def ratio(self, demand: Floats) -> Floats:
        """Supply over demand of each destination; missing where there is no demand."""
        return divided(self.supply, demand)

    def share_of_origin(self, weight: Floats) -> Floats:
        """Part of each pair in the weights of its origin; 0 where all are 0."""
        return np.nan_to_num(divided(weight, self.pairs.by_origin(weight)[self.pairs.origin]))

    def share_of_destination(self, weight: Floats) -> Floats:
        """Part of each pair in the weights of its destination; 0 where all are 0."""
        total = self.pairs.by_destination(weight)[self.pairs.destination]
        return np.nan_to_num(divided(weight, total))


def competing(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    checked: bool,
) -> Competition:
    """Read and check what the measures of competition take.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or supply are no amounts.
    ValueError
        If the impedance gives no weights.
    """
    persons, amounts = read_amounts(demand, "demand"), read_amounts(supply, "supply")
    pairs = read_pairs(travel_times, demand.index, supply.index, checked=checked)
    pairs, weight = weigh(pairs, impedance)
    return Competition(pairs, weight, persons, amounts)


def per_person(found: Competition, ratio: Floats, weight: Floats) -> pd.Series:
    """Sum the ratios of the destinations that each origin reaches, weighted per pair.

    Returns
    -------
    access
        By origin; missing and 0 as said in the module.
    """
    pairs = found.pairs
    known = ~np.isnan(ratio)[pairs.destination]
    access = pairs.by_origin(np.where(known, ratio[pairs.destination], 0.0) * weight)
    reached = pairs.by_origin(np.ones(len(weight))) > 0
    access[reached & (pairs.by_origin(known.astype(np.float64)) == 0)] = np.nan
    if not (found.demand.any() and found.supply.any()):
        access[:] = np.nan
    return pd.Series(access, index=pairs.origins)


def divided(above: Floats, below: Floats) -> Floats:
    """Divide, missing where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
