"""Rankings: what at least so many per cent of the departures of a window reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError, first
from htkgis.network.lanes import LANES, lowest_bit

from .answers import EXACT_BITS, Answers, checked_percentiles
from .ranked_sums import Asked, Sums, runs_of
from .summaries import rank_of

Numbers = npt.NDArray[np.int64]
MOST_STEPS = 2.0**EXACT_BITS
"""No sum is more."""


class Ranking(NamedTuple):
    """What is ranked of what the departures reach.

    Parameters
    ----------
    percentile
        0 to 100.
    kinds
        Numbers of the kinds of which a value is asked for.
    more
        Numbers of kinds: whoever reaches anything of one of them might reach more of all others.
    guesses
        Of each part the values that may be found, shape (origins, limits, kinds), as of another
        timetable, below 0 where nobody knows: a right one is found sooner, and what is found is
        the same whatever they are.
    """

    percentile: float
    kinds: Sequence[int]
    more: Sequence[int]
    guesses: Sequence[npt.NDArray[np.float64]] | None = None


class Ranked(NamedTuple):
    """What the departures of one window come to.

    Parameters
    ----------
    value
        Shape (origins, limits, kinds): what at least ``percentile`` per cent of the departures
        reach, 0 where fewer reach any.
    exceeded
        Shape (origins, limits, kinds, more): whether the value were greater if every departure
        that reaches anything of a kind of ``more`` reached more, however much.
    reaching
        Shape (origins, limits, kinds, 2 + more): how many departures reach the value, how many
        reach more, and how many would if all that reach anything of a kind of ``more`` did.
    """

    value: npt.NDArray[np.float64]
    exceeded: npt.NDArray[np.bool_]
    reaching: npt.NDArray[np.int32]


def check_ranking(ranking: Ranking, answers: Answers) -> None:
    """Refuse what no departures can be ranked by: kernels read without looking.

    Raises
    ------
    NetworkError
        If the percentile or a kind is none, or a part has no departure.
    """
    checked_percentiles([ranking.percentile])
    kinds = answers.amounts.shape[1]
    wrong = [kind for kind in (*ranking.kinds, *ranking.more) if not 0 <= kind < kinds]
    if wrong:
        msg = f"ranking: kinds {first(wrong)}; 0 to {kinds - 1} are allowed. Name these."
        raise NetworkError(msg)
    empty = sum(part.departures == 0 for part in answers.parts)
    if empty:
        msg = (
            f"ranking: {empty} of {len(answers.parts)} parts have no departure; one or more are "
            "needed in each. Leave out what is empty."
        )
        raise NetworkError(msg)


def no_ranks(answers: Answers, ranking: Ranking) -> Ranked:
    """Lay out the values of one part of some answers, with nothing ranked yet."""
    origins, limits = len(answers.parts[0].times.share), len(answers.limits_s)
    shape = (origins, limits, len(ranking.kinds))
    more = len(ranking.more)
    return Ranked(
        np.zeros(shape),
        np.zeros((*shape, more), dtype=np.bool_),
        np.zeros((*shape, 2 + more), dtype=np.int32),
    )


def rank_sums(ranked: Ranked, origin: int, sums: npt.NDArray[np.float64], ranking: Ranking) -> None:
    """Rank what all departures of one origin reach, shape (limits, kinds, departures).

    Examples
    --------
    Half of four departures reach 800. It stays so if the best one might reach more, and not if
    another one might:

    >>> reached = [[900.0, 200.0, 800.0, 200.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]
    >>> asked = Ranking(50, kinds=[0], more=[1, 2])
    >>> one = 1, 1, 1
    >>> told, counts = np.zeros((*one, 2), dtype=bool), np.zeros((*one, 4), dtype=np.int32)
    >>> found = Ranked(np.zeros(one), told, counts)
    >>> rank_sums(found, 0, np.array([reached]), asked)
    >>> found.value.tolist(), found.exceeded.tolist(), found.reaching.tolist()
    ([[[800.0]]], [[[[False, True]]]], [[[[2, 1, 1, 2]]]])
    """
    departures = sums.shape[2]
    rank = rank_of(ranking.percentile, departures)
    own = sums[:, list(ranking.kinds)]
    value = np.sort(own, axis=2)[..., departures - rank]
    ranked.value[origin] = value
    ranked.reaching[origin, ..., 0] = (own >= value[..., None]).sum(axis=2)
    ranked.reaching[origin, ..., 1] = (own > value[..., None]).sum(axis=2)
    for place, kind in enumerate(ranking.more):
        above = (own > value[..., None]) | (sums[:, kind] > 0)[:, None]
        ranked.reaching[origin, ..., 2 + place] = above.sum(axis=2)
    ranked.exceeded[origin] = ranked.reaching[origin, ..., 2:] >= rank


class Ranks(NamedTuple):
    """What is ranked of some answers, window by window."""

    asked: Asked
    limits: int
    departures: int
    ranked: list[Ranked]

    @classmethod
    def of(cls, ranking: Ranking, answers: Answers) -> Ranks:
        """Lay out the values of every part of the answers, with nothing ranked yet."""
        parts = answers.parts
        runs = [runs_of(part.stands(answers.lanes)) for part in parts]
        ranks = [rank_of(ranking.percentile, part.departures) for part in parts]
        asked = Asked(
            np.array(ranking.kinds, dtype=np.int64),
            np.array(ranking.more, dtype=np.int64),
            np.concatenate(runs),
            np.cumsum([0, *map(len, runs)], dtype=np.int64),
            np.array(ranks, dtype=np.int64),
        )
        nothing = [no_ranks(answers, ranking) for _ in parts]
        return cls(asked, len(answers.limits_s), answers.lanes.size, nothing)

    def room(self, origins: int) -> Sums:
        """Lay out the sums of so many origins at a time; what is not written takes no memory."""
        return Sums.room(origins * self.limits * len(self.asked.kinds), self.departures)

    def rows(self, origins: range) -> slice:
        """Give the rows of some origins among those of all."""
        each = self.limits * len(self.asked.kinds)
        return slice(origins.start * each, origins.stop * each)

    def guessed(
        self,
        guesses: Sequence[npt.NDArray[np.float64]] | None,
        sizes: npt.NDArray[np.float64],
    ) -> Numbers:
        """Write values that may be found as :func:`~.ranked_sums.rank_rows` takes them."""
        shape = (*self.ranked[0].value.shape, len(self.ranked))
        if guesses is None:
            return np.full(shape, -1, dtype=np.int64).reshape(-1, len(self.ranked))
        steps = np.rint(np.stack(guesses, axis=-1) / sizes[self.asked.kinds][:, None])
        within = np.clip(steps, -1, MOST_STEPS)  # a guess in other steps may be any number
        return np.ascontiguousarray(within.reshape(-1, len(self.ranked)), dtype=np.int64)

    def fill(
        self,
        origins: range,
        steps: Numbers,
        reaching: Numbers,
        sizes: npt.NDArray[np.float64],
    ) -> None:
        """Write what :func:`~.ranked_sums.rank_rows` gave of some origins, in steps of a size."""
        own = slice(origins.start, origins.stop)
        for window, ranked in enumerate(self.ranked):
            value, counts = ranked.value[own], ranked.reaching[own]
            value[:] = steps[:, window].reshape(value.shape) * sizes[self.asked.kinds]
            counts[:] = reaching[:, window].reshape(counts.shape)
            ranked.exceeded[own] = counts[..., 2:] >= self.asked.ranks[window]


@kernel
def add_lanes(
    reached: Numbers,
    steps: Numbers,
    counting: Numbers,
    total: int,
    size: float,
    sums: npt.NDArray[np.float64],
) -> None:
    """Write down what departures reach in lanes ``reached[part, n]``, and a total beside them.

    Few lanes are another than a departure before: only these are added, or taken off again.
    """
    before = np.zeros(reached.shape[0], dtype=np.int64)
    for number in range(reached.shape[1]):
        for part in range(reached.shape[0]):
            now = reached[part, number]
            other = (now ^ before[part]) & counting[part]
            before[part] = now
            while other != 0:
                lane = lowest_bit(other)
                other &= other - 1
                total += steps[part * LANES + lane] * (2 * (now >> lane & 1) - 1)
        sums[number] = total * size
