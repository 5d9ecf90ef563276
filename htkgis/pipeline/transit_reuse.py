"""Which origins of public transport are measured again: those whose walks have changed.

What an origin finds depends on its own walks and on what all origins share: the timetable, the
walks between stops, and those from stops to places. Where all of that is as it was when the step
was last computed, the values are taken from there, byte by byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.network.transit import Journeys, Pairs

Digests = npt.NDArray[np.uint8]
Values = Mapping[str, npt.NDArray[Any]]
SHARED, OWN = "shared", "own"
"""Arrays that tell what the values of an entry were made of: as a whole, and by origin."""


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


def shared_digest(journeys: Journeys, *of_all: npt.NDArray[Any]) -> Digests:
    """Hash what all origins have in common: timetables, walks beyond the first stop, and more."""
    tables = [table.rows for table in journeys.timetables]
    ways = [part for pairs in (journeys.footpaths, journeys.egress) for part in _parts(pairs)]
    sizes = [journeys.cutoff_s, journeys.max_rides, *(each.stops for each in journeys.timetables)]
    return digest_of([*tables, *ways, np.array(sizes, dtype=np.int64), *of_all])


def _parts(pairs: Pairs) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    return pairs.indptr, pairs.walks


def with_earlier(
    shared: Digests,
    own: Digests,
    earlier: Values,
    measure: Callable[[npt.NDArray[np.int64]], Values],
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

    Returns
    -------
    values
        The arrays of all origins, and ``shared`` and ``own``: the same bytes whatever was there
        before.

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
    known = _places(own, earlier) if _same(earlier.get(SHARED), shared) else [-1] * len(own)
    place = np.array(known, dtype=np.int64).reshape(-1)
    new = np.flatnonzero(place < 0)
    values: dict[str, npt.NDArray[Any]] = {}
    made = measure(new) if len(new) or not len(own) else None
    names = sorted(set(earlier) - {SHARED, OWN}) if made is None else sorted(made)
    for name in names:
        model = earlier[name] if made is None else made[name]
        values[name] = np.empty((len(own), *model.shape[1:]), dtype=model.dtype)
        if made is not None:
            values[name][new] = made[name]
        if len(new) < len(own):
            old = place >= 0
            values[name][old] = earlier[name][place[old]]
    return values | {SHARED: shared, OWN: own}


def _same(one: Any, other: Digests) -> bool:
    return one is not None and np.array_equal(one, other)


def _places(own: Digests, earlier: Values) -> Sequence[int]:
    """Find each origin among those of before, or -1."""
    before = {row.tobytes(): number for number, row in enumerate(np.asarray(earlier[OWN]))}
    return [before.get(row.tobytes(), -1) for row in own]
