"""Figures beside their range under other assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.robustness import names_of_cases, stamp
from htkgis.maps.text import Text
from htkgis.maps.transit import window_name

from .cell import Cell, Profile, Table

Row = Mapping[str, Any]
WALK, TRANSIT = "walk", "transit"
SHOWN = ("nearest", "jobs", "jobs_of_departures", "station_time")


def robustness(profile: Profile, text: Text) -> Table | None:
    """Jobs, public transport and choice; the nearest places have their stamp in their own table."""
    part = profile.get("robustness")
    if not part:
        return None
    rows = [row for row in part["figures"] if _is_shown(row)]
    return Table(
        "robustness",
        text("robust.figures_caption", area=area_name(profile)),
        [
            (text("robust.measure"), False),
            (text("robust.value"), True),
            (text("robust.from_to"), True),
            (text("robust.stamp"), False),
            (text("robust.changed_by"), False),
        ],
        [_cells(row, profile, text) for row in rows],
    )


def _is_shown(row: Row) -> bool:
    base = str(row["indicator"]).partition("_")[0]
    if row["mode"] == WALK and base == "nearest":
        return bool(row["indicator"] != "nearest_1")
    of_sector = row["indicator"] == "jobs" and row["function"] is not None
    return bool(row["indicator"] in SHOWN and not of_sector)


def _cells(row: Row, profile: Profile, text: Text) -> list[Cell]:
    words, between = stamp(row, text) or ("", None)
    cases = names_of_cases(row["changed_by"], profile["robustness"]["cases"], text)
    value = (
        text.format_minutes(row["value"], unit=False)
        if row["unit"] == "min"
        else text.format_number(row["value"], None)
    )
    return [
        Cell(_label(row, profile, text), head=True),
        Cell(value, number=True),
        Cell(between or text("missing.none"), number=True),
        Cell(words),
        Cell("; ".join(cases) or text("missing.none")),
    ]


def _label(row: Row, profile: Profile, text: Text) -> str:
    limit = text.format_number(row["limit_min"], None)
    indicator = str(row["indicator"])
    if row["mode"] != TRANSIT:
        if indicator == "jobs":
            return text("quarter.compare_jobs", limit=limit)
        n = indicator.removeprefix("nearest_")
        return text("quarter.compare_nth", n=n, function=text(f"nearest.{row['function']}"))
    used = profile["assumptions"]["transit"]
    window = next(each for each in used["windows"] if each["window"] == row["departure"])
    if indicator == "jobs_of_departures":
        words = text("transit.jobs_within", limit=limit)
    else:
        names = {station["id"]: station["name"] for station in used["stations"]}
        words = text("transit.minutes_to", station=names.get(row["function"], row["function"]))
    return f"{words}, {window_name(window, text)}"
