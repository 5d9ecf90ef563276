"""Rows of areas kept from run to run, with how far ways lead that decide them.

A street that no way comes to cannot change a row. How far ways lead is known once they are found;
so each row is kept under a hash of the streets up to there, and looked for with the distance that
its area had last. Where nothing at all has changed, a hash of all that may matter tells the same
without cutting out streets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from .seen import Kept, seen

SAME, LAST = "same ", "last "
"""How the keys begin of a row by all that may matter to it, and of how far its ways led last
where all but the streets was the same."""


@dataclass(frozen=True)
class Looked:
    """How far ways lead that decide a row: those that are longer do not count.

    Parameters
    ----------
    time_ds, way_dm
        Longest time in deciseconds and longest way in decimetres, >= 0; the limit of a search
        that found something nowhere within it.
    """

    time_ds: int = 0
    way_dm: int = 0

    def and_(self, other: Looked) -> Looked:
        """Give how far ways of either lead.

        Examples
        --------
        >>> Looked(time_ds=5).and_(Looked(time_ds=3, way_dm=2))
        Looked(time_ds=5, way_dm=2)
        """
        return Looked(max(self.time_ds, other.time_ds), max(self.way_dm, other.way_dm))


def remembered_within(
    beside: Sequence[str],
    streets: Sequence[str],
    within: Callable[[int, Looked], str],
    make: Callable[[int], tuple[Any, Looked]],
    earlier: Mapping[str, Any],
) -> tuple[list[Any], Kept]:
    """Make the rows that were not made before of the same, as far as their ways lead.

    Parameters
    ----------
    beside
        Hash of all that decides each row besides streets.
    streets
        Hash of all streets that may matter to it.
    within
        Hash of all that decides the row of a number as long as no way that counts leads farther.
    make
        Makes the row of a number, of values that JSON holds, and says how far its ways led.
    earlier
        What this gave before as ``kept``, by the same decisions.

    Returns
    -------
    rows, kept
        A row for each of ``beside``, and what ``earlier`` takes; both the same without it.

    Examples
    --------
    >>> def seen_of(far): return lambda number, looked: str(far[: looked.way_dm])
    >>> def longest(number): return "row", Looked(way_dm=2)
    >>> _, kept = remembered_within(["a"], ["abc"], seen_of("abc"), longest, {})
    >>> def anew(number): return "new row", Looked(way_dm=2)
    >>> [remembered_within(["a"], [far], seen_of(far), anew, kept)[0] for far in ("abd", "adc")]
    [['row'], ['new row']]
    """
    rows: list[Any] = []
    kept: Kept = {}
    seen_within = cache(within)
    for number, (own, all_streets) in enumerate(zip(beside, streets, strict=True)):
        same, last = SAME + seen(own, all_streets), LAST + own
        key = earlier.get(same)
        if key is None and last in earlier:
            key = seen_within(number, Looked(**earlier[last]))
        if key is None or key not in earlier:
            row, looked = make(number)
            key, found = seen_within(number, looked), {"row": row, "looked": asdict(looked)}
        else:
            found = earlier[key]
        kept |= {same: key, last: found["looked"], key: found}
        rows.append(found["row"])
    return rows, kept
