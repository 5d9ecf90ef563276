"""Dozens of small arrays as one: each file that is opened, written and summed takes its time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.store.values import Arrays

NAMES, PACKED = "names", "packed"
STEP = 64
"""Bytes that each array begins at a multiple of, as processors like to read."""


def packed(arrays: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Write arrays one behind the other; :func:`unpacked` gives them back.

    Parameters
    ----------
    arrays
        By name, of numbers or truths; in whatever order, the result is the same.

    Examples
    --------
    >>> one = packed({"b": np.array([[1.5]]), "a": np.array([True, False])})
    >>> sorted(one), {name: array.tolist() for name, array in unpacked(one).items()}
    (['names', 'packed'], {'a': [True, False], 'b': [[1.5]]})
    """
    facts, parts = [], []
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        facts.append([name, array.dtype.str, list(np.shape(arrays[name]))])
        parts += [array.tobytes(), bytes(-array.nbytes % STEP)]
    return Arrays(
        {
            NAMES: np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
            PACKED: np.frombuffer(b"".join(parts), dtype=np.uint8),
        }
    )


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Give back the arrays that :func:`packed` wrote, to be read where they lie; of none none."""
    if not arrays:
        return {}
    found: dict[str, npt.NDArray[Any]] = {}
    begin, whole = 0, np.asarray(arrays[PACKED])
    for name, kind, shape in json.loads(np.asarray(arrays[NAMES]).tobytes()):
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
        found[name] = whole[begin : begin + size].view(kind).reshape(shape)
        begin += size + -size % STEP
    return found
