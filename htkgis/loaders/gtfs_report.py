"""What the reader of timetables counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FeedReport:
    """What a feed held, and what became of it.

    Parameters
    ----------
    name
        Of the feed.
    file
        Path of the zip or folder.
    version
        What the feed says its version is; blank where it says nothing.
    first_date, last_date
        From when to when its calendar reaches, yyyy-mm-dd.
    read
        Rows by table.
    kept
        Rows of the result by table.
    dropped
        Rows that the result does not hold, by reason.
    filled
        Times that were blank, by how they were found.
    counted
        What is in the result and worth knowing.
    """

    name: str
    file: str
    version: str = ""
    first_date: str = ""
    last_date: str = ""
    read: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)

    def record(self) -> dict[str, Any]:
        """Return the report as JSON, without the path: it must not depend on where it was made."""
        counters = {
            name: dict(sorted(getattr(self, name).items()))
            for name in ("read", "kept", "dropped", "filled", "counted")
        }
        return {
            "name": self.name,
            "version": self.version,
            "first_date": self.first_date,
            "last_date": self.last_date,
            **counters,
        }


@dataclass
class TimetableReport:
    """What happened to each feed of a timetable on its way in."""

    feeds: list[FeedReport] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return the report as JSON."""
        return {"feeds": [feed.record() for feed in self.feeds]}

    def total(self, kind: str) -> Counter[str]:
        """Sum a counter (``read``, ``kept``, ``dropped``, ``filled``, ``counted``) over feeds."""
        return sum((getattr(feed, kind) for feed in self.feeds), Counter())
