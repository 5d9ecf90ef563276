"""Pairs: what every measure over demand and supply does first, once for all of them.

The table of travel times becomes arrays of positions, in the order of the origins and then of the
destinations, so that a sum does not depend on the order of the rows. Sums are counts by position,
never a loop over pairs. What has no weight is out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import SchemaError, first
from htkgis.schema import TRAVEL_TIMES, check
from htkgis.units import minutes

from .impedance import Weighting

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

NEGLIGIBLE = 1e-100
"""Weights below are none, for supply over so little would not be a number."""


@dataclass(frozen=True)
class Pairs:
    """Reachable pairs by position, sorted by origin and then destination.

    Parameters
    ----------
    origin, destination
        Positions, shape (pairs,).
    time_ds
        Travel time in deciseconds, same shape.
    origins, destinations
        Ids by position.
    """

    origin: Positions
    destination: Positions
    time_ds: npt.NDArray[np.int64]
    origins: pd.Index
    destinations: pd.Index

    def where(self, kept: npt.NDArray[np.bool_]) -> Pairs:
        """Keep some of the pairs."""
        return Pairs(
            self.origin[kept],
            self.destination[kept],
            self.time_ds[kept],
            self.origins,
            self.destinations,
        )

    def by_origin(self, values: Floats) -> Floats:
        """Sum values of pairs per origin; 0 where there is none."""
        return np.bincount(self.origin, values, minlength=len(self.origins)).astype(np.float64)

    def by_destination(self, values: Floats) -> Floats:
        """Sum values of pairs per destination; 0 where there is none."""
        found = np.bincount(self.destination, values, minlength=len(self.destinations))
        return found.astype(np.float64)

    def table(self, **columns: Floats) -> pd.DataFrame:
        """Write the pairs with their ids and values of each."""
        ids = {
            "from_id": self.origins.to_numpy()[self.origin],
            "to_id": self.destinations.to_numpy()[self.destination],
        }
        return pd.DataFrame(ids | columns)

    def reached(self, values: Floats, limits_ds: npt.NDArray[np.int64]) -> Floats:
        """Sum values of pairs per origin within each limit; rising limits, shape (n, limits)."""
        within = np.searchsorted(limits_ds, self.time_ds)  # position of the first limit it keeps
        width = len(limits_ds) + 1  # one column more, for what no limit reaches
        at = self.origin * width + within
        between = np.bincount(at, values, minlength=len(self.origins) * width).astype(np.float64)
        return np.cumsum(between.reshape(len(self.origins), width)[:, :-1], axis=1)


def read_pairs(
    travel_times: pd.DataFrame, origins: pd.Index, destinations: pd.Index, *, checked: bool
) -> Pairs:
    """Find the pairs of a table whose origin and destination count.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, or ids of origins or destinations repeat.
    """
    if not checked:
        check(travel_times, TRAVEL_TIMES)
    origin = _positions(travel_times["from_id"], origins, "origins")
    destination = _positions(travel_times["to_id"], destinations, "destinations")
    known = (origin >= 0) & (destination >= 0)
    time_ds = travel_times["travel_time_ds"].to_numpy(dtype=np.int64)
    place = origin * len(destinations) + destination
    if not known.all():
        place = place[known]
    order = None if (np.diff(place) > 0).all() else np.argsort(place, kind="stable")
    rows = np.flatnonzero(known) if order is None else np.flatnonzero(known)[order]
    return Pairs(origin[rows], destination[rows], time_ds[rows], origins, destinations)


def _positions(ids: pd.Series, index: pd.Index, what: str) -> Positions:
    if not index.is_unique:
        twice = index[index.duplicated()].unique()
        msg = f"{what}: {len(twice)} ids stand twice: {first(twice)}; each may stand once. "
        raise SchemaError(msg + "Sum their rows.")
    if isinstance(ids.dtype, pd.CategoricalDtype):
        of_category = np.append(index.get_indexer(ids.cat.categories), -1)
        return np.asarray(of_category[ids.cat.codes], dtype=np.intp)
    return np.asarray(index.get_indexer(pd.Index(ids)), dtype=np.intp)


def read_amounts(amounts: pd.Series, what: str) -> Floats:
    """Return demand, supply or opportunities as numbers.

    Raises
    ------
    SchemaError
        If one is missing, negative or not finite.
    """
    values = amounts.to_numpy(dtype="float64", na_value=np.nan)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        msg = (
            f"{what}: {int(wrong.sum())} of {len(values)} values are no number of 0 or more: "
            f"{first(amounts.index[wrong])}; 0 is allowed, missing is not. Correct the column."
        )
        raise SchemaError(msg)
    return values


def weigh(pairs: Pairs, impedance: Weighting) -> tuple[Pairs, Floats]:
    """Return the pairs within reach, and the weight of each.

    Raises
    ------
    ValueError
        If the impedance gives anything but one number of 0 or more for each time.
    """
    time_min = minutes(pairs.time_ds)
    weight = np.asarray(impedance(time_min), dtype=np.float64)
    if weight.shape != time_min.shape:
        msg = f"impedance: gives shape {weight.shape} for {time_min.shape} times; "
        raise ValueError(msg + "one weight per time is allowed. Compute with numpy arrays.")
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        msg = (
            f"impedance: {int(wrong.sum())} of {len(weight)} weights are no number of 0 or more, "
            f"at {first(time_min[wrong].tolist())} minutes; finite weights are allowed. "
            "Bound it, as power is bound up to a minute."
        )
        raise ValueError(msg)
    near = weight > NEGLIGIBLE
    return (pairs, weight) if near.all() else (pairs.where(near), weight[near])
