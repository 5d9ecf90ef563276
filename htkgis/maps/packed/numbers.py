"""Whole numbers as bytes: folded to be positive, seven bits to a byte, low bits first.

The coding is LEB128 as Protocol Buffers and many others use it, so that small numbers, and the
small steps between sorted neighbours, take one byte each.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

_BITS = 7
_MORE = 128


def fold(numbers: Integers) -> npt.NDArray[np.uint64]:
    """Fold whole numbers so that those near 0 stay small: 0, -1, 1, -2 become 0, 1, 2, 3.

    Examples
    --------
    >>> fold(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def steps(numbers: Integers) -> Integers:
    """Give the first number and then the step to each next one.

    Examples
    --------
    >>> steps(np.array([5, 7, 7, 4])).tolist()
    [5, 2, 0, -3]
    """
    return np.diff(numbers, prepend=np.int64(0))


def varint(numbers: npt.NDArray[np.uint64]) -> bytes:
    """Write whole numbers >= 0, seven bits to a byte; the high bit says that more follow.

    Examples
    --------
    >>> varint(np.array([1, 127, 128, 300], dtype=np.uint64)).hex(" ")
    '01 7f 80 01 ac 02'
    """
    if len(numbers) == 0:
        return b""
    rest = numbers.astype(np.uint64)
    rounds = max(1, -(-int(rest.max()).bit_length() // _BITS))
    digits = np.zeros((len(rest), rounds), dtype=np.uint8)
    used = np.zeros((len(rest), rounds), dtype=np.bool_)
    used[:, 0] = True
    for turn in range(rounds):
        low = (rest & np.uint64(_MORE - 1)).astype(np.uint8)
        rest >>= np.uint64(_BITS)
        digits[:, turn] = low | np.where(rest > 0, _MORE, 0).astype(np.uint8)
        if turn + 1 < rounds:
            used[:, turn + 1] = rest > 0
    return digits[used].tobytes()
