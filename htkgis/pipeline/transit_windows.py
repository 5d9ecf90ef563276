"""A window of departures: what runs in it, and what waiting leads to, worked out once for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.network.transit import Journeys, Prepared, blocks_of_all
from htkgis.network.transit.many_draws import profiles_pay
from htkgis.network.transit.stop_profiles import StopProfiles, digests_of_stops, profiles_of
from htkgis.network.transit.windows import Period, whole_periods

from .transit_reuse import Digests, Led, digest_of, shared_digest

WALK_STEP_S = 600
"""Up to a whole number of these the walks to stops count as one: an edited street changes none."""


@dataclass
class TransitWindow:
    """Journeys from all origins in a window, and what all of its measurements share.

    Parameters
    ----------
    journeys
        Whose first ``counted`` destinations are counted.
    leaving_s
        Seconds after midnight, rising, at least one.
    of_all
        Whatever else all origins have in common.

    Attributes
    ----------
    shared
        What :func:`~htkgis.pipeline.transit_reuse.shared_digest` gives.
    known
        What waiting leads to, once somebody has asked.
    """

    journeys: Journeys
    leaving_s: npt.NDArray[np.int64]
    counted: int
    of_all: Sequence[npt.NDArray[Any]]

    def __post_init__(self) -> None:
        """Find what runs, for its hash and for the measurement."""
        own = self.journeys
        self._runs: list[Period] = whole_periods(
            own.timetables, own.footpaths, self.leaving_s, own.cutoff_s
        )
        self.shared: Digests = shared_digest(own, self.leaving_s, *self.of_all, periods=self._runs)
        self.known: StopProfiles | None = None

    def prepared(self, some: Journeys) -> Prepared:
        """Prepare the timetables for some of the origins, in the way that takes less time."""
        if self.known is None and not self._pays(some):
            return blocks_of_all(some, self.leaving_s)
        return self.profiles()

    def profiles(self) -> StopProfiles:
        """Work out what waiting at each stop leads to, once."""
        if self.known is None:
            self.known = profiles_of(
                self.journeys, self.leaving_s, counted=self.counted, periods=self._runs
            )
        return self.known

    def led(self) -> Led:
        """Tell apart what else may run, by what it leads to at the stops that origins walk to."""
        own = self.journeys
        until_s = int(self.leaving_s[-1] - self.leaving_s[0]) + self._longest_walk_s()
        sizes = [own.cutoff_s, own.max_rides, len(own.egress), len(own.footpaths), until_s]
        # rests on how many origins there are too, and decides what is told of stops
        pays = self._pays(own)
        fixed = digest_of([self.leaving_s, np.array([*sizes, pays], dtype=np.int64), *self.of_all])

        def stops() -> Digests:
            if pays:
                return digests_of_stops(self.profiles(), until_s)
            return np.tile(self.shared, (len(own.footpaths), 1))

        return Led(fixed, own.access, stops)

    def _pays(self, some: Journeys) -> bool:
        return profiles_pay(some, self.leaving_s, counted=self.counted)

    def _longest_walk_s(self) -> int:
        longest_s = int(self.journeys.access.walks[:, 1].max(initial=0))
        return -(-longest_s // WALK_STEP_S) * WALK_STEP_S
