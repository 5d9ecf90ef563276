"""The places that a profile lists, with minutes to each; and the points left off the streets."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from htkgis.units import DECISECONDS_PER_MINUTE

from .inputs import QuarterInputs
from .job_disclosure import jobs_at
from .rounding import plain, rounded_minutes
from .spread import spread

PLACE_FACTS = (
    "id",
    "name",
    "name_en",
    "function",
    "quarter_id",
    "state",
    "approximate",
    "measured",
    "valid_from",
    "valid_to",
    "note",
    "note_en",
)


def listed_places(own: QuarterInputs) -> list[dict[str, Any]]:
    """List the places around an area, and the nearest ones wherever they lie.

    Minutes are missing where a place is not measured or not reached. ``min``, ``median`` and
    ``max`` are of walking; ``by_mode`` holds those of the other modes.
    """
    places, named = own.all.places, {row["place_id"] for row in own.nearest}
    outline = own.all.areas.set_index("id").geometry[own.area_id]
    near = places.distance(outline) <= own.all.decisions["listed_m"]
    listed = places[near | places["id"].isin(named)]
    minutes = {mode: _minutes_by_place(own, listed, mode) for mode in own.all.modes}
    rows = []
    for place in listed.to_dict("records"):
        by_mode = {mode: _spread_to(place, times) for mode, times in minutes.items()}
        walking = by_mode.pop(own.all.modes[0])
        rows.append(
            {name: plain(place[name]) for name in PLACE_FACTS}
            | walking
            | {"by_mode": by_mode}
            | jobs_at(place)
        )
    return sorted(rows, key=lambda row: (row["median"] is None, row["median"] or 0.0, row["id"]))


def _spread_to(place: dict[str, Any], minutes: pd.DataFrame) -> dict[str, float | None]:
    own = minutes.loc[place["id"]] if place["measured"] else minutes.iloc[0] * math.nan
    return {name: rounded_minutes(value) for name, value in spread(own).items()}


def _minutes_by_place(own: QuarterInputs, places: pd.DataFrame, mode: str) -> pd.DataFrame:
    """Arrange minutes with a row per place and a column per origin; missing where not reached."""
    times = own.all.travel_times[own.all.travel_times["mode"] == mode]
    found = times[times["from_id"].isin(own.origin_ids) & times["to_id"].isin(places["id"])]
    wide = found.pivot_table(index="to_id", columns="from_id", values="travel_time_ds")
    return wide.reindex(index=places["id"], columns=own.origin_ids) / DECISECONDS_PER_MINUTE


def unsnapped_points(unsnapped: pd.DataFrame) -> list[dict[str, Any]]:
    """List each point too far from the streets once, with its modes and its largest distance."""
    return [
        {
            "id": key,
            "name": plain(rows["name"].iloc[0]),
            "distance_m": plain(rows["distance_m"].max()),
            "modes": list(rows["mode"]),
        }
        for key, rows in unsnapped.groupby("id", sort=False)
    ]
