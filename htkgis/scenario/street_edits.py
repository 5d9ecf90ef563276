"""Streets as a scenario has them in a year: moved, changed, closed, and new ones joined to them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import geopandas as gpd
import shapely

from htkgis.errors import SchemaError
from htkgis.scenario_rules import AddStreet, ChangeStreet, CloseStreet, Edit, RerouteStreet
from htkgis.schema.street_pieces import DELAY, PASSED_ONLY

from .street_changes import changed, closed, rerouted
from .street_joints import Joining, Joints, drawn_line, reaching


def edited_streets(
    streets: gpd.GeoDataFrame,
    edits: Iterable[Edit],
    *,
    year: int,
    read: Container[str] | None = None,
) -> gpd.GeoDataFrame:
    """Give the streets of a year with the edits of a scenario.

    Streets of the layer are moved, then changed, then closed, so that what is new joins them as
    they are by then; new ones follow in the order of the scenario, and may join those before
    them. A new street joins at each end the nearest street that one of its modes may use: at its
    junction, or in between, where the street is cut in two. The pieces take as long as the whole
    (:mod:`htkgis.schema.street_pieces`), so that trips that do not use the new street stay as
    they are.

    Parameters
    ----------
    streets
        Contract ``STREETS``, in a projected CRS, with what waits and heights it knows.
    edits
        Of a scenario, in its order; those of other layers or years are passed over.
    year
        Of the state.
    read
        Columns that times rest on, so that a change of any other is refused; None where nobody
        asks.

    Returns
    -------
    streets
        Contract ``STREETS``; without edits of streets in this year the very same table. A column
        ``delay_s`` where a street takes a delay (seconds for passing all of it; missing is none).

    Raises
    ------
    SchemaError
        If an end lies farther from every street than the edit allows, an id is taken, or what is
        to be moved, changed or closed is not there, or is so already.
    """
    own = [edit for edit in edits if edit.holds_in(year)]
    for move in own:
        if isinstance(move, RerouteStreet):
            streets = rerouted(streets, move)
    for change in own:
        if isinstance(change, ChangeStreet):
            streets = changed(streets, change, read=read)
    new = {edit.id for edit in own if isinstance(edit, AddStreet)}
    closing = [edit for edit in own if isinstance(edit, CloseStreet)]
    for close in closing:
        streets = _closed(streets, close, [name for name in close.streets if name not in new])
    joints = Joints(streets)
    for edit in own:
        if isinstance(edit, AddStreet):
            joints.rows.append(_added(joints, edit))
    streets = joints.table()
    for close in closing:
        streets = _closed(streets, close, [name for name in close.streets if name in new])
    return streets


def _closed(streets: gpd.GeoDataFrame, edit: CloseStreet, names: list[str]) -> gpd.GeoDataFrame:
    return closed(streets, edit, tuple(names)) if names else streets


def _added(joints: Joints, edit: AddStreet) -> dict[str, Any]:
    """Join a new street to those there are, and give its row."""
    what = f"add_street {edit.id!r}"
    if joints.holds("id", edit.id):
        msg = f"scenario, {what}: the id is taken by a street. Choose another id."
        raise SchemaError(msg)
    who = Joining(what, edit.id, edit.modes, edit.within_m)
    streets = joints.streets
    coordinates = drawn_line(edit.line, streets.crs)
    nodes = []
    for place in (0, -1):
        node, joint = joints.joined(shapely.Point(coordinates[place]), who)
        nodes.append(node)
        coordinates = reaching(coordinates, joint, at_start=place == 0)
    drawn = shapely.LineString(coordinates)
    row: dict[str, Any] = {str(name): None for name in streets.columns}
    row |= {str(name): False for name in streets.columns if streets[name].dtype == bool}
    row |= {
        "id": edit.id,
        "from_node": nodes[0],
        "to_node": nodes[1],
        "length_m": float(drawn.length),
        "kind": edit.street_kind,
        "name": edit.name,
        "bridge": edit.structure == "bridge",
        "tunnel": edit.structure == "tunnel",
        "geometry": drawn,
    }
    row |= {str(mode): True for mode in edit.modes}
    known = {"lit": edit.lit, "lts": edit.lts, "route": edit.route}
    row |= {name: value for name, value in known.items() if name in row and value is not None}
    own = {str(name): row[str(name)] for name in streets.columns} | {PASSED_ONLY: 1.0}
    if edit.delay_s:
        own[DELAY] = edit.delay_s
    return own
