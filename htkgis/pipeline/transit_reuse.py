"""Which origins of public transport are measured again: those for which something has changed.

What an origin finds in a window depends on its own walks, on what all origins share (what runs
then, the walks between stops), and on where journeys end: the walks from stops to places, and what
places count. Where all of that is as it was when the step was last computed, the values are taken
from there, byte by byte. A place that another walk leads to, or that counts for something else,
changes nothing for an origin that is there too late even by its quickest journey. Another timetable
changes nothing for an origin if it leads to the same places just as soon from each stop that the
origin walks to, whenever it is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.transit import Journeys, Pairs, steps_of
from htkgis.network.transit.pairs import whole_seconds
from htkgis.network.transit.quickest import quickest_to_stops
from htkgis.network.transit.windows import Period, whole_periods

Digests = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]
Values = Mapping[str, npt.NDArray[Any]]
Recount = Callable[[Rows, Values, Pairs], tuple[npt.NDArray[np.bool_], Values] | None]
"""Told the numbers of some origins, their values, and the walks from stops to places that these
are of: tells which values are still the same, and gives arrays that are not; None if it cannot."""
SHARED, OWN = "shared", "own"
"""Arrays that tell what the values of an entry were made of: as a whole, and by origin."""
FIXED, STOPS = "fixed", "stops"
"""Those that tell it where something else runs: whatever runs, and by stop what runs leads to."""
EGRESS, WEIGHTS = ("egress_indptr", "egress_walks"), "weights"


class Ends(NamedTuple):
    """Where journeys end, and until when that matters.

    Parameters
    ----------
    journeys
        Whose walks from stops, and from door to door, lead to the places.
    weights
        What each place counts, shape (places, kinds).
    longest_s
        Seconds after which being at a place counts for nothing, shape (places,).
    """

    journeys: Journeys
    weights: npt.NDArray[np.float64]
    longest_s: npt.NDArray[np.int64]

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """Give what is told apart from the next ends."""
        parts: dict[str, npt.NDArray[Any]] = dict(zip(EGRESS, self.journeys.egress, strict=True))
        return parts | {WEIGHTS: self.weights}

    def changed(self, earlier: Values) -> tuple[Rows, Rows]:
        """List the places that other walks lead to, and those that count for something else."""
        now, before = self.journeys.egress, egress_of(earlier)
        walks = [
            place
            for place in range(len(now))
            if not np.array_equal(now.of(place), before.of(place))
        ]
        counted = (self.weights != np.asarray(earlier[WEIGHTS])).any(axis=1)
        return np.array(walks, dtype=np.int64), np.flatnonzero(counted)

    def same(self, earlier: Values) -> bool:
        """Tell whether no place is walked to otherwise, nor counts for something else."""
        return all(np.array_equal(own, earlier[name]) for name, own in self.kept().items())

    def met(self, earlier: Values, place: Rows) -> npt.NDArray[np.bool_]:
        """Tell which origins may be in time, however well the rides fit, where a place has changed.

        ``place`` is the number of each origin among those of before, -1 where it has none. Where
        sums are rounded to other steps, that concerns everybody.
        """
        if not np.array_equal(steps_of(self.weights), steps_of(np.asarray(earlier[WEIGHTS]))):
            return np.ones(len(place), dtype=np.bool_)
        met = np.zeros(len(place), dtype=np.bool_)
        if self.same(earlier):
            return met
        soonest_s = quickest_to_stops(self.journeys)
        before = egress_of(earlier)
        walked, counted = self.changed(earlier)
        for end in np.union1d(walked, counted).tolist():
            for stop, walk_s in (*before.of(end), *self.journeys.egress.of(end)):
                met |= soonest_s[:, stop] + walk_s <= self.longest_s[end]
        return met | self._on_foot(counted)

    def _on_foot(self, counted: Rows) -> npt.NDArray[np.bool_]:
        """Tell which origins walk to any of some places in time, without a ride."""
        near = np.zeros(len(self.journeys.access), dtype=np.bool_)
        direct = self.journeys.direct
        if direct is not None:
            in_time = whole_seconds(direct.time_ds) <= self.longest_s[direct.to_index]
            near[direct.from_index[in_time & np.isin(direct.to_index, counted)]] = True
        return near


def egress_of(earlier: Values) -> Pairs:
    """Take the walks to places that earlier values are of."""
    return Pairs(*(np.asarray(earlier[name]) for name in EGRESS))


class Led(NamedTuple):
    """What else may run without changing anything for an origin.

    Parameters
    ----------
    fixed
        What all origins have in common whatever runs: departures, limits and numbers of places.
    access
        Walks from origins to stops.
    stops
        Hashes what waiting at each stop leads to, shape (stops, 32); asked only where
        something else runs than before.
    """

    fixed: Digests
    access: Pairs
    stops: Callable[[], Digests]

    def still(self, earlier: Values, stops: Digests) -> npt.NDArray[np.bool_]:
        """Tell which origins walk only to stops where waiting leads to what it did."""
        if not _same(earlier.get(FIXED), self.fixed) or earlier[STOPS].shape != stops.shape:
            return np.zeros(len(self.access), dtype=np.bool_)
        other = (stops != earlier[STOPS]).any(axis=1)
        owner = np.repeat(np.arange(len(self.access)), np.diff(self.access.indptr))
        touched = np.bincount(owner[other[self.access.walks[:, 0]]], minlength=len(self.access))
        return np.asarray(touched == 0)


def digest_of(arrays: Iterable[npt.NDArray[Any]]) -> Digests:
    """Hash arrays, their types and shapes included: 32 bytes.

    Examples
    --------
    >>> one, other = (digest_of([np.array(row)]) for row in ([1, 2], [[1, 2]]))
    >>> one.shape, bool((one == other).all())
    ((32,), False)
    """
    hashed = hashlib.sha256()
    for array in arrays:
        plain = np.ascontiguousarray(array)
        hashed.update(f"{plain.dtype.str}{plain.shape}".encode())
        hashed.update(plain.tobytes())
    return np.frombuffer(hashed.digest(), dtype=np.uint8)


def own_digests(journeys: Journeys, *of_origins: npt.NDArray[Any]) -> Digests:
    """Hash what each origin has of its own: its walks, and its rows of further arrays.

    Returns
    -------
    digests
        Shape (origins, 32).
    """
    access, direct = journeys.access, journeys.direct
    rows = np.zeros((len(access), 32), dtype=np.uint8)
    for origin in range(len(access)):
        begin, end = access.indptr[origin : origin + 2]
        parts = [access.walks[begin:end], *(array[origin] for array in of_origins)]
        if direct is not None:
            begin, end = direct.indptr[origin : origin + 2]
            parts += [direct.to_index[begin:end], direct.time_ds[begin:end]]
        rows[origin] = digest_of(parts)
    return rows


def shared_digest(
    journeys: Journeys,
    departures_s: npt.NDArray[np.int64],
    *of_all: npt.NDArray[Any],
    periods: Sequence[Period] | None = None,
) -> Digests:
    """Hash what all origins have in common in a window: what runs, walks between stops, and more.

    A trip that is over before the first departure, or begins after the last may be on the way,
    is not looked at.

    Parameters
    ----------
    journeys
        What journeys are made of; the walks from stops to places are left out, for
        :class:`Ends` tells these apart, or ``of_all`` holds them.
    departures_s
        Seconds after midnight, rising, at least one.
    of_all
        Whatever else all origins have in common.
    periods
        What :func:`~htkgis.network.transit.windows.whole_periods` gives, where somebody has it.
    """
    cutoff_s, footpaths = journeys.cutoff_s, journeys.footpaths
    if periods is None:
        periods = whole_periods(journeys.timetables, footpaths, departures_s, cutoff_s)
    runs = [part for period in periods for part in (period.rows, *period.footpaths)]
    sizes = [cutoff_s, journeys.max_rides, len(journeys.egress), len(footpaths)]
    return digest_of([*runs, departures_s, np.array(sizes, dtype=np.int64), *of_all])


def with_earlier(
    shared: Digests,
    own: Digests,
    earlier: Values,
    measure: Callable[[Rows], Values],
    *,
    ends: Ends | None = None,
    led: Led | None = None,
    recount: Recount | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """Measure the origins that are new or changed, and take the others as they were.

    Parameters
    ----------
    shared, own
        What the values depend on, as :func:`shared_digest` and :func:`own_digests` give it.
    earlier
        What this gave before, of any origins; nothing where there is none.
    measure
        Gives arrays by name of the origins with some numbers, one row for each.
    ends
        What the values depend on besides.
    led
        What tells where another ``shared`` changes nothing; where it is missing that concerns all.
    recount
        What tells of origins that may be in time where other walks lead, whether their values are
        the same even so; where it is missing these are measured again.

    Returns
    -------
    values
        The arrays of all origins, ``shared``, ``own`` and those of ``ends`` and ``led``: the same
        bytes whatever was there before.

    Examples
    --------
    Of origins 2, 1 and 0, two were measured before:

    >>> own = np.arange(3, dtype=np.uint8).reshape(3, 1)
    >>> asked = []
    >>> def squares(origins):
    ...     def measure(rows):
    ...         asked.append(rows.tolist())
    ...         return {"squares": origins[rows, 0].astype(int) ** 2}
    ...     return measure
    >>> before, now = own[:2], own[::-1]
    >>> first = with_earlier(own[0], before, {}, squares(before))
    >>> with_earlier(own[0], now, first, squares(now))["squares"].tolist(), asked
    ([4, 1, 0], [[0, 1], [0]])
    """
    alike = _same(earlier.get(SHARED), shared)
    same_ends = ends is None or (OWN in earlier and ends.same(earlier))
    beside = {} if ends is None else ends.kept()
    place = np.array(_places(own, earlier), dtype=np.int64).reshape(-1)
    if led is not None:
        # what waiting leads to follows from what runs, where journeys end, and how long some walk
        known = alike and same_ends and _same(earlier.get(FIXED), led.fixed)
        stops = np.asarray(earlier[STOPS]) if known else led.stops()
        beside |= {FIXED: led.fixed, STOPS: stops}
        if not alike and same_ends and OWN in earlier:
            place[~led.still(earlier, stops)] = -1
            alike = True
    if not alike:
        place[:] = -1
    again: dict[str, npt.NDArray[Any]] = {}
    if ends is not None and (place >= 0).any():
        met = ends.met(earlier, place)
        still, again = _counted_again(ends, earlier, np.where(met, place, -1), recount)
        place[met & ~still] = -1
    new = np.flatnonzero(place < 0)
    values: dict[str, npt.NDArray[Any]] = {}
    made = measure(new) if len(new) or not len(own) else None
    names = sorted(set(earlier) - {SHARED, OWN, *beside}) if made is None else sorted(made)
    for name in names:
        model = earlier[name] if made is None else made[name]
        values[name] = np.empty((len(own), *model.shape[1:]), dtype=model.dtype)
        if made is not None:
            values[name][new] = made[name]
        if len(new) < len(own):
            old = place >= 0
            values[name][old] = earlier[name][place[old]]
            if name in again:
                values[name][still] = again[name]
    return values | beside | {SHARED: shared, OWN: own}


def _counted_again(
    ends: Ends, earlier: Values, place: Rows, recount: Recount | None
) -> tuple[npt.NDArray[np.bool_], dict[str, npt.NDArray[Any]]]:
    """Tell which of some origins, whose place is not -1, have the values of before; count anew."""
    still, rows = np.zeros(len(place), dtype=np.bool_), np.flatnonzero(place >= 0)
    if recount is None or not len(rows) or len(ends.changed(earlier)[1]):
        return still, {}
    beside = {SHARED, OWN, FIXED, STOPS, *ends.kept()}
    known = {name: earlier[name][place[rows]] for name in set(earlier) - beside}
    found = recount(rows, known, egress_of(earlier))
    if found is None:
        return still, {}
    same, counts = found
    still[rows[same]] = True
    return still, {name: array[same] for name, array in counts.items()}


def _same(one: Any, other: Digests) -> bool:
    return one is not None and np.array_equal(one, other)


def _places(own: Digests, earlier: Values) -> Sequence[int]:
    """Find each origin among those of before, or -1."""
    before = {row.tobytes(): number for number, row in enumerate(np.asarray(earlier.get(OWN, [])))}
    return [before.get(row.tobytes(), -1) for row in own]


def values_before(
    own: Digests, earlier: Values, names: Sequence[str], shape: tuple[int, ...]
) -> list[npt.NDArray[Any]] | None:
    """Take some values of origins with the same walks, whatever else was otherwise.

    Parameters
    ----------
    own, earlier
        As :func:`with_earlier` takes them.
    names
        Of arrays in ``earlier``.
    shape
        That their rows must have.

    Returns
    -------
    values
        A row for each origin, -1 where it is new; None where there are no such arrays.
    """
    if any(name not in earlier or earlier[name].shape[1:] != shape for name in names):
        return None
    place = np.array(_places(own, earlier), dtype=np.int64)
    known = (place >= 0).reshape(-1, *(1 for _ in shape))
    return [np.where(known, earlier[name][place], -1) for name in names]


def of_part(values: Values, part: str) -> dict[str, npt.NDArray[Any]]:
    """Take the values of one part out of those of all, whose names begin with it.

    Examples
    --------
    >>> of_part({"0.shared": np.array([1]), "1.shared": np.array([2])}, "1")
    {'shared': array([2])}
    """
    return dict(_named(values, part))


def _named(values: Values, part: str) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name in values:
        if name.startswith(f"{part}."):
            yield name.removeprefix(f"{part}."), values[name]
