"""Access: one measure, one file; pure functions over the table of travel times."""

from .cumulative import cumulative_opportunities
from .nearest import nearest

__all__ = ["cumulative_opportunities", "nearest"]
