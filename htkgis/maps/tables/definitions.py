"""What every indicator of the profile measures, as a table."""

from __future__ import annotations

from htkgis.maps.text import Text

from .cell import Cell, Profile, Table


def definitions(profile: Profile, text: Text) -> Table | None:
    """Return what each indicator measures, its unit, direction and source, if the profile says."""
    found = profile.get("definitions")
    if not found:
        return None
    columns = ("name", "unit", "direction", "definition", "source")
    return Table(
        "definitions",
        text("definition.caption"),
        [(text(f"definition.{name}"), False) for name in columns],
        [
            [
                Cell(row["name"], head=True),
                Cell(text(f"definition.units.{row['unit']}"), short=True),
                Cell(text(f"definition.directions.{row['direction']}")),
                Cell(row["definition"]),
                Cell(row["source"]),
            ]
            for row in found
        ],
    )
