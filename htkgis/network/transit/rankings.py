"""Rankings: what at least so many per cent of the departures reach, without writing down all.

Thousands of departures reach a few hundred different sums. So each sum is written down once, with
how many departures of each window reach it, and these few are ranked. To be told of more beyond
the border, or of places whose number is not known, each sum stands once for each set of such
kinds that its departures meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError, first
from htkgis.network.lanes import LANES, lowest_bit
from htkgis.network.search import NOBODY

from .answers import Answers, checked_percentiles
from .summaries import rank_of

Numbers = npt.NDArray[np.int64]
FIRST_ROOM = 512
"""Places of a table of sums before it grows; a power of 2."""
SPREAD = 0x1E3779B97F4A7C15
"""Odd factor whose upper digits spread sums over a table."""
UPPER = 32
"""Digit from which on the place in a table is read."""


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
    """

    percentile: float
    kinds: Sequence[int]
    more: Sequence[int]


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
    """

    value: npt.NDArray[np.float64]
    exceeded: npt.NDArray[np.bool_]


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
    return Ranked(np.zeros(shape), np.zeros((*shape, len(ranking.more)), dtype=np.bool_))


def rank_sums(ranked: Ranked, origin: int, sums: npt.NDArray[np.float64], ranking: Ranking) -> None:
    """Rank what all departures of one origin reach, shape (limits, kinds, departures).

    Examples
    --------
    Half of four departures reach 800. It stays so if the best one might reach more, and not if
    another one might:

    >>> reached = [[900.0, 200.0, 800.0, 200.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]
    >>> asked = Ranking(50, kinds=[0], more=[1, 2])
    >>> found = Ranked(np.zeros((1, 1, 1)), np.zeros((1, 1, 1, 2), dtype=bool))
    >>> rank_sums(found, 0, np.array([reached]), asked)
    >>> found.value.tolist(), found.exceeded.tolist()
    ([[[800.0]]], [[[[False, True]]]])
    """
    departures = sums.shape[2]
    rank = rank_of(ranking.percentile, departures)
    own = sums[:, list(ranking.kinds)]
    value = np.sort(own, axis=2)[..., departures - rank]
    ranked.value[origin] = value
    for place, kind in enumerate(ranking.more):
        above = (own > value[..., None]) | (sums[:, kind] > 0)[:, None]
        ranked.exceeded[origin, ..., place] = above.sum(axis=2) >= rank


class Asked(NamedTuple):
    """A ranking as kernels take it: numbers of kinds, and of each window who is in it.

    ``standing[d, w]`` of the departures before ``d`` are in window ``w``; the value of a window
    is what ``ranks[w]`` of them reach at least.
    """

    kinds: Numbers
    more: Numbers
    standing: npt.NDArray[np.int32]
    ranks: Numbers


class Counts(NamedTuple):
    """Sums that departures reach, counted; a row for each origin, limit and kind.

    Row ``r`` has ``states[r, USED]`` sums. Sum ``i`` is ``keys[r, i]``: its steps, and in the last
    digits the set of ``more`` that is met; ``departures[r, i, w]`` of window ``w`` reach it.
    ``places`` is a table of the numbers of sums, -1 where there is none, of ``states[r, MASK]``
    places and one. ``before`` are the lanes that the last departure reached, ``order`` room to
    sort sums.
    """

    keys: Numbers
    departures: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    states: Numbers
    before: Numbers
    order: Numbers


TOTAL, ON_FOOT, NUMBER, SINCE, USED, MASK = range(6)
"""Columns of a state: steps that the last departure reaches, the set that is met on foot; the
number of the sum, -1 before the first, and since which departure it is that; how many sums; and
the last place of the table."""


class Ranks(NamedTuple):
    """What is ranked of some answers, window by window."""

    asked: Asked
    limits: int
    ranked: list[Ranked]

    @classmethod
    def of(cls, ranking: Ranking, answers: Answers) -> Ranks:
        """Lay out the values of every part of the answers, with nothing ranked yet."""
        departures, parts = answers.lanes.size, answers.parts
        standing = np.zeros((departures + 1, len(parts)), dtype=np.int32)
        for number, part in enumerate(parts):
            standing[1:, number] = np.cumsum(part.stands(answers.lanes))
        ranks = [rank_of(ranking.percentile, part.departures) for part in parts]
        asked = Asked(
            np.array(ranking.kinds, dtype=np.int64),
            np.array(ranking.more, dtype=np.int64),
            standing,
            np.array(ranks, dtype=np.int64),
        )
        return cls(asked, len(answers.limits_s), [no_ranks(answers, ranking) for _ in parts])

    def room(self, origins: int, *, width: int) -> Counts:
        """Lay out counts for so many origins at a time; what is not written takes no memory."""
        departures, windows = len(self.asked.standing) - 1, len(self.asked.ranks)
        rows, places = origins * self.limits * len(self.asked.kinds), FIRST_ROOM
        while places < 2 * departures:
            places *= 2
        return Counts(
            np.empty((rows, departures), dtype=np.int64),
            np.empty((rows, departures, windows), dtype=np.int32),
            np.empty((rows, places), dtype=np.int32),
            np.empty((rows, MASK + 1), dtype=np.int64),
            np.empty((rows, width), dtype=np.int64),
            np.empty(departures, dtype=np.int64),
        )

    def fill(
        self,
        origins: range,
        steps: Numbers,
        exceeded: npt.NDArray[np.bool_],
        sizes: npt.NDArray[np.float64],
    ) -> None:
        """Write what :func:`rank_counts` gave of some origins; a step of each kind has a size."""
        own = slice(origins.start, origins.stop)
        for window, ranked in enumerate(self.ranked):
            value, more = ranked.value[own], ranked.exceeded[own]
            value[:] = steps[:, window].reshape(value.shape) * sizes[self.asked.kinds]
            more[:] = exceeded[:, window].reshape(more.shape)


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


@kernel
def clear_counts(counts: Counts, row: int, beside: Numbers, kind: int, more: Numbers) -> None:
    """Begin a row with what is reached on foot beside all lanes, by kind."""
    state, met = counts.states[row], 0
    for number in range(more.size):
        if beside[more[number]] != 0:
            met |= 1 << number
    state[TOTAL], state[ON_FOOT] = beside[kind], met
    state[NUMBER], state[SINCE], state[USED], state[MASK] = NOBODY, 0, 0, FIRST_ROOM - 1
    counts.places[row, :FIRST_ROOM] = NOBODY
    counts.before[row, :] = 0


@kernel
def count_sums(  # noqa: C901, PLR0912, PLR0913, PLR0917 - numba knows no keywords, and to call costs
    counts: Counts,
    row: int,
    reached: Numbers,
    limit: int,
    first: int,
    steps: Numbers,
    counting: Numbers,
    kind: int,
    meeting: Numbers,
    standing: npt.NDArray[np.int32],
) -> None:
    """Count the sums of departures ``first`` and on, which reach ``reached[limit, part, n]``.

    ``steps`` are those of each kind and lane, ``counting`` the lanes that have any, ``meeting[m]``
    those that count of the ``m``-th kind of ``more``.
    """
    keys, departures, places, before = counts.keys, counts.departures, counts.places, counts.before
    state, kinds, width = counts.states, meeting.shape[0], reached.shape[1]
    windows = standing.shape[1]
    total, number, since = state[row, TOTAL], state[row, NUMBER], state[row, SINCE]
    used, mask = state[row, USED], state[row, MASK]
    for departure in range(reached.shape[2]):
        another = number == NOBODY
        for part in range(width):
            now = reached[limit, part, departure]
            other = now ^ before[row, part]
            if other == 0:
                continue
            before[row, part] = now
            another = True
            other &= counting[kind, part]
            while other != 0:
                lane = lowest_bit(other)
                other &= other - 1
                # off if it was reached, on if it is now
                total += steps[kind, part * LANES + lane] * (2 * (now >> lane & 1) - 1)
        if not another:
            continue
        met = state[row, ON_FOOT]
        for more in range(kinds):
            for part in range(width):
                if before[row, part] & meeting[more, part] != 0:
                    met |= 1 << more
        key = total << kinds | met
        if number != NOBODY:
            if keys[row, number] == key:
                continue
            for window in range(windows):
                departures[row, number, window] += (
                    standing[first + departure, window] - standing[since, window]
                )
        since = first + departure
        place = key * SPREAD >> UPPER & mask
        number = np.int64(places[row, place])
        while number != NOBODY and keys[row, number] != key:
            place = place + 1 & mask
            number = np.int64(places[row, place])
        if number == NOBODY:
            number = used
            places[row, place], keys[row, number] = number, key
            for window in range(windows):
                departures[row, number, window] = 0
            used += 1
            if 2 * used > mask and mask + 1 < places.shape[1]:
                mask = 2 * mask + 1
                _spread(keys[row], used, places[row, : mask + 1])
    state[row, TOTAL], state[row, NUMBER], state[row, SINCE] = total, number, since
    state[row, USED], state[row, MASK] = used, mask


@kernel
def _spread(keys: Numbers, used: int, places: npt.NDArray[np.int32]) -> None:
    """Write the numbers of sums into a table, which is at least half empty."""
    places[:] = NOBODY
    for number in range(used):
        place = keys[number] * SPREAD >> UPPER & (places.size - 1)
        while places[place] != NOBODY:
            place = place + 1 & (places.size - 1)
        places[place] = number


@kernel
def rank_counts(counts: Counts, rows: int, asked: Asked) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Rank the sums of the first rows, when all departures are counted.

    Returns
    -------
    steps, exceeded
        Of each row, by window: the sum that enough departures reach at least, in steps; and by
        kind of ``more`` whether they reached more if all that meet it did.
    """
    windows, kinds = asked.ranks.size, asked.more.size
    steps = np.zeros((rows, windows), dtype=np.int64)
    exceeded = np.zeros((rows, windows, kinds), dtype=np.bool_)
    for row in range(rows):
        used, keys, departures = counts.states[row, USED], counts.keys[row], counts.departures[row]
        last, since = counts.states[row, NUMBER], counts.states[row, SINCE]
        departures[last] += asked.standing[-1] - asked.standing[since]
        _sort(keys, used, counts.order)
        for window in range(windows):
            place, reaching = 0, np.int64(departures[counts.order[0], window])
            while reaching < asked.ranks[window]:
                place += 1
                reaching += departures[counts.order[place], window]
            least = keys[counts.order[place]] >> kinds
            steps[row, window] = least
            for kind in range(kinds):
                above = 0
                for number in range(used):
                    if keys[number] >> kinds > least or keys[number] >> kind & 1 != 0:
                        above += departures[number, window]
                exceeded[row, window, kind] = above >= asked.ranks[window]
    return steps, exceeded


@kernel
def _sort(keys: Numbers, used: int, order: Numbers) -> None:
    """List the numbers of sums from the greatest to the least (Shell, D. L., 1959)."""
    for number in range(used):
        order[number] = number
    gap = 1
    while gap < used // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for begin in range(gap, used):
            own, place = order[begin], begin
            while place >= gap and keys[order[place - gap]] < keys[own]:
                order[place] = order[place - gap]
                place -= gap
            order[place] = own
        gap //= 3
