"""Calendar of a feed: weekdays with exceptions, or dates alone."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from htkgis.errors import SchemaError, SourceError, first
from htkgis.schema import DAYS

from .gtfs_files import Feed, plain_text, read_feed_table, read_short_table, without_repeats
from .gtfs_report import FeedReport
from .gtfs_stops import check_ids

CALENDAR_FILE, DATES_FILE = "calendar.txt", "calendar_dates.txt"
DATE = re.compile(r"\d{8}")
ADDED, REMOVED = "1", "2"
NO_DATE = np.datetime64("NaT", "s")


def read_calendar(feed: Feed, report: FeedReport) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read when services run.

    Returns
    -------
    calendar
        Contract ``CALENDAR``, by service; no rows where the feed gives dates alone.
    calendar_dates
        Contract ``CALENDAR_DATES``, by service and date.

    Raises
    ------
    SourceError
        If the feed has neither table.
    SchemaError
        If ids or dates are missing, repeat or cannot be read.
    """
    if not feed.has(CALENDAR_FILE) and not feed.has(DATES_FILE):
        msg = (
            f"{CALENDAR_FILE} ({feed.path}): the feed has neither {CALENDAR_FILE} nor "
            f"{DATES_FILE}; one is needed to know when anything runs. Fetch the feed again."
        )
        raise SourceError(msg)
    return _weekdays(feed, report), _dates(feed, report)


def _weekdays(feed: Feed, report: FeedReport) -> pd.DataFrame:
    columns = ("service_id", *DAYS, "start_date", "end_date")
    if not feed.has(CALENDAR_FILE):
        table = pd.DataFrame({name: pd.Series([], dtype=object) for name in columns})
    else:
        table = read_short_table(feed, CALENDAR_FILE, columns)
        table = without_repeats(table, CALENDAR_FILE, report)
    where = feed.where(CALENDAR_FILE)
    check_ids(table["service_id"], where, "service_id")
    for day in DAYS:
        _check_in(table[day], ("0", "1"), where, day)
    dates = {name: _days(table[name].astype("category"), where) for name in columns[-2:]}
    table = table.assign(**{day: table[day].eq("1") for day in DAYS}, **dates)
    back = table["end_date"] < table["start_date"]
    if back.any():
        msg = (
            f"{where}: {int(back.sum())} of {len(table)} services end before they begin: "
            f"{first(table.loc[back, 'service_id'])}. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    return table.sort_values("service_id").reset_index(drop=True)


def _dates(feed: Feed, report: FeedReport) -> pd.DataFrame:
    columns = ("service_id", "date", "exception_type")
    if not feed.has(DATES_FILE):
        empty = pd.Series([], dtype="category")
        table = pd.DataFrame(dict.fromkeys(columns, empty))
    else:
        table = read_feed_table(feed, DATES_FILE, columns)
        table = without_repeats(table, DATES_FILE, report)
    where = feed.where(DATES_FILE)
    blank = table["service_id"].isna()
    if blank.any():
        check_ids(plain_text(table["service_id"]), where, "service_id")
    _check_in(table["exception_type"], (ADDED, REMOVED), where, "exception_type")
    dates = pd.DataFrame(
        {
            "service_id": table["service_id"],
            "date": _days(table["date"], where),
            "runs": table["exception_type"].eq(ADDED).astype(bool),
        }
    )
    twice = dates.duplicated(["service_id", "date"], keep=False)
    if twice.any():
        rows = dates.loc[twice].drop_duplicates(["service_id", "date"])
        named = [f"{s} {d:%Y-%m-%d}" for s, d in zip(rows["service_id"], rows["date"], strict=True)]
        msg = (
            f"{where}: {int(twice.sum())} of {len(dates)} rows share service_id and date: "
            f"{first(named)}; once is allowed. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    dates["service_id"] = dates["service_id"].cat.reorder_categories(
        sorted(dates["service_id"].cat.categories)
    )
    return dates.sort_values(["service_id", "date"]).reset_index(drop=True)


def _check_in(values: pd.Series, allowed: tuple[str, str], where: str, column: str) -> None:
    wrong = ~values.isin(allowed)
    if wrong.any():
        found = sorted({"" if pd.isna(value) else str(value) for value in values[wrong]})
        msg = (
            f"{where}: {int(wrong.sum())} of {len(values)} rows have {column} {first(found)}; "
            f"{' and '.join(allowed)} are allowed. Ask the feed's publisher."
        )
        raise SchemaError(msg)


def _days(values: pd.Series, where: str) -> pd.Series:
    """Convert dates yyyymmdd, each distinct one once."""
    days = [day_of(text) for text in values.cat.categories]
    known = np.array([*days, NO_DATE], dtype="datetime64[s]")
    found = pd.Series(known[values.cat.codes.to_numpy()], index=values.index)
    wrong = values[found.isna()]
    if len(wrong):
        named = sorted({"" if pd.isna(value) else str(value) for value in wrong})
        msg = (
            f"{where}: {len(wrong)} of {len(values)} rows have a {values.name} that is none: "
            f"{first(named)}; yyyymmdd is allowed. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    return found


def day_of(text: str) -> np.datetime64:
    """Read a date yyyymmdd; NaT where it is none."""
    if DATE.fullmatch(text) is None:
        return NO_DATE
    try:
        return np.datetime64(f"{text[:4]}-{text[4:6]}-{text[6:]}", "s")
    except ValueError:
        return NO_DATE


def reach(
    calendar: pd.DataFrame, calendar_dates: pd.DataFrame
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last date on which the calendar says anything may run; NaT where it never does."""
    added = calendar_dates.loc[calendar_dates["runs"], "date"]
    first_date = pd.concat([calendar["start_date"], added]).min()
    last_date = pd.concat([calendar["end_date"], added]).max()
    return first_date, last_date
