"""The page on which readers ask for themselves how far one gets: its network and its words."""

from .looks import street_looks
from .network import Border, Network, Targets, Traveller, pack_network
from .page import render_explorer_page
from .transit import pack_transit

__all__ = [
    "Border",
    "Network",
    "Targets",
    "Traveller",
    "pack_network",
    "pack_transit",
    "render_explorer_page",
    "street_looks",
]
