"""Times of GTFS: text to seconds of the service day, and blank times by distance along the trip."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
BLANK_S = -1
"""Stands for a time that a table does not give."""
WRONG_S = -2
"""Stands for a time that cannot be read."""

Seconds = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def seconds_of(values: pd.Series) -> Seconds:
    """Convert times to seconds after midnight of the service day; hours may be 24 and more.

    Parameters
    ----------
    values
        Categories of text ``H:MM:SS`` or ``HH:MM:SS``.

    Returns
    -------
    seconds
        ``BLANK_S`` where missing, ``WRONG_S`` where the text is something else.

    Examples
    --------
    >>> times = pd.Series(["7:05:00", "25:10:00", None, "noon"], dtype="category")
    >>> seconds_of(times).tolist()
    [25500, 90600, -1, -2]
    """
    return by_category(values, _seconds, missing=BLANK_S)


def _seconds(text: str) -> int:
    found = TIME.fullmatch(text)
    if found is None:
        return WRONG_S
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def by_category(values: pd.Series, parse: object, *, missing: int) -> Seconds:
    """Parse each category once, and give every row the number of its own."""
    known = [parse(text) for text in values.cat.categories]  # type: ignore[operator]
    numbers = np.array([*known, missing], dtype=np.int32)
    return numbers[values.cat.codes.to_numpy()]


def share_of_gap(
    known: Flags, travelled: Numbers | None, along_mm: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Numbers, Flags]:
    """Say where the rows without a time lie between those with one.

    Parameters
    ----------
    known
        Whether a row has a time; the first and the last row of every trip do.
    travelled
        Distance along the trip as the feed states it, in any unit, missing is nan; or None.
    along_mm
        Distance along straight lines between the stops, summed over all rows.

    Returns
    -------
    before, after
        Nearest row with a time on either side, of each row without.
    share
        Part of the way between them, 0 to 1: by ``travelled`` where it is stated for the whole
        gap and never falls, else by ``along_mm``, else (all at one place) by the number of stops.
    stated
        Whether it is by ``travelled``.
    """
    rows = np.arange(len(known))
    before = np.maximum.accumulate(np.where(known, rows, -1))[~known]
    after = np.minimum.accumulate(np.where(known, rows, len(known))[::-1])[::-1][~known]
    blank = rows[~known]
    length = (along_mm[after] - along_mm[before]).astype(np.float64)
    share = (blank - before) / (after - before)
    far = length > 0
    share[far] = (along_mm[blank] - along_mm[before])[far] / length[far]
    stated = np.zeros(len(blank), dtype=bool)
    if travelled is not None:
        stated = _stated(travelled, blank, before, after)
        way = travelled[after[stated]] - travelled[before[stated]]
        share[stated] = (travelled[blank[stated]] - travelled[before[stated]]) / way
    return before, after, share, stated


def _stated(
    travelled: Numbers,
    blank: npt.NDArray[np.intp],
    before: npt.NDArray[np.intp],
    after: npt.NDArray[np.intp],
) -> Flags:
    """Whether the stated distances of the whole gap around a row are there and never fall."""
    here, last = travelled[blank], travelled[after]
    fine = (here >= travelled[blank - 1]) & (here <= last) & (last > travelled[before])
    wrong = np.bincount(before[~fine], minlength=len(travelled)) > 0
    return ~wrong[before]


def with_times_between(
    arrival_s: Seconds,
    departure_s: Seconds,
    travelled: Numbers | None,
    along_mm: npt.NDArray[np.int64],
) -> tuple[Seconds, Seconds, int]:
    r"""Fill blank times by distance along the trip, rounded to the second, half a second up.

    .. math::

        t = d_0 + (a_1 - d_0) \frac{s - s_0}{s_1 - s_0}

    where a vehicle leaves the last stop with a time, at :math:`s_0`, at :math:`d_0` and comes to
    the next with a time, at :math:`s_1`, at :math:`a_1`. It does not wait in between.

    Parameters
    ----------
    arrival_s, departure_s
        Both ``BLANK_S`` or neither; the first and the last row of every trip have both.
    travelled, along_mm
        See :func:`share_of_gap`.

    Returns
    -------
    arrival_s, departure_s
        All known; what was given is unchanged.
    by_stated_distance
        How many are by ``travelled``.

    Examples
    --------
    A third of the way between two minutes:

    >>> times = np.array([0, -1, 120], dtype=np.int32)
    >>> with_times_between(times, times, None, np.array([0, 100, 300]))[0].tolist()
    [0, 40, 120]
    """
    known = departure_s != BLANK_S
    if known.all():
        return arrival_s, departure_s, 0
    before, after, share, stated = share_of_gap(known, travelled, along_mm)
    start = departure_s[before].astype(np.float64)
    between = np.floor(start + (arrival_s[after] - start) * share + 0.5).astype(np.int32)
    arrival_s, departure_s = arrival_s.copy(), departure_s.copy()
    arrival_s[~known] = between
    departure_s[~known] = between
    return arrival_s, departure_s, int(stated.sum())


def along_stops_mm(x: Numbers, y: Numbers, begins: Flags) -> npt.NDArray[np.int64]:
    """Sum the straight lines from row to row, in whole millimetres, none into a new trip.

    Whole numbers, so that what a trip gets does not depend on the trips before it.
    """
    step = np.zeros(len(x), dtype=np.float64)
    step[1:] = np.hypot(np.diff(x), np.diff(y)) * 1000.0
    step[begins] = 0.0
    return np.cumsum(np.rint(step).astype(np.int64))
