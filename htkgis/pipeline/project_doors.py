"""Where places are reached once projects are built: which doors each opens, and which it shuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np

from htkgis.errors import SchemaError, first
from htkgis.scenario import edited_entrances, edited_places, edited_streets, places_in_state
from htkgis.scenario_rules import AnyEdit, Scenario
from htkgis.schema import PLACES
from htkgis.study import Study

from .entrances import load_entrances, target_points

MILLIMETRES = 1000.0


def edits_of_set(edits: Sequence[AnyEdit], projects: Sequence[str], chosen: int) -> list[AnyEdit]:
    """Give the edits of a set of projects, given as bits, and those of no project.

    Those of projects that are not looked at are there in every set too, in the order of the file.
    """
    own = {one for bit, one in enumerate(projects) if chosen >> bit & 1}
    known = set(projects)
    return [edit for edit in edits if edit.project in own or edit.project not in known]


def doors_of_projects(
    layers: Mapping[str, Any],
    scenario: Scenario,
    year: int,
    projects: Sequence[str],
    *,
    functions: Sequence[str],
    study: Study,
) -> dict[str, gpd.GeoDataFrame]:
    """List all doors that places may have in a year, whatever is built.

    Parameters
    ----------
    layers
        ``streets``, ``places``, ``outlines`` and ``entrances`` of today.
    scenario, year
        Whose edits hold; those of no project are there in every set.
    projects
        Ids, in the order of the bits of a set.
    functions
        Whose places count.
    study
        How exactly a place must be known.

    Returns
    -------
    doors
        By function: ``id`` of the place, ``function``, ``opened`` and ``shut`` (bits of the
        projects that open and shut it; a door of today is opened by none), points. What two
        projects open stands twice: each joins its own streets.

    Raises
    ------
    SchemaError
        If what one project does to places depends on another.
    """
    edits = [edit for edit in scenario.edits if edit.holds_in(year)]

    def doors_in(chosen: int) -> dict[Any, Any]:
        own = edits_of_set(edits, projects, chosen)
        return _doors_in(layers, own, year, functions, study)

    today = doors_in(0)
    rows: dict[Any, list[Any]] = {key: [shape, 0, 0] for key, shape in today.items()}
    for bit in range(len(projects)):
        own = doors_in(1 << bit)
        for key in today.keys() - own.keys():
            rows[key][2] |= 1 << bit
        for key in sorted(own.keys() - today.keys()):
            rows[*key, bit] = [own[key], 1 << bit, 0]
    together = {key[:4] for key, (*_, shut) in rows.items() if not shut}
    _check_apart(together ^ doors_in((1 << len(projects)) - 1).keys())
    table = gpd.GeoDataFrame(
        {
            "id": [key[0] for key in rows],
            "function": [key[1] for key in rows],
            "opened": [opened for _, opened, _ in rows.values()],
            "shut": [shut for *_, shut in rows.values()],
        },
        geometry=[shape for shape, *_ in rows.values()],
        crs=layers["places"].crs,
    )
    return {name: table[table["function"] == name] for name in functions}


def _doors_in(
    layers: Mapping[str, Any],
    edits: Sequence[AnyEdit],
    year: int,
    functions: Sequence[str],
    study: Study,
) -> dict[Any, Any]:
    """List the doors of one set: place, function and millimetres, and where each is."""
    columns = [*PLACES.columns, "geometry"]
    places = edited_places(layers["places"][columns], edits)
    state = places_in_state(places, year=year)
    exact = state["position_accuracy_m"] <= study.places.max_position_accuracy.value
    wanted = state["function"].isin(functions)
    open_now = state[exact & wanted & state["state"].eq("existing")]
    entrances, outlines = layers["entrances"], layers["outlines"]
    streets = edited_streets(layers["streets"], edits, year=year)
    if streets is not layers["streets"]:
        entrances = load_entrances(outlines, streets, study=study)["entrances"]
    entrances = edited_entrances(
        entrances, edits, year=year, places=places, outlines=outlines, streets=streets
    )
    doors = target_points(open_now, entrances)
    x, y = (np.rint(values * MILLIMETRES) for values in (doors.geometry.x, doors.geometry.y))
    keys = zip(doors["id"], doors["function"], x.tolist(), y.tolist(), strict=True)
    return dict(zip(keys, doors.geometry, strict=True))


def _check_apart(odd: set[Any]) -> None:
    """Raise unless the doors of all projects together are those of each, put together."""
    if odd:
        names = sorted({key[0] for key in odd})
        msg = (
            f"scenario: {len(names)} places are where no single project puts them once all are "
            f"built: {first(names)}; projects whose edits are of different places are allowed. "
            "Put edits of one place into one project."
        )
        raise SchemaError(msg)
