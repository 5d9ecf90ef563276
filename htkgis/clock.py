"""Times of day as study and scenarios write them."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")


def clock_s(text: str) -> int:
    """Convert a time of day to seconds after midnight; 24:30 is half past midnight.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> clock_s("07:05"), clock_s("24:30")
    (25500, 88200)
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        msg = f"{text!r} is no time of day; write it as 07:05"
        raise ValueError(msg)
    return int(found[1]) * 3600 + int(found[2]) * 60


def _clock(value: Any) -> str:
    try:
        clock_s(str(value))
    except ValueError as error:
        raise PydanticCustomError("clock", "{why}", {"why": str(error)}) from None
    return str(value)


Clock = Annotated[str, PlainValidator(_clock)]
"""A time of day as ``07:05``, after midnight 24:00 and later."""
