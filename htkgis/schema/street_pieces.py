"""Columns of streets that are pieces of one: where a piece lies, and what the whole street has."""

from __future__ import annotations

PIECE_FROM, PIECE_TO = "piece_from", "piece_to"
"""Where a piece begins and ends along the whole, 0 to 1; missing where a row is a whole street."""
WHOLE_ID, WHOLE_LINE = "whole_id", "whole_line"
"""Id of the whole street, and its line as hexadecimal WKB, so that pieces can be put together
again to the last bit; missing where a row is a whole street."""
DELAY = "delay_s"
"""Seconds that passing along all of a street takes besides the way, both ways; missing is none."""
PASSED_ONLY = "passed_only"
"""1 where no point joins a street, which trips only pass: a new street, so that it moves no point
from where it met the streets before, and makes no way longer; missing is none."""
ADDITIVE = ("length_m", "crossings", "signals", "gain_m", "loss_m", DELAY)
"""What a street has more of, the longer it is; a piece keeps the whole's beside its own part."""


def whole_name(column: str) -> str:
    """Name the column in which a piece keeps what the whole street has.

    Examples
    --------
    >>> whole_name("length_m")
    'whole_length_m'
    """
    return f"whole_{column}"
