"""The places that a profile lists, with minutes to each; and the points left off the streets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.units import DECISECONDS_PER_MINUTE

from .inputs import QuarterInputs
from .job_disclosure import jobs_at
from .rounding import plain, rounded_minutes
from .spread import STATISTICS, spreads

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
    minutes = {mode: _spread_by_place(own, listed, mode) for mode in own.all.modes}
    rows = []
    for number, place in enumerate(listed.to_dict("records")):
        by_mode = {mode: times[number] for mode, times in minutes.items()}
        walking = by_mode.pop(own.all.modes[0])
        rows.append(
            {name: plain(place[name]) for name in PLACE_FACTS}
            | walking
            | {"by_mode": by_mode}
            | jobs_at(place)
        )
    return sorted(rows, key=lambda row: (row["median"] is None, row["median"] or 0.0, row["id"]))


def _spread_by_place(
    own: QuarterInputs, places: pd.DataFrame, mode: str
) -> list[dict[str, float | None]]:
    """Say of each place how the minutes to it are spread; missing where it is not measured."""
    minutes = _minutes_by_place(own, places, mode)
    minutes[~places["measured"].to_numpy(dtype=bool)] = np.nan
    return [
        {name: rounded_minutes(value) for name, value in zip(STATISTICS, row, strict=True)}
        for row in spreads(minutes).tolist()
    ]


def _minutes_by_place(
    own: QuarterInputs, places: pd.DataFrame, mode: str
) -> npt.NDArray[np.float64]:
    """Arrange minutes with a row per place and a column per origin; missing where not reached."""
    times = own.all.times[mode]
    row = pd.Index(places["id"]).get_indexer(times.places)[times.place]
    column = own.origin_ids.get_indexer(times.origins)[times.origin]
    asked = (row >= 0) & (column >= 0)
    minutes = np.full((len(places), len(own.origin_ids)), np.nan)
    found_ds = times.travel_time_ds[asked]
    minutes[row[asked], column[asked]] = found_ds / DECISECONDS_PER_MINUTE
    return minutes


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
