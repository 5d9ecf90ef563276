"""What belongs to a quarter: criteria, projects, places, and the sources of it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from htkgis.maps.layers import area_name, place_name
from htkgis.maps.modes import WALK, minutes_by, mode_words, modes_of
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, by_function, decimals_of, period


def criteria(profile: Profile, text: Text) -> Table | None:
    """Return the criteria of the official list with the area's figures, if there are any."""
    found = profile["criteria"]
    if found is None:
        return None
    columns = [
        (text("table.criterion"), False),
        (text("table.limit", year=found["year"]), True),
        (area_name(profile), True),
        (text("table.met"), False),
    ]
    rows = []
    for row in found["rows"]:
        decimals = max(1, decimals_of(row["value"]), decimals_of(row["threshold"]))
        limit = text.format_unit(row["threshold"], row["unit"], decimals)
        missing = row["value"] is None
        value = (
            text("missing.none")
            if missing
            else text.format_unit(row["value"], row["unit"], decimals)
        )
        answer = "missing.none" if row["met"] is None else f"table.{'yes' if row['met'] else 'no'}"
        rows.append(
            [
                Cell(text(f"indicator.{row['indicator']}"), head=True),
                Cell(text(f"operator.{row['operator']}", value=limit), number=True),
                Cell(value, number=True),
                Cell(text(answer), own=bool(row["met"])),
            ]
        )
    caption = text(
        "quarter.criteria_caption", of=found["of"], year=found["year"], area=area_name(profile)
    )
    return Table("criteria", caption, columns, rows)


def projects(profile: Profile, text: Text) -> Table:
    """Projects with their years; those with a known position can be shown on the map."""
    words = ("project", "kind", "state", "period", "budget", "quantity", "note")
    return Table(
        "projects",
        text("quarter.projects_caption", area=area_name(profile)),
        [(text(f"table.{word}"), word == "budget") for word in words],
        [
            [
                Cell(
                    row["name"], head=True, show=f"project:{row['id']}" if row["on_map"] else None
                ),
                Cell(text(f"project_kind.{row['kind']}")),
                Cell(text(f"project_status.{row['status']}")),
                Cell(period(row["year_from"], row["year_to"], text), short=True),
                Cell(text.format_number(row["budget_mio"], None), number=True),
                Cell(row["quantity"] or text("missing.none")),
                Cell(row["note"] or ""),
            ]
            for row in profile["projects"]
        ],
    )


def places(profile: Profile, text: Text) -> Table:
    """Every place of the map with its minutes by each mode; what is not measured says so."""
    modes = modes_of(profile)
    columns = [(text(f"table.{word}"), False) for word in ("place", "function", "state", "period")]
    columns += [(text(f"mode.{mode}"), True) for mode in modes]
    columns.append((text("table.remark"), False))
    return Table(
        "places",
        text("quarter.places_caption", area=area_name(profile), modes=mode_words(modes, text)),
        columns,
        [_place(row, modes, text) for row in by_function(profile["places"])],
    )


def _place(row: Mapping[str, Any], modes: Sequence[str], text: Text) -> list[Cell]:
    return [
        Cell(place_name(row["name"], row["state"], text), head=True, show=f"place:{row['id']}"),
        Cell(text(f"function.{row['function']}")),
        Cell(text(f"state.{row['state']}")),
        Cell(period(row["valid_from"], row["valid_to"], text), short=True),
        *(_minutes_to(row, mode, text) for mode in modes),
        Cell(_remark(row, text)),
    ]


def _minutes_to(row: Mapping[str, Any], mode: str, text: Text) -> Cell:
    """Write the middle time and, where the origins differ, the shortest and the longest."""
    times = minutes_by(row, mode)
    missing = "missing.not_reached" if row["measured"] else "missing.none"
    middle = Cell(text.format_minutes(times["median"], unit=False, missing=missing), number=True)
    if times["median"] is None or times["min"] == times["max"]:
        return middle
    low, high = (
        text.format_minutes(times[name], unit=False, missing="missing.not_reached")
        for name in ("min", "max")
    )
    return replace(middle, range=text("table.spread_of", low=low, high=high))


def _remark(row: Mapping[str, Any], text: Text) -> str:
    words = [str(row["note"])] if row["note"] else []
    if row["jobs"] is not None:
        words.append(text("table.job_count", jobs=text.format_number(row["jobs"])))
    elif row["jobs_hidden"]:
        words.append(text("jobs_hidden.place"))
    if row["approximate"]:
        words.append(text("table.shown_not_measured"))
    return "; ".join(words)


def unsnapped(profile: Profile, text: Text) -> Table | None:
    """Return places that were too far from the street network, if there are any."""
    if not profile["unsnapped"]:
        return None
    columns = [("place", False), ("distance", True), ("mode", False)]
    return Table(
        "unsnapped",
        text("quarter.unsnapped_caption"),
        [(text(f"table.{word}"), number) for word, number in columns],
        [
            [
                Cell(str(row["name"] or text("missing.unnamed")), head=True),
                Cell(text.format_unit(row["distance_m"], "m"), number=True),
                Cell(mode_words(row.get("modes") or [WALK], text)),
            ]
            for row in profile["unsnapped"]
        ],
    )


def sources(run_sources: Iterable[Mapping[str, Any]], text: Text) -> Table:
    """Every layer with its credit, licence and date."""
    return Table(
        "sources",
        text("footer.sources_caption"),
        [(text(f"table.{word}"), False) for word in ("layer", "credit", "licence", "published")],
        [
            [
                Cell(source.get("title") or source["layer"], head=True),
                Cell(source.get("credit") or text("missing.none")),
                Cell(source.get("licence") or text("missing.none")),
                Cell(text.format_date(source.get("published"))),
            ]
            for source in run_sources
        ],
    )
