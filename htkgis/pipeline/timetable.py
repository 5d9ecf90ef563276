"""The timetable of a study or of a question: read, audited, and what runs on the day.

A catalog with layers of the role ``timetable`` has feeds; one without may have a sketch, of the
role ``transit_lines``, whose stops lie where ``transit_stops`` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.loaders.gtfs import read_timetable
from htkgis.loaders.gtfs_faults import OnFault
from htkgis.loaders.transit_lines import read_stop_places, read_transit_lines
from htkgis.scenario import ServiceDay, checked_service_day, edited_timetable
from htkgis.scenario_rules import Edit
from htkgis.schema import DAY_S, Timetable

from .layers import one


@dataclass(frozen=True)
class LoadedTimetable:
    """A timetable with what its readers counted.

    Parameters
    ----------
    timetable
        Its tables.
    reports
        One record per feed or layer, as JSON.
    where
        What it was read from, for messages.
    sketch
        Whether it is the sketch of a study.
    """

    timetable: Timetable
    reports: list[dict[str, Any]]
    where: str
    sketch: bool

    def layer_records(self) -> list[dict[str, Any]]:
        """Return the reports in the words of the other layers; rows of a feed are stop times."""
        return self.reports if self.sketch else [_as_layer(report) for report in self.reports]


def _as_layer(feed: dict[str, Any]) -> dict[str, Any]:
    kept = ", ".join(f"{count} {name}" for name, count in feed["kept"].items() if count)
    notes = [f"service {feed['first_date']} to {feed['last_date']}", kept]
    return {
        "name": feed["name"],
        "rows_read": feed["read"]["stop_times.txt"],
        "rows": feed["kept"]["stop_times"],
        "crs": "",
        "bounds": None,
        "dropped": feed["dropped"],
        "mended": feed["filled"],
        "notes": [*notes, *(f"{count} {what}" for what, count in feed["counted"].items())],
    }


def load_feeds(
    paths: Sequence[Path],
    *,
    crs: str,
    area: shapely.Geometry | None = None,
    on_fault: OnFault = "raise",
) -> LoadedTimetable:
    """Read GTFS feeds that a question names.

    Parameters
    ----------
    paths
        Zips or folders.
    crs
        Projected CRS of the study.
    area
        Surroundings of the study; see :func:`htkgis.loaders.read_timetable`.
    on_fault
        ``raise``, or ``leave out`` trips that cannot be right.
    """
    timetable, report = read_timetable(paths, crs=crs, area=area, on_fault=on_fault)
    reports = report.record()["feeds"]
    return LoadedTimetable(timetable, reports, ", ".join(map(str, paths)), sketch=False)


def load_timetable(
    catalog: Catalog,
    *,
    crs: str,
    area: shapely.Geometry | None = None,
    on_fault: OnFault = "raise",
    edits: Sequence[Edit] = (),
    year: int | None = None,
    date: dt.date | None = None,
) -> LoadedTimetable:
    """Read the timetable of a catalog, its feeds, else its sketch, with the edits of a scenario.

    Parameters
    ----------
    catalog, crs
        Of the study.
    area
        Surroundings of the study, for feeds; a sketch is read whole.
    on_fault
        What to do about trips of feeds that cannot be right.
    edits, year, date
        See :func:`htkgis.scenario.edited_timetable`; none hold where there is no year.

    Raises
    ------
    ConfigError
        If the catalog has neither, or several sketches or layers of their stops.
    SourceError, SchemaError, CRSError
        See the readers, and the edits.
    """
    loaded = _read(catalog, crs, area, on_fault)
    if year is None:
        return loaded
    edited = edited_timetable(loaded.timetable, edits, year=year, date=date)
    return replace(loaded, timetable=edited)


def _read(
    catalog: Catalog, crs: str, area: shapely.Geometry | None, on_fault: OnFault
) -> LoadedTimetable:
    feeds = catalog.by_role("timetable")
    if feeds:
        paths = {name: catalog.file(name) for name in feeds}
        encodings = {name: layer.encoding for name, layer in feeds.items()}
        timetable, report = read_timetable(
            paths, crs=crs, area=area, on_fault=on_fault, encoding=encodings
        )
        reports = report.record()["feeds"]
        return LoadedTimetable(timetable, reports, ", ".join(feeds), sketch=False)
    if not catalog.by_role("transit_lines"):
        msg = (
            f"{catalog.path.name} ({catalog.path}): no layer plays the role 'timetable' (a GTFS "
            "zip or folder) or 'transit_lines' (a sketch); one is needed for public transport. "
            "Add one to the catalog, or name a feed."
        )
        raise ConfigError(msg)
    return _sketch(catalog, one(catalog, "transit_lines"), crs)


def _sketch(catalog: Catalog, name: str, crs: str) -> LoadedTimetable:
    places, stops_report = read_stop_places(catalog, one(catalog, "transit_stops"), crs=crs)
    timetable, report = read_transit_lines(catalog, name, places)
    reports = [report.record(), stops_report.record()]
    return LoadedTimetable(timetable, reports, name, sketch=True)


def timetable_records(catalog: Catalog, *, crs: str) -> list[dict[str, Any]]:
    """Read the timetable of a catalog, where it has one, and report on each of its layers."""
    if not (catalog.by_role("timetable") or catalog.by_role("transit_lines")):
        return []
    return load_timetable(catalog, crs=crs).layer_records()


def service_day(
    loaded: LoadedTimetable,
    date: dt.date,
    *,
    window_s: tuple[int, int] | None = None,
    stop_ids: Collection[str] | None = None,
    until_s: int = DAY_S,
) -> ServiceDay:
    """Audit a day and give what runs on it; see :func:`htkgis.scenario.checked_service_day`.

    Raises
    ------
    ConfigError
        If the day lies outside a feed, nothing runs, or nothing departs in the window; the
        message names the nearest good days.
    """
    return checked_service_day(
        loaded.timetable,
        date,
        window_s=window_s,
        stop_ids=stop_ids,
        until_s=until_s,
        where=loaded.where,
    )
