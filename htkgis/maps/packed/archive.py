"""Named columns of numbers as one text that stands inside a page.

The text is base64 of gzip of: four bytes with the length of a head, the head as JSON, then the
columns one after the other. The head holds what the caller states (``meta``) and, for each
column, its name, its coding, how many numbers it has and how many bytes. ``packed.js`` reads it
with the browser's own decompression.

========= ==============================================================
coding    what the bytes are
========= ==============================================================
``u``     numbers >= 0, each a varint
``z``     numbers, folded
``d``     steps between neighbours, folded
``U Z D`` the same for numbers of 2**30 or more, up to 2**53
``f``     64-bit floats, little-endian, first all lowest bytes, then the next
========= ==============================================================
"""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from htkgis.errors import SchemaError

from .numbers import fold, steps, varint

Coding = Literal["u", "z", "d", "f"]
Columns = Mapping[str, tuple[Coding, npt.NDArray[Any]]]

NARROW = 2**30
"""Below this a step still fits the browser's 32-bit arithmetic."""

EXACT = 2**53
"""Above this a browser cannot tell whole numbers apart."""


def write_archive(meta: Mapping[str, Any], columns: Columns, *, earlier: str | None = None) -> str:
    r"""Write columns as text.

    Parameters
    ----------
    meta
        Anything JSON holds; read back as it is.
    columns
        By name: coding, and numbers of shape (n,).
    earlier
        What this gave before of any columns; where it holds the same, nothing is compressed, which
        takes most of the time. The text is the same without.

    Returns
    -------
    text
        ASCII; the same for the same columns.

    Raises
    ------
    SchemaError
        If a number is missing, too large for a browser, or negative in a column coded ``u``.

    Examples
    --------
    >>> text = write_archive({"unit": "m"}, {"height": ("d", np.array([3, 4, 4]))})
    >>> data = gzip.decompress(base64.b64decode(text))
    >>> data[4:], data[-3:]
    (b'{"meta":{"unit":"m"},"columns":[["height","d",3,3]]}\x06\x02\x00', b'\x06\x02\x00')
    """
    listed, bodies = [], []
    for name, (coding, numbers) in columns.items():
        used, body = _column(name, coding, np.asarray(numbers))
        listed.append([name, used, len(numbers), len(body)])
        bodies.append(body)
    head = json.dumps(
        {"meta": meta, "columns": listed},
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")
    data = len(head).to_bytes(4, "little") + head + b"".join(bodies)
    if earlier is not None and gzip.decompress(base64.b64decode(earlier)) == data:
        return earlier
    return _compressed(data)


def _column(name: str, coding: Coding, numbers: npt.NDArray[Any]) -> tuple[str, bytes]:
    if coding == "f":
        planes = np.ascontiguousarray(numbers, dtype="<f8").view(np.uint8).reshape(-1, 8).T
        return coding, planes.tobytes()
    whole = _whole(name, numbers)
    if coding == "u" and (whole < 0).any():
        msg = (
            f"packed column {name!r}: {int((whole < 0).sum())} of {len(whole)} numbers are "
            f"negative, the least {int(whole.min())}; numbers >= 0 are allowed in coding 'u'. "
            "Code the column as 'z' or 'd'."
        )
        raise SchemaError(msg)
    written = {"u": whole.astype(np.uint64), "z": fold(whole), "d": fold(steps(whole))}[coding]
    wide = bool((np.abs(whole) >= NARROW).any())
    return coding.upper() if wide else coding, varint(written)


def _whole(name: str, numbers: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Check that a browser can hold every number exactly."""
    if len(numbers) and not np.issubdtype(numbers.dtype, np.integer) and numbers.dtype != np.bool_:
        msg = (
            f"packed column {name!r}: its numbers are {numbers.dtype}; whole numbers are allowed. "
            "Round them first, or code the column as 'f'."
        )
        raise SchemaError(msg)
    wrong = (numbers > EXACT) | (numbers < -EXACT) if len(numbers) else np.zeros(0, dtype=bool)
    if wrong.any():
        msg = (
            f"packed column {name!r}: {int(wrong.sum())} of {len(numbers)} numbers are beyond "
            f"2**53, the first {int(numbers[wrong][0])}; a browser would round them. Write them "
            "as text."
        )
        raise SchemaError(msg)
    return numbers.astype(np.int64)


def _compressed(data: bytes) -> str:
    held = io.BytesIO()
    # no time and no name in the head of the file: the same data are the same bytes
    with gzip.GzipFile(filename="", mode="wb", fileobj=held, compresslevel=9, mtime=0) as file:
        file.write(data)
    return base64.b64encode(held.getvalue()).decode("ascii")
