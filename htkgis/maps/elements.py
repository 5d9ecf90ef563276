"""Classes that stand on folium, loaded with the first map that is drawn: most nights draw none.

Folium takes a quarter of a second to load. Who draws a map takes its classes from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .explorer.layer import ExplorerLayer
    from .packed.layer import PackedLayer
    from .plan_map import PlanMap
    from .vector_layer import ScriptElement, VectorLayer

_MODULES = {
    "ExplorerLayer": "explorer.layer",
    "PackedLayer": "packed.layer",
    "PlanMap": "plan_map",
    "ScriptElement": "vector_layer",
    "VectorLayer": "vector_layer",
}
__all__ = [
    "ExplorerLayer",
    "Fragments",
    "PackedLayer",
    "PlanMap",
    "ScriptElement",
    "VectorLayer",
]


class Fragments(NamedTuple):
    """The parts of a map for a page: style sheets, markup, scripts in the order they run."""

    head: tuple[str, ...]
    body: str
    script: tuple[str, ...]


def __getattr__(name: str) -> Any:
    """Load the module of a class when it is first asked for."""
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f".{_MODULES[name]}", __package__), name)
    globals()[name] = found
    return found
