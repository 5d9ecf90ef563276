"""Projects of an area in a profile: planned, running, done or cancelled by their years."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .rounding import plain


def project_rows(
    projects: pd.DataFrame, places: pd.DataFrame, *, area_id: str, state: int
) -> list[dict[str, Any]]:
    """List the projects of an area with their status and whether their place is on the map.

    Parameters
    ----------
    projects
        Contract ``PROJECTS``.
    places
        Places that the map may draw, by ``id``.
    area_id, state
        Which area, and the year that decides the status.
    """
    own = projects[projects["area_id"] == area_id]
    drawn = set(places["id"])
    columns = [name for name in own.columns if name != "geometry"]
    rows = [{name: plain(row[name]) for name in columns} for row in own.to_dict("records")]
    return [
        row
        | {"status": project_status(row, state=state), "on_map": row["place_id"] in drawn}
        | _position(row["place_id"], places)
        for row in rows
    ]


def _position(place_id: Any, places: pd.DataFrame) -> dict[str, Any]:
    """Say how exactly the place of a project is known; missing where it has none."""
    own = places[places["id"] == place_id]
    if own.empty or "position_accuracy_m" not in own:
        return {"accuracy_m": None, "approximate": False}
    return {
        "accuracy_m": plain(own["position_accuracy_m"].iloc[0]),
        "approximate": bool(own["approximate"].iloc[0]),
    }


def project_status(project: dict[str, Any], *, state: int) -> str:
    """Tell planned, running, done and cancelled projects apart by their years.

    ``done`` means that the planned period has ended, not that the work was seen.
    """
    if project["phase"] == "cancelled":
        return "cancelled"
    start, end = project["year_from"], project["year_to"]
    if start is None or start > state:
        return "planned"
    return "done" if end is not None and end < state else "running"
