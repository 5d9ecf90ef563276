"""Answers: what is asked of the travel times of all departures, whichever scan finds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError, first
from htkgis.network.lanes import LANES, Lanes
from htkgis.units import UNREACHED

from .journeys import Journeys
from .masks import LATEST
from .pairs import whole_seconds
from .summaries import add_opportunities, fill_means, fill_percentiles, rank_of

WHOLE = 100
EXACT_BITS, STEPS_APART = 52, 8
"""Binary digits of a sum that are exact, and how far apart the steps that are chosen stand."""
MAX_RIDES = 8
"""More rides than anybody takes; each costs memory and time."""


Summarise = Callable[[int, npt.NDArray[np.float64]], None]
"""Told the number of an origin and its sums by limit, kind and departure, which then go."""


class WindowTimes(NamedTuple):
    """What the travel times of all departures of a window come to.

    Parameters
    ----------
    percentiles_ds
        Deciseconds, int32, shape (origins, destinations, percentiles): the least travel time
        that so many per cent of the departures keep to; ``UNREACHED`` where fewer make it.
    share
        Share of the departures that make it within the cutoff, 0 to 1, float64, shape (origins,
        destinations).
    mean_s
        Mean travel time of those that make it, in seconds; NaN where none does.
    """

    percentiles_ds: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]
    mean_s: npt.NDArray[np.float64]


class Part(NamedTuple):
    """Some of the departures, timed as if nobody else had left.

    ``others``, shape (rows, 64), is ``LATEST`` in the lanes of all others and 0 in their own, None
    where there are no others; ``departures`` is how many there are, ``ranks`` what the percentiles
    are among so many.
    """

    others: npt.NDArray[np.uint16] | None
    departures: int
    ranks: npt.NDArray[np.int64]
    times: WindowTimes

    def fill(
        self, origin: int, timed: Lanes, walked_ds: npt.NDArray[np.int32], rows: int, cutoff_s: int
    ) -> None:
        """Summarise the travel times of one origin, ``rows`` rows of lanes by target."""
        own = timed
        if self.others is not None:
            # all bits set is LATEST, so that no lane of others makes it in time
            own = (timed.reshape(-1, rows, LANES) | self.others).reshape(timed.shape)
        found = self.times
        fill_percentiles(own, rows, self.ranks, walked_ds, cutoff_s, found.percentiles_ds[origin])
        fill_means(own, rows, self.departures, found.share[origin], found.mean_s[origin])

    def stands(self, lanes: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which of the departures, standing in such lanes, are its own."""
        if self.others is None:
            return np.ones(lanes.size, dtype=np.bool_)
        return np.asarray(self.others.ravel()[lanes] == 0)


class Answers(NamedTuple):
    """Answers of all origins, filled one by one; see :func:`no_answers`.

    The travel times of an origin to a target are ``rows`` rows of 64 lanes; ``lanes`` are the
    places of the departures among them, the others rest. ``amounts`` are whole multiples of 2 to
    the power of ``steps``, kind by kind.
    """

    rows: int
    lanes: npt.NDArray[np.int64]
    amounts: npt.NDArray[np.float64]
    steps: npt.NDArray[np.int64]
    limits_s: Sequence[int]
    cutoff_s: int
    sums: npt.NDArray[np.float64]
    parts: Sequence[Part]

    def fill(
        self,
        origin: int,
        times: Lanes,
        direct_ds: npt.NDArray[np.int32],
        *,
        summarise: Summarise | None = None,
    ) -> None:
        """Answer for one origin, given its travel times and those without any ride."""
        rows, counted = self.rows, len(self.amounts)
        sums = self.sums[origin] if summarise is None else self.sums_apart()
        for place, limit_s in enumerate(self.limits_s):
            add_opportunities(times, rows, self.amounts, limit_s, sums[place])
        if summarise is not None:
            summarise(origin, sums[..., self.lanes])
        for part in self.parts:
            part.fill(origin, times[counted * rows :], direct_ds[counted:], rows, self.cutoff_s)

    def not_kept(self) -> Answers:
        """Give the same without a place for the sums, of which somebody is told."""
        return self._replace(sums=self.sums[:0].copy())

    def sums_apart(self) -> npt.NDArray[np.float64]:
        """Lay out the sums of one origin, where those of all are not kept."""
        return np.zeros((len(self.limits_s), self.amounts.shape[1], self.rows * LANES))

    def by_departure(self) -> npt.NDArray[np.float64]:
        """Give the sums, shape (origins, departures, limits, kinds)."""
        count = self.lanes.size
        dense = count == 0 or int(self.lanes[-1]) == count - 1
        own = self.sums[..., :count] if dense else self.sums[..., self.lanes]
        return own.transpose(0, 3, 1, 2)


