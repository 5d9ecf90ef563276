"""What is told of a CRS, worked out once for each.

A CRS describes itself anew each time it is asked, and also to be looked up in a cache of Python's
own. There are few in a run, and hundreds of tables and layers ask the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pyproj import CRS

T = TypeVar("T")
MOST = 64
"""Facts that are kept; a run has a handful."""
_KNOWN: dict[tuple[int, Any], tuple[CRS, Any]] = {}


def once_of(crs: CRS, make: Callable[[CRS], T]) -> T:
    """Make something of a CRS, or give what the same function made of the same object.

    Examples
    --------
    >>> crs, asked = CRS("EPSG:25832"), []
    >>> def code(own):
    ...     asked.append(own)
    ...     return own.to_epsg()
    >>> once_of(crs, code), once_of(crs, code), len(asked)
    (25832, 25832, 1)
    """
    key = id(crs), make
    known = _KNOWN.get(key)
    if known is None:  # what is known holds its CRS, so that no other has its number
        if len(_KNOWN) >= MOST:
            _KNOWN.clear()
        known = _KNOWN[key] = crs, make(crs)
    made: T = known[1]
    return made


def wkt_of(crs: CRS) -> str:
    """Describe a CRS in the words of the standard.

    Examples
    --------
    >>> wkt_of(CRS("EPSG:25832"))[:7]
    'PROJCRS'
    """
    return once_of(crs, CRS.to_wkt)
