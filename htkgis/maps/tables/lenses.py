"""The nearest of each function side by side for those who walk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.lenses import lens_name
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, bounded


def lenses(profile: Profile, text: Text) -> Table | None:
    """Minutes to each function and how many lie within the limit, a column for each lens."""
    part = profile.get("lenses")
    if not part:
        return None
    limit = text.format_number(part["limit_min"], None)
    counts = [
        Cell(text("table.count_of", count=each["count"], of=part["measured"]), number=True)
        for each in part["within"]
    ]
    adults = [row["values"][0]["upper_bound"] for row in part["rows"]]
    values = [value for row in part["rows"] for value in row["values"]]
    return Table(
        "lenses",
        text("quarter.lenses_caption", area=area_name(profile)),
        [
            (text("table.function"), False),
            *((lens_name(lens, text), True) for lens in part["lenses"]),
        ],
        [
            *(_function(row, text) for row in part["rows"]),
            [Cell(text("table.functions_within", limit=limit), head=True), *counts],
        ],
        # where an adult's minutes are bounded, the table above has said what that means
        None if any(adults) else bound_note(text, *(value["upper_bound"] for value in values)),
    )


def _function(row: Mapping[str, Any], text: Text) -> list[Cell]:
    return [
        Cell(text(f"function.{row['function']}"), head=True),
        *(
            Cell(bounded(value["median"], text, 1, upper=value["upper_bound"]), number=True)
            for value in row["values"]
        ),
    ]
