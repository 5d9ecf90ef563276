"""One thing that was looked at, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "fault"]


@dataclass(frozen=True)
class Finding:
    """What was found.

    Parameters
    ----------
    name
        What was looked at.
    state
        ``ok``; ``note`` where something is absent that not everybody needs; ``fault`` where a
        command will stop for it.
    said
        What it is like, in one line, without any secret.
    todo
        What helps; empty where nothing has to be done.
    """

    name: str
    state: State
    said: str
    todo: str = ""


Check = Callable[[], Iterable[Finding]]
"""Looks at something; whatever is wrong with it is part of the answer."""


def examined(name: str, check: Check) -> list[Finding]:
    """Make a check; where it breaks down itself, that is a fault of what it looked at.

    Examples
    --------
    >>> examined("arithmetic", lambda: [Finding("sum", "ok", str(1 // 0))])[0].said
    'cannot be looked at: ZeroDivisionError: integer division or modulo by zero'
    """
    try:
        return list(check())
    except Exception as error:  # noqa: BLE001 - libraries that are broken break in any way
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        todo = "Install htkgis again; if that does not help, report this line."
        return [Finding(name, "fault", f"cannot be looked at: {what}", todo)]
