"""Scales of a figure's row: places as shares of its width, so that a drawing follows its page."""

from __future__ import annotations

import math
from dataclasses import dataclass

_ENDS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Rounded ends of a scale within a power of ten."""


@dataclass(frozen=True)
class Scale:
    """A straight scale from ``start`` to ``end``, which differ."""

    start: float
    end: float

    def percent(self, value: float) -> float:
        """Place of a value along the scale; what lies outside is moved to its end.

        Examples
        --------
        >>> Scale(0, 20).percent(5), Scale(2017, 2041).percent(2014)
        (25.0, 0.0)
        """
        share = (value - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 2)


def from_zero(*values: float) -> Scale:
    """Make a scale from 0 to the least rounded number that no value is above.

    Parameters
    ----------
    values
        None is below 0; without any above 0 the scale ends at 1.

    Examples
    --------
    >>> from_zero(15.82, 18.43).end, from_zero(23000, 22000).end, from_zero(0).end
    (20.0, 25000.0, 1.0)
    """
    largest = max(values, default=0.0)
    if largest <= 0:
        return Scale(0.0, 1.0)
    power = 10.0 ** math.floor(math.log10(largest))
    # a number so small that its power of ten is none ends its own scale
    return Scale(0.0, next((end * power for end in _ENDS if largest <= end * power), largest))
