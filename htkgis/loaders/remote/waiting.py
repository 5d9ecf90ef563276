"""How long to wait for a server: between attempts, and for an answer that has no end."""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Patience:
    """What is waited for, in seconds, and how often a server is asked.

    Parameters
    ----------
    connect_s, silent_s
        Until a connection stands, and until the next bytes come.
    whole_s
        For one whole answer, however steadily it drips.
    attempts
        How often one thing is asked for, >= 1.
    pause_s
        Before the second attempt; doubled before each further one, plus up to a half by chance, so
        that many machines do not come back at once.
    longest_s
        The longest pause; a server that asks for more is left alone.
    """

    connect_s: float = 20.0
    silent_s: float = 120.0
    whole_s: float = 3600.0
    attempts: int = 4
    pause_s: float = 2.0
    longest_s: float = 300.0

    def pause_before(self, attempt: int, asked_s: float | None = None) -> float:
        """Seconds before attempt 2, 3, ...; what the server asked for comes first.

        Examples
        --------
        >>> 4.0 <= Patience().pause_before(3) <= 6.0
        True
        >>> Patience().pause_before(2, asked_s=7)
        7.0
        """
        if asked_s is not None:
            return float(asked_s)
        steady = self.pause_s * 2 ** (attempt - 2)
        jitter = random.random()  # noqa: S311 - spreads machines in time; no output has it
        return float(min(steady * (1 + jitter / 2), self.longest_s))


def asked_pause(text: str | None, now: dt.datetime) -> float | None:
    """Seconds that a ``Retry-After`` asks for, in either of its two spellings.

    Examples
    --------
    >>> noon = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone.utc)
    >>> asked_pause("90", noon), asked_pause("Sat, 21 Nov 2026 12:01:00 GMT", noon)
    (90.0, 60.0)
    >>> asked_pause("soon", noon) is None
    True
    """
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - now).total_seconds())


@contextlib.contextmanager
def hung_up_after(seconds: float, raw: Any) -> Iterator[threading.Event]:
    """Close a connection after some time, however slowly it goes on sending."""
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            getattr(raw, "shutdown", raw.close)()  # urllib3 before 2.3 can only close

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
