"""Figures of a quarter's page as rows of HTML with small SVGs: they reflow, and need no script."""

from .multiples import Beside, small_multiples
from .spine import spine
from .timeline import timeline

__all__ = ["Beside", "small_multiples", "spine", "timeline"]
