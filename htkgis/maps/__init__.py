"""Published pages: numbers and layers in, one self-contained HTML file out.

Maps show numbers and never make them; nothing here reads a layer or writes a file.
"""

from typing import TYPE_CHECKING, Any

from . import elements
from .comparison_page import render_comparison_page
from .edition_page import render_edition_page
from .elements import Fragments
from .explorer import render_explorer_page
from .fixed_maps import fixed_map, fixed_maps
from .index_page import render_index_page
from .joint_layers import JointLayers
from .joint_pages import joint_pages
from .layers import MapLayers, quarter_map
from .quarter_page import render_quarter_page
from .style import Look
from .text import Text, load_text

if TYPE_CHECKING:
    from .elements import PackedLayer, PlanMap, VectorLayer

__all__ = [
    "Fragments",
    "JointLayers",
    "Look",
    "MapLayers",
    "PackedLayer",
    "PlanMap",
    "Text",
    "VectorLayer",
    "fixed_map",
    "fixed_maps",
    "joint_pages",
    "load_text",
    "quarter_map",
    "render_comparison_page",
    "render_edition_page",
    "render_explorer_page",
    "render_index_page",
    "render_quarter_page",
]


def __getattr__(name: str) -> Any:
    """Load a class that stands on folium when it is first asked for."""
    if name in elements.__all__ and name in __all__:
        return getattr(elements, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
