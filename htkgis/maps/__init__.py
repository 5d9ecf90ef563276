"""Published pages: numbers and layers in, one self-contained HTML file out.

Maps show numbers and never make them; nothing here reads a layer or writes a file.
"""

from .comparison_page import render_comparison_page
from .edition_page import render_edition_page
from .explorer import render_explorer_page
from .fixed_maps import fixed_map, fixed_maps
from .index_page import render_index_page
from .joint_layers import JointLayers
from .joint_pages import joint_pages
from .layers import MapLayers, quarter_map
from .packed import PackedLayer
from .plan_map import Fragments, PlanMap
from .quarter_page import render_quarter_page
from .style import Look
from .text import Text, load_text
from .vector_layer import VectorLayer

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