def no_answers(
    journeys: Journeys,
    weights: npt.NDArray[np.float64],
    *,
    lanes: npt.NDArray[np.int64],
    rows: int,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    parts: Sequence[npt.NDArray[np.int64]] = (),
) -> Answers:
    """Lay out the answers, with nothing answered yet.

    Parameters
    ----------
    journeys
        What journeys are made of.
    weights
        What each of the first destinations counts, shape (counted, kinds); those behind are timed.
    lanes, rows
        Where the departures stand, and how many rows of 64 lanes hold them.
    limits_s, percentiles
        What is asked.
    parts
        Numbers of the departures that are timed together, part by part; all where there is none.

    Raises
    ------
    NetworkError
        If a limit lies beyond the cutoff, or a percentile is none.
    """
    _check_limits(limits_s, journeys.cutoff_s)
    asked = checked_percentiles(percentiles)
    amounts = whole_amounts(np.asarray(weights, dtype=np.float64))
    steps = steps_of(np.asarray(weights, dtype=np.float64))
    shape = (len(journeys.access), len(journeys.egress) - len(amounts))
    whole = np.arange(lanes.size)
    return Answers(
        rows=rows,
        lanes=lanes,
        amounts=amounts,
        steps=steps,
        limits_s=limits_s,
        cutoff_s=journeys.cutoff_s,
        sums=np.zeros((shape[0], len(limits_s), amounts.shape[1], rows * LANES)),
        parts=[_part(own, lanes, rows, asked, shape) for own in parts or [whole]],
    )


def whole_amounts(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round what destinations count to steps so fine that every sum of them is exact.

    Floating-point numbers hold each sum of whole multiples of a step to the last bit as long as
    it is below 2^53 steps, so that a sum does not depend on the order of adding: no scan, and no
    place that counts for more, changes another bit.

    Parameters
    ----------
    weights
        Shape (destinations, kinds), >= 0.

    Returns
    -------
    amounts
        Whole multiples of 2 to the power of :func:`steps_of`, of the same shape.

    Examples
    --------
    A tenth has no exact binary form, and three of them are not 0.3; half has one and stays:

    >>> tenths = whole_amounts(np.full((3, 1), 0.1))[:, 0]
    >>> bool((tenths[0] + tenths[1]) + tenths[2] == tenths[0] + (tenths[1] + tenths[2]))
    True
    >>> whole_amounts(np.array([[0.5, 1e6]])).tolist()
    [[0.5, 1000000.0]]
    """
    steps = steps_of(weights)
    whole: npt.NDArray[np.float64] = np.ldexp(np.rint(np.ldexp(weights, -steps)), steps)
    return np.ascontiguousarray(whole)


def steps_of(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Give for each kind the power of 2 that its step is: a multiple of 8, by the sum of all.

    Examples
    --------
    Of fewer than a million jobs the step is 2 to the power of -32, a fourth of a billionth:

    >>> steps_of(np.array([[900_000.0, 0.0, 3e6]])).tolist()
    [-32, -48, -24]
    """
    _, beyond = np.frexp(weights.sum(axis=0))
    above: npt.NDArray[np.int64] = beyond.astype(np.int64) - EXACT_BITS
    return -(-above // STEPS_APART) * STEPS_APART


def _part(
    own: npt.NDArray[np.int64],
    lanes: npt.NDArray[np.int64],
    rows: int,
    percentiles: Sequence[float],
    shape: tuple[int, int],
) -> Part:
    others = None
    if own.size < lanes.size:
        others = np.full((rows, LANES), LATEST, dtype=np.uint16)
        others.flat[lanes[own]] = 0
    ranks = np.array([rank_of(p, own.size) for p in percentiles], dtype=np.int64)
    nothing = np.empty((*shape, ranks.size), dtype=np.int32), np.empty(shape), np.empty(shape)
    return Part(others, own.size, ranks, WindowTimes(*nothing))


def checked_percentiles(percentiles: Sequence[float]) -> Sequence[float]:
    """Return percentiles between 0 and 100, or say which are not."""
    wrong = [p for p in percentiles if not 0 <= p <= WHOLE]
    if wrong:
        msg = f"percentiles: {wrong}; 0 to 100 are allowed. Correct the percentiles."
        raise NetworkError(msg)
    return percentiles


def checked_rides(rides: int) -> int:
    """Return the most rides of a journey, or say which are allowed."""
    if not 1 <= rides <= MAX_RIDES:
        msg = f"rides: {rides}; 1 to {MAX_RIDES} are allowed. Correct the most rides of a journey."
        raise NetworkError(msg)
    return rides


def _check_limits(limits_s: Sequence[int], cutoff_s: int) -> None:
    beyond = [limit for limit in limits_s if limit > cutoff_s]
    if beyond:
        msg = (
            f"limits: {first(beyond)} s; travel times are searched up to {cutoff_s} s, and limits "
            "up to that are allowed. Correct the limits, or search longer."
        )
        raise NetworkError(msg)


def fill_direct(
    journeys: Journeys,
    origin: int,
    direct_ds: npt.NDArray[np.int32],
    direct_s: npt.NDArray[np.int32],
) -> None:
    """Write the times of an origin to all targets without any ride, exact and in whole seconds."""
    direct_ds[:] = UNREACHED
    if journeys.direct is not None:
        begin, end = journeys.direct.indptr[origin : origin + 2]
        reached = journeys.direct.to_index[begin:end]
        direct_ds[reached] = journeys.direct.time_ds[begin:end]
    direct_s[:] = whole_seconds(direct_ds)


def lanes_of(sizes: Sequence[int], *, width: int = LANES) -> npt.NDArray[np.int64]:
    """Give the places of all departures, by blocks of ``width`` lanes; those behind them rest.

    Examples
    --------
    >>> lanes_of([2, 1], width=4).tolist()
    [0, 1, 4]
    """
    used = [width * number + np.arange(size) for number, size in enumerate(sizes)]
    return np.concatenate(used)
