"""Times of day as study, scenarios and timetables write them."""

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


def as_clock(time_s: int) -> str:
    """Write seconds after midnight as a time of day; 24 and above are the next day.

    Examples
    --------
    >>> as_clock(25_500), as_clock(88_205)
    ('07:05', '24:30')
    """
    return as_time(time_s).removesuffix(f":{time_s % 60:02}")


def as_time(time_s: int) -> str:
    """Write seconds after midnight to the second, as timetables do.

    Examples
    --------
    >>> as_time(25_500), as_time(88_205)
    ('07:05:00', '24:30:05')
    """
    return f"{time_s // 3600:02}:{time_s // 60 % 60:02}:{time_s % 60:02}"


def _clock(value: Any) -> str:
    try:
        clock_s(str(value))
    except ValueError as error:
        raise PydanticCustomError("clock", "{why}", {"why": str(error)}) from None
    return str(value)


Clock = Annotated[str, PlainValidator(_clock)]
"""A time of day as ``07:05``, after midnight 24:00 and later."""
