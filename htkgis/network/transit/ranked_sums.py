"""Ranked sums: what thousands of departures reach, written down side by side and ranked.

What lanes count together is looked up by eight of them at a time: to add those that are another
than a minute ago, one by one, is a guess for the processor at each. And to find what so many of the
departures reach at least, no sum is moved: how many reach a level is counted, of a few levels that
some of the departures reach, and only what lies between two of these is sorted. To be told of more
beyond the border, or of places whose number is not known, the last digits of each sum tell which
such kinds are met.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

Numbers = npt.NDArray[np.int64]
BITS, EACH, SETS = 8, 256, 8
"""Lanes that are looked up at once, how many sets of them there are, and how often eight lanes
stand in a row."""
TOP = np.iinfo(np.int64).max
LEVELS = 128
"""Departures whose sums part those of all: of so many sums that lie between two few are left."""


class Asked(NamedTuple):
    """A ranking as kernels take it: numbers of kinds, and of each window who is in it.

    Window ``w`` is made of ``runs[first_run[w]:first_run[w + 1]]``, departures from the first
    number of a run on, the second left out. The value of a window is what ``ranks[w]`` of them
    reach at least.
    """

    kinds: Numbers
    more: Numbers
    runs: Numbers
    first_run: Numbers
    ranks: Numbers


class Sums(NamedTuple):
    """Sums that departures reach, a row for each origin, limit and kind.

    ``keys[r, d]`` is the sum of departure ``d`` in steps, and in the last digits the set of
    ``more`` that it meets. ``levels`` and ``between`` are room to rank a row.
    """

    keys: Numbers
    levels: Numbers
    between: Numbers

    @classmethod
    def room(cls, rows: int, departures: int) -> Sums:
        """Lay out so many rows."""
        return cls(
            np.empty((rows, departures), dtype=np.int64),
            np.empty(LEVELS + 1, dtype=np.int64),
            np.empty(departures, dtype=np.int64),
        )


def runs_of(stands: npt.NDArray[np.bool_]) -> Numbers:
    """List the runs of departures that stand one behind the other, shape (runs, 2).

    Examples
    --------
    >>> runs_of(np.array([True, True, False, True])).tolist()
    [[0, 2], [3, 4]]
    """
    edges = np.diff(stands.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edges).reshape(-1, 2).astype(np.int64)


def sums_of_lanes(steps: Numbers) -> Numbers:
    """Add up the steps of each set of eight neighbouring lanes.

    Parameters
    ----------
    steps
        Shape (kinds, lanes), a multiple of 64 lanes.

    Returns
    -------
    sums
        Shape (kinds, lanes / 8, 256); lane ``n`` of the eight is in a set if bit ``n`` is.

    Examples
    --------
    >>> steps = np.arange(64)[None]
    >>> sums_of_lanes(steps)[0, 1, [0, 0b1, 0b101]].tolist()
    [0, 8, 18]
    """
    sets = np.arange(EACH)[:, None] >> np.arange(BITS) & 1
    sums: Numbers = steps.reshape(len(steps), steps.shape[1] // BITS, BITS) @ sets.T
    return np.ascontiguousarray(sums, dtype=np.int64)


@kernel
def write_sums(
    reached: Numbers,
    together: Numbers,
    beside: int,
    met: int,
    meeting: Numbers,
    keys: Numbers,
) -> None:
    """Write the keys of departures that reach lanes ``reached[part, n]``.

    ``together`` are the sums of one kind (:func:`sums_of_lanes`); ``beside`` steps and the set
    ``met`` of ``more`` are reached on foot beside all lanes; ``meeting[m]`` are the lanes that
    count of the ``m``-th of ``more``.
    """
    kinds = meeting.shape[0]
    keys[:] = beside << kinds | met
    for part in range(reached.shape[0]):
        own, sums = reached[part], together[part * SETS : (part + 1) * SETS]
        before, total = 0, 0
        for number in range(keys.size):
            # in the first lanes there is mostly another one, and to ask costs as much as to add
            if part == 0 or own[number] != before:
                before = int(own[number])
                total = of_lanes(sums, before) << kinds
            keys[number] += total
        for more in range(kinds):
            lanes = meeting[more, part]
            if lanes != 0:
                for number in range(keys.size):
                    keys[number] |= np.int64(own[number] & lanes != 0) << more


@kernel
def of_lanes(sums: Numbers, lanes: int) -> int:
    """Add up what 64 lanes come to."""
    total: int = (
        sums[0, lanes & 255] + sums[1, lanes >> 8 & 255]
        + sums[2, lanes >> 16 & 255] + sums[3, lanes >> 24 & 255]
        + sums[4, lanes >> 32 & 255] + sums[5, lanes >> 40 & 255]
        + sums[6, lanes >> 48 & 255] + sums[7, lanes >> 56 & 255]
    )  # fmt: skip
    return total


@kernel
def rank_rows(sums: Sums, rows: int, asked: Asked, guesses: Numbers) -> tuple[Numbers, Numbers]:
    """Rank the first rows, when the sums of all departures are written.

    ``guesses`` are sums in steps, by row and window, below 0 where there is none: a right one
    spares the search for it, and what is found is the same whatever they are.

    Returns
    -------
    steps, reaching
        Of each row, by window: the sum that enough departures reach at least, in steps; and how
        many reach it, how many reach more, and by kind of ``more`` how many would if all that meet
        it did.
    """
    windows, kinds = asked.ranks.size, asked.more.size
    steps = np.zeros((rows, windows), dtype=np.int64)
    reaching = np.zeros((rows, windows, 2 + kinds), dtype=np.int64)
    for row in range(rows):
        keys = sums.keys[row]
        known, place, met = 0, 0, 0
        for number in range(keys.size):
            met |= int(keys[number])
        for window in range(windows):
            runs = asked.runs[asked.first_run[window] : asked.first_run[window + 1]]
            rank, least = int(asked.ranks[window]), int(guesses[row, window])
            own = reaching[row, window]
            if least >= 0:
                own[0] = _reaching(keys, runs, least << kinds)
                own[1:] = _reaching(keys, runs, least + 1 << kinds)
            if own[0] < rank or own[1] >= rank:
                if known == 0:
                    known = _find_levels(keys, kinds, sums.levels)
                place = _level(keys, kinds, runs, rank, sums.levels[:known], place)
                least = _least(keys, kinds, runs, rank, sums.levels[:known], place, sums.between)
                own[0] = _reaching(keys, runs, least << kinds)
                own[1:] = _reaching(keys, runs, least + 1 << kinds)
            steps[row, window] = least
            for kind in range(kinds):
                if met >> kind & 1 != 0:
                    own[2 + kind] = _above(keys, kinds, runs, least, kind)
    return steps, reaching


@kernel
def _find_levels(keys: Numbers, kinds: int, levels: Numbers) -> int:
    """Write down nothing, and what some of the departures reach, rising, each once."""
    levels[0], known = 0, 1
    for number in range(LEVELS):
        own = keys[number * keys.size // LEVELS] >> kinds
        place = known
        while levels[place - 1] > own:
            place -= 1
        if levels[place - 1] == own:
            continue
        for moved in range(known, place, -1):
            levels[moved] = levels[moved - 1]
        levels[place] = own
        known += 1
    return known


@kernel
def _reaching(keys: Numbers, runs: Numbers, least: int) -> int:
    """Count the departures of some runs whose keys are not below one."""
    count = 0
    for run in range(runs.shape[0]):
        own = keys[runs[run, 0] : runs[run, 1]]
        for number in range(own.size):
            count += int(own[number] >= least)
    return count


@kernel
def _above(keys: Numbers, kinds: int, runs: Numbers, least: int, kind: int) -> int:
    """Count the departures of some runs that reach more than a sum, or meet a kind of ``more``."""
    count, beyond = 0, least + 1 << kinds
    for run in range(runs.shape[0]):
        own = keys[runs[run, 0] : runs[run, 1]]
        for number in range(own.size):
            count += int(own[number] >= beyond) | int(own[number]) >> kind & 1
    return count


@kernel
def _level(keys: Numbers, kinds: int, runs: Numbers, rank: int, levels: Numbers, place: int) -> int:
    """Find the highest level that enough departures reach, from the place of a guess on."""
    low, high, guessed = 0, levels.size, True
    while high - low > 1:
        if place > low:
            if _reaching(keys, runs, levels[place] << kinds) >= rank:
                low = place
            else:
                high = place
        # mostly the guess is right, so that the next level is too high
        place = low + 1 if guessed and low == place else low + high >> 1
        guessed = False
    return low


@kernel
def _least(
    keys: Numbers,
    kinds: int,
    runs: Numbers,
    rank: int,
    levels: Numbers,
    place: int,
    between: Numbers,
) -> int:
    """Find what enough departures reach at least, which is not below the level of a place."""
    if _reaching(keys, runs, levels[place] + 1 << kinds) < rank:
        return int(levels[place])
    low, high = int(levels[place]) + 1 << kinds, TOP
    above = 0
    if place + 1 < levels.size:
        high = int(levels[place + 1]) << kinds
        above = _reaching(keys, runs, high)
    known = 0
    for run in range(runs.shape[0]):
        own = keys[runs[run, 0] : runs[run, 1]]
        for number in range(own.size):
            between[known] = own[number]
            known += int((own[number] >= low) & (own[number] < high))
    _sort(between[:known])
    return int(between[rank - above - 1]) >> kinds


@kernel
def _sort(keys: Numbers) -> None:
    """Sort from the greatest to the least (Shell, D. L., 1959)."""
    gap = 1
    while gap < keys.size // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for begin in range(gap, keys.size):
            own, place = keys[begin], begin
            while place >= gap and keys[place - gap] < own:
                keys[place] = keys[place - gap]
                place -= gap
            keys[place] = own
        gap //= 3
