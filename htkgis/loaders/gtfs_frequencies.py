"""Frequencies of a feed: trips that run every few minutes instead of at times of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.errors import SchemaError, first

from .gtfs_files import Feed, plain_text, read_feed_table, without_repeats
from .gtfs_report import FeedReport
from .gtfs_times import by_category, seconds_of

FILE = "frequencies.txt"
WRONG = -2
EXACT = {"0": 0, "1": 1}
COLUMNS = ("trip_id", "start_s", "end_s", "headway_s", "exact_times")


def read_frequencies(feed: Feed, report: FeedReport, trip_ids: pd.Series) -> pd.DataFrame:
    """Read frequencies by trip and start; contract ``FREQUENCIES``.

    Raises
    ------
    SchemaError
        If one is of an unknown trip, stands twice, has times or a headway that cannot be, or
        ends before it starts.
    """
    if not feed.has(FILE):
        table = pd.DataFrame({name: pd.Series([], dtype="int64") for name in COLUMNS})
        return table.astype({"trip_id": object, "exact_times": bool})
    raw = read_feed_table(
        feed, FILE, ("trip_id", "start_time", "end_time", "headway_secs"), ("exact_times",)
    )
    raw = without_repeats(raw, FILE, report)
    exact = by_category(raw["exact_times"], lambda text: EXACT.get(text, WRONG), missing=0)
    table = pd.DataFrame(
        {
            "trip_id": plain_text(raw["trip_id"]).fillna(""),
            "start_s": seconds_of(raw["start_time"]),
            "end_s": seconds_of(raw["end_time"]),
            "headway_s": by_category(raw["headway_secs"], _whole, missing=WRONG),
            "exact_times": exact == 1,
        }
    )
    for wrong, what in (
        (~table["trip_id"].isin(trip_ids), "are of trips that trips.txt does not have"),
        ((table["start_s"] < 0) | (table["end_s"] < 0), "have times that are not H:MM:SS"),
        (table["headway_s"] <= 0, "have headway_secs that is no whole number above 0"),
        (pd.Series(exact < 0), "have exact_times that is neither 0 nor 1"),
        (table["end_s"] < table["start_s"], "end before they start"),
        (table.duplicated(["trip_id", "start_s"], keep=False), "share trip_id and start_time"),
    ):
        _check(wrong.to_numpy(dtype=bool), table, feed, what)
    return table.sort_values(["trip_id", "start_s"]).reset_index(drop=True)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 6 else WRONG  # noqa: PLR2004


def _check(wrong: np.ndarray, table: pd.DataFrame, feed: Feed, what: str) -> None:
    if not wrong.any():
        return
    msg = (
        f"{feed.where(FILE)}: {int(wrong.sum())} of {len(table)} rows {what}: trips "
        f"{first(dict.fromkeys(table.loc[wrong, 'trip_id']))}. Ask the feed's publisher."
    )
    raise SchemaError(msg)
