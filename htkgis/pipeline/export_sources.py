"""Which layers of the catalog stand behind each layer of a GeoPackage: read from the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .steps import Step, needed

TABLES = {
    "projects": ("places",),
    "places": ("places", "travel_times"),
    "origins": ("origins", "access"),
    # drawn of where points lie, by a step that looks farther than that: to the end of what is known
    "connectors": (
        "origins",
        "counted_places",
        "walk_at_origins",
        "walk_at_functions",
        "walk_at_jobs",
    ),
    "area": ("areas",),
    "quarter": ("quarters",),
    "streets": ("streets",),
    "isochrones": ("isochrones",),
    "municipality": ("municipality",),
    "figures": ("access",),
}
"""Layer of a GeoPackage -> outputs of steps that its rows are taken from."""
ROLES = {"projects": "projects"}
"""Of tables that one step reads together with others, which have other sources: their own role."""


def layers_behind(steps: Sequence[Step], roles: Mapping[str, str]) -> dict[str, list[str]]:
    """Follow each layer of a GeoPackage back to the layers that were read for it.

    Parameters
    ----------
    steps
        Of the main job, as far as they make the tables.
    roles
        Role of each layer of the catalog, by its name.

    Returns
    -------
    behind
        Layer of a GeoPackage -> names of layers, in the order of the catalog.

    Examples
    --------
    >>> load = Step("load", (), ("areas", "origins"), print, files={"gates": "f" * 64})
    >>> layers_behind([load], {"streets": "streets", "gates": "gates"})["area"]
    ['gates']
    """
    behind = {}
    for name, tables in TABLES.items():
        read = {layer for step in needed(steps, tables) for layer in step.files}
        own = ROLES.get(name)
        behind[name] = [layer for layer, role in roles.items() if layer in read or role == own]
    return behind
