"""Read a scenario, and what its edits take from files that were drawn in QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from htkgis.errors import ConfigError
from htkgis.scenario_rules import Scenario, checked_scenario
from htkgis.toml_file import read_toml

FILE_KEYS = ("file", "layer", "feature")
"""Keys of an edit that take its geometry from a file; no edit knows them afterwards."""
DRAWN = {
    "add_street": ("LineString",),
    "reroute_street": ("LineString",),
    "add_place": ("Point",),
    "move_place": ("Point",),
    "add_entrance": ("Point",),
    "add_jobs": ("Point",),
    "add_dwellings": ("Point", "Polygon"),
}
"""Kinds of edits that may be drawn, and as what."""
STATED = ("line", "lat", "lon", "outline")


def read_scenario_file(path: Path) -> Scenario:
    """Read ``scenarios/NAME.toml`` with the geometry of edits that name a file.

    Each row of a file that an entry of ``drawn`` names is an edit too: see
    :func:`htkgis.pipeline.scenario_drawn.drawn_edits`. Paths are relative to the scenario's file.
    What was drawn stands in the edit as if it had been written there, so steps are stale when it
    is drawn anew, and not when another feature is.

    Raises
    ------
    ConfigError
        As :func:`htkgis.scenario_rules.read_scenario`; if an edit may not be drawn, states its
        geometry as well, or takes one of the wrong type.
    SourceError, SchemaError, CRSError
        As :func:`htkgis.loaders.drawn.read_drawn`.
    """
    table = read_toml(path)
    edits = table.get("edits")
    if isinstance(edits, list):
        table["edits"] = [
            _with_geometry(edit, number, path) if _names_a_file(edit) else edit
            for number, edit in enumerate(edits, start=1)
        ]
    drawn = table.pop("drawn", None)
    if drawn is not None:
        from .scenario_drawn import drawn_edits  # noqa: PLC0415 - most scenarios draw nothing

        own = table.get("edits", [])
        table["edits"] = [*own, *drawn_edits(drawn, path)] if isinstance(own, list) else own
    return checked_scenario(table, path)


def _names_a_file(edit: Any) -> bool:
    return isinstance(edit, dict) and any(key in edit for key in FILE_KEYS)


def _with_geometry(edit: Mapping[str, Any], number: int, path: Path) -> dict[str, Any]:
    from htkgis.loaders.drawn import read_drawn  # noqa: PLC0415 - most scenarios draw nothing

    kind, file = edit.get("kind"), edit.get("file")
    what = f"{path.name} ({path}): edit {number}, {kind} {edit.get('id', edit.get('place', ''))!r}"
    allowed = DRAWN.get(str(kind))
    stated = [key for key in STATED if key in edit]
    if allowed is None or stated or not isinstance(file, str):
        wrong = (
            f"no edit of this kind is drawn; {', '.join(DRAWN)} are"
            if allowed is None
            else f"states {', '.join(stated)} beside file; one of them is allowed"
            if stated
            else "has no file, the path of what was drawn; layer and feature need one"
        )
        msg = f"{what}: {wrong}. Correct the edit."
        raise ConfigError(msg)
    shape = read_drawn(path.parent / file, layer=edit.get("layer"), feature=edit.get("feature"))
    if shape.geom_type not in allowed:
        msg = (
            f"{what}: {file} has a {shape.geom_type} there; {' or '.join(allowed)} is allowed. "
            "Choose another feature."
        )
        raise ConfigError(msg)
    return {key: value for key, value in edit.items() if key not in FILE_KEYS} | stated_shape(shape)


def stated_shape(shape: Any) -> dict[str, Any]:
    """Write a shape in degrees as an edit has it."""
    if shape.geom_type == "Point":
        return {"lat": shape.y, "lon": shape.x}
    key, ring = ("line", shape) if shape.geom_type == "LineString" else ("outline", shape.exterior)
    points = [[x, y] for x, y in ring.coords]
    return {key: points if key == "line" else points[:-1]}
