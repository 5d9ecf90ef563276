"""Jobs and stations by public transport, a column for each window of the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.text import Text
from htkgis.maps.transit import lens_heading, window_name, window_when

from .cell import Cell, Profile, Table, between, bounded, hidden_cell, hidden_note


def transit(profile: Profile, text: Text) -> Table | None:
    """Jobs within each limit and minutes to each station, in each window."""
    part = profile.get("transit")
    if not part:
        return None
    return Table(
        "transit",
        text(
            f"transit.{'caption' if part['jobs'] else 'minutes_caption'}", area=area_name(profile)
        ),
        [
            (text("table.indicator"), False),
            *((window_name(window, text), True) for window in part["windows"]),
        ],
        [
            *(cells for row in part["jobs"] for cells in _jobs_rows(row, text)),
            *(
                [
                    Cell(text("transit.minutes_to", station=row["name"]), head=True),
                    *(_minutes(value, text) for value in row["values"]),
                ]
                for row in part["stations"]
            ),
        ],
    )


def transit_comparison(profile: Profile, text: Text, *, own: str | None = None) -> Table | None:
    """Set the quarters side by side in each window; ``own`` is the quarter that stands out."""
    part = profile.get("transit")
    if not part or not part["comparison"]:
        return None
    rows, windows = part["comparison"], {each["window"]: each for each in part["windows"]}
    bounds = [value["lower_bound"] for row in rows for value in row["values"]]
    used = profile["assumptions"]["transit"]
    note = text("transit.compare_note", percent=text.format_unit(part["percentile"], "%", None))
    gone = hidden_note(profile, text, *(each["hidden"] for row in rows for each in row["values"]))
    more = [note, *([text("transit.bound")] if any(bounds) else []), *([gone] if gone else [])]
    return Table(
        "transit-comparison",
        text(
            f"transit.{'compare_caption' if part['jobs'] else 'minutes_compare_caption'}",
            date=text.format_date(used["date"]),
        ),
        [
            (text("table.indicator"), False),
            *((value["quarter_name"], True) for value in rows[0]["values"]),
        ],
        [_compared(row, windows[row["window"]], text, own) for row in rows],
        " ".join(more),
    )


def _compared(
    row: Mapping[str, Any], window: Mapping[str, Any], text: Text, own: str | None
) -> list[Cell]:
    largest = max((value["value"] or 0 for value in row["values"]), default=0)
    cells = [_asked(row, window, text)]
    for value in row["values"]:
        if value["hidden"]:
            cells.append(hidden_cell(text, own=value["quarter_id"] == own))
            continue
        words = bounded(
            value["value"], text, 0 if row["station"] is None else 1, lower=value["lower_bound"]
        )
        bar = value["value"] / largest if largest and value["value"] is not None else None
        mine = value["quarter_id"] == own
        cells.append(Cell(words, number=True, bar=bar, own=mine))
    return cells


def _stamp(value: Mapping[str, Any], text: Text) -> str | None:
    """Write the stamp of a figure; ranges beside each of four columns would not fit."""
    robust = value.get("robust")
    return text(f"robust.{robust['stamp']}") if robust else None


def transit_lenses(profile: Profile, text: Text) -> Table | None:
    """Set who travels side by side in each window, the adult first."""
    part = profile.get("transit")
    if not part or not part["lenses"]:
        return None
    own, windows = part["lenses"], {each["window"]: each for each in part["windows"]}
    return Table(
        "transit-lenses",
        text("transit.lenses_caption", area=area_name(profile)),
        [
            (text("table.indicator"), False),
            *((lens_heading(each, text), True) for each in own["lenses"]),
        ],
        [
            [
                _asked(row, windows[row["window"]], text),
                *(
                    hidden_cell(text)
                    if value["hidden"]
                    else Cell(
                        bounded(value["value"], text, decimals, lower=value["lower_bound"]),
                        number=True,
                        range=_stamp(value, text),
                    )
                    for value in row["values"]
                ),
            ]
            for row in own["rows"]
            for decimals in [0 if row["station"] is None else 1]
        ],
    )


def _jobs_rows(row: Mapping[str, Any], text: Text) -> Iterator[list[Cell]]:
    """Jobs within a limit, and below them where the middle lies by the source's intervals."""
    yield [Cell(_within(row, text), head=True), *(_jobs(value, text) for value in row["values"])]
    if any("low" in value for value in row["values"]):
        limit = text.format_number(row["limit_min"], None)
        yield [
            Cell(text("transit.jobs_between", limit=limit), head=True),
            *(Cell(between(value, text), number=True) for value in row["values"]),
        ]


def _asked(row: Mapping[str, Any], window: Mapping[str, Any], text: Text) -> Cell:
    station = row["station"]
    what = (
        _within(row, text)
        if station is None
        else text("transit.minutes_to", station=station["name"])
    )
    return Cell(text("transit.compare", what=what, when=window_when(window, text)), head=True)


def _within(row: Mapping[str, Any], text: Text) -> str:
    return text("transit.jobs_within", limit=text.format_number(row["limit_min"], None))


def _jobs(value: Mapping[str, Any], text: Text) -> Cell:
    if value["hidden"]:
        return hidden_cell(text)
    if value["median"] is None:
        return Cell(text("missing.none"), number=True)
    low, high = (text.format_number(value[name]) for name in ("min", "max"))
    words = bounded(value["median"], text, lower=value["lower_bound"])
    spread = None if low == high else text("table.spread_of", low=low, high=high)
    return Cell(words, number=True, range=spread)


def _minutes(value: Mapping[str, Any], text: Text) -> Cell:
    """Minutes and their range, and the share of departures that make it unless all do."""
    parts = []
    if value["median"] is not None:
        low, high = (text.format_minutes(value[name], unit=False) for name in ("min", "max"))
        parts += [] if low == high else [text("table.spread_of", low=low, high=high)]
    if value["share"] < 1:
        parts.append(text("transit.share", share=text.format_share(value["share"])))
    return Cell(bounded(value["median"], text, 1), number=True, range=" ".join(parts) or None)
