"""Faults of trips: one stops the reading, or all trips that have one are left out and counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from htkgis.errors import SchemaError, first

from .gtfs_files import Feed
from .gtfs_report import FeedReport

OnFault = Literal["raise", "leave out"]
Rows = npt.NDArray[np.integer]


@dataclass
class Faults:
    """What is done about trips that cannot be right.

    Parameters
    ----------
    feed
        For messages.
    report
        Counts the trips that are left out.
    on_fault
        ``raise`` stops at the first kind of fault; ``leave out`` goes on without those trips.
    faulty
        Rows of trips that were left out.
    """

    feed: Feed
    report: FeedReport
    on_fault: OnFault
    faulty: set[int] = field(default_factory=set)

    def found(self, trips: Rows, names: Iterable[str], *, file: str, what: str) -> None:
        """Note faults of trips, or raise.

        Parameters
        ----------
        trips
            Row of the trip of each fault; repeats count once.
        names
            What is wrong where, for the message; repeats stand once.
        file
            Table that has the fault.
        what
            What is wrong, and what is allowed.

        Raises
        ------
        SchemaError
            If faults stop the reading and there is one.
        """
        if not len(trips):
            return
        if self.on_fault == "leave out":
            new = set(np.unique(trips).tolist()) - self.faulty
            self.faulty |= new
            self.report.dropped[f"trips: {what.split(';', maxsplit=1)[0]}"] += len(new)
            return
        raise self.error(file, len(np.unique(trips)), names, what)

    def error(self, file: str, count: int, names: Iterable[str], what: str) -> SchemaError:
        """Say what is wrong with how many trips."""
        named = first(dict.fromkeys(names))
        msg = (
            f"{self.feed.where(file)}: {count} trips: {what}: {named}. Ask the feed's publisher, "
            "or read it with on_fault = 'leave out'."
        )
        return SchemaError(msg)
