"""What a reader has to know of the data before trusting the figures of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .finding import DISTRICT_SCHOOL

if TYPE_CHECKING:
    from .inputs import ProfileInputs

SCHOOL = "school"


def notes(inputs: ProfileInputs, nearest: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List what a reader has to know before trusting the figures."""
    told: list[dict[str, Any]] = []
    if inputs.decisions["sketch"]:
        told.append({"key": "note.sketch_network", "values": {}})
        told.append({"key": "note.named_places", "values": {}})
    functions = {row["function"] for row in nearest}
    if SCHOOL in functions and DISTRICT_SCHOOL not in functions:
        told.append({"key": "note.school_indicative", "values": {}})
    unmeasured = sorted({row["function"] for row in nearest if not row["places"]})
    told += [{"key": "note.no_place", "values": {"function": name}} for name in unmeasured]
    existing = inputs.places[inputs.places["state"] == "existing"]
    approximate = int(existing["approximate"].sum())
    if approximate:
        told.append({"key": "note.approximate", "values": {"count": approximate}})
    if len(inputs.unsnapped):
        values = {
            "count": inputs.unsnapped["id"].nunique(),
            "max_snap_m": inputs.assumptions["max_snap_m"],
        }
        behind = inputs.unsnapped.get("behind_barrier")
        cut_off = behind is not None and bool(behind.any())
        key = "note.unsnapped_barrier" if cut_off else "note.unsnapped"
        told.append({"key": key, "values": values})
    if inputs.places["state"].isin(["closed", "cancelled", "planned"]).any():
        told.append({"key": "note.moved", "values": {}})
    if inputs.figures["lower_bound"].any() or inputs.figures["upper_bound"].any():
        told.append({"key": "note.edge", "values": {}})
    if len(inputs.indicators.criteria):
        told.append({"key": "note.criteria_old", "values": {}})
    return told
