"""Figures beside their range under other assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.lenses import lens_name
from htkgis.maps.modes import mode_words
from htkgis.maps.robustness import cases_of_lens, names_of_cases, stamp
from htkgis.maps.text import Text
from htkgis.maps.transit import window_name
from htkgis.quantities import ADULT

from .cell import Cell, Profile, Table

Row = Mapping[str, Any]
WALK, TRANSIT = "walk", "transit"
SENSITIVE = "sensitive"
SHOWN = ("nearest", "jobs", "jobs_of_departures", "station_time")


def robustness(profile: Profile, text: Text) -> Table | None:
    """Jobs, public transport and choice; the nearest places have their stamp in their own table."""
    part = profile.get("robustness")
    if not part:
        return None
    rows = [
        row
        for row in _shown(part)
        if row["mode"] in {WALK, TRANSIT} and (row["mode"], row["indicator"]) != (WALK, "nearest_1")
    ]
    caption = text("robust.figures_caption", area=area_name(profile))
    return _table("robustness", caption, rows, profile, text)


def further_robustness(profile: Profile, text: Text) -> list[Table]:
    """Further tables, of those that have rows: other modes, who else walks, and the baseline."""
    part = profile.get("robustness")
    if not part:
        return []
    near = ("nearest_1", "jobs")
    own = _shown(part)
    rows = {
        "modes": [
            row for row in own if row["mode"] not in {WALK, TRANSIT} and row["indicator"] in near
        ],
        "lenses": [
            row
            for row in _shown(part, adult=False)
            if row["mode"] == WALK and row["indicator"] == "nearest_1" and row["stamp"] == SENSITIVE
        ],
        "baseline": [
            row
            for row in _shown(part, state=part["baseline"])
            if row["mode"] == WALK and row["indicator"] in near
        ]
        if part["baseline"] != part["state"]
        else [],
        "transit-lenses": _by_timetable(profile),
    }
    area, year = area_name(profile), part["baseline"]
    return [
        _table(
            f"robustness-{name}",
            text(f"robust.{name.replace('-', '_')}_caption", area=area, year=year),
            found,
            profile,
            text,
        )
        for name, found in rows.items()
        if found
    ]


def _by_timetable(profile: Profile) -> list[Row]:
    """Pick the sensitive ones of what the page tells of others than adults by public transport."""
    told = ((profile.get("transit") or {}).get("lenses") or {}).get("limit_min")
    return [
        row
        for row in _shown(profile["robustness"], adult=False)
        if row["mode"] == TRANSIT and row["stamp"] == SENSITIVE and row["limit_min"] in {None, told}
    ]


def _shown(part: Row, *, adult: bool = True, state: int | None = None) -> list[Row]:
    """Pick the figures that a table may show: of adults or of others, in one state."""
    year = part["state"] if state is None else state
    return [
        row
        for row in part["figures"]
        if _is_shown(row) and (row["lens"] == ADULT) == adult and row["state"] == year
    ]


def _is_shown(row: Row) -> bool:
    base = str(row["indicator"]).partition("_")[0]
    of_sector = row["indicator"] == "jobs" and row["function"] is not None
    return bool((base == "nearest" or row["indicator"] in SHOWN) and not of_sector)


def _table(key: str, caption: str, rows: list[Row], profile: Profile, text: Text) -> Table:
    return Table(
        key,
        caption,
        [
            (text("robust.measure"), False),
            (text("robust.value"), True),
            (text("robust.from_to"), True),
            (text("robust.stamp"), False),
            (text("robust.changed_by"), False),
        ],
        [_cells(row, profile, text) for row in rows],
    )


def _cells(row: Row, profile: Profile, text: Text) -> list[Cell]:
    words, between = stamp(row, text) or ("", None)
    cases = names_of_cases(
        row["changed_by"], cases_of_lens(profile["robustness"], row["lens"]), text
    )
    value = (
        text.format_minutes(row["value"], unit=False)
        if row["unit"] == "min"
        else text.format_number(row["value"], None)
    )
    none = text("missing.none") if between else text("robust.unmoved")
    return [
        Cell(_label(row, profile, text), head=True),
        Cell(_with_bound(value, row, text), number=True),
        Cell(between or text("missing.none"), number=True),
        Cell(words),
        Cell("; ".join(cases) or none),
    ]


def _with_bound(value: str, row: Row, text: Text) -> str:
    """Say of a figure that met the end of the data which bound it is, as every other table does."""
    bound = row.get("value_bound")
    if row["value"] is None or not bound:
        return value
    return text(f"bound.{bound}", value=value)


def _label(row: Row, profile: Profile, text: Text) -> str:
    limit = text.format_number(row["limit_min"], None)
    indicator = str(row["indicator"])
    if row["mode"] != TRANSIT:
        return _label_on_streets(row, limit, text)
    used = profile["assumptions"]["transit"]
    window = next(each for each in used["windows"] if each["window"] == row["departure"])
    if indicator == "jobs_of_departures":
        words = text("transit.jobs_within", limit=limit)
    else:
        names = {station["id"]: station["name"] for station in used["stations"]}
        words = text("transit.minutes_to", station=names.get(row["function"], row["function"]))
    words = f"{words}, {window_name(window, text)}"
    return words if row["lens"] == ADULT else f"{words}, {lens_name(row['lens'], text).lower()}"


def _label_on_streets(row: Row, limit: str, text: Text) -> str:
    """Name a figure, and how people travel and who where it is not an adult on foot."""
    n = str(row["indicator"]).removeprefix("nearest_")
    if row["indicator"] == "jobs":
        words = text("quarter.compare_jobs", limit=limit)
    elif n == "1":
        words = text("quarter.compare_nearest", target=text.target(row["function"]))
    else:
        words = text("quarter.compare_nth", n=n, function=text(f"nearest.{row['function']}"))
    if row["mode"] != WALK:
        return f"{words}, {mode_words([row['mode']], text)}"
    return words if row["lens"] == ADULT else f"{words}, {lens_name(row['lens'], text).lower()}"
